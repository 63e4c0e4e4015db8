//! The simulator: what CloudWatch and the processors would make of a log, on a laptop.
//!
//! It reads the emitted templates and the plan, never the config, so that it serves templates of other tools as well.
//!
//! | module | concept |
//! |---|---|
//! | [`template`] | what the templates watch: filters, alarms, topics, dashboards |
//! | [`replay`] | the clock-driven replay of log events |
//! | [`statistics`] | metrics by period, with the percentiles CloudWatch would give |
//! | [`alarm`], [`math`] | alarm evaluation and metric math |
//! | [`composite`], [`mute`] | alarms over alarms, and what holds actions back |
//! | [`memory`] | core's ports, in memory |
//! | [`processors`] | the three processors over those ports |
//! | [`simulation`] | the whole: templates, plan and log in, report out |
//! | [`report`] | what a replay found, as data and as text |
//!
//! Absent on purpose: no clock but the events', no file system, no environment, no network.

pub mod alarm;
pub mod composite;
pub mod math;
pub mod memory;
pub mod mute;
pub mod processors;
pub mod replay;
pub mod report;
pub mod simulation;
pub mod statistics;
pub mod template;
