//! The table of every key.

use std::time::Duration;

use skywarden_core::mask::{Entity, MAX_MASK_BYTES, MAX_NAMES, MAX_PATTERN_BYTES};

use super::{Key, Kind, Section};

const MILLISECOND: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const TEN_YEARS: Duration = Duration::from_hours(3_650 * 24);
const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;

/// Longest of the texts that every line carries, and of `CloudWatch`'s namespaces (`PutMetricData`).
const NAME_BYTES: usize = 255;

/// Longest name of a pattern, as in `skywarden.yaml`.
const MAX_PATTERN_NAME: usize = 64;

/// Longest event `CloudWatch` Logs takes (quotas of `CloudWatch` Logs, "Event size").
const EVENT_BYTES: u64 = MIB;

/// Most outputs.
const MAX_OUTPUTS: usize = 16;

/// Most quiet paths: each request is compared with them.
const MAX_PATHS: usize = 200;

/// Most headers told, of requests and of responses.
const MAX_HEADERS: usize = 50;

/// Most dimensions of the user's: a metric has at most 30 (embedded metric format, `DimensionSet`), and some are the library's.
const MAX_DIMENSIONS: usize = 20;

/// Every section, in the order of the documentation.
pub const SECTIONS: &[Section] = &[
    Section { path: "", example: "service = \"orders\"", meaning: "Who writes, and how lines look" },
    Section { path: "limits", example: "limits = { fields = 150 }", meaning: "Bounds of a line" },
    Section {
        path: "mask",
        example: "mask = { keys = [\"customer_name\"] }",
        meaning: "What is masked besides the built-in rules; `mask = false` switches masking off",
    },
    Section { path: "mask.patterns[]", example: "{ name = \"customer-number\", regex = \"CUST-[0-9]{8}\" }", meaning: "Each pattern" },
    Section { path: "outputs[]", example: "outputs = [{ to = \"stdout\" }]", meaning: "Each output" },
    Section { path: "outputs[].rotate", example: "rotate = { size = \"50MB\", every = \"day\" }", meaning: "When a new file begins" },
    Section { path: "outputs[].keep", example: "keep = { files = 14, age = \"14d\" }", meaning: "Which rotated files are kept" },
    Section {
        path: "outputs[].background",
        example: "background = { queue = \"4MiB\" }",
        meaning: "Writing by a thread of its own; `background = false` writes in the call itself",
    },
    Section {
        path: "sampling",
        example: "sampling = { first = 100, then = 100 }",
        meaning: "Which of many like lines are written, those of requests included; ERROR and above always are",
    },
    Section {
        path: "buffer",
        example: "buffer = { level = \"DEBUG\" }",
        meaning: "Quiet lines kept of each request and written when it fails; `buffer = true` takes the defaults",
    },
    Section { path: "requests", example: "requests = { quiet_paths = [\"/health\"] }", meaning: "What is told of requests" },
    Section { path: "metrics", example: "metrics = { builtin = true }", meaning: "Metrics in the embedded metric format" },
];

const fn text(path: &'static str, default: &'static str, example: &'static str, meaning: &'static str) -> Key {
    Key { path, kind: Kind::Text { most: NAME_BYTES }, default, example, meaning }
}

const fn flag(path: &'static str, default: &'static str, example: &'static str, meaning: &'static str) -> Key {
    Key { path, kind: Kind::Flag, default, example, meaning }
}

const fn texts(path: &'static str, most: usize, example: &'static str, meaning: &'static str) -> Key {
    Key { path, kind: Kind::Texts { most }, default: "", example, meaning }
}

const fn count(least: u64, most: u64) -> Kind {
    Kind::Count { least, most, off: false }
}

const fn size(least: u64, most: u64) -> Kind {
    Kind::Size { least, most, off: false }
}

const fn duration(least: Duration, most: Duration) -> Kind {
    Kind::Duration { least, most, off: false }
}

