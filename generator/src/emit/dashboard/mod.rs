//! Dashboards: one per service, and an overview of the project.

mod alarms;
mod grid;
mod named;
mod objectives;
mod overview;
mod own;
mod series;
mod service;
mod telemetry;

use skywarden_cloudformation::{
    Expr, List, Resource, Tag,
    cloudwatch::Dashboard,
    dashboard::{Body, BodyProperty},
};

pub(super) use overview::{overview, overview_pages};
pub(super) use service::service;

/// Region of a widget, filled in at deployment.
const REGION: &str = "${AWS::Region}";

/// A dashboard resource of a body.
fn resource(name: String, body: Body, tags: List<Tag>) -> Resource {
    // Text, numbers and lists always have a JSON form.
    let body = BodyProperty::try_from(body).unwrap_or_else(|_| Expr::from(String::new()).into());
    Resource::new(Dashboard { dashboard_name: Some(name.into()), tags, ..Dashboard::new(body) })
}
