//! Error numbers of the system by their names.

/// Number and name, as Linux counts them: every runtime of AWS Lambda and every container is Linux. Source: errno(3); the last ones, negative, are
/// those of getaddrinfo(3).
const NUMBERS: [(i32, &str); 30] = [
    (1, "EPERM"),
    (2, "ENOENT"),
    (9, "EBADF"),
    (11, "EAGAIN"),
    (12, "ENOMEM"),
    (13, "EACCES"),
    (16, "EBUSY"),
    (17, "EEXIST"),
    (20, "ENOTDIR"),
    (21, "EISDIR"),
    (22, "EINVAL"),
    (23, "ENFILE"),
    (24, "EMFILE"),
    (27, "EFBIG"),
    (28, "ENOSPC"),
    (30, "EROFS"),
    (32, "EPIPE"),
    (39, "ENOTEMPTY"),
    (98, "EADDRINUSE"),
    (101, "ENETUNREACH"),
    (103, "ECONNABORTED"),
    (104, "ECONNRESET"),
    (110, "ETIMEDOUT"),
    (111, "ECONNREFUSED"),
    (113, "EHOSTUNREACH"),
    (122, "EDQUOT"),
    (125, "ECANCELED"),
    (-2, "ENOTFOUND"),
    (-3, "EAI_AGAIN"),
    (-5, "ENOTFOUND"),
];

/// The name of a number. Node writes its numbers negative; what the list itself holds as negative goes first.
pub(crate) fn name(number: i32) -> Option<&'static str> {
    let find = |number| NUMBERS.iter().find(|(known, _)| *known == number).map(|(_, name)| *name);
    find(number).or_else(|| find(number.checked_neg()?))
}

/// Whether a word has the form of such a name: capitals that start with `E`.
pub(crate) fn is_name(word: &str) -> bool {
    word.len() >= 4 && word.starts_with('E') && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_names_of_linux() {
        for (number, expected) in
            [(111, Some("ECONNREFUSED")), (-111, Some("ECONNREFUSED")), (-2, Some("ENOTFOUND")), (2, Some("ENOENT")), (0, None), (i32::MIN, None)]
        {
            assert_eq!(name(number), expected, "{number}");
        }
        assert!(NUMBERS.iter().all(|(_, name)| is_name(name)));
        assert!(!is_name("Error") && !is_name("EOF"));
    }
}
