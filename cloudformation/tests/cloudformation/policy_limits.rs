//! Limits of logs, functions, policies and queues at their boundaries.

use serde_json::{Map, Value as Json, json};
use skywarden_cloudformation::{Rule, Template, limits};

use crate::limits::{boundary, broken, one, template};

fn on_group(count: usize, type_name: &str, properties: &Json) -> Template {
    let filter = |n| (format!("F{n}"), json!({"Type": type_name, "Properties": properties}));
    template((0..count).map(filter).collect())
}

#[test]
fn filters_of_a_log_group() {
    let metric = json!({"LogGroupName": "/g", "FilterPattern": "", "MetricTransformations": [{"MetricName": "m", "MetricNamespace": "N", "MetricValue": "1"}]});
    boundary(Rule::MetricFilters, limits::METRIC_FILTERS, |count| on_group(count, "AWS::Logs::MetricFilter", &metric));
    let subscription = json!({"LogGroupName": "/g", "FilterPattern": "", "DestinationArn": "arn"});
    boundary(Rule::SubscriptionFilters, limits::SUBSCRIPTION_FILTERS, |count| on_group(count, "AWS::Logs::SubscriptionFilter", &subscription));
}

#[test]
fn a_group_is_the_same_by_name_and_by_reference() {
    let filter =
        |group: Json| json!({"Type": "AWS::Logs::SubscriptionFilter", "Properties": {"LogGroupName": group, "FilterPattern": "", "DestinationArn": "arn"}});
    let three = |class: &str| {
        template(json!({
            "G": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/g", "LogGroupClass": class}},
            "A": filter(json!({"Ref": "G"})),
            "B": filter(json!("/g")),
            "C": filter(json!({"Fn::Sub": ["/${name}", {"name": "g"}]})),
            "Elsewhere": filter(json!("/h")),
        }))
    };
    let found = three("STANDARD").check();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].rule, found[0].logical_id.as_deref()), (Rule::SubscriptionFilters, Some("C")));
    let rules = broken(&three("INFREQUENT_ACCESS"));
    assert_eq!(rules, [Rule::SubscriptionFilters, Rule::LogGroupClass, Rule::LogGroupClass, Rule::LogGroupClass]);
}

#[test]
fn patterns_and_transformations() {
    let filter = |pattern: String, transformation: Json| {
        one("AWS::Logs::MetricFilter", json!({"LogGroupName": "/g", "FilterPattern": pattern, "MetricTransformations": transformation}))
    };
    let plain = json!({"MetricName": "m", "MetricNamespace": "N", "MetricValue": "1"});
    let with = |name: &str, value: Json| {
        let mut transformation = plain.clone();
        transformation[name] = value;
        filter(String::new(), json!([transformation]))
    };
    boundary(Rule::FilterPattern, limits::FILTER_PATTERN_CHARACTERS, |characters| filter("p".repeat(characters), json!([plain])));
    boundary(Rule::Dimensions, limits::FILTER_DIMENSIONS, |count| with("Dimensions", vec![json!({"Key": "k", "Value": "$.v"}); count].into()));
    boundary(Rule::MetricTransformation, limits::METRIC_VALUE_CHARACTERS, |characters| with("MetricValue", "v".repeat(characters).into()));
    boundary(Rule::MetricTransformation, limits::METRIC_TRANSFORMATIONS, |count| filter(String::new(), vec![plain.clone(); count].into()));
    assert_eq!(broken(&filter(String::new(), json!([]))), [Rule::MetricTransformation]);
    assert_eq!(broken(&with("DefaultValue", json!(0))), []);
    let mut both = plain.clone();
    both["DefaultValue"] = json!(0);
    both["Dimensions"] = json!([{"Key": "k", "Value": "$.v"}]);
    assert_eq!(broken(&filter(String::new(), json!([both]))), [Rule::MetricTransformation]);
}

#[test]
fn retention_is_one_of_the_list() {
    let group = |days: u32| one("AWS::Logs::LogGroup", json!({ "RetentionInDays": days }));
    for days in 0..=4000 {
        let expected = if limits::RETENTION_DAYS.contains(&days) { &[][..] } else { &[Rule::Retention] };
        assert_eq!(broken(&group(days)), expected, "{days}");
    }
    assert_eq!(group(100).check()[0].to_string(), "R: RetentionInDays is 100, the nearest AWS offers is 120");
}

