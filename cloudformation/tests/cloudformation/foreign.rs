//! A template another tool wrote, with a resource of each kind and every way it writes references.

use serde_json::Value as Json;
use skywarden_cloudformation::assembly::{ArtifactProperties, AssetManifest, Manifest};
use skywarden_cloudformation::cloudwatch::{Alarm, CompositeAlarm, Dashboard, MetricStat};
use skywarden_cloudformation::dashboard::{Body, Content, Source};
use skywarden_cloudformation::lambda::Function;
use skywarden_cloudformation::{Environment, List, Properties, Resolver, Template};

/// Written by aws-cdk-lib 2.276 from `app.js` beside it.
const TEMPLATE: &str = include_str!("../fixtures/foreign/Everything.template.json");
const MANIFEST: &str = include_str!("../fixtures/foreign/manifest.json");
const ASSETS: &str = include_str!("../fixtures/foreign/Everything.assets.json");

fn environment() -> Environment {
    Environment::new("123456789012", "eu-west-1", "Everything")
}

/// The logical id that starts so.
fn id<'a>(template: &'a Template, start: &str, type_name: &str) -> &'a str {
    let found = template.resources.iter().find(|(id, resource)| id.starts_with(start) && resource.type_name() == type_name);
    found.unwrap_or_else(|| panic!("no {start} of {type_name}")).0
}

#[test]
fn every_resource_of_a_typed_kind_is_typed() {
    let template = Template::parse(TEMPLATE).unwrap();
    assert_eq!(template.untyped().collect::<Vec<_>>(), []);
    for type_name in Properties::TYPED {
        let found = template.resources.values().any(|resource| resource.type_name() == *type_name);
        assert!(found, "the fixture lacks {type_name}");
    }
}

#[test]
fn nothing_is_lost() {
    let template = Template::parse(TEMPLATE).unwrap();
    let mut original: Json = serde_json::from_str(TEMPLATE).unwrap();
    let mut written: Json = serde_json::from_str(&template.to_json().unwrap()).unwrap();
    assert_eq!(without_order(&mut written), without_order(&mut original));
}

/// Object keys in alphabetical order, so that comparison shows content alone.
fn without_order(json: &mut Json) -> &Json {
    json.sort_all_objects();
    json
}

#[test]
fn no_field_was_left_to_chance() {
    let template = Template::parse(TEMPLATE).unwrap();
    for (id, resource) in &template.resources {
        assert!(resource.rest.is_empty(), "{id}: {:?}", resource.rest);
    }
    let rate = template.get::<Alarm>(id(&template, "Rate", "AWS::CloudWatch::Alarm")).unwrap();
    assert!(rate.rest.is_empty());
    assert_eq!(rate.metrics.items().len(), 3);
    let stats: Vec<&MetricStat> = rate.metrics.iter().filter_map(|query| query.metric_stat.as_ref()?.literal()).collect();
    assert_eq!(stats.len(), 2);
    assert_eq!(rate.threshold.as_ref().unwrap().known().unwrap().get().to_string(), "2.5");
}

#[test]
fn references_between_resources_agree() {
    let template = Template::parse(TEMPLATE).unwrap();
    let environment = environment();
    let resolver = Resolver::new(&template, &environment);
    let function = id(&template, "Fn9", "AWS::Lambda::Function");
    let name = resolver.physical_name(function).unwrap();
    assert!(name.starts_with("Everything-Fn9") && name.len() <= 64, "{name}");
    let errors = id(&template, "Errors", "AWS::CloudWatch::Alarm");
    let alarm = template.get::<Alarm>(errors).unwrap();
    let dimension = resolver.at(errors, "Dimensions").text(&alarm.dimensions.items()[0].value).unwrap();
    assert_eq!(dimension, name);
    let topic = id(&template, "Topic", "AWS::SNS::Topic");
    let actions = resolver.at(errors, "AlarmActions").list(&alarm.alarm_actions).unwrap();
    assert_eq!(actions, [resolver.arn(topic).unwrap()]);
    let (both, composite) = template.all::<CompositeAlarm>().next().unwrap();
    let rule = resolver.at(both, "AlarmRule").text(&composite.alarm_rule).unwrap();
    let (slow, errors) = (id(&template, "Slow", "AWS::CloudWatch::Alarm"), resolver.arn(errors).unwrap());
    assert_eq!(rule, format!("(ALARM(\"{errors}\") AND (NOT (OK(\"{}\"))))", resolver.arn(slow).unwrap()));
}

