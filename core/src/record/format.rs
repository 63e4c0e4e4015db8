//! `format:` with a regular expression: lines of a service in a form of its own.
//!
//! Named groups, `(?<level>…)` or `(?P<level>…)`, are the fields. A group with a name of [`GROUPS`] or of a schema path fills that field; any other is
//! reachable by its name. A group that matched nothing, an empty text or `-`, is absent. The syntax is RE2's: no look-around, no
//! back-references, and time linear in the line.

use std::borrow::Cow;

use jiff::{Timestamp, fmt::strtime::BrokenDownTime, tz::TimeZone};
use regex::{Captures, Regex, RegexBuilder};

use super::{
    Fields, Level,
    text::{self, duration, request, time},
};

/// Longest expression, in bytes.
pub const MAX_REGEX_BYTES: usize = 2_048;

/// Most memory a compiled expression may take, in bytes. A few hundred kilobytes hold any sensible line format; `\pL{500}` needs more.
pub const MAX_COMPILED_BYTES: usize = 512 * 1024;

/// How deep groups may nest.
pub const MAX_NESTING: u32 = 50;

/// Short names of groups, each with the schema path it fills. `duration_s` is in seconds, `duration_ms` in milliseconds; either may carry a unit
/// of its own (`12ms`).
pub const GROUPS: &[(&str, &str)] = &[
    ("timestamp", "timestamp"),
    ("level", "level"),
    ("message", "message"),
    ("logger", "logger"),
    ("service", "service"),
    ("environment", "environment"),
    ("version", "version"),
    ("request_id", "request_id"),
    ("correlation_id", "correlation_id"),
    ("user_id", "user_id"),
    ("tenant_id", "tenant_id"),
    ("trace_id", "trace_id"),
    ("span_id", "span_id"),
    ("method", "http.method"),
    ("route", "http.route"),
    ("path", "http.path"),
    ("status", "http.status_code"),
    ("duration_ms", "http.duration_ms"),
    ("duration_s", "http.duration_ms"),
    ("bytes", "http.response_bytes"),
    ("client_ip", "http.client_ip"),
    ("user_agent", "http.user_agent"),
    ("error_type", "error.type"),
    ("error_message", "error.message"),
    ("stack", "error.stack"),
];

/// A compiled line format.
#[derive(Clone, Debug)]
pub struct LineFormat {
    regex: Regex,
    /// Groups that fill a field: their index, their path, whether in seconds.
    filled: Vec<(usize, &'static str, bool)>,
    time: Option<String>,
}

/// Why a line format cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The expression is not one.
    #[error("the regular expression cannot be read: {reason}")]
    Syntax {
        /// What is wrong, in the words of the engine.
        reason: String,
        /// Where, as a byte offset into the expression.
        offset: usize,
    },
    /// It is longer than [`MAX_REGEX_BYTES`].
    #[error("the regular expression has {length} bytes, {MAX_REGEX_BYTES} are allowed")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// It compiles to more than [`MAX_COMPILED_BYTES`].
    #[error("the regular expression needs too much memory when compiled")]
    TooLarge,
    /// It names nothing.
    #[error("the regular expression has no named group")]
    NoNamedGroup,
    /// The time format is not one, or what it writes it cannot read.
    #[error("`{format}` is not a format of a whole date and time: {reason}")]
    BadTime {
        /// The format.
        format: String,
        /// What is wrong.
        reason: String,
    },
    /// There is a time format and no group it is for.
    #[error("there is a time format, and the regular expression has no group `timestamp`")]
    NoTimestamp,
}

impl FormatError {
    /// Byte offset into the expression, for a mistake that has a place in it.
    pub const fn offset(&self) -> Option<usize> {
        match self {
            Self::Syntax { offset, .. } => Some(*offset),
            _ => None,
        }
    }

    /// Whether the mistake is in the time format and not in the expression.
    pub const fn is_about_time(&self) -> bool {
        matches!(self, Self::BadTime { .. } | Self::NoTimestamp)
    }

    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "the syntax is RE2's: no look-around and no back-references; `\\` stands before a character meant as itself",
            Self::TooLong { .. } => "match only the beginning of the line, and leave the rest to `(?<message>.*)`",
            Self::TooLarge => "use smaller repetitions, `\\S+` instead of `\\S{1,500}`",
            Self::NoNamedGroup => "name what you want to read, for example `(?<level>\\w+) (?<message>.*)`",
            Self::BadTime { .. } => "write it as for strftime, for example `%d/%b/%Y:%H:%M:%S %z`; without a zone the time is UTC",
            Self::NoTimestamp => "name the time in the expression `(?<timestamp>…)`, or delete `time`",
        }
    }
}

