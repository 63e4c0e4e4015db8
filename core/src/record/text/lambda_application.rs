//! What Lambda's runtimes write around a function's own messages in the text log format.
//!
//! ```text
//! Node.js, .NET:  TIME \t REQUEST_ID | undefined \t LEVEL \t MESSAGE
//! Node.js:        … \t ERROR \t (Invoke Error | Uncaught Exception | Unhandled Promise Rejection) \t {"errorType": …, "errorMessage": …, "stack": […]}
//! Python logging: [LEVEL] \t TIME \t REQUEST_ID \t MESSAGE
//! Python runtime: [ERROR] TYPE: MESSAGE \r Traceback (most recent call last): …
//! ```
//!
//! Sources: the Lambda developer guide, "Logging" of each language, and the runtimes' own code (`aws-lambda-nodejs-runtime-interface-client`,
//! `aws-lambda-python-runtime-interface-client`). Java's and Ruby's lines have the frameworks' own forms.

use std::borrow::Cow;

use serde::Deserialize;

use super::{exception, lambda::is_id, time};
use crate::record::{ErrorFields, Fields, Level};

/// Reads such a line.
pub(super) fn read(line: &str) -> Option<Fields<'_>> {
    match line.as_bytes().first()? {
        b'0'..=b'9' => tabbed(line),
        b'[' => python(line),
        _ => None,
    }
}

fn tabbed(line: &str) -> Option<Fields<'_>> {
    let mut columns = line.splitn(4, '\t');
    let timestamp_ms = time::parse(columns.next()?)?;
    let id = columns.next().filter(|id| *id == "undefined" || (is_id(id) && id.contains('-')))?;
    let level = Level::from_word(columns.next()?)?;
    let message = columns.next()?;
    let mut fields = told(Some(level), message);
    fields.timestamp_ms = Some(timestamp_ms);
    fields.request_id = (id != "undefined").then_some(Cow::Borrowed(id));
    if let Some((said, json)) = message.split_once('\t')
        && let Some(error) = invoke_error(json)
    {
        fields.error = error;
        fields.message = Some(Cow::Borrowed(said.trim_end()));
    }
    Some(fields)
}

fn python(line: &str) -> Option<Fields<'_>> {
    let (level, rest) = line.strip_prefix('[')?.split_once(']')?;
    if !level.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let level = Level::from_word(level)?;
    if let Some(columns) = rest.strip_prefix('\t') {
        let mut columns = columns.splitn(3, '\t');
        let timestamp_ms = time::parse(columns.next()?)?;
        // Outside of an invocation the id is empty.
        let id = columns.next().filter(|id| id.is_empty() || is_id(id))?;
        let fields = told(Some(level), columns.next()?);
        return Some(Fields { timestamp_ms: Some(timestamp_ms), request_id: (!id.is_empty()).then_some(Cow::Borrowed(id)), ..fields });
    }
    // The runtime's own report; other loggers' `[ERROR] …` belong to the prefix recogniser.
    let text = rest.strip_prefix(' ')?;
    let fields = told(Some(level), text);
    (text.contains(['\r', '\n']) && fields.error.stack.is_some()).then_some(fields)
}

fn told(level: Option<Level>, text: &str) -> Fields<'_> {
    let (first, error) = exception::split(text);
    Fields { level, message: Some(Cow::Borrowed(first)), error, ..Fields::default() }
}

/// What Node's runtime writes of an error nobody caught.
fn invoke_error(json: &str) -> Option<ErrorFields<'_>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct InvokeError {
        error_type: Option<String>,
        error_message: Option<String>,
        stack: Option<Vec<String>>,
    }
    let report: InvokeError = json.starts_with('{').then(|| serde_json::from_str(json.trim_end()).ok()).flatten()?;
    report.error_type.as_ref()?;
    Some(ErrorFields {
        kind: report.error_type.map(Cow::Owned),
        message: report.error_message.map(Cow::Owned),
        stack: report.stack.map(|lines| Cow::Owned(lines.join("\n"))),
        ..ErrorFields::default()
    })
}
