//! What a message states in so many words: codes, statuses and numbers that stand beside a word that says what they are.
//!
//! `An error occurred (ThrottlingException) when calling …` states a code, `status 503` an HTTP status, `[Errno 111]` an error of the system. A bare
//! number states nothing: `500 rows` is no server error.

use smallvec::SmallVec;

use crate::{plan::GrpcStatus, record::errno};

/// Most words of a message looked at.
pub(super) const MAX_WORDS: usize = 256;

/// Most bytes between a word and the value it announces: `code = '`.
const MAX_GAP_BYTES: usize = 4;

/// HTTP statuses that are errors.
pub(super) const ERROR_STATUSES: std::ops::RangeInclusive<u16> = 400..=599;

/// What is written behind the number of an HTTP status. Source: RFC 9110, section 15; `Server Error` and `Client Error` are those of
/// the Python library requests.
const REASONS: [&str; 21] = [
    "bad request",
    "unauthorized",
    "forbidden",
    "not found",
    "method not allowed",
    "request timeout",
    "conflict",
    "gone",
    "precondition failed",
    "unsupported media type",
    "unprocessable content",
    "unprocessable entity",
    "too many requests",
    "client error",
    "internal server error",
    "server error",
    "bad gateway",
    "service unavailable",
    "gateway timeout",
    "gateway time-out",
    "insufficient storage",
];

/// One thing stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated<'m> {
    /// An error code of a service or driver.
    Code(&'m str),
    /// An SQLSTATE code.
    SqlState(&'m str),
    /// A status of gRPC.
    Grpc(GrpcStatus),
    /// An HTTP status.
    Status(u16),
}

/// A message as words and what lies between them.
#[derive(Debug)]
pub(super) struct Words<'m> {
    message: &'m str,
    words: SmallVec<[(usize, usize); 64]>,
}

