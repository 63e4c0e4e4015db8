//! What is asked of the table when an issue is erased, and when one is read meanwhile.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
        orchestrator::HttpRequest,
    },
    http::{Response, StatusCode},
};
use aws_smithy_types::body::SdkBody;
use jiff::Timestamp;
use serde_json::{Value, json};
use skywarden_core::{
    error::classify::Class,
    issue::{Committed, Erasure, Facts, Fingerprint, Issue, Occurrence, SHARDS, Sample},
    plan::Retry,
    port::{IssueList as _, IssueStore as _},
    severity::Severity,
};

use super::IssueTable;

const FINGERPRINT: &str = "00000000000000000000000000000001";

/// Gives the answers in turn and keeps what was asked: operation and body.
#[derive(Clone, Debug)]
struct Script {
    answers: Arc<Mutex<Vec<Value>>>,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = request.headers().get("x-amz-target").unwrap().rsplit('.').next().unwrap().to_owned();
        self.asked.lock().unwrap().push((operation, serde_json::from_slice(request.body().bytes().unwrap()).unwrap()));
        let answer = self.answers.lock().unwrap().remove(0);
        HttpConnectorFuture::ready(Ok(Response::new(StatusCode::try_from(200).unwrap(), SdkBody::from(answer.to_string()))))
    }
}

fn table(answers: &[Value]) -> (IssueTable, Script) {
    let script = Script { answers: Arc::new(Mutex::new(answers.to_vec())), asked: Arc::default() };
    let connector = SharedHttpConnector::new(script.clone());
    let config = aws_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("id", "secret", None, None, "test")))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    (IssueTable::new(&config, "issues".to_owned()), script)
}

impl Script {
    fn operations(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(operation, _)| operation.clone()).collect()
    }

    /// Actions of the transaction.
    fn actions(&self) -> Vec<Value> {
        let asked = self.asked.lock().unwrap();
        let (_, body) = asked.iter().find(|(operation, _)| operation == "TransactWriteItems").unwrap();
        body["TransactItems"].as_array().unwrap().clone()
    }
}

fn fingerprint() -> Fingerprint {
    Fingerprint::parse(FINGERPRINT).unwrap()
}

/// An issue of version 5, spread or not.
fn issue(shards: u8) -> Issue {
    let class = Class {
        category: "bug".to_owned(),
        severity: Severity::Error,
        retry: Retry::No,
        rule: "bug".to_owned(),
        evidence: String::new(),
        first_step: String::new(),
        notify: true,
    };
    let facts = Facts::of(Occurrence {
        at: Timestamp::UNIX_EPOCH,
        service: "api",
        version: "",
        user: "",
        kind: "KeyError",
        template: "key *",
        coarse: &fingerprint(),
        class: &class,
        sample: Sample::default(),
    });
    Issue { version: 5, shards, ..Issue::open(fingerprint(), facts) }
}

fn issue_item(issue: &Issue) -> Value {
    let document = serde_json::to_string(issue).unwrap();
    json!({"pk": {"S": format!("issue#{FINGERPRINT}")}, "sk": {"S": "state"}, "version": {"N": "5"}, "document": {"S": document}})
}

fn shard_item(number: u8, version: u64, folded: u64, document: Option<&str>) -> Value {
    let mut item = json!({"pk": {"S": format!("issue#{FINGERPRINT}")}, "sk": {"S": format!("shard#{number:02}")},
        "version": {"N": version.to_string()}, "folded": {"N": folded.to_string()}});
    if let Some(document) = document {
        item["document"] = json!({"S": document});
    }
    item
}

fn found(items: &[Value]) -> Value {
    json!({"Items": items, "Count": items.len(), "ScannedCount": items.len()})
}

fn got(items: &[Value]) -> Value {
    json!({"Responses": {"issues": items}, "UnprocessedKeys": {}})
}

