//! Wrappers: functions that throw, log or wrap on behalf of their caller. Their frames say nothing of the cause.

use super::last_segment;

/// Names of functions, without what stands around the last name; by length, then by letter.
const NAMES: [&str; 41] = [
    "bail",
    "fail",
    "wrap",
    "fatal",
    "inner",
    "panic",
    "reraise",
    "rethrow",
    "toError",
    "wrapper",
    "__call__",
    "_wrapper",
    "logError",
    "newError",
    "to_error",
    "decorated",
    "decorator",
    "invariant",
    "log_error",
    "new_error",
    "wrapError",
    "checkState",
    "raiseError",
    "throwError",
    "wrap_error",
    "assert_that",
    "begin_panic",
    "handleError",
    "raise_error",
    "reportError",
    "throw_error",
    "checkNotNull",
    "handle_error",
    "logException",
    "report_error",
    "checkArgument",
    "log_exception",
    "requireNonNull",
    "throwException",
    "captureException",
    "capture_exception",
];

/// Where the names of each length begin.
const BY_LENGTH: [usize; MAX_LENGTH + 2] = {
    let mut starts = [NAMES.len(); MAX_LENGTH + 2];
    let mut at = NAMES.len();
    let mut length = MAX_LENGTH + 1;
    while length > 0 {
        while at > 0 && NAMES[at - 1].len() >= length {
            at -= 1;
        }
        starts[length] = at;
        length -= 1;
    }
    starts[0] = 0;
    starts
};

/// Length of the longest name.
const MAX_LENGTH: usize = NAMES[NAMES.len() - 1].len();

/// Whether a function throws, logs or wraps for its caller.
pub(super) fn is_wrapper(function: &str) -> bool {
    let name = last_segment(function);
    let (Some(&start), Some(&end)) = (BY_LENGTH.get(name.len()), BY_LENGTH.get(name.len() + 1)) else { return false };
    // Few names are as long, and fewer begin alike: a comparison is rarely needed.
    NAMES.get(start..end).unwrap_or_default().iter().any(|known| known.as_bytes().first() == name.as_bytes().first() && *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_read_by_the_last_name() {
        assert!(NAMES.is_sorted_by_key(|name| (name.len(), *name)));
        assert!(NAMES.iter().all(|name| is_wrapper(name)));
        assert!(is_wrapper("fail") && is_wrapper("Errors.throwError") && is_wrapper("timed.<locals>.wrapper"));
        assert!(!is_wrapper("fetch") && !is_wrapper("check_stock"));
    }
}