impl<'m> Words<'m> {
    /// Splits a message.
    pub(super) fn new(message: &'m str) -> Self {
        let mut words = SmallVec::new();
        let mut start = None;
        for (at, byte) in message.bytes().enumerate() {
            let inside = byte.is_ascii_alphanumeric() || byte == b'_';
            match (start, inside) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    words.push((from, at));
                    start = None;
                    if words.len() == MAX_WORDS {
                        break;
                    }
                }
                _ => {}
            }
        }
        if let Some(from) = start {
            words.push((from, message.len()));
        }
        Self { message, words }
    }

    /// Every word.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'m str> + '_ {
        (0..self.words.len()).map(|index| self.word(index))
    }

    /// Everything stated, in the order of the message.
    pub(super) fn stated(&self) -> SmallVec<[Stated<'m>; 4]> {
        let mut found = SmallVec::new();
        for index in 0..self.words.len() {
            if let Some(stated) = self.stated_at(index)
                && !found.contains(&stated)
            {
                found.push(stated);
            }
        }
        found
    }

    fn word(&self, index: usize) -> &'m str {
        self.words.get(index).and_then(|&(start, end)| self.message.get(start..end)).unwrap_or("")
    }

    fn word_before(&self, index: usize) -> &'m str {
        index.checked_sub(1).map_or("", |index| self.word(index))
    }

    /// What lies before a word, behind the one before it.
    fn gap(&self, index: usize) -> &'m str {
        let start = index.checked_sub(1).and_then(|before| self.words.get(before)).map_or(0, |&(_, end)| end);
        let end = self.words.get(index).map_or(self.message.len(), |&(start, _)| start);
        self.message.get(start..end).unwrap_or("")
    }

    /// The text behind a word.
    fn behind(&self, index: usize) -> &'m str {
        self.words.get(index).and_then(|&(_, end)| self.message.get(end..)).unwrap_or("")
    }

    /// The word that a marker at `index` announces: `code=X`, `code: 'X'`, `code is X`.
    fn announced(&self, index: usize) -> Option<usize> {
        let next = index + 1;
        let gap = self.gap(next);
        let is_gap = !gap.is_empty() && gap.len() <= MAX_GAP_BYTES && gap.bytes().all(|byte| b" :=\"'`[(.-\\".contains(&byte));
        if !is_gap || self.word(next).is_empty() {
            return None;
        }
        if matches!(self.word(next), "is" | "was" | "of") && self.gap(next + 1) == " " { Some(next + 1) } else { Some(next) }
    }

    fn stated_at(&self, index: usize) -> Option<Stated<'m>> {
        let word = self.word(index);
        let before = self.word_before(index);
        let ends = |ending: &str| {
            let at = word.len().checked_sub(ending.len());
            at.and_then(|at| word.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
        };
        if errno::is_name(word) {
            return Some(Stated::Code(word));
        }
        if word.len() == 3 && word.starts_with(['4', '5']) {
            return self.with_reason(index);
        }
        if ends("sqlstate") || (ends("state") && before.eq_ignore_ascii_case("sql")) {
            let value = self.word(self.announced(index)?);
            return is_sqlstate(value).then_some(Stated::SqlState(value));
        }
        if ends("errno") || (word == "error" && before == "os") {
            return self.error_number(index);
        }
        if ends("code") {
            return self.code(index);
        }
        if ends("status") {
            return self.status(index);
        }
        if ends("http") {
            return self.http(index);
        }
        if word == "occurred" && self.gap(index + 1) == " (" {
            let code = self.word(index + 1);
            // A HEAD request has no body to tell a code in: botocore gives the status instead.
            return Some(http_status(code).map_or(Stated::Code(code), Stated::Status));
        }
        if word == "error" && before == "api" && self.gap(index + 1) == " " {
            return Some(Stated::Code(self.word(index + 1)));
        }
        // `UNAVAILABLE: io exception`, `14 UNAVAILABLE: no connection`: the forms of gRPC for Java and for Node.
        let leads = index == 0 || (index == 1 && before.len() <= 2 && before.bytes().all(|byte| byte.is_ascii_digit()));
        if leads && self.behind(index).starts_with(':') && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
            return GrpcStatus::from_name(word).map(Stated::Grpc);
        }
        None
    }

    /// `502 Bad Gateway`
    fn with_reason(&self, index: usize) -> Option<Stated<'m>> {
        let status = http_status(self.word(index))?;
        let rest = self.behind(index).strip_prefix(' ')?;
        let ends = |at: usize| rest.as_bytes().get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let starts = |reason: &&str| rest.get(..reason.len()).is_some_and(|head| head.eq_ignore_ascii_case(reason)) && ends(reason.len());
        REASONS.iter().any(starts).then_some(Stated::Status(status))
    }

    /// `[Errno 111]`, `errno: -111`, `(os error 2)`
    fn error_number(&self, index: usize) -> Option<Stated<'m>> {
        let value = self.announced(index)?;
        let number: i32 = self.word(value).parse().ok()?;
        let number = if self.gap(value).ends_with('-') { number.checked_neg()? } else { number };
        errno::name(number).map(Stated::Code)
    }

    /// `code = Unavailable`, `code: 'ER_DUP_ENTRY'`, `Error Code: NoSuchKey`, `status code 503`, `StatusCode.UNAVAILABLE`
    fn code(&self, index: usize) -> Option<Stated<'m>> {
        let value = self.word(self.announced(index)?);
        if !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Stated::Code(value));
        }
        if self.is_of_grpc(index) {
            return value.parse().ok().and_then(GrpcStatus::from_number).map(Stated::Grpc);
        }
        let of_process = matches!(self.word_before(index), "exit" | "return");
        if let Some(status) = http_status(value).filter(|_| !of_process) {
            return Some(Stated::Status(status));
        }
        // Numbers of a driver, `error code 1213`; whether one is known is for the taxonomy to say.
        (value.len() >= 4).then_some(Stated::Code(value))
    }

    /// `status 503`, `http_status=503`, `grpc-status: 14`, `status: Unavailable, message: …` (tonic)
    fn status(&self, index: usize) -> Option<Stated<'m>> {
        let at = self.announced(index)?;
        let value = self.word(at);
        if self.is_of_grpc(index) {
            let number = value.parse().ok().and_then(GrpcStatus::from_number);
            return number.or_else(|| GrpcStatus::from_name(value)).map(Stated::Grpc);
        }
        if let Some(status) = http_status(value) {
            return Some(Stated::Status(status));
        }
        let of_tonic = self.behind(at).trim_start_matches('\'').starts_with(", message");
        of_tonic.then(|| GrpcStatus::from_name(value)).flatten().map(Stated::Grpc)
    }

    /// `HTTP 429`, `HTTP/1.1 503`, `HTTP/2" 502`, `HTTP Error 500`
    fn http(&self, index: usize) -> Option<Stated<'m>> {
        let mut at = index + 1;
        if self.gap(at) == "/" {
            at += if self.gap(at + 1) == "." { 2 } else { 1 };
        } else if matches!(self.word(at), "Error" | "error" | "response" | "Response" | "code") {
            at += 1;
        }
        if self.gap(at).len() > MAX_GAP_BYTES {
            return None;
        }
        http_status(self.word(at)).map(Stated::Status)
    }

    fn is_of_grpc(&self, index: usize) -> bool {
        let names = |word: &str| word.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("grpc"));
        // `rpc error: code = …` is what Go's client writes.
        names(self.word(index))
            || names(self.word_before(index))
            || (self.word_before(index) == "error" && index.checked_sub(2).is_some_and(|at| self.word(at) == "rpc"))
    }
}