#[test]
fn conditions_decide_properties_and_resources() {
    let template = Template::parse(TEMPLATE).unwrap();
    let function = template.get::<Function>("Conditional").unwrap();
    let parameter = id(&template, "Parameter", "AWS::SSM::Parameter");
    for (stage, timeout, exists) in [("prod", 10, true), ("dev", 5, false)] {
        let environment = environment().with_parameter("Env", stage);
        let resolver = Resolver::new(&template, &environment);
        let seconds = resolver.at("Conditional", "Timeout").value(function.timeout.as_ref().unwrap());
        assert_eq!(seconds.unwrap(), timeout);
        assert_eq!(resolver.exists(parameter).unwrap(), exists);
        assert_eq!(resolver.condition("IsProd").unwrap(), exists);
    }
    let environment = environment();
    let subnets = List::from(skywarden_cloudformation::Expr::reference("Subnets"));
    let resolver = Resolver::new(&template, &environment);
    assert_eq!(resolver.at("Conditional", "SubnetIds").list(&subnets).unwrap(), ["a", "b"]);
}

#[test]
fn the_dashboard_is_typed_to_the_last_widget() {
    let template = Template::parse(TEMPLATE).unwrap();
    let environment = environment();
    let resolver = Resolver::new(&template, &environment);
    let (id, dashboard) = template.all::<Dashboard>().next().unwrap();
    let text = resolver.at(id, "DashboardBody").text(dashboard.dashboard_body.expr()).unwrap();
    let body = Body::parse(&text).unwrap();
    let reasons: Vec<_> = body.widgets.iter().filter_map(|widget| widget.content.untyped_reason()).collect();
    assert_eq!(reasons, [""; 0]);
    let kinds: Vec<&str> = body
        .widgets
        .iter()
        .map(|widget| match &widget.content {
            Content::Metric(graph) => {
                assert!(graph.rest.is_empty(), "{:?}", graph.rest);
                assert!(graph.metrics.iter().all(|row| row.render.rest.is_empty()));
                "metric"
            }
            Content::Text(_) => "text",
            Content::Log(_) => "log",
            Content::Alarm(_) => "alarm",
            Content::Other { .. } => "other",
        })
        .collect();
    assert_eq!(kinds, ["text", "metric", "metric", "metric", "metric", "alarm", "log", "metric", "other"]);
    let Content::Metric(graph) = &body.widgets[1].content else { panic!("not a graph") };
    assert!(matches!(&graph.metrics[0].source, Source::Metric { name, .. } if name == "Errors"));
    assert!(graph.metrics.iter().any(|row| matches!(&row.source, Source::Expression(_))));
    assert!(graph.metrics.iter().any(|row| row.render.label.as_deref() == Some("p99 ${LAST}")));
    let original: Json = serde_json::from_str(&text).unwrap();
    let mut written: Json = serde_json::from_str(&body.to_json().unwrap()).unwrap();
    assert_eq!(Body::parse(&written.to_string()).unwrap(), body);
    // Rows are written out in full; everything else is as it was.
    for (widget, before) in written["widgets"].as_array_mut().unwrap().iter_mut().zip(original["widgets"].as_array().unwrap()) {
        if let Some(rows) = before["properties"].get("metrics") {
            widget["properties"]["metrics"] = rows.clone();
        }
    }
    assert_eq!(without_order(&mut written), without_order(&mut original.clone()));
}

#[test]
fn a_healthy_template_breaks_no_rule() {
    assert_eq!(Template::parse(TEMPLATE).unwrap().check(), []);
}

#[test]
fn an_assembly_of_a_later_schema_reads_and_loses_nothing() {
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let (id, stack) = manifest.stacks().next().unwrap();
    assert_eq!((id, stack.template_file.as_str()), ("Everything", "Everything.template.json"));
    assert!(manifest.artifacts.values().any(|artifact| matches!(artifact.properties, ArtifactProperties::Tree(_))));
    let original: Json = serde_json::from_str(MANIFEST).unwrap();
    assert_eq!(serde_json::from_str::<Json>(&manifest.to_json().unwrap()).unwrap(), original);
    let assets = AssetManifest::parse(ASSETS).unwrap();
    assert_eq!(assets.files.len(), 2);
    let original: Json = serde_json::from_str(ASSETS).unwrap();
    assert_eq!(serde_json::from_str::<Json>(&assets.to_json().unwrap()).unwrap(), original);
}
