//! The header `X-Amzn-Trace-Id` (AWS X-Ray, "Tracing header"; Elastic Load Balancing, "Request tracing").
//!
//! `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`, in any order, with fields of the sender's own behind.

use super::trace::{SpanId, TraceId};

/// Length of a header with a root, a parent and a decision, and a separator.
const USUAL_BYTES: usize = 75;

/// Longest header that is read.
const MAX_BYTES: usize = 512;

/// Longest text of other fields that is handed on.
const MAX_OTHER_BYTES: usize = 256;

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XrayHeader {
    /// Trace.
    pub root: TraceId,
    /// The caller's segment.
    pub parent: Option<SpanId>,
    /// Whether the trace is sampled; none when that is not yet decided.
    pub sampled: Option<bool>,
    /// Other well-formed fields, such as `Lineage`, by which Lambda recognises a loop, as they came. `Self` is the load balancer's own and left out.
    pub other: String,
}

impl XrayHeader {
    /// Reads the header; none without a well-formed root. A parent or a sampling decision that is not well formed counts as absent.
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let (mut root, mut parent, mut sampled, mut other) = (None, None, None, String::new());
        for field in text.split(|byte| *byte == b';').map(<[u8]>::trim_ascii) {
            let Some(at) = field.iter().position(|byte| *byte == b'=') else { continue };
            let (name, value) = (&field[..at], &field[at + 1..]);
            match name {
                b"Root" => root = root.or_else(|| TraceId::parse_xray(value)),
                b"Parent" => parent = parent.or_else(|| SpanId::parse(value, true)),
                b"Sampled" => sampled = sampled.or(decision(value)),
                b"Self" => {}
                _ => hand_on(&mut other, name, value),
            }
        }
        Some(Self { root: root?, parent, sampled, other })
    }

    /// The header.
    pub fn header(&self) -> String {
        let mut text = String::with_capacity(USUAL_BYTES + self.other.len());
        text.push_str("Root=");
        text.push_str(self.root.xray_text().as_str());
        if let Some(parent) = self.parent {
            text.push_str(";Parent=");
            text.push_str(parent.text().as_str());
        }
        if let Some(sampled) = self.sampled {
            text.push_str(if sampled { ";Sampled=1" } else { ";Sampled=0" });
        }
        if !self.other.is_empty() {
            text.push(';');
            text.push_str(&self.other);
        }
        text
    }
}

const fn decision(value: &[u8]) -> Option<bool> {
    match value {
        b"1" => Some(true),
        b"0" => Some(false),
        _ => None,
    }
}

fn hand_on(other: &mut String, name: &[u8], value: &[u8]) {
    let fits = |text: &[u8]| !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._:/+@-|,".contains(byte));
    if !fits(name) || !fits(value) || other.len() + name.len() + value.len() + 2 > MAX_OTHER_BYTES {
        return;
    }
    if !other.is_empty() {
        other.push(';');
    }
    for byte in name.iter().chain(b"=").chain(value) {
        other.push(char::from(*byte));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ROOT: &str = "1-5759e988-bd862e3fe1be46a994272793";

    #[test]
    fn fields_are_read_in_any_order() {
        for text in [
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            "Sampled=1; Parent=53995c3f42cd8ad8; Root=1-5759e988-bd862e3fe1be46a994272793",
            "Self=1-67891234-12456789abcdef0123456789;Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995C3F42CD8AD8;Sampled=1;",
        ] {
            let read = XrayHeader::parse(text.as_bytes()).unwrap();
            assert_eq!(read.header(), format!("Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"), "{text}");
        }
    }

    #[test]
    fn the_root_alone_is_enough_and_what_is_not_well_formed_counts_as_absent() {
        for text in ["Root=1-5759e988-bd862e3fe1be46a994272793", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=x;Sampled=?;=;;a=\u{e9}"] {
            let read = XrayHeader::parse(text.as_bytes()).unwrap();
            assert_eq!((read.parent, read.sampled, read.other.as_str()), (None, None, ""), "{text}");
        }
        for text in ["", "Sampled=1", "Root=", "Root=5759e988bd862e3fe1be46a994272793", "root=1-5759e988-bd862e3fe1be46a994272793"] {
            assert_eq!(XrayHeader::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(XrayHeader::parse(format!("Root={ROOT};a={}", "x".repeat(MAX_BYTES)).as_bytes()), None);
    }

    #[test]
    fn the_lineage_is_handed_on_within_a_bound() {
        let text = format!("Root={ROOT};Sampled=0;Lineage=25:a87bd80c:0;CalledFrom=app");
        assert_eq!(XrayHeader::parse(text.as_bytes()).unwrap().header(), text);
        let many = format!("Root={ROOT};{}", "abc=defghi;".repeat(40));
        assert!(XrayHeader::parse(many.as_bytes()).unwrap().other.len() <= MAX_OTHER_BYTES);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(root in 1_u128.., parent in proptest::option::of(1_u64..), sampled in any::<Option<bool>>(), other in "|[a-z]{1,9}=[a-z0-9:]{1,20}") {
            prop_assume!(!other.starts_with("self=") && !other.starts_with("root="));
            let written = XrayHeader { root: TraceId::new(root).unwrap(), parent: parent.and_then(SpanId::new), sampled, other };
            prop_assert_eq!(XrayHeader::parse(written.header().as_bytes()), Some(written));
        }

        #[test]
        fn garbage_is_refused_or_read_to_something_well_formed(text in "(Root=1-[0-9a-f]{8}-[0-9a-f]{24}|Parent|Sampled=1|[;= ]|\\PC|Self=1){0,12}") {
            if let Some(read) = XrayHeader::parse(text.as_bytes()) {
                let written = read.header();
                prop_assert!(written.bytes().all(|byte| byte.is_ascii_graphic()), "{}", written);
                prop_assert_eq!(XrayHeader::parse(written.as_bytes()), Some(read));
            }
        }
    }
}
