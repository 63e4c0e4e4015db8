//! Every limit at its boundary: what AWS still accepts breaks no rule, one more breaks exactly that rule.

use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use skywarden_cloudformation::{
    Expr, Output, Parameter, Resource, Rule, Template,
    cloudwatch::Dashboard,
    dashboard::{Body, BodyProperty},
    limits,
};

/// A template of these resources.
pub(crate) fn template(resources: Json) -> Template {
    let template: Template = serde_json::from_value(json!({ "Resources": resources })).unwrap();
    assert_eq!(template.untyped().collect::<Vec<_>>(), []);
    template
}

/// A template of one resource.
pub(crate) fn one(type_name: &str, properties: Json) -> Template {
    template(json!({"R": {"Type": type_name, "Properties": properties}}))
}

/// The rules a template breaks.
pub(crate) fn broken(template: &Template) -> Vec<Rule> {
    template.check().into_iter().map(|violation| violation.rule).collect()
}

/// `build(most)` is fine; `build(most + 1)` breaks `rule` and nothing else.
pub(crate) fn boundary(rule: Rule, most: usize, build: impl Fn(usize) -> Template) {
    let at = build(most);
    assert_eq!(at.check(), [], "{rule} at its limit of {most}");
    assert_eq!(broken(&build(most + 1)), [rule], "{rule} above its limit of {most}");
}

fn queues(count: usize) -> Template {
    template((0..count).map(|n| (format!("Q{n}"), json!({"Type": "AWS::SQS::Queue"}))).collect())
}

#[test]
fn counts_of_a_template() {
    boundary(Rule::Resources, limits::RESOURCES, queues);
    boundary(Rule::Parameters, limits::PARAMETERS, |count| Template {
        parameters: (0..count).map(|n| (format!("P{n}"), Parameter::string(""))).collect(),
        ..Template::default()
    });
    boundary(Rule::Outputs, limits::OUTPUTS, |count| Template {
        outputs: (0..count).map(|n| (format!("O{n}"), Output::new("x"))).collect(),
        ..Template::default()
    });
    boundary(Rule::Mappings, limits::MAPPINGS, |count| Template {
        mappings: (0..count).map(|n| (format!("M{n}"), IndexMap::new())).collect(),
        ..Template::default()
    });
    boundary(Rule::Description, limits::DESCRIPTION_BYTES, |bytes| Template { description: Some("d".repeat(bytes)), ..Template::default() });
    boundary(Rule::ParameterValue, limits::PARAMETER_VALUE_BYTES, |bytes| Template {
        parameters: IndexMap::from([("P".to_owned(), Parameter::string("v".repeat(bytes)))]),
        ..Template::default()
    });
    boundary(Rule::DynamicReferences, limits::DYNAMIC_REFERENCES, |count| one("Custom::Own", json!({"Text": "{{resolve:ssm:/a}}".repeat(count)})));
}

#[test]
fn size_of_a_template() {
    boundary(Rule::TemplateSize, limits::TEMPLATE_BYTES, |bytes| {
        let with = |length: usize| one("Custom::Own", json!({"Text": "t".repeat(length)}));
        let frame = with(0).to_json().unwrap().len();
        let template = with(bytes - frame);
        assert_eq!(template.to_json().unwrap().len(), bytes);
        template
    });
}

#[test]
fn logical_ids() {
    let with = |id: &str| template(json!({ id: {"Type": "AWS::SQS::Queue"} }));
    boundary(Rule::LogicalId, limits::LOGICAL_ID_CHARACTERS, |characters| with(&"a".repeat(characters)));
    for id in ["", "a-b", "a.b", "ü"] {
        assert_eq!(broken(&with(id)), [Rule::LogicalId], "{id}");
    }
}

