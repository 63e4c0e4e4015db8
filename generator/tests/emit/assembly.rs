//! The files of an assembly: complete, within AWS's limits, and the same in both renderings but for the place of the programs.

use std::collections::BTreeMap;

use skywarden_cloudformation::{
    Template,
    assembly::{AssetManifest, Manifest},
    sns::{Protocol, Subscription},
};
use skywarden_core::plan::Plan;
use skywarden_generator::{artifacts::Files, model::names::Function};

use crate::config::{ALL, SHOP, TINY, emitted, with_services};

fn text<'a>(files: &'a Files, path: &str) -> &'a str {
    std::str::from_utf8(files.get(path).unwrap_or_else(|| panic!("no {path}"))).unwrap()
}

fn programs() -> BTreeMap<Function, Vec<u8>> {
    Function::ALL.into_iter().map(|function| (function, format!("program of {}", function.as_str()).into_bytes())).collect()
}

/// The template as JSON without the `Code` of its functions.
fn without_code(text: &str) -> serde_json::Value {
    let mut json: serde_json::Value = serde_json::from_str(text).unwrap();
    for resource in json["Resources"].as_object_mut().unwrap().values_mut() {
        if resource["Type"] == "AWS::Lambda::Function" {
            let code = resource["Properties"].as_object_mut().unwrap().remove("Code");
            assert!(code.is_some_and(|code| code != serde_json::json!({})), "{resource}");
        }
    }
    json
}

#[test]
fn both_renderings_are_equal_outside_the_programs() {
    for config in ALL {
        let assembly = emitted(config);
        for files in [assembly.files(), assembly.package(programs())] {
            for stack in assembly.stacks() {
                let cdk = text(&files, &format!("{}.template.json", stack.name));
                let plain = text(&files, &format!("cloudformation/{}.template.json", stack.name));
                assert_eq!(without_code(cdk), without_code(plain), "{}", stack.name);
            }
        }
    }
}

#[test]
fn the_same_config_gives_the_same_bytes() {
    for config in ALL {
        assert_eq!(emitted(config).files(), emitted(config).files());
    }
}

#[test]
fn every_template_is_within_the_limits_and_fully_typed() {
    let thirty = with_services(&(1..=30).collect::<Vec<_>>());
    for config in ALL.into_iter().chain([thirty.as_str()]) {
        let files = emitted(config).files();
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".template.json")) {
            let template = Template::parse(std::str::from_utf8(bytes).unwrap()).unwrap();
            assert_eq!(template.untyped().collect::<Vec<_>>(), [], "{path}");
            let violations = template.check();
            assert!(violations.is_empty(), "{path}: {violations:#?}");
        }
    }
}

#[test]
fn a_project_that_mails_nobody_is_whole_as_well() {
    let text = "project: mute\nservices: { api: { runtime: ecs } }\nroutes: [{ severity: [critical, error, warning, info], sqs: ops }]\n";
    let shared = emitted(text).shared.template;
    assert!(shared.check().is_empty());
    let receivers: Vec<_> = shared.all::<Subscription>().map(|(_, subscription)| subscription.protocol.known().unwrap()).collect();
    assert_eq!(receivers, [Protocol::Lambda, Protocol::Sqs]);
    assert!(shared.resources.contains_key("FallbackTopic"));
}

#[test]
fn a_thousand_services_stay_within_the_limits() {
    // With requests, metrics, impact alarms and objectives every one of them: the most that a service brings into what all share.
    let services: Vec<u16> = (1..=1000).collect();
    let rich = "defaults: { alarms: { impact: on } }\nservices:\n";
    let requests: Vec<String> =
        services.iter().map(|number| format!("  service-{number}: {{ runtime: lambda, slo: [{{ availability: 99.9% }}] }}\n")).collect();
    let rich = with_services(&[]).replace("services:\n", &format!("{rich}{}", requests.concat()));
    for config in [with_services(&services), rich] {
        let assembly = emitted(&config);
        assert_eq!(assembly.refusals(), []);
        let pages: Vec<_> = assembly.services.iter().map(|stack| stack.name.as_str()).filter(|name| name.contains("-overview-")).collect();
        assert_eq!(pages, ["grow-prod-overview-2", "grow-prod-overview-3", "grow-prod-overview-4"], "300 services each");
    }
}

