"""Checks the overlay's own rules without a server: math, statistics, alarm decisions, refusals, encodings.

Run with the Python that has the pinned requirements: ``python -m unittest`` in this directory.
"""

import json
import unittest
from datetime import UTC, datetime
from urllib.parse import urlencode

from overlay import (
    alarm_actions,
    alarm_requests,
    alarms,
    cbor,
    embedded_metrics,
    iam,
    lambda_async,
    metric_math,
    metrics,
    statistics,
    version,
)

ALARM = {
    "AlarmName": "a",
    "Namespace": "N",
    "MetricName": "M",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
MATH = {
    "AlarmName": "a",
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "Metrics": [
        {"Id": "rate", "Expression": "100 * e / r", "ReturnData": True},
        {"Id": "e", "ReturnData": False, "MetricStat": {"Metric": {}, "Stat": "Sum", "Period": 60}},
        {"Id": "r", "ReturnData": False, "MetricStat": {"Metric": {}, "Stat": "Sum", "Period": 60}},
    ],
}


def points(*values: tuple[float, float]) -> list[dict]:
    """Points as ministack stores them, from (value, count)."""
    return [{"Value": value, "Count": count} for value, count in values]


class Version(unittest.TestCase):
    def test_another_ministack_is_refused_with_what_to_do(self):
        with self.assertRaisesRegex(version.WrongVersion, r"1\.5\.33, found 1\.5\.34: install .*requirements\.txt"):
            version.check("1.5.34")
        version.check(version.MINISTACK)


class Cbor(unittest.TestCase):
    def test_what_is_encoded_is_decoded_again(self):
        for value in (0, 23, 24, 255, 256, 65_536, 1 << 40, -1, -300, 1.5, True, None, "ü" * 300, b"x", [1, [2]]):
            self.assertEqual(cbor.loads(cbor.dumps(value)), value)

    def test_a_tagged_time_is_a_moment_in_utc(self):
        moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.assertEqual(cbor.loads(cbor.dumps(cbor.CBORTag(1, moment.timestamp()))), moment)
        self.assertEqual(cbor.loads(cbor.dumps({"at": moment})), {"at": moment})

    def test_the_indefinite_maps_of_the_rust_sdk_are_read(self):
        self.assertEqual(cbor.loads(b"\xbf\x61a\x9f\x01\x02\xff\xff"), {"a": [1, 2]})


class Math(unittest.TestCase):
    def test_the_documented_cases(self):
        one, two, three = [1, 1, 0, 0, None], [30, None, 0, 0, 30], [0, 0, 20, None, 20]
        for expression, values, expected in (
            ("a < b", {"a": [30, 20, 0, 0], "b": [20, None, 20, None]}, [0, 0, 1, 0]),
            ("a >= 30", {"a": [30, 20, 0, 0]}, [1, 0, 0, 0]),
            ("a > 15 AND b > 15", {"a": [30, 20, 0, 0], "b": [20, None, 20, None]}, [1, 0, 0, 0]),
            ("IF(a, b, c)", {"a": one, "b": two, "c": three}, [30, 0, 20, 0, None]),
            ("IF(a, 5, c)", {"a": one, "c": three}, [5, 5, 20, None, None]),
            ("IF(a, b, 5)", {"a": one, "b": two}, [30, 0, 5, 5, None]),
        ):
            with self.subTest(expression):
                found = metric_math.evaluate(expression, values, len(expected))
                # An IF on a missing value is missing; in arithmetic CloudWatch then counts it as 0.
                self.assertEqual([x or 0 for x in found], [x or 0 for x in expected])

    def test_an_error_rate_has_no_point_where_there_is_no_request(self):
        values = {"e": [None, 1, None, None], "r": [4, 4, 0, None]}
        self.assertEqual(metric_math.evaluate("100 * FILL(e, 0) / r", values, 4), [0, 25, None, None])
        self.assertEqual(metric_math.evaluate("100 * FILL(e, 0) / MAX([r, 1])", values, 4), [0, 25, 0, 0])

    def test_precedence_and_unary_minus(self):
        self.assertEqual(metric_math.evaluate("-2 ^ 2 + 3 * (1 + 1)", {}, 1), 2)
        self.assertEqual(metric_math.evaluate("FILL(a, REPEAT)", {"a": [None, 1, None]}, 3), [None, 1, 1])

    def test_what_is_not_known_is_an_error(self):
        for expression in ("x", "SEARCH('x', 'Sum')", "1 +", "(1", "a b", "ANOMALY_DETECTION_BAND(a)"):
            with self.subTest(expression), self.assertRaises(metric_math.BadExpression):
                metric_math.evaluate(expression, {"a": [1]}, 1)

    def test_expressions_may_use_one_another_in_any_order(self):
        queries = [{"Id": "c", "Expression": "b + 1"}, {"Id": "b", "Expression": "2"}]
        self.assertEqual(metrics.evaluate(queries, 0, 60, 1), {"b": 2, "c": 3})
        with self.assertRaises(metric_math.BadExpression):
            metrics.evaluate([{"Id": "a", "Expression": "a + 1"}], 0, 60, 1)


class Statistics(unittest.TestCase):
    def test_values_with_counts(self):
        seen = points((1, 99), (100, 1))
        expected = {"SampleCount": 100, "Sum": 199, "Average": 1.99, "Minimum": 1, "Maximum": 100, "p50": 1, "tm99": 1}
        self.assertEqual({name: statistics.value(seen, name) for name in expected}, expected)

    def test_trimmed_counts_and_ranks(self):
        seen = points((10, 5), (300, 4), (900, 1))
        for name, expected in (
            ("PR(:300)", 90),
            ("PR(300:)", 10),
            ("TC(:300)", 9),
            ("TS(10:300)", 1200),
            ("TM(0%:50%)", 10),
            ("IQM", (2.5 * 10 + 2.5 * 300) / 5),
            ("wm90", (5 * 10 + 5 * 300) / 10),
            ("WM(:500)", (5 * 10 + 4 * 300 + 500) / 10),
        ):
            with self.subTest(name):
                self.assertAlmostEqual(statistics.value(seen, name), expected)

    def test_a_negative_value_leaves_no_percentile(self):
        self.assertIsNone(statistics.value(points((-1, 1), (2, 1)), "p99"))
        self.assertFalse(statistics.is_known("p"))
        self.assertFalse(statistics.is_known("Median"))


class Decisions(unittest.TestCase):
    """Two of three over the threshold of 5; ``x`` is over it, ``o`` is not, ``-`` is missing."""

    def decide(self, drawn: str, treatment: str) -> str | None:
        values = [{"x": 9.0, "o": 1.0, "-": None}[point] for point in drawn]
        decision = alarms.decide(values, {**ALARM, "TreatMissingData": treatment})
        return decision[0] if decision else None

    def test_missing_data(self):
        for drawn, missing, ignore, breaching, not_breaching in (
            ("xox", "ALARM", "ALARM", "ALARM", "ALARM"),
            ("oxo", "OK", "OK", "OK", "OK"),
            ("o-x", "OK", "OK", "ALARM", "OK"),
            ("--o", "OK", "OK", "ALARM", "OK"),
            ("--x", "INSUFFICIENT_DATA", None, "ALARM", "OK"),
            ("-x-", "ALARM", None, "ALARM", "OK"),
            ("---", "INSUFFICIENT_DATA", None, "ALARM", "OK"),
        ):
            treatments = ("missing", "ignore", "breaching", "notBreaching")
            for treatment, expected in zip(treatments, (missing, ignore, breaching, not_breaching), strict=True):
                with self.subTest(drawn, treatment=treatment):
                    self.assertEqual(self.decide(drawn, treatment), expected)

    def test_the_reason_names_the_datapoints(self):
        _state, reason = alarms.decide([9.0, 1.0, 7.0], ALARM)
        self.assertEqual(
            reason,
            "Threshold Crossed: 2 out of the last 3 datapoints [9.0, 7.0] were greater than the threshold (5.0).",
        )


class Refusals(unittest.TestCase):
    def test_a_good_alarm_passes(self):
        alarm_requests.check(ALARM)
        alarm_requests.check(MATH)
        alarm_requests.check({**ALARM, "Statistic": None, "ExtendedStatistic": "p99.9"})

    def test_bad_alarms(self):
        for reason, change in (
            ("comparisonOperator", {"ComparisonOperator": "Greater"}),
            ("DatapointsToAlarm", {"DatapointsToAlarm": 4}),
            ("evaluationPeriods", {"EvaluationPeriods": 0}),
            ("multiple of 60", {"Period": 61}),
            ("86400 seconds", {"Period": 300, "EvaluationPeriods": 289}),
            ("exactly one of Statistic", {"ExtendedStatistic": "p99"}),
            ("'statistic'", {"Statistic": "p99"}),
            ("TreatMissingData", {"TreatMissingData": "breach"}),
            ("one of Threshold", {"Threshold": None}),
            ("AlarmActions", {"AlarmActions": ["arn"] * 6}),
            ("must not be set together", {"Metrics": MATH["Metrics"]}),
        ):
            with self.subTest(reason), self.assertRaisesRegex(alarm_requests.BadAlarm, reason):
                alarm_requests.check({**ALARM, **change})

    def test_a_math_alarm_returns_exactly_one_series(self):
        returning = [{**query, "ReturnData": True} for query in MATH["Metrics"]]
        with self.assertRaisesRegex(alarm_requests.BadAlarm, "Exactly one element"):
            alarm_requests.check({**MATH, "Metrics": returning})

    def test_metric_data(self):
        def datum(**change) -> dict:
            return {"Namespace": "N", "MetricData": [{"MetricName": "M", **change}]}

        metrics.check_put(datum(Values=[1.0] * 150, Counts=[2.0] * 150), now=0)
        for reason, request in (
            ("Values", datum(Values=[1.0] * 151)),
            ("same size", datum(Values=[1.0], Counts=[1.0, 2.0])),
            ("Dimensions", datum(Value=1.0, Dimensions=[{"Name": "A", "Value": ""}])),
            ("Dimensions", datum(Value=1.0, Dimensions=[{"Name": str(n), "Value": "v"} for n in range(31)])),
            ("invalid", datum(Value=float("nan"))),
            ("invalid", datum(Value=2.0**361)),
            ("Timestamp", datum(Value=1.0, Timestamp=metrics.NEWEST_SECONDS + 1)),
            ("1000", {"Namespace": "N", "MetricData": [{"MetricName": "M"}] * 1_001}),
        ):
            with self.subTest(reason), self.assertRaisesRegex(metrics.Refused, reason):
                metrics.check_put(request, now=0)


class Messages(unittest.TestCase):
    def test_a_plain_alarm(self):
        alarm = {**ALARM, "AlarmArn": "arn:a", "Dimensions": [{"Name": "F", "Value": "f"}], "OKActions": ["arn:t"]}
        body = alarm_actions.message(alarm, "OK", "ALARM", "why", 0.5)
        self.assertEqual(body["StateChangeTime"], "1970-01-01T00:00:00.500+0000")
        self.assertEqual((body["OldStateValue"], body["NewStateValue"], body["OKActions"]), ("OK", "ALARM", ["arn:t"]))
        self.assertEqual(body["Trigger"]["Statistic"], "SUM")
        self.assertEqual(body["Trigger"]["Dimensions"], [{"value": "f", "name": "F"}])
        self.assertNotIn("Metrics", body["Trigger"])

    def test_a_math_alarm_has_metrics_instead_of_a_name(self):
        trigger = alarm_actions.message({**MATH, "AlarmArn": "arn:a"}, "OK", "ALARM", "why", 0)["Trigger"]
        self.assertEqual([query["Id"] for query in trigger["Metrics"]], ["rate", "e", "r"])
        self.assertNotIn("MetricName", trigger)

    def test_a_composite_alarm_names_its_children(self):
        data = {"triggeringAlarms": [{"arn": "arn:c", "state": {"value": "ALARM", "timestamp": "t"}}]}
        alarm = {"AlarmName": "b", "AlarmArn": "arn:b", "AlarmRule": "ALARM(c)", "StateReasonData": json.dumps(data)}
        body = alarm_actions.message(alarm, "OK", "ALARM", "why", 0)
        self.assertEqual(body["TriggeringChildren"], [{"Arn": "arn:c", "State": {"Value": "ALARM", "Timestamp": "t"}}])
        self.assertNotIn("Trigger", body)


class EmbeddedMetrics(unittest.TestCase):
    def test_every_value_is_a_point_and_every_kind_of_mistake_a_count(self):
        sample = {"namespace": "N", "name": "M", "unit": "Count", "dimensions": {"D": "d"}, "timestamp": 1500}
        found = [
            {
                "samples": [{**sample, "values": [1.0, 2.0], "counts": [1.0, 7.0]}],
                "violations": {"EMFValidationErrors": 3},
            },
            {"samples": [], "violations": {}},
        ]
        expected = [
            ("N", "M", 1.0, "Count", {"D": "d"}, 1.5, 1.0),
            ("N", "M", 2.0, "Count", {"D": "d"}, 1.5, 7.0),
            ("AWS/Logs", "EMFValidationErrors", 3, "Count", {"LogGroupName": "g"}, 9.0, 1.0),
        ]
        self.assertEqual(embedded_metrics.rows("g", found, 9.0), expected)

    def test_only_groups_of_class_standard_have_them(self):
        self.assertTrue(embedded_metrics.supported({"logGroupClass": "STANDARD"}))
        self.assertTrue(embedded_metrics.supported({}))
        for group in ({"logGroupClass": "INFREQUENT_ACCESS"}, {"logGroupClass": "DELIVERY"}, None):
            self.assertFalse(embedded_metrics.supported(group))


class Requests(unittest.TestCase):
    def test_the_namespace_is_found_in_every_protocol(self):
        request = {"Namespace": "Shop/prod", "MetricData": []}
        bodies = (cbor.dumps(request), json.dumps(request).encode(), urlencode(request).encode())
        self.assertEqual([iam.namespace(body) for body in bodies], ["Shop/prod"] * 3)
        self.assertIsNone(iam.namespace(b""))

    def test_a_failure_record_lies_where_lambda_puts_it(self):
        key = lambda_async.object_key("shop-classifier", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
        self.assertRegex(key, r"^aws/lambda/async/shop-classifier/2026/01/02/2026-01-02T03\.04\.05-[0-9a-f-]{36}$")


if __name__ == "__main__":
    unittest.main()
