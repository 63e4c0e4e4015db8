//! Masking a line that holds no secret allocates nothing: an application pays for it with each line it writes.

use allocation_counter::measure;
use skywarden_core::{
    mask::Masker,
    plan::{MaskPattern, Masking},
};

const LINE: &[u8] = br#"{"timestamp":"2026-11-23T04:00:00.123Z","level":"INFO","message":"payment taken for order 42","service":"orders","request_id":"a78beb7e-0787-40de-af96-0063bc67ba94","trace_id":"6cace4d519d5269512e74f7bfab36728","fields":{"amount":129.95,"customer":{"tier":"gold"}}}"#;

fn allocations(masking: &Masking, line: &[u8]) -> u64 {
    let masker = Masker::new(masking).unwrap();
    measure(|| drop(std::hint::black_box(masker.mask_bytes(line)))).count_total
}

#[test]
fn a_line_without_a_secret_allocates_nothing() {
    let rules = Masking {
        keys: vec!["tax number".to_owned()],
        paths: vec!["customer.card".to_owned(), "**.ssn".to_owned()],
        patterns: vec![MaskPattern { name: "customer".to_owned(), regex: "CUST-[0-9]{6}".to_owned(), mask: None }],
        ..Masking::default()
    };
    for masking in [Masking::default(), rules] {
        assert_eq!(allocations(&masking, LINE), 0, "{masking:?}");
        assert_eq!(allocations(&masking, b"level=info order=42 took=12ms"), 0, "{masking:?}");
    }
}

#[test]
fn the_counter_counts() {
    assert!(allocations(&Masking::default(), br#"{"password":"hunter2"}"#) > 0);
}
