//! The metric math of the time to drain, as a template has it: a value in every period, and the worst one where the queue does not become shorter.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;

use serde_json::Value as Json;
use skywarden_simulator::math::{Expression, Grid};

const TEMPLATE: &str = include_str!("../../generator/tests/fixtures/any_metric/expected/cloudformation/shop-prod-service-checkout.template.json");

/// Counts as never: a year.
const NEVER: f64 = 31_536_000.0;

/// One period of five minutes.
struct Case {
    visible: Option<f64>,
    sent: Option<f64>,
    deleted: Option<f64>,
    /// Seconds until the queue is empty.
    seconds: f64,
    name: &'static str,
}

const fn case(visible: f64, sent: f64, deleted: f64, seconds: f64, name: &'static str) -> Case {
    Case { visible: Some(visible), sent: Some(sent), deleted: Some(deleted), seconds, name }
}

const CASES: [Case; 17] = [
    case(0.0, 0.0, 0.0, 0.0, "empty and idle"),
    case(0.0, 50.0, 50.0, 0.0, "empty, all that comes is done"),
    case(0.0, 50.0, 20.0, 0.0, "empty at the end, whatever came"),
    case(5.0, 1_000.0, 1_000.0, 1.5, "busy and keeping up: those that wait have their turn in a moment"),
    case(100.0, 0.0, 100.0, 300.0, "as many done as wait: one period"),
    case(100.0, 120.0, 100.0, 300.0, "becoming longer, and not behind yet"),
    case(1_000.0, 100.0, 200.0, 3_000.0, "half of what is done comes anew"),
    case(1_000.0, 199.0, 200.0, 300_000.0, "shorter by one"),
    case(1_000.0, 200.0, 200.0, NEVER, "as long as before: nothing may be divided by zero"),
    case(1_000.0, 201.0, 200.0, NEVER, "longer by one: the guard of the divisor must not be zero"),
    case(1_000.0, 5_000.0, 200.0, NEVER, "longer and longer"),
    case(1.0, 0.0, 0.0, NEVER, "one message, and the consumer is gone"),
    Case { visible: Some(1_000.0), sent: None, deleted: None, seconds: NEVER, name: "nothing was sent and nothing done, and neither has data" },
    Case { visible: Some(1_000.0), sent: None, deleted: Some(500.0), seconds: 600.0, name: "nothing was sent, which has no data" },
    Case { visible: Some(1_000.0), sent: Some(10.0), deleted: None, seconds: NEVER, name: "nothing was done, which has no data" },
    Case { visible: Some(0.0), sent: None, deleted: None, seconds: 0.0, name: "empty, and nothing else has data" },
    Case { visible: None, sent: None, deleted: None, seconds: 0.0, name: "a queue nobody has used for hours has no data at all, and is empty" },
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
    // All cases at once, a period each, and each alone: no value depends on its neighbours.
    let column = |of: fn(&Case) -> Option<f64>| CASES.iter().map(of).collect::<Vec<_>>();
    let columns = [column(|case| case.visible), column(|case| case.sent), column(|case| case.deleted)];
    let together = values(&expressions, &columns, returned);
    for (index, Case { seconds, name, .. }) in CASES.iter().enumerate() {
        assert_eq!(together[index], Some(*seconds), "{name}");
        let one = columns.each_ref().map(|column| vec![column[index]]);
        assert_eq!(values(&expressions, &one, returned), [Some(*seconds)], "{name}, alone");
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
