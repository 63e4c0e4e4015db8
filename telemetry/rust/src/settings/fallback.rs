//! The lowest layer: variables of other tools, read when nothing of ours says otherwise. A mistake in one is a warning: it is not ours.

use std::borrow::Cow;

use skywarden_document::{Span, Spanned, shortened};

use super::{
    catalogue::PREFIX,
    environment::{Environment, Value as Variable},
    finding::Code,
    findings::{Findings, Mistake},
    levels::LevelFilter,
    raw::{Given, Raw, namespace_mistake},
    read::share_of,
    source::Kind,
};

/// What other tools' variables say; of those for the same key the first that is set counts.
pub(super) fn read(environment: &Environment, findings: &mut Findings) -> Raw {
    note_unusable(environment, findings);
    let attributes = Attributes::read(environment, findings);
    let mut raw = Raw {
        service: text(environment, "OTEL_SERVICE_NAME", findings)
            .or_else(|| attributes.get(&["service.name"]))
            .or_else(|| text(environment, "POWERTOOLS_SERVICE_NAME", findings))
            .or_else(|| text(environment, "AWS_LAMBDA_FUNCTION_NAME", findings)),
        version: attributes.get(&["service.version"]),
        environment: attributes.get(&["deployment.environment.name", "deployment.environment"]),
        ..Raw::default()
    };
    for name in ["POWERTOOLS_LOG_LEVEL", "AWS_LAMBDA_LOG_LEVEL"] {
        let level = value(environment, name, findings, |text| LevelFilter::from_word(text).ok_or("is no level"));
        raw.levels.default = raw.levels.default.or(level);
    }
    raw.sampling.debug_requests = value(environment, "POWERTOOLS_LOGGER_SAMPLE_RATE", findings, |text| share_of(text).ok_or("is no share from 0 to 1"));
    raw.metrics.namespace = value(environment, "POWERTOOLS_METRICS_NAMESPACE", findings, |text| match namespace_mistake(text) {
        None => Ok(text.to_owned()),
        Some(_) => Err("is no namespace"),
    });
    raw
}

/// A value that is too long or no text at all.
fn note_unusable(environment: &Environment, findings: &mut Findings) {
    for (name, variable) in environment.iter().filter(|(name, _)| !name.starts_with(PREFIX)) {
        if let Variable::Unusable(reason) = variable {
            let source = findings.source(Kind::Variable, name, "");
            findings.push(Mistake::warning(Code::Unusable, "", Span::whole(source), *reason).hint("it is not looked at"));
        }
    }
}

fn text(environment: &Environment, name: &str, findings: &mut Findings) -> Given<String> {
    value(environment, name, findings, |text| usable(text).map(str::to_owned))
}

/// What every line may carry.
fn usable(text: &str) -> Result<&str, &'static str> {
    if text.len() > 255 {
        Err("has more than 255 bytes")
    } else if text.chars().any(char::is_control) {
        Err("has a control character")
    } else {
        Ok(text)
    }
}

fn value<T>(environment: &Environment, name: &str, findings: &mut Findings, read: impl FnOnce(&str) -> Result<T, &'static str>) -> Given<T> {
    let text = environment.get(name)?;
    let source = findings.source(Kind::Variable, name, text);
    let span = Span { source, start: 0, end: text.trim_end().len() };
    match read(text.trim()) {
        Ok(value) => Some(Spanned::new(value, span)),
        Err(reason) => {
            unusable(text.trim(), reason, span, findings);
            None
        }
    }
}

fn unusable(text: &str, reason: &str, span: Span, findings: &mut Findings) {
    let mistake = Mistake::warning(Code::Unusable, "", span, format!("`{}` {reason}", shortened(text)));
    findings.push(mistake.hint("it is not looked at"));
}

/// `OTEL_RESOURCE_ATTRIBUTES`: `key=value` between commas, percent-encoded. Source: OpenTelemetry, resource SDK, "Specifying resource information via an
/// environment variable".
#[derive(Debug, Default)]
struct Attributes {
    pairs: Vec<(String, Spanned<String>)>,
}

impl Attributes {
    fn read(environment: &Environment, findings: &mut Findings) -> Self {
        const NAME: &str = "OTEL_RESOURCE_ATTRIBUTES";
        let Some(text) = environment.get(NAME) else { return Self::default() };
        let source = findings.source(Kind::Variable, NAME, text);
        let mut pairs = Vec::new();
        let mut start = 0;
        for item in text.split(',') {
            let span = Span { source, start, end: start + item.len() };
            start += item.len() + 1;
            if item.trim().is_empty() {
                continue;
            }
            let pair = item.split_once('=').and_then(|(name, value)| Some((name.trim().to_owned(), decoded(value.trim())?.into_owned())));
            match pair {
                Some((name, value)) if is_read(&name) => match usable(&value) {
                    Ok(_) if value.is_empty() => {}
                    Ok(_) => pairs.push((name, Spanned::new(value, span))),
                    Err(reason) => unusable(&value, reason, span, findings),
                },
                Some(_) => {}
                None => unusable(item.trim(), "is no `key=value`, percent-encoded", span, findings),
            }
        }
        Self { pairs }
    }

    /// The value of the first of these names that is there.
    fn get(&self, names: &[&str]) -> Given<String> {
        names.iter().find_map(|name| self.pairs.iter().find(|(known, _)| known == name)).map(|(_, value)| value.clone())
    }
}

fn is_read(name: &str) -> bool {
    matches!(name, "service.name" | "service.version" | "deployment.environment.name" | "deployment.environment")
}

/// A text with its percent-encoding taken out; none when that is not UTF-8 or an escape is broken.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            bytes.push(digit(rest.next())? * 16 + digit(rest.next())?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_taken_out_or_refused() {
        assert_eq!(decoded("a b").as_deref(), Some("a b"));
        assert_eq!(decoded("a%20b%2Cc%c3%A9").as_deref(), Some("a b,cé"));
        for broken in ["%", "%2", "%zz", "%ff", "a%é"] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }
}
