//! Text lines, recognised without configuration.
//!
//! Each dialect has a file with its grammar and where it is from. A line is tried against the dialects that its first byte allows, the most
//! particular first: Lambda's own lines, reports nobody caught, what Lambda's runtimes write, access lines, loggers with a form of their own,
//! logfmt, and at last the prefix in some order that most loggers write. What fits none is a text whose message is the line.
//!
//! A field is found by [`TextLine::field`]: first by the name the line or its dialect itself has for it (a logfmt key, a column of an access line, a pair
//! behind a message), then by the schema's path. Recognising slices the line; values are cut out when they are asked for, and copied only where
//! an escape had to be undone or a number written anew.

pub mod access;
pub mod alb;
pub(super) mod ansi;
mod columns;
mod dotnet;
pub(super) mod duration;
mod error_log;
mod exception;
mod glog;
mod header;
mod lambda;
mod lambda_application;
mod logfmt;
mod pairs;
mod path;
mod php;
mod postgres;
mod prefix;
pub(super) mod request;
mod ruby;
mod syslog;
pub(super) mod time;
mod tracing;
mod uncaught;

use std::borrow::Cow;

pub use path::{SCHEMA_PATHS, schema};

use self::{access::AccessLine, alb::AlbLine, lambda::LambdaLine, logfmt::Logfmt};
use super::{Fields, format::LineFormat};

/// How a text line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A line of the Lambda platform.
    Lambda,
    /// What a runtime prints of an error nobody caught.
    Uncaught,
    /// A function's own line, as Lambda's runtimes write it.
    LambdaApplication,
    /// An access line of an Application Load Balancer.
    Alb,
    /// An access line of nginx or Apache.
    Access,
    /// Syslog.
    Syslog,
    /// glog and klog.
    Glog,
    /// Ruby's `Logger`.
    Ruby,
    /// Monolog and PHP.
    Php,
    /// An error log of nginx or Apache.
    ErrorLog,
    /// Postgres.
    Postgres,
    /// .NET's console logger.
    Dotnet,
    /// `tracing-subscriber`.
    Tracing,
    /// logfmt.
    Logfmt,
    /// A time, a level or both before the message.
    Prefix,
    /// None of these.
    Text,
}

impl Dialect {
    /// Its name in the documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lambda => "lambda",
            Self::Uncaught => "uncaught",
            Self::LambdaApplication => "lambda-application",
            Self::Alb => "alb",
            Self::Access => "access",
            Self::Syslog => "syslog",
            Self::Glog => "glog",
            Self::Ruby => "ruby",
            Self::Php => "php",
            Self::ErrorLog => "error-log",
            Self::Postgres => "postgres",
            Self::Dotnet => "dotnet",
            Self::Tracing => "tracing",
            Self::Logfmt => "logfmt",
            Self::Prefix => "prefix",
            Self::Text => "text",
        }
    }
}

/// A text line whose dialect is known; its fields are read when they are asked for.
#[derive(Clone, Debug)]
pub struct TextLine<'a>(Reading<'a>);

#[derive(Clone, Debug)]
enum Reading<'a> {
    Plain(Shape<'a>),
    /// A line with colours, without them. Rare: it is recognised anew for each question, and its answers are copies.
    Coloured(String),
}

#[derive(Clone, Debug)]
enum Shape<'a> {
    Lambda(LambdaLine<'a>),
    Alb(AlbLine<'a>),
    Access(AccessLine<'a>),
    Logfmt(Logfmt<'a>),
    /// A line that is a prefix and a message.
    Message(Dialect, &'a str, Box<Fields<'a>>),
    Text(&'a str),
}

/// The dialects that are a prefix and a message, the most particular first.
type Reader = for<'a> fn(&'a str) -> Option<Fields<'a>>;
const LOGGERS: [(Dialect, Reader); 8] = [
    (Dialect::Syslog, syslog::read),
    (Dialect::Glog, glog::read),
    (Dialect::Ruby, ruby::read),
    (Dialect::Php, php::read),
    (Dialect::ErrorLog, error_log::read),
    (Dialect::Postgres, postgres::read),
    (Dialect::Dotnet, dotnet::read),
    (Dialect::Tracing, tracing::read),
];

/// Reads a text line. Every line gives something.
pub fn read(line: &str) -> Fields<'_> {
    TextLine::recognise(line).fields()
}

/// The time of a line that names no year (syslog, glog), in the year that brings it nearest to the event's own time.
pub fn timestamp_near(line: &str, event_ms: i64) -> Option<i64> {
    let yearless = match glog::head(line) {
        Some((_, rest)) => time::glog(rest)?.0,
        None => match time::prefix(syslog::after_pri(line))?.time {
            time::Time::Yearless(yearless) => yearless,
            time::Time::At(_) | time::Time::Unknown => return None,
        },
    };
    yearless.near(event_ms)
}

impl<'a> TextLine<'a> {
    /// Recognises a line.
    pub fn recognise(line: &'a str) -> Self {
        if ansi::is_coloured(line) {
            return Self(Reading::Coloured(ansi::strip(line)));
        }
        Self(Reading::Plain(Shape::of(line)))
    }

    /// How it is written.
    pub fn dialect(&self) -> Dialect {
        match &self.0 {
            Reading::Plain(shape) => shape.dialect(),
            Reading::Coloured(line) => Shape::of(line).dialect(),
        }
    }

    /// All it says.
    pub fn fields(&self) -> Fields<'a> {
        match &self.0 {
            Reading::Plain(shape) => shape.fields(),
            Reading::Coloured(line) => ansi::into_owned(Shape::of(line).fields()),
        }
    }

    /// One value by its path, with or without `$.` before it: the line's own name for it, then the schema's.
    pub fn field(&self, path: &str) -> Option<Cow<'a, str>> {
        let path = path.strip_prefix("$.").unwrap_or(path);
        match &self.0 {
            Reading::Plain(shape) => shape.field(path),
            Reading::Coloured(line) => Shape::of(line).field(path).map(|value| Cow::Owned(value.into_owned())),
        }
    }
}

