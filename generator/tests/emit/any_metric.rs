//! Alarms on any metric in the templates.

use serde_json::Value as Json;

use crate::config::{Assembly, emitted, model};

/// Alarms of the list, and a pattern of names.
pub(crate) const ANY: &str = include_str!("../fixtures/any_metric/skywarden.yaml");

fn resource(assembly: &Assembly, id: &str) -> Json {
    let stack = assembly.stacks().find(|stack| stack.template.resources.contains_key(id)).unwrap();
    serde_json::to_value(&stack.template.resources[id]).unwrap()
}

#[test]
fn alarms_of_the_project_are_in_the_shared_stack_and_those_of_a_service_in_its_own() {
    let assembly = emitted(ANY);
    let named = |stack: &skywarden_generator::emit::Stack| -> Vec<String> {
        stack.template.resources.keys().filter(|id| id.starts_with("AlarmNamed")).cloned().collect()
    };
    assert_eq!(named(&assembly.shared), ["AlarmNamedInvoices", "AlarmNamedLowTraffic", "AlarmNamedOrdersBehind"]);
    let of_service = ["AlarmNamedLoginsByBots", "AlarmNamedNearTimeout", "AlarmNamedOrderQueueAge", "AlarmNamedOrdersDrain", "AlarmNamedThrottled"];
    assert_eq!(named(&assembly.services[0]), of_service);
}

#[test]
fn a_query_asks_one_log_group_with_a_role_that_can_do_nothing_else() {
    let assembly = emitted(ANY);
    let whole = resource(&assembly, "AlarmNamedLoginsByBots");
    assert_eq!(whole["DependsOn"], serde_json::json!(["LogGroup"]));
    let alarm = &whole["Properties"];
    let query = &alarm["ScheduledQueryConfiguration"];
    assert_eq!(query["LogGroupIdentifiers"], serde_json::json!(["/aws/lambda/shop-checkout"]));
    // Thirty minutes are three runs of ten, each a minute late, and no time is left out between them.
    assert_eq!(query["ScheduleConfiguration"], serde_json::json!({"ScheduleExpression": "rate(10 minutes)", "StartTimeOffset": 660, "EndTimeOffset": 60}));
    assert_eq!((&alarm["QueryResultsToEvaluate"], &alarm["QueryResultsToAlarm"]), (&3.into(), &3.into()));
    let statements = &resource(&assembly, "LogAlarmRole")["Properties"]["Policies"][0]["PolicyDocument"]["Statement"];
    assert_eq!(statements.as_array().unwrap().len(), 1);
    assert_eq!(
        statements[0]["Resource"],
        serde_json::json!({"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/shop-checkout:*"})
    );
    let without = emitted(
        &ANY.replace("    query: 'filter event = \"login\" and bot = 1 | stats count(*) as n by client'\n", "    drain: { queue: q }\n")
            .replace("    every: 10 minutes\n", ""),
    );
    assert!(!without.services[0].template.resources.contains_key("LogAlarmRole"));
}

#[test]
fn few_samples_are_said_of_percentiles_alone() {
    let assembly = emitted(ANY);
    let few = |id: &str| resource(&assembly, id)["Properties"]["EvaluateLowSampleCountPercentile"].clone();
    assert_eq!(few("AlarmNamedNearTimeout"), "ignore");
    // A trimmed mean, a maximum, a share.
    for id in ["AlarmLatency", "AlarmNamedOrderQueueAge", "AlarmNamedThrottled", "AlarmNamedOrdersBehind"] {
        assert_eq!(few(id), Json::Null, "{id}");
    }
}

#[test]
fn every_alarm_has_its_graph_and_its_place_in_the_plan() {
    let (model, assembly) = (model(ANY), emitted(ANY));
    let bodies = |id: &str| serde_json::to_string(&resource(&assembly, id)["Properties"]["DashboardBody"]).unwrap();
    for (alarms, dashboard) in [(&model.services[0].alarms, bodies("Dashboard")), (&model.alarms, bodies("Overview"))] {
        for alarm in alarms {
            assert!(dashboard.contains(&format!("alarm:{}", alarm.name)), "{}", alarm.name);
            let info = assembly.plan.alarms.iter().find(|info| info.name == alarm.name).unwrap();
            assert_eq!(info.title, alarm.title);
        }
    }
    for alarm in model.services[0].alarms.iter().filter(|alarm| alarm.title.contains("queue") || alarm.title.contains("Duration")) {
        assert!(bodies("Dashboard").contains(&alarm.title), "{}", alarm.title);
    }
    let bots = assembly.plan.alarms.iter().find(|info| info.name.ends_with("logins-by-bots")).unwrap();
    assert!(bots.query.ends_with("| stats count(*) by client"), "{}", bots.query);
    assert_eq!(bots.runbook, "https://wiki.example.com/checkout#alarm-logins-by-bots");
}

#[test]
fn alarms_are_found_by_links_and_may_publish_whatever_they_are_named_by() {
    let assembly = emitted(ANY);
    let outputs = |stack: &skywarden_generator::emit::Stack| serde_json::to_string(&stack.template.outputs["AlarmsLink"]).unwrap();
    assert!(outputs(&assembly.shared).contains("search~'shop*2fprod)"), "{}", outputs(&assembly.shared));
    assert!(outputs(&assembly.services[0]).contains("search~'shop*2fprod*3a*20checkout*20)"), "{}", outputs(&assembly.services[0]));
    let policy = serde_json::to_string(&resource(&assembly, "AlarmsTopicPolicy")).unwrap();
    assert!(policy.contains("alarm:shop/prod: *"), "{policy}");
    let wild = ANY.replace("{project}/{environment}: {service} {alarm}", "{service}/{alarm} {project} {environment}");
    let policy = serde_json::to_string(&resource(&emitted(&wild), "AlarmsTopicPolicy")).unwrap();
    assert!(policy.contains("${AWS::AccountId}:alarm:*") && policy.contains("aws:SourceAccount"), "{policy}");
}
