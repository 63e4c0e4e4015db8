//! The user's rules, compiled.

use regex::{Regex, RegexBuilder};
use smallvec::SmallVec;

use super::{
    kind,
    layers::Layer,
    stated::{self, Stated, Words},
};
use crate::{
    error::detect::Fault,
    plan::{PlanError, UserErrorRule, UserErrorWhen},
};

/// Largest compiled expression of a rule, in bytes.
const MAX_EXPRESSION_BYTES: usize = 1 << 20;

/// What a rule is asked about.
#[derive(Debug)]
pub(super) struct Subject<'s, 'f> {
    /// The error.
    pub(super) fault: &'f Fault<'f>,
    /// Its exceptions.
    pub(super) layers: &'s [Layer<'f>],
    /// Service it comes from.
    pub(super) service: &'s str,
    /// Category the taxonomy gives.
    pub(super) category: &'s str,
    /// Rule of the taxonomy.
    pub(super) rule: &'s str,
}

/// One rule.
#[derive(Clone, Debug)]
pub(super) struct UserRule {
    pub(super) rule: UserErrorRule,
    message: Option<MessageTest>,
}

#[derive(Clone, Debug)]
enum MessageTest {
    Literal(String),
    Expression(Regex),
}

impl UserRule {
    /// Compiles the `number`-th rule of the config.
    pub(super) fn new(number: usize, rule: &UserErrorRule) -> Result<Self, PlanError> {
        let message = rule.when.message.as_deref().map(MessageTest::parse).transpose();
        let message = message.map_err(|reason| PlanError::Invalid { what: format!("error rule {number}"), reason })?;
        Ok(Self { rule: rule.clone(), message })
    }

