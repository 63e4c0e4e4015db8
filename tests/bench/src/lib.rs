//! Measures the hot path: a delivered batch of log events to PutMetricData requests.
//!
//! Ours stands beside the floor (the fastest pipeline we know how to build, with none of the semantics) and beside other tools, on the same
//! batches, in the same run, turn by turn. Every pipeline's answer is compared with an independent count: a fast wrong answer fails.

pub mod answer;
pub mod child;
pub mod data;
pub mod fields;
pub mod filter;
pub mod floor;
pub mod goals;
pub mod grouping;
pub mod masking;
pub mod measure;
pub mod memory;
pub mod messages;
pub mod ours;
pub mod pipeline;
pub mod report;
pub mod run;
pub mod series;
pub mod serve;
pub mod truth;
