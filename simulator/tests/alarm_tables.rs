//! Every row of the published tables on missing data, and the worked examples of metric math.

use std::collections::BTreeMap;

use serde::Deserialize;
use skywarden_simulator::{
    alarm::{AlarmRule, AlarmState, Comparison, MissingData, evaluate},
    math::{Expression, Grid, Value},
    statistics::Datapoint,
};

#[derive(Deserialize)]
struct MissingDataRow {
    datapoints: Vec<String>,
    treat: String,
    m: u32,
    n: u32,
    expected: String,
    row: String,
}

#[test]
fn missing_data_is_treated_as_the_user_guide_says() {
    let rows: Vec<MissingDataRow> = serde_json::from_str(include_str!("fixtures/alarm-missing-data.json")).unwrap();
    assert!(rows.len() > 40, "the fixture holds both tables and the prose cases");
    for row in rows {
        let rule = AlarmRule {
            comparison: Comparison::GreaterThanOrEqual,
            threshold: 1.0,
            period_seconds: 300,
            evaluation_periods: row.n,
            datapoints_to_alarm: Some(row.m),
            missing: MissingData::from_word(&row.treat).unwrap(),
            least_samples: None,
        };
        let range: Vec<Option<Datapoint>> = (0..)
            .zip(&row.datapoints)
            .map(|(index, letter)| {
                let value = match letter.as_str() {
                    "0" => 0.0,
                    "X" => 1.0,
                    "-" => return None,
                    other => panic!("unknown datapoint {other}"),
                };
                Some(Datapoint { start: index * 300, value, samples: 1.0 })
            })
            .collect();
        let found = evaluate(&range, &rule).state().map_or("RETAIN", AlarmState::as_str);
        assert_eq!(found, row.expected, "{}: {} treated as {}", row.row, row.datapoints.join(" "), row.treat);
    }
}

#[derive(Deserialize)]
struct MathRow {
    expr: Option<String>,
    #[serde(default)]
    inputs: BTreeMap<String, Vec<Option<f64>>>,
    #[serde(default)]
    expected: Vec<Option<f64>>,
}

#[test]
fn metric_math_gives_what_the_user_guide_shows() {
    let rows: Vec<MathRow> = serde_json::from_str(include_str!("fixtures/metric-math.json")).unwrap();
    let mut checked = 0;
    for row in rows {
        // One entry of the fixture only names the source.
        let Some(text) = row.expr else { continue };
        let grid = Grid {
            start: 0,
            period: 60,
            count: u32::try_from(row.expected.len()).unwrap(),
            metrics: row.inputs.iter().map(|(id, points)| (id.as_str(), points.clone())).collect(),
            expressions: BTreeMap::new(),
        };
        assert_eq!(grid.evaluate(&Expression::parse(&text).unwrap()), Ok(Value::Series(row.expected)), "{text}");
        checked += 1;
    }
    assert!(checked >= 6, "the fixture holds the worked examples");
}