#[tokio::test]
async fn a_spread_issue_is_erased_in_one_step_each_item_under_the_version_that_was_read() {
    let unsent = json!({"id": {"S": format!("{FINGERPRINT}-new")}});
    // Facts of a format that nobody reads any more are no reason to leave them there.
    let (table, script) = table(&[found(&[unsent]), found(&[shard_item(3, 7, 0, Some("{"))]), json!({})]);
    let erasure = Erasure::new(&fingerprint(), Some(&issue(SHARDS)), Timestamp::UNIX_EPOCH);
    assert_eq!(table.erase(&erasure).await.unwrap(), Committed::Done);
    assert_eq!(script.operations(), ["Query", "Query", "TransactWriteItems"]);
    let actions = script.actions();
    let own = json!({"TableName": "issues", "Key": {"pk": {"S": format!("issue#{FINGERPRINT}")}, "sk": {"S": "state"}},
        "ConditionExpression": "version = :expected", "ExpressionAttributeValues": {":expected": {"N": "5"}}});
    let notice = json!({"TableName": "issues", "Key": {"pk": {"S": format!("outbox#{FINGERPRINT}-new")}, "sk": {"S": "entry"}}});
    assert_eq!((actions.len(), &actions[0]["Delete"], &actions[17]["Delete"]), (18, &own, &notice));
    for (action, number) in actions[1..17].iter().zip(0_u8..) {
        let put = &action["Put"];
        let (version, condition) = if number == 3 { (8, "version = :expected") } else { (1, "attribute_not_exists(pk)") };
        let mut expected = shard_item(number, version, 0, None);
        expected["format"] = json!({"N": "1"});
        expected["expires_at"] = json!({"N": "86400"});
        assert_eq!((&put["Item"], put["ConditionExpression"].as_str()), (&expected, Some(condition)));
    }
    assert_eq!(actions[4]["Put"]["ExpressionAttributeValues"], json!({":expected": {"N": "7"}}));
}

#[tokio::test]
async fn an_issue_that_was_never_spread_is_one_delete_and_of_one_that_is_gone_what_is_left_goes() {
    let (plain, script) = table(&[found(&[]), found(&[]), json!({})]);
    assert_eq!(plain.erase(&Erasure::new(&fingerprint(), Some(&issue(0)), Timestamp::UNIX_EPOCH)).await.unwrap(), Committed::Done);
    assert_eq!(script.actions().len(), 1);

    let gone = Erasure::new(&fingerprint(), None, Timestamp::UNIX_EPOCH);
    let (left, script) = table(&[found(&[]), found(&[shard_item(0, 2, 9, None)]), json!({})]);
    assert_eq!(left.erase(&gone).await.unwrap(), Committed::Done);
    let actions = script.actions();
    assert_eq!((actions.len(), actions[0]["Delete"]["ConditionExpression"].as_str()), (17, Some("attribute_not_exists(pk)")));

    let (nothing, script) = table(&[found(&[]), found(&[shard_item(0, 3, 0, None)])]);
    assert_eq!(nothing.erase(&gone).await.unwrap(), Committed::Before);
    assert_eq!(script.operations(), ["Query", "Query"]);
}

#[tokio::test]
async fn an_issue_with_shards_that_an_erasure_emptied_is_one_only_if_it_is_still_there() {
    let whole = issue(SHARDS);
    let shards = got(&[shard_item(3, 8, 0, None)]);
    // Erased between the two reads: it is not there.
    let (erased, script) = table(&[got(&[issue_item(&whole)]), shards.clone(), got(&[]), got(&[])]);
    assert_eq!(erased.load(&[fingerprint()]).await.unwrap(), []);
    assert_eq!(script.operations(), ["BatchGetItem"; 4]);
    // An issue that began after the erasure.
    let (there, script) = table(&[got(&[issue_item(&whole)]), shards, got(&[issue_item(&whole)])]);
    let read = there.load(&[fingerprint()]).await.unwrap().remove(0);
    assert_eq!((read.version, read.spread.unwrap().shards[3].version, script.operations().len()), (5, 8, 3));
    // Without an erasure there is no third read.
    let (plain, script) = table(&[got(&[issue_item(&whole)]), got(&[])]);
    assert_eq!((plain.load(&[fingerprint()]).await.unwrap().len(), script.operations().len()), (1, 2));
}
