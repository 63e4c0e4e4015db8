//! What is masked and what stays, as tables, and what holds for any text.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (message, expected) in cases {
        assert_eq!(template(message), *expected, "{message}");
        assert_eq!(template(expected), *expected, "again: {expected}");
    }
}

#[test]
fn numbers_ids_addresses_and_paths_go() {
    check(&[
        ("Connection to orders-db-3.cluster.local:5432 timed out after 210ms", "Connection to * timed out after *"),
        ("user ann@example.com rejected", "user * rejected"),
        ("POST https://payments.internal/charge/77?x=1 returned nothing", "POST * returned nothing"),
        ("'customer_8812' missing at offset 9", "'*' missing at offset *"),
        ("open /etc/shop/config.yaml: no such file or directory", "open *: no such file or directory"),
        ("cannot read C:\\Users\\ann\\report.csv", "cannot read *"),
        ("cannot read src/orders/read.rs", "cannot read *"),
        ("trace 3f4a9c1e-0b1c-4f6e-9a77-3b6f0c8de001 and deadbeefcafe", "trace * and *"),
        ("neighbour fe80::d8a5:90ff:fef5:7fff and aa:bb:cc:dd:ee:ff", "neighbour * and *"),
        ("lookup db.example.com failed, lookup com.example.worker too", "lookup * failed, lookup * too"),
        ("dial db-a.shop:5432: refused", "dial *: refused"),
        ("cannot cast com.shop.Order@1b2c3d4e to text/html or/and", "cannot cast com.shop.Order@* to text/html or/and"),
    ]);
}

#[test]
fn what_belongs_to_a_number_goes_with_it() {
    check(&[
        ("used 12 MB of 1.5 GB, 80 % in 3 seconds", "used * of * in *"),
        ("used 512 bytes of 4 KB in 512.5µs", "used * of * in *"),
        ("expired at Fri Jul 1 07:57:30 UTC 2005", "expired at *"),
        ("expired at 2026-11-26T03:21:51.123Z, offset -5, price $12.50, item #7", "expired at *, offset *, price *, item *"),
        ("on Monday it may fail in May", "on Monday it may fail in May"),
        ("Sat beside 5", "Sat beside *"),
    ]);
}

#[test]
fn lists_and_empty_brackets_are_one_variable_part() {
    check(&[
        ("ids 1, 2, 3 and 4", "ids * and *"),
        ("ids [1,2,3] (a1:b2)", "ids [*] (*)"),
        ("connection from 10.0.0.1 (db1.example.com) closed", "connection from * closed"),
        ("connection from 10.0.0.1 () closed", "connection from * closed"),
        ("call of init() and of run(5)", "call of init() and of run(*)"),
    ]);
}

#[test]
fn codes_that_tell_causes_apart_stay() {
    check(&[
        ("gateway answered with status 503", "gateway answered with status 503"),
        ("HTTP 502 from 10.0.0.1", "HTTP 502 from *"),
        ("statusCode=404, exit status 137, errno: 111", "statusCode=404, exit status 137, errno: 111"),
        ("[Errno 2] missing (SQLSTATE 23505) SQLSTATE[HY000]", "[Errno 2] missing (SQLSTATE 23505) SQLSTATE[HY000]"),
        ("ORA-00001: unique constraint violated", "ORA-00001: unique constraint violated"),
        ("error[E0277]: not satisfied, E11000 duplicate", "error[E0277]: not satisfied, E11000 duplicate"),
        ("failed with code 0x80070005", "failed with code 0x80070005"),
        ("code 123456789 is none, nor is order ORD-10023", "code * is none, nor is order *"),
        ("cannot decode utf8 of S3 by sha256 as i64", "cannot decode utf8 of S3 by sha256 as i64"),
        ("invalid literal for int() with base 10: 'x y'", "invalid literal for int() with base 10: '*'"),
    ]);
}

#[test]
fn of_an_access_line_only_the_servers_own_failures_stay() {
    check(&[
        ("10.0.0.1 - - \"GET /orders/7?x=1 HTTP/1.1\" 200 512", "* - - \"GET *\" *"),
        ("10.0.0.1 - - \"GET /orders/7?x=1 HTTP/1.1\" 404 12", "* - - \"GET *\" *"),
        ("10.0.0.1 - - \"GET /orders/7?x=1 HTTP/1.1\" 502 12", "* - - \"GET *\" 502 *"),
        ("\"GET / HTTP/1.1\" status: 200 len: 512", "\"GET / *\" status: * len: *"),
        ("\"GET / HTTP/1.1\" status: 503 len: 512", "\"GET / *\" status: 503 len: *"),
    ]);
}

