//! Events whose place, and logger, are said by their fields: what the bridge from the `log` crate hands on, and panics.

use std::fmt;

use tracing::{
    Event, Metadata,
    field::{Field, Visit},
};

use super::{REQUEST_TARGET, panic::PANIC_TARGET};
use crate::{
    record::Place,
    telemetry::{Record, message_key},
};

/// Target of the events that `tracing-log` makes of the `log` crate's lines; the real one is a field.
const BRIDGE_TARGET: &str = "log";

/// What an event says of its own place.
#[derive(Debug, Default)]
pub(super) struct Bridged {
    logger: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    /// The middleware's own place says nothing of the request.
    nowhere: bool,
}

impl Bridged {
    /// What the event says; none when its metadata says it all, as nearly always.
    pub(super) fn of(event: &Event<'_>) -> Option<Self> {
        let metadata = event.metadata();
        match metadata.target() {
            REQUEST_TARGET => Some(Self { nowhere: true, ..Self::default() }),
            BRIDGE_TARGET | PANIC_TARGET if names_a_place(metadata) => {
                let mut bridged = Self::default();
                event.record(&mut bridged);
                Some(bridged)
            }
            _ => None,
        }
    }

    /// The record with what is said here.
    pub(super) fn over<'a>(&'a self, record: Record<'a>) -> Record<'a> {
        let place = self.file.as_deref().zip(self.line).map(|(file, line)| Place { file, line });
        let logger = self.logger.as_deref().unwrap_or(record.logger);
        // All lines of the bridge have one callsite for each level: like lines are those of one place.
        let message_key =
            if self.logger.is_some() { message_key(self.file.as_deref().unwrap_or(logger)) ^ u64::from(self.line.unwrap_or(0)) } else { record.message_key };
        Record { logger, place: if self.nowhere { None } else { place.or(record.place) }, message_key, ..record }
    }
}

fn names_a_place(metadata: &Metadata<'_>) -> bool {
    metadata.fields().field("log.file").is_some()
}

impl Visit for Bridged {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "log.target" => self.logger = Some(value.to_owned()),
            "log.file" => self.file = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "log.line" {
            self.line = u32::try_from(value).ok();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