/// Reads a line of a service that states how its lines are written. The platform's own lines and reports nobody caught come before the
/// stated format, since the service does not write them; every other dialect comes behind it.
pub fn read_as<'a>(line: &'a str, format: &LineFormat) -> Fields<'a> {
    match Shape::of_platform(line) {
        Some(shape) => shape.fields(),
        None => format.read(line).unwrap_or_else(|| read(line)),
    }
}

/// [`TextLine::field`] for a service that states how its lines are written.
pub fn field_as<'a>(line: &'a str, format: &LineFormat, path: &str) -> Option<Cow<'a, str>> {
    let path = path.strip_prefix("$.").unwrap_or(path);
    match Shape::of_platform(line) {
        Some(shape) => shape.field(path),
        None if format.matches(line) => format.field(line, path),
        None => TextLine::recognise(line).field(path),
    }
}

impl<'a> Shape<'a> {
    /// Lines a service does not write itself.
    fn of_platform(line: &'a str) -> Option<Self> {
        let lambda = LambdaLine::read(line).map(Self::Lambda);
        lambda.or_else(|| uncaught::read(line).map(|fields| Self::Message(Dialect::Uncaught, line, Box::new(fields))))
    }

    fn of(line: &'a str) -> Self {
        let message = |dialect, fields| Self::Message(dialect, line, Box::new(fields));
        Self::of_platform(line)
            .or_else(|| lambda_application::read(line).map(|fields| message(Dialect::LambdaApplication, fields)))
            .or_else(|| AlbLine::read(line).map(Self::Alb))
            .or_else(|| AccessLine::read(line).map(Self::Access))
            .or_else(|| LOGGERS.iter().find_map(|(dialect, read)| read(line).map(|fields| message(*dialect, fields))))
            .or_else(|| Logfmt::read(line).map(Self::Logfmt))
            .or_else(|| prefix::read(line).map(|fields| message(Dialect::Prefix, fields)))
            .unwrap_or(Self::Text(line))
    }

    const fn dialect(&self) -> Dialect {
        match self {
            Self::Lambda(_) => Dialect::Lambda,
            Self::Alb(_) => Dialect::Alb,
            Self::Access(_) => Dialect::Access,
            Self::Logfmt(_) => Dialect::Logfmt,
            Self::Message(dialect, ..) => *dialect,
            Self::Text(_) => Dialect::Text,
        }
    }

