//! From a line to its document.

use super::{Document, MAX_DOCUMENT_BYTES, Violation};
use crate::json::Value;

/// Most samples one document gives: metrics by dimension sets over all directives. Ours, not CloudWatch's, which names no bound: a
/// megabyte of tiny sets would otherwise make millions.
pub const MAX_SAMPLES: usize = 10_000;

/// What every document holds. Searching for it costs an ordinary line next to nothing; a key that hides behind escapes is not found.
const MARK: &str = "\"_aws\"";

/// The document of a line; `None` when the line is none.
///
/// # Errors
/// The [`Violation`] for which the whole document is lost.
pub fn read(line: &str) -> Option<Result<Document<'_>, Violation>> {
    if !line.contains(MARK) {
        return None;
    }
    // A line that speaks of `_aws` and is no object of its own is a document gone wrong only if it has directives as well; text about JSON
    // and cut-off lines of others are not worth an alarm (our choice).
    let meant = || line.contains("\"CloudWatchMetrics\"");
    if line.len() > MAX_DOCUMENT_BYTES {
        return meant().then_some(Err(Violation::TooLarge));
    }
    match Value::object(line) {
        Some(root) => Document::read(&root),
        None => meant().then_some(Err(Violation::NotOneObject)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_lines_are_no_documents() {
        for line in [
            "",
            "INFO something",
            r#"{"level":"INFO","message":"hello"}"#,
            r#"{"message":"{\"_aws\":{\"CloudWatchMetrics\":[]}}"}"#,
            r#"{"nested":{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}}"#,
            r#"see "_aws" in the manual"#,
        ] {
            assert!(read(line).is_none(), "{line}");
        }
    }

    #[test]
    fn a_message_is_one_object_and_nothing_else() {
        let document = r#"{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}"#;
        assert!(matches!(read(document), Some(Ok(_))));
        assert!(matches!(read(&format!(" {document}\n")), Some(Ok(_))));
        for line in [format!("{document} x"), format!("INFO {document}"), format!("[{document}]"), format!("{document}{document}"), document[..46].to_owned()] {
            assert_eq!(read(&line).map(|read| read.map(|_| ())), Some(Err(Violation::NotOneObject)), "{line}");
        }
    }

    #[test]
    fn a_document_is_as_large_as_a_log_event_at_the_boundary() {
        let document = |bytes: usize| {
            let frame = r#"{"pad":"","_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}"#;
            frame.replacen("\"\"", &format!("\"{}\"", "x".repeat(bytes - frame.len())), 1)
        };
        assert!(matches!(read(&document(MAX_DOCUMENT_BYTES)), Some(Ok(_))));
        assert!(matches!(read(&document(MAX_DOCUMENT_BYTES + 1)), Some(Err(Violation::TooLarge))));
        assert!(read(&format!("{MARK}{}", "x".repeat(MAX_DOCUMENT_BYTES))).is_none());
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_not_without_harm(
            timestamp in "(1|-1|1.5|\"1\"|null|1e400)",
            directives in r#"(\[\]|\{\}|\[(\{("Namespace":"n",?)?("Dimensions":\[(\[("d",?){0,2}\],?){0,2}\],?)?("Metrics":\[(\{"Name":"m"\},?){0,2}\])?\},?){0,3}\])"#,
            target in r#"(1|\[1,2\]|\[\]|"x"|\[1,"x"\]|\{("Values":\[(1|1,2)\],?)?("Counts":\[(0|1,2)\])?\})"#,
        ) {
            let line = format!(r#"{{"_aws":{{"Timestamp":{timestamp},"CloudWatchMetrics":{directives}}},"m":{target},"d":"v"}}"#);
            if let Some(Ok(document)) = read(&line) {
                for sample in document.samples() {
                    prop_assert!(!sample.values.is_empty() && sample.namespace == "n" && sample.name == "m");
                }
            }
        }
    }
}
