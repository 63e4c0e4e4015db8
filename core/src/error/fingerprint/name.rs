//! Names of types, modules and functions without what a compiler, a bundler or a build put into them: numbers of closures, hashes of files,
//! addresses, versions. What is left is what a person called it.

use std::borrow::Cow;

/// Longest name that counts, bytes; of a longer one the beginning does.
pub const MAX_NAME: usize = 200;

/// Least digits in a row that no person wrote.
const LONG_NUMBER: usize = 4;

/// Fewest and most characters of the hash a bundler puts behind a hyphen.
const BUNDLE_HASH: std::ops::RangeInclusive<usize> = 8..=20;

/// Fewest hexadecimal digits of a hash.
const MIN_HEX: usize = 6;

/// Words of compilers and runtimes that are numbered: `func1`, `$Proxy12`, `GeneratedMethodAccessor7`.
const NUMBERED: [&str; 5] = ["func", "gowrap", "Proxy", "Accessor", "DisplayClass"];

/// The name a person gave. Borrowed when nothing is to be taken off; cleaning it again changes nothing.
pub(super) fn clean(name: &str) -> Cow<'_, str> {
    if name.len() <= MAX_NAME && !name.bytes().any(is_suspect) {
        return Cow::Borrowed(name);
    }
    let name = bounded(name);
    let mut cleaned = Cow::Borrowed(name);
    // What is left beside a dropped piece may be one itself. Every step drops something, so there is an end.
    loop {
        let again = once(bounded(&cleaned));
        if again.is_empty() || again.len() >= cleaned.len() {
            return cleaned;
        }
        cleaned = Cow::Owned(again);
    }
}

fn bounded(name: &str) -> &str {
    let name = name.split('\0').next().unwrap_or(name);
    name.get(..name.floor_char_boundary(MAX_NAME)).unwrap_or(name).trim()
}

/// The name of a type. Numbers stay unless a compiler or a runtime marked them: what a type is called may be a code, as `ORA-00001`.
pub(super) fn clean_type(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| matches!(byte, b'$' | b'@' | b'{' | 0)) { clean(name) } else { Cow::Borrowed(bounded(name)) }
}

/// Whether a name with this byte may have something to take off.
const fn is_suspect(byte: u8) -> bool {
    SUSPECT[byte as usize]
}

/// Digits, the signs of compilers and bundlers, and white space, which may be beyond ASCII.
const SUSPECT: [bool; 256] = {
    let marks = b"0123456789$<{@-";
    let mut suspect = [false; 256];
    let mut at = 0;
    while at < suspect.len() {
        suspect[at] = at <= b' ' as usize || at >= 0x80;
        at += 1;
    }
    at = 0;
    while at < marks.len() {
        suspect[marks[at] as usize] = true;
        at += 1;
    }
    suspect
};

const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'.' | b':' | b'/' | b'\\' | b'$' | b'-' | b'#')
}

fn once(name: &str) -> String {
    let mut cleaned = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        // Reflection's and Spring's names: all behind is generated.
        if rest.starts_with("$$") && !cleaned.is_empty() {
            break;
        }
        let separator = rest.bytes().take_while(|&byte| is_separator(byte)).count();
        let (separator, behind) = rest.split_at(separator);
        let (segment, behind) = behind.split_at(segment_length(behind));
        rest = behind;
        let kept = kept(segment, separator, cleaned.is_empty());
        let moves_next = segment == "MoveNext" && cleaned.len() < name.len() && name.contains(">d__");
        if (kept.is_empty() && !segment.is_empty()) || moves_next {
            continue;
        }
        cleaned.push_str(separator);
        cleaned.push_str(&kept);
    }
    if cleaned.ends_with("func.func") {
        cleaned.truncate(cleaned.len() - ".func".len());
    }
    cleaned
}

/// Length of the segment at the beginning; what stands in braces is one.
fn segment_length(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'<' => depth += 1,
            b'}' | b'>' => depth = depth.saturating_sub(1),
            _ if depth == 0 && is_separator(byte) => return at,
            _ => {}
        }
    }
    text.len()
}

/// What is kept of a segment.
fn kept<'a>(segment: &'a str, separator: &str, first: bool) -> Cow<'a, str> {
    if segment.starts_with('{') && !first {
        return Cow::Borrowed("");
    }
    if let Some((inner, behind)) = segment.strip_prefix('<').and_then(|rest| rest.split_once('>'))
        && behind.get(1..).is_some_and(|behind| behind.starts_with("__"))
    {
        // C#: `<Run>d__5` is a piece of Run; `<>c__DisplayClass4_0` of nobody.
        return if inner.is_empty() { Cow::Borrowed("<>c") } else { Cow::Borrowed(inner) };
    }
    if segment.starts_with('<') {
        return Cow::Borrowed(segment);
    }
    // `class@anonymous…`, `Foo@1b2c3d`, `module@v1.2.3`.
    let segment = segment.find('@').filter(|&at| at > 0).map_or(segment, |at| segment.get(..at).unwrap_or(segment));
    if !segment.bytes().any(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(segment);
    }
    if is_generated(segment, separator) {
        return Cow::Borrowed("");
    }
    let segment = without_number(segment);
    if has_long_number(segment) { Cow::Owned(without_long_numbers(segment)) } else { Cow::Borrowed(segment) }
}