#[test]
fn names_and_values_go_where_a_word_says_that_they_are_some() {
    check(&[
        ("session opened for user ann by root", "session opened for user * by root"),
        ("user ann is locked, host backup does not answer", "user * is locked, host * does not answer"),
        ("no access for user or group", "no access for user or group"),
        ("user input rejected, server running", "user input rejected, server running"),
        ("message lost in queue orders and in table orders", "message lost in queue * and in table *"),
        ("order_id=abc customer=ann state=FAILED retry=true name='a b'", "order_id=* customer=* state=FAILED retry=* name='*'"),
        ("Duplicate entry 'ann' for topic \"mail\"", "Duplicate entry '*' for topic \"*\""),
        ("unexpected token 'a', \"ab\" is not JSON", "unexpected token '*', \"*\" is not JSON"),
    ]);
}

#[test]
fn what_the_program_names_stays() {
    check(&[
        ("No module named 'requests'", "No module named 'requests'"),
        ("'NoneType' object has no attribute 'id'", "'NoneType' object has no attribute 'id'"),
        ("Undefined array key \"total\"", "Undefined array key \"total\""),
        ("relation \"orders\" does not exist", "relation \"orders\" does not exist"),
        ("java.lang.NullPointerException: com.shop.Order.total() is null", "java.lang.NullPointerException: com.shop.Order.total() is null"),
        ("software.amazon.awssdk.services.s3.model.NoSuchKeyException: gone", "software.amazon.awssdk.services.s3.model.NoSuchKeyException: gone"),
        ("AmazonS3Exception: denied to Node17 or aB3.xY2z9", "AmazonS3Exception: denied to * or *"),
        ("Cannot read properties of undefined (reading 'map')", "Cannot read properties of undefined (reading 'map')"),
        ("calling the PutItem operation (ThrottlingException)", "calling the PutItem operation (ThrottlingException)"),
    ]);
}

#[test]
fn a_script_without_spaces_keeps_its_words() {
    check(&[("用户123不存在", "用户*不存在"), ("Größe 12 überschritten", "Größe * überschritten")]);
}

#[test]
fn two_lines_count_and_two_kilobytes() {
    assert_eq!(template("\n\n first 1 \r\n\n next\nthird"), "first * next");
    assert_eq!(template(""), "");
    assert_eq!(template(" \n "), "");
    let long = "word ".repeat(MAX_BYTES);
    assert_eq!(template(&long).len(), MAX_BYTES);
    let umlauts = "ü".repeat(MAX_BYTES);
    assert_eq!(template(&format!("x{umlauts}")).len(), MAX_BYTES - 1);
}

/// What the rules look for, in any order.
const PIECES: &str =
    "([a-z]{0,3}|[0-9*]{1,2}|[:=\"'(){}\\[\\]<>,;@/.%#+\n-]|status|base |for user |is |host|key|Fri|ms | |fe80:|ü|µs|\"GET |[A-Z]{2}-|\\$\\$){0,30}";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn a_template_of_a_template_is_itself(message in prop_oneof![".{0,200}", PIECES]) {
        let once = template(&message);
        prop_assert_eq!(template(&once), once);
    }

    #[test]
    fn a_template_is_no_longer_than_its_message(message in prop_oneof![".{0,200}", PIECES]) {
        prop_assert!(template(&message).len() <= message.len());
    }

    #[test]
    fn a_template_holds_no_digit_but_of_codes_and_terms(message in "([a-z]{3,9} |[0-9]{1,9} |[a-z]{1,3}[0-9]{2,5} |[0-9a-f]{8}-[0-9a-f]{4} |[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}:[0-9]{2,4} ){1,12}") {
        let masked = template(&message);
        let is_kept = |word: &str| words::is_term(word.as_bytes());
        let mut before = "";
        for word in masked.split(' ') {
            let coded = words::role(before.as_bytes(), words::Role::Plain) == words::Role::Code || before == "base";
            prop_assert!(coded || is_kept(word) || !word.bytes().any(|byte| byte.is_ascii_digit()), "{} in {}", word, masked);
            before = word;
        }
    }
}
