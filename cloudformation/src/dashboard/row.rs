//! Rows of a metric widget: `[namespace, name, dimension, value, …, {render}]` or `[{expression}]`.

use serde::de::Error as _;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::shape::{shape, words};

/// One metric or expression and how it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where its values come from.
    pub source: Source,
    /// How it is drawn.
    pub render: Render,
}

/// Where the values of a row come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A metric.
    Metric {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// Names and values of its dimensions, at most 30.
        dimensions: Vec<(String, String)>,
    },
    /// Metric math, `SEARCH`, or a Metrics Insights query.
    Expression(String),
}

shape! { camelCase
    /// How a row is drawn, and what it is called in expressions.
    pub struct Render {
        optional {
            /// Name of the row in expressions; lower-case letter first.
            id: Option<String>,
            /// Name on the graph; dynamic labels such as `${MAX}` allowed.
            label: Option<String>,
            /// Statistic; the widget's when absent.
            stat: Option<String>,
            /// Seconds; the widget's when absent.
            period: Option<u32>,
            /// `#rrggbb`.
            color: Option<String>,
            /// Drawn when true, as by default; false for mere inputs of expressions.
            visible: Option<bool>,
            /// Which axis; left when absent.
            y_axis: Option<Side>,
            /// Region of the metric.
            region: Option<String>,
            /// Account of the metric.
            account_id: Option<String>,
        }
    }
}

words! {
    /// An axis.
    pub enum Side {
        /// The left one.
        Left = "left",
        /// The right one.
        Right = "right",
    }
}

impl Row {
    /// A metric.
    pub fn metric<K: Into<String>, V: Into<String>>(
        namespace: impl Into<String>,
        name: impl Into<String>,
        dimensions: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let dimensions = dimensions.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        let source = Source::Metric { namespace: namespace.into(), name: name.into(), dimensions };
        Self { source, render: Render::default() }
    }

    /// An expression.
    pub fn expression(expression: impl Into<String>) -> Self {
        Self { source: Source::Expression(expression.into()), render: Render::default() }
    }

    /// The same, drawn so.
    #[must_use]
    pub fn with(mut self, render: Render) -> Self {
        self.render = render;
        self
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cells = serializer.serialize_seq(None)?;
        match &self.source {
            Source::Metric { namespace, name, dimensions } => {
                cells.serialize_element(namespace)?;
                cells.serialize_element(name)?;
                for (key, value) in dimensions {
                    cells.serialize_element(key)?;
                    cells.serialize_element(value)?;
                }
                if self.render != Render::default() {
                    cells.serialize_element(&self.render)?;
                }
            }
            Source::Expression(expression) => {
                cells.serialize_element(&Expression { expression, render: &self.render })?;
            }
        }
        cells.end()
    }
}

/// The JSON form of an expression's one cell.
#[derive(Serialize)]
struct Expression<'a> {
    expression: &'a str,
    #[serde(flatten)]
    render: &'a Render,
}

/// Reads all rows of a widget. Short forms are written out: `.` repeats the cell above, and `...` as
/// many cells of the row above as the rest of the row leaves over.
pub(super) fn read_rows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Row>, D::Error> {
    let mut above: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for cells in Vec::<Vec<Json>>::deserialize(deserializer)? {
        rows.push(read_row(cells, &mut above).map_err(D::Error::custom)?);
    }
    Ok(rows)
}

fn read_row(mut cells: Vec<Json>, above: &mut Vec<String>) -> Result<Row, String> {
    let mut render = match cells.pop_if(|last| last.is_object()) {
        Some(Json::Object(object)) => object,
        _ => serde_json::Map::new(),
    };
    let expression = render.shift_remove("expression");
    let render: Render = serde_json::from_value(Json::Object(render)).map_err(|error| error.to_string())?;
    if let Some(expression) = expression {
        let text = expression.as_str().ok_or("`expression` must be text")?.to_owned();
        return Ok(Row { source: Source::Expression(text), render });
    }
    let texts: Option<Vec<&str>> = cells.iter().map(Json::as_str).collect();
    let texts = texts.ok_or("a cell of a metric row must be text")?;
    let full = write_out(&texts, above)?;
    let [namespace, name, dimensions @ ..] = full.as_slice() else {
        return Err("a metric row needs a namespace and a name".to_owned());
    };
    let (pairs, odd) = dimensions.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(format!("dimension `{}` has no value", odd[0]));
    }
    let dimensions = pairs.iter().map(|[key, value]| (key.clone(), value.clone())).collect();
    let source = Source::Metric { namespace: namespace.clone(), name: name.clone(), dimensions };
    *above = full;
    Ok(Row { source, render })
}

/// The cells of a row without short forms.
fn write_out(cells: &[&str], above: &[String]) -> Result<Vec<String>, String> {
    let mut full: Vec<String> = Vec::with_capacity(cells.len());
    for (position, cell) in cells.iter().enumerate() {
        match *cell {
            "..." => {
                let after = cells.len() - position - 1;
                let end = above.len().checked_sub(after).filter(|end| *end >= full.len());
                let end = end.ok_or("`...` has no row above it to repeat")?;
                full.extend_from_slice(&above[full.len()..end]);
            }
            "." => {
                let cell = above.get(full.len()).ok_or("`.` has no cell above it to repeat")?;
                full.push(cell.clone());
            }
            text => full.push(text.to_owned()),
        }
    }
    Ok(full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::MetricWidget;

    fn rows(metrics: &str) -> Result<Vec<Row>, String> {
        let widget = format!(r#"{{"region":"eu-west-1","metrics":{metrics}}}"#);
        let widget: MetricWidget = serde_json::from_str(&widget).map_err(|error| error.to_string())?;
        Ok(widget.metrics)
    }

    #[test]
    fn short_forms_are_written_out() {
        let read = rows(
            r#"[["AWS/Lambda","Errors","FunctionName","a",{"stat":"Sum"}],
                [".","Invocations",".","."],
                [{"expression":"m1/m2","id":"rate"}],
                ["...","b"],
                [".","Throttles"]]"#,
        );
        assert_eq!(
            read.unwrap(),
            [
                Row::metric("AWS/Lambda", "Errors", [("FunctionName", "a")]).with(Render { stat: Some("Sum".into()), ..Render::default() }),
                Row::metric("AWS/Lambda", "Invocations", [("FunctionName", "a")]),
                Row::expression("m1/m2").with(Render { id: Some("rate".into()), ..Render::default() }),
                Row::metric("AWS/Lambda", "Invocations", [("FunctionName", "b")]),
                Row::metric("AWS/Lambda", "Throttles", [("", ""); 0]),
            ]
        );
    }

    #[test]
    fn full_rows_write_back() {
        let text = r#"[["A","B","C","D",{"id":"m1","visible":false}],[{"expression":"SUM(METRICS())","label":"all"}],["A","B"]]"#;
        assert_eq!(serde_json::to_string(&rows(text).unwrap()).unwrap(), text);
    }

    #[test]
    fn broken_rows_say_what_is_wrong() {
        for (text, message) in [
            (r#"[["A"]]"#, "a metric row needs a namespace and a name"),
            (r#"[["A","B","C"]]"#, "dimension `C` has no value"),
            (r#"[["...","x"]]"#, "`...` has no row above it to repeat"),
            (r#"[["A","."]]"#, "`.` has no cell above it to repeat"),
            (r#"[["A",5]]"#, "a cell of a metric row must be text"),
        ] {
            assert_eq!(rows(text).unwrap_err().split(" at line").next(), Some(message));
        }
    }
}