#[test]
fn names_that_lead_nowhere() {
    for properties in [
        json!({"QueueName": {"Ref": "No"}}),
        json!({"QueueName": {"Fn::Sub": "a-${No}"}}),
        json!({"QueueName": {"Fn::Sub": ["${own}-${No.Arn}", {"own": "x"}]}}),
        json!({"KmsMasterKeyId": {"Fn::GetAtt": ["No", "Arn"]}}),
        json!({"QueueName": {"Fn::If": ["No", "a", "b"]}}),
        json!({"RedrivePolicy": {"deadLetterTargetArn": {"Fn::Join": ["", [{"Ref": "No"}]]}, "maxReceiveCount": 1}}),
    ] {
        assert_eq!(broken(&one("AWS::SQS::Queue", properties)), [Rule::DanglingReference]);
    }
    let whole = template(json!({"R": {"Type": "AWS::SQS::Queue", "DependsOn": "No", "Condition": "Neither"}}));
    assert_eq!(broken(&whole), [Rule::DanglingReference; 2]);
    let fine = json!({"QueueName": {"Fn::Sub": ["${own}-${AWS::Region}-${!No}", {"own": {"Ref": "R"}}]}});
    assert_eq!(broken(&one("AWS::S3::Bucket", fine)), []);
    let output = Template { outputs: IndexMap::from([("O".to_owned(), Output::new(Expr::reference("No")))]), ..Template::default() };
    assert_eq!(broken(&output), [Rule::DanglingReference]);
}

#[test]
fn two_resources_with_one_name() {
    let both = |second: Json| {
        template(json!({
            "A": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "shop-errors", "EvaluationPeriods": 1}},
            "B": second,
        }))
    };
    let composite = json!({"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmName": {"Fn::Sub": "shop-errors"}, "AlarmRule": "TRUE"}});
    assert_eq!(broken(&both(composite)), [Rule::SameName]);
    let topic = json!({"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "shop-errors"}});
    assert_eq!(broken(&both(topic)), []);
}

#[test]
fn names_by_kind() {
    for (type_name, property, most, others) in [
        ("AWS::CloudWatch::Alarm", "AlarmName", limits::ALARM_NAME_CHARACTERS, json!({"EvaluationPeriods": 1})),
        ("AWS::CloudWatch::CompositeAlarm", "AlarmName", limits::ALARM_NAME_CHARACTERS, json!({"AlarmRule": "TRUE"})),
        ("AWS::CloudWatch::LogAlarm", "AlarmName", limits::ALARM_NAME_CHARACTERS, log_alarm_properties()),
        ("AWS::CloudWatch::Dashboard", "DashboardName", limits::DASHBOARD_NAME_CHARACTERS, json!({"DashboardBody": "{\"widgets\":[]}"})),
        ("AWS::Logs::LogGroup", "LogGroupName", limits::LOG_GROUP_NAME_CHARACTERS, json!({})),
        ("AWS::Lambda::Function", "FunctionName", limits::FUNCTION_NAME_CHARACTERS, json!({"Code": {"ZipFile": "x"}, "Role": "r"})),
        ("AWS::IAM::Role", "RoleName", limits::ROLE_NAME_CHARACTERS, json!({"AssumeRolePolicyDocument": {"Statement": []}})),
        ("AWS::SNS::Topic", "TopicName", limits::TOPIC_NAME_CHARACTERS, json!({})),
        (
            "AWS::Chatbot::SlackChannelConfiguration",
            "ConfigurationName",
            limits::CHAT_CONFIGURATION_NAME_CHARACTERS,
            json!({"SlackWorkspaceId": "T0", "SlackChannelId": "C0", "IamRoleArn": "r"}),
        ),
        (
            "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
            "ConfigurationName",
            limits::CHAT_CONFIGURATION_NAME_CHARACTERS,
            json!({"TeamsTenantId": "t", "TeamId": "t", "TeamsChannelId": "c", "IamRoleArn": "r"}),
        ),
        ("AWS::SQS::Queue", "QueueName", limits::QUEUE_NAME_CHARACTERS, json!({})),
        ("AWS::ApplicationSignals::ServiceLevelObjective", "Name", limits::OBJECTIVE_NAME_CHARACTERS, json!({})),
        (
            "AWS::Scheduler::Schedule",
            "Name",
            limits::SCHEDULE_NAME_CHARACTERS,
            json!({"ScheduleExpression": "rate(1 minute)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": "a", "RoleArn": "r"}}),
        ),
    ] {
        boundary(Rule::Name, most, |characters| {
            let mut properties = others.clone();
            properties[property] = "n".repeat(characters).into();
            one(type_name, properties)
        });
    }
}

