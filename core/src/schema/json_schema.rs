//! The schema of a line as JSON Schema (draft 2020-12), for validators and for people: profile `standard`, as strict as the writers are.

use serde::{Serialize, Serializer};

use super::{ErrorKey, HttpKey, Key, Level, OUTCOMES, SCHEMA, severity_number};

/// What every line has.
const REQUIRED: [Key; 6] = [Key::Timestamp, Key::Level, Key::SeverityNumber, Key::Message, Key::Logger, Key::Schema];

/// The JSON Schema, indented, with a final line end; always the same bytes.
pub fn json_schema() -> String {
    let document = Rule {
        schema: Some("https://json-schema.org/draft/2020-12/schema"),
        id: Some("urn:skywarden:log-record:1.0"),
        title: Some("Skywarden log record, schema 1.0"),
        one_of: Some(Level::ALL.map(level_and_number).into()),
        ..object("One line of a service's log.", Key::ALL.map(|key| (key.as_str(), top(key))), &REQUIRED.map(Key::as_str))
    };
    // Plain data with string keys always serialises.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// The rule for one value; what is absent does not restrict.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    schema: Option<&'static str>,
    #[serde(rename = "$id", skip_serializing_if = "Option::is_none")]
    id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    #[serde(rename = "const", skip_serializing_if = "Option::is_none")]
    exactly: Option<Literal>,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    one_of_values: Option<Vec<Literal>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_properties: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    property_names: Option<Box<Rule>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_properties: Option<Others>,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_of: Option<Vec<Rule>>,
}

/// One type or several.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Kind {
    One(&'static str),
    Several(&'static [&'static str]),
}

/// A value that is meant as itself.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Literal {
    Text(&'static str),
    Number(u8),
    Yes(bool),
}

/// Members no name is given of.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Others {
    None(bool),
    Like(Box<Rule>),
}

/// Members in the order of the line.
#[derive(Debug)]
struct Properties(Vec<(&'static str, Rule)>);

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, rule)| (name, rule)))
    }
}

fn kind(name: &'static str) -> Rule {
    Rule { kind: Some(Kind::One(name)), ..Rule::default() }
}

fn text() -> Rule {
    kind("string")
}

/// A text with at least one character.
fn name() -> Rule {
    Rule { min_length: Some(1), ..text() }
}

/// A text of this form.
fn form(pattern: &'static str) -> Rule {
    Rule { pattern: Some(pattern), ..text() }
}

fn count(minimum: u32) -> Rule {
    Rule { minimum: Some(minimum), ..kind("integer") }
}

/// An id of the application's, which may be a number there.
fn identifier() -> Rule {
    Rule { min_length: Some(1), kind: Some(Kind::Several(&["string", "integer"])), ..Rule::default() }
}

/// Present, and then true.
fn mark() -> Rule {
    Rule { exactly: Some(Literal::Yes(true)), ..Rule::default() }
}

fn words(words: impl IntoIterator<Item = &'static str>) -> Rule {
    Rule { one_of_values: Some(words.into_iter().map(Literal::Text).collect()), ..Rule::default() }
}

/// An object of these members and no others.
fn object<const N: usize>(description: &'static str, members: [(&'static str, Rule); N], required: &[&'static str]) -> Rule {
    Rule {
        description: Some(description),
        required: (!required.is_empty()).then(|| required.to_vec()),
        properties: Some(Properties(members.into())),
        additional_properties: Some(Others::None(false)),
        ..kind("object")
    }
}

/// The word of a level goes with its number.
fn level_and_number(level: Level) -> Rule {
    let is = |literal| Rule { exactly: Some(literal), ..Rule::default() };
    let members = [(Key::Level.as_str(), is(Literal::Text(level.as_str()))), (Key::SeverityNumber.as_str(), is(Literal::Number(severity_number(level))))];
    Rule { properties: Some(Properties(members.into())), ..Rule::default() }
}

fn top(key: Key) -> Rule {
    let rule = match key {
        Key::Timestamp => Rule { format: Some("date-time"), ..form("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$") },
        Key::Level => words(Level::ALL.map(Level::as_str)),
        Key::SeverityNumber => Rule { one_of_values: Some(Level::ALL.map(|level| Literal::Number(severity_number(level))).into()), ..Rule::default() },
        Key::Message | Key::Logger => text(),
        Key::Service | Key::Environment | Key::Version => name(),
        Key::Location => form("^.+:[0-9]+$"),
        Key::RequestId | Key::CorrelationId | Key::UserId | Key::TenantId | Key::FunctionRequestId => identifier(),
        Key::TraceId => form("^[0-9a-f]{32}$"),
        Key::SpanId => form("^[0-9a-f]{16}$"),
        Key::TraceFlags => form("^[0-9a-f]{2}$"),
        Key::XrayTraceId => form("^1-[0-9a-f]{8}-[0-9a-f]{24}$"),
        Key::ColdStart => kind("boolean"),
        Key::Http => object(key.description(), HttpKey::ALL.map(|key| (key.as_str(), http(key))), &[]),
        Key::Error => {
            let members = ErrorKey::ALL.map(|key| (key.as_str(), error(key)));
            Rule { min_properties: Some(1), ..object(key.description(), members, &[]) }
        }
        Key::Sampled | Key::Buffered => mark(),
        Key::DroppedFields => count(1),
        Key::Schema => Rule { exactly: Some(Literal::Text(SCHEMA)), ..Rule::default() },
        // Logs Insights keeps names that begin with @ for itself.
        Key::Fields => Rule { property_names: Some(Box::new(Rule { pattern: Some("^[^@]"), ..Rule::default() })), ..kind("object") },
    };
    Rule { description: Some(key.description()), ..rule }
}

fn http(key: HttpKey) -> Rule {
    let rule = match key {
        HttpKey::Method | HttpKey::Route | HttpKey::ClientIp | HttpKey::UserAgent | HttpKey::RequestBody | HttpKey::ResponseBody => text(),
        HttpKey::Path => form("^[^?]*$"),
        HttpKey::StatusCode => Rule { maximum: Some(999), ..count(100) },
        HttpKey::DurationMs => Rule { minimum: Some(0), ..kind("number") },
        HttpKey::RequestBytes | HttpKey::ResponseBytes => count(0),
        HttpKey::RequestHeaders | HttpKey::ResponseHeaders => Rule {
            property_names: Some(Box::new(Rule { pattern: Some("^[^A-Z]+$"), ..Rule::default() })),
            additional_properties: Some(Others::Like(Box::new(text()))),
            ..kind("object")
        },
        HttpKey::Outcome => words(OUTCOMES),
    };
    Rule { description: Some(key.description()), ..rule }
}

fn error(key: ErrorKey) -> Rule {
    let rule = match key {
        ErrorKey::Type | ErrorKey::Message | ErrorKey::Stack => text(),
        ErrorKey::Hash => form("^[0-9a-f]+$"),
    };
    Rule { description: Some(key.description()), ..rule }
}
