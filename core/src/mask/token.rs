//! Tokens that can be told by their prefix.

use std::ops::Range;

use super::{
    byte::{at, before, run, slice, starts},
    entity::Entity,
};

/// Letters a token is made of behind its prefix.
#[derive(Clone, Copy)]
enum Letters {
    /// Letters and digits.
    Plain,
    /// And `_`.
    Word,
    /// And `_` and `-`.
    Url,
    /// And `_`, `-` and `.`.
    Dotted,
    /// Lower-case hexadecimal digits.
    Hex,
}

impl Letters {
    const fn has(self, byte: u8) -> bool {
        match self {
            Self::Plain => byte.is_ascii_alphanumeric(),
            Self::Word => byte.is_ascii_alphanumeric() || byte == b'_',
            Self::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
            Self::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        }
    }
}

struct Form {
    prefix: &'static str,
    letters: Letters,
    /// Fewest letters behind the prefix; exactly as many when the length is fixed.
    fewest: usize,
    fixed: bool,
    entity: Entity,
}

const fn form(prefix: &'static str, letters: Letters, fewest: usize, entity: Entity) -> Form {
    Form { prefix, letters, fewest, fixed: false, entity }
}

const fn fixed(prefix: &'static str, letters: Letters, length: usize, entity: Entity) -> Form {
    Form { prefix, letters, fewest: length, fixed: true, entity }
}

/// The forms. Sources: each provider's documentation of its token formats.
const FORMS: &[Form] = &[
    form("ghp_", Letters::Plain, 20, Entity::GithubToken),
    form("gho_", Letters::Plain, 20, Entity::GithubToken),
    form("ghu_", Letters::Plain, 20, Entity::GithubToken),
    form("ghs_", Letters::Plain, 20, Entity::GithubToken),
    form("ghr_", Letters::Plain, 20, Entity::GithubToken),
    form("github_pat_", Letters::Word, 22, Entity::GithubToken),
    form("glpat-", Letters::Dotted, 20, Entity::GitlabToken),
    form("gldt-", Letters::Url, 20, Entity::GitlabToken),
    form("glrt-", Letters::Url, 20, Entity::GitlabToken),
    form("glcbt-", Letters::Url, 20, Entity::GitlabToken),
    form("glptt-", Letters::Url, 20, Entity::GitlabToken),
    form("glft-", Letters::Url, 20, Entity::GitlabToken),
    form("glsoat-", Letters::Url, 20, Entity::GitlabToken),
    form("glagent-", Letters::Url, 20, Entity::GitlabToken),
    form("xoxb-", Letters::Url, 10, Entity::SlackToken),
    form("xoxp-", Letters::Url, 10, Entity::SlackToken),
    form("xoxa-", Letters::Url, 10, Entity::SlackToken),
    form("xoxr-", Letters::Url, 10, Entity::SlackToken),
    form("xoxs-", Letters::Url, 10, Entity::SlackToken),
    form("xoxc-", Letters::Url, 10, Entity::SlackToken),
    form("xoxd-", Letters::Url, 10, Entity::SlackToken),
    form("xoxe-", Letters::Url, 10, Entity::SlackToken),
    form("xoxe.xox", Letters::Url, 10, Entity::SlackToken),
    form("xapp-", Letters::Url, 10, Entity::SlackToken),
    form("sk_live_", Letters::Plain, 10, Entity::StripeKey),
    form("sk_test_", Letters::Plain, 10, Entity::StripeKey),
    form("rk_live_", Letters::Plain, 10, Entity::StripeKey),
    form("rk_test_", Letters::Plain, 10, Entity::StripeKey),
    form("whsec_", Letters::Plain, 20, Entity::StripeKey),
    fixed("AIza", Letters::Url, 35, Entity::GoogleKey),
    form("ya29.", Letters::Dotted, 20, Entity::GoogleKey),
    form("GOCSPX-", Letters::Url, 20, Entity::GoogleKey),
    fixed("npm_", Letters::Plain, 36, Entity::ApiToken),
    form("pypi-AgE", Letters::Url, 40, Entity::ApiToken),
    form("SG.", Letters::Dotted, 60, Entity::ApiToken),
    form("sk-ant-", Letters::Url, 32, Entity::ApiToken),
    form("sk-proj-", Letters::Url, 32, Entity::ApiToken),
    form("sk-svcacct-", Letters::Url, 32, Entity::ApiToken),
    fixed("sk-", Letters::Plain, 48, Entity::ApiToken),
    fixed("hf_", Letters::Plain, 34, Entity::ApiToken),
    fixed("dop_v1_", Letters::Hex, 64, Entity::ApiToken),
    fixed("shpat_", Letters::Hex, 32, Entity::ApiToken),
    fixed("shpss_", Letters::Hex, 32, Entity::ApiToken),
    fixed("SK", Letters::Hex, 32, Entity::ApiToken),
    form("hvs.", Letters::Url, 24, Entity::ApiToken),
    fixed("dapi", Letters::Hex, 32, Entity::ApiToken),
    form("glsa_", Letters::Word, 32, Entity::ApiToken),
    form("ATATT3", Letters::Url, 60, Entity::ApiToken),
    form("dckr_pat_", Letters::Url, 20, Entity::ApiToken),
];

