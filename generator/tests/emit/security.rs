//! What is deployed, as AWS will read it: every policy of every committed template, whoever wrote it, and the table of it in the documentation.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Actions with a wildcard that may be allowed, by the statement they stand in, and why.
const WILD_ACTIONS: [(&str, &str, &str); 4] = [
    ("AccountAdministration", "kms:*", "the account's own IAM policies decide over the key; without it nobody could ever change the key again"),
    ("LogGroups", "kms:GenerateDataKey*", "as CloudWatch Logs documents it"),
    ("LogGroups", "kms:ReEncrypt*", "as CloudWatch Logs documents it"),
    ("", "kms:GenerateDataKey*", "as CloudWatch and SNS document it for encrypted topics and queues"),
];

/// Statements of roles that may be about every resource, and why. Each has a condition.
const EVERY_RESOURCE: [(&str, &[&str], &str); 6] = [
    ("Metrics", &["cloudwatch:PutMetricData"], "AWS has no resource level for it; the namespace is the condition"),
    ("WriteMetrics", &["cloudwatch:PutMetricData"], "the same, for a service"),
    ("Deployments", &["cloudwatch:PutMetricData"], "the same, for a person"),
    ("MetricHistory", &["cloudwatch:GetMetricData"], "AWS has no resource level for reading metrics, and no key for namespaces; the Region is the condition"),
    ("VerifyMetrics", &["cloudwatch:GetMetricData"], "the same, for a person"),
    (
        "Look",
        &[
            "cloudwatch:GetMetricData",
            "cloudwatch:GetMetricStatistics",
            "cloudwatch:ListDashboards",
            "cloudwatch:ListMetrics",
            "logs:DescribeLogGroups",
            "logs:DescribeQueryDefinitions",
            "logs:GetQueryResults",
            "logs:StopQuery",
        ],
        "AWS has no resource level for lists, numbers and the results of a query that somebody was allowed to start; the Region is the condition",
    ),
];

/// Service principals that need no source condition, and why.
const NO_SOURCE: [(&str, &str); 1] = [("lambda.amazonaws.com", "a function's role is passed by somebody of the same account, `iam:PassRole` decides who")];

/// Statements that admit a service for any account, by their names, and why. Each names the kind of source.
const ANY_ACCOUNT: [(&str, &str); 2] = [
    (
        "Organization",
        "CloudWatch Logs acts for the account a line comes from; which accounts these are is in the policy of the destination, and a role can be handed only to what is in its own account",
    ),
    ("ManyAccounts", "the same, for more accounts than a trust policy can name"),
];

/// Why each statement of each role is there, by its name.
const REASONS: [(&str, &str); 14] = [
    ("OwnLogs", "its own log"),
    ("Residues", "what it could not deliver, into its own folder; it reads none back"),
    ("FailureRecords", "Lambda writes its record of a failed invocation with the function's role"),
    ("FailureRecordsBucket", "Lambda asks for it before it writes that record"),
    ("FailureRecordsKey", "to encrypt that record; not to read one, it holds raw log text"),
    ("UseKey", "table, queues, topics and residues are encrypted with it"),
    ("Metrics", "the metrics of this project and environment"),
    ("Issues", "issues, batch markers, ledgers and outbox"),
    ("SendAlerts", "tells alert-notifier of new entries"),
    ("MetricHistory", "an alarm's message shows the recent values of its metric"),
    ("SweepOutbox", "finds entries that nobody has sent"),
    ("ReceiveAlerts", "Lambda reads the queue with the function's role"),
    ("PublishToRoutes", "messages to people, to the topics of routes alone"),
    ("InvokeNotifier", "the tick"),
];

