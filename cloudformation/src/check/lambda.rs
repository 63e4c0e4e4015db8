//! Quotas of functions and of the permissions on them.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde_json::json;

use super::{Checker, Here, Rule};
use crate::lambda::{Function, Permission};
use crate::{Expr, Value, limits};

impl Here<'_, '_> {
    pub(super) fn function(&mut self, function: &Function) {
        let most = limits::FUNCTION_NAME_CHARACTERS;
        self.characters(Rule::Name, "FunctionName", function.function_name.as_ref(), most);
        self.at_most(Rule::Tags, "Tags", function.tags.iter().len(), "tags", limits::TAGS);
        let times = 1..=limits::FUNCTION_TIMEOUT_SECONDS;
        self.within(Rule::FunctionSize, "Timeout", function.timeout.as_ref(), &times);
        self.within(Rule::FunctionSize, "MemorySize", function.memory_size.as_ref(), &limits::FUNCTION_MEMORY_MB);
        if let Some(Value::Literal(environment)) = &function.environment {
            let bytes: usize = environment.variables.iter().map(|(name, value)| name.len() + self.known(value).map_or(0, |text| text.len())).sum();
            self.at_most(Rule::FunctionEnvironment, "Environment", bytes, "bytes", limits::ENVIRONMENT_BYTES);
        }
    }
}

impl<'a> Checker<'a> {
    /// Adds up the statements Lambda will write for all permissions on one function.
    pub(super) fn function_policies(&mut self) {
        let mut policies: IndexMap<String, (&'a str, Vec<serde_json::Value>)> = IndexMap::new();
        for (logical_id, permission) in self.template.all::<Permission>() {
            if !self.exists(logical_id) {
                continue;
            }
            let name = self.function_name(logical_id, &permission.function_name);
            let statement = self.statement(logical_id, &name, permission);
            policies.entry(name).or_insert((logical_id, Vec::new())).1.push(statement);
        }
        for (name, (first, statements)) in policies {
            let count = statements.len();
            let policy = json!({"Version": "2012-10-17", "Id": "default", "Statement": statements});
            let bytes = policy.to_string().len();
            if bytes > limits::FUNCTION_POLICY_BYTES {
                let most = limits::FUNCTION_POLICY_BYTES;
                let message = format!("the {count} permissions on `{name}` make a resource policy of {bytes} bytes, AWS allows {most}");
                self.add(Some(first), Rule::FunctionPolicy, message);
            }
        }
    }

    /// The function's name, whether its name or ARN is given; unknown, the expression itself.
    fn function_name(&self, logical_id: &str, function: &Expr) -> String {
        match self.known(logical_id, function) {
            Some(text) => match text.split_once(":function:") {
                Some((_, name)) => name.to_owned(),
                None => text.into_owned(),
            },
            None => serde_json::to_string(function).unwrap_or_default(),
        }
    }

    /// The statement as Lambda stores it (docs: `access-control-resource-based`).
    fn statement(&self, logical_id: &str, function: &str, permission: &Permission) -> serde_json::Value {
        let text = |expr: &Expr| self.known(logical_id, expr).map(Cow::into_owned).unwrap_or_default();
        let environment = self.resolver.environment();
        let mut statement = json!({
            // CloudFormation's form of a statement id: stack, logical id, twelve characters.
            "Sid": format!("{}-{logical_id}-XXXXXXXXXXXX", environment.stack_name),
            "Effect": "Allow",
            "Principal": {"Service": text(&permission.principal)},
            "Action": text(&permission.action),
            "Resource": format!(
                "arn:{}:lambda:{}:{}:function:{function}",
                environment.partition, environment.region, environment.account_id
            ),
        });
        if let Some(account) = &permission.source_account {
            statement["Condition"]["StringEquals"]["AWS:SourceAccount"] = text(account).into();
        }
        if let Some(source) = &permission.source_arn {
            statement["Condition"]["ArnLike"]["AWS:SourceArn"] = text(source).into();
        }
        if let Some(organization) = &permission.principal_org_id {
            statement["Condition"]["StringEquals"]["aws:PrincipalOrgID"] = text(organization).into();
        }
        statement
    }
}
