//! Assignments in text: `key=value`, `key: value`, `"key":"value"`, `--key value`, `<key>value</key>`, in logfmt, headers, forms, query strings,
//! connection strings and what programs print of their structures.

use std::ops::Range;

use super::{
    byte::{at, before, is_blank, is_quote, run, run_back, slice, starts},
    entity::Entity,
    finder::Finder,
    key::{self, KeyClass},
    phone,
    trie::Reached,
    value,
    view::View,
};

/// Longest key in text, in bytes.
const LONGEST_KEY: usize = 80;

/// Most bytes of an ARN before its last part.
const LONGEST_ARN: usize = 256;

/// A key in text and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Its name.
    pub(super) name: Range<usize>,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
}

/// The key before the separator at `sep`.
pub(super) fn key_before(text: &[u8], sep: usize) -> Option<Key> {
    let mut end = run_back(text, sep, 4, is_blank);
    let quoted = is_quote(before(text, end));
    // `user[password]=`, `"password":`, `\"password\":`, `['password'] =>`
    if before(text, end) == b']' {
        end -= 1;
    }
    if is_quote(before(text, end)) {
        end -= 1;
        end = run_back(text, end, 64, |byte| byte == b'\\');
    }
    let start = run_back(text, end, LONGEST_KEY, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$') || byte >= 0x80);
    (start < end).then_some(Key { name: start..end, quoted })
}

/// Whether a word is a part of the name of an AWS resource: `arn:aws:secretsmanager:…:secret:name` names a secret and holds none.
fn is_in_arn(text: &[u8], word: usize) -> bool {
    let start = run_back(text, word, LONGEST_ARN, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'/' | b'.' | b'*'));
    before(text, word) == b':' && starts(text, start, b"arn:aws")
}

impl Finder<'_> {
    /// An assignment whose separator is at `sep`. Gives where to go on reading.
    pub(super) fn assignment(&mut self, view: View<'_>, sep: usize) -> usize {
        let text = view.text;
        let next = sep + 1;
        let Some(key) = key_before(text, sep).filter(|key| !is_in_arn(text, key.name.start)) else { return next };
        let name = slice(text, key.name.clone());
        let class = self.rules.keys.classify(name).or_else(|| self.two_words(text, &key)).or_else(|| self.by_path(name));
        let Some(class) = class else {
            return if at(text, sep) == b'=' { self.query(view, sep, &key) } else { next };
        };
        // A segment of a name, `arn:aws:secretsmanager:…:secret:db`.
        let segment = at(text, sep) == b':' && before(text, key.name.start) == b':' && class == KeyClass::Secret;
        let value = if segment { None } else { value::behind(text, sep, key.quoted, class) };
        let Some(value) = value else { return next };
        let shown = slice(text, value.clone());
        if key::is_working_directory(name) && (shown.starts_with(b"/") || at(shown, 1) == b':') {
            return next;
        }
        if class == KeyClass::Phone {
            return if self.is_phone(shown) { self.mask(view, value, Entity::PhoneNumber) } else { next };
        }
        self.mask(view, value, Entity::Secret)
    }

    /// `API key: …`: the word before belongs to the name.
    fn two_words(&self, text: &[u8], key: &Key) -> Option<KeyClass> {
        let name = slice(text, key.name.clone());
        let general = [&b"key"[..], b"number", b"token", b"code"].iter().any(|word| name.eq_ignore_ascii_case(word));
        if !general || before(text, key.name.start) != b' ' {
            return None;
        }
        let start = run_back(text, key.name.start - 1, LONGEST_KEY, |byte| byte.is_ascii_alphanumeric());
        self.rules.keys.classify(slice(text, start..key.name.end))
    }

    /// A line of pairs is a flat record: a key may also be a path.
    fn by_path(&self, name: &[u8]) -> Option<KeyClass> {
        let trie = &self.rules.paths;
        if trie.is_empty() {
            return None;
        }
        let mut reached = Reached::new();
        trie.begin(&mut reached);
        let end = reached.len();
        trie.member(&mut reached, 0, end, name);
        trie.ends(&reached[end..]).then_some(KeyClass::User)
    }

    /// `?Signature=…`, `&sig=…`
    fn query(&mut self, view: View<'_>, sep: usize, key: &Key) -> usize {
        let text = view.text;
        if !matches!(before(text, key.name.start), b'?' | b'&' | b';') || !key::is_secret_in_query(slice(text, key.name.clone())) {
            return sep + 1;
        }
        match value::behind(text, sep, false, KeyClass::Secret) {
            Some(value) => self.mask(view, value, Entity::SignedUrl),
            None => sep + 1,
        }
    }

    /// A flag of a command line that begins with the `--` at `dashes`.
    pub(super) fn flag(&mut self, view: View<'_>, dashes: usize) -> usize {
        let text = view.text;
        let start = dashes + 2;
        let end = run(text, start, LONGEST_KEY, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let class = self.rules.keys.classify(slice(text, start..end)).filter(|class| *class != KeyClass::Phone);
        match class.and_then(|_| value::argument(text, end)) {
            Some(value) => self.mask(view, value, Entity::Secret),
            None => end.max(dashes + 1),
        }
    }

    /// An element whose opening tag ends at `close`.
    pub(super) fn element(&mut self, view: View<'_>, close: usize) -> usize {
        let text = view.text;
        let start = run_back(text, close, LONGEST_KEY, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':'));
        if before(text, start) != b'<' || start == close {
            return close + 1;
        }
        let name = slice(text, start..close);
        let class = self.rules.keys.classify(name).filter(|class| *class != KeyClass::Phone);
        match class.and_then(|_| value::in_element(text, close)) {
            Some(value) => self.mask(view, value, Entity::Secret),
            None => close + 1,
        }
    }

    /// Whether the value of a key that is called like a phone number looks like one.
    pub(super) fn is_phone(&self, value: &[u8]) -> bool {
        self.rules.is_on(Entity::PhoneNumber) && phone::is_number(value)
    }
}
