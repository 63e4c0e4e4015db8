//! Looking at the issues in memory, and taking one out.

use std::future::{Future, ready};

use skywarden_core::{
    issue::{Committed, Erasure, Fingerprint},
    port::{EntryView, IssueList, OutboxView, PortResult},
};

use crate::memory::MemoryIssues;

impl IssueList for MemoryIssues {
    fn fingerprints(&self, prefix: &str, after: Option<&Fingerprint>, limit: usize) -> impl Future<Output = PortResult<Vec<Fingerprint>>> + Send {
        let all = self.issues().into_iter().map(|issue| issue.fingerprint);
        let wanted = all.filter(|fingerprint| fingerprint.as_str().starts_with(prefix) && after.is_none_or(|after| fingerprint > after));
        ready(Ok(wanted.take(limit).collect()))
    }

    fn erase(&self, erasure: &Erasure) -> impl Future<Output = PortResult<Committed>> + Send {
        ready(Ok(self.take_out(erasure)))
    }

    fn unsent_notices(&self, fingerprint: &Fingerprint) -> impl Future<Output = PortResult<usize>> + Send {
        ready(Ok(self.entries(&format!("{fingerprint}-")).into_iter().filter(|(_, sent)| !sent).count()))
    }
}

impl OutboxView for MemoryIssues {
    fn entry(&self, id: &str) -> impl Future<Output = PortResult<Option<EntryView>>> + Send {
        let found = self.entries(id).into_iter().find(|(entry, _)| entry.id == id);
        ready(Ok(found.map(|(mut entry, sent)| {
            entry.published.sort();
            EntryView { sent, published: entry.published }
        })))
    }
}
