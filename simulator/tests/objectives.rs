//! The alarms of objectives, as the generator writes them, over days of requests.
#![expect(clippy::unwrap_used, reason = "a broken fixture must fail the test")]

use std::collections::BTreeMap;

use serde_json::Value as Json;
use skywarden_simulator::{
    alarm::{Alarm, AlarmState, EvaluationSettings, notification::Origin},
    math::{Expression, Grid},
    statistics::{MetricId, MetricStore, Resolution},
    template::{StackTemplate, Watched},
};

const TEMPLATE: &str = include_str!("../../generator/tests/fixtures/objectives/expected/cloudformation/shop-prod-service-checkout.template.json");
const NAMESPACE: &str = "shop/prod/checkout";
/// A full hour, far enough from 1970 for three windows of three days; minutes are counted from here.
const START_MINUTE: i64 = 29_919_600;
/// Windows of three days, and two more that an alarm may look back.
const DAYS: i64 = 9;
const DAY: i64 = 1_440;

/// The service's alarms over one store.
struct World {
    store: MetricStore,
    alarms: Vec<Alarm>,
}

fn watched() -> Watched {
    let origin = Origin { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
    let template = StackTemplate { stack_name: "shop-prod-service-checkout", text: TEMPLATE };
    Watched::read([template], &origin).unwrap()
}

impl World {
    fn new() -> Self {
        let watched = watched();
        let alarms = watched.alarms.into_iter().filter(|config| config.name.contains("-burn-")).map(Alarm::new);
        Self { store: MetricStore::default(), alarms: alarms.collect() }
    }

    /// So many samples of one value in every minute of a range.
    fn put(&mut self, metric: &str, minutes: std::ops::Range<i64>, value: f64, count: f64) {
        let handle = self.store.handle(&MetricId::new(NAMESPACE, metric, vec![]));
        for minute in minutes {
            self.store.add(handle, (START_MINUTE + minute) * 60_000, Resolution::Minute, value, count);
        }
    }

    fn requests(&mut self, minutes: std::ops::Range<i64>, all: f64, failed: f64) {
        self.put("Requests", minutes.clone(), 1.0, all);
        self.put("ServerErrors", minutes, 1.0, failed);
    }

    /// Evaluates in every minute of a range, ten seconds after it has begun.
    fn run(&mut self, minutes: std::ops::Range<i64>) {
        for minute in minutes {
            for alarm in &mut self.alarms {
                alarm.evaluate(&self.store, &EvaluationSettings::default(), (START_MINUTE + minute) * 60_000 + 10_000).unwrap();
            }
        }
    }

    /// The windows of an objective that fire, in the order of the template.
    fn firing(&self, objective: &str) -> Vec<&str> {
        let prefix = format!("shop-prod-checkout-{objective}-burn-");
        let firing = self.alarms.iter().filter(|alarm| alarm.state() == AlarmState::Alarm);
        firing.filter_map(|alarm| alarm.config().name.strip_prefix(&prefix)).collect()
    }
}

/// Days without a failure, evaluated once at the full hour.
fn healthy(a_minute: f64) -> World {
    let mut world = World::new();
    world.requests(0..DAYS * DAY, a_minute, 0.0);
    world.run(DAYS * DAY..DAYS * DAY + 1);
    assert_eq!(world.firing("availability"), Vec::<&str>::new());
    world
}

#[test]
fn a_total_outage_fires_the_fast_windows_within_minutes() {
    let mut world = healthy(10.0);
    let outage = DAYS * DAY;
    world.requests(outage..outage + 60, 10.0, 10.0);
    let mut first = |minutes: i64| {
        world.run(outage + minutes..outage + minutes + 1);
        world.firing("availability").join(" ")
    };
    // 10 of 600 are 1.67 %, above 1.44 %; 10 of 3,600 are 0.28 %, which is above 0.1 % alone, and 10 of 14,400 are 0.07 %.
    assert_eq!(first(1), "1h 1h-5m 6h-30m 1d-2h 3d-6h");
    // 30 of 3,600 are 0.83 %; 50 of 14,400 are 0.35 %.
    assert_eq!(first(3), "1h 1h-5m 6h 6h-30m 1d-2h 3d-6h");
    assert_eq!(first(5), "1h 1h-5m 6h 6h-30m 1d 1d-2h 3d-6h");
    // Windows of more than a day are looked at once an hour: 600 of 43,200.
    assert_eq!(first(60), "1h 1h-5m 6h 6h-30m 1d 1d-2h 3d 3d-6h");
}

#[test]
fn short_windows_say_when_an_outage_is_over() {
    let mut world = healthy(10.0);
    let outage = DAYS * DAY;
    world.requests(outage..outage + 10, 10.0, 10.0);
    world.requests(outage + 10..outage + 60, 10.0, 0.0);
    world.run(outage + 1..outage + 16);
    let firing = world.firing("availability");
    assert!(firing.contains(&"1h") && !firing.contains(&"1h-5m"), "{firing:?}");
    world.run(outage + 16..outage + 41);
    let firing = world.firing("availability");
    assert!(firing.contains(&"6h") && !firing.contains(&"6h-30m"), "{firing:?}");
}

#[test]
fn a_service_that_gets_no_requests_any_more_burns_nothing() {
    let mut world = healthy(10.0);
    let outage = DAYS * DAY;
    world.requests(outage..outage + 10, 10.0, 10.0);
    // Nothing at all from then on: the periods before, which an alarm looks back to, must not stand for the empty one.
    world.run(outage + 1..outage + 16);
    let firing = world.firing("availability");
    assert!(firing.contains(&"1h") && !firing.contains(&"1h-5m"), "{firing:?}");
}

#[test]
fn a_slow_leak_fires_the_slow_windows_alone() {
    for (failed, expected) in [(4.0, "1d 1d-2h 3d 3d-6h"), (2.0, "3d 3d-6h"), (0.9, "")] {
        let mut world = World::new();
        // 0.4 %, 0.2 % and 0.09 % of the requests: burn rates 4, 2 and 0.9.
        world.requests(0..DAYS * DAY, 1_000.0, failed);
        world.run(DAYS * DAY..DAYS * DAY + 61);
        assert_eq!(world.firing("availability").join(" "), expected, "{failed} of 1,000");
    }
}

#[test]
fn one_failure_among_few_requests_at_night_is_no_long_window() {
    let mut world = World::new();
    world.requests(0..DAYS * DAY, 0.0, 0.0);
    let failure = DAYS * DAY;
    world.requests(failure..failure + 1, 3.0, 1.0);
    world.run(failure + 1..failure + 2);
    // One of three is far above every threshold, and long windows want 70 and more.
    assert_eq!(world.firing("availability"), ["1h-5m", "6h-30m", "1d-2h", "3d-6h"]);
}

#[test]
fn requests_are_late_by_the_count_of_those_in_time() {
    let slow = DAYS * DAY;
    // 10 % and 20 % of the requests of an hour, against 13.44 % in the first pair; in six hours they are 1.6 % and 3.3 %, against 5.6 % and, of the last
    // pair, 1 %.
    for (late, expected) in [(10.0, "6h-30m 1d-2h 3d-6h"), (20.0, "1h 1h-5m 6h-30m 1d-2h 3d-6h")] {
        let mut world = World::new();
        world.put("RequestDuration", 0..slow, 100.0, 100.0);
        world.put("RequestDuration", slow..slow + 59, 100.0, 100.0 - late);
        world.put("RequestDuration", slow..slow + 59, 2_000.0, late);
        world.run(slow + 59..slow + 60);
        assert_eq!(world.firing("latency").join(" "), expected, "{late} % late");
    }
}

#[test]
fn bad_periods_are_counted_one_by_one() {
    let mut world = World::new();
    let stale = DAYS * DAY;
    world.put("QueueAge", 0..stale, 1_000.0, 1.0);
    world.put("QueueAge", stale..stale + 60, 120_000.0, 1.0);
    let mut after = |minutes: i64| {
        world.run(stale + minutes..stale + minutes + 1);
        world.firing("freshness").join(" ")
    };
    assert_eq!(after(1), "1h-5m");
    assert_eq!(after(8), "1h-5m 6h-30m 1d-2h");
    assert_eq!(after(9), "1h 1h-5m 6h-30m 1d-2h");
    assert_eq!(after(22), "1h 1h-5m 6h 6h-30m 1d-2h");
    assert_eq!(after(44), "1h 1h-5m 6h 6h-30m 1d 1d-2h");
}

/// A widget of the service's dashboard by title.
fn widget(title: &str) -> Json {
    let body: Json = serde_json::from_str(&watched().dashboards[0].body).unwrap();
    let mut widgets = body["widgets"].as_array().unwrap().iter().map(|widget| &widget["properties"]);
    widgets.find(|properties| properties["title"] == title).unwrap().clone()
}

/// The course of the one expression of a widget over these values of its metrics, by id.
fn drawn(widget: &Json, period: u32, metrics: &[(&str, Vec<Option<f64>>)]) -> Vec<Option<f64>> {
    let rows = widget["metrics"].as_array().unwrap();
    let expression = rows.iter().find_map(|row| row[0]["expression"].as_str()).unwrap();
    let ids: Vec<&str> = rows.iter().filter_map(|row| row.as_array()?.last()?["id"].as_str()).collect();
    assert!(metrics.iter().all(|(id, _)| ids.contains(id)), "{ids:?}");
    let expression = Expression::parse(expression).unwrap();
    let grid = Grid {
        start: 0,
        period,
        count: u32::try_from(metrics[0].1.len()).unwrap(),
        metrics: metrics.iter().cloned().collect(),
        expressions: BTreeMap::from([("shown", &expression)]),
    };
    let rounded = |value: f64| (value * 1e6).round() / 1e6;
    grid.series("shown").unwrap().into_iter().map(|value| value.map(rounded)).collect()
}

#[test]
fn the_number_is_what_is_left_of_the_budget_of_the_whole_window() {
    let left = widget("availability: error budget left, % of 30 days");
    assert_eq!((&left["start"], &left["setPeriodToTimeRange"]), (&Json::from("-P30D"), &Json::from(true)));
    let of = |bad, all| drawn(&left, 2_592_000, &[("part", vec![bad]), ("whole", vec![Some(all)])]);
    // Of a million requests a thousand may fail.
    assert_eq!(of(None, 1e6), [Some(100.0)]);
    assert_eq!(of(Some(250.0), 1e6), [Some(75.0)]);
    assert_eq!(of(Some(1_000.0), 1e6), [Some(0.0)]);
    assert_eq!(of(Some(3_000.0), 1e6), [Some(-200.0)], "overspent");
    let late = widget("latency: error budget left, % of 28 days");
    // Of a thousand requests ten may be late; five are not among the 995 in time.
    assert_eq!(drawn(&late, 2_419_200, &[("part", vec![Some(995.0)]), ("whole", vec![Some(1_000.0)])]), [Some(50.0)]);
}

#[test]
fn the_course_of_a_budget_ends_at_what_is_left() {
    let body: Json = serde_json::from_str(&watched().dashboards[0].body).unwrap();
    let course =
        body["widgets"].as_array().unwrap().iter().map(|widget| &widget["properties"]).find(|widget| widget["title"] == "Course of the budget").unwrap();
    assert!(course["metrics"].as_array().unwrap().iter().all(|row| row.as_array().unwrap().last().unwrap()["period"] == 3_600));
    let (bad, all) = (vec![None, Some(100.0), None, Some(150.0)], vec![Some(250_000.0); 4]);
    // 250 of a million are a quarter of the budget, as the number says.
    assert_eq!(drawn(course, 3_600, &[("part", bad), ("whole", all)]), [Some(100.0), Some(90.0), Some(90.0), Some(75.0)]);
}

#[test]
fn a_budget_of_periods_holds_whatever_period_is_drawn() {
    let left = widget("freshness: error budget left, % of 30 days");
    assert_eq!((&left["start"], left.get("setPeriodToTimeRange")), (&Json::from("-P30D"), None));
    let (good, bad) = (Some(1_000.0), Some(60_001.0));
    // 432 minutes may be bad; exactly on the threshold is good.
    let minutes: Vec<_> = [vec![bad; 108], vec![good; 3], vec![Some(60_000.0)]].concat();
    assert_eq!(drawn(&left, 60, &[("value", minutes)]).last(), Some(&Some(75.0)));
    // Drawn by five minutes, 86.4 of them may be bad.
    assert_eq!(drawn(&left, 300, &[("value", vec![bad; 54])]).last(), Some(&Some(37.5)));
    assert_eq!(left["metrics"][1].as_array().unwrap().last().unwrap()["period"], 300, "one-minute data are kept for 15 days");
}
