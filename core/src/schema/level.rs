//! Levels of every dialect, mapped to ours.
//!
//! Words are read by [`Level::from_word`]. Numbers mean different things in different dialects, so each scale has a function of its own and the
//! caller, who knows the name of the field, chooses.

use super::colour;

/// Log level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// DEBUG and TRACE.
    Debug,
    /// INFO and NOTICE.
    Info,
    /// WARNING.
    Warning,
    /// ERROR.
    Error,
    /// CRITICAL, FATAL, ALERT, EMERGENCY, PANIC.
    Critical,
}

/// Length of the longest word, `informational`.
const LONGEST_WORD: usize = 13;

impl Level {
    /// Every level, the lowest first.
    pub const ALL: [Self; 5] = [Self::Debug, Self::Info, Self::Warning, Self::Error, Self::Critical];

    /// The word of schema 1.0.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
            Self::Critical => "CRITICAL",
        }
    }

    /// A level word in any case, also in brackets, in colour, or with the step of slog (`INFO+2`), OpenTelemetry (`WARN3`) or Postgres
    /// (`DEBUG5`); `None` when it is none.
    ///
    /// Sources: RFC 5424 (syslog), `java.util.logging.Level`, log4j, logback, log4net, Serilog, `Microsoft.Extensions.Logging` and its console's
    /// four-letter words, Python `logging`, Go `slog`, zap, zerolog and logrus, npm levels of winston, Android `Log`, Google Cloud's `LogSeverity`,
    /// OpenTelemetry's severity text.
    pub fn from_word(word: &str) -> Option<Self> {
        named(word).or_else(|| {
            let word = undecorated(word);
            named(word).or_else(|| stepped(word)).or_else(|| numbered(word))
        })
    }

    /// A numeric level as JSON loggers write it under `level`.
    ///
    /// 10 to 60 are pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. Python's `levelno` clashes with them (its 30 is
    /// WARNING, its 40 ERROR): Python's formatters write the name beside or instead of the number, pino and bunyan only the number, so a bare
    /// number is theirs. 100 to 600 are monolog (Google Cloud's numbers clash above 200, and its lines carry words), 5,000 and more logback's
    /// `level_value`. The small numbers of syslog and OpenTelemetry have functions of their own: a game's `"level": 3` is no error.
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            10 | 20 | 100 | 5_000 | 10_000 => Some(Self::Debug),
            30 | 200 | 250 | 20_000 => Some(Self::Info),
            40 | 300 | 30_000 => Some(Self::Warning),
            50 | 400 | 40_000 => Some(Self::Error),
            60 | 500 | 550 | 600 => Some(Self::Critical),
            _ => None,
        }
    }

    /// OpenTelemetry's `severityNumber`: 1-4 trace, 5-8 debug, 9-12 info, 13-16 warn, 17-20 error, 21-24 fatal; 0 is "unspecified". Source:
    /// OpenTelemetry, logs data model.
    pub const fn from_severity_number(number: u64) -> Option<Self> {
        match number {
            1..=8 => Some(Self::Debug),
            9..=12 => Some(Self::Info),
            13..=16 => Some(Self::Warning),
            17..=20 => Some(Self::Error),
            21..=24 => Some(Self::Critical),
            _ => None,
        }
    }

    /// Syslog's severity, as in a PRI, journald's `PRIORITY` and GELF's `level`: 0 emergency, 1 alert, 2 critical, 3 error, 4 warning, 5 notice,
    /// 6 info, 7 debug. Source: RFC 5424, section 6.2.1.
    pub const fn from_syslog(severity: u64) -> Option<Self> {
        match severity {
            0..=2 => Some(Self::Critical),
            3 => Some(Self::Error),
            4 => Some(Self::Warning),
            5 | 6 => Some(Self::Info),
            7 => Some(Self::Debug),
            _ => None,
        }
    }
}

/// Level word and OpenTelemetry severity number (logs data model, "`SeverityNumber`").
pub const fn severity_number(level: Level) -> u8 {
    match level {
        Level::Debug => 5,
        Level::Info => 9,
        Level::Warning => 13,
        Level::Error => 17,
        Level::Critical => 21,
    }
}

/// A bare word.
fn named(word: &str) -> Option<Level> {
    let bytes = word.as_bytes();
    let mut lower = [0_u8; LONGEST_WORD];
    let lower = lower.get_mut(..bytes.len())?;
    lower.copy_from_slice(bytes);
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"trace" | b"trce" | b"trc" | b"debug" | b"debu" | b"dbug" | b"dbg" | b"verbose" | b"vrb" | b"v" | b"d" | b"fine" | b"finer" | b"finest"
        | b"config" | b"silly" | b"http" => Level::Debug,
        b"info" | b"inf" | b"information" | b"informational" | b"i" | b"notice" | b"default" => Level::Info,
        b"warning" | b"warn" | b"wrn" | b"w" => Level::Warning,
        b"error" | b"err" | b"erro" | b"e" | b"severe" | b"fail" => Level::Error,
        b"critical" | b"crit" | b"fatal" | b"fata" | b"ftl" | b"f" | b"alert" | b"emergency" | b"emerg" | b"panic" | b"pnc" | b"dpanic" => Level::Critical,
        _ => return None,
    })
}

