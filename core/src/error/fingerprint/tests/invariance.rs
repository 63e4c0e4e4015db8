//! The same error with other numbers, ids, times, hosts, places and names made by a build: the fingerprint must stay.

use proptest::prelude::*;

use super::made::{plain, platform, thrown, with_stack};
use crate::{
    error::{
        detect::Fault,
        fingerprint::{Grouping, group},
    },
    record::PlatformFailure,
};

fn grouping(fault: &Fault<'_>) -> Grouping {
    group(fault, "s")
}

/// What differs between two occurrences: two values of one kind.
fn two_values() -> impl Strategy<Value = (String, String)> {
    fn two(of: impl Strategy<Value = String> + Clone + 'static) -> BoxedStrategy<(String, String)> {
        (of.clone(), of).boxed()
    }
    prop_oneof![
        two("[0-9]{1,9}"),
        two("-?[0-9]{1,5}\\.[0-9]{1,3}"),
        two("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"),
        two("[1-9][0-9]?\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}(:[1-9][0-9]{1,4})?"),
        two("fe80(:[0-9a-f]{1,4}){4,7}"),
        two("0x[0-9a-f]{6,16}"),
        two("20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{3})?Z"),
        two("(Mon|Tue|Sat) (Jan|May|Dec) [0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9] 20[0-9]{2}"),
        two("[0-9]{1,4} ?(ms|s|seconds|µs)"),
        two("[0-9]{1,4}(\\.[0-9])? ?(B|KB|MB|GB|bytes)"),
        two("(db|cache|web)-[a-z0-9]{2,6}\\.(internal|example)\\.(com|net)(:[1-9][0-9]{1,4})?"),
        two("https?://[a-z]{3,8}\\.example\\.com/[a-z0-9/]{0,12}(\\?[a-z]{1,3}=[a-z0-9]{1,5})?"),
        two("/(srv|opt|home)/[a-z0-9_]{1,8}/[a-z0-9_]{1,8}\\.[a-z]{2,4}"),
        two("[a-z]{2,8}(\\.[a-z]{2,5})?@[a-z]{2,8}\\.(com|org)"),
        two("[0-9a-f]{7,15}[0-9]"),
        two("(cus|req|blk)_[A-Za-z0-9]{2,9}[0-9]"),
        two("[0-9]{1,3}(, [0-9]{1,3}){1,5}"),
    ]
}

/// Words that say nothing of what follows them.
const WORD: &str = "(cannot|order|failed|reading|charge|missing|gone|refused|late|while|broken|retry)";

/// Two messages of one form: words, and between them what differs.
fn two_messages() -> impl Strategy<Value = (String, String)> {
    let piece = (WORD, proptest::option::of(two_values()), prop_oneof![Just(" "), Just(": "), Just(", "), Just(" (")]);
    proptest::collection::vec(piece, 1..6).prop_map(|pieces| {
        let mut messages = (String::new(), String::new());
        for (word, values, sign) in pieces {
            let (one, two) = values.unwrap_or_default();
            for (message, value) in [(&mut messages.0, one), (&mut messages.1, two)] {
                message.push_str(&word);
                message.push_str(sign);
                message.push_str(&value);
                message.push_str(if value.is_empty() { "" } else { " then " });
            }
        }
        messages
    })
}

/// A name, and it with what two builds or runs put into it.
fn two_names() -> impl Strategy<Value = (String, String)> {
    let of = |name: &'static str, one: &'static str| (Just(name), one, one).prop_map(|(name, one, two)| (name.replace('#', &one), name.replace('#', &two)));
    prop_oneof![
        of("com.shop.Cart$$EnhancerBySpringCGLIB$$#", "[0-9a-f]{8}"),
        of("com.shop.Cart$$SpringCGLIB$$#", "[0-9]{1,2}"),
        of("com.shop.Cart$$Lambda$#", "[0-9]{1,4}/0x[0-9a-f]{16}"),
        of("com.sun.proxy.$Proxy#", "[0-9]{1,3}"),
        of("jdk.internal.reflect.GeneratedMethodAccessor#", "[0-9]{1,4}"),
        of("lambda$total$#", "[0-9]{1,2}"),
        of("com.shop.Cart$#", "[0-9]{1,2}"),
        of("Shop.Cart.<Total>d__#.MoveNext", "[0-9]{1,3}"),
        of("Shop.Cart.<>c__DisplayClass#_0.<Total>b__#", "[0-9]{1,2}"),
        of("shop::cart::total::{closure##}", "[0-9]{1,2}"),
        of("shop::cart::total::h#", "[0-9a-f]{15}[0-9]"),
        of("main.(*Cart).Total.func#", "[0-9]{1,2}"),
        of("main-#", "[0-9a-f]{7}[0-9]"),
        of("chunk.#.js", "[0-9a-f]{7}[0-9]"),
        of("index-#", "[0-9A-Z][a-z][0-9][A-Z][A-Za-z0-9]{4}"),
        of("total_v#", "[0-9]{1,6}"),
        of("_app_views_cart_html_erb__#_#", "[0-9]{6,12}"),
        of("github.com/shop/cart@v#/db", "[0-9]\\.[0-9]{1,2}\\.[0-9]"),
        of("cart-lib-#", "[0-9]\\.[0-9]{1,2}\\.[0-9]"),
        of("com.shop.Cart@#", "[0-9a-f]{5,8}"),
    ]
}

