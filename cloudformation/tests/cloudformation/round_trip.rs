//! What is written reads back the same.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use proptest::prelude::*;
use skywarden_cloudformation::cloudwatch::{Alarm, Dimension};
use skywarden_cloudformation::logs::LogGroup;
use skywarden_cloudformation::{
    Condition, DeletionPolicy, Environment, Expr, List, Number, Parameter, Properties, Pseudo, Resolver, Resource, Tag, Template, Value,
};

use crate::built;

#[test]
fn a_stack_of_every_kind_reads_back() {
    let template = built::template();
    let text = template.to_json().unwrap();
    assert_eq!(Template::parse(&text).unwrap(), template);
    assert!(text.ends_with("}\n") && text.starts_with("{\n \"AWSTemplateFormatVersion\""));
}

#[test]
fn the_stack_has_every_typed_kind() {
    let template = built::template();
    let built: BTreeSet<&str> = template.resources.values().map(Resource::type_name).collect();
    assert_eq!(built, Properties::TYPED.iter().copied().collect());
}

#[test]
fn writing_twice_is_byte_identical() {
    let text = built::template().to_json().unwrap();
    assert_eq!(Template::parse(&text).unwrap().to_json().unwrap(), text);
}

#[test]
fn the_stack_breaks_no_limit() {
    assert_eq!(built::template().check(), []);
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z0-9]{0,7}"
}

/// Text with everything that could confuse a writer: quotes, escapes, holes, line ends, other scripts.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        Just("${AWS::Region}".to_owned()),
        Just("${!MAX} \"quoted\" \\ \n \u{1F6D1}".to_owned()),
        Just("5".to_owned()),
        Just("true".to_owned()),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        text().prop_map(Expr::from),
        name().prop_map(Expr::reference),
        Just(Expr::from(Pseudo::Region)),
        (name(), "[A-Z][a-z]{0,5}(\\.[A-Z][a-z]{0,3})?").prop_map(|(id, attribute)| Expr::get_att(id, attribute)),
        text().prop_map(Expr::sub),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            (text(), prop::collection::vec(inner.clone(), 0..4)).prop_map(|(by, parts)| Expr::join(by, parts)),
            (text(), prop::collection::vec((name(), inner.clone()), 1..3)).prop_map(|(template, variables)| Expr::sub_with(template, variables)),
            (name(), inner.clone(), inner.clone()).prop_map(|(name, a, b)| Expr::choose(name, a, b)),
            (0..5_u32, prop::collection::vec(inner.clone(), 1..4)).prop_map(|(at, items)| Expr::select(at, items)),
            (text(), inner.clone()).prop_map(|(by, source)| Expr::select(0, Expr::split(by, source))),
            inner.prop_map(Expr::import_value),
        ]
    })
}

fn number() -> impl Strategy<Value = Value<Number>> {
    prop_oneof![
        any::<i32>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|number: f64| Value::from(number)),
        expr().prop_filter("text reads as text", |expr| expr.as_literal().is_none()).prop_map(Value::Expr),
    ]
}

fn resource() -> impl Strategy<Value = Resource> {
    let alarm = (prop::option::of(expr()), number(), prop::collection::vec((expr(), expr()), 0..4)).prop_map(|(alarm_name, threshold, dimensions)| {
        Resource::new(Alarm {
            alarm_name,
            threshold: Some(threshold),
            dimensions: dimensions.into_iter().map(|(name, value)| Dimension::new(name, value)).collect(),
            ..Alarm::default()
        })
    });
    let group = (prop::option::of(expr()), any::<u32>(), prop::collection::vec(expr(), 0..3)).prop_map(|(log_group_name, days, tags)| {
        let tags: List<Tag> = tags.into_iter().map(|value| Tag::new("k", value)).collect();
        Resource::new(LogGroup { log_group_name, retention_in_days: Some(days.into()), tags, ..LogGroup::default() }).retained()
    });
    let other = (name(), text()).prop_map(|(key, value)| {
        let mut resource =
            Resource::new(Properties::Other { type_name: "Custom::Own".to_owned(), properties: serde_json::Map::from_iter([(key, value.into())]) })
                .after("Elsewhere");
        resource.deletion_policy = Some(DeletionPolicy::Delete.into());
        resource
    });
    prop_oneof![alarm, group, other]
}

proptest! {
    #[test]
    fn any_template_reads_back(
        resources in prop::collection::vec((name(), resource()), 0..6),
        outputs in prop::collection::vec((name(), expr()), 0..3),
        defaults in prop::collection::vec((name(), text()), 0..3),
        condition in (expr(), expr()),
        description in prop::option::of(text()),
    ) {
        let mut template = Template { description, ..Template::default() };
        for (id, resource) in resources {
            template.add(id, resource);
        }
        for (id, value) in outputs {
            template.add_output(id, value);
        }
        template.parameters = defaults.into_iter().map(|(id, default)| (id, Parameter::string(default))).collect();
        let both = Condition::And(vec![
            Condition::equals(condition.0, condition.1),
            Condition::Not(Box::new(Condition::Named("Other".into()))),
        ]);
        template.conditions = IndexMap::from([("C".to_owned(), both)]);
        let text = template.to_json().unwrap();
        let back = Template::parse(&text).unwrap();
        prop_assert_eq!(&back, &template);
        prop_assert_eq!(back.to_json().unwrap(), text);
        prop_assert_eq!(back.untyped().count(), 0);
    }

    #[test]
    fn resolving_and_checking_never_panic(
        resources in prop::collection::vec((name(), resource()), 0..6),
    ) {
        let template = Template { resources: resources.into_iter().collect(), ..Template::default() };
        let environment = Environment::new("123456789012", "eu-west-1", "shop");
        let resolver = Resolver::new(&template, &environment);
        for logical_id in template.resources.keys() {
            let _ = resolver.arn(logical_id).map_err(|error| error.to_string());
        }
        let _ = template.check();
    }

    #[test]
    fn text_resolves_to_itself(text in text()) {
        let (template, environment) = (Template::default(), Environment::new("1", "eu-west-1", "shop"));
        let resolver = Resolver::new(&template, &environment);
        prop_assert_eq!(resolver.at("A", "P").text(&Expr::from(text.clone())).unwrap(), text.clone());
        let escaped = Expr::sub(skywarden_cloudformation::expr::escape(&text));
        prop_assert_eq!(resolver.at("A", "P").text(&escaped).unwrap(), text);
    }
}
