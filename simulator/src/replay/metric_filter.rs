//! A native metric filter: samples of a metric from matching log events.

use skywarden_core::{
    json::Selector,
    pattern::{FilterPattern, MetricValue},
};

/// One metric filter.
#[derive(Clone, Debug)]
pub struct MetricFilter {
    /// Filter name.
    pub name: String,
    /// Log group.
    pub log_group: String,
    /// Which events.
    pub pattern: FilterPattern,
    /// Namespace of the metric.
    pub namespace: String,
    /// Name of the metric.
    pub metric: String,
    /// Value of a matching event.
    pub value: MetricValue,
    /// Value of an event that does not match; only without dimensions.
    pub default_value: Option<f64>,
    /// Dimensions, name and where the value comes from.
    pub dimensions: Vec<(String, DimensionSource)>,
    /// CloudWatch unit, `None` unless given.
    pub unit: String,
}

/// Where a dimension's value comes from.
#[derive(Clone, Debug)]
pub enum DimensionSource {
    /// A member of a JSON line.
    Selector(Box<Selector>),
    /// A field of a space-delimited pattern, with its `$`.
    Field(String),
}

/// One sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Value.
    pub value: f64,
    /// Dimensions, name and value.
    pub dimensions: Vec<(String, String)>,
}

impl MetricFilter {
    /// The sample of one event, if any: a matching event without a number where the value should be, or without one of the dimensions,
    /// gives none; an event that does not match gives the default value.
    pub fn sample(&self, message: &str) -> Option<Sample> {
        let Some(value) = self.value.extract(&self.pattern, message) else {
            let default = self.default_value.filter(|_| self.dimensions.is_empty() && !self.pattern.matches(message))?;
            return Some(Sample { value: default, dimensions: Vec::new() });
        };
        let mut dimensions = Vec::with_capacity(self.dimensions.len());
        for (name, source) in &self.dimensions {
            dimensions.push((name.clone(), source.value(&self.pattern, message)?));
        }
        Some(Sample { value, dimensions })
    }
}

impl DimensionSource {
    /// The dimension's value in a matching event; only texts and numbers can be one.
    fn value(&self, pattern: &FilterPattern, message: &str) -> Option<String> {
        match self {
            Self::Selector(selector) => selector.find(message)?.as_text().map(str::to_owned),
            Self::Field(field) => pattern.extract(message)?.into_iter().find(|(name, _)| name == field).map(|(_, value)| value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(pattern: &str, value: &str, default_value: Option<f64>, dimensions: &[(&str, &str)]) -> MetricFilter {
        MetricFilter {
            name: "f".to_owned(),
            log_group: "g".to_owned(),
            pattern: FilterPattern::parse(pattern).unwrap(),
            namespace: "n".to_owned(),
            metric: "m".to_owned(),
            value: MetricValue::parse(value).unwrap(),
            default_value,
            dimensions: dimensions
                .iter()
                .map(|(name, source)| {
                    let source = Selector::parse(source)
                        .map_or_else(|_| DimensionSource::Field((*source).to_owned()), |selector| DimensionSource::Selector(Box::new(selector)));
                    ((*name).to_owned(), source)
                })
                .collect(),
            unit: String::new(),
        }
    }

    fn sample(value: f64, dimensions: &[(&str, &str)]) -> Sample {
        let dimensions = dimensions.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Sample { value, dimensions }
    }

    #[test]
    fn a_matching_event_gives_its_value_and_any_other_the_default() {
        let errors = filter("{ $.status >= 500 }", "1", Some(0.0), &[]);
        assert_eq!(errors.sample(r#"{"status":503}"#), Some(sample(1.0, &[])));
        assert_eq!(errors.sample(r#"{"status":200}"#), Some(sample(0.0, &[])));
        assert_eq!(errors.sample("not json"), Some(sample(0.0, &[])));
        assert_eq!(filter("{ $.status >= 500 }", "1", None, &[]).sample(r#"{"status":200}"#), None);
    }

    #[test]
    fn a_matching_event_without_a_number_gives_nothing_not_even_the_default() {
        let amount = filter("{ $.event = \"order\" }", "$.amount", Some(0.0), &[]);
        assert_eq!(amount.sample(r#"{"event":"order","amount":5.5}"#), Some(sample(5.5, &[])));
        assert_eq!(amount.sample(r#"{"event":"order","amount":null}"#), None);
        assert_eq!(amount.sample(r#"{"event":"order"}"#), None);
    }

    #[test]
    fn dimensions_come_from_the_event_or_there_is_no_sample() {
        let amount = filter("{ $.amount = * }", "$.amount", None, &[("Currency", "$.currency"), ("Shop", "$.shop")]);
        assert_eq!(amount.sample(r#"{"amount":5,"currency":"EUR","shop":7}"#), Some(sample(5.0, &[("Currency", "EUR"), ("Shop", "7")])));
        assert_eq!(amount.sample(r#"{"amount":5,"currency":"EUR"}"#), None);
        assert_eq!(amount.sample(r#"{"amount":5,"currency":{"code":"EUR"},"shop":7}"#), None);
    }

    #[test]
    fn space_delimited_fields_give_values_and_dimensions() {
        let bytes = filter("[host, status, size]", "$size", None, &[("Host", "$host")]);
        assert_eq!(bytes.sample("web-1 200 512"), Some(sample(512.0, &[("Host", "web-1")])));
        assert_eq!(bytes.sample("web-1 200"), None);
    }
}
