//! Taking one permission after the other from a role.

use std::fmt;

use serde_json::{Value, json};
use skywarden_e2e::api::Api;

/// Name of the one inline policy of each role.
const POLICY: &str = "skywarden";

/// Version of IAM's API.
const IAM: &str = "2010-05-08";

/// One action on one resource, as a role has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grant {
    pub(crate) sid: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    condition: Value,
}

impl Grant {
    /// Every use of an action, for a moment in which the test itself needs it.
    pub(crate) fn anywhere(action: &str) -> Self {
        Self { sid: "Test".to_owned(), action: action.to_owned(), resource: "*".to_owned(), condition: Value::Null }
    }
}

/// What failed without a permission.
pub(crate) struct Needed {
    grant: Grant,
    failed: String,
}

impl fmt::Display for Needed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Grant { sid, action, resource, .. } = &self.grant;
        let failed: String = self.failed.chars().take(160).collect();
        write!(formatter, "without {sid} ({action} on {resource}): {failed}")
    }
}

/// A deployed role.
pub(crate) struct Role {
    api: Api,
    name: String,
}

impl Role {
    /// The role of a function of the stack, or the one of the schedule, by the beginning of its name.
    pub(crate) fn find(api: Api, logical_id: &str) -> Self {
        let roles = api.form("iam", IAM, "ListRoles", &[]).unwrap();
        let mut names = roles.split("<RoleName>").skip(1).filter_map(|rest| rest.split_once("</RoleName>")).map(|(name, _)| name);
        let name = names.find(|name| name.contains(logical_id)).unwrap_or_else(|| panic!("no role {logical_id}: {roles}"));
        Self { api, name: name.to_owned() }
    }

    /// What it may do, as deployed.
    pub(crate) fn grants(&self) -> Vec<Grant> {
        let answer = self.api.form("iam", IAM, "GetRolePolicy", &[("RoleName", &self.name), ("PolicyName", POLICY)]).unwrap();
        let document = answer.split_once("<PolicyDocument>").and_then(|(_, rest)| rest.split_once("</PolicyDocument>")).unwrap().0;
        let document: Value = serde_json::from_str(&decoded(document)).unwrap_or_else(|error| panic!("{error}: {document}"));
        let policies = self.api.form("iam", IAM, "ListRolePolicies", &[("RoleName", &self.name)]).unwrap();
        assert_eq!(policies.matches("<member>").count(), 1, "{}: a second policy is not looked at here: {policies}", self.name);
        let attached = self.api.form("iam", IAM, "ListAttachedRolePolicies", &[("RoleName", &self.name)]).unwrap();
        assert_eq!(attached.matches("<PolicyArn>").count(), 0, "{}: an attached policy is not looked at here: {attached}", self.name);
        grants(&document)
    }

    /// Gives it these permissions and no other.
    pub(crate) fn put(&self, grants: &[Grant]) {
        let statements: Vec<Value> = grants
            .iter()
            .map(|grant| {
                let mut statement = json!({"Effect": "Allow", "Action": grant.action, "Resource": grant.resource});
                if !grant.condition.is_null() {
                    statement["Condition"] = grant.condition.clone();
                }
                statement
            })
            .collect();
        let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        self.api.form("iam", IAM, "PutRolePolicy", &[("RoleName", &self.name), ("PolicyName", POLICY), ("PolicyDocument", &document)]).unwrap();
    }

    /// Takes each permission away in turn; `exercise` gets what is left, and must fail on it. Gives what failed.
    pub(crate) fn each_is_needed(&self, exercise: impl Fn(&[Grant]) -> Result<(), String>) -> Vec<Needed> {
        let all = self.grants();
        assert!(!all.is_empty(), "{} may do nothing", self.name);
        let whole = |when: &str| {
            self.put(&all);
            if let Err(failed) = exercise(&all) {
                panic!("{}: with all its permissions ({when}): {failed}", self.name);
            }
        };
        whole("before");
        let mut needed = Vec::new();
        let mut unused = Vec::new();
        for (place, grant) in all.iter().enumerate() {
            let mut left = all.clone();
            left.remove(place);
            self.put(&left);
            match exercise(&left) {
                Ok(()) => unused.push(format!("{} ({} on {})", grant.sid, grant.action, grant.resource)),
                Err(failed) => needed.push(Needed { grant: grant.clone(), failed }),
            }
        }
        // What failed was the permission that was missing, and nothing that broke on the way.
        whole("after");
        assert_eq!(unused, Vec::<String>::new(), "{} works without them", self.name);
        needed
    }
}

/// Without what these statements allow.
pub(crate) fn without(grants: &[Grant], sids: &[&str]) -> Vec<Grant> {
    let left: Vec<Grant> = grants.iter().filter(|grant| !sids.contains(&grant.sid.as_str())).cloned().collect();
    assert!(sids.iter().all(|sid| !sid.is_empty()));
    left
}

fn grants(document: &Value) -> Vec<Grant> {
    let list = |value: &Value| match value {
        Value::Array(values) => values.clone(),
        one => vec![one.clone()],
    };
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned();
    let mut grants = Vec::new();
    for statement in list(&document["Statement"]) {
        assert_eq!(statement["Effect"], "Allow", "{statement}");
        for action in list(&statement["Action"]) {
            for resource in list(&statement["Resource"]) {
                let condition = statement["Condition"].clone();
                grants.push(Grant { sid: text(&statement["Sid"]), action: text(&action), resource: text(&resource), condition });
            }
        }
    }
    grants
}

/// A policy document as IAM answers: percent-encoded, or escaped for XML.
fn decoded(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = (byte == b'%').then(|| text.get(at + 1..at + 3).and_then(|code| u8::from_str_radix(code, 16).ok())).flatten();
        out.push(code.unwrap_or(byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap()
}