/// Five capitals and digits.
pub(super) fn is_sqlstate(value: &str) -> bool {
    value.len() == 5 && value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// A number that is an HTTP status of an error.
pub(super) fn http_status(value: &str) -> Option<u16> {
    value.parse().ok().filter(|status| ERROR_STATUSES.contains(status) && value.len() == 3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stated(message: &str) -> Vec<Stated<'_>> {
        Words::new(message).stated().into_vec()
    }

    #[test]
    fn codes_beside_their_word_are_read() {
        for (message, expected) in [
            ("An error occurred (ThrottlingException) when calling the PutItem operation", Stated::Code("ThrottlingException")),
            ("operation error DynamoDB: PutItem, api error NoSuchKey: x", Stated::Code("NoSuchKey")),
            ("(Service: S3; Error Code: SlowDown; Request ID: 1)", Stated::Code("SlowDown")),
            ("{ code: 'ER_DUP_ENTRY' }", Stated::Code("ER_DUP_ENTRY")),
            ("connect ECONNREFUSED 127.0.0.1:5432", Stated::Code("ECONNREFUSED")),
            ("[Errno 111] Connection refused", Stated::Code("ECONNREFUSED")),
            ("No such file or directory (os error 2)", Stated::Code("ENOENT")),
            ("errno: -110", Stated::Code("ETIMEDOUT")),
            ("could not serialize access (SQLSTATE 40001)", Stated::SqlState("40001")),
            ("SQLSTATE[23505]: Unique violation", Stated::SqlState("23505")),
            ("PreparedStatementCallback; SQL state [08006]", Stated::SqlState("08006")),
            ("rpc error: code = Unavailable desc = closing", Stated::Code("Unavailable")),
            ("status = StatusCode.DEADLINE_EXCEEDED", Stated::Code("DEADLINE_EXCEEDED")),
            ("UNAVAILABLE: io exception", Stated::Grpc(GrpcStatus::Unavailable)),
            ("14 UNAVAILABLE: No connection established", Stated::Grpc(GrpcStatus::Unavailable)),
            ("grpc-status: 4", Stated::Grpc(GrpcStatus::DeadlineExceeded)),
            ("status: Unavailable, message: \"tcp connect error\"", Stated::Grpc(GrpcStatus::Unavailable)),
        ] {
            assert_eq!(stated(message), [expected], "{message}");
        }
    }

    #[test]
    fn an_http_number_counts_beside_a_word_for_it_only() {
        for (message, expected) in [
            ("answered with status 503", 503),
            ("HTTP 429", 429),
            ("code: 404", 404),
            ("POST /charge returned 502 Bad Gateway", 502),
            ("503 Server Error: Service Unavailable for url", 503),
            ("Request failed with status code 502", 502),
            ("\"GET /x HTTP/1.1\" 504 12", 504),
            ("HTTP/2 500", 500),
            ("http_status=422", 422),
            ("the status was 409", 409),
            ("HTTP Error 500", 500),
            ("An error occurred (404) when calling the HeadObject operation", 404),
        ] {
            assert_eq!(stated(message), [Stated::Status(expected)], "{message}");
        }
        for message in [
            "the query returned 500 rows",
            "took 503 ms",
            "order 404 is late",
            "exit code 500",
            "merged 409 conflicts",
            "status 200",
            "code 4040",
            "order status: Cancelled",
            "HTTP/1.1",
            "http",
            "status",
            "",
        ] {
            let found: Vec<_> = stated(message).into_iter().filter(|stated| !matches!(stated, Stated::Code(_))).collect();
            assert!(found.is_empty(), "{message}: {found:?}");
        }
    }

    #[test]
    fn words_beyond_the_bound_are_not_read() {
        let near = format!("{} HTTP 503", "w ".repeat(MAX_WORDS - 2));
        let far = format!("{} HTTP 503", "w ".repeat(MAX_WORDS));
        assert_eq!((stated(&near).len(), stated(&far).len()), (1, 0));
    }

    proptest! {
        #[test]
        fn any_text_is_read(message in "(\\PC|status|code|HTTP|Errno|SQLSTATE|[0-9]{3}|[ :=/.('-]){0,40}") {
            let words = Words::new(&message);
            let _ = words.stated();
            prop_assert!(words.iter().all(|word| !word.is_empty()));
        }
    }
}
