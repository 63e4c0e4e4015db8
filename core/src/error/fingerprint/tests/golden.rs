//! Stored issues carry these hashes: a change here regroups every user's issues and needs a new version.

use std::{borrow::Cow, fmt::Write as _};

use super::made::{chain, plain, platform, thrown};
use crate::{
    error::{detect::Fault, fingerprint::group},
    record::PlatformFailure,
};

fn faults() -> Vec<Fault<'static>> {
    let java = ["com.shop.orders.Orders$$EnhancerBySpringCGLIB$$1a2b3c|place", "-org.springframework.aop.Proxy|invoke", "com.shop.Api|post"];
    let rust = ["shop::orders::place::{{closure}}|call", "shop::api|post", "-tokio::runtime::task|run"];
    vec![
        plain("KeyError", "'customer_8812'"),
        plain("", "connection to 10.0.0.7:5432 timed out after 3000 ms"),
        plain("", "gateway answered with status 503"),
        plain("OSError", "[Errno 2] No such file or directory: '/srv/shop/a.csv'"),
        plain("DatabaseError", "ORA-00001: unique constraint (SHOP.ORDERS_PK) violated"),
        plain("Error", "connect ECONNREFUSED 127.0.0.1:6379"),
        plain("TypeError", "Cannot read properties of undefined (reading 'map')"),
        plain("ValidationError", "1 of 3 fields invalid\namount must be positive, is -5\nthird line"),
        plain("panic", "runtime error: index out of range [5] with length 3"),
        plain("JWTError", "token expired at Fri Nov 27 03:21:51 2026, 60 seconds ago"),
        plain("", "session of user ann is locked, order_id=8812 retry=true"),
        plain("", "10.0.0.1 \"GET /orders/7 HTTP/1.1\" 502 12"),
        plain("", "用户123不存在"),
        plain("", ""),
        Fault { code: Some(Cow::Borrowed("23505")), ..plain("IntegrityError", "duplicate key value violates unique constraint \"orders_pkey\"") },
        Fault { fingerprint: Some(Cow::Borrowed("checkout-502")), ..plain("KeyError", "'x'") },
        Fault { request_line_only: true, ..plain("ServerError", "POST /orders/{id}/pay answered with status 502") },
        thrown("KeyError", "'x'", &["orders|place", "api|post"]),
        thrown("KeyError", "'x'", &["orders|place"]),
        thrown("RuntimeError", "no stock of item 17", &["orders|place", "api|post"]),
        thrown("java.lang.IllegalStateException", "cart is closed", &java),
        thrown("java.lang.RuntimeException", "cart 7 is closed", &java),
        thrown("panic", "called `Option::unwrap()` on a `None` value", &rust),
        thrown("botocore.exceptions.ClientError", "An error occurred (ThrottlingException) when calling the PutItem operation", &["stock|reserve", "api|post"]),
        thrown("Shop.StockException", "gone", &["Shop.Cart.<Add>d__5|MoveNext", "Shop.Api|Post"]),
        thrown("KeyError", "'x'", &["-lib|get", "-lib|run"]),
        thrown("shop.StockError", "no stock", &["!errors|throw_error", "stock|take", "api|post"]),
        thrown("RecursionError", "maximum recursion depth exceeded", &["tree|visit", "tree|walk", "tree|visit", "tree|walk"]),
        chain(&[("OSError", "disk full", &["store|write"]), ("shop.SaveError", "cannot save order 12", &["store|save", "api|post"])]),
        chain(&[("KeyError", "'x'", &[]), ("shop.SaveError", "cannot save order 12", &[])]),
        platform(PlatformFailure::TimedOut, "", "Task timed out after 3.00 seconds"),
        platform(PlatformFailure::OutOfMemory, "Runtime.OutOfMemory", ""),
        platform(PlatformFailure::Exited, "Runtime.ExitError", "Runtime exited with error: signal: killed"),
        platform(PlatformFailure::Init, "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'requests'"),
    ]
}

#[test]
fn the_algorithm_is_pinned() {
    let mut made = String::new();
    for fault in faults() {
        let grouping = group(&fault, "shop");
        let _ = writeln!(made, "{} {} {}", grouping.fingerprint, grouping.coarse.short(), grouping.template);
    }
    assert_eq!(made, include_str!("golden.txt"), "\n{made}");
}