#[test]
fn every_service_is_deployed_after_the_shared_stack() {
    let assembly = emitted(SHOP);
    let files = assembly.files();
    let manifest = Manifest::parse(text(&files, "manifest.json")).unwrap();
    let stacks: Vec<_> = manifest.stacks().map(|(id, _)| id.to_owned()).collect();
    let expected: Vec<_> = assembly.stacks().map(|stack| stack.name.clone()).collect();
    assert_eq!(stacks, expected);
    for stack in &assembly.services {
        assert!(manifest.artifacts[&stack.name].dependencies.contains(&assembly.shared.name), "{}", stack.name);
    }
    let shared = &manifest.artifacts[&assembly.shared.name].dependencies;
    assert!(assembly.services.iter().all(|stack| !shared.contains(&stack.name)), "{shared:?}");
}

#[test]
fn every_asset_named_is_there_and_every_function_names_one() {
    let assembly = emitted(SHOP);
    for files in [assembly.files(), assembly.package(programs())] {
        let shared = &assembly.shared.name;
        let manifest = AssetManifest::parse(text(&files, &format!("{shared}.assets.json"))).unwrap();
        let ids: Vec<&String> = manifest.files.keys().collect();
        assert_eq!(ids.len(), Function::ALL.len() + 1, "the packages and the template: {ids:?}");
        for file in manifest.files.values() {
            let path = file.source.path.clone().unwrap();
            assert!(files.keys().any(|file| file == &path || file.starts_with(&format!("{path}/"))), "{path}");
        }
        let template = text(&files, &format!("{shared}.template.json"));
        let plain: serde_json::Value = serde_json::from_str(text(&files, &format!("cloudformation/{shared}.template.json"))).unwrap();
        for function in Function::ALL {
            let code = plain["Resources"][function.logical()]["Properties"]["Code"].as_str().unwrap();
            let id = code.strip_prefix("../asset.").unwrap();
            assert!(template.contains(&format!("{id}.zip")) && ids.iter().any(|known| *known == id), "{id}");
            assert!(files.contains_key(&format!("asset.{id}/plan.json")));
        }
    }
}

#[test]
fn a_package_holds_program_and_plan_and_the_committed_assembly_no_program() {
    let assembly = emitted(TINY);
    let committed = assembly.files();
    assert!(committed.keys().all(|path| !path.ends_with("/bootstrap")), "{:?}", committed.keys());

    let packaged = assembly.package(programs());
    let found: Vec<_> = packaged.iter().filter(|(path, _)| path.ends_with("/bootstrap")).map(|(_, bytes)| bytes.to_vec()).collect();
    let mut expected: Vec<_> = programs().into_values().collect();
    let mut found_sorted = found;
    found_sorted.sort();
    expected.sort();
    assert_eq!(found_sorted, expected);
    for (path, bytes) in packaged.iter().filter(|(path, _)| path.ends_with("plan.json")) {
        assert_eq!(Plan::parse(std::str::from_utf8(bytes).unwrap()).unwrap(), assembly.plan, "{path}");
    }
}

#[test]
fn every_stack_has_its_three_files() {
    let assembly = emitted(SHOP);
    let files = assembly.files();
    for stack in assembly.stacks() {
        for path in ["{}.template.json", "{}.assets.json", "cloudformation/{}.template.json"] {
            let path = path.replace("{}", &stack.name);
            assert!(files.contains_key(&path), "{path}");
        }
    }
    assert!(files.contains_key("plan.json") && files.contains_key("manifest.json"));
}
