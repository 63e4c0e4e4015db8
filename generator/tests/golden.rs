//! Golden trees: `fixtures/<case>/skywarden.yaml` and the whole assembly it becomes below `expected/`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p skywarden-generator --test golden` rewrites them; the diff is reviewed like code. A missing file fails, and so does
//! one that is too many.
#![expect(clippy::expect_used, clippy::panic, reason = "a broken test should stop where it breaks")]

use std::{env, fs, path::PathBuf};

use skywarden_generator::{
    artifacts::{Files, check, render, write},
    config::{Inputs, Source, Templates, load},
};

fn assert_golden(case: &str) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(case);
    let path = root.join("skywarden.yaml");
    let configs = [Source { path: "skywarden.yaml".to_owned(), text: fs::read_to_string(&path).expect("the case has a config") }];
    let loaded = load(Inputs { configs: &configs, templates: &Templates::builtin() });
    let Some(model) = loaded.model else {
        panic!("{case}: {:#?}", loaded.diagnostics);
    };
    let files: Files = render(&model).expect("every assembly can be written").files;
    let expected = root.join("expected");
    if env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        write(&expected, &files).expect("the fixtures can be written");
    }
    let differences: Vec<_> = check(&expected, &files).iter().map(ToString::to_string).collect();
    assert!(differences.is_empty(), "{case}: run with UPDATE_GOLDEN=1 and review the diff\n{}", differences.join("\n"));
}

#[test]
fn five_lines_become_a_whole_assembly() {
    assert_golden("five_lines");
}

#[test]
fn the_shop_has_every_kind_of_metric_and_alarm() {
    assert_golden("shop");
}

#[test]
fn what_the_telemetry_library_writes_is_watched_and_not_counted_twice() {
    assert_golden("telemetry");
}

#[test]
fn every_kind_of_receiver_is_subscribed_to_the_topics_of_its_routes() {
    assert_golden("every_receiver");
}

#[test]
fn own_keys_and_existing_groups_are_left_to_their_owners() {
    assert_golden("own_key_and_existing_group");
}

#[test]
fn alarms_are_told_things_at_four_places() {
    assert_golden("alarms");
}

#[test]
fn one_alarm_tells_for_its_parts_and_is_held_back() {
    assert_golden("impact");
}

#[test]
fn objectives_become_windows_that_burn_and_alarms_over_them() {
    assert_golden("objectives");
}

#[test]
fn any_metric_a_drain_and_a_query_of_the_log_are_watched() {
    assert_golden("any_metric");
}

#[test]
fn with_room_for_one_subscription_one_function_does_the_work_of_both() {
    assert_golden("one_slot");
}

#[test]
fn a_stream_stands_between_log_groups_and_functions() {
    assert_golden("kinesis");
}

#[test]
fn every_log_group_of_the_account_is_listened_to() {
    assert_golden("account_wide");
}

#[test]
fn services_of_other_accounts_deliver_into_one_stream() {
    assert_golden("accounts");
}
