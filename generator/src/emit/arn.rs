//! ARNs of shared resources, made of their names.
//!
//! A service stack never imports from the shared stack: it knows the names, and a name is enough. Every ARN is a text with pseudo parameters,
//! to be put through `Fn::Sub`.

use crate::model::names::{Function, Names};

/// `arn:partition:service:region:account:` with the pseudo parameters of `Fn::Sub`.
fn regional(service: &str, resource: &str) -> String {
    in_account(service, "${AWS::AccountId}", resource)
}

/// Parameter of the stacks in other accounts that carries the project's own: an account number does not belong into a resource.
pub(super) const PROJECT_ACCOUNT: &str = "ProjectAccount";

/// The same in an account that is a number, a reference for `Fn::Sub`, or `*`.
pub(super) fn in_account(service: &str, account: &str, resource: &str) -> String {
    format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:{account}:{resource}")
}

/// A Lambda function.
pub(super) fn function(names: &Names, function: Function) -> String {
    regional("lambda", &format!("function:{}", names.function(function)))
}

/// A data stream by its full name.
pub(super) fn stream(name: &str) -> String {
    regional("kinesis", &format!("stream/{name}"))
}

/// A topic by its full name.
pub(super) fn topic(name: &str) -> String {
    regional("sns", name)
}

/// A topic by its full name, in the account of the project as the parameter of a stack in another account says it.
pub(super) fn topic_of_project(name: &str) -> String {
    in_account("sns", &format!("${{{PROJECT_ACCOUNT}}}"), name)
}

/// A destination by its full name.
pub(super) fn destination(name: &str) -> String {
    regional("logs", &format!("destination:{name}"))
}

/// The destination of the project's account, as a stack in another account names it.
pub(super) fn destination_of_project(name: &str) -> String {
    in_account("logs", &format!("${{{PROJECT_ACCOUNT}}}"), &format!("destination:{name}"))
}

/// A queue by its full name.
pub(super) fn queue(name: &str) -> String {
    regional("sqs", name)
}

/// An alarm by its full name.
pub(super) fn alarm(name: &str) -> String {
    regional("cloudwatch", &format!("alarm:{name}"))
}

/// A dashboard by its full name; dashboards belong to no Region.
pub(super) fn dashboard(name: &str) -> String {
    format!("arn:${{AWS::Partition}}:cloudwatch::${{AWS::AccountId}}:dashboard/{name}")
}

/// A parameter by its path.
pub(super) fn parameter(path: &str) -> String {
    regional("ssm", &format!("parameter{path}"))
}

/// A log group by its full name, without the `:*` some policies want behind it.
pub(super) fn log_group(name: &str) -> String {
    regional("logs", &format!("log-group:{name}"))
}

/// Every log group of the account and Region.
pub(super) fn every_log_group() -> String {
    regional("logs", "log-group:*")
}

/// A bucket by a name that may hold pseudo parameters.
pub(super) fn bucket(name: &str) -> String {
    format!("arn:${{AWS::Partition}}:s3:::{name}")
}

/// The account itself, for key policies.
pub(super) fn account_root() -> String {
    "arn:${AWS::Partition}:iam::${AWS::AccountId}:root".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_leave_partition_region_and_account_open() {
        let names = Names::new("shop", "prod");
        assert_eq!(
            function(&names, Function::AlertNotifier),
            "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:shop-prod-alert-notifier"
        );
        assert_eq!(bucket("b-${AWS::Region}"), "arn:${AWS::Partition}:s3:::b-${AWS::Region}");
    }
}