/// `12`, `v3`, `0x7f3a`, `8f3ab2c1`, `h0123456789abcdef`, and `BkX3a9Qz` behind a hyphen.
fn is_generated(segment: &str, separator: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let hex = |text: &str| text.len() >= MIN_HEX && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let version = |text: &str| text.strip_prefix(['v', 'V']).is_some_and(digits);
    let bundled = || {
        let has = |test: fn(&u8) -> bool| segment.as_bytes().iter().any(test);
        separator.ends_with('-')
            && BUNDLE_HASH.contains(&segment.len())
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && has(u8::is_ascii_digit)
            && (has(u8::is_ascii_uppercase) || hex(segment))
    };
    digits(segment)
        || version(segment)
        || hex(segment)
        || segment.starts_with("0x")
        || segment.strip_prefix('h').is_some_and(|rest| rest.len() == 16 && hex(rest))
        || bundled()
}

/// Without the number behind a numbered word, behind `_` or behind `_v`.
fn without_number(segment: &str) -> &str {
    let bare = segment.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    if bare.len() == segment.len() || bare.is_empty() {
        return segment;
    }
    let tail = segment.get(bare.len()..).unwrap_or("");
    if NUMBERED.iter().any(|word| bare.ends_with(word)) || tail.starts_with("__") {
        return bare;
    }
    match bare.strip_suffix("_v") {
        Some(unversioned) if !unversioned.is_empty() => unversioned,
        _ => segment,
    }
}

fn has_long_number(segment: &str) -> bool {
    segment.as_bytes().windows(LONG_NUMBER).any(|window| window.iter().all(u8::is_ascii_digit))
}

fn without_long_numbers(segment: &str) -> String {
    let mut kept = String::with_capacity(segment.len());
    let mut rest = segment;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = rest.split_at(digits);
        if digits < LONG_NUMBER {
            kept.push_str(number);
        }
        let words = behind.bytes().position(|byte| byte.is_ascii_digit()).unwrap_or(behind.len());
        let (word, behind) = behind.split_at(words);
        kept.push_str(word);
        rest = behind;
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_compiler_or_a_build_added_goes() {
        for (name, expected) in [
            ("com.shop.Db$$EnhancerBySpringCGLIB$$1a2b3c4d", "com.shop.Db"),
            ("com.shop.Db$$Lambda$14/0x0000000800c8f440", "com.shop.Db"),
            ("com.sun.proxy.$Proxy12", "com.sun.proxy.$Proxy"),
            ("jdk.internal.reflect.GeneratedMethodAccessor17", "jdk.internal.reflect.GeneratedMethodAccessor"),
            ("lambda$process$3", "lambda$process"),
            ("com.shop.Cart$1", "com.shop.Cart"),
            ("shop::db::fetch::{{closure}}::{{closure}}", "shop::db::fetch"),
            ("shop::db::fetch::{closure#0}", "shop::db::fetch"),
            ("shop::db::fetch::h0123456789abcdef", "shop::db::fetch"),
            ("main.main.func1.2", "main.main.func"),
            ("main.(*Server).run.func2.func1", "main.(*Server).run.func"),
            ("main.start.gowrap1", "main.start.gowrap"),
            ("Shop.Cart.<Add>d__5.MoveNext", "Shop.Cart.Add"),
            ("Shop.Cart.<>c__DisplayClass4_0.<Run>b__0", "Shop.Cart.<>c.Run"),
            ("_app_views_home_index_html_erb___3748210382_70158", "_app_views_home_index_html_erb"),
            ("fn__123", "fn"),
            ("handler_v123", "handler"),
            ("main.8f3ab2c1.chunk", "main.chunk"),
            ("index-BkX3a9Qz", "index"),
            ("commons-lang3-3.12.0", "commons-lang3"),
            ("github.com/shop/cart@v1.2.3/db", "github.com/shop/cart/db"),
            ("github.com/shop/cart/v2/db", "github.com/shop/cart/db"),
            ("class@anonymous\0/app/src/A.php:12$0", "class"),
            ("java.lang.Object@1b2c3d", "java.lang.Object"),
        ] {
            assert_eq!(clean(name), expected, "{name}");
        }
    }

    #[test]
    fn what_a_person_called_so_stays() {
        for name in [
            "encode_utf8",
            "sha256",
            "Http2Client",
            "<module>",
            "<lambda>",
            "Handler.<locals>.run",
            "step1",
            "com.shop.V2Cart",
            "<T as Run>::go",
            "{main}",
            "a-b",
        ] {
            assert_eq!(clean(name), name);
        }
    }

    #[test]
    fn the_number_of_a_type_stays_unless_a_compiler_made_it() {
        for (name, expected) in [("ORA-00001", "ORA-00001"), ("HTTP 404", "HTTP 404"), ("com.shop.Cart$1", "com.shop.Cart"), (" KeyError ", "KeyError")] {
            assert_eq!(clean_type(name), expected);
        }
    }

    #[test]
    fn a_name_is_bounded() {
        assert_eq!(clean(&"é".repeat(MAX_NAME)).len(), MAX_NAME);
    }

    proptest! {
        #[test]
        fn a_clean_name_stays(name in "[a-zA-Z0-9_.:$<>{}@/#-]{0,60}|.{0,40}") {
            let once = clean(&name).into_owned();
            prop_assert_eq!(clean(&once), once.as_str());
        }
    }
}