/// Beginnings that other recognisers look for at a word.
const OTHERS: &[&str] = &["eyJ", "AKIA", "ASIA", "Bearer", "bearer", "BEARER", "Basic", "basic", "BASIC", "PuTTY"];

/// A bit for each pair of first letters some form has: most words end here.
static FIRST_TWO: [u64; 16] = {
    let mut bits = [0; 16];
    let mut at = 0;
    while at < FORMS.len() + OTHERS.len() {
        let prefix = if at < FORMS.len() { FORMS[at].prefix.as_bytes() } else { OTHERS[at - FORMS.len()].as_bytes() };
        let place = place(prefix[0], prefix[1]);
        bits[place >> 6] |= 1 << (place & 63);
        at += 1;
    }
    bits
};

const fn place(first: u8, second: u8) -> usize {
    ((first & 31) as usize) << 5 | (second & 31) as usize
}

/// Whether a word with these first letters may begin a token, a credential or a key. Case is folded, so it says yes a little too often.
pub(super) const fn may_begin(first: u8, second: u8) -> bool {
    let place = place(first, second);
    FIRST_TWO[place >> 6] >> (place & 63) & 1 == 1
}

/// The token that begins at `start`, and whose it is.
pub(super) fn find(text: &[u8], start: usize) -> Option<(Range<usize>, Entity)> {
    if before(text, start).is_ascii_alphanumeric() {
        return None;
    }
    let first = at(text, start);
    FORMS.iter().filter(|form| form.prefix.as_bytes().first() == Some(&first) && starts(text, start, form.prefix.as_bytes())).find_map(|form| {
        let behind = start + form.prefix.len();
        let limit = if form.fixed { form.fewest + 1 } else { 1024 };
        let mut end = run(text, behind, limit, |byte| form.letters.has(byte));
        while end > behind && matches!(at(text, end - 1), b'.' | b'-') {
            end -= 1;
        }
        let count = end - behind;
        let length = count >= form.fewest && (!form.fixed || count == form.fewest && !at(text, end).is_ascii_alphanumeric());
        let letters = slice(text, behind..end);
        // Words joined by dashes are no token.
        (length && letters.iter().any(u8::is_ascii_digit)).then_some((start..end, form.entity))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_found_at_its_shortest_and_not_one_letter_shorter() {
        for form in FORMS {
            let token = |length: usize| format!("{}{}", form.prefix, &"1a2b3c4d5e".repeat(8)[..length]);
            let shortest = token(form.fewest);
            assert_eq!(find(shortest.as_bytes(), 0), Some((0..shortest.len(), form.entity)), "{shortest}");
            assert!(may_begin(shortest.as_bytes()[0], shortest.as_bytes()[1]), "{shortest}");
            assert_eq!(find(token(form.fewest - 1).as_bytes(), 0), None, "{}", form.prefix);
            assert_eq!(find(format!("x{shortest}").as_bytes(), 1), None, "{}", form.prefix);
        }
    }

    #[test]
    fn words_pass() {
        for text in ["ghp_", "glpat-some-words-without-any-digit", "xoxb-no", "sk_live_", "SKU-1234", "npm_config_registry", "skeleton"] {
            assert_eq!(find(text.as_bytes(), 0), None, "{text}");
        }
    }
}
