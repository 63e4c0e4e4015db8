//! Transitions of issues to decided messages: each route's ledger takes them in, and what it decides is stored with it in one step.

use jiff::Timestamp;

use super::{Notification, Surroundings};
use crate::{
    issue::{Committed, Notice, OutboxEntry, Told},
    metric::name::ProcessorMetric,
    notify::decide::{Input, LEDGER_FORMAT, Occasion, Sighting, decide},
    pipeline::{
        MARKER_LIFE, PipelineError, Tally,
        attempt::{Repeat, attempt, pause, settle},
        later,
    },
    plan::Route,
    port::{Clock, Failure, IssueStore, LedgerCommit, PortError, PortResult},
};

impl Notification {
    /// How often a conflicting ledger is read again and decided on anew before it counts as unavailable.
    const CONFLICT_ROUNDS: usize = 8;

    /// Takes transitions into the ledgers of the routes that carry them, and sends what is decided.
    pub(super) async fn take_in<O>(&self, entries: Vec<OutboxEntry>, ports: &O, deadline: Timestamp, tally: &mut Tally) -> Result<(), PipelineError>
    where
        O: Surroundings,
    {
        let occasions: Vec<Occasion> = entries
            .iter()
            .filter_map(|entry| match &entry.notice {
                Notice::Issue { transition, issue } => Some(Occasion::of(&entry.id, transition, issue)),
                _ => None,
            })
            .collect();
        let mut decided = Vec::new();
        for route in &self.plan.routes {
            let carried: Vec<Occasion> = occasions.iter().filter(|occasion| route.severities.contains(&occasion.brief.severity)).cloned().collect();
            if carried.is_empty() {
                continue;
            }
            match self.decide(route, &carried, ports, deadline, tally).await {
                Ok(messages) => decided.extend(messages),
                Err(error) => {
                    // Routes that have taken them in know them when they come again.
                    for entry in entries {
                        self.give_back(entry, &error, ports, deadline, tally).await?;
                    }
                    self.send_decided(&decided, ports, deadline, tally).await?;
                    return Ok(());
                }
            }
        }
        let expires = later(ports.clock().now(), MARKER_LIFE);
        for entry in &entries {
            settle(ports.clock(), deadline, || ports.store().mark_sent(&entry.id, expires)).await?;
        }
        self.send_decided(&decided, ports, deadline, tally).await
    }

    pub(in crate::pipeline) async fn send_decided<O>(
        &self,
        decided: &[OutboxEntry],
        ports: &O,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> Result<(), PipelineError>
    where
        O: Surroundings,
    {
        let mut entries = Vec::new();
        for entry in decided {
            // Through a claim like everything else: the tick may have been faster.
            entries.extend(self.claim(&entry.id, ports, deadline, tally).await?);
        }
        self.send(entries, ports, deadline, tally).await.pop().map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Decides for one route, and stores the decision. Gives the messages that are to be sent now.
    pub(in crate::pipeline) async fn decide<O>(
        &self,
        route: &Route,
        occasions: &[Occasion],
        ports: &O,
        deadline: Timestamp,
        tally: &mut Tally,
    ) -> PortResult<Vec<OutboxEntry>>
    where
        O: Surroundings,
    {
        for round in 0..Self::CONFLICT_ROUNDS {
            let stored = attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().load_ledger(&route.name)).await?;
            let expected = stored.as_ref().map(|stored| stored.version);
            let ledger = stored.map(|stored| stored.ledger).unwrap_or_default();
            if ledger.format > LEDGER_FORMAT {
                return Err(PortError {
                    failure: Failure::Rejected,
                    operation: "ledger.load",
                    code: "ledger-too-new".to_owned(),
                    message: format!("the ledger of route {} has format {}, this version reads up to {LEDGER_FORMAT}", route.name, ledger.format),
                });
            }
            let now = ports.clock().now();
            if occasions.is_empty() && ledger.next_due().is_none_or(|due| due > now) {
                return Ok(Vec::new());
            }
            let wanted = ledger.to_look_up(self.sending.policy().repeat_seconds, now);
            let sightings: Vec<Sighting> = if wanted.is_empty() {
                Vec::new()
            } else {
                let issues = attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().load(&wanted)).await?;
                issues.iter().map(Sighting::of).collect()
            };
            let decision = decide(ledger.clone(), &route.name, &Input { occasions, sightings: Some(&sightings) }, now, &self.sending);
            if decision.ledger == ledger {
                return Ok(Vec::new());
            }
            let counted_before = ledger.counted();
            let suppressed = decision.messages.iter().map(Told::suppressed).sum::<u64>() + decision.ledger.counted() - counted_before;
            let entries = decision.messages.into_iter().map(|told| OutboxEntry {
                id: told.id.clone(),
                due: now,
                notice: Notice::Told(Box::new(told)),
                published: Vec::new(),
                attempts: 0,
            });
            let commit = LedgerCommit { route: route.name.clone(), expected, ledger: decision.ledger, entries: entries.collect() };
            match attempt(ports.clock(), deadline, Repeat::Harmless, tally, || ports.store().commit_ledger(&commit)).await? {
                Committed::Done | Committed::Before => {
                    tally.add(ProcessorMetric::NoticesSuppressed, usize::try_from(suppressed).unwrap_or(usize::MAX));
                    return Ok(commit.entries);
                }
                Committed::Conflict => ports.clock().sleep(pause(occasions.first().map_or("", |occasion| &occasion.notice), round)).await,
            }
        }
        Err(PortError {
            failure: Failure::Unavailable,
            operation: "ledger.commit",
            code: "conflict".to_owned(),
            message: format!("{} rounds in a row another invocation was faster", Self::CONFLICT_ROUNDS),
        })
    }
}
