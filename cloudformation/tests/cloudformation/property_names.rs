//! Every property AWS documents for a typed kind has a field, or is on the list of those left to `rest`.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use skywarden_cloudformation::Properties;

/// Documented properties without a field: read, kept and written all the same.
const WITHOUT_FIELD: [(&str, &[&str]); 4] = [
    ("AWS::DynamoDB::Table", &["VectorIndexes"]),
    (
        "AWS::Lambda::EventSourceMapping",
        &[
            "AmazonManagedKafkaEventSourceConfig",
            "DocumentDBEventSourceConfig",
            "SelfManagedEventSource",
            "SelfManagedKafkaEventSourceConfig",
            "SourceAccessConfigurations",
        ],
    ),
    ("AWS::Lambda::Function", &["CapacityProviderConfig", "DurableConfig", "FunctionScalingConfig", "PublishToLatestPublished", "TenancyConfig"]),
    (
        "AWS::S3::Bucket",
        &[
            "AbacStatus",
            "AccelerateConfiguration",
            "AnalyticsConfigurations",
            "BucketNamePrefix",
            "BucketNamespace",
            "IntelligentTieringConfigurations",
            "InventoryConfigurations",
            "MetadataConfiguration",
            "MetadataTableConfiguration",
        ],
    ),
];

/// Property names by kind, from the resource specification in aws-cdk-lib 2.276.
const DOCUMENTED: &str = include_str!("../fixtures/property-names.json");

#[test]
fn every_documented_property_has_a_field_or_is_listed() {
    let documented: BTreeMap<String, Vec<String>> = serde_json::from_str(DOCUMENTED).unwrap();
    assert_eq!(documented.len(), Properties::TYPED.len());
    for (type_name, names) in documented {
        let given: Map<String, Json> = names.iter().map(|name| (name.clone(), json!({"Ref": "P"}))).collect();
        let properties = Properties::read(&type_name, given.clone());
        assert_eq!(properties.untyped_reason(), None, "{type_name}");
        assert_eq!(serde_json::to_value(&properties).unwrap(), Json::Object(given), "{type_name} loses properties");
        let listed = WITHOUT_FIELD.iter().find(|(kind, _)| *kind == type_name).map_or(&[][..], |(_, names)| names);
        assert_eq!(rest_of(&properties), listed, "{type_name}");
    }
}

/// Names that ended up in `rest`.
fn rest_of(properties: &Properties) -> Vec<&str> {
    macro_rules! rest {
        ($($variant:ident)*) => {
            match properties {
                $(Properties::$variant(typed) => typed.rest.keys().map(String::as_str).collect(),)*
                Properties::Other { .. } => panic!("not typed"),
            }
        };
    }
    rest! {
        LogGroup SubscriptionFilter MetricFilter QueryDefinition Function Permission EventInvokeConfig
        EventSourceMapping ManagedPolicy Role Topic Subscription TopicPolicy Queue QueuePolicy Table Bucket BucketPolicy Key
        AccountPolicy LogsDestination Stream Alias Alarm CompositeAlarm AlarmMuteRule LogAlarm Dashboard Schedule Parameter SlackChannel TeamsChannel ServiceLevelObjective
    }
}

#[test]
fn a_property_of_a_later_version_is_kept() {
    let given = Map::from_iter([("AlarmRule".to_owned(), json!("TRUE")), ("Later".to_owned(), json!({"a": [1, null]}))]);
    let properties = Properties::read("AWS::CloudWatch::CompositeAlarm", given.clone());
    assert_eq!(rest_of(&properties), ["Later"]);
    assert_eq!(serde_json::to_value(&properties).unwrap(), Json::Object(given));
}
