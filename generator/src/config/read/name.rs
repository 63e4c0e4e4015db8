//! Names of things, each with its own alphabet and length.

use skywarden_cloudformation::limits::LOG_GROUP_NAME_CHARACTERS;
use skywarden_document::{Node, Span, Spanned, shortened};

use crate::config::{
    code::Code,
    findings::{Finding, Findings},
    read::{Expected, scalar},
};

/// What a name may be made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// `a project name`.
    what: &'static str,
    /// `project: shop`.
    example: &'static str,
    /// Allowed first characters.
    first: fn(char) -> bool,
    /// Allowed further characters.
    rest: fn(char) -> bool,
    /// Shortest and longest, in characters.
    length: (usize, usize),
    /// The same in words.
    words: &'static str,
}

fn is_lower(character: char) -> bool {
    character.is_ascii_lowercase()
}

fn is_lower_word(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
}

/// Names become part of resource names, so they keep to the smallest alphabet among AWS's.
const PROJECT: Rule = Rule {
    what: "a project name",
    example: "project: shop",
    first: is_lower,
    rest: is_lower_word,
    length: (2, 32),
    words: "2 to 32 lower-case letters, digits and `-`, starting with a letter",
};

const ENVIRONMENT: Rule = Rule {
    what: "an environment name",
    example: "environment: prod",
    first: is_lower,
    rest: is_lower_word,
    length: (1, 16),
    words: "1 to 16 lower-case letters, digits and `-`, starting with a letter",
};

const SERVICE: Rule = Rule {
    what: "a service name",
    example: "checkout",
    first: is_lower,
    rest: is_lower_word,
    length: (1, 63),
    words: "1 to 63 lower-case letters, digits and `-`, starting with a letter",
};

/// The last part but one of alarms' names, and a part of logical ids and of metrics' names.
const OBJECTIVE: Rule = Rule {
    what: "the name of an objective",
    example: "name: orders",
    first: is_lower,
    rest: is_lower_word,
    length: (1, 40),
    words: "1 to 40 lower-case letters, digits and `-`, starting with a letter",
};

const ROUTE: Rule = Rule {
    what: "a route name",
    example: "name: oncall",
    first: is_lower,
    rest: is_lower_word,
    length: (1, 63),
    words: "1 to 63 lower-case letters, digits and `-`, starting with a letter",
};

const WINDOW: Rule = Rule {
    what: "the name of a maintenance window",
    example: "name: nightly-import",
    first: is_lower,
    rest: is_lower_word,
    length: (1, 63),
    words: "1 to 63 lower-case letters, digits and `-`, starting with a letter",
};

/// Narrower than `CloudWatch`'s `[^:*$]` of 255: the name also is the last part of an alarm's name and of a logical id.
const METRIC: Rule = Rule {
    what: "a metric name",
    example: "name: OrderValue",
    first: |character| character.is_ascii_alphabetic(),
    rest: |character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'),
    length: (1, 100),
    words: "1 to 100 letters, digits, `_` and `-`, starting with a letter",
};

/// Part of an alarm's name and of a logical id.
const ALARM: Rule = Rule {
    what: "an alarm name",
    example: "name: order-queue-age",
    first: |character| character.is_ascii_alphabetic(),
    rest: |character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'),
    length: (1, 100),
    words: "1 to 100 letters, digits, `_` and `-`, starting with a letter",
};

/// Source: `PutMetricData`, Dimension: ASCII, 1 to 255 characters, no leading colon.
const DIMENSION: Rule = Rule {
    what: "a dimension name",
    example: "by: { Currency: $.currency }",
    first: |character| character.is_ascii_graphic() && character != ':',
    rest: |character| character.is_ascii_graphic() || character == ' ',
    length: (1, 255),
    words: "1 to 255 ASCII characters, not starting with a colon",
};

const CATEGORY: Rule = Rule {
    what: "an error category",
    example: "category: business",
    first: is_lower,
    rest: |character| character.is_ascii_lowercase() || character.is_ascii_digit() || matches!(character, '_' | '.' | '-'),
    length: (1, 64),
    words: "1 to 64 lower-case letters, digits, `_`, `.` and `-`, starting with a letter",
};

/// Source: `CreateLogGroup`, `logGroupName`: 1 to 512 of `a-zA-Z0-9_-/.#`; the prefix `aws/` is reserved.
const LOG_GROUP: Rule = Rule {
    what: "a log group name",
    example: "log_group: /ecs/shop-catalog",
    first: is_log_group,
    rest: is_log_group,
    length: (1, LOG_GROUP_NAME_CHARACTERS),
    words: "1 to 512 letters, digits and `_` `-` `/` `.` `#`",
};

fn is_log_group(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '/' | '.' | '#')
}

