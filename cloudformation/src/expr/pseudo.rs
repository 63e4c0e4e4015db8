//! Pseudo parameters: what every template can `Ref` without declaring it.

/// A pseudo parameter (docs: `pseudo-parameter-reference`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pseudo {
    /// Twelve digits.
    AccountId,
    /// Topics the stack reports to: a list.
    NotificationArns,
    /// Removes the property.
    NoValue,
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    Partition,
    /// `eu-west-1`.
    Region,
    /// The stack's ARN.
    StackId,
    /// The stack's name.
    StackName,
    /// `amazonaws.com`, or `amazonaws.com.cn` in China.
    UrlSuffix,
}

impl Pseudo {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::AccountId, Self::NotificationArns, Self::NoValue, Self::Partition, Self::Region, Self::StackId, Self::StackName, Self::UrlSuffix];

    /// The name as it stands in `Ref` and in `${…}`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountId => "AWS::AccountId",
            Self::NotificationArns => "AWS::NotificationARNs",
            Self::NoValue => "AWS::NoValue",
            Self::Partition => "AWS::Partition",
            Self::Region => "AWS::Region",
            Self::StackId => "AWS::StackId",
            Self::StackName => "AWS::StackName",
            Self::UrlSuffix => "AWS::URLSuffix",
        }
    }

    /// The pseudo parameter of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pseudo| pseudo.name() == name)
    }
}