#[test]
fn saved_queries() {
    boundary(Rule::Query, limits::QUERY_CHARACTERS, |characters| {
        one("AWS::Logs::QueryDefinition", json!({"Name": "q", "QueryString": "q".repeat(characters)}))
    });
}

#[test]
fn functions() {
    let function = |property: &str, value: Json| one("AWS::Lambda::Function", json!({"Code": {"ZipFile": "x"}, "Role": "r", property: value}));
    let timeout = usize::try_from(limits::FUNCTION_TIMEOUT_SECONDS).unwrap();
    boundary(Rule::FunctionSize, timeout, |seconds| function("Timeout", seconds.into()));
    let memory = usize::try_from(*limits::FUNCTION_MEMORY_MB.end()).unwrap();
    boundary(Rule::FunctionSize, memory, |megabytes| function("MemorySize", megabytes.into()));
    assert_eq!(broken(&function("MemorySize", 127.into())), [Rule::FunctionSize]);
    boundary(Rule::FunctionEnvironment, limits::ENVIRONMENT_BYTES, |bytes| function("Environment", json!({"Variables": {"NAME": "v".repeat(bytes - 4)}})));
}

/// A template whose permissions make a policy of exactly this many bytes, as `check` adds them up.
fn permissions(bytes: usize) -> Template {
    let build = |padding: usize, count: usize| {
        let mut resources = Map::new();
        for n in 0..count {
            let padding = if n == 0 { padding } else { 0 };
            let source = format!("arn:aws:logs:*:*:log-group:/{}", "g".repeat(padding));
            let properties = json!({"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "logs.amazonaws.com", "SourceArn": source, "SourceAccount": {"Ref": "AWS::AccountId"}});
            resources.insert(format!("P{n:03}"), json!({"Type": "AWS::Lambda::Permission", "Properties": properties}));
        }
        template(Json::Object(resources))
    };
    // Each statement as Lambda stores it, written out by hand.
    let statement = r#"{"Sid":"stack-P000-XXXXXXXXXXXX","Effect":"Allow","Principal":{"Service":"logs.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:ap-southeast-1:123456789012:function:f","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:logs:*:*:log-group:/"}}}"#;
    let frame = r#"{"Version":"2012-10-17","Id":"default","Statement":[]}"#;
    let count = (bytes - frame.len()) / (statement.len() + 1);
    let used = frame.len() + count * statement.len() + (count - 1);
    build(bytes - used, count)
}

#[test]
fn permissions_on_a_function() {
    boundary(Rule::FunctionPolicy, limits::FUNCTION_POLICY_BYTES, permissions);
}

fn padded_policy(characters: usize, count: impl Fn(&Json) -> usize) -> Json {
    let policy = |padding: usize| json!({"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::{}", "b".repeat(padding))}], "Version": "2012-10-17"});
    policy(characters - count(&policy(0)))
}

fn bytes(json: &Json) -> usize {
    json.to_string().len()
}

#[test]
fn policies() {
    let trust = json!({"Statement": []});
    boundary(Rule::RolePolicy, limits::ROLE_POLICY_CHARACTERS, |characters| {
        // Two policies: the sum counts.
        let half = characters / 2;
        let documents = [padded_policy(half, bytes), padded_policy(characters - half, bytes)];
        let policies = documents.map(|document| json!({"PolicyName": "p", "PolicyDocument": document}));
        one("AWS::IAM::Role", json!({"AssumeRolePolicyDocument": trust, "Policies": policies}))
    });
    boundary(Rule::ManagedPolicy, limits::MANAGED_POLICY_CHARACTERS, |characters| {
        one("AWS::IAM::ManagedPolicy", json!({"PolicyDocument": padded_policy(characters, bytes)}))
    });
    boundary(Rule::RolePolicy, limits::ROLE_MANAGED_POLICIES, |count| {
        one("AWS::IAM::Role", json!({"AssumeRolePolicyDocument": trust, "ManagedPolicyArns": vec!["arn"; count]}))
    });
    boundary(Rule::TrustPolicy, limits::TRUST_POLICY_CHARACTERS, |characters| {
        one("AWS::IAM::Role", json!({"AssumeRolePolicyDocument": padded_policy(characters, bytes)}))
    });
    boundary(Rule::KeyPolicy, limits::KEY_POLICY_BYTES, |size| one("AWS::KMS::Key", json!({"KeyPolicy": padded_policy(size, bytes)})));
    boundary(Rule::BucketPolicy, limits::BUCKET_POLICY_BYTES, |size| {
        one("AWS::S3::BucketPolicy", json!({"Bucket": "b", "PolicyDocument": padded_policy(size, bytes)}))
    });
}