/// Where a build or an installation puts the code.
const ROOT: &str = "/(srv|opt|home|build|var)/[a-z0-9_.-]{1,12}(/[a-z0-9_.-]{1,12}){0,3}";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn numbers_ids_times_and_hosts_of_a_message_do_not_matter((one, two) in two_messages()) {
        prop_assert_eq!(grouping(&plain("shop.Error", &one)), grouping(&plain("shop.Error", &two)), "{} / {}", one, two);
        let frames = ["orders|place", "api|post"];
        prop_assert_eq!(grouping(&thrown("RuntimeError", &one, &frames)), grouping(&thrown("RuntimeError", &two, &frames)));
    }

    #[test]
    fn names_made_by_a_build_do_not_matter((one, two) in two_names()) {
        let of = |name: &str| {
            let (as_module, as_function) = (format!("{name}|total"), format!("cart|{name}"));
            grouping(&thrown("shop.Error", "m", &[&as_module, &as_function, "api|post"]))
        };
        prop_assert_eq!(of(&one), of(&two), "{} / {}", one, two);
    }

    #[test]
    fn what_a_runtime_puts_into_a_type_does_not_matter(numbers in ["[0-9]{1,2}", "[0-9]{1,2}"], hashes in ["[0-9a-f]{8}", "[0-9a-f]{8}"]) {
        let of = |index: usize| [format!("com.shop.Cart${}", numbers[index]), format!("com.shop.Cart$$EnhancerBySpringCGLIB$${}", hashes[index])].map(|kind| grouping(&plain(&kind, "m")));
        prop_assert_eq!(of(0), of(1));
    }

    #[test]
    fn lines_and_places_of_a_stack_do_not_matter(lines in proptest::array::uniform4(1_u32..9_999), roots in [ROOT, ROOT], columns in proptest::array::uniform2(1_u32..200), hashes in ["[0-9a-f]{16}", "[0-9a-f]{16}"]) {
        let python = |root: &str, a: u32, b: u32| format!("Traceback (most recent call last):\n  File \"{root}/shop/api.py\", line {a}, in post\n    place(order)\n  File \"{root}/shop/orders.py\", line {b}, in place\n    take(item)\nshop.errors.StockError: item {a} is gone");
        let node = |root: &str, a: u32, b: u32, column: u32| format!("StockError: item {a} is gone\n    at place ({root}/shop/orders.js:{a}:{column})\n    at async post ({root}/shop/api.js:{b}:{column})");
        let java = |a: u32, b: u32| format!("com.shop.StockError: item {a} is gone\n\tat com.shop.Orders.place(Orders.java:{a})\n\tat com.shop.Api.post(Api.java:{b})");
        let rust = |root: &str, a: u32, b: u32, hash: &str| format!("   0: shop::orders::place::h{hash}\n             at {root}/src/orders.rs:{a}:5\n   1: shop::api::post::h{hash}\n             at {root}/src/api.rs:{b}:9");
        let same = [
            (python(&roots[0], lines[0], lines[1]), python(&roots[1], lines[2], lines[3])),
            (node(&roots[0], lines[0], lines[1], columns[0]), node(&roots[1], lines[2], lines[3], columns[1])),
            (java(lines[0], lines[1]), java(lines[2], lines[3])),
            (rust(&roots[0], lines[0], lines[1], &hashes[0]), rust(&roots[1], lines[2], lines[3], &hashes[1])),
        ];
        for (one, two) in &same {
            let groupings = [one, two].map(|stack| grouping(&with_stack("shop.errors.StockError", "gone", stack)));
            prop_assert_eq!(&groupings[0], &groupings[1], "{}\n{}", one, two);
        }
    }

    #[test]
    fn ids_and_times_of_a_platform_failure_do_not_matter(ids in ["[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"], seconds in [1_u32..900, 1_u32..900]) {
        let of = |index: usize| {
            let (id, seconds) = (&ids[index], seconds[index]);
            let timed_out = format!("2026-11-26T03:21:51.123Z {id} Task timed out after {seconds}.00 seconds");
            let exited = format!("RequestId: {id} Error: Runtime exited with error: signal: killed Runtime.ExitError");
            let init = format!("RequestId: {id} Error: Cannot find module 'db'");
            [
                grouping(&platform(PlatformFailure::TimedOut, "", &timed_out)),
                grouping(&platform(PlatformFailure::Exited, "Runtime.ExitError", &exited)),
                grouping(&platform(PlatformFailure::Init, "Runtime.ImportModuleError", &init)),
            ]
        };
        prop_assert_eq!(of(0), of(1));
    }
}

#[test]
fn what_words_a_platform_failure_is_told_in_does_not_matter() {
    let told = ["Task timed out after 3.00 seconds", r#"{"type":"platform.report","record":{"status":"timeout","metrics":{"durationMs":3000}}}"#];
    let [text, event] = told.map(|message| grouping(&platform(PlatformFailure::TimedOut, "", message)));
    assert_eq!(text, event);
    let exit = |message: &str| grouping(&platform(PlatformFailure::Exited, "Runtime.ExitError", message)).template;
    assert_eq!(exit("RequestId: 1 Error: Runtime exited with error: signal: killed Runtime.ExitError"), "Runtime exited: signal: killed");
    assert_eq!(exit("Error: Runtime exited with error: exit status 137\nRuntime.ExitError"), "Runtime exited: exit status 137");
    assert_eq!(exit("Runtime exited without providing a reason"), "Runtime exited");
}
