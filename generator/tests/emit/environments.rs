//! One file and an overlay for each environment, Region and account: an assembly each.

use skywarden_cloudformation::assembly::{AssetManifest, Manifest};
use skywarden_generator::{
    artifacts::{Files, render},
    config::{Code, Inputs, Loaded, Source, Templates, load},
};

const BASE: &str = "\
project: shop
services:
  checkout: { runtime: lambda, retention: 7d }
  mailer: { runtime: ec2, format: text }
routes: [{ email: team@example.com }]
";

const PROD: &str = "\
account: \"111122223333\"
region: eu-west-1
services: { checkout: { retention: 90d }, mailer: null }
";

fn loaded(overlays: &[&str]) -> Loaded {
    let texts = std::iter::once(&BASE).chain(overlays);
    let configs: Vec<Source> = texts.enumerate().map(|(number, text)| Source { path: format!("{number}.yaml"), text: (*text).to_owned() }).collect();
    load(Inputs { configs: &configs, templates: &Templates::builtin() })
}

fn files(overlays: &[&str]) -> Files {
    let loaded = loaded(overlays);
    render(&loaded.model.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics))).unwrap().files
}

fn text<'a>(files: &'a Files, path: &str) -> &'a str {
    std::str::from_utf8(files.get(path).unwrap_or_else(|| panic!("no {path} among {:?}", files.keys()))).unwrap()
}

#[test]
fn an_overlay_changes_settings_and_takes_services_out() {
    let prod = files(&[PROD]);
    assert!(text(&prod, "cloudformation/shop-prod-service-checkout.template.json").contains("\"RetentionInDays\": 90"));
    assert!(!prod.contains_key("shop-prod-service-mailer.template.json"));
    assert!(files(&[]).contains_key("shop-prod-service-mailer.template.json"));
}

#[test]
fn another_environment_is_another_set_of_stacks() {
    let (prod, test) = (files(&[PROD]), files(&["environment: test"]));
    let stacks = |files: &Files| Manifest::parse(text(files, "manifest.json")).unwrap().stacks().map(|(id, _)| id.to_owned()).collect::<Vec<_>>();
    assert_eq!(stacks(&prod), ["shop-prod-skywarden", "shop-prod-service-checkout"]);
    assert_eq!(stacks(&test), ["shop-test-skywarden", "shop-test-service-checkout", "shop-test-service-mailer"]);
}

#[test]
fn with_an_account_the_stacks_go_there_and_nowhere_else() {
    let prod = files(&[PROD]);
    let manifest = Manifest::parse(text(&prod, "manifest.json")).unwrap();
    for (id, _) in manifest.stacks() {
        assert_eq!(manifest.artifacts[id].environment.as_deref(), Some("aws://111122223333/eu-west-1"), "{id}");
    }
    let assets = AssetManifest::parse(text(&prod, "shop-prod-skywarden.assets.json")).unwrap();
    assert!(assets.files.values().flat_map(|file| file.destinations.values()).all(|place| place.bucket_name == "cdk-hnb659fds-assets-111122223333-eu-west-1"));
    assert!(text(&prod, "shop-prod-skywarden.template.json").contains("\"S3Bucket\": \"cdk-hnb659fds-assets-111122223333-eu-west-1\""));
    // The templates themselves fit any account: what is deployed by hand is the same.
    assert!(!text(&prod, "cloudformation/shop-prod-skywarden.template.json").contains("111122223333"));

    let anywhere = files(&[]);
    let manifest = Manifest::parse(text(&anywhere, "manifest.json")).unwrap();
    assert!(manifest.stacks().all(|(id, _)| manifest.artifacts[id].environment.as_deref() == Some("aws://unknown-account/unknown-region")));
}

#[test]
fn an_account_is_twelve_digits_beside_a_region() {
    let codes = |overlay: &str| loaded(&[overlay]).diagnostics.into_iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>();
    assert_eq!(codes("account: \"111122223333\""), [Code::MissingKey]);
    assert_eq!(codes("{ account: \"11112222333\", region: eu-west-1 }"), [Code::BadAddress]);
    assert_eq!(codes("{ account: \"1111-2222-3333\", region: eu-west-1 }"), [Code::BadAddress]);
    assert_eq!(codes("{ account: 111122223333, region: eu-west-1 }"), [Code::WrongType]);
    assert_eq!(codes("{ account: \"011122223333\", region: eu-west-1 }"), []);
}