const MASK_KEY: Rule = Rule {
    what: "the name of a key to mask",
    example: "keys: [card_number]",
    first: |character| !character.is_control() && !character.is_whitespace(),
    rest: |character| !character.is_control(),
    length: (1, 128),
    words: "1 to 128 characters, not starting with a space",
};

const MASK_PATTERN: Rule = Rule {
    what: "the name of a pattern to mask",
    example: "name: customer-number",
    first: |character| character.is_ascii_alphanumeric(),
    rest: |character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'),
    length: (1, 64),
    words: "1 to 64 letters, digits, `-` and `_`, starting with a letter or digit",
};

/// The project's name.
pub(crate) fn project_name(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    PROJECT.read(node, findings)
}

/// The environment's name.
pub(crate) fn environment_name(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    ENVIRONMENT.read(node, findings)
}

/// A service's name, which is a key.
pub(crate) fn service_name(name: &str, span: Span, findings: &mut Findings) -> bool {
    SERVICE.check(name, span, findings)
}

/// A route's name.
pub(crate) fn route_name(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    ROUTE.read(node, findings)
}

/// A maintenance window's name.
pub(crate) fn window_name(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    WINDOW.read(node, findings)
}

/// An objective's name.
pub(crate) fn objective_name(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    OBJECTIVE.read(node, findings)
}

/// A metric's name.
pub(crate) fn metric_name(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    METRIC.read(node, findings)
}

/// The name of an alarm.
pub(crate) fn alarm_name(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    ALARM.read(node, findings)
}

/// A dimension's name, which is a key.
pub(crate) fn dimension_name(name: &str, span: Span, findings: &mut Findings) -> bool {
    DIMENSION.check(name, span, findings)
}

/// A category of the user's.
pub(crate) fn category(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    CATEGORY.read(node, findings)
}

/// A log group's name.
pub(crate) fn log_group_name(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let name = LOG_GROUP.read(node, findings)?;
    if name.value.starts_with("aws/") {
        let finding = Finding::error(Code::BadName, name.span, "a log group name cannot start with `aws/`, AWS keeps that prefix to itself");
        findings.push(finding.hint(format!("write `/{}`", shortened(&name.value))));
        return None;
    }
    Some(name)
}

/// The name of a pattern to mask.
pub(super) fn mask_pattern_name(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    MASK_PATTERN.read(node, findings)
}

/// A key whose values are masked.
pub(super) fn mask_key(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    MASK_KEY.read(node, findings)
}

impl Rule {
    fn read(&self, node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
        let expected = Expected { what: self.what, example: self.example };
        let name = scalar::text(node, &expected, findings)?;
        self.check(&name.value, name.span, findings).then_some(name)
    }

    fn check(&self, name: &str, span: Span, findings: &mut Findings) -> bool {
        if self.allows(name) {
            return true;
        }
        let message = format!("`{}` cannot be {}", shortened(name), self.what);
        let mut hint = self.words.to_owned();
        let tamed: String = name
            .chars()
            .map(|character| match character {
                ' ' | '_' | '.' => '-',
                other => other.to_ascii_lowercase(),
            })
            .collect();
        if self.allows(&tamed) {
            hint = format!("{hint}; for example `{tamed}`");
        }
        findings.push(Finding::error(Code::BadName, span, message).hint(hint));
        false
    }

    fn allows(&self, name: &str) -> bool {
        let length = name.chars().count();
        let mut characters = name.chars();
        (self.length.0..=self.length.1).contains(&length) && characters.next().is_some_and(self.first) && characters.all(self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_hold_at_their_boundaries() {
        for rule in [PROJECT, ENVIRONMENT, SERVICE, OBJECTIVE, ROUTE, WINDOW, METRIC, ALARM, DIMENSION, CATEGORY, LOG_GROUP, MASK_KEY] {
            let (shortest, longest) = rule.length;
            assert!(rule.allows(&"a".repeat(shortest)) && rule.allows(&"a".repeat(longest)), "{}", rule.what);
            assert!(!rule.allows(&"a".repeat(shortest - 1)) && !rule.allows(&"a".repeat(longest + 1)), "{}", rule.what);
        }
    }

    #[test]
    fn alphabets_are_those_of_the_resources_named_after_them() {
        assert!(PROJECT.allows("shop-2") && !PROJECT.allows("Shop") && !PROJECT.allows("2shop") && !PROJECT.allows("sh_op"));
        assert!(METRIC.allows("Order_Value-2") && !METRIC.allows("Order Value") && !METRIC.allows("Ordér"));
        assert!(LOG_GROUP.allows("/aws/lambda/a.b#c") && !LOG_GROUP.allows("/a b"));
        assert!(DIMENSION.allows("Card type") && !DIMENSION.allows(":Card"));
    }
}