/// Compiles the form of lines a plan holds.
///
/// # Errors
/// Everything that is wrong with it, as one text.
pub fn line_format(regex: &str, time: Option<&str>) -> Result<LineFormat, String> {
    LineFormat::compile(regex, time).map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

impl LineFormat {
    /// Compiles an expression and, if the group `timestamp` is not in a usual form, the format of its time (`%d/%b/%Y:%H:%M:%S %z`, as for
    /// strftime).
    ///
    /// # Errors
    /// Every mistake there is.
    pub fn compile(regex: &str, time: Option<&str>) -> Result<Self, Vec<FormatError>> {
        let mut errors = Vec::new();
        let compiled = compile(regex).map_err(|error| errors.push(error)).ok();
        if let Some(format) = time {
            let timestamp = |regex: &Regex| regex.capture_names().flatten().any(|name| name == "timestamp");
            if compiled.as_ref().is_some_and(|regex| !timestamp(regex)) {
                errors.push(FormatError::NoTimestamp);
            }
            if let Err(reason) = check_time(format) {
                errors.push(FormatError::BadTime { format: format.to_owned(), reason });
            }
        }
        match compiled {
            Some(regex) if errors.is_empty() => {
                let named = regex.capture_names().enumerate().filter_map(|(index, name)| Some((index, name?)));
                let filled = named.filter_map(|(index, name)| Some((index, path_of(name)?, name == "duration_s"))).collect();
                Ok(Self { regex, filled, time: time.map(str::to_owned) })
            }
            _ => Err(errors),
        }
    }

    /// The names of its groups, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.regex.capture_names().flatten()
    }

    /// Every path a value can be asked for by: the names of its groups, and the schema paths they fill. A line always has a message.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.names().chain(self.filled.iter().map(|&(_, path, _)| path)).chain(std::iter::once("message"))
    }

    /// Whether a line has this form.
    pub fn matches(&self, line: &str) -> bool {
        self.regex.is_match(line)
    }

    /// What a line of this form says; `None` for any other line.
    pub fn read<'a>(&self, line: &'a str) -> Option<Fields<'a>> {
        let captures = self.regex.captures(line)?;
        let mut fields = Fields::default();
        for &(index, path, seconds) in &self.filled {
            if let Some(value) = value(&captures, index, path == "message") {
                self.fill(&mut fields, path, seconds, value);
            }
        }
        fields.message.get_or_insert(Cow::Borrowed(line.trim_end()));
        Some(fields)
    }

    /// One value of a line of this form: of the group with this name, else of the schema's path.
    pub fn field<'a>(&self, line: &'a str, path: &str) -> Option<Cow<'a, str>> {
        let path = path.strip_prefix("$.").unwrap_or(path);
        match self.regex.capture_names().position(|name| name == Some(path)) {
            Some(index) => value(&self.regex.captures(line)?, index, path == "message").map(Cow::Borrowed),
            None => text::schema(&self.read(line)?, path),
        }
    }

    fn fill<'a>(&self, fields: &mut Fields<'a>, path: &str, seconds: bool, value: &'a str) {
        let slot = match path {
            "timestamp" => {
                fields.timestamp_ms = self.time.as_deref().map_or_else(|| time::parse(value), |format| milliseconds(format, value).ok());
                return;
            }
            "level" => {
                fields.level = Level::from_word(value).or_else(|| value.parse().ok().and_then(Level::from_number));
                return;
            }
            "http.status_code" => {
                fields.http.status_code = request::status(value);
                return;
            }
            "http.duration_ms" => {
                let bare = value.parse::<f64>().ok().filter(|number| number.is_finite());
                fields.http.duration_ms =
                    bare.map(|number| if seconds { duration::of_seconds(number) } else { number }).or_else(|| duration::milliseconds(value));
                return;
            }
            "http.response_bytes" => {
                fields.http.response_bytes = value.parse().ok();
                return;
            }
            "http.request_bytes" => {
                fields.http.request_bytes = value.parse().ok();
                return;
            }
            "http.path" => {
                fields.http.path = Some(Cow::Borrowed(request::path(value)));
                return;
            }
            "message" => &mut fields.message,
            "logger" => &mut fields.logger,
            "service" => &mut fields.service,
            "environment" => &mut fields.environment,
            "version" => &mut fields.version,
            "request_id" => &mut fields.request_id,
            "correlation_id" => &mut fields.correlation_id,
            "user_id" => &mut fields.user_id,
            "tenant_id" => &mut fields.tenant_id,
            "trace_id" => &mut fields.trace_id,
            "span_id" => &mut fields.span_id,
            "http.method" => &mut fields.http.method,
            "http.route" => &mut fields.http.route,
            "http.client_ip" => &mut fields.http.client_ip,
            "http.user_agent" => &mut fields.http.user_agent,
            "error.type" => &mut fields.error.kind,
            "error.message" => &mut fields.error.message,
            "error.stack" => &mut fields.error.stack,
            _ => return,
        };
        *slot = Some(Cow::Borrowed(value));
    }
}

