//! Words that say what the next one is: units, days and months, words before a code, a name or a value; and terms that hold a digit and are no
//! variable.

/// What a constant word says of what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    Plain,
    /// `for`, `by`, `in` …
    Preposition,
    /// `user`, `host`, `bucket` …: what follows may be a name of its own.
    Name,
    /// The same, or `key`, `table`, behind a preposition: `for user`, `in table`. What follows is a name of its own.
    Named,
    /// `status`, `code`, `errno` …: what follows tells causes apart.
    Code,
    /// `integer`, `value`, `literal` …: what follows in quotes was somebody's input.
    Value,
    /// A variable part.
    Variable,
}

/// Up to eight bytes as a number, letters small, so that a word is compared at once; longer words have no key.
const fn key(word: &[u8]) -> u64 {
    if word.len() > 8 {
        return 0;
    }
    let mut key = 0;
    let mut at = 0;
    while at < word.len() {
        key = key << 8 | (word[at] | 0x20) as u64;
        at += 1;
    }
    key
}

/// Whether a word, whatever its case, is one of these.
macro_rules! is_one_of {
    ($word:expr, $($candidate:literal)+) => {{
        let found = key($word);
        found != 0 && ($(found == const { key($candidate) })||+)
    }};
}

/// The role of a constant word behind a word of another role.
pub(super) fn role(word: &[u8], before: Role) -> Role {
    let short = word.len() <= 8;
    if short && is_one_of!(word, b"for" b"by" b"as" b"from" b"of" b"to" b"in" b"on" b"with" b"at") {
        Role::Preposition
    } else if is_code_word(word) {
        Role::Code
    } else if short && before == Role::Preposition && (is_name_word(word) || is_thing_word(word)) {
        Role::Named
    } else if short && is_name_word(word) {
        Role::Name
    } else if before == Role::Value && word.iter().all(u8::is_ascii_digit) {
        // `base 10`.
        Role::Value
    } else if short
        && is_one_of!(word, b"value" b"literal" b"integer" b"int" b"float" b"base" b"number" b"boolean" b"uuid" b"date" b"string" b"input" b"decimal" b"entry" b"token" b"parse" b"parsing")
    {
        Role::Value
    } else {
        Role::Plain
    }
}

/// `status`, `code`, `statusCode`, `exit_status`, `SQLSTATE`, `errno`, `HTTP`, `error`, `signal`.
fn is_code_word(word: &[u8]) -> bool {
    if word.len() <= 8 && is_one_of!(word, b"http" b"errno" b"sqlstate" b"signal" b"error" b"hresult") {
        return true;
    }
    let ends_with = |ending: &[u8]| word.len() >= ending.len() && word[word.len() - ending.len()..].eq_ignore_ascii_case(ending);
    ends_with(b"code") || ends_with(b"status")
}

/// People, machines and stores, which each have a name of their own.
fn is_name_word(word: &[u8]) -> bool {
    is_one_of!(word, b"user" b"username" b"login" b"account" b"customer" b"tenant" b"host" b"hostname" b"server" b"node" b"device" b"domain" b"session"
        b"bucket" b"queue" b"topic" b"stream" b"id")
}

/// What programs name and what they only use: names of these count as a cause unless a preposition says whose.
fn is_thing_word(word: &[u8]) -> bool {
    is_one_of!(word, b"key" b"table")
}

/// Whether the key of `key=value` is of something that has a name of its own: `user`, `rhost`, `bucketName`, `order_id`.
pub(super) fn is_name_key(key: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 14] =
        [b"user", b"name", b"host", b"bucket", b"table", b"topic", b"queue", b"email", b"id", b"key", b"node", b"addr", b"token", b"path"];
    is_name_word(key) || ENDINGS.iter().any(|ending| key.len() >= ending.len() && key[key.len() - ending.len()..].eq_ignore_ascii_case(ending))
}

/// Words that no user, host or table is called, though they may follow such a word.
pub(super) fn is_function_word(word: &[u8]) -> bool {
    is_verb(word)
        || is_one_of!(word, b"and" b"or" b"no" b"the" b"a" b"an" b"this" b"that" b"it" b"which" b"when" b"while" b"if" b"due" b"because" b"after" b"before"
            b"failed" b"for" b"by" b"as" b"from" b"of" b"to" b"in" b"on" b"with" b"at" b"but" b"than" b"then" b"id" b"name")
}

/// Words by which a sentence goes on behind a name: `user ann is`, `host db-a does`.
pub(super) fn is_verb(word: &[u8]) -> bool {
    is_one_of!(word, b"is" b"was" b"are" b"were" b"be" b"not" b"has" b"had" b"have" b"does" b"did" b"can" b"cannot" b"could" b"will" b"would" b"already")
}

/// Micro-seconds with either of the letters Unicode has for them.
pub(super) const MICROSECONDS: [&[u8]; 2] = ["µs".as_bytes(), "μs".as_bytes()];

/// Bases of numbers: `base 10` is no count.
pub(super) fn is_base(before: &[u8], word: &[u8]) -> bool {
    before.eq_ignore_ascii_case(b"base") && matches!(word, b"2" | b"8" | b"10" | b"16")
}

/// Values of a flag.
pub(super) fn is_flag(word: &[u8]) -> bool {
    is_one_of!(word, b"true" b"false" b"yes" b"no" b"on" b"off" b"null" b"none" b"nil" b"nan")
}

/// Bytes of the longest unit or name of a month.
pub(super) const MAX_UNIT: usize = 9;

