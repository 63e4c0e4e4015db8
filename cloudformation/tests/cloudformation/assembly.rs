//! The assembly we write is the one CDK writes for the same stacks.

use indexmap::IndexMap;
use serde_json::Value as Json;
use skywarden_cloudformation::assembly::{Asset, Bootstrap, Stack, Target, cdk_out, manifest};

/// Written by aws-cdk-lib 2.150 (schema 36.0.0) from `app.js` beside them.
const MANIFEST: &str = include_str!("../fixtures/assembly/manifest.json");
const CDK_OUT: &str = include_str!("../fixtures/assembly/cdk.out");
const ASSETS: [(&str, &str); 3] = [
    ("Shared", include_str!("../fixtures/assembly/Shared.assets.json")),
    ("Svc", include_str!("../fixtures/assembly/Svc.assets.json")),
    ("Conc", include_str!("../fixtures/assembly/Conc.assets.json")),
];

const CODE: &str = "dab4b9e943d0aa32c0f1bf92ff44e36ca598252311f00325e9b9cc78881904d1";

fn stacks() -> [Stack; 3] {
    let shared = Stack {
        tags: IndexMap::from([("a".to_owned(), "b".to_owned())]),
        assets: vec![Asset::directory(CODE)],
        ..Stack::new("Shared", "shop-shared", "de6a34712be7a2b3adaefc357ababe5a6cee9dc06762592c69ea8a42b63c3662")
    };
    let service = Stack {
        termination_protection: true,
        depends_on: vec!["Shared".to_owned()],
        ..Stack::new("Svc", "Svc", "f675f723526fd383e26c8c0a727cc55f9d351320af8b7170a31c18228b4dddbb")
    };
    let concrete = Stack {
        target: Target::Concrete { account_id: "123456789012".into(), region: "eu-west-1".into() },
        assets: vec![Asset::directory(CODE)],
        ..Stack::new("Conc", "Conc", "1aacece44d56fa446fe536b925669362fc17b9f99393b29aaf5748c3faaa267f")
    };
    [shared, service, concrete]
}

#[test]
fn the_manifest_is_the_one_cdk_writes() {
    let mut expected: Json = serde_json::from_str(MANIFEST).unwrap();
    let artifacts = expected["artifacts"].as_object_mut().unwrap();
    // Construct paths and the construct tree describe a CDK program, which we are not.
    artifacts.shift_remove("Tree").unwrap();
    for artifact in artifacts.values_mut() {
        artifact.as_object_mut().unwrap().shift_remove("metadata");
    }
    let written = manifest(&stacks(), &Bootstrap::default()).to_json().unwrap();
    assert_eq!(serde_json::from_str::<Json>(&written).unwrap(), expected);
    // Order counts: artifacts of a stack follow what they need.
    let pretty = serde_json::to_string_pretty(&expected).unwrap();
    assert_eq!(ids(&written), ids(&pretty));
}

fn ids(manifest: &str) -> Vec<String> {
    let manifest: Json = serde_json::from_str(manifest).unwrap();
    manifest["artifacts"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_asset_manifests_are_those_cdk_writes() {
    for (stack, (id, expected)) in stacks().iter().zip(ASSETS) {
        assert_eq!(stack.asset_manifest_file(), format!("{id}.assets.json"));
        let written = stack.asset_manifest(&Bootstrap::default()).to_json().unwrap();
        assert_eq!(written.trim_end(), expected, "{id}");
    }
}

#[test]
fn the_marker_file_is_the_one_cdk_writes() {
    assert_eq!(cdk_out(), CDK_OUT);
}

#[test]
fn another_qualifier_is_used_throughout() {
    let bootstrap = Bootstrap { qualifier: "shop".into() };
    let stacks = stacks();
    let text = manifest(&stacks, &bootstrap).to_json().unwrap() + &stacks[0].asset_manifest(&bootstrap).to_json().unwrap();
    assert!(text.contains("cdk-shop-assets-") && !text.contains("hnb659fds"));
}

#[test]
fn a_file_asset_keeps_its_extension() {
    use skywarden_cloudformation::assembly::Packaging;
    let asset = |path: &str| Asset { id: "id".into(), path: path.into(), packaging: Packaging::File };
    let stack = Stack { assets: vec![asset("asset.dir/notes.json")], ..Stack::new("S", "S", "t") };
    let key = |stack: &Stack| stack.asset_manifest(&Bootstrap::default()).files["id"].destinations[0].object_key.clone();
    assert_eq!(key(&stack), "id.json");
    let stack = Stack { assets: vec![asset("asset.dir/notes")], ..stack };
    assert_eq!(key(&stack), "id");
}
