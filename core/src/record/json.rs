//! JSON lines: schema 1.0 and the dialects that differ only in key names.
//!
//! One pass, no `serde_json::Value`: known keys are read into borrowed strings, everything else is passed over. Duplicate keys: last wins, as
//! CloudWatch reads them.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{ErrorFields, Fields, Http, Level, PlatformFailure};

/// Reads a line; `None` when it is not one JSON object.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    if !line.trim_start().starts_with('{') {
        return None;
    }
    serde_json::from_str::<Line<'_>>(line).ok().map(|line| line.0)
}

struct Line<'a>(Fields<'a>);

impl<'de> Deserialize<'de> for Line<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LineVisitor)
    }
}

struct LineVisitor;

impl<'de> Visitor<'de> for LineVisitor {
    type Value = Line<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        let mut platform_type: Option<Cow<'de, str>> = None;
        while let Some(Key(key)) = map.next_key()? {
            match key.as_ref() {
                "level" | "severity" | "levelname" | "log.level" | "severityText" => {
                    let found = map.next_value::<Scalar<'de>>()?.level();
                    fields.level = found.or(fields.level);
                }
                "message" | "msg" | "event_message" => fields.message = map.next_value::<Scalar<'de>>()?.text(),
                "service" | "service.name" => fields.service = map.next_value::<Scalar<'de>>()?.text(),
                "version" => fields.version = map.next_value::<Scalar<'de>>()?.text(),
                "request_id" | "requestId" | "AWSRequestId" | "function_request_id" => {
                    fields.request_id = map.next_value::<Scalar<'de>>()?.text().or(fields.request_id);
                }
                "trace_id" | "traceId" | "xray_trace_id" => fields.trace_id = map.next_value::<Scalar<'de>>()?.text().or(fields.trace_id),
                "http" => fields.http = map.next_value::<HttpObject<'de>>()?.0,
                "error" | "err" | "exception" => match map.next_value::<ErrorValue<'de>>()? {
                    ErrorValue(Some(error)) => fields.error = error,
                    ErrorValue(None) => fields.error = ErrorFields::default(),
                },
                "errorType" | "error_type" | "exception_name" => fields.error.kind = map.next_value::<Scalar<'de>>()?.text(),
                "errorMessage" | "error_message" => fields.error.message = map.next_value::<Scalar<'de>>()?.text(),
                "stackTrace" | "stack_trace" | "stack" | "exc_info" | "traceback" => fields.error.stack = map.next_value::<Scalar<'de>>()?.text(),
                "will_retry" | "retrying" => fields.will_retry = matches!(map.next_value::<Scalar<'de>>()?, Scalar::Bool(true)),
                "type" => platform_type = map.next_value::<Scalar<'de>>()?.text(),
                "record" => {
                    // Only Lambda's own events have a `record` that tells of failure; the type may follow later in the object.
                    let PlatformRecord { status, error_type, request_id } = map.next_value()?;
                    fields.platform = platform_failure(status.as_deref(), error_type.as_deref());
                    fields.request_id = request_id.or(fields.request_id);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !platform_type.is_some_and(|kind| kind.starts_with("platform.")) {
            fields.platform = None;
        }
        Ok(Line(fields))
    }
}

/// `platform.report` and `platform.runtimeDone` carry `status` success, failure, error or timeout.
fn platform_failure(status: Option<&str>, error_type: Option<&str>) -> Option<PlatformFailure> {
    match (status?, error_type) {
        ("timeout", _) => Some(PlatformFailure::TimedOut),
        ("error", Some("Runtime.OutOfMemory")) => Some(PlatformFailure::OutOfMemory),
        ("error", _) => Some(PlatformFailure::Exited),
        _ => None,
    }
}

/// A key; borrowed unless it holds escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// Any JSON value where a simple one is expected: applications write numbers for strings and arrays for stacks.
enum Scalar<'a> {
    Text(Cow<'a, str>),
    Integer(u64),
    Bool(bool),
    Nothing,
}

impl<'a> Scalar<'a> {
    fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Integer(number) => Some(Cow::Owned(number.to_string())),
            Self::Bool(flag) => Some(Cow::Borrowed(if flag { "true" } else { "false" })),
            Self::Nothing => None,
        }
    }