#[test]
fn a_name_is_measured_as_deployed() {
    let with = |name: Json| one("AWS::SQS::Queue", json!({ "QueueName": name }));
    let padding = "n".repeat(limits::QUEUE_NAME_CHARACTERS - "ap-southeast-1".len());
    assert_eq!(broken(&with(json!({"Fn::Sub": format!("{padding}${{AWS::Region}}")}))), []);
    assert_eq!(broken(&with(json!({"Fn::Sub": format!("{padding}n${{AWS::Region}}")}))), [Rule::Name]);
}

#[test]
fn objectives_of_application_signals() {
    let objective = |properties: Json| {
        let mut all = json!({"Name": "shop"});
        for (name, value) in properties.as_object().unwrap() {
            all[name] = value.clone();
        }
        one("AWS::ApplicationSignals::ServiceLevelObjective", all)
    };
    boundary(Rule::Objective, limits::OBJECTIVE_DESCRIPTION_CHARACTERS, |characters| objective(json!({"Description": "d".repeat(characters)})));
    let by_periods =
        |seconds: u32| objective(json!({"Sli": {"ComparisonOperator": "LessThan", "MetricThreshold": 1, "SliMetric": {"PeriodSeconds": seconds}}}));
    let (least, most) = (*limits::OBJECTIVE_PERIOD_SECONDS.start(), *limits::OBJECTIVE_PERIOD_SECONDS.end());
    assert_eq!([broken(&by_periods(least)), broken(&by_periods(most))], [[]; 2]);
    assert_eq!([broken(&by_periods(least - 1)), broken(&by_periods(most + 1))], [[Rule::Objective]; 2]);
}

