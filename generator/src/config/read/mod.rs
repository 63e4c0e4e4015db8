//! Reading one value: each reader takes a node, reports what is wrong with it and gives the value with its place.

mod address;
mod chat;
mod duration;
mod fields;
mod log_format;
mod log_query;
mod mask;
mod name;
mod name_pattern;
mod opening;
mod pattern;
mod percentage;
mod quiet;
mod rate;
mod scalar;
mod statistic;
mod target;
mod unit;
mod window;

pub(crate) use address::{account, email, encryption_key, organization, phone, queue, region, url, webhook};
pub(crate) use chat::chat;
pub(crate) use duration::{deploying, milliseconds, minutes, objective_period, objective_window, retention, stream_retention, warm_up};
pub(crate) use fields::Fields;
pub(crate) use log_format::log_format;
pub(crate) use log_query::{QueryParts, log_query};
pub(crate) use mask::{entity, mask_key, mask_path, mask_pattern};
pub(crate) use name::{
    alarm_name, category, dimension_name, environment_name, log_group_name, metric_name, objective_name, project_name, route_name, service_name, window_name,
};
pub(crate) use name_pattern::name_pattern;
pub(crate) use opening::{maintenance_minutes, opens};
pub(crate) use pattern::{filter_pattern, selector};
pub(crate) use percentage::percentage;
pub(crate) use quiet::{QuietTimes, Zone, quiet, time_zone, zone_as};
pub(crate) use rate::byte_rate;
pub(crate) use scalar::{Expected, boolean, count, each, number, one_or_many, text, word};
pub(crate) use statistic::{is_percentile, is_quantile, statistic};
pub(crate) use target::target;
pub(crate) use unit::{in_time_unit, is_time_unit, unit};
pub(crate) use window::{Window, window};