#[test]
fn queues_and_parameters() {
    let queue = |property: &str, value: usize| one("AWS::SQS::Queue", json!({ property: value }));
    let most = |limit: u32| usize::try_from(limit).unwrap();
    boundary(Rule::Queue, most(limits::VISIBILITY_TIMEOUT_SECONDS), |seconds| queue("VisibilityTimeout", seconds));
    let retention = limits::MESSAGE_RETENTION_SECONDS;
    boundary(Rule::Queue, most(*retention.end()), |seconds| queue("MessageRetentionPeriod", seconds));
    assert_eq!(broken(&queue("MessageRetentionPeriod", 59)), [Rule::Queue]);
    let redrive = |receives: usize| one("AWS::SQS::Queue", json!({"RedrivePolicy": {"deadLetterTargetArn": "arn", "maxReceiveCount": receives}}));
    boundary(Rule::Queue, most(*limits::MAX_RECEIVE_COUNT.end()), redrive);
    assert_eq!(broken(&redrive(0)), [Rule::Queue]);
    let stream = |property: &str, value: usize| one("AWS::Kinesis::Stream", json!({ "ShardCount": 1, property: value }));
    boundary(Rule::Stream, most(limits::STREAM_SHARDS), |shards| stream("ShardCount", shards));
    boundary(Rule::Stream, most(*limits::STREAM_RETENTION_HOURS.end()), |hours| stream("RetentionPeriodHours", hours));
    assert_eq!(broken(&stream("RetentionPeriodHours", 23)), [Rule::Stream]);
    assert_eq!(broken(&one("AWS::Kinesis::Stream", json!({}))), [Rule::Stream], "provisioned is the default, and needs a number");
    let on_demand = json!({"StreamModeDetails": {"StreamMode": "ON_DEMAND"}, "ShardCount": 2});
    assert_eq!(broken(&one("AWS::Kinesis::Stream", on_demand)), [Rule::Stream]);
    let policy = |property: &str, size: usize| {
        let mut properties = json!({"PolicyName": "p", "PolicyType": "SUBSCRIPTION_FILTER_POLICY", "PolicyDocument": "{}"});
        properties[property] = "v".repeat(size).into();
        one("AWS::Logs::AccountPolicy", properties)
    };
    boundary(Rule::AccountPolicy, limits::ACCOUNT_POLICY_CHARACTERS, |size| policy("PolicyDocument", size));
    boundary(Rule::AccountPolicy, limits::ACCOUNT_POLICY_SELECTION_BYTES, |size| policy("SelectionCriteria", size));
    boundary(Rule::Name, limits::ACCOUNT_POLICY_NAME_CHARACTERS, |size| policy("PolicyName", size));
    let destination = |property: &str, size: usize| {
        let mut properties = json!({"DestinationName": "d", "RoleArn": "r", "TargetArn": "t"});
        properties[property] = "v".repeat(size).into();
        one("AWS::Logs::Destination", properties)
    };
    boundary(Rule::DestinationPolicy, limits::DESTINATION_POLICY_BYTES, |size| destination("DestinationPolicy", size));
    boundary(Rule::Name, limits::DESTINATION_NAME_CHARACTERS, |size| destination("DestinationName", size));
    boundary(Rule::Name, limits::STREAM_NAME_CHARACTERS, |size| one("AWS::Kinesis::Stream", json!({"ShardCount": 1, "Name": "v".repeat(size)})));
    boundary(Rule::SsmValue, limits::SSM_VALUE_BYTES, |size| one("AWS::SSM::Parameter", json!({"Type": "String", "Value": "v".repeat(size)})));
    let advanced = json!({"Type": "String", "Tier": "Advanced", "Value": "v".repeat(limits::SSM_VALUE_BYTES + 1)});
    assert_eq!(broken(&one("AWS::SSM::Parameter", advanced)), []);
}
