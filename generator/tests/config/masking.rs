//! `mask:`: what it means in the plan, and its bounds.

use std::fmt::Write;

use skywarden_core::{
    mask::{Entity, MAX_NAMES, MAX_PATTERNS, Masker},
    plan::{MaskPattern, Masking, Plan},
};
use skywarden_generator::{config::Level, emit};

use crate::support::{errors, load, model, smallest_with};

const FULL: &str = r"mask:
  keys: [customer_name]
  paths: [user.card, '$.items[*].serial', '**.ssn']
  patterns:
    - { name: customer-number, regex: 'CUST-[0-9]{8}', mask: 'CUST_***' }
    - { name: seat, regex: 'seat (\w+)' }
  also: [ip-address]
  allow: [phone-number]
  labels: true
";

fn plan(text: &str) -> Plan {
    emit::plan(&model(text))
}

#[test]
fn every_part_reaches_the_plan_and_masks() {
    let plan = plan(&smallest_with(FULL));
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let pattern = |name: &str, regex: &str, mask: Option<&str>| MaskPattern { name: name.to_owned(), regex: regex.to_owned(), mask: mask.map(str::to_owned) };
    let expected = Masking {
        keys: texts(&["customer_name"]),
        paths: texts(&["user.card", "$.items[*].serial", "**.ssn"]),
        patterns: vec![pattern("customer-number", "CUST-[0-9]{8}", Some("CUST_***")), pattern("seat", r"seat (\w+)", None)],
        also: texts(&["ip-address"]),
        allow: texts(&["phone-number"]),
        labels: true,
    };
    assert_eq!(plan.masking, expected);
    assert_eq!(Plan::parse(&plan.to_json()).unwrap(), plan);
    let masker = Masker::new(&plan.masking).unwrap();
    assert_eq!(masker.mask("CUST-12345678 from 10.1.2.3 to seat A7"), "CUST_*** from ***ip-address*** to seat ***");
}

#[test]
fn a_config_that_says_nothing_new_gives_the_masking_it_always_gave() {
    let json = |more: &str| serde_json::to_string(&plan(&smallest_with(more)).masking).unwrap();
    assert_eq!(json(""), r#"{"keys":[]}"#);
    assert_eq!(json("mask: { keys: [customer_name] }\n"), r#"{"keys":["customer_name"]}"#);
    assert_eq!(json("mask: { labels: false, paths: [] }\n"), r#"{"keys":[]}"#);
}

#[test]
fn lists_hold_at_their_bounds() {
    let keys = |count: usize| smallest_with(&format!("mask: {{ keys: [{}] }}\n", numbered("k", count)));
    let paths = |count: usize| smallest_with(&format!("mask: {{ paths: [{}] }}\n", numbered("p", count)));
    let patterns = |count: usize| {
        let mut text = smallest_with("mask:\n  patterns:\n");
        for index in 0..count {
            writeln!(text, "    - {{ name: n{index}, regex: 'x{index}y' }}").unwrap();
        }
        text
    };
    for (text, most) in [(&keys as &dyn Fn(usize) -> String, MAX_NAMES), (&paths, MAX_NAMES), (&patterns, MAX_PATTERNS)] {
        assert!(Masker::new(&plan(&text(most)).masking).is_ok());
        let loaded = load(&[&text(most + 1)]);
        assert_eq!(errors(&loaded), [format!("bad-masking: this list has {} items, masking takes at most {most}", most + 1)]);
    }
}

fn numbered(prefix: &str, count: usize) -> String {
    (0..count).map(|index| format!("{prefix}{index}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn paths_that_are_too_many_steps_together_are_refused_here_and_not_in_a_function() {
    let path = |index: usize| (0..20).map(|step| format!("s{index}x{step}")).collect::<Vec<_>>().join(".");
    let text = |count: usize| smallest_with(&format!("mask: {{ paths: [{}] }}\n", (0..count).map(path).collect::<Vec<_>>().join(", ")));
    assert!(Masker::new(&plan(&text(200)).masking).is_ok());
    assert_eq!(errors(&load(&[&text(300)])), ["bad-masking: masking paths: they have too many steps together"]);
}

#[test]
fn what_changes_nothing_is_only_warned_of() {
    let loaded = load(&[&smallest_with("mask: { also: [jwt], allow: [ip-address] }\n")]);
    let told: Vec<_> = loaded.diagnostics.iter().map(|diagnostic| (diagnostic.severity, diagnostic.code.name(), diagnostic.message.as_str())).collect();
    let expected = [(Level::Warning, "no-effect", "`jwt` is masked already"), (Level::Warning, "no-effect", "`ip-address` passes already")];
    assert_eq!(told, expected);
    assert!(loaded.model.is_some());
}

#[test]
fn every_entity_can_be_named() {
    for entity in Entity::ALL {
        let list = if entity.on_by_default() { "allow" } else { "also" };
        let plan = plan(&smallest_with(&format!("mask: {{ {list}: [{entity}] }}\n")));
        assert!(Masker::new(&plan.masking).is_ok(), "{entity}");
        assert_eq!([plan.masking.also, plan.masking.allow].concat(), [entity.name()]);
    }
}