    fn level(&self) -> Option<Level> {
        match self {
            Self::Text(text) => Level::from_word(text),
            Self::Integer(number) => Level::from_number(*number),
            Self::Bool(_) | Self::Nothing => None,
        }
    }

    fn status(&self) -> Option<u16> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Integer(number) => u16::try_from(*number).ok(),
            Self::Bool(_) | Self::Nothing => None,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = Scalar<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("any value")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Scalar::Integer(number))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(u64::try_from(number).map_or(Scalar::Nothing, Scalar::Integer))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Scalar::Nothing)
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(Scalar::Bool(flag))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::Nothing)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                // Lambda's JSON events give the stack as an array of lines.
                let mut text = String::new();
                while let Some(line) = seq.next_element::<Scalar<'de>>()? {
                    if let Some(line) = line.text() {
                        if !text.is_empty() {
                            text.push('\n');
                        }
                        text.push_str(&line);
                    }
                }
                Ok(if text.is_empty() { Scalar::Nothing } else { Scalar::Text(Cow::Owned(text)) })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Nothing)
            }
        }
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// Generates a `Deserialize` that reads an object's known keys and takes any other value for "nothing".
macro_rules! lenient_object {
    ($name:ident<$life:lifetime>, $output:ty, $object:ident, $map:ident, { $($key:pat => $read:expr,)* }, text($text:ident) => $from_text:expr) => {
        impl<'de> Deserialize<'de> for $name<'de> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ObjectVisitor;
                impl<'de> Visitor<'de> for ObjectVisitor {
                    type Value = $output;
                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str("any value")
                    }
                    fn visit_map<A: MapAccess<'de>>(self, mut $map: A) -> Result<Self::Value, A::Error> {
                        let mut $object = <$output>::default();
                        while let Some(Key(key)) = $map.next_key()? {
                            match key.as_ref() {
                                $($key => $read,)*
                                _ => { $map.next_value::<IgnoredAny>()?; }
                            }
                        }
                        Ok($object)
                    }
                    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                        let $text = Cow::Borrowed(text);
                        Ok($from_text)
                    }
                    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                        let $text: Cow<'de, str> = Cow::Owned(text.to_owned());
                        Ok($from_text)
                    }
                    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> { Ok(Default::default()) }
                    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> { Ok(Default::default()) }
                    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> { Ok(Default::default()) }
                    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> { Ok(Default::default()) }
                    fn visit_unit<E>(self) -> Result<Self::Value, E> { Ok(Default::default()) }
                    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                        while seq.next_element::<IgnoredAny>()?.is_some() {}
                        Ok(Default::default())
                    }
                }
                deserializer.deserialize_any(ObjectVisitor).map($name)
            }
        }
    };
}

struct HttpObject<'a>(Http<'a>);

lenient_object!(HttpObject<'de>, Http<'de>, http, map, {
    "method" => http.method = map.next_value::<Scalar<'de>>()?.text(),
    "route" => http.route = map.next_value::<Scalar<'de>>()?.text(),
    "status_code" => http.status_code = map.next_value::<Scalar<'de>>()?.status(),
}, text(_unused) => Http::default());

struct ErrorValue<'a>(Option<ErrorFields<'a>>);
struct ErrorObject<'a>(ErrorFields<'a>);

lenient_object!(ErrorObject<'de>, ErrorFields<'de>, error, map, {
    "type" | "name" | "kind" | "class" => error.kind = map.next_value::<Scalar<'de>>()?.text(),
    "message" => error.message = map.next_value::<Scalar<'de>>()?.text(),
    "stack" | "stack_trace" | "stacktrace" => error.stack = map.next_value::<Scalar<'de>>()?.text(),
}, text(message) => ErrorFields { message: Some(message), ..ErrorFields::default() });

impl<'de> Deserialize<'de> for ErrorValue<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ErrorObject(error) = ErrorObject::deserialize(deserializer)?;
        // `"error": null`, `false`, `0` and `""` say that there is no error.
        let said = error.kind.is_some() || error.stack.is_some() || error.message.as_deref().is_some_and(|text| !text.is_empty());
        Ok(Self(said.then_some(error)))
    }
}

