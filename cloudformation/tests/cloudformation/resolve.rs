//! What expressions of a built template yield.

use serde_json::json;
use skywarden_cloudformation::{Environment, Expr, List, Pseudo, ResolveError, Resolver, Template};

use crate::built;

fn environment() -> Environment {
    Environment::new("123456789012", "eu-west-1", "shop-shared")
}

fn text(template: &Template, expr: &Expr) -> Result<String, ResolveError> {
    Resolver::new(template, &environment()).at("Here", "Property").text(expr)
}

#[test]
fn arns_by_kind() {
    let template = built::template();
    let environment = environment();
    let resolver = Resolver::new(&template, &environment);
    let key = resolver.at("H", "P").text(&Expr::reference("Key")).unwrap();
    for (id, arn) in [
        ("Extractor", "arn:aws:lambda:eu-west-1:123456789012:function:shop-metrics-extractor"),
        ("Alarms", "arn:aws:sns:eu-west-1:123456789012:shop-alarms"),
        ("CheckoutLogs", "arn:aws:logs:eu-west-1:123456789012:log-group:/shop/checkout:*"),
        ("Issues", "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-issues"),
        ("ExtractorErrors", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop-extractor-errors"),
        ("Extractor2", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop-extractor"),
        ("Overview", "arn:aws:cloudwatch::123456789012:dashboard/shop-overview"),
        ("KeyAlias", "arn:aws:kms:eu-west-1:123456789012:alias/shop"),
        ("Plan", "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/plan"),
        ("Key", &format!("arn:aws:kms:eu-west-1:123456789012:key/{key}")),
    ] {
        assert_eq!(resolver.arn(id).unwrap(), arn);
    }
    for (id, start) in [
        ("ExtractorRole", "arn:aws:iam::123456789012:role/shop/shop-shared-ExtractorRole-"),
        ("IssuesPolicy", "arn:aws:iam::123456789012:policy/shop/shop-shared-IssuesPolicy-"),
        ("Residue", "arn:aws:s3:::shop-shared-residue-"),
        ("Alerts", "arn:aws:sqs:eu-west-1:123456789012:shop-shared-Alerts-"),
        ("Tick", "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/shop-shared-Tick-"),
    ] {
        let arn = resolver.arn(id).unwrap();
        assert!(arn.starts_with(start), "{arn}");
    }
}

#[test]
fn references_by_kind() {
    let template = built::template();
    for (expr, expected) in [
        (Expr::reference("Extractor"), "shop-metrics-extractor"),
        (Expr::reference("Alarms"), "arn:aws:sns:eu-west-1:123456789012:shop-alarms"),
        (Expr::get_att("Alarms", "TopicName"), "shop-alarms"),
        (Expr::reference("Extractor2"), "shop-extractor"),
        (Expr::reference("Stage"), "prod"),
        (Expr::sub("${Stage}-${AWS::Region}-${!kept}"), "prod-eu-west-1-${kept}"),
        (Expr::sub_with("${name}/${Extractor}", [("name", Expr::reference("Stage"))]), "prod/shop-metrics-extractor"),
        (Expr::join("/", ["a".into(), Pseudo::NoValue.into(), Expr::reference("Stage")]), "a/prod"),
        (Expr::select(5, Expr::split(":", Expr::get_att("Alarms", "TopicArn"))), "shop-alarms"),
        (Expr::choose("IsProd", "yes", "no"), "yes"),
        (Expr::get_att("Plan", "Value"), "shop-shared"),
    ] {
        assert_eq!(text(&template, &expr).unwrap(), expected);
    }
    let url = text(&template, &Expr::reference("Alerts")).unwrap();
    assert!(url.starts_with("https://sqs.eu-west-1.amazonaws.com/123456789012/shop-shared-Alerts-"), "{url}");
    let bucket = text(&template, &Expr::get_att("Residue", "RegionalDomainName")).unwrap();
    assert!(bucket.ends_with(".s3.eu-west-1.amazonaws.com"), "{bucket}");
}

#[test]
fn a_made_up_name_is_the_same_wherever_it_is_used() {
    let template = built::template();
    let arn = text(&template, &Expr::get_att("Alerts", "Arn")).unwrap();
    let url = text(&template, &Expr::reference("Alerts")).unwrap();
    assert_eq!(arn.rsplit(':').next(), url.rsplit('/').next());
}

#[test]
fn what_cannot_be_known_says_where_and_why() {
    let mut template = built::template();
    template.resources.insert("Db".into(), serde_json::from_value(json!({"Type": "AWS::RDS::DBInstance", "Properties": {}})).unwrap());
    template.resources.insert("Loop".into(), serde_json::from_value(json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Loop"}}})).unwrap());
    template.parameters.insert("Given".into(), serde_json::from_value(json!({"Type": "String"})).unwrap());
    template
        .parameters
        .insert("Ami".into(), serde_json::from_value(json!({"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/a"})).unwrap());
    for (expr, reason) in [
        (Expr::reference("Nowhere"), "`Nowhere` is neither a parameter nor a resource of the template, check its spelling"),
        (Expr::reference("Given"), "parameter `Given` has no default, give it a value"),
        (Expr::reference("Ami"), "parameter `Ami` is looked up in Systems Manager at deployment, give it a value"),
        (Expr::reference("Db"), "`Ref` of `Db` (AWS::RDS::DBInstance) is only known after deployment, name the resource or write its value out"),
        (Expr::get_att("Db", "Endpoint.Port"), "attribute `Endpoint.Port` of `Db` (AWS::RDS::DBInstance) is only known after deployment, write its value out"),
        (Expr::get_att("Issues", "StreamArn"), "attribute `StreamArn` of `Issues` (AWS::DynamoDB::Table) is only known after deployment, write its value out"),
        (Expr::import_value("other"), "export `other` belongs to another stack, give it a value"),
        (Expr::choose("Nope", "a", "b"), "`Nope` is no condition of the template, check its spelling"),
        (Expr::select(3, ["a".into()]), "`Fn::Select` asks for item 3 of a list of 1, count from 0"),
        (Expr::split(",", "a,b"), "a list stands where text is due, join or select it"),
        (Expr::join("", Expr::reference("Stage")), "text stands where a list is due, split it or write a list"),
        (Pseudo::NoValue.into(), "`AWS::NoValue` stands where a value is due, write one"),
        (Expr::reference("Loop"), "the references lead in a circle, break it by writing one of them out"),
        (Expr::Opaque(json!({"Fn::Base64": "x"})), "`Fn::Base64` is not evaluated offline, write its value out"),
    ] {
        assert_eq!(text(&template, &expr).unwrap_err().to_string(), format!("Here.Property: {reason}"));
    }
}

#[test]
fn what_is_given_is_used() {
    let mut template = built::template();
    template.resources.insert(
        "Db".into(),
        serde_json::from_value(json!({"Type": "AWS::RDS::DBInstance", "Properties": {"DBInstanceIdentifier": {"Fn::Sub": "${Stage}-db"}}})).unwrap(),
    );
    template.mappings = serde_json::from_value(json!({"Accounts": {"eu-west-1": {"Id": 42, "Zones": ["a", "b"]}}})).unwrap();
    let mut environment = environment().with_parameter("Stage", "dev");
    environment.exports.insert("other".into(), "exported".into());
    let resolver = Resolver::new(&template, &environment);
    let here = resolver.at("Here", "Property");
    assert_eq!(here.text(&Expr::reference("Db")).unwrap(), "dev-db");
    assert_eq!(here.text(&Expr::import_value("other")).unwrap(), "exported");
    assert_eq!(here.optional(Some(&Pseudo::NoValue.into())).unwrap(), None);
    assert_eq!(here.text(&Expr::choose("IsProd", "yes", "no")).unwrap(), "no");
    let find = |key: &str| Expr::FindInMap { map: Box::new("Accounts".into()), top_key: Box::new(Pseudo::Region.into()), second_key: Box::new(key.into()) };
    assert_eq!(here.text(&find("Id")).unwrap(), "42");
    assert_eq!(here.list(&List::from(find("Zones"))).unwrap(), ["a", "b"]);
    assert!(here.text(&find("No")).unwrap_err().to_string().ends_with("mapping `Accounts` has no entry `eu-west-1`, `No`, add it"));
    assert!(!resolver.exists("Plan").unwrap());
}

#[test]
fn conditions_in_a_circle_are_found() {
    let conditions = serde_json::from_value(json!({
        "A": {"Fn::Not": [{"Condition": "B"}]},
        "B": {"Condition": "A"},
        "C": {"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Fn::And": [{"Fn::Equals": ["a", "a"]}, {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}]}]},
    }))
    .unwrap();
    let template = Template { conditions, ..Template::default() };
    let environment = environment();
    let resolver = Resolver::new(&template, &environment);
    assert!(resolver.condition("A").unwrap_err().to_string().contains("in a circle"));
    assert!(resolver.condition("C").unwrap());
}
