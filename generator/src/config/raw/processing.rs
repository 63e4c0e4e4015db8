//! `processing:` as typed.

use skywarden_document::{Node, Spanned};

use crate::config::{
    findings::Findings,
    read::{self, Expected, Fields},
};

/// How the processors work.
#[derive(Debug, Default)]
pub(crate) struct RawProcessing {
    /// Whether batches are marked before their metrics are sent.
    pub(crate) metrics_marker: Option<Spanned<bool>>,
}

impl RawProcessing {
    pub(super) fn read(node: &Node, findings: &mut Findings) -> Self {
        let expected = Expected { what: "how logs are processed as a map", example: "processing: { metrics_marker: false }" };
        let Some(mut fields) = Fields::open(node, "`processing`", &expected, findings) else {
            return Self::default();
        };
        let flag = Expected { what: "`true`, or `false` when a batch that is delivered twice may count twice in metrics", example: "metrics_marker: false" };
        let processing = Self { metrics_marker: fields.take("metrics_marker").and_then(|node| read::boolean(node, &flag, findings)) };
        fields.finish(findings);
        processing
    }
}