/// Units of size and time, parts of the day and zones: behind a number they belong to it.
pub(super) fn is_unit(word: &[u8]) -> bool {
    is_one_of!(word, b"b" b"kb" b"mb" b"gb" b"tb" b"kib" b"mib" b"gib" b"byte" b"bytes" b"bit" b"bits" b"ns" b"us" b"ms" b"s" b"sec" b"secs" b"second"
        b"seconds" b"msec" b"msecs" b"millis" b"usec" b"m" b"min" b"mins" b"minute" b"minutes" b"h" b"hr" b"hrs" b"hour" b"hours" b"d" b"day" b"days"
        b"week" b"weeks" b"percent" b"hz" b"khz" b"mhz" b"ghz" b"am" b"pm" b"utc" b"gmt" b"z")
}

/// Days and months as they are written in dates: `Fri`, `July`.
pub(super) fn is_calendar(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_uppercase)
        && (is_one_of!(word, b"mon" b"tue" b"wed" b"thu" b"fri" b"sat" b"sun" b"jan" b"feb" b"mar" b"apr" b"may" b"jun" b"jul" b"aug" b"sep" b"sept"
            b"oct" b"nov" b"dec" b"monday" b"tuesday" b"thursday" b"friday" b"saturday" b"sunday" b"january" b"february" b"march" b"april" b"june"
            b"july" b"august" b"october" b"november" b"december")
            || word == b"Wednesday"
            || word == b"September")
}

/// Methods of HTTP, as a request line begins.
pub(super) fn is_method(word: &[u8]) -> bool {
    matches!(word, b"GET" | b"POST" | b"PUT" | b"DELETE" | b"HEAD" | b"PATCH" | b"OPTIONS")
}

/// Terms that hold a digit and mean the same everywhere.
pub(super) fn is_term(word: &[u8]) -> bool {
    is_one_of!(word, b"s3" b"ec2" b"k8s" b"i18n" b"l10n" b"oauth2" b"http2" b"h2" b"http1" b"http3" b"ipv4" b"ipv6" b"ip4" b"ip6" b"utf8" b"utf-8" b"utf16"
        b"utf-16" b"latin1" b"base64" b"base32" b"md5" b"sha1" b"sha-1" b"sha2" b"sha256" b"sha-256" b"sha512" b"x509" b"x.509" b"pkcs1" b"pkcs8"
        b"pkcs12" b"p12" b"ed25519" b"rs256" b"hs256" b"es256" b"tls1" b"i8" b"i16" b"i32" b"i64" b"i128" b"u8" b"u16" b"u32" b"u64" b"u128" b"f32"
        b"f64" b"int8" b"int16" b"int32" b"int64" b"uint8" b"uint16" b"uint32" b"uint64" b"float32" b"float64" b"x86" b"x86_64" b"amd64" b"arm64"
        b"log4j" b"log4j2" b"slf4j" b"db2" b"h264" b"mp3" b"mp4" b"web3" b"win32" b"win64" b"neo4j" b"boto3" b"urllib3" b"psycopg2" b"psycopg3" b"lz4"
        b"bzip2" b"es6" b"es5" b"crc32" b"crc32c" b"c3p0" b"route53" b"2fa" b"3d" b"2d" b"vp8" b"vp9" b"gpt4" b"r2dbc" b"http11")
}

/// Prefixes of the codes of databases, compilers and services: `ORA-00001`, `E0277`, `TS2322`.
pub(super) fn is_code_prefix(letters: &[u8]) -> bool {
    matches!(
        letters,
        b"E" | b"ORA" | b"TNS" | b"PLS" | b"DPY" | b"DPI" | b"CS" | b"TS" | b"HTTP" | b"SQL" | b"HHH" | b"AADSTS" | b"RUSTSEC" | b"SKY" | b"EF" | b"NU"
    )
}

/// Endings of the names of hosts. Those that are common words or endings of code (`id`, `is`, `in`, `to`, `py`, `rs`) are left out.
pub(super) fn is_top_level(label: &[u8]) -> bool {
    is_one_of!(label, b"com" b"net" b"org" b"edu" b"gov" b"mil" b"local" b"internal" b"lan" b"io" b"aws" b"cloud" b"dev" b"app" b"de" b"uk" b"jp" b"fr"
        b"eu" b"nl" b"cn" b"kr" b"tw" b"ru" b"br" b"au" b"ca" b"pl" b"se" b"ch" b"us")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_case_and_only_whole() {
        assert!(is_unit(b"KB") && is_unit(b"seconds"));
        assert!(!is_unit(b"secondsX") && !is_unit(b"mbit") && !is_unit(b""));
        assert!(is_calendar(b"Fri") && is_calendar(b"September") && !is_calendar(b"may") && !is_calendar(b"Market"));
        assert!(is_term(b"SHA256") && is_term(b"utf-8") && !is_term(b"sha257"));
    }

    #[test]
    fn a_name_counts_only_behind_a_preposition() {
        assert_eq!(role(b"user", role(b"for", Role::Plain)), Role::Named);
        assert_eq!(role(b"user", Role::Plain), Role::Name);
        assert_eq!([b"statusCode".as_slice(), b"SQLSTATE", b"exit_status", b"Code"].map(|word| role(word, Role::Plain)), [Role::Code; 4]);
        assert!(is_name_key(b"bucketName") && is_name_key(b"order_id") && !is_name_key(b"reason"));
    }
}