/// Why each statement of each policy that is attached by hand is there.
const REASONS_OF_POLICIES: [(&str, &str, &str); 27] = [
    ("IssuesPolicy", "Issues", "issues are read and changed"),
    ("IssuesPolicy", "ListIssues", "the list, and what is due"),
    ("IssuesPolicy", "UseKey", "the table is encrypted with it"),
    ("IssuesPolicy", "VerifyLines", "the marked line is written and read, in a stream of its own"),
    ("IssuesPolicy", "VerifyLogGroups", "makes that stream, and looks whether the subscriptions are there"),
    ("IssuesPolicy", "VerifyMetrics", "looks whether the line was counted"),
    ("ViewerPolicy", "Look", "lists, numbers and results of queries"),
    ("ViewerPolicy", "Dashboards", "those of this project"),
    ("ViewerPolicy", "Alarms", "the console lists alarms of the whole account"),
    ("ViewerPolicy", "Logs", "lines of the services and of Skywarden's functions"),
    ("ViewerPolicy", "Issues", "issues are read"),
    ("ViewerPolicy", "ListIssues", "the list, and what is due"),
    ("ViewerPolicy", "ReadIssues", "the table is encrypted with it"),
    ("ViewerPolicy", "Queues", "how much is waiting"),
    ("ViewerPolicy", "Functions", "how they are set"),
    ("OperatorPolicy", "Alarms", "silence an alarm, or try what it does"),
    ("OperatorPolicy", "Deployments", "say that a deployment goes on"),
    ("OperatorPolicy", "StopFunctions", "hold a function that runs wild (reserved concurrency 0); what it would have done waits"),
    ("RedrivePolicy", "FindBuckets", "where the buckets are"),
    ("RedrivePolicy", "Replay", "hands over what was kept"),
    ("RedrivePolicy", "ListKept", "what there is"),
    ("RedrivePolicy", "ReadAndDeleteKept", "reads it, and deletes it once it is delivered"),
    ("RedrivePolicy", "AnswerDeadLetters", "takes messages about it off the queue"),
    ("RedrivePolicy", "UseKeys", "both are encrypted"),
    ("WriterPolicy", "WriteLog", "the service's own log group"),
    ("WriterPolicy", "WriteMetrics", "the service's own namespace"),
    ("WriterPolicy", "ReadAgentConfiguration", "where an agent or a log router sends the log"),
];

/// One statement and the resource it stands in.
struct Found {
    place: String,
    kind: String,
    statement: Value,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every committed template, by its path.
fn templates() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut open = vec![root().join("cdk-out"), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(".template.json") {
                found.push((path.display().to_string(), serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()));
            }
        }
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    assert!(found.len() > 10, "{} templates", found.len());
    found
}