    /// The conditions in words, when all of them hold.
    pub(super) fn matches(&self, subject: &Subject<'_, '_>) -> bool {
        let when = &self.rule.when;
        let holds = |condition: &Option<String>, test: &dyn Fn(&str) -> bool| condition.as_deref().is_none_or(test);
        holds(&when.service, &|pattern| glob(pattern, subject.service))
            && holds(&when.category, &|category| is_at_or_below(subject.category, category))
            && holds(&when.rule, &|rule| is_at_or_below(subject.rule, rule))
            && holds(&when.r#type, &|pattern| subject.layers.iter().any(|layer| is_kind(pattern, layer.kind)))
            && self.message.as_ref().is_none_or(|test| subject.layers.iter().any(|layer| test.holds(layer.message)))
            && (when.code.is_none() && when.status.is_empty() || facts_hold(when, subject))
    }
}

/// Whether code and status are those asked for: the record's own, or stated in a message.
fn facts_hold(when: &UserErrorWhen, subject: &Subject<'_, '_>) -> bool {
    let mut codes: SmallVec<[String; 4]> = subject.fault.code.iter().map(|code| code.clone().into_owned()).collect();
    let mut statuses: SmallVec<[u16; 4]> = subject.fault.status.into_iter().collect();
    for layer in subject.layers {
        for stated in Words::new(layer.message).stated() {
            match stated {
                Stated::Code(code) | Stated::SqlState(code) => codes.push(code.to_owned()),
                Stated::Grpc(status) => codes.push(status.as_str().to_owned()),
                Stated::Status(status) => statuses.push(status),
            }
        }
    }
    statuses.extend(subject.fault.code.as_deref().and_then(stated::http_status));
    when.code.as_deref().is_none_or(|pattern| codes.iter().any(|code| glob(pattern, code)))
        && (when.status.is_empty() || when.status.iter().any(|status| statuses.contains(status)))
}

/// Whether a type, whole or one of its endings, is the one meant.
fn is_kind(pattern: &str, typed: &str) -> bool {
    glob(pattern, typed) || kind::endings(kind::bare(typed)).iter().any(|ending| glob(pattern, ending))
}

/// Whether a dotted name is another one or lies below it: `auth.authn` below `auth`.
pub(super) fn is_at_or_below(name: &str, above: &str) -> bool {
    name.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl MessageTest {
    fn parse(message: &str) -> Result<Self, String> {
        let Some(expression) = expression(message) else {
            return Ok(Self::Literal(message.to_owned()));
        };
        RegexBuilder::new(expression).size_limit(MAX_EXPRESSION_BYTES).build().map(Self::Expression).map_err(|error| error.to_string())
    }

    fn holds(&self, message: &str) -> bool {
        match self {
            Self::Literal(piece) => message.contains(piece.as_str()),
            Self::Expression(expression) => expression.is_match(message),
        }
    }
}

/// The expression between two `/`; `None` when the text is a literal.
fn expression(message: &str) -> Option<&str> {
    message.strip_prefix('/')?.strip_suffix('/').filter(|inside| !inside.is_empty())
}

/// What is wrong with the message of a rule; `None` when it can be used.
pub fn message_mistake(message: &str) -> Option<String> {
    MessageTest::parse(message).err()
}

/// Whether a rule can never match because an earlier one matches whatever it matches.
pub fn covers(earlier: &UserErrorWhen, later: &UserErrorWhen) -> bool {
    fn implied(earlier: Option<&String>, later: Option<&String>, test: impl Fn(&str, &str) -> bool) -> bool {
        match (earlier, later) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(earlier), Some(later)) => earlier == later || test(earlier, later),
        }
    }
    // A pattern inside a pattern is only told for the same text: what is not certain is not reported.
    let plain_in = |earlier: &str, later: &str| !later.contains('*') && glob(earlier, later);
    let kind_in = |earlier: &str, later: &str| !later.contains('*') && is_kind(earlier, later);
    let piece_in = |earlier: &str, later: &str| expression(earlier).is_none() && expression(later).is_none() && later.contains(earlier);
    implied(earlier.service.as_ref(), later.service.as_ref(), plain_in)
        && implied(earlier.code.as_ref(), later.code.as_ref(), plain_in)
        && implied(earlier.r#type.as_ref(), later.r#type.as_ref(), kind_in)
        && implied(earlier.message.as_ref(), later.message.as_ref(), piece_in)
        && implied(earlier.category.as_ref(), later.category.as_ref(), |earlier, later| is_at_or_below(later, earlier))
        && implied(earlier.rule.as_ref(), later.rule.as_ref(), |earlier, later| is_at_or_below(later, earlier))
        && (earlier.status.is_empty() || (!later.status.is_empty() && later.status.iter().all(|status| earlier.status.contains(status))))
}

/// Whether a text is what a pattern means, in which each `*` stands for any run of characters. Linear in the product of the lengths.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&byte) = text.get(from) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(&wanted) if wanted == byte => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((star_at, matched)) = star else { return false };
                star = Some((star_at, matched + 1));
                at = star_at + 1;
                from = matched + 1;
            }
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_star_stands_for_any_run() {
        for (pattern, text, expected) in [
            ("Payment*", "PaymentDeclined", true),
            ("*Declined", "PaymentDeclined", true),
            ("P*D*d", "PaymentDeclined", true),
            ("*", "", true),
            ("Payment", "PaymentDeclined", false),
            ("P*x", "PaymentDeclined", false),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_wider_rule_before_covers_a_narrower_one() {
        let when = |kind: &str, service: &str, message: &str| UserErrorWhen {
            r#type: (!kind.is_empty()).then(|| kind.to_owned()),
            service: (!service.is_empty()).then(|| service.to_owned()),
            message: (!message.is_empty()).then(|| message.to_owned()),
            ..UserErrorWhen::default()
        };
        assert!(covers(&when("Pay*", "", ""), &when("PaymentDeclined", "shop", "")));
        assert!(covers(&when("", "", "declined"), &when("", "", "card declined")));
        assert!(covers(&when("KeyError", "", ""), &when("app.KeyError", "", "")));
        assert!(!covers(&when("PaymentDeclined", "shop", ""), &when("PaymentDeclined", "", "")));
        assert!(!covers(&when("A", "", ""), &when("*", "", "")));
        assert!(!covers(&when("", "", "/x/"), &when("", "", "x")));
    }

    #[test]
    fn an_expression_that_cannot_be_read_is_told() {
        assert!(message_mistake("/card [0-9]+/").is_none());
        assert!(message_mistake("(literal").is_none());
        assert!(message_mistake("/(open/").unwrap().contains("unclosed group"));
        assert!(message_mistake("/\\w{9999}{99}/").is_some(), "too large");
    }

    proptest! {
        #[test]
        fn a_text_matches_itself_and_everything_its_own_pieces(text in "[a-c]{0,12}", cut in 0_usize..12) {
            prop_assert!(glob(&text, &text));
            let cut = cut.min(text.len());
            let (beginning, ending) = (format!("{}*", &text[..cut]), format!("*{}", &text[cut..]));
            prop_assert!(glob(&beginning, &text));
            prop_assert!(glob(&ending, &text));
        }

        #[test]
        fn what_is_covered_matches_no_error_the_earlier_rule_lets_pass(earlier in "[a*]{1,3}", later in "[a*]{1,3}", text in "[ab]{0,4}") {
            let when = |service: &str| UserErrorWhen { service: Some(service.to_owned()), ..UserErrorWhen::default() };
            if covers(&when(&earlier), &when(&later)) && glob(&later, &text) {
                prop_assert!(glob(&earlier, &text));
            }
        }
    }
}