/// Every key, in the order of the documentation.
pub const KEYS: &[Key] = &[
    text("project", "", "\"shop\"", "Project; the first part of the metric namespace `project/environment/service`."),
    text("service", "", "\"orders\"", "Service name."),
    text("environment", "", "\"prod\"", "Environment."),
    text("version", "", "\"1.2.3\"", "Version of the service."),
    Key { path: "level", kind: Kind::Level { list: true }, default: "INFO", example: "\"DEBUG\"", meaning: "Lines below it are not written." },
    Key {
        path: "levels",
        kind: Kind::Levels,
        default: "",
        example: "{ \"orders.db\" = \"DEBUG\" }",
        meaning: "Levels by logger or target. The longest name counts that is the logger's or a parent of it, and `orders.db` is Rust's `orders::db` as well; `default` is the same as `level`.",
    },
    Key {
        path: "format",
        kind: Kind::Word(&["json", "pretty", "auto"]),
        default: "json",
        example: "\"auto\"",
        meaning: "`json` is one object a line, `pretty` is for people, `auto` is `pretty` on a terminal and else `json`.",
    },
    Key {
        path: "profile",
        kind: Kind::Word(&["standard", "powertools", "lambda", "otel"]),
        default: "standard",
        example: "\"powertools\"",
        meaning: "Names that other tools expect beside ours: of Powertools for AWS Lambda, of Lambda's own JSON format, of OpenTelemetry's log data model; `standard` none.",
    },
    flag("location", "false", "true", "Whether lines name the place in the source they come from."),
    Key {
        path: "limits.fields",
        kind: count(1, 1_000),
        default: "150",
        example: "100",
        meaning: "Most fields of yours in a line. Logs Insights finds at most 200 in all.",
    },
    Key {
        path: "limits.value",
        kind: size(64, EVENT_BYTES),
        default: "32KiB",
        example: "\"8KiB\"",
        meaning: "Longest text of one value; what is longer is cut.",
    },
    Key {
        path: "limits.line",
        kind: size(KIB, EVENT_BYTES),
        default: "256KiB",
        example: "\"128KiB\"",
        meaning: "Longest line. CloudWatch Logs takes at most 1 MiB.",
    },
    Key { path: "limits.depth", kind: count(1, 64), default: "8", example: "4", meaning: "Most objects and lists inside each other." },
    flag("mask.enabled", "true", "false", "Whether anything is masked."),
    texts("mask.keys", MAX_NAMES, "[\"customer_name\"]", "Names of keys whose values are masked."),
    texts("mask.paths", MAX_NAMES, "[\"user.card\", \"**.date_of_birth\"]", "Places whose values are masked."),
    Key {
        path: "mask.patterns[].name",
        kind: Kind::Text { most: MAX_PATTERN_NAME },
        default: "",
        example: "\"customer-number\"",
        meaning: "Name in counts and messages.",
    },
    Key {
        path: "mask.patterns[].regex",
        kind: Kind::Text { most: MAX_PATTERN_BYTES },
        default: "",
        example: "\"CUST-[0-9]{8}\"",
        meaning: "Regular expression; with a group, the first group is masked.",
    },
    Key {
        path: "mask.patterns[].mask",
        kind: Kind::Text { most: MAX_MASK_BYTES },
        default: "***",
        example: "\"CUST_***\"",
        meaning: "What stands in place of what is found.",
    },
    texts("mask.also", Entity::ALL.len(), "[\"ip-address\"]", "Kinds of data to mask that pass by default."),
    texts("mask.allow", Entity::ALL.len(), "[\"phone-number\"]", "Kinds of data that pass."),
    flag("mask.labels", "false", "true", "Whether a mask says what it hides."),
    Key {
        path: "outputs",
        kind: Kind::Outputs { most: MAX_OUTPUTS },
        default: "stdout",
        example: "[\"stderr\"]",
        meaning: "Where lines go. Each is a map of the keys below, or `to` alone.",
    },
    Key {
        path: "outputs[].to",
        kind: Kind::Destination,
        default: "",
        example: "\"/var/log/orders/app.log\"",
        meaning: "Standard output, standard error or a file. A file's path has a `/` or a `.`.",
    },
    Key { path: "outputs[].level", kind: Kind::Level { list: false }, default: "TRACE", example: "\"ERROR\"", meaning: "Lines below it do not go there." },
    Key {
        path: "outputs[].format",
        kind: Kind::Word(&["json", "pretty", "auto"]),
        default: "as `format`",
        example: "\"pretty\"",
        meaning: "How lines look there.",
    },
    Key {
        path: "outputs[].rotate.size",
        kind: Kind::Size { least: KIB, most: TIB, off: true },
        default: "off",
        example: "\"50MB\"",
        meaning: "A new file begins before the old one is larger.",
    },
    Key {
        path: "outputs[].rotate.every",
        kind: Kind::Word(&["minute", "hour", "day", "off"]),
        default: "off",
        example: "\"day\"",
        meaning: "A new file begins with each minute, hour or day, in UTC.",
    },
    Key {
        path: "outputs[].keep.files",
        kind: Kind::Count { least: 1, most: 10_000, off: true },
        default: "off",
        example: "14",
        meaning: "Most rotated files kept.",
    },
    Key {
        path: "outputs[].keep.age",
        kind: Kind::Duration { least: MINUTE, most: TEN_YEARS, off: true },
        default: "off",
        example: "\"14d\"",
        meaning: "How long rotated files are kept.",
    },
    Key {
        path: "outputs[].keep.total",
        kind: Kind::Size { least: KIB, most: 1_024 * TIB, off: true },
        default: "off",
        example: "\"1GB\"",
        meaning: "Most bytes of rotated files together.",
    },
    flag("outputs[].compress", "false", "true", "Whether rotated files are compressed with gzip."),
    flag(
        "outputs[].background.enabled",
        "true; on Lambda false",
        "false",
        "Whether a thread of its own writes, so that a slow destination does not hold up the application.",
    ),
    Key {
        path: "outputs[].background.queue",
        kind: size(64 * KIB, GIB),
        default: "4MiB",
        example: "\"1MiB\"",
        meaning: "Most bytes that wait. When it is full, lines below ERROR are dropped and counted.",
    },
    Key {
        path: "outputs[].background.wait",
        kind: duration(Duration::ZERO, MINUTE),
        default: "200ms",
        example: "\"50ms\"",
        meaning: "Longest wait of an ERROR line for room, and of a CRITICAL one until it is written.",
    },
    Key {
        path: "sampling.first",
        kind: Kind::Count { least: 0, most: 1_000_000_000, off: true },
        default: "off",
        example: "100",
        meaning: "Of each level and message so many are written in each `per`; `off` writes all.",
    },
    Key { path: "sampling.then", kind: count(0, 1_000_000_000), default: "100", example: "10", meaning: "After `first` every so manyth is written; 0 none." },
    Key { path: "sampling.per", kind: duration(MILLISECOND, HOUR), default: "1s", example: "\"1m\"", meaning: "The time after which counting begins anew." },
    Key {
        path: "sampling.debug_requests",
        kind: Kind::Share,
        default: "0",
        example: "\"1%\"",
        meaning: "Share of requests of which everything is written whatever its level.",
    },
    flag("buffer.enabled", "false", "true", "Whether quiet lines are kept. Any other key of `buffer` switches it on."),
    Key {
        path: "buffer.level",
        kind: Kind::Level { list: false },
        default: "DEBUG",
        example: "\"TRACE\"",
        meaning: "Lines from this level on are kept, up to the level that is written anyway.",
    },
    Key {
        path: "buffer.bytes",
        kind: size(KIB, 16 * MIB),
        default: "20KiB",
        example: "\"64KiB\"",
        meaning: "Most bytes kept of one request; the oldest lines go first.",
    },
    Key { path: "buffer.slow", kind: duration(MILLISECOND, HOUR), default: "5s", example: "\"2s\"", meaning: "Answers slower than this write what was kept." },
    flag("requests.lines", "true", "false", "Whether each request has a line."),
    texts(
        "requests.quiet_paths",
        MAX_PATHS,
        "[\"/health\", \"/internal/*\"]",
        "Paths without a line while they succeed; a `*` at the end stands for anything.",
    ),
    Key {
        path: "requests.slow",
        kind: Kind::Duration { least: MILLISECOND, most: HOUR, off: true },
        default: "off",
        example: "\"2s\"",
        meaning: "Answers slower than this are told as WARNING.",
    },
    texts("requests.request_headers", MAX_HEADERS, "[\"x-client\"]", "Headers of requests that are told."),
    texts("requests.response_headers", MAX_HEADERS, "[\"x-cache\"]", "Headers of responses that are told."),
    flag("requests.accept_ids", "true", "false", "Whether ids of incoming requests are taken over; switch it off where clients cannot be trusted."),
    Key {
        path: "requests.trusted_proxies",
        kind: count(0, 32),
        default: "0",
        example: "1",
        meaning: "How many proxies in front of the service add to `X-Forwarded-For`; 0 takes the peer's address.",
    },
    flag("requests.paths", "true", "false", "Whether the path is told beside the route."),
    Key {
        path: "requests.body",
        kind: Kind::Size { least: 0, most: 256 * KIB, off: true },
        default: "off",
        example: "\"4KiB\"",
        meaning: "Most bytes of a request's and a response's body that are told. In Rust a request's is told where `count_request_bodies()` is asked for.",
    },
    text("metrics.namespace", "`project/environment/service`", "\"shop/prod/orders\"", "Namespace of the metrics."),
    flag("metrics.builtin", "false", "true", "Whether requests, errors, durations, log events and the rest of the built-in metrics are written."),
    flag("metrics.by_route", "false", "true", "Whether the built-in request metrics are written by route as well."),
    Key { path: "metrics.interval", kind: duration(SECOND, HOUR), default: "1m", example: "\"10s\"", meaning: "How often what was gathered is written." },
    Key {
        path: "metrics.max_series",
        kind: count(1, 100_000),
        default: "1000",
        example: "500",
        meaning: "Most combinations of name and dimension values; what is over is counted as `__other__`.",
    },
    Key {
        path: "metrics.dimensions",
        kind: Kind::Pairs { most: MAX_DIMENSIONS },
        default: "",
        example: "{ Region = \"eu-west-1\" }",
        meaning: "Dimensions every metric has.",
    },
];
