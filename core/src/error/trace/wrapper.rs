//! Functions that only raise, log or pass on what others caused: where an error comes from is never one of them.

use super::{Language, search::Words};

/// Whether a function, by the last part of its name, is one.
pub(super) fn is_wrapper(language: Language, function: &str) -> bool {
    let last = match memchr::memrchr2(b'.', b':', function.as_bytes()) {
        Some(at) => function.get(at + 1..).unwrap_or(function),
        None => function,
    };
    !last.is_empty() && table(language).hold(last)
}

const fn table(language: Language) -> &'static Words {
    match language {
        Language::Python => &PYTHON,
        Language::Java => &JAVA,
        Language::JavaScript => &JAVASCRIPT,
        Language::Go => &GO,
        Language::Rust => &RUST,
        Language::Dotnet => &DOTNET,
        Language::Ruby => &RUBY,
        Language::Php => &PHP,
        Language::Swift => &SWIFT,
        Language::Dart => &DART,
        Language::Native => &NATIVE,
    }
}

static PYTHON: Words = Words::of(&[
    "raise_for_status",
    "log_error",
    "log_exception",
    "capture_exception",
    "handle_exception",
    "handle_error",
    "exception",
    "reraise",
    "raise_from",
    "_raise",
    "raise_exception",
    "raise_error",
    "raise_with_traceback",
    "wrapper",
    "wrapped",
    "decorated",
    "_wrapper",
    "raise_from_cause",
    "inner",
    "decorator",
    "wrap_error",
    "report_error",
    "throw_error",
    "fail",
    "assert_that",
]);

static JAVA: Words = Words::of(&[
    "requireNonNull",
    "checkNotNull",
    "checkArgument",
    "checkState",
    "orElseThrow",
    "logError",
    "logException",
    "handleException",
    "rethrow",
    "sneakyThrow",
    "throwError",
    "wrapException",
    "reportError",
    "propagate",
    "captureException",
    "throwException",
    "throwIfUnchecked",
    "requireNotNull",
    "checkNotNullParameter",
    "throwNpe",
    "TODO",
    "fail",
]);

static JAVASCRIPT: Words = Words::of(&[
    "captureException",
    "logError",
    "handleError",
    "reportError",
    "invariant",
    "assert",
    "throwError",
    "rethrow",
    "createError",
    "onError",
    "errorHandler",
    "fail",
    "toError",
    "newError",
    "wrapError",
    "raiseError",
    "logException",
    "throwException",
    "__awaiter",
    "__rejected",
    "__fulfilled",
    "asyncGeneratorStep",
    "_next",
    "_throw",
]);

static GO: Words = Words::of(&[
    "Must",
    "must",
    "check",
    "checkErr",
    "CheckErr",
    "checkError",
    "CheckError",
    "panicIf",
    "PanicIf",
    "panicOnError",
    "failOnError",
    "FailOnError",
    "Fatal",
    "Fatalf",
    "Fatalln",
    "Panic",
    "Panicf",
    "Panicln",
    "WithStack",
    "Wrap",
    "Wrapf",
    "Errorf",
    "logError",
    "LogError",
    "handleError",
    "newError",
    "NewError",
    "wrapError",
    "WrapError",
    "CaptureException",
]);

static RUST: Words = Words::of(&[
    "unwrap",
    "unwrap_failed",
    "expect",
    "expect_failed",
    "unwrap_err",
    "panic_fmt",
    "panic_display",
    "panic_bounds_check",
    "panic_any",
    "rust_begin_unwind",
    "begin_panic",
    "begin_panic_handler",
    "rust_panic_with_hook",
    "from_residual",
    "log_error",
    "capture_error",
    "assert_failed",
]);

static DOTNET: Words = Words::of(&[
    "ThrowIfNull",
    "ThrowIfNullOrEmpty",
    "ThrowIfCancellationRequested",
    "Throw",
    "EnsureSuccessStatusCode",
    "LogError",
    "LogException",
    "HandleException",
    "CaptureException",
    "Rethrow",
    "ThrowForNonSuccess",
    "HandleNonSuccessAndDebuggerNotification",
    "NotNull",
    "IsNotNull",
]);

static RUBY: Words =
    Words::of(&["raise", "log_error", "log_exception", "handle_exception", "handle_error", "capture_exception", "reraise", "raise_error", "fail", "abort"]);

static PHP: Words = Words::of(&[
    "throw_if",
    "throw_unless",
    "abort",
    "abort_if",
    "abort_unless",
    "report",
    "rescue",
    "logError",
    "logException",
    "handleException",
    "handleError",
    "captureException",
    "throwException",
    "{main}",
]);

static SWIFT: Words = Words::of(&[
    "fatalError",
    "preconditionFailure",
    "assertionFailure",
    "_assertionFailure",
    "_fatalErrorMessage",
    "precondition",
    "_swift_runtime_on_report",
    "logError",
]);

static DART: Words = Words::of(&["throwWithStackTrace", "_throwNew", "_rethrow", "logError", "reportError", "captureException", "handleError"]);

static NATIVE: Words = Words::of(&[
    "abort",
    "raise",
    "gsignal",
    "die",
    "fatal",
    "panic",
    "log_error",
    "backtrace",
    "print_backtrace",
    "terminate",
    "assert_fail",
    "__assert_fail",
    "__assert_fail_base",
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helpers_are_told_by_the_last_part_of_their_name() {
        assert!(is_wrapper(Language::Python, "raise_for_status") && is_wrapper(Language::Go, "(*Client).Must"));
        assert!(is_wrapper(Language::Rust, "unwrap_failed") && !is_wrapper(Language::Rust, "raise_for_status"));
        assert!(!is_wrapper(Language::Python, "") && !is_wrapper(Language::Python, "fetch"));
    }
}
