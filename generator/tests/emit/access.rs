//! Who may do what: exact actions on exact ARNs, and nobody unnamed.

use skywarden_cloudformation::{
    Expr, Template,
    iam::{Effect, PolicyDocument, Principal, Role, Statement},
    kms, s3, sns, sqs,
};

use crate::config::{ALL, emitted};

/// Actions AWS offers no resource level for; each needs a condition instead, where AWS has one.
const WITHOUT_RESOURCE_LEVEL: [&str; 2] = ["cloudwatch:GetMetricData", "cloudwatch:PutMetricData"];

/// Those it has no condition for either.
const WITHOUT_CONDITION: [&str; 1] = ["cloudwatch:GetMetricData"];

fn statements(document: &PolicyDocument) -> impl Iterator<Item = &Statement> {
    document.statement.iter()
}

fn literals(values: Option<&skywarden_cloudformation::OneOrMany<Expr>>) -> Vec<String> {
    values.into_iter().flatten().filter_map(|value| value.as_literal().map(str::to_owned)).collect()
}

fn templates() -> Vec<Template> {
    ALL.iter().flat_map(|config| emitted(config).stacks().map(|stack| stack.template.clone()).collect::<Vec<_>>()).collect()
}

#[test]
fn a_role_names_its_actions_and_resources() {
    let mut seen = 0;
    for template in templates() {
        for (id, role) in template.all::<Role>() {
            for policy in role.policies.items() {
                let document = policy.policy_document.literal().unwrap();
                for statement in statements(document) {
                    seen += 1;
                    let actions = literals(statement.action.as_ref());
                    assert!(actions.iter().all(|action| !action.contains('*')), "{id}: {actions:?}");
                    if literals(statement.resource.as_ref()).iter().any(|resource| resource == "*") {
                        assert!(actions.iter().all(|action| WITHOUT_RESOURCE_LEVEL.contains(&action.as_str())), "{id}: {actions:?}");
                        let unconditional = actions.iter().all(|action| WITHOUT_CONDITION.contains(&action.as_str()));
                        assert!(unconditional || !statement.condition.is_empty(), "{id}: {actions:?} on * without a condition");
                    }
                }
            }
        }
    }
    assert!(seen > 0, "no role has a policy");
}

#[test]
fn only_refusals_are_about_everyone() {
    let mut refusals = 0;
    for template in templates() {
        let mut documents: Vec<(String, PolicyDocument)> = Vec::new();
        let mut add = |id: &str, document: Option<&PolicyDocument>| documents.push((id.to_owned(), document.unwrap().clone()));
        for (id, policy) in template.all::<sns::TopicPolicy>() {
            add(id, policy.policy_document.literal());
        }
        for (id, policy) in template.all::<sqs::QueuePolicy>() {
            add(id, policy.policy_document.literal());
        }
        for (id, policy) in template.all::<s3::BucketPolicy>() {
            add(id, policy.policy_document.literal());
        }
        for (id, key) in template.all::<kms::Key>() {
            add(id, key.key_policy.as_ref().and_then(|policy| policy.literal()));
        }
        for (id, document) in &documents {
            for statement in statements(document) {
                match (&statement.effect, statement.principal.as_ref().unwrap()) {
                    (Effect::Deny, _) => refusals += 1,
                    (Effect::Allow, Principal::Anyone) => panic!("{id} admits everyone"),
                    (Effect::Allow, Principal::Kinds(kinds)) => {
                        assert!(kinds.values().flatten().all(|name| name.as_literal() != Some("*")), "{id} admits everyone");
                        // A service acts for any account: it needs to be told which one.
                        if kinds.contains_key("Service") {
                            let keys: Vec<&String> = statement.condition.values().flat_map(|keys| keys.keys()).collect();
                            let bound = ["aws:SourceAccount", "kms:EncryptionContext:aws:logs:arn"];
                            assert!(keys.iter().any(|key| bound.contains(&key.as_str())), "{id}: {:?}", statement.sid);
                        }
                    }
                }
            }
        }
    }
    assert!(refusals > 0, "nothing refuses clear text");
}

#[test]
fn every_topic_queue_and_bucket_has_a_policy_that_refuses_clear_text() {
    let refuses = |document: &PolicyDocument| {
        statements(document)
            .any(|statement| statement.effect == Effect::Deny && statement.condition.get("Bool").is_some_and(|keys| keys.contains_key("aws:SecureTransport")))
    };
    for config in ALL {
        let shared = emitted(config).shared.template;
        let of = |target: &Expr| match target {
            Expr::Ref(id) => id.clone(),
            other => panic!("not a reference: {other:?}"),
        };
        let mut covered: Vec<String> = Vec::new();
        for (_, policy) in shared.all::<sns::TopicPolicy>() {
            assert!(refuses(policy.policy_document.literal().unwrap()));
            covered.extend(policy.topics.iter().map(of));
        }
        for (_, policy) in shared.all::<sqs::QueuePolicy>() {
            assert!(refuses(policy.policy_document.literal().unwrap()));
            covered.extend(policy.queues.iter().map(of));
        }
        for (_, policy) in shared.all::<s3::BucketPolicy>() {
            assert!(refuses(policy.policy_document.literal().unwrap()));
            covered.push(of(&policy.bucket));
        }
        for (id, resource) in &shared.resources {
            if matches!(resource.type_name(), "AWS::SNS::Topic" | "AWS::SQS::Queue" | "AWS::S3::Bucket") {
                assert!(covered.contains(id), "{id} has no policy");
            }
        }
    }
}

#[test]
fn what_holds_data_is_retained() {
    const STATEFUL: [&str; 4] = ["AWS::Logs::LogGroup", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket"];
    for template in templates() {
        let json: serde_json::Value = serde_json::from_str(&template.to_json().unwrap()).unwrap();
        for (id, resource) in json["Resources"].as_object().unwrap() {
            let retained = resource["DeletionPolicy"] == "Retain" && resource["UpdateReplacePolicy"] == "Retain";
            assert_eq!(retained, STATEFUL.contains(&resource["Type"].as_str().unwrap()), "{id}");
        }
    }
}
