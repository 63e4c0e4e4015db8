//! Reading one value: each reader takes a node, reports what is wrong with it and gives the value with its place.

mod address;
mod chat;
mod duration;
mod fields;
mod log_format;
mod mask;
mod name;
mod pattern;
mod percentage;
mod quiet;
mod rate;
mod scalar;
mod statistic;
mod unit;
mod window;

pub(crate) use address::{email, encryption_key, phone, queue, region, url, webhook};
pub(crate) use chat::chat;
pub(crate) use duration::{milliseconds, retention, stream_retention, warm_up};
pub(crate) use fields::Fields;
pub(crate) use log_format::log_format;
pub(crate) use mask::{entity, mask_key, mask_path, mask_pattern};
pub(crate) use name::{category, dimension_name, environment_name, log_group_name, metric_name, project_name, route_name, service_name};
pub(crate) use pattern::{filter_pattern, selector};
pub(crate) use percentage::percentage;
pub(crate) use quiet::{QuietTimes, Zone, quiet, time_zone};
pub(crate) use rate::byte_rate;
pub(crate) use scalar::{Expected, boolean, count, each, number, one_or_many, text, word};
pub(crate) use statistic::{is_percentile, statistic};
pub(crate) use unit::{unit, unit_seconds};
pub(crate) use window::{Window, window};