fn compile(regex: &str) -> Result<Regex, FormatError> {
    if regex.len() > MAX_REGEX_BYTES {
        return Err(FormatError::TooLong { length: regex.len() });
    }
    // The parser of the engine itself: its errors have a place, the engine's own only a drawing of one.
    if let Err(error) = regex_syntax::ParserBuilder::new().nest_limit(MAX_NESTING).build().parse(regex) {
        let (reason, offset) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span().start.offset),
            other => (other.to_string(), 0),
        };
        return Err(FormatError::Syntax { reason, offset });
    }
    let built = RegexBuilder::new(regex).nest_limit(MAX_NESTING).size_limit(MAX_COMPILED_BYTES).build().map_err(|_| FormatError::TooLarge)?;
    if built.capture_names().flatten().next().is_none() {
        return Err(FormatError::NoNamedGroup);
    }
    Ok(built)
}

/// The schema path a group of this name fills.
fn path_of(name: &str) -> Option<&'static str> {
    let short = GROUPS.iter().find(|(group, _)| *group == name).map(|(_, path)| *path);
    short.or_else(|| text::SCHEMA_PATHS.iter().find(|path| **path == name).copied())
}

/// What a group matched; a message may be a dash.
fn value<'a>(captures: &Captures<'a>, index: usize, is_message: bool) -> Option<&'a str> {
    captures.get(index).map(|found| found.as_str()).filter(|value| !value.is_empty() && (is_message || *value != "-"))
}

/// Whether a moment written in this format can be read again, to the minute.
fn check_time(format: &str) -> Result<(), String> {
    const MINUTE_MS: i64 = 60_000;
    // 2026-11-23T10:05:00Z
    const SAMPLE_MS: i64 = 1_795_428_300_000;
    let sample = Timestamp::from_millisecond(SAMPLE_MS).map_err(|error| error.to_string())?.to_zoned(TimeZone::UTC);
    let text = jiff::fmt::strtime::format(format, &sample).map_err(|error| error.to_string())?;
    let read = milliseconds(format, &text)?;
    (read / MINUTE_MS == SAMPLE_MS / MINUTE_MS).then_some(()).ok_or_else(|| "it leaves out a part of the date or of the time of day".to_owned())
}