fn alarm(properties: Json) -> Template {
    let mut all = json!({"Namespace": "N", "MetricName": "M", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold", "Threshold": 1});
    for (name, value) in properties.as_object().unwrap() {
        all[name] = value.clone();
    }
    one("AWS::CloudWatch::Alarm", all)
}

#[test]
fn counts_of_an_alarm() {
    boundary(Rule::AlarmDescription, limits::ALARM_DESCRIPTION_CHARACTERS, |characters| alarm(json!({"AlarmDescription": "ü".repeat(characters)})));
    for property in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
        boundary(Rule::AlarmActions, limits::ALARM_ACTIONS, |count| alarm(json!({ property: vec!["arn"; count] })));
    }
    boundary(Rule::Dimensions, limits::DIMENSIONS, |count| alarm(json!({"Dimensions": vec![json!({"Name": "n", "Value": "v"}); count]})));
    boundary(Rule::Tags, limits::TAGS, |count| alarm(json!({"Tags": vec![json!({"Key": "k", "Value": "v"}); count]})));
    let math = |count: usize, returning: usize| {
        let query =
            |n: usize| json!({"Id": format!("m{n}"), "MetricStat": {"Metric": {"MetricName": "M"}, "Period": 60, "Stat": "Sum"}, "ReturnData": n < returning});
        one("AWS::CloudWatch::Alarm", json!({"EvaluationPeriods": 1, "Metrics": (0..count).map(query).collect::<Vec<_>>()}))
    };
    boundary(Rule::AlarmMetrics, limits::ALARM_METRICS, |count| math(count, 1));
    assert_eq!(broken(&math(3, 0)), [Rule::AlarmMetrics]);
    assert_eq!(broken(&math(3, 2)), [Rule::AlarmMetrics]);
}

#[test]
fn periods_of_an_alarm() {
    for period in [10, 20, 30, 60, 120, 3600, 86_400] {
        assert_eq!(broken(&alarm(json!({"Period": period}))), [], "{period}");
    }
    for period in [0, 1, 5, 15, 40, 59, 61, 90] {
        assert_eq!(broken(&alarm(json!({"Period": period}))), [Rule::AlarmPeriod], "{period}");
    }
    let short = usize::try_from(limits::SHORT_ALARM_WINDOW_SECONDS).unwrap() / 60;
    boundary(Rule::AlarmWindow, short, |periods| alarm(json!({"Period": 60, "EvaluationPeriods": periods})));
    let long = usize::try_from(limits::ALARM_WINDOW_SECONDS).unwrap() / 3600;
    boundary(Rule::AlarmWindow, long, |periods| alarm(json!({"Period": 3600, "EvaluationPeriods": periods})));
    // Just below an hour the short window holds.
    assert_eq!(broken(&alarm(json!({"Period": 3540, "EvaluationPeriods": 24}))), []);
    assert_eq!(broken(&alarm(json!({"Period": 3540, "EvaluationPeriods": 25}))), [Rule::AlarmWindow]);
    boundary(Rule::DatapointsToAlarm, 5, |needed| alarm(json!({"EvaluationPeriods": 5, "DatapointsToAlarm": needed})));
    assert_eq!(broken(&alarm(json!({"DatapointsToAlarm": 0}))), [Rule::DatapointsToAlarm]);
}

#[test]
fn rules_of_composite_alarms() {
    let composite = |rule: String| one("AWS::CloudWatch::CompositeAlarm", json!({ "AlarmRule": rule }));
    boundary(Rule::AlarmRule, limits::ALARM_RULE_CHILDREN, |children| {
        composite((0..children).map(|n| format!("ALARM(a{n})")).collect::<Vec<_>>().join(" OR "))
    });
    boundary(Rule::AlarmRule, limits::ALARM_RULE_ELEMENTS, |elements| composite(vec!["TRUE"; elements].join(" OR ")));
    boundary(Rule::AlarmRule, limits::ALARM_RULE_CHARACTERS, |characters| composite(format!("ALARM({})", "a".repeat(characters - "ALARM()".len()))));
}

#[test]
fn mute_rules() {
    let of = |properties: Json| one("AWS::CloudWatch::AlarmMuteRule", properties);
    let schedule = |expression: &str, duration: &str| json!({"Schedule": {"Expression": expression, "Duration": duration}});
    let rule = || schedule("cron(0 2 * * SUN)", "PT2H");
    boundary(Rule::Name, limits::MUTE_RULE_NAME_CHARACTERS, |characters| of(json!({"Name": "n".repeat(characters), "Rule": rule()})));
    boundary(Rule::MuteRule, limits::ALARM_DESCRIPTION_CHARACTERS, |characters| of(json!({"Description": "d".repeat(characters), "Rule": rule()})));
    boundary(Rule::MuteRule, limits::MUTE_RULE_ALARMS, |alarms| of(json!({"MuteTargets": {"AlarmNames": vec!["a"; alarms]}, "Rule": rule()})));
    let longest = usize::try_from(*limits::MUTE_MINUTES.end()).unwrap();
    boundary(Rule::MuteRule, longest, |minutes| of(json!({"Rule": schedule("at(2027-03-01T22:00)", &format!("PT{minutes}M"))})));
    boundary(Rule::MuteRule, limits::MUTE_EXPRESSION_CHARACTERS, |characters| {
        let padding = " ".repeat(characters - "cron(0 2 * * *)".len());
        of(json!({"Rule": schedule(&format!("cron({padding}0 2 * * *)"), "PT1M")}))
    });
    boundary(Rule::MuteRule, limits::MUTE_TIME_ZONE_CHARACTERS, |characters| {
        of(json!({"Rule": {"Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "P15D", "Timezone": "z".repeat(characters)}}}))
    });
    for wrong in [schedule("cron(0 2 * * SUN)", "PT0M"), schedule("cron(0 2 * * SUN)", "2h"), schedule("rate(1 day)", "PT2H")] {
        assert_eq!(broken(&of(json!({"Rule": wrong}))), [Rule::MuteRule]);
    }
    assert_eq!(broken(&of(json!({"Rule": rule(), "StartDate": "2026-04-15T08:00", "ExpireDate": "tomorrow"}))), [Rule::MuteRule]);
}

fn log_alarm_properties() -> Json {
    let schedule = json!({"ScheduleExpression": "rate(5 minutes)", "StartTimeOffset": 300});
    let query =
        json!({"QueryString": "filter bot = 1", "AggregationExpression": "count(*)", "ScheduledQueryRoleARN": "arn", "ScheduleConfiguration": schedule});
    json!({
        "ScheduledQueryConfiguration": query, "ComparisonOperator": "GreaterThanThreshold", "Threshold": 1, "QueryResultsToEvaluate": 3, "QueryResultsToAlarm": 3,
    })
}

#[test]
fn log_alarms() {
    let with = |path: &[&str], value: Json| {
        let mut properties = log_alarm_properties();
        *path.iter().fold(&mut properties, |inner, name| &mut inner[*name]) = value;
        one("AWS::CloudWatch::LogAlarm", properties)
    };
    let query = |name: &'static str, value: Json| with(&["ScheduledQueryConfiguration", name], value);
    let schedule = |name: &'static str, value: u32| with(&["ScheduledQueryConfiguration", "ScheduleConfiguration", name], value.into());
    boundary(Rule::AlarmDescription, limits::ALARM_DESCRIPTION_CHARACTERS, |characters| with(&["AlarmDescription"], "ü".repeat(characters).into()));
    boundary(Rule::AlarmActions, limits::ALARM_ACTIONS, |count| with(&["AlarmActions"], vec!["arn"; count].into()));
    boundary(Rule::Tags, limits::TAGS, |count| with(&["Tags"], vec![json!({"Key": "k", "Value": "v"}); count].into()));
    boundary(Rule::LogAlarm, usize::try_from(limits::LOG_ALARM_RESULTS).unwrap(), |count| with(&["QueryResultsToEvaluate"], count.into()));
    boundary(Rule::DatapointsToAlarm, 3, |count| with(&["QueryResultsToAlarm"], count.into()));
    boundary(Rule::Query, limits::QUERY_CHARACTERS, |characters| query("QueryString", "q".repeat(characters).into()));
    boundary(Rule::LogAlarm, limits::LOG_ALARM_AGGREGATION_CHARACTERS, |characters| query("AggregationExpression", "a".repeat(characters).into()));
    boundary(Rule::LogAlarm, limits::LOG_ALARM_LOG_GROUPS, |count| query("LogGroupIdentifiers", vec!["/ecs/shop"; count].into()));
    assert_eq!(broken(&schedule("StartTimeOffset", limits::LOG_ALARM_LOOK_BACK_SECONDS)), []);
    assert_eq!(broken(&schedule("StartTimeOffset", limits::LOG_ALARM_LOOK_BACK_SECONDS + 1)), [Rule::LogAlarm]);
    assert_eq!(broken(&schedule("EndTimeOffset", 299)), []);
    assert_eq!(broken(&schedule("EndTimeOffset", 300)), [Rule::LogAlarm]);
    let warm_up = |minutes: u32| with(&["WarmUpConfiguration"], json!({"WarmUpPeriodDurationInMinutes": minutes}));
    assert_eq!(broken(&warm_up(limits::WARM_UP_MINUTES)), []);
    assert_eq!(broken(&warm_up(limits::WARM_UP_MINUTES + 1)), [Rule::AlarmWindow]);
}

fn dashboard(body: &Json) -> Template {
    one("AWS::CloudWatch::Dashboard", json!({ "DashboardBody": body.to_string() }))
}

fn graph(metrics: usize) -> Json {
    json!({"type": "metric", "properties": {"region": "eu-west-1", "metrics": vec![json!(["N", "M"]); metrics]}})
}

#[test]
fn dashboards() {
    let of = |widgets: Vec<Json>| dashboard(&json!({ "widgets": widgets }));
    let note = json!({"type": "text", "properties": {"markdown": "x"}});
    boundary(Rule::DashboardWidgets, limits::DASHBOARD_WIDGETS, |count| of(vec![note.clone(); count]));
    boundary(Rule::DashboardMetrics, limits::WIDGET_METRICS, |count| of(vec![graph(count)]));
    boundary(Rule::DashboardMetrics, limits::DASHBOARD_METRICS, |count| {
        of(vec![graph(count / 6), graph(count / 6), graph(count / 6), graph(count / 6), graph(count / 6), graph(count - 5 * (count / 6))])
    });
    boundary(Rule::WidgetAlarms, limits::WIDGET_ALARMS, |count| of(vec![json!({"type": "alarm", "properties": {"alarms": vec!["arn"; count]}})]));
    assert_eq!(broken(&of(vec![json!({"type": "alarm", "properties": {"alarms": []}})])), [Rule::WidgetAlarms]);
    let variable = json!({"type": "property", "id": "v", "inputType": "input"});
    boundary(Rule::DashboardVariables, limits::DASHBOARD_VARIABLES, |count| dashboard(&json!({"widgets": [], "variables": vec![variable.clone(); count]})));
    let placed =
        |x: u32, width: u32, height: u32| of(vec![json!({"type": "text", "x": x, "y": 0, "width": width, "height": height, "properties": {"markdown": "x"}})]);
    assert_eq!(broken(&placed(12, 12, limits::WIDGET_HEIGHT)), []);
    for wrong in [placed(12, 13, 6), placed(24, 1, 6), placed(0, 0, 6), placed(0, 6, 0), placed(0, 6, limits::WIDGET_HEIGHT + 1)] {
        assert_eq!(broken(&wrong), [Rule::WidgetPlace]);
    }
    assert_eq!(broken(&dashboard(&json!({"widgets": 1}))), [Rule::DashboardBody]);
    assert_eq!(broken(&of(vec![json!({"type": "metric", "properties": {}})])), [Rule::DashboardBody]);
}

#[test]
fn a_dashboard_breaks_the_same_rules_when_it_was_made_and_when_it_was_read() {
    let place = json!({"type": "text", "x": 23, "y": 0, "width": 2, "height": 0, "properties": {"markdown": "${AWS::Region} ${MAX}"}});
    let widgets =
        vec![place, graph(limits::WIDGET_METRICS + 1), json!({"type": "alarm", "properties": {"alarms": []}}), json!({"type": "metric", "properties": {}})];
    let body = json!({ "widgets": widgets });
    let made = BodyProperty::try_from(Body::parse(&body.to_string()).unwrap()).unwrap();
    let mut template = Template::default();
    template.add("R", Resource::new(Dashboard::new(made)));
    let rules = [Rule::WidgetPlace, Rule::WidgetPlace, Rule::DashboardMetrics, Rule::WidgetAlarms, Rule::DashboardBody];
    assert_eq!(broken(&template), rules);
    assert_eq!(template.check(), dashboard(&body).check());
    assert_eq!(template.check(), Template::parse(&template.to_json().unwrap()).unwrap().check());
}

#[test]
fn a_violation_names_resource_finding_and_limit() {
    let found = alarm(json!({"AlarmActions": vec!["arn"; 6]})).check();
    assert_eq!(found[0].to_string(), "R: AlarmActions has 6 actions, AWS allows 5");
    let found = queues(501).check();
    assert_eq!(found[0].to_string(), "the template has 501 resources, AWS allows 500");
}
