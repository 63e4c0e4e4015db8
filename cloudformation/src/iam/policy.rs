//! Policy documents (docs: IAM `reference_policies_elements`).

use indexmap::IndexMap;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::shape::{shape, words};
use crate::{Expr, OneOrMany};

/// The current version of the policy language.
pub const POLICY_VERSION: &str = "2012-10-17";

/// Operator (`StringEquals`), then key (`aws:SourceAccount`), then one of these values.
pub type Conditions = IndexMap<String, IndexMap<String, OneOrMany<Expr>>>;

shape! {
    /// A policy document.
    pub struct PolicyDocument {
        required {
            /// The statements.
            statement: OneOrMany<Statement>,
        }
        optional {
            /// [`POLICY_VERSION`]; the language of 2008 when absent.
            version: Option<String>,
            /// A name for people.
            id: Option<Expr>,
        }
    }
}

shape! {
    /// One statement of a policy.
    pub struct Statement {
        required {
            /// Whether it allows or forbids.
            effect: Effect,
        }
        optional {
            /// A name, letters and digits, unique in the policy.
            sid: Option<String>,
            /// Who: in trust and resource policies.
            principal: Option<Principal>,
            /// Everyone but.
            not_principal: Option<Principal>,
            /// What may be done: `s3:PutObject`.
            action: Option<OneOrMany<Expr>>,
            /// Everything but.
            not_action: Option<OneOrMany<Expr>>,
            /// On what, by ARN.
            resource: Option<OneOrMany<Expr>>,
            /// On everything but.
            not_resource: Option<OneOrMany<Expr>>,
            /// Only when all of these hold.
            condition: Conditions,
        }
    }
}

words! {
    /// Whether a statement allows or forbids.
    pub enum Effect {
        /// It allows.
        Allow = "Allow",
        /// It forbids, whatever else allows.
        Deny = "Deny",
    }
}

/// Who a statement is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Principal {
    /// `*`: everyone, the anonymous too.
    Anyone,
    /// By kind: `AWS` (accounts, roles, users), `Service`, `Federated`, `CanonicalUser`.
    Kinds(IndexMap<String, OneOrMany<Expr>>),
}

impl PolicyDocument {
    /// A document of the current version.
    pub fn of(statements: impl Into<Vec<Statement>>) -> Self {
        Self { version: Some(POLICY_VERSION.to_owned()), ..Self::new(OneOrMany::Many(statements.into())) }
    }

    /// The trust policy of a role that a service assumes.
    pub fn assumed_by(service: &str) -> Self {
        Self::of([Statement { principal: Some(Principal::service(service)), action: Some("sts:AssumeRole".into()), ..Statement::new(Effect::Allow) }])
    }
}

impl Statement {
    /// Allows actions on resources, as in a role's policy.
    pub fn allow(actions: impl Into<OneOrMany<Expr>>, resources: impl Into<OneOrMany<Expr>>) -> Self {
        Self { action: Some(actions.into()), resource: Some(resources.into()), ..Self::new(Effect::Allow) }
    }

    /// Forbids actions on resources.
    pub fn deny(actions: impl Into<OneOrMany<Expr>>, resources: impl Into<OneOrMany<Expr>>) -> Self {
        Self { effect: Effect::Deny, ..Self::allow(actions, resources) }
    }

    /// The same, for a principal.
    #[must_use]
    pub fn to(mut self, principal: Principal) -> Self {
        self.principal = Some(principal);
        self
    }

    /// The same, with a name.
    #[must_use]
    pub fn named(mut self, sid: impl Into<String>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// The same, only when `key` compares so with one of `values`: `when("StringEquals", "aws:SourceAccount", …)`.
    #[must_use]
    pub fn when(mut self, operator: impl Into<String>, key: impl Into<String>, values: impl Into<OneOrMany<Expr>>) -> Self {
        self.condition.entry(operator.into()).or_default().insert(key.into(), values.into());
        self
    }
}

impl Principal {
    /// A service: `logs.amazonaws.com`.
    pub fn service(service: impl Into<OneOrMany<Expr>>) -> Self {
        Self::Kinds(IndexMap::from([("Service".to_owned(), service.into())]))
    }

    /// Accounts, roles or users by ARN.
    pub fn aws(principals: impl Into<OneOrMany<Expr>>) -> Self {
        Self::Kinds(IndexMap::from([("AWS".to_owned(), principals.into())]))
    }
}

impl Serialize for Principal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Anyone => serializer.serialize_str("*"),
            Self::Kinds(kinds) => kinds.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Principal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        if json == "*" {
            return Ok(Self::Anyone);
        }
        IndexMap::deserialize(json).map(Self::Kinds).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Pseudo;

    #[test]
    fn a_resource_policy_reads_and_writes_back() {
        let document = PolicyDocument::of([Statement::allow("sqs:SendMessage", Expr::get_att("Alerts", "Arn"))
            .named("FromTopic")
            .to(Principal::service("sns.amazonaws.com"))
            .when("ArnEquals", "aws:SourceArn", Expr::reference("Topic"))
            .when("StringEquals", "aws:SourceAccount", Expr::from(Pseudo::AccountId))]);
        let written = serde_json::to_value(&document).unwrap();
        assert_eq!(
            written,
            json!({
                "Statement": [{
                    "Effect": "Allow",
                    "Sid": "FromTopic",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": {"Fn::GetAtt": ["Alerts", "Arn"]},
                    "Condition": {
                        "ArnEquals": {"aws:SourceArn": {"Ref": "Topic"}},
                        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
                    },
                }],
                "Version": "2012-10-17",
            })
        );
        assert_eq!(serde_json::from_value::<PolicyDocument>(written).unwrap(), document);
    }

    #[test]
    fn anyone_is_a_bare_star() {
        let json = json!({"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": "*"});
        let statement: Statement = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(statement.principal, Some(Principal::Anyone));
        assert_eq!(serde_json::to_value(&statement).unwrap(), json);
    }
}