    fn fields(&self) -> Fields<'a> {
        match self {
            Self::Lambda(line) => line.fields(),
            Self::Alb(line) => line.fields(),
            Self::Access(line) => line.fields(),
            Self::Logfmt(line) => line.fields(),
            Self::Message(_, _, fields) => (**fields).clone(),
            Self::Text(line) => Fields { message: Some(Cow::Borrowed(line.trim_end())), ..Fields::default() },
        }
    }

    fn field(&self, path: &str) -> Option<Cow<'a, str>> {
        let own = match self {
            Self::Lambda(line) => line.field(path).map(Cow::Borrowed),
            Self::Alb(line) => line.field(path).map(Cow::Borrowed),
            Self::Access(line) => line.field(path).map(Cow::Borrowed),
            Self::Logfmt(line) => line.field(path),
            Self::Message(_, line, fields) => return schema(fields, path).or_else(|| pairs::find(line, path)),
            Self::Text(_) => None,
        };
        own.or_else(|| schema(&self.fields(), path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Level, PlatformFailure};

    #[test]
    fn the_level_is_found_in_every_usual_place() {
        for (line, level, logger, message) in [
            ("2026-11-20 12:01:02,345 ERROR mailer.smtp: cannot send", Level::Error, Some("mailer.smtp"), "cannot send"),
            ("[ERROR] ValueError: bad", Level::Error, None, "ValueError: bad"),
            ("WARNING:root:low", Level::Warning, Some("root"), "low"),
            ("error: it broke", Level::Error, None, "it broke"),
        ] {
            let fields = read(line);
            assert_eq!((fields.level, fields.logger.as_deref(), fields.message.as_deref()), (Some(level), logger, Some(message)), "{line}");
        }
    }

    #[test]
    fn a_python_traceback_in_one_event_gives_type_message_and_stack() {
        let fields = read("[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler\n    x['id']\n");
        assert_eq!(fields.error.kind.as_deref(), Some("KeyError"));
        assert_eq!(fields.error.message.as_deref(), Some("'id'"));
        assert!(fields.error.stack.is_some());
    }

    #[test]
    fn a_rust_panic_is_critical_with_its_message_from_the_next_line() {
        let fields = read("thread 'feed' (75) panicked at src/feed.rs:51:38:\nindex out of bounds");
        assert_eq!((fields.level, fields.error.kind.as_deref()), (Some(Level::Critical), Some("panic")));
        assert_eq!(fields.message.as_deref(), Some("index out of bounds"));
        assert!(read("thread 'feed' panicked at src/feed.rs:51:38:").message.unwrap().contains("panicked at"));
    }

    #[test]
    fn lambda_time_outs_and_exits_are_platform_failures() {
        let fields = read("2026-11-20T10:00:00.000Z 1b2c Task timed out after 3.00 seconds");
        assert_eq!((fields.platform, fields.request_id.as_deref()), (Some(PlatformFailure::TimedOut), Some("1b2c")));
        let fields = read("RequestId: 9f Error: Runtime exited with error: signal: killed");
        assert_eq!((fields.platform, fields.request_id.as_deref()), (Some(PlatformFailure::OutOfMemory), Some("9f")));
    }

    #[test]
    fn a_field_answers_to_the_lines_own_name_before_the_schemas() {
        let line = TextLine::recognise("level=warn msg=\"slow \\\"query\\\"\" ms=12 duration=12ms status=200");
        assert_eq!((line.field("$.level").as_deref(), line.field("ms").as_deref()), (Some("warn"), Some("12")));
        assert_eq!(line.field("message").as_deref(), Some("slow \"query\""));
        assert_eq!((line.field("http.duration_ms").as_deref(), line.field("duration").as_deref()), (Some("12"), Some("12ms")));
        assert_eq!(line.field("absent"), None);
    }

    #[test]
    fn pairs_behind_a_message_are_fields_too() {
        let line = TextLine::recognise("2026/11/23 10:00:00 WARN slow query ms=12 db=\"orders db\"");
        assert!(matches!(line.field("ms"), Some(Cow::Borrowed("12"))));
        assert_eq!((line.field("db").as_deref(), line.field("level").as_deref()), (Some("orders db"), Some("WARNING")));
    }

    #[test]
    fn a_year_is_added_from_the_event() {
        let event = time::parse("2026-11-23T10:00:05Z").unwrap();
        for line in ["<11>Nov 23 10:00:00 web app[7]: x", "Nov 23 10:00:00 web app[7]: x", "E1123 10:00:00.000000 7 a.go:1] x"] {
            assert_eq!((read(line).timestamp_ms, timestamp_near(line, event)), (None, Some(event - 5_000)), "{line}");
        }
        assert_eq!(timestamp_near("2026-11-23T10:00:00Z x", event), None);
        assert_eq!(timestamp_near("no time", event), None);
    }

    #[test]
    fn colours_are_read_through() {
        let line = TextLine::recognise(
            "\u{1b}[2m2026-11-23T10:00:00.123456Z\u{1b}[0m \u{1b}[31mERROR\u{1b}[0m \u{1b}[2mshop::db\u{1b}[0m\u{1b}[2m:\u{1b}[0m no answer \u{1b}[3mhost\u{1b}[0m\u{1b}[2m=\u{1b}[0mdb1",
        );
        let fields = line.fields();
        assert_eq!((line.dialect(), fields.level, fields.message.as_deref()), (Dialect::Tracing, Some(Level::Error), Some("no answer")));
        assert_eq!((line.field("host").as_deref(), fields.logger.as_deref()), (Some("db1"), Some("shop::db")));
    }
}
