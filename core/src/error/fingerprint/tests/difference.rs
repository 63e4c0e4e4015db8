//! Errors of different causes, which must not meet.

use std::borrow::Cow;

use super::made::{chain, plain, platform, thrown};
use crate::{
    error::{detect::Fault, fingerprint::group},
    record::PlatformFailure::{Exited, Init, OutOfMemory, TimedOut},
};

const HELPER: [&str; 3] = ["!errors|fail", "orders|place", "api|post"];

#[test]
fn different_causes_are_different_issues() {
    let coded = |code: &'static str| Fault { code: Some(Cow::Borrowed(code)), ..thrown("shop.DbError", "query failed", &HELPER) };
    let pairs = [
        ("another message of a type that says nothing", thrown("RuntimeError", "no stock", &HELPER), thrown("RuntimeError", "no route", &HELPER)),
        ("another message of an error no type is known of", thrown("", "no stock", &HELPER), thrown("", "no route", &HELPER)),
        ("another caller of the same helper", thrown("shop.E", "m", &HELPER), thrown("shop.E", "m", &["!errors|fail", "orders|cancel", "api|post"])),
        ("another message behind a helper that is all there is", thrown("shop.E", "no stock", &HELPER[..2]), thrown("shop.E", "no route", &HELPER[..2])),
        ("another type", thrown("shop.E", "m", &HELPER), thrown("shop.F", "m", &HELPER)),
        ("another code", coded("23505"), coded("40001")),
        (
            "another root cause under one wrapper",
            chain(&[("KeyError", "'x'", &["cart|total", "cart|sum"]), ("shop.E", "cannot pay", &["pay|run"])]),
            chain(&[("ValueError", "'x'", &["cart|total", "cart|sum"]), ("shop.E", "cannot pay", &["pay|run"])]),
        ),
        (
            "another service's error code in a client's error",
            thrown("botocore.exceptions.ClientError", "An error occurred (ThrottlingException) when calling the PutItem operation: slow down", &HELPER),
            thrown("botocore.exceptions.ClientError", "An error occurred (AccessDeniedException) when calling the PutItem operation: no", &HELPER),
        ),
        ("another status of an answer", plain("E", "gateway answered with status 503"), plain("E", "gateway answered with status 404")),
        ("another state of a database", plain("E", "failed (SQLSTATE 40001)"), plain("E", "failed (SQLSTATE 23505)")),
        ("another code of a database", plain("E", "ORA-00001: failed"), plain("E", "ORA-12541: failed")),
        ("another errno", plain("OSError", "[Errno 2] cannot open"), plain("OSError", "[Errno 13] cannot open")),
        ("another thing the program asked for", plain("TypeError", "undefined (reading 'map')"), plain("TypeError", "undefined (reading 'length')")),
        ("another failure of the platform", platform(TimedOut, "", "m"), platform(OutOfMemory, "", "m")),
        ("another end of a process", platform(Exited, "", "Error: exit status 1"), platform(Exited, "", "Error: exit status 134")),
        (
            "another reason not to start",
            platform(Init, "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'a'"),
            platform(Init, "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'b'"),
        ),
    ];
    for (what, one, two) in pairs {
        assert_ne!(group(&one, "s").fingerprint, group(&two, "s").fingerprint, "{what}");
    }
}

#[test]
fn only_failures_of_the_platform_are_each_functions_own() {
    let timeout = platform(TimedOut, "", "Task timed out after 3.00 seconds");
    assert_ne!(group(&timeout, "cart").fingerprint, group(&timeout, "mail").fingerprint);
    let error = plain("KeyError", "'x'");
    assert_eq!(group(&error, "cart"), group(&error, "mail"));
}

#[test]
fn related_errors_share_the_coarse_fingerprint_and_others_do_not() {
    let coarse = |fault: &Fault<'_>| group(fault, "s").coarse;
    let one = thrown("shop.E", "no stock", &HELPER);
    assert_eq!(coarse(&one), coarse(&thrown("shop.E", "no route", &["!errors|fail", "orders|place", "job|run"])));
    assert_ne!(coarse(&one), coarse(&thrown("shop.E", "no stock", &["!errors|fail", "orders|cancel", "api|post"])));
    assert_eq!(coarse(&plain("E", "cannot process order 7: refused")), coarse(&plain("E", "cannot process order 8: timed out")));
    assert_ne!(coarse(&plain("E", "cannot process order 7")), coarse(&plain("E", "cannot read order 7")));
    let ended = |message: &'static str| coarse(&platform(Exited, "", message));
    assert_eq!(ended("exit status 1"), ended("signal: killed"));
}
