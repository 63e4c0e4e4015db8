//! The metric math of the time to drain, as a template has it: a value in every period, and the worst one where the queue does not become shorter.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;

use serde_json::Value as Json;
use skywarden_simulator::math::{Expression, Grid};

const TEMPLATE: &str = include_str!("../../generator/tests/fixtures/any_metric/expected/cloudformation/shop-prod-service-checkout.template.json");

/// Counts as never: a year.
const NEVER: f64 = 31_536_000.0;

/// Messages waiting, sent and deleted in a period of five minutes, and the seconds until the queue is empty; `None`: no data.
const CASES: [(Option<f64>, Option<f64>, Option<f64>, Option<f64>, &str); 14] = [
    (Some(0.0), Some(0.0), Some(0.0), Some(0.0), "empty and idle"),
    (Some(0.0), Some(50.0), Some(50.0), Some(0.0), "empty, all that comes is done"),
    (Some(0.0), Some(50.0), Some(20.0), Some(0.0), "empty at the end, whatever came"),
    (Some(100.0), Some(0.0), Some(100.0), Some(300.0), "as many done as wait: one period"),
    (Some(100.0), Some(50.0), Some(100.0), Some(600.0), "half of what is done comes anew"),
    (Some(100.0), Some(99.0), Some(100.0), Some(30_000.0), "shorter by one"),
    (Some(100.0), Some(100.0), Some(100.0), Some(NEVER), "as long as before: nothing may be divided by zero"),
    (Some(100.0), Some(101.0), Some(100.0), Some(NEVER), "longer by one: the guard of the divisor must not be zero"),
    (Some(100.0), Some(500.0), Some(100.0), Some(NEVER), "longer and longer"),
    (Some(100.0), Some(0.0), Some(0.0), Some(NEVER), "the consumer is gone"),
    (Some(100.0), None, None, Some(NEVER), "nothing was sent and nothing done, and neither has data"),
    (Some(100.0), None, Some(100.0), Some(300.0), "nothing was sent, which has no data"),
    (Some(100.0), Some(10.0), None, Some(NEVER), "nothing was done, which has no data"),
    (None, None, None, None, "a queue nobody has used for hours has no data at all"),
];

#[test]
fn every_case_has_the_seconds_a_person_would_say() {
    let template: Json = serde_json::from_str(TEMPLATE).unwrap();
    let queries = template["Resources"]["AlarmNamedOrdersDrain"]["Properties"]["Metrics"].as_array().unwrap();
    let text = |query: &Json, name: &str| query[name].as_str().map(str::to_owned);
    let expressions: BTreeMap<String, Expression> =
        queries.iter().filter_map(|query| Some((text(query, "Id")?, Expression::parse(&text(query, "Expression")?).unwrap()))).collect();
    let ids: Vec<String> = queries.iter().filter(|query| query["MetricStat"].is_object()).map(|query| text(query, "Id").unwrap()).collect();
    assert_eq!(ids, ["visible", "sent", "deleted"]);
    let returned: Vec<_> = queries.iter().filter(|query| query["ReturnData"] == true).map(|query| text(query, "Id").unwrap()).collect();
    let [returned] = returned.as_slice() else { panic!("one query returns data: {returned:?}") };
    // All cases at once, a period each, and each alone: a value may not depend on its neighbours.
    let column = |of: fn(&(Option<f64>, Option<f64>, Option<f64>, Option<f64>, &str)) -> Option<f64>| CASES.iter().map(of).collect::<Vec<_>>();
    let columns = [column(|case| case.0), column(|case| case.1), column(|case| case.2)];
    let together = values(&expressions, &columns, returned);
    for (index, (_, _, _, expected, name)) in CASES.iter().enumerate() {
        assert_eq!(together[index], *expected, "{name}");
        let one = columns.each_ref().map(|column| vec![column[index]]);
        assert_eq!(values(&expressions, &one, returned), [*expected], "{name}, alone");
    }
}

fn values(expressions: &BTreeMap<String, Expression>, [visible, sent, deleted]: &[Vec<Option<f64>>; 3], returned: &str) -> Vec<Option<f64>> {
    let metrics = [("visible", visible), ("sent", sent), ("deleted", deleted)].into_iter().map(|(id, points)| (id, points.clone())).collect();
    let grid = Grid {
        start: 0,
        period: 300,
        count: u32::try_from(visible.len()).unwrap(),
        metrics,
        expressions: expressions.iter().map(|(id, expression)| (id.as_str(), expression)).collect(),
    };
    grid.series(returned).unwrap()
}
