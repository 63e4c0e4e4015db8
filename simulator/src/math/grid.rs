//! Computing expressions over a grid of periods.

use std::collections::BTreeMap;

use crate::math::{
    Expression, Function, MathError,
    ast::{FillMode, Node, NodeKind},
    value::{Points, Value},
};

/// Longest chain of expressions that name one another. An alarm has at most 10 queries, a graph 500.
const MAX_CHAIN: usize = 32;

/// The periods of one computation, the metrics on them and the expressions that may be named.
#[derive(Clone, Debug)]
pub struct Grid<'a> {
    /// Start of the first period, seconds since 1970.
    pub start: i64,
    /// Length of a period in seconds.
    pub period: u32,
    /// Number of periods.
    pub count: u32,
    /// Metrics by id: one value per period, oldest first.
    pub metrics: BTreeMap<&'a str, Points>,
    /// Expressions by id.
    pub expressions: BTreeMap<&'a str, &'a Expression>,
}

impl Grid<'_> {
    /// The time series of a query, oldest first.
    ///
    /// # Errors
    /// A [`MathError`] when the id is unknown, expressions name one another in a circle, a function gets what it cannot take, or the result
    /// is not one time series.
    pub fn series(&self, id: &str) -> Result<Points, MathError> {
        match self.query(id, 1, 0)? {
            Value::Series(series) => Ok(series),
            Value::Scalar(_) => Err(MathError::new(1, "the result is one number; make it a series with TIME_SERIES")),
            Value::Array(_) => Err(MathError::new(1, "the result is several time series; reduce them with SUM, AVG, MIN or MAX")),
        }
    }

    /// Computes an expression that need not be one of [`Grid::expressions`].
    ///
    /// # Errors
    /// As [`Grid::series`], except that any kind of value may come out.
    pub fn evaluate(&self, expression: &Expression) -> Result<Value, MathError> {
        self.node(&expression.root, 0)
    }

    fn length(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX)
    }

    fn query(&self, id: &str, column: usize, chain: usize) -> Result<Value, MathError> {
        if let Some(points) = self.metrics.get(id) {
            return Ok(Value::Series(points.clone()));
        }
        let expression = self.expressions.get(id).ok_or_else(|| MathError::new(column, self.unknown(id)))?;
        if chain == MAX_CHAIN {
            return Err(MathError::new(column, format!("`{id}` is computed from itself; break the circle")));
        }
        self.node(&expression.root, chain + 1)
    }

    fn unknown(&self, id: &str) -> String {
        let mut known: Vec<&str> = self.metrics.keys().chain(self.expressions.keys()).copied().collect();
        known.sort_unstable();
        format!("there is no query with the id `{id}`; the ids are {}", known.join(", "))
    }

    fn node(&self, node: &Node, chain: usize) -> Result<Value, MathError> {
        match &node.kind {
            NodeKind::Number(number) => Ok(Value::Scalar(*number)),
            NodeKind::Id(id) => self.query(id, node.column, chain),
            NodeKind::Negate(inner) => Ok(self.node(inner, chain)?.map(|value| -value)),
            NodeKind::Binary(operator, left, right) => self.node(left, chain)?.combine(*operator, self.node(right, chain)?, node.column),
            NodeKind::Array(items) => self.array(items, chain),
            NodeKind::Call(function, arguments) => self.call(*function, arguments, node.column, chain),
            NodeKind::Text(_) => Err(MathError::new(node.column, "a text is only understood as the argument of METRICS")),
            NodeKind::Fill(_) => Err(MathError::new(node.column, "REPEAT and LINEAR are only understood as the second argument of FILL")),
        }
    }

    fn array(&self, items: &[Node], chain: usize) -> Result<Value, MathError> {
        let mut array = Vec::new();
        for item in items {
            match self.node(item, chain)? {
                Value::Series(series) => array.push(series),
                Value::Array(more) => array.extend(more),
                Value::Scalar(_) => return Err(MathError::new(item.column, "an array holds time series; this is one number")),
            }
        }
        Ok(Value::Array(array))
    }

    fn call(&self, function: Function, arguments: &[Node], column: usize, chain: usize) -> Result<Value, MathError> {
        if function == Function::Metrics {
            return self.all_metrics(arguments);
        }
        let Some(first) = arguments.first() else {
            // The parser has counted the arguments.
            return Err(MathError::new(column, format!("{} needs an argument", function.as_str())));
        };
        if function == Function::Period {
            return self.period(first);
        }
        let value = self.node(first, chain)?;
        if let Some(apply) = function.elementwise() {
            return Ok(value.map(apply));
        }
        if function.reduces() {
            return function.reduce(value, column);
        }
        match function {
            Function::Fill => self.fill(value, arguments, chain),
            Function::If => self.choose(value, arguments, chain),
            Function::First | Function::Last => one_of(function, value, first.column),
            Function::TimeSeries => match value {
                Value::Scalar(number) => Ok(Value::Series(vec![Some(number).filter(|number| number.is_finite()); self.length()])),
                _ => Err(MathError::new(first.column, "TIME_SERIES takes one number")),
            },
            // DIFF, RATE and RUNNING_SUM.
            _ => match value {
                Value::Series(series) => Ok(Value::Series(function.over_time(&series, self.period))),
                Value::Array(array) => Ok(Value::Array(array.iter().map(|series| function.over_time(series, self.period)).collect())),
                Value::Scalar(_) => Err(MathError::new(first.column, format!("{} takes a time series, found a number", function.as_str()))),
            },
        }
    }

    fn all_metrics(&self, arguments: &[Node]) -> Result<Value, MathError> {
        let part = match arguments.first() {
            None => "",
            Some(Node { kind: NodeKind::Text(text), .. }) => text.as_str(),
            Some(other) => return Err(MathError::new(other.column, "METRICS takes a part of an id in quotes, or nothing")),
        };
        Ok(Value::Array(self.metrics.iter().filter(|(id, _)| id.contains(part)).map(|(_, points)| points.clone()).collect()))
    }

    fn period(&self, argument: &Node) -> Result<Value, MathError> {
        match &argument.kind {
            NodeKind::Id(id) if self.metrics.contains_key(id.as_str()) => Ok(Value::Scalar(f64::from(self.period))),
            _ => Err(MathError::new(argument.column, "PERIOD takes the id of a metric")),
        }
    }

    /// `FILL`: a value for every period of the grid.
    fn fill(&self, value: Value, arguments: &[Node], chain: usize) -> Result<Value, MathError> {
        let Some(with) = arguments.get(1) else {
            return Err(MathError::new(1, "FILL needs what to fill with: a number, a time series, REPEAT or LINEAR"));
        };
        let filled: Box<dyn Fn(&Points) -> Points> = match &with.kind {
            NodeKind::Fill(FillMode::Repeat) => Box::new(repeat),
            NodeKind::Fill(FillMode::Linear) => Box::new(linear),
            _ => match self.node(with, chain)? {
                Value::Scalar(number) => Box::new(move |series| series.iter().map(|point| point.or(Some(number))).collect()),
                Value::Series(other) => Box::new(move |series| series.iter().zip(&other).map(|(point, other)| point.or(*other)).collect()),
                Value::Array(_) => return Err(MathError::new(with.column, "FILL fills with one time series, found several")),
            },
        };
        match value {
            Value::Series(series) => Ok(Value::Series(filled(&series))),
            Value::Array(array) => Ok(Value::Array(array.iter().map(filled).collect())),
            Value::Scalar(_) => Err(MathError::new(with.column, "FILL fills a time series, found a number")),
        }
    }

    /// `IF`.
    ///
    /// The three tables of the user guide, in one rule: a period without the condition has no result; where the chosen side is a series and
    /// has no data there, the result is 0, except for the second choice beside a number as the first, which stays empty. Without a second
    /// choice a period whose condition is false stays empty.
    fn choose(&self, condition: Value, arguments: &[Node], chain: usize) -> Result<Value, MathError> {
        let (Some(then_node), otherwise_node) = (arguments.get(1), arguments.get(2)) else {
            return Err(MathError::new(1, "IF needs a condition and a value"));
        };
        let then = self.node(then_node, chain)?;
        let otherwise = otherwise_node.map(|node| self.node(node, chain)).transpose()?;
        let condition = match condition {
            Value::Scalar(number) if number != 0.0 => return Ok(then),
            Value::Scalar(_) => return Ok(otherwise.unwrap_or_else(|| Value::Series(vec![None; self.length()]))),
            Value::Series(series) => series,
            Value::Array(_) => return Err(MathError::new(then_node.column, "IF takes one condition, found several time series")),
        };
        let then_is_series = matches!(then, Value::Series(_));
        let otherwise = otherwise.as_ref().zip(otherwise_node);
        let pick = |value: &Value, index: usize, column: usize| -> Result<Option<f64>, MathError> {
            match value {
                Value::Scalar(number) => Ok(Some(*number)),
                Value::Series(series) => Ok(series.get(index).copied().flatten()),
                Value::Array(_) => Err(MathError::new(column, "IF chooses between numbers and single time series, found several")),
            }
        };
        let mut result = Vec::with_capacity(condition.len());
        for (index, holds) in condition.into_iter().enumerate() {
            result.push(match (holds, otherwise) {
                (Some(holds), _) if holds != 0.0 => Some(pick(&then, index, then_node.column)?.unwrap_or(0.0)),
                (Some(_), Some((value, node))) => {
                    let picked = pick(value, index, node.column)?;
                    if then_is_series { picked.or(Some(0.0)) } else { picked }
                }
                (None, _) | (Some(_), None) => None,
            });
        }
        Ok(Value::Series(result))
    }
}

