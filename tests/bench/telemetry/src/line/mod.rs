//! One line in a span with four fields: ours, others', and written by hand.

mod floor;
mod ours;
mod peers;
mod work;

pub(crate) use floor::write_head;

use crate::{case::Case, truth::Expected};

/// What every line says beside its time.
const LINE: &[Expected] = &[
    Expected { what: "level", names: &["level"], values: &["INFO", "30"] },
    Expected { what: "message", names: &["message", "msg"], values: &[work::MESSAGE, "[REQUEST - EVENT] order placed"] },
    Expected { what: "target", names: &["target", "logger"], values: &[work::TARGET] },
    Expected { what: "request id", names: &["request_id"], values: &[work::REQUEST_ID] },
    Expected { what: "trace id", names: &["trace_id"], values: &[work::TRACE_ID] },
    Expected { what: "user", names: &["user_id", "user"], values: &[work::USER] },
    Expected { what: "tenant", names: &["tenant_id", "tenant"], values: &[work::TENANT] },
    Expected { what: "amount", names: &["amount"], values: &["129.95"] },
    Expected { what: "currency", names: &["currency"], values: &[work::CURRENCY] },
];

/// The line written by hand, which the others are compared with.
pub const FLOOR: &str = "written by hand";
/// Ours, masking off.
pub const OURS: &str = "ours";
/// Ours, as it is by default.
pub const OURS_MASKED: &str = "ours, masking";
/// The peer that goals name, in its forms.
pub const TRACING: [&str; 2] = ["tracing-subscriber json", "tracing-subscriber json, flat"];
/// The other peer that goals name, in its forms.
pub const JSON_SUBSCRIBER: [&str; 3] = ["json-subscriber", "json-subscriber, flat event", "json-subscriber, all flat"];

const fn case(name: &'static str, open: fn(crate::sink::Sink) -> anyhow::Result<crate::case::Work>) -> Case {
    Case { name, open, expected: Some(LINE) }
}

/// Everything that is measured, the floor first.
pub const CASES: [Case; 15] = [
    case(FLOOR, |sink| Ok(floor::open(sink))),
    case(OURS, |sink| ours::open(sink, false, work::in_span)),
    case(OURS_MASKED, |sink| ours::open(sink, true, work::in_span)),
    case("ours, masking, spans three deep", |sink| ours::open(sink, true, work::in_three_spans)),
    case("ours, masking, names of one's own", |sink| ours::open(sink, true, work::in_span_of_own_names)),
    case(TRACING[0], |sink| peers::tracing_subscriber(sink, false, work::in_span)),
    case(TRACING[1], |sink| peers::tracing_subscriber(sink, true, work::in_span)),
    case(JSON_SUBSCRIBER[0], |sink| peers::json_subscriber(sink, peers::Shape::Default, work::in_span)),
    case(JSON_SUBSCRIBER[1], |sink| peers::json_subscriber(sink, peers::Shape::FlatEvent, work::in_span)),
    case(JSON_SUBSCRIBER[2], |sink| peers::json_subscriber(sink, peers::Shape::AllFlat, work::in_span)),
    case("tracing-bunyan-formatter", |sink| peers::bunyan(sink, work::in_span)),
    case("ours, masking, a span made for the line", |sink| ours::open(sink, true, work::span_and_line)),
    case("tracing-subscriber json, flat, a span made for the line", |sink| peers::tracing_subscriber(sink, true, work::span_and_line)),
    case("json-subscriber, flat event, a span made for the line", |sink| peers::json_subscriber(sink, peers::Shape::FlatEvent, work::span_and_line)),
    Case { name: "ours, a line below the level", open: |sink| ours::open(sink, true, work::below_the_level), expected: None },
];

/// Those that are measured with a system call for each line as well.
pub const WITH_A_FILE: [&str; 5] = [FLOOR, OURS, OURS_MASKED, TRACING[1], JSON_SUBSCRIBER[1]];