#[derive(Default)]
struct PlatformFields<'a> {
    status: Option<Cow<'a, str>>,
    error_type: Option<Cow<'a, str>>,
    request_id: Option<Cow<'a, str>>,
}

struct PlatformObject<'a>(PlatformFields<'a>);

lenient_object!(PlatformObject<'de>, PlatformFields<'de>, record, map, {
    "status" => record.status = map.next_value::<Scalar<'de>>()?.text(),
    "errorType" => record.error_type = map.next_value::<Scalar<'de>>()?.text(),
    "requestId" => record.request_id = map.next_value::<Scalar<'de>>()?.text(),
}, text(_unused) => PlatformFields::default());

struct PlatformRecord<'a> {
    status: Option<Cow<'a, str>>,
    error_type: Option<Cow<'a, str>>,
    request_id: Option<Cow<'a, str>>,
}

impl<'de> Deserialize<'de> for PlatformRecord<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let PlatformObject(PlatformFields { status, error_type, request_id }) = PlatformObject::deserialize(deserializer)?;
        Ok(Self { status, error_type, request_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schema_1_0_is_read_and_borrowed() {
        let line = r#"{"timestamp":"2026-11-23T04:00:00Z","level":"ERROR","message":"payment failed","service":"orders","request_id":"r1","trace_id":"t1",
            "http":{"method":"GET","route":"/orders/{id}","status_code":502,"duration_ms":1.5},"error":{"type":"a.KeyError","message":"m","stack":"s"},"fields":{}}"#;
        let fields = read(line).unwrap();
        assert_eq!(fields.level, Some(Level::Error));
        assert!(matches!(fields.message, Some(Cow::Borrowed("payment failed"))));
        assert_eq!(fields.http.status_code, Some(502));
        assert_eq!(fields.error.kind.as_deref(), Some("a.KeyError"));
    }

    #[test]
    fn values_of_unexpected_types_cost_nothing_but_themselves() {
        let fields = read(r#"{"level":{"a":1},"message":12,"http":"x","error":[1],"service":null,"msg":"kept"}"#).unwrap();
        assert_eq!(fields.level, None);
        assert_eq!(fields.message.as_deref(), Some("kept"));
        assert!(fields.error.kind.is_none());
    }

    #[test]
    fn an_error_of_null_is_no_error() {
        for value in ["null", "false", "0", "\"\"", "{}"] {
            let line = format!(r#"{{"error":{value}}}"#);
            let fields = read(&line).unwrap();
            assert!(fields.error.kind.is_none() && fields.error.message.is_none(), "{value}");
        }
    }

    #[test]
    fn lambda_platform_reports_tell_of_a_time_out_and_others_do_not() {
        let line = r#"{"time":"t","type":"platform.report","record":{"requestId":"r","status":"timeout","metrics":{}}}"#;
        assert_eq!(read(line).unwrap().platform, Some(PlatformFailure::TimedOut));
        let mine = r#"{"type":"invoice","record":{"status":"timeout"}}"#;
        assert_eq!(read(mine).unwrap().platform, None);
    }

    #[test]
    fn lambda_application_errors_and_stacks_as_arrays_are_read() {
        let line = r#"{"timestamp":"t","level":"ERROR","message":"boom","errorType":"ValueError","errorMessage":"boom","stackTrace":["  File \"a.py\", line 1, in f\n","x"],"AWSRequestId":"r"}"#;
        let fields = read(line).unwrap();
        assert_eq!(fields.error.kind.as_deref(), Some("ValueError"));
        assert!(fields.error.stack.unwrap().contains("a.py"));
        assert_eq!(fields.request_id.as_deref(), Some("r"));
    }

    #[test]
    fn what_is_not_one_object_is_not_json() {
        for line in ["", "text", "[1]", "{\"a\":1", "{\"a\":1} tail", "{'a':1}"] {
            assert!(read(line).is_none(), "{line}");
        }
    }
}