/// Without colour, brackets, padding and a colon: winston's colorize writes colour codes even into JSON.
fn undecorated(word: &str) -> &str {
    colour::inner(word).trim_matches(['[', ']', '(', ')', '<', '>', ':', ' '])
}

/// slog's `INFO+2`: DEBUG is -4, INFO 0, WARN 4, ERROR 8, and what lies between two belongs to the lower. Source: Go `log/slog`, `Level.String`.
fn stepped(word: &str) -> Option<Level> {
    let (base, step) = word.split_at_checked(word.find(['+', '-'])?)?;
    let base = match named(base)? {
        Level::Debug => -4,
        Level::Info => 0,
        Level::Warning => 4,
        Level::Error => 8,
        Level::Critical => return None,
    };
    Some(match step.parse::<i16>().ok()?.saturating_add(base) {
        ..0 => Level::Debug,
        0..4 => Level::Info,
        4..8 => Level::Warning,
        8..12 => Level::Error,
        12.. => Level::Critical,
    })
}

/// `TRACE2`, `DEBUG5`: the step does not change the level.
fn numbered(word: &str) -> Option<Level> {
    let base = word.strip_suffix(['1', '2', '3', '4', '5']).filter(|base| base.len() >= 4)?;
    named(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_dialect_are_read_in_any_case() {
        let words = [
            (Level::Debug, "TRACE Debug VERBOSE fine FINER FINEST CONFIG trce dbug silly http V D DBG vrb debu"),
            (Level::Info, "info Information Informational NOTICE default I INF"),
            (Level::Warning, "warn WARNING Wrn w"),
            (Level::Error, "error err ERRO Severe fail E"),
            (Level::Critical, "CRITICAL crit fatal F FTL alert emerg EMERGENCY panic dpanic"),
        ];
        for (level, words) in words {
            for word in words.split(' ') {
                assert_eq!(Level::from_word(word), Some(level), "{word}");
            }
        }
        for word in ["errors", "", "ok", "informationally", "none", "x", "é", "12"] {
            assert_eq!(Level::from_word(word), None, "{word}");
        }
    }

    #[test]
    fn decoration_and_steps_are_read_through() {
        for (word, level) in [
            ("[error    ]", Level::Error),
            ("<WARN>", Level::Warning),
            ("error:", Level::Error),
            ("\u{1b}[32minfo\u{1b}[39m", Level::Info),
            ("INFO+2", Level::Info),
            ("WARN+3", Level::Warning),
            ("ERROR+4", Level::Critical),
            ("DEBUG-4", Level::Debug),
            ("INFO-1", Level::Debug),
            ("WARN3", Level::Warning),
            ("DEBUG5", Level::Debug),
        ] {
            assert_eq!(Level::from_word(word), Some(level), "{word}");
        }
        for word in ["INFO+x", "FATAL+1", "INFO+99999", "WARN9", "i5", "+2", "[]"] {
            assert_eq!(Level::from_word(word), None, "{word}");
        }
    }

    #[test]
    fn each_scale_of_numbers_is_read_by_its_own_function() {
        use Level::{Critical, Debug, Error, Info, Warning};
        let of = |read: fn(u64) -> Option<Level>, numbers: &[u64]| numbers.iter().map(|&number| read(number)).collect::<Vec<_>>();
        assert_eq!(
            of(Level::from_number, &[10, 20, 30, 40, 50, 60, 25]),
            [Some(Debug), Some(Debug), Some(Info), Some(Warning), Some(Error), Some(Critical), None]
        );
        assert_eq!(of(Level::from_number, &[400, 550, 30_000]), [Some(Error), Some(Critical), Some(Warning)]);
        // A small number under `level` is as often a game's as syslog's.
        assert_eq!(of(Level::from_number, &[0, 1, 3, 7]), [None; 4]);
        assert_eq!(
            of(Level::from_syslog, &[0, 2, 3, 4, 5, 6, 7, 8]),
            [Some(Critical), Some(Critical), Some(Error), Some(Warning), Some(Info), Some(Info), Some(Debug), None]
        );
        assert_eq!(
            of(Level::from_severity_number, &[0, 1, 8, 9, 13, 17, 20, 24, 25]),
            [None, Some(Debug), Some(Debug), Some(Info), Some(Warning), Some(Error), Some(Error), Some(Critical), None]
        );
    }
}
