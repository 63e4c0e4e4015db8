//! The queue `dead-letters`: what tells people that something was not delivered.

use std::future::Future;

use super::PortResult;

/// A queue of messages about what could not be delivered.
pub trait DeadLetters: Sync {
    /// Some messages nobody else looks at now; none when there is nothing to see. They are hidden for a while and come back unless they are deleted.
    fn receive(&self) -> impl Future<Output = PortResult<Vec<Letter>>> + Send;
    /// Deletes a message that was received.
    fn delete(&self, letter: &Letter) -> impl Future<Output = PortResult<()>> + Send;
}

/// A message of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The queue's name of the message.
    pub id: String,
    /// What to delete it with.
    pub receipt: String,
    /// Text.
    pub body: String,
}
