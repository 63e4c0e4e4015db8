//! A widget: where it is and what it shows.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::{AlarmWidget, LogWidget, MetricWidget, TextWidget};

/// A widget on the grid of [`super::COLUMNS`] columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Widget {
    /// Column of the left edge, 0..=23; placed by `CloudWatch` when absent.
    pub x: Option<u32>,
    /// Row of the top edge.
    pub y: Option<u32>,
    /// Columns, 1..=24; 6 when absent.
    pub width: Option<u32>,
    /// Rows, 1..=1,000; 6 when absent.
    pub height: Option<u32>,
    /// What it shows.
    pub content: Content,
    /// What was read but has no field here, kept as read.
    pub rest: Map<String, Json>,
}

/// What a widget shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Graphs and numbers of metrics.
    Metric(Box<MetricWidget>),
    /// Markdown.
    Text(TextWidget),
    /// A Logs Insights query.
    Log(Box<LogWidget>),
    /// States of alarms.
    Alarm(Box<AlarmWidget>),
    /// Any other type, or properties that do not fit theirs: passes through.
    Other {
        /// `explorer`, `custom`, `chart`, …
        type_name: String,
        /// The properties as read.
        properties: Map<String, Json>,
    },
}

impl Widget {
    /// A widget at a place, in columns and rows.
    pub fn new(x: u32, y: u32, width: u32, height: u32, content: impl Into<Content>) -> Self {
        Self { x: Some(x), y: Some(y), width: Some(width), height: Some(height), content: content.into(), rest: Map::new() }
    }
}

impl Content {
    fn type_name(&self) -> &str {
        match self {
            Self::Metric(_) => "metric",
            Self::Text(_) => "text",
            Self::Log(_) => "log",
            Self::Alarm(_) => "alarm",
            Self::Other { type_name, .. } => type_name,
        }
    }

    fn typed(type_name: &str, properties: &Map<String, Json>) -> Option<Result<Self, serde_json::Error>> {
        match type_name {
            "metric" => Some(Deserialize::deserialize(properties).map(Self::Metric)),
            "text" => Some(Deserialize::deserialize(properties).map(Self::Text)),
            "log" => Some(Deserialize::deserialize(properties).map(Self::Log)),
            "alarm" => Some(Deserialize::deserialize(properties).map(Self::Alarm)),
            _ => None,
        }
    }

    /// Why a widget of a typed kind is nonetheless [`Content::Other`]; `None` when all is well.
    pub fn untyped_reason(&self) -> Option<String> {
        let Self::Other { type_name, properties } = self else {
            return None;
        };
        Some(Self::typed(type_name, properties)?.err()?.to_string())
    }
}

/// The properties alone, without the type.
impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Metric(widget) => widget.serialize(serializer),
            Self::Text(widget) => widget.serialize(serializer),
            Self::Log(widget) => widget.serialize(serializer),
            Self::Alarm(widget) => widget.serialize(serializer),
            Self::Other { properties, .. } => properties.serialize(serializer),
        }
    }
}

impl From<MetricWidget> for Content {
    fn from(widget: MetricWidget) -> Self {
        Self::Metric(Box::new(widget))
    }
}

impl From<TextWidget> for Content {
    fn from(widget: TextWidget) -> Self {
        Self::Text(widget)
    }
}

impl From<LogWidget> for Content {
    fn from(widget: LogWidget) -> Self {
        Self::Log(Box::new(widget))
    }
}

impl From<AlarmWidget> for Content {
    fn from(widget: AlarmWidget) -> Self {
        Self::Alarm(Box::new(widget))
    }
}

/// The JSON form when read.
#[derive(Deserialize)]
struct Read {
    r#type: String,
    x: Option<u32>,
    y: Option<u32>,
    width: Option<u32>,
    height: Option<u32>,
    #[serde(default)]
    properties: Json,
    #[serde(flatten)]
    rest: Map<String, Json>,
}

/// The JSON form when written.
#[derive(Serialize)]
struct Written<'a> {
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    properties: &'a Content,
    #[serde(flatten)]
    rest: &'a Map<String, Json>,
}

impl Serialize for Widget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { r#type: self.content.type_name(), x: self.x, y: self.y, width: self.width, height: self.height, properties: &self.content, rest: &self.rest }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Widget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Read { r#type, x, y, width, height, properties, rest } = Read::deserialize(deserializer)?;
        let properties = match properties {
            Json::Object(properties) => properties,
            Json::Null => Map::new(),
            _ => {
                let message = format!("`properties` of a {type} widget must be an object");
                return Err(serde::de::Error::custom(message));
            }
        };
        let content = match Content::typed(&r#type, &properties) {
            Some(Ok(content)) => content,
            Some(Err(_)) | None => Content::Other { type_name: r#type, properties },
        };
        Ok(Self { x, y, width, height, content, rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_widget_passes_through() {
        let text = r#"{"type":"custom","width":24,"properties":{"endpoint":"arn:x"},"later":1}"#;
        let widget: Widget = serde_json::from_str(text).unwrap();
        assert!(matches!(&widget.content, Content::Other { type_name, .. } if type_name == "custom"));
        assert_eq!(widget.content.untyped_reason(), None);
        assert_eq!(serde_json::to_string(&widget).unwrap(), text);
    }

    #[test]
    fn a_metric_widget_that_does_not_fit_is_kept_and_says_why() {
        let text = r#"{"type":"metric","properties":{"region":"eu-west-1","view":"hologram"}}"#;
        let widget: Widget = serde_json::from_str(text).unwrap();
        assert!(widget.content.untyped_reason().is_some_and(|reason| reason.contains("hologram")));
        assert_eq!(serde_json::to_string(&widget).unwrap(), text);
    }
}