fn milliseconds(format: &str, text: &str) -> Result<i64, String> {
    let parsed = BrokenDownTime::parse(format, text).map_err(|error| error.to_string())?;
    let timestamp = parsed.to_timestamp().or_else(|_| TimeZone::UTC.to_timestamp(parsed.to_datetime()?));
    timestamp.map(Timestamp::as_millisecond).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(regex: &str) -> LineFormat {
        LineFormat::compile(regex, None).unwrap()
    }

    fn errors(regex: &str, time: Option<&str>) -> Vec<FormatError> {
        LineFormat::compile(regex, time).unwrap_err()
    }

    #[test]
    fn groups_fill_the_fields_they_are_named_for() {
        let regex = r"^(?P<timestamp>\S+ \S+)\|(?<level>\w)\|(?<method>\w+) (?<path>\S+) (?<status>\d+) (?<duration_s>\S+) (?<tenant>\S+) (?<message>.*)";
        let format = LineFormat::compile(regex, Some("%d/%b/%Y:%H:%M:%S %z")).unwrap();
        let line = "23/Nov/2026:10:00:00 +0100|E|POST /orders?x=1 503 0.25 acme no answer";
        let fields = format.read(line).unwrap();
        assert_eq!((fields.timestamp_ms, fields.level), (Some(1_795_424_400_000), Some(Level::Error)));
        assert_eq!((fields.http.path.as_deref(), fields.http.status_code, fields.http.duration_ms), (Some("/orders"), Some(503), Some(250.0)));
        assert!(matches!(fields.message, Some(Cow::Borrowed("no answer"))));
        assert!(matches!(format.field(line, "$.tenant"), Some(Cow::Borrowed("acme"))));
        assert_eq!((format.field(line, "http.duration_ms").as_deref(), format.field(line, "level").as_deref()), (Some("250"), Some("E")));
        for path in ["tenant", "http.method", "method", "message"] {
            assert!(format.paths().any(|known| known == path) && format.field(line, path).is_some(), "{path}");
        }
        assert!(!format.paths().any(|path| path == "amount"));
        assert!(format.read("another line").is_none() && format.field("another line", "tenant").is_none());
    }

    #[test]
    fn what_a_group_did_not_match_is_absent() {
        let format = compiled(r"^(?<request_id>\S*)/(?<duration_ms>\S*)( (?<http.method>\w+))?");
        let fields = format.read("-/12ms").unwrap();
        assert_eq!((fields.request_id, fields.http.method, fields.http.duration_ms), (None, None, Some(12.0)));
        assert_eq!(fields.message.as_deref(), Some("-/12ms"));
        assert_eq!(format.read("/nan GET").unwrap().http.duration_ms, None);
        assert_eq!(format.read("/1 GET").unwrap().http.method.as_deref(), Some("GET"));
    }

    #[test]
    fn the_platforms_lines_come_before_a_stated_format_and_other_dialects_behind_it() {
        let format = compiled(r"^(?<level>ERROR|INFO) (?<message>.*)");
        assert!(text::read_as("START RequestId: 9f Version: 1", &compiled("(?<message>.*)")).lambda.is_some());
        assert_eq!(text::read_as("ERROR a.b: c", &format).message.as_deref(), Some("a.b: c"));
        assert_eq!(text::read_as("WARN a.b: c", &format).message.as_deref(), Some("c"));
        assert_eq!(text::field_as("WARN a.b: c", &format, "$.logger").as_deref(), Some("a.b"));
        assert_eq!(text::field_as("INFO a.b: c", &format, "$.logger"), None);
        assert_eq!(text::field_as("START RequestId: 9f Version: 1", &format, "$.type").as_deref(), Some("platform.start"));
    }

    #[test]
    fn mistakes_have_a_place_and_come_all_at_once() {
        let syntax = &errors("(?<a>x", None)[0];
        assert_eq!((syntax.offset(), syntax.to_string()), (Some(0), "the regular expression cannot be read: unclosed group".to_owned()));
        assert_eq!(errors(r"(?<a>x)(?=y)", None)[0].offset(), Some(7));
        assert_eq!(errors(r"(?<a>x)\1", None)[0].offset(), Some(7));
        assert!(matches!(errors("(?<a>x)(?<a>y)", None)[..], [FormatError::Syntax { offset: 10, .. }]));
        assert_eq!(errors("a(b)", None), [FormatError::NoNamedGroup]);
        assert_eq!(errors("(?<a>x)", Some("%Y-%m-%d %H:%M:%S")), [FormatError::NoTimestamp]);
        let both = errors("(?<a>", Some("%H:%M"));
        assert!(matches!(both[..], [FormatError::Syntax { .. }, FormatError::BadTime { .. }]), "{both:?}");
        for format in ["%H:%M:%S", "%Y-%m-%d", "%J", "10:00", ""] {
            assert!(matches!(errors("(?<timestamp>x)", Some(format))[..], [FormatError::BadTime { .. }]), "{format}");
        }
        for format in ["%s", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y%m%d %H%M%S %z", "%d.%m.%Y %H:%M:%S"] {
            assert!(LineFormat::compile("(?<timestamp>x)", Some(format)).is_ok(), "{format}");
        }
    }

    #[test]
    fn length_memory_and_depth_are_bounded() {
        let padded = |length: usize| format!("(?<a>x){}", "y".repeat(length - 7));
        assert!(LineFormat::compile(&padded(MAX_REGEX_BYTES), None).is_ok());
        assert_eq!(errors(&padded(MAX_REGEX_BYTES + 1), None), [FormatError::TooLong { length: MAX_REGEX_BYTES + 1 }]);
        assert_eq!(errors(r"(?<a>\w{900})", None), [FormatError::TooLarge]);
        let nested = |depth: usize| format!("(?<a>x){}y{}", "(".repeat(depth), ")".repeat(depth));
        assert!(LineFormat::compile(&nested(40), None).is_ok());
        assert!(matches!(errors(&nested(60), None)[..], [FormatError::Syntax { .. }]));
    }
}
