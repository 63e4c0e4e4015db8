//! What is in which account, and that both sides of each border fit.

use std::collections::{BTreeMap, BTreeSet};

use skywarden_cloudformation::{
    Environment, Resolver, Template,
    assembly::Target,
    cloudwatch::{Alarm, CompositeAlarm},
    kms::Key,
    logs::{Destination, LogGroup, SubscriptionFilter},
    ssm::Parameter,
};
use skywarden_generator::{artifacts::render, emit::Stack};

use crate::config::{Assembly, CHAIN, emitted};

const PROJECT: &str = "111122223333";
const TILLS: &str = "444455556666";
const SHOPS: &str = "555566667777";

fn account(stack: &Stack) -> &str {
    match &stack.target {
        Target::Concrete { account_id, region } => {
            assert_eq!(region, "eu-west-1");
            account_id
        }
        Target::Agnostic => panic!("{} goes anywhere", stack.name),
    }
}

fn stack<'a>(assembly: &'a Assembly, name: &str) -> &'a Stack {
    assembly.stacks().find(|stack| stack.name == name).unwrap_or_else(|| panic!("no {name}"))
}

/// Reads a template as its account would.
fn read<T>(stack: &Stack, read: impl Fn(&Resolver<'_>, &Template) -> T) -> T {
    let environment = Environment::new(account(stack), "eu-west-1", stack.name.as_str());
    read(&Resolver::new(&stack.template, &environment), &stack.template)
}

#[test]
fn every_stack_goes_to_its_account() {
    let assembly = emitted(CHAIN);
    let places: BTreeMap<&str, &str> = assembly.stacks().map(|stack| (stack.name.as_str(), account(stack))).collect();
    let expected = [
        ("chain-prod-skywarden", PROJECT),
        ("chain-prod-service-billing", PROJECT),
        ("chain-prod-account-444455556666", TILLS),
        ("chain-prod-service-till", TILLS),
        ("chain-prod-service-printer", TILLS),
        ("chain-prod-alarms-printer-1", TILLS),
        ("chain-prod-account-555566667777", SHOPS),
        ("chain-prod-service-shop", SHOPS),
    ];
    assert_eq!(places, BTreeMap::from(expected));
}

#[test]
fn filters_of_other_accounts_name_the_destination_and_those_of_the_project_the_stream() {
    let assembly = emitted(CHAIN);
    let (destination, stream) = read(&assembly.shared, |resolver, template| {
        let (id, destination) = template.all::<Destination>().next().unwrap();
        let target = resolver.at(id, "TargetArn").text(&destination.target_arn).unwrap();
        assert_eq!(target, resolver.arn("Stream").unwrap());
        (resolver.arn(id).unwrap(), target)
    });
    for stack in assembly.services.iter().filter(|stack| stack.name.contains("-service-")) {
        let filters: Vec<(String, bool)> = read(stack, |resolver, template| {
            let arn = |id: &str, filter: &SubscriptionFilter| resolver.at(id, "DestinationArn").text(&filter.destination_arn).unwrap();
            template.all::<SubscriptionFilter>().map(|(id, filter)| (arn(id, filter), filter.role_arn.is_some())).collect()
        });
        let expected = if account(stack) == PROJECT { (stream.clone(), true) } else { (destination.clone(), false) };
        assert_eq!(filters, [expected], "{}", stack.name);
    }
}

#[test]
fn the_destination_admits_the_senders_and_nobody_else() {
    let policy = |text: &str| -> serde_json::Value {
        let assembly = emitted(text);
        read(&assembly.shared, |resolver, template| {
            let (id, destination) = template.all::<Destination>().next().unwrap();
            let policy = resolver.at(id, "DestinationPolicy").optional(destination.destination_policy.as_ref()).unwrap().unwrap();
            let policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
            for statement in policy["Statement"].as_array().unwrap() {
                assert_eq!(statement["Resource"], resolver.arn(id).unwrap().as_str());
            }
            policy
        })
    };
    let both = policy(CHAIN);
    assert_eq!(both["Statement"][0]["Principal"]["AWS"], serde_json::json!([TILLS, SHOPS, "777788889999"]));
    assert_eq!(both["Statement"][1]["Principal"], "*");
    assert_eq!(both["Statement"][1]["Condition"]["StringEquals"]["aws:PrincipalOrgID"], serde_json::json!(["o-a1b2c3d4e5"]));
    let accounts = policy(&CHAIN.replace(", organization: o-a1b2c3d4e5", ""));
    assert_eq!(accounts["Statement"].as_array().unwrap().len(), 1);
}

#[test]
fn alarms_of_every_account_act_on_the_one_topic_which_admits_them() {
    let assembly = emitted(CHAIN);
    let topic = read(&assembly.shared, |resolver, _| resolver.arn("AlarmsTopic").unwrap());
    let mut seen = BTreeSet::new();
    for stack in &assembly.services {
        let actions: Vec<String> = read(stack, |resolver, template| {
            let of_alarms = template.all::<Alarm>().flat_map(|(id, alarm)| alarm.alarm_actions.items().iter().map(move |action| (id, action)));
            let of_composites = template.all::<CompositeAlarm>().flat_map(|(id, alarm)| alarm.alarm_actions.items().iter().map(move |action| (id, action)));
            of_alarms.chain(of_composites).map(|(id, action)| resolver.at(id, "AlarmActions").text(action).unwrap()).collect()
        });
        assert!(actions.iter().all(|action| *action == topic), "{}: {actions:?}", stack.name);
        if !actions.is_empty() {
            seen.insert(account(stack));
        }
    }
    assert_eq!(seen, BTreeSet::from([PROJECT, TILLS, SHOPS]));
    let policy = |id: &str| serde_json::to_string(&assembly.shared.template.resources[id].properties).unwrap();
    for account in [TILLS, SHOPS] {
        let parameter = format!("Account{account}");
        assert!(policy("AlarmsTopicPolicy").contains(&parameter) && policy("Key").contains(&parameter), "{account}");
        assert!(!policy("FallbackTopicPolicy").contains(&parameter), "no alarm there acts on it");
    }
    // Who delivers lines and has no service here has no alarm either.
    assert!(policy("StreamWriterRole").contains("Account777788889999") && !policy("AlarmsTopicPolicy").contains("Account777788889999"));
}

#[test]
fn a_log_group_is_encrypted_with_a_key_of_its_own_account() {
    let assembly = emitted(CHAIN);
    let tills = stack(&assembly, "chain-prod-account-444455556666");
    let parameter = read(tills, |resolver, template| resolver.physical_name(template.all::<Parameter>().next().unwrap().0).unwrap());
    let key = serde_json::to_string(&tills.template.get::<Key>("Key").unwrap()).unwrap();
    assert!(key.contains("log-group:/ecs/chain-till") && !key.contains("printer"), "{key}");
    let of = |name: &str| serde_json::to_string(stack(&assembly, name).template.get::<LogGroup>("LogGroup").unwrap()).unwrap();
    assert!(of("chain-prod-service-till").contains(&format!("{{{{resolve:ssm:{parameter}}}}}")));
    assert!(!of("chain-prod-service-printer").contains("resolve:ssm"));
    // Nothing to encrypt, no key to pay for.
    assert!(stack(&assembly, "chain-prod-account-555566667777").template.all::<Key>().next().is_none());
    let after = |name: &str| stack(&assembly, name).after.clone();
    assert_eq!(after("chain-prod-service-till"), ["chain-prod-account-444455556666"]);
    assert!(after("chain-prod-service-shop").is_empty() && !after("chain-prod-service-printer").contains(&tills.name));
}

#[test]
fn account_numbers_are_in_parameters_alone() {
    for stack in emitted(CHAIN).stacks() {
        let resources = serde_json::to_string(&stack.template.resources).unwrap();
        // The overview names the accounts for people, to whom a parameter's name says nothing.
        let body = stack.template.resources.get("Overview").map(|overview| serde_json::to_string(overview).unwrap()).unwrap_or_default();
        // The policy of the destination is a text, which has to name more accounts than there can be parameters.
        let policy =
            stack.template.get::<Destination>("DestinationOfOtherAccounts").map(|destination| serde_json::to_string(&destination.destination_policy).unwrap());
        let resources = resources.replace(&body, "").replace(&policy.unwrap_or_default(), "");
        for number in [PROJECT, TILLS, SHOPS] {
            assert!(!resources.replace(&format!("Account{number}"), "").contains(number), "{} {number}", stack.name);
        }
    }
}

#[test]
fn the_overview_shows_what_is_in_its_account_and_says_where_the_rest_is() {
    let shared = emitted(CHAIN).shared.template;
    let body = serde_json::to_string(&shared.resources["Overview"].properties).unwrap();
    assert!(body.contains("chain/prod/billing") && !body.contains("chain/prod/till"), "{body}");
    assert!(body.contains("account 444455556666: [printer]") && body.contains("account 555566667777: [shop]"), "{body}");
}

#[test]
fn a_service_that_comes_in_another_account_changes_no_service() {
    let before = emitted(CHAIN);
    let after = emitted(
        &CHAIN
            .replace("services:\n", "services:\n  kiosk: { runtime: ecs, account: \"444455556666\" }\n  stall: { runtime: ecs, account: \"888899990000\" }\n"),
    );
    for stack in before.services.iter().filter(|stack| !stack.name.contains("-account-")) {
        assert_eq!(after.services.iter().find(|other| other.name == stack.name), Some(stack));
    }
    let ids = |assembly: &Assembly| assembly.shared.template.resources.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&before), ids(&after));
}

/// The config with so many senders more.
fn with_senders(count: u64) -> String {
    let accounts: Vec<String> = (0..count).map(|number| format!("\"{}\"", 200_000_000_000 + number)).collect();
    CHAIN.replace("accounts: [\"777788889999\"]", &format!("accounts: [{}]", accounts.join(", ")))
}

#[test]
fn there_may_be_hundreds_of_senders() {
    // Two are those of the services.
    for (count, named) in [(23, true), (24, false), (270, false)] {
        let assembly = emitted(&with_senders(count));
        let trust = serde_json::to_string(&assembly.shared.template.resources["StreamWriterRole"].properties).unwrap();
        assert_eq!((trust.contains("Account200000000000"), trust.contains("ManyAccounts")), (named, !named), "{count}");
        assert_eq!(render(&assembly.model).unwrap().refusals, [], "{count}");
    }
    let many = emitted(&with_senders(400));
    let refused = render(&many.model).unwrap().refusals;
    assert!(refused.len() == 1 && refused[0].message.contains("DestinationPolicy"), "{refused:?}");
}