/// Every resource of every template: where it is, its kind, its properties.
fn resources() -> Vec<(String, String, Value)> {
    templates()
        .into_iter()
        .flat_map(|(path, template)| {
            let resources = template["Resources"].as_object().unwrap().clone();
            resources.into_iter().map(move |(id, resource)| {
                let kind = resource["Type"].as_str().unwrap().to_owned();
                (format!("{path}: {id}"), kind, resource["Properties"].clone())
            })
        })
        .collect()
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

fn words(value: &Value) -> Vec<String> {
    // A reference reads as what it refers to.
    let word = |value: &Value| value.as_str().or_else(|| value["Ref"].as_str()).map_or_else(|| value.to_string(), str::to_owned);
    list(value).iter().map(word).collect()
}

/// Every statement anywhere in a resource: a policy may stand in any property.
fn statements() -> Vec<Found> {
    fn collect(value: &Value, place: &str, kind: &str, found: &mut Vec<Found>) {
        match value {
            Value::Object(members) => {
                if let Some(statements) = members.get("Statement") {
                    found.extend(list(statements).into_iter().map(|statement| Found { place: place.to_owned(), kind: kind.to_owned(), statement }));
                }
                members.values().for_each(|value| collect(value, place, kind, found));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, place, kind, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (place, kind, properties) in resources() {
        collect(&properties, &place, &kind, &mut found);
    }
    assert!(found.len() > 100, "{} statements", found.len());
    found
}

fn allowed() -> impl Iterator<Item = Found> {
    statements().into_iter().filter(|found| found.statement["Effect"] == "Allow")
}

fn sid(statement: &Value) -> &str {
    statement["Sid"].as_str().unwrap_or_default()
}

#[test]
fn actions_are_named_one_by_one() {
    for Found { place, statement, .. } in allowed() {
        for turned in ["NotAction", "NotResource", "NotPrincipal"] {
            assert!(statement[turned].is_null(), "{place}: {statement}");
        }
        for action in words(&statement["Action"]).iter().filter(|action| action.contains('*')) {
            let known = WILD_ACTIONS.iter().any(|(name, known, _)| (name.is_empty() || *name == sid(&statement)) && known == action);
            assert!(known, "{place}: {action} in {statement}: name the actions, or add it to WILD_ACTIONS with the reason");
        }
    }
}

#[test]
fn resources_are_named_one_by_one() {
    for Found { place, kind, statement } in allowed() {
        // In a key's own policy `*` is this key; a trust policy has no resource.
        if kind == "AWS::KMS::Key" || statement["Resource"].is_null() {
            continue;
        }
        let everything = words(&statement["Resource"]).iter().any(|resource| resource == "*" || resource.ends_with(":*:*"));
        if everything {
            let actions = words(&statement["Action"]);
            let known = EVERY_RESOURCE.iter().any(|(name, known, _)| *name == sid(&statement) && actions == *known);
            assert!(known, "{place}: {statement}: name the resources, or add it to EVERY_RESOURCE with the reason");
            assert!(statement["Condition"].is_object(), "{place}: {statement}: no condition");
        }
    }
}

#[test]
fn nobody_is_admitted_unnamed() {
    let mut services = 0;
    for Found { place, statement, .. } in allowed() {
        let principal = &statement["Principal"];
        assert!(principal.as_str() != Some("*"), "{place}: {statement}");
        for (kind, names) in principal.as_object().into_iter().flatten() {
            assert!(words(names).iter().all(|name| !name.contains('*')), "{place}: {statement}");
            if kind != "Service" || words(names).iter().all(|name| NO_SOURCE.iter().any(|(service, _)| service == name)) {
                continue;
            }
            services += 1;
            let keys: Vec<&String> = statement["Condition"].as_object().into_iter().flatten().flat_map(|(_, keys)| keys.as_object().unwrap().keys()).collect();
            let source = ["aws:SourceAccount", "kms:EncryptionContext:aws:logs:arn"];
            if ANY_ACCOUNT.iter().any(|(name, _)| *name == sid(&statement)) {
                assert_eq!(keys, ["aws:SourceArn"], "{place}: {statement}");
                continue;
            }
            assert!(keys.iter().any(|key| source.contains(&key.as_str())), "{place}: {statement}: a service acts for any account, and no source is asked for");
        }
    }
    assert!(services > 0);
    for (place, kind, properties) in resources() {
        if kind == "AWS::Lambda::Permission" {
            assert!(!properties["SourceAccount"].is_null() || !properties["SourceArn"].is_null(), "{place}");
            assert!(properties["Principal"] != "*", "{place}");
        }
        assert!(!matches!(kind.as_str(), "AWS::IAM::User" | "AWS::IAM::AccessKey" | "AWS::Lambda::Url"), "{place}: {kind}");
    }
}

#[test]
fn clear_text_is_refused() {
    let refuses =
        |statement: &Value| statement["Effect"] == "Deny" && statement["Principal"] == "*" && statement["Condition"]["Bool"]["aws:SecureTransport"] == "false";
    for (path, template) in templates() {
        let resources = template["Resources"].as_object().unwrap();
        for (id, resource) in resources {
            let (policy, target) = match resource["Type"].as_str().unwrap() {
                "AWS::SNS::Topic" => ("AWS::SNS::TopicPolicy", "Topics"),
                "AWS::SQS::Queue" => ("AWS::SQS::QueuePolicy", "Queues"),
                "AWS::S3::Bucket" => ("AWS::S3::BucketPolicy", "Bucket"),
                _ => continue,
            };
            let of_it = resources
                .values()
                .filter(|resource| resource["Type"] == policy)
                .filter(|resource| list(&resource["Properties"][target]).iter().any(|target| target["Ref"] == id.as_str()));
            let found = of_it.flat_map(|resource| list(&resource["Properties"]["PolicyDocument"]["Statement"])).any(|statement| refuses(&statement));
            assert!(found, "{path}: {id} takes clear text");
        }
    }
    for (place, kind, properties) in resources() {
        assert!(kind != "AWS::SNS::Subscription" || properties["Protocol"] != "http", "{place}");
    }
}

#[test]
fn what_can_be_encrypted_is_with_a_key_of_the_customer() {
    let mut encrypted = 0;
    for (place, kind, properties) in resources() {
        let key = match kind.as_str() {
            "AWS::SNS::Topic" | "AWS::SQS::Queue" => properties["KmsMasterKeyId"].clone(),
            "AWS::Kinesis::Stream" => {
                assert_eq!(properties["StreamEncryption"]["EncryptionType"], "KMS", "{place}");
                properties["StreamEncryption"]["KeyId"].clone()
            }
            "AWS::DynamoDB::Table" => {
                assert_eq!(properties["SSESpecification"]["SSEType"], "KMS", "{place}");
                properties["SSESpecification"]["KMSMasterKeyId"].clone()
            }
            "AWS::S3::Bucket" => {
                let rule = &properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"];
                assert_eq!(rule["SSEAlgorithm"], "aws:kms", "{place}");
                rule["KMSMasterKeyID"].clone()
            }
            // The log groups of services are encrypted as their owner says; those of our functions always.
            "AWS::Logs::LogGroup" if place.contains("-skywarden.template.json") => properties["KmsKeyId"].clone(),
            _ => continue,
        };
        encrypted += 1;
        assert!(key["Fn::GetAtt"][1] == "Arn" || !key["Ref"].is_null(), "{place}: no key of the customer: {key}");
    }
    assert!(encrypted > 0);
}

#[test]
fn no_bucket_is_public() {
    let mut buckets = 0;
    for (place, kind, properties) in resources() {
        if kind != "AWS::S3::Bucket" {
            continue;
        }
        buckets += 1;
        for guard in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
            assert_eq!(properties["PublicAccessBlockConfiguration"][guard], true, "{place}: {guard}");
        }
        assert_eq!(properties["OwnershipControls"]["Rules"][0]["ObjectOwnership"], "BucketOwnerEnforced", "{place}");
        assert!(properties["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"].is_number(), "{place}: objects stay for ever");
    }
    assert!(buckets > 0);
}

/// The resource in words: an ARN without partition, Region and account.
fn in_words(resource: &Value) -> String {
    match resource {
        Value::Object(members) if members.contains_key("Fn::GetAtt") => format!("`{}`", members["Fn::GetAtt"][0].as_str().unwrap()),
        Value::Object(members) if members.contains_key("Fn::Sub") => {
            let text = members["Fn::Sub"].as_str().unwrap().replace("${AWS::Partition}", "aws");
            let text = text.rsplit_once("${AWS::AccountId}:").map_or(text.as_str(), |(_, name)| name).to_owned();
            format!("`{}`", text.replace("${", "").replace(".Arn}", ""))
        }
        other => format!("`{}`", other.as_str().unwrap_or("?")),
    }
}

/// What a statement allows, on what, and under which conditions, as cells of a table.
fn cells(statement: &Value) -> String {
    let actions = words(&statement["Action"]).iter().map(|action| format!("`{action}`")).collect::<Vec<_>>().join(", ");
    let mut on = list(&statement["Resource"]).iter().map(in_words).collect::<Vec<_>>().join(", ");
    for (_, keys) in statement["Condition"].as_object().into_iter().flatten() {
        for (key, value) in keys.as_object().unwrap() {
            let _ = write!(on, ", `{key}` = `{}`", words(value).join("`, `"));
        }
    }
    format!("{actions} | {on}")
}

fn of_kind(stack: &str, kind: &str) -> Vec<(String, Value)> {
    let template = fs::read_to_string(root().join(format!("cdk-out/cloudformation/{stack}.template.json"))).unwrap();
    let template: Value = serde_json::from_str(&template).unwrap();
    let resources = template["Resources"].as_object().unwrap().iter().filter(|(_, resource)| resource["Type"] == kind);
    resources.map(|(id, resource)| (id.clone(), resource["Properties"].clone())).collect()
}

/// A row for each statement of each role of the example.
fn roles() -> String {
    let mut table = "| role | statement | actions | on | why |\n|---|---|---|---|---|\n".to_owned();
    for (id, properties) in of_kind("shop-prod-skywarden", "AWS::IAM::Role") {
        for statement in list(&properties["Policies"]).iter().flat_map(|policy| list(&policy["PolicyDocument"]["Statement"])) {
            let name = sid(&statement);
            let reason = match (id.as_str(), name) {
                ("TickRole", "DeadLetters") => "a tick it may not deliver",
                _ => REASONS.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("why is {name} in {id}? say so in REASONS")).1,
            };
            let _ = writeln!(table, "| `{id}` | `{name}` | {} | {reason} |", cells(&statement));
        }
    }
    table
}

/// A row for each statement of each policy of the example that is attached by hand.
fn policies() -> String {
    let mut table = "| policy | statement | actions | on | why |\n|---|---|---|---|---|\n".to_owned();
    let kind = "AWS::IAM::ManagedPolicy";
    for (id, properties) in of_kind("shop-prod-skywarden", kind).into_iter().chain(of_kind("shop-prod-service-mailer", kind)) {
        for statement in list(&properties["PolicyDocument"]["Statement"]) {
            let name = sid(&statement);
            let reason = REASONS_OF_POLICIES.iter().find(|(policy, known, _)| *policy == id && *known == name);
            let reason = reason.unwrap_or_else(|| panic!("why is {name} in {id}? say so in REASONS_OF_POLICIES")).2;
            let _ = writeln!(table, "| `{id}` | `{name}` | {} | {reason} |", cells(&statement));
        }
    }
    table
}

/// Keeps a table of a page current between its marks.
fn assert_in_the_page(what: &str, table: &str) {
    let (begin, end) = (format!("<!-- {what}: kept current by generator/tests/emit/security.rs -->\n"), format!("<!-- end of {what} -->\n"));
    let page = root().join("docs/src/concepts/security.md");
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(&begin).unwrap();
    let (written, after) = rest.split_once(&end).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&page, [before, &begin, table, &end, after].concat()).unwrap();
        return;
    }
    assert_eq!(written, table, "UPDATE_GOLDEN=1 cargo test -p skywarden-generator writes it anew");
}

#[test]
fn the_documentation_has_every_statement_of_every_role_and_policy_and_the_reason() {
    // One after the other: both are in one page.
    assert_in_the_page("roles", &roles());
    assert_in_the_page("policies", &policies());
}
