//! Where and as what a template is deployed.

use indexmap::IndexMap;

/// Where and as what a template is deployed.
#[derive(Debug, Clone, PartialEq)]
pub struct Environment {
    /// Twelve digits.
    pub account_id: String,
    /// `eu-west-1`.
    pub region: String,
    /// `aws`, `aws-cn`, …
    pub partition: String,
    /// The stack's name.
    pub stack_name: String,
    /// Values of the template's parameters; lists comma-separated. What is missing takes its default.
    pub parameters: IndexMap<String, String>,
    /// Exports of other stacks, for `Fn::ImportValue`.
    pub exports: IndexMap<String, String>,
}

impl Environment {
    /// An environment without parameters, in the partition its region belongs to.
    pub fn new(account_id: impl Into<String>, region: impl Into<String>, stack_name: impl Into<String>) -> Self {
        let region = region.into();
        Self {
            account_id: account_id.into(),
            partition: partition_of(&region).to_owned(),
            region,
            stack_name: stack_name.into(),
            parameters: IndexMap::new(),
            exports: IndexMap::new(),
        }
    }

    /// The same, with one parameter more.
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// The domain of AWS endpoints, by partition.
    pub fn url_suffix(&self) -> &'static str {
        match self.partition.as_str() {
            "aws-cn" => "amazonaws.com.cn",
            "aws-iso" => "c2s.ic.gov",
            "aws-iso-b" => "sc2s.sgov.gov",
            "aws-iso-e" => "cloud.adc-e.uk",
            "aws-iso-f" => "csp.hci.ic.gov",
            "aws-eusc" => "amazonaws.eu",
            _ => "amazonaws.com",
        }
    }
}

/// Partitions by region prefix, longest first (botocore's `partitions.json`).
const PARTITIONS: [(&str, &str); 7] = [
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-gov-", "aws-us-gov"),
    ("eusc-", "aws-eusc"),
    ("cn-", "aws-cn"),
];

fn partition_of(region: &str) -> &'static str {
    PARTITIONS.into_iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_decides_partition_and_domain() {
        let of = |region: &str| {
            let environment = Environment::new("123456789012", region, "shop");
            (environment.partition.clone(), environment.url_suffix())
        };
        assert_eq!(of("eu-west-1"), ("aws".into(), "amazonaws.com"));
        assert_eq!(of("cn-north-1"), ("aws-cn".into(), "amazonaws.com.cn"));
        assert_eq!(of("us-gov-east-1"), ("aws-us-gov".into(), "amazonaws.com"));
        assert_eq!(of("us-isob-east-1"), ("aws-iso-b".into(), "sc2s.sgov.gov"));
        assert_eq!(of("eusc-de-east-1"), ("aws-eusc".into(), "amazonaws.eu"));
    }
}
