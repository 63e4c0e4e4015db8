//! What the notification needs from the outside.

use crate::port::{Clock, IssueStore, MetricHistory, Publisher, ResidueStore};

/// What the notification needs from the outside.
#[derive(Debug)]
pub struct NotificationPorts<'a, I, P, R, H, C> {
    /// Outbox and alarm states.
    pub store: &'a I,
    /// Where messages go.
    pub publisher: &'a P,
    /// Where undelivered effects go.
    pub residue: &'a R,
    /// Where recent values of metrics are read.
    pub history: &'a H,
    /// Time.
    pub clock: &'a C,
}

/// The same as one type, so that a signature names one and not five.
pub trait Surroundings: Sync {
    /// Of the outbox and alarm states.
    type Store: IssueStore;
    /// Of where messages go.
    type Publisher: Publisher;
    /// Of where undelivered effects go.
    type Residue: ResidueStore;
    /// Of where recent values of metrics are read.
    type History: MetricHistory;
    /// Of time.
    type Clock: Clock;

    /// Outbox and alarm states.
    fn store(&self) -> &Self::Store;
    /// Where messages go.
    fn publisher(&self) -> &Self::Publisher;
    /// Where undelivered effects go.
    fn residue(&self) -> &Self::Residue;
    /// Where recent values of metrics are read.
    fn history(&self) -> &Self::History;
    /// Time.
    fn clock(&self) -> &Self::Clock;
}

impl<I: IssueStore, P: Publisher, R: ResidueStore, H: MetricHistory, C: Clock> Surroundings for NotificationPorts<'_, I, P, R, H, C> {
    type Store = I;
    type Publisher = P;
    type Residue = R;
    type History = H;
    type Clock = C;

    fn store(&self) -> &I {
        self.store
    }

    fn publisher(&self) -> &P {
        self.publisher
    }

    fn residue(&self) -> &R {
        self.residue
    }

    fn history(&self) -> &H {
        self.history
    }

    fn clock(&self) -> &C {
        self.clock
    }
}
