//! `maintenance:` as typed: times in which nobody is told.

use skywarden_document::{Node, Spanned};

use crate::{
    config::{
        code::Code,
        findings::Findings,
        read::{self, Expected, Fields, Zone},
    },
    model::Opens,
};

/// One window.
#[derive(Debug)]
pub(crate) struct RawMaintenance {
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) opens: Option<Spanned<Opens>>,
    pub(crate) minutes: Option<Spanned<u32>>,
    pub(crate) zone: Option<Spanned<Zone>>,
    /// `None`: all of them.
    pub(crate) services: Option<Vec<Spanned<String>>>,
}

/// Every window.
pub(super) fn windows(node: &Node, findings: &mut Findings) -> Vec<RawMaintenance> {
    let expected = Expected { what: "a list of windows", example: "maintenance: [{ name: nightly-import, at: Sun 02:00, for: 2 hours }]" };
    read::each(node, &expected, findings, RawMaintenance::read)
}

impl RawMaintenance {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let expected = Expected { what: "a window as a map", example: "{ name: nightly-import, at: Sun 02:00, for: 2 hours }" };
        let service = Expected { what: "the name of a service", example: "services: [checkout]" };
        let mut fields = Fields::open(node, "a maintenance window", &expected, findings)?;
        let name = fields.require("name", "name: nightly-import", findings);
        let opens = fields.require("at", "at: Sun 02:00", findings);
        let minutes = fields.require("for", "for: 2 hours", findings);
        let window = Self {
            name: name.and_then(|node| read::window_name(node, findings)),
            opens: opens.and_then(|node| read::opens(node, findings)),
            minutes: minutes.and_then(|node| read::maintenance_minutes(node, findings)),
            zone: fields.take("zone").and_then(|node| read::zone_as(node, Code::BadMaintenance, "zone", findings)),
            services: fields.take("services").map(|node| read::one_or_many(node, findings, |item, findings| read::text(item, &service, findings))),
        };
        fields.finish(findings);
        Some(window)
    }
}