fn one_of(function: Function, value: Value, column: usize) -> Result<Value, MathError> {
    let Value::Array(mut array) = value else {
        return Err(MathError::new(column, format!("{} takes an array of time series", function.as_str())));
    };
    let chosen = if function == Function::First { (!array.is_empty()).then(|| array.swap_remove(0)) } else { array.pop() };
    chosen.map(Value::Series).ok_or_else(|| MathError::new(column, "the array is empty"))
}

/// Every gap takes the last value before it.
fn repeat(series: &Points) -> Points {
    let mut last = None;
    series
        .iter()
        .map(|point| {
            last = point.or(last);
            last
        })
        .collect()
}

/// Every gap between two values is drawn as a straight line; the ends stay empty.
fn linear(series: &Points) -> Points {
    let mut result = series.clone();
    let known: Vec<(usize, f64)> = series.iter().enumerate().filter_map(|(index, point)| Some((index, (*point)?))).collect();
    for pair in known.windows(2) {
        let [(from, low), (to, high)] = *pair else { continue };
        for (index, point) in result.iter_mut().enumerate().take(to).skip(from + 1) {
            #[expect(clippy::cast_precision_loss, reason = "a grid has far fewer than 2^52 periods")]
            let share = (index - from) as f64 / (to - from) as f64;
            *point = Some(low + (high - low) * share);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid<'a>(metrics: &[(&'a str, &[Option<f64>])]) -> Grid<'a> {
        Grid {
            start: 0,
            period: 60,
            count: u32::try_from(metrics[0].1.len()).unwrap(),
            metrics: metrics.iter().map(|(id, points)| (*id, points.to_vec())).collect(),
            expressions: BTreeMap::new(),
        }
    }

    fn compute(text: &str, metrics: &[(&str, &[Option<f64>])]) -> Result<Value, MathError> {
        grid(metrics).evaluate(&Expression::parse(text).unwrap())
    }

    fn series(text: &str, metrics: &[(&str, &[Option<f64>])]) -> Points {
        match compute(text, metrics).unwrap() {
            Value::Series(series) => series,
            other => panic!("{text} gives {other:?}"),
        }
    }

    const M1: (&str, &[Option<f64>]) = ("m1", &[Some(5.0), None, Some(1.0), None]);
    const M2: (&str, &[Option<f64>]) = ("m2", &[Some(20.0), Some(50.0), Some(0.0), None]);

    #[test]
    fn the_error_rate_of_an_alarm() {
        let rate = series("IF(m2 >= 20, 100 * FILL(m1, 0) / m2, 0)", &[M1, M2]);
        assert_eq!(rate, [Some(25.0), Some(0.0), Some(0.0), None]);
    }

    #[test]
    fn operators_bind_as_in_arithmetic() {
        let at = |text| series(text, &[("m1", &[Some(2.0)])])[0];
        assert_eq!(at("m1 + 3 * 4 ^ 2 / 2 - 1"), Some(25.0));
        assert_eq!(at("-m1 ^ 2"), Some(-4.0));
        assert_eq!(at("2 ^ 3 ^ m1"), Some(512.0));
        assert_eq!(at("m1 > 1 AND m1 < 2 OR m1 == 2"), Some(1.0));
        assert_eq!(at("(m1 > 1) && (m1 != 2 || m1 <= 1)"), Some(0.0));
    }

    #[test]
    fn missing_counts_as_zero_and_a_division_by_zero_drops_the_point() {
        assert_eq!(series("m1 + m2", &[M1, M2]), [Some(25.0), Some(50.0), Some(1.0), None]);
        assert_eq!(series("m1 / m2", &[M1, M2]), [Some(0.25), Some(0.0), None, None]);
        assert_eq!(series("m1 * 2", &[M1]), [Some(10.0), None, Some(2.0), None]);
    }

    #[test]
    fn gaps_are_filled() {
        let gaps: (&str, &[Option<f64>]) = ("m1", &[None, Some(2.0), None, None, Some(8.0), None]);
        assert_eq!(series("FILL(m1, 7)", &[gaps])[0], Some(7.0));
        assert_eq!(series("FILL(m1, REPEAT)", &[gaps]), [None, Some(2.0), Some(2.0), Some(2.0), Some(8.0), Some(8.0)]);
        assert_eq!(series("FILL(m1, LINEAR)", &[gaps]), [None, Some(2.0), Some(4.0), Some(6.0), Some(8.0), None]);
    }

    #[test]
    fn reductions_over_time_and_over_arrays() {
        assert_eq!(compute("SUM(m1)", &[M1]).unwrap(), Value::Scalar(6.0));
        assert_eq!(compute("AVG(m1)", &[M1]).unwrap(), Value::Scalar(3.0));
        assert_eq!(series("SUM([m1, m2])", &[M1, M2]), [Some(25.0), Some(50.0), Some(1.0), None]);
        assert_eq!(series("AVG([m1, m2])", &[M1, M2]), [Some(12.5), Some(25.0), Some(0.5), None]);
        assert_eq!(series("MIN(METRICS())", &[M1, M2]), [Some(5.0), Some(50.0), Some(0.0), None]);
        assert_eq!(series("MAX(METRICS(\"2\"))", &[M1, M2]), M2.1);
        assert_eq!(series("m1 / SUM(m1)", &[M1])[2], Some(1.0 / 6.0));
    }

    #[test]
    fn differences_over_time() {
        assert_eq!(series("DIFF(m1)", &[M1]), [None, None, Some(-4.0), None]);
        assert_eq!(series("RATE(m1)", &[M1]), [None, None, Some(-4.0 / 120.0), None]);
        assert_eq!(series("RUNNING_SUM(m1)", &[M1]), [Some(5.0), None, Some(6.0), None]);
        assert_eq!(series("m1 / PERIOD(m1)", &[M1])[0], Some(5.0 / 60.0));
    }

    #[test]
    fn mistakes_name_their_place() {
        let error = |text: &str| compute(text, &[M1, M2]).unwrap_err().to_string();
        assert_eq!(error("m1 + m3"), "metric math, column 6: there is no query with the id `m3`; the ids are m1, m2");
        assert_eq!(error("SUM(5)"), "metric math, column 1: SUM needs a time series or an array of them, found a number");
        assert_eq!(error("[m1, m2] + [m1]"), "metric math, column 10: the arrays have 2 and 1 members; both sides need the same number");
        assert!(error("m1 + REPEAT").contains("second argument of FILL"));
        assert!(error("PERIOD(SUM(m1))").contains("id of a metric"));
    }

    #[test]
    fn the_result_must_be_one_series_and_circles_are_found() {
        let (circle, number, ok) = (Expression::parse("e2 + 1").unwrap(), Expression::parse("SUM(m1)").unwrap(), Expression::parse("e4 * 2").unwrap());
        let back = Expression::parse("e1").unwrap();
        let base = Expression::parse("m1 + 1").unwrap();
        let mut grid = grid(&[M1]);
        grid.expressions = BTreeMap::from([("e1", &circle), ("e2", &back), ("e3", &number), ("e4", &base), ("e5", &ok)]);
        assert!(grid.series("e1").unwrap_err().to_string().contains("computed from itself"));
        assert!(grid.series("e3").unwrap_err().to_string().contains("TIME_SERIES"));
        assert_eq!(grid.series("e5").unwrap(), [Some(12.0), None, Some(4.0), None]);
    }
}
