//! Patterns in words: a table of patterns with all that is said of each, and every trap at least once.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use skywarden_core::pattern::{
    FilterPattern,
    explain::{Statement, TrapCode},
};

const PATTERNS: &[&str] = &[
    "",
    "ERROR",
    "Error -\"health check\" -%DEBUG|TRACE%",
    "?ERROR ?\"Task timed out\" ?%[Ee]xception%",
    "?a -b",
    "?a ?b c",
    "-DEBUG",
    "ERROR -ERR",
    "\" \"",
    "\"\"",
    "%^ERROR\\s[0-9]{3}$%",
    "{ $.level = \"ERROR\" }",
    "{ $.status >= 500 || $.error IS TRUE && $.retry NOT EXISTS }",
    "{ ($.a = 1 || $.a = \"2\") && ($.b != 3 && ($.c IS NULL || $.d IS FALSE)) }",
    "{ $.ok = true && $.gone = \"null\" }",
    "{ $.items[*].id = 7 && $.items[*].state != \"done\" }",
    "{ $.ip = *.1 || $.path = \"/a/*/b?c*\" || $.['a key'] = %^x% || $.any = * }",
    "{ $.*.x NOT EXISTS }",
    "[]",
    "[...]",
    "[ip, user, ..., status = 4* || (status >= 500 && status != \"503\"), size]",
    "[level = ERROR, message]",
    "[level, , request = *.html]",
    "[a]",
];

fn render(statement: &Statement, depth: usize, text: &mut String) {
    let _ = writeln!(text, "{:depth$}{}", "", statement.text);
    for part in &statement.parts {
        render(part, depth + 2, text);
    }
}

#[test]
fn each_pattern_reads_as_it_matches() {
    let mut text = String::new();
    for pattern in PATTERNS {
        let explanation = FilterPattern::parse(pattern).unwrap().explain();
        let quotas = explanation.quotas;
        let _ = writeln!(text, "pattern: {pattern}");
        render(&explanation.statement, 0, &mut text);
        let _ = writeln!(
            text,
            "reads: {}\nuses: {} characters, {} regexes, {} wildcards",
            explanation.reads.join(", "),
            quotas.characters.used,
            quotas.regexes.used,
            quotas.wildcard_selectors.used
        );
        for trap in &explanation.traps {
            let _ = writeln!(text, "trap {}: {}\n  hint: {}", trap.code, trap.message, trap.hint);
        }
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_trap_appears_once_a_pattern_and_somewhere() {
    let mut seen = BTreeSet::new();
    for pattern in PATTERNS {
        let codes: Vec<TrapCode> = FilterPattern::parse(pattern).unwrap().explain().traps.iter().map(|trap| trap.code).collect();
        assert!(codes.is_sorted_by(|one, next| one < next), "{pattern}: {codes:?}");
        seen.extend(codes);
    }
    let missing: Vec<_> = TrapCode::ALL.iter().filter(|code| !seen.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn traps_speak_like_errors() {
    for pattern in PATTERNS {
        for trap in FilterPattern::parse(pattern).unwrap().explain().traps {
            for text in [&trap.message, &trap.hint] {
                assert!(!text.is_empty() && !text.ends_with('.') && !text.starts_with(char::is_uppercase), "{text}");
            }
        }
    }
}

#[test]
fn as_json_it_keeps_its_shape() {
    let explanation = FilterPattern::parse("{ $.a = 1 && $.b[*] != %x% }").unwrap().explain();
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["kind"], "json");
    assert_eq!(json["statement"]["parts"][0], serde_json::json!({ "text": "`$.a` is the number 1, or the string \"1\"" }));
    assert_eq!(json["reads"], serde_json::json!(["$.a", "$.b[*]"]));
    assert_eq!(json["quotas"]["regexes"], serde_json::json!({ "used": 1, "limit": 2 }));
    assert_eq!(json["quotas"]["wildcard_selectors"]["used"], 1);
    assert_eq!(json["traps"][0]["code"], "number-and-strings");
}
