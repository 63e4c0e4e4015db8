//! Wrappers: functions that throw, log or wrap on behalf of their caller. Their frames say nothing of the cause.

/// Names of functions, without what stands around the last name; sorted.
const NAMES: [&str; 41] = [
    "__call__",
    "_wrapper",
    "assert_that",
    "bail",
    "begin_panic",
    "captureException",
    "capture_exception",
    "checkArgument",
    "checkNotNull",
    "checkState",
    "decorated",
    "decorator",
    "fail",
    "fatal",
    "handleError",
    "handle_error",
    "inner",
    "invariant",
    "logError",
    "logException",
    "log_error",
    "log_exception",
    "newError",
    "new_error",
    "panic",
    "raiseError",
    "raise_error",
    "reportError",
    "report_error",
    "requireNonNull",
    "reraise",
    "rethrow",
    "throwError",
    "throwException",
    "throw_error",
    "toError",
    "to_error",
    "wrap",
    "wrapError",
    "wrap_error",
    "wrapper",
];

/// Whether a function throws, logs or wraps for its caller.
pub(super) fn is_wrapper(function: &str) -> bool {
    let name = function.rsplit(['.', ':']).next().unwrap_or(function);
    NAMES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_read_by_the_last_name() {
        assert!(NAMES.is_sorted());
        assert!(is_wrapper("fail") && is_wrapper("Errors.throwError") && is_wrapper("timed.<locals>.wrapper"));
        assert!(!is_wrapper("fetch") && !is_wrapper("check_stock"));
    }
}
