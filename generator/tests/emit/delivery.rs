//! How log lines get from log groups to functions: filters, stream and account policy fit each other.

use skywarden_cloudformation::{
    Environment, Kind, Resolver, Template,
    iam::Role,
    kinesis::Stream,
    lambda::{EventSourceMapping, Function as LambdaFunction},
    logs::{AccountPolicy, LogGroup, SubscriptionFilter},
    ssm::Parameter,
};

use crate::config::{ALL, HARBOUR, KIOSK, SHOP, STREAM, emitted};

fn environment(stack: &str) -> Environment {
    Environment::new("123456789012", "eu-west-1", stack)
}

/// The texts of a property over every resource of a kind.
fn texts<K: Kind>(template: &Template, read: impl Fn(&Resolver<'_>, &str, &K) -> String) -> Vec<String> {
    let environment = environment("stack");
    let resolver = Resolver::new(template, &environment);
    template.all::<K>().map(|(id, resource)| read(&resolver, id, resource)).collect()
}

/// Whether the role of error-classifier may write metrics.
fn classifier_writes_metrics(config: &str) -> bool {
    let shared = emitted(config).shared.template;
    let role: &Role = shared.get("ErrorClassifierRole").unwrap();
    serde_json::to_string(role).unwrap().contains("cloudwatch:PutMetricData")
}

#[test]
fn error_classifier_may_write_metrics_only_where_it_computes_some() {
    for config in ALL {
        let needed = emitted(config).plan.sources.iter().any(|source| source.one_function);
        assert_eq!(classifier_writes_metrics(config), needed, "{config}");
    }
    assert!(classifier_writes_metrics(KIOSK) && classifier_writes_metrics(HARBOUR) && !classifier_writes_metrics(SHOP));
}

#[test]
fn a_log_group_with_one_free_slot_gets_one_filter() {
    let assembly = emitted(KIOSK);
    let till = &assembly.services.iter().find(|stack| stack.name.ends_with("-till")).unwrap().template;
    let filters: Vec<_> = till.all::<SubscriptionFilter>().map(|(id, _)| id).collect();
    assert_eq!(filters, ["SubscriptionErrorClassifier"]);
}

#[test]
fn what_a_service_writes_to_is_the_stream_by_the_role_of_the_shared_stack() {
    let assembly = emitted(STREAM);
    let shared = &assembly.shared.template;
    let streams = texts::<Stream>(shared, |resolver, id, _| resolver.arn(id).unwrap());
    assert_eq!(streams, ["arn:aws:kinesis:eu-west-1:123456789012:stream/depot-prod-logs"]);
    let parameters = texts::<Parameter>(shared, |resolver, id, _| resolver.physical_name(id).unwrap());
    for stack in &assembly.services {
        let filters: Vec<_> = stack.template.all::<SubscriptionFilter>().collect();
        assert_eq!(filters.len(), 1, "{}", stack.name);
        let written =
            texts::<SubscriptionFilter>(&stack.template, |resolver, id, filter| resolver.at(id, "DestinationArn").text(&filter.destination_arn).unwrap());
        assert_eq!(written, streams, "{}", stack.name);
        let role = serde_json::to_string(filters[0].1.role_arn.as_ref().unwrap()).unwrap();
        assert!(parameters.iter().any(|name| role == format!("\"{{{{resolve:ssm:{name}}}}}\"")), "{role}");
    }
}

#[test]
fn both_functions_read_the_stream_record_by_record_and_give_up_into_the_bucket() {
    let shared = emitted(STREAM).shared.template;
    let environment = environment("stack");
    let resolver = Resolver::new(&shared, &environment);
    let arn = resolver.arn("Stream").unwrap();
    let mut readers = Vec::new();
    for (id, mapping) in shared.all::<EventSourceMapping>() {
        let source = resolver.at(id, "EventSourceArn").optional(mapping.event_source_arn.as_ref()).unwrap();
        if source.as_deref() != Some(arn.as_str()) {
            continue;
        }
        let json = serde_json::to_value(mapping).unwrap();
        assert_eq!(json["FunctionResponseTypes"], serde_json::json!(["ReportBatchItemFailures"]), "{id}");
        assert_eq!(json["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0], "FailedInvocations", "{id}");
        // An invocation takes 6 MB and a record is at most 1 MB: what Lambda does not put into one it leaves for the next.
        assert!(json["BatchSize"].as_u64().unwrap() <= 100 && json["BisectBatchOnFunctionError"] == true, "{id}");
        readers.push(resolver.at(id, "FunctionName").text(&mapping.function_name).unwrap());
    }
    assert_eq!(readers, ["depot-prod-metrics-extractor", "depot-prod-error-classifier"]);
    assert!(emitted(SHOP).shared.template.all::<Stream>().next().is_none(), "only where the config asks for it");
}

#[test]
fn the_account_listens_to_every_log_group_but_those_of_the_functions() {
    let through_stream = format!("{STREAM}\n").replace("{ through: kinesis,", "{ account_wide: true, through: kinesis,");
    for (config, destination) in [(HARBOUR, "function:harbour-prod-error-classifier"), (through_stream.as_str(), "stream/depot-prod-logs")] {
        let assembly = emitted(config);
        let shared = &assembly.shared.template;
        let environment = environment("stack");
        let resolver = Resolver::new(shared, &environment);
        let (id, policy) = shared.all::<AccountPolicy>().next().unwrap();
        let document: serde_json::Value = serde_json::from_str(&resolver.at(id, "PolicyDocument").text(&policy.policy_document).unwrap()).unwrap();
        assert!(document["DestinationArn"].as_str().unwrap().ends_with(destination), "{document}");
        assert_eq!((&document["FilterPattern"], document["RoleArn"].is_null()), (&"".into(), config == HARBOUR));
        let criteria = resolver.at(id, "SelectionCriteria").optional(policy.selection_criteria.as_ref()).unwrap().unwrap();
        let except: Vec<String> = serde_json::from_str(criteria.strip_prefix("LogGroupName NOT IN ").unwrap()).unwrap();
        // Whatever a function writes must not come back to it.
        let functions = texts::<LambdaFunction>(shared, |resolver, id, _| format!("/aws/lambda/{}", resolver.physical_name(id).unwrap()));
        let groups = texts::<LogGroup>(shared, |resolver, id, _| resolver.physical_name(id).unwrap());
        assert_eq!(functions.len(), 3);
        for name in functions.iter().chain(&groups) {
            assert!(except.contains(name), "{name} is not left out: each of its lines would make another");
        }
        assert!(assembly.plan.sources.iter().all(|source| !except.contains(&source.log_group)));
    }
    let harbour = emitted(HARBOUR);
    let filters: Vec<_> = harbour.services.iter().map(|stack| (stack.name.as_str(), stack.template.all::<SubscriptionFilter>().count())).collect();
    assert_eq!(filters, [("harbour-prod-service-pilot", 1), ("harbour-prod-service-tide", 0)]);
}
