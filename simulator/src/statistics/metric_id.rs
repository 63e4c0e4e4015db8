//! The identity of a metric.

use std::fmt;

/// Namespace, name and dimensions: what makes two samples the same metric. The unit is not part of it here, because no rule of ours
/// publishes one metric in two units.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricId {
    namespace: String,
    name: String,
    dimensions: Vec<(String, String)>,
}

impl MetricId {
    /// A metric; the dimensions are sorted, since CloudWatch does not look at their order.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>, mut dimensions: Vec<(String, String)>) -> Self {
        dimensions.sort();
        Self { namespace: namespace.into(), name: name.into(), dimensions }
    }

    /// Namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Metric name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Dimensions by name, sorted.
    pub fn dimensions(&self) -> &[(String, String)] {
        &self.dimensions
    }
}

impl fmt::Display for MetricId {
    /// `namespace name {Dimension=value, …}`; without braces when there is no dimension.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.namespace, self.name)?;
        if !self.dimensions.is_empty() {
            formatter.write_str(" {")?;
            for (position, (name, value)) in self.dimensions.iter().enumerate() {
                let separator = if position == 0 { "" } else { ", " };
                write!(formatter, "{separator}{name}={value}")?;
            }
            formatter.write_str("}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn the_order_of_dimensions_does_not_make_another_metric() {
        let one = MetricId::new("a/b", "Duration", vec![pair("Provider", "stripe"), pair("Outcome", "ok")]);
        let other = MetricId::new("a/b", "Duration", vec![pair("Outcome", "ok"), pair("Provider", "stripe")]);
        assert_eq!(one, other);
        assert_eq!(one.to_string(), "a/b Duration {Outcome=ok, Provider=stripe}");
        assert_eq!(MetricId::new("a/b", "Requests", vec![]).to_string(), "a/b Requests");
    }
}
