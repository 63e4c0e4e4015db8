//! How log lines reach the functions.

use crate::model::names::{Function, Names};

/// How log lines reach the functions. By default each log group delivers straight to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// A Kinesis data stream between log groups and functions.
    pub stream: Option<Stream>,
    /// One subscription for every log group of the account, those of no service included.
    pub account_wide: Option<AccountWide>,
    /// Who else delivers into the stream.
    pub senders: Option<Senders>,
}

impl Delivery {
    /// Where error-classifier has every line from without a subscription of the log group's own.
    pub const fn is_account_wide(&self) -> bool {
        self.account_wide.is_some()
    }
}

/// Other accounts that deliver into the stream. At least one of the two names somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Senders {
    /// Accounts, sorted; those of services of the config are among them.
    pub accounts: Vec<String>,
    /// An organization whose accounts may.
    pub organization: Option<String>,
}

/// A Kinesis data stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// How many shards it has.
    pub shards: Shards,
    /// Hours a record is kept.
    pub retention_hours: u32,
}

/// How many shards a stream has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shards {
    /// As many as Kinesis finds are needed.
    OnDemand,
    /// So many.
    Provisioned(u32),
}

/// A subscription of every log group of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountWide {
    /// Log groups it leaves out besides those of Skywarden's own functions, sorted.
    pub except: Vec<String>,
}

impl AccountWide {
    /// Which log groups it is about, as an account policy writes it. The functions' own are never among them: each of their lines would make another.
    pub fn criteria(&self, names: &Names) -> String {
        let own = Function::ALL.map(|function| names.function_log_group(function));
        let groups: Vec<String> = own.iter().chain(&self.except).map(|group| format!("\"{group}\"")).collect();
        format!("LogGroupName NOT IN [{}]", groups.join(", "))
    }
}
