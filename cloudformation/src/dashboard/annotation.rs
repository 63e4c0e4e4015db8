//! Lines and bands across a graph.

use serde::{Deserialize, Serialize};

use super::Side;
use crate::Number;
use crate::shape::{shape, words};

shape! { camelCase
    /// Lines and bands across a graph.
    pub struct Annotations {
        optional {
            /// ARN of the one alarm whose metric and threshold are drawn; excludes everything else.
            alarms: Vec<String>,
            /// At values.
            horizontal: Vec<Horizontal>,
            /// At times.
            vertical: Vec<Vertical>,
        }
    }
}

/// At a value, or between two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Horizontal {
    /// A line.
    Line(HorizontalLine),
    /// A band.
    Band(HorizontalLine, HorizontalLine),
}

/// At a time, or between two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Vertical {
    /// A line.
    Line(VerticalLine),
    /// A band.
    Band(VerticalLine, VerticalLine),
}

shape! { camelCase
    /// A line at a value.
    pub struct HorizontalLine {
        required {
            /// The value.
            value: Number,
        }
        optional {
            /// Its name.
            label: Option<String>,
            /// `#rrggbb`.
            color: Option<String>,
            /// Which side is filled.
            fill: Option<Fill>,
            /// Drawn when true, as by default.
            visible: Option<bool>,
            /// Which axis.
            y_axis: Option<Side>,
        }
    }
}

shape! { camelCase
    /// A line at a time.
    pub struct VerticalLine {
        required {
            /// ISO 8601.
            value: String,
        }
        optional {
            /// Its name.
            label: Option<String>,
            /// `#rrggbb`.
            color: Option<String>,
            /// Which side is filled.
            fill: Option<Fill>,
            /// Drawn when true, as by default.
            visible: Option<bool>,
        }
    }
}

words! {
    /// Which side of a line is filled.
    pub enum Fill {
        /// Above a horizontal line.
        Above = "above",
        /// Below a horizontal line.
        Below = "below",
        /// Before a vertical line.
        Before = "before",
        /// After a vertical line.
        After = "after",
        /// Neither.
        None = "none",
    }
}

impl From<HorizontalLine> for Horizontal {
    fn from(line: HorizontalLine) -> Self {
        Self::Line(line)
    }
}

impl From<VerticalLine> for Vertical {
    fn from(line: VerticalLine) -> Self {
        Self::Line(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_bands_are_told_apart() {
        let text = r##"{"horizontal":[{"value":5,"label":"limit","color":"#d62728"},[{"value":1},{"value":2.5}]],"vertical":[{"value":"2026-11-01T00:00:00Z","fill":"after"}]}"##;
        let annotations: Annotations = serde_json::from_str(text).unwrap();
        assert!(matches!(annotations.horizontal.as_slice(), [Horizontal::Line(_), Horizontal::Band(..)]));
        assert_eq!(serde_json::to_string(&annotations).unwrap(), text);
    }
}
