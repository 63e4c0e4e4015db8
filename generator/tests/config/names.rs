//! The pattern by which alarms are named.

use crate::support::{errors, load, model, service, smallest_with, text_of};

fn config(pattern: &str) -> String {
    smallest_with(&format!(
        "names: {{ alarms: '{pattern}' }}\nalarms: [{{ name: age, metric: AWS/SQS ApproximateAgeOfOldestMessage, of: {{ QueueName: q }}, above: 600 }}]\n"
    ))
}

#[test]
fn alarms_of_all_kinds_are_named_by_the_pattern() {
    for (pattern, of_service, own, skywarden) in [
        ("{project}-{environment}-{service}-{alarm}", "shop-prod-checkout-latency", "shop-prod-age", "shop-prod-dead-letters"),
        ("{environment}/{service}/{alarm} ({project})", "", "", ""),
        ("{service}: {alarm} | {project} {environment}", "checkout: latency | shop prod", "age | shop prod", "dead-letters | shop prod"),
        ("acme.{project}.{environment}.{alarm}@{service}", "acme.shop.prod.latency@checkout", "acme.shop.prod.age", "acme.shop.prod.dead-letters"),
    ] {
        let text = config(pattern);
        if of_service.is_empty() {
            assert_eq!(errors(&load(&[&text])), ["bad-name-pattern: the names of alarms cannot have `(`"]);
            continue;
        }
        let model = model(&text);
        let latency = service(&model, "checkout").alarms.iter().find(|alarm| alarm.title.contains("latency")).unwrap();
        assert_eq!((latency.name.as_str(), model.alarms[0].name.as_str(), model.own_alarms[0].name.as_str()), (of_service, own, skywarden));
    }
}

#[test]
fn a_pattern_that_gives_two_alarms_one_name_is_refused() {
    for (pattern, expected) in [
        ("{project}-{environment}-{alarm}", "bad-name-pattern: without `{service}` several alarms would have the same name"),
        ("{project}-{environment}-{service}", "bad-name-pattern: without `{alarm}` several alarms would have the same name"),
        ("{project}-{servise}-{alarm}", "bad-name-pattern: there is no `{servise}` to fill in"),
        ("{project}-{service}-{alarm}-{alarm}", "bad-name-pattern: `{alarm}` stands twice in the pattern"),
        ("{project}-{service", "bad-name-pattern: a `{` of the pattern is not closed"),
        ("{project} {environment} {service} {alarm}*", "bad-name-pattern: the names of alarms cannot have `*`"),
    ] {
        let loaded = load(&[&config(pattern)]);
        assert_eq!(errors(&loaded), [expected], "{}", text_of(&loaded));
    }
    let loaded = load(&[&config("{service}-{alarm}")]);
    let text = text_of(&loaded);
    assert!(loaded.model.is_some() && text.contains("without `{project}` and `{environment}` two deployments in one account"), "{text}");
}

#[test]
fn a_name_is_at_most_as_long_as_cloudwatch_takes_it() {
    let text = |length: usize| config(&format!("{}{{project}} {{environment}} {{service}} {{alarm}}", "x".repeat(length)));
    // The longest of this config: `… shop prod alert-notifier-errors` is Skywarden's own, `… shop prod checkout error-rate` the service's.
    let longest = 255 - " prod checkout error-rate".len() - "shop".len();
    assert!(load(&[&text(longest)]).model.is_some());
    let over = errors(&load(&[&text(longest + 1)]));
    assert!(
        over.iter().any(|error| error.starts_with("aws-limit:") && error.ends_with("would have 256 characters, an alarm's name has at most 255")),
        "{over:?}"
    );
}
