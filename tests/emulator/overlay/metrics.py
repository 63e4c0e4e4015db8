"""Reads and writes CloudWatch metrics by their exact identity, and refuses what PutMetricData refuses.

In ministack a query without dimensions adds up every dimension set of the metric, an unknown statistic is the
average, expressions are an error, and PutMetricData takes anything. Here a metric is (namespace, name, dimensions) as
on AWS. The CBOR and JSON protocols are served by this module; the XML protocol, which no current SDK speaks, is left
alone.
"""

import math
import time

from ministack.services import cloudwatch as cw

from overlay import metric_math, statistics

MAX_DATA = 1_000
MAX_VALUES = 150
MAX_DIMENSIONS = 30
MAX_MAGNITUDE = 2.0**360
OLDEST_SECONDS = 14 * 24 * 3_600
NEWEST_SECONDS = 2 * 3_600


class Refused(ValueError):
    """CloudWatch would refuse the request; ``code`` is the error it answers with."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def record(
    namespace: str,
    name: str,
    value: float,
    unit: str,
    dimensions: dict[str, str],
    timestamp: float,
    count: float = 1.0,
) -> None:
    """Store a value seen ``count`` times at ``timestamp`` (seconds since the epoch), as PutMetricData would."""
    point = {
        "Timestamp": timestamp,
        "Value": float(value),
        "Count": count,
        "Unit": unit or "None",
        "Dimensions": dict(dimensions),
    }
    cw._metric_bucket((namespace, name, cw._dims_key(dimensions))).append(point)


def series(
    metric: dict, statistic: str, unit: str | None, start: float, period: float, count: int
) -> metric_math.Series:
    """``count`` values of ``statistic`` from ``start`` on, a period (seconds) each, ``None`` where there is no data.

    ``metric`` has ``Namespace``, ``MetricName`` and ``Dimensions`` as in the API.
    """
    dimensions = cw._dims_from_list(metric.get("Dimensions") or [])
    points = cw._metrics.get((metric.get("Namespace"), metric.get("MetricName"), cw._dims_key(dimensions))) or []
    buckets: list[list[dict]] = [[] for _ in range(count)]
    for point in list(points):
        at = math.floor((point["Timestamp"] - start) / period)
        if 0 <= at < count and (not unit or point["Unit"] == unit):
            buckets[at].append(point)
    return [statistics.value(bucket, statistic) if bucket else None for bucket in buckets]


def evaluate(queries: list[dict], start: float, period: float, count: int) -> dict[str, metric_math.Value]:
    """The value of every query id; expressions may use ids in any order, never their own."""
    values: dict[str, metric_math.Value] = {
        query["Id"]: series(
            query["MetricStat"]["Metric"],
            query["MetricStat"]["Stat"],
            query["MetricStat"].get("Unit"),
            start,
            period,
            count,
        )
        for query in queries
        if query.get("MetricStat")
    }
    waiting = {query["Id"]: query["Expression"] for query in queries if query.get("Expression")}
    while waiting:
        reason, before = None, len(waiting)
        for query_id, expression in list(waiting.items()):
            try:
                values[query_id] = metric_math.evaluate(expression, values, count)
                del waiting[query_id]
            except metric_math.BadExpression as error:
                reason = error
        if len(waiting) == before:
            raise reason
    return values


def _period(query: dict, queries: list[dict]) -> int:
    """The period of a query, in seconds: an expression has that of the longest metric beside it."""
    own = (query.get("MetricStat") or {}).get("Period") or query.get("Period")
    if own:
        return int(own)
    return max((int(other["MetricStat"]["Period"]) for other in queries if other.get("MetricStat")), default=60)


def _window(request: dict, period: int) -> tuple[float, int]:
    """Start of the first period and the number of periods a request's StartTime and EndTime span."""
    start, end = cw._parse_ts(request.get("StartTime")), cw._parse_ts(request.get("EndTime"))
    if start is None or end is None or start >= end:
        raise Refused("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
    first = math.floor(start / period) * period
    return first, math.ceil((end - first) / period)


def _get_metric_data(request: dict) -> dict:
    queries = request.get("MetricDataQueries") or []
    results = []
    for query in queries:
        if query.get("ReturnData") is False:
            continue
        period = _period(query, queries)
        first, count = _window(request, period)
        try:
            values = evaluate(queries if query.get("Expression") else [query], first, period, count)[query["Id"]]
        except metric_math.BadExpression as error:
            raise Refused("ValidationError", f"Error in expression '{query['Id']}': {error}") from error
        points = [
            (first + at * period, value)
            for at, value in enumerate(metric_math.as_series(values, count))
            if value is not None
        ]
        if request.get("ScanBy", "TimestampDescending") == "TimestampDescending":
            points.reverse()
        results.append(
            {
                "Id": query["Id"],
                "Label": query.get("Label") or _label(query),
                "Timestamps": [cw._ts_iso(at) for at, _ in points],
                "Values": [value for _, value in points],
                "StatusCode": "Complete",
            }
        )
    return {"MetricDataResults": results}


def _label(query: dict) -> str:
    return query["MetricStat"]["Metric"]["MetricName"] if query.get("MetricStat") else query["Id"]


def _get_metric_statistics(request: dict) -> dict:
    period = int(request.get("Period") or 60)
    first, count = _window(request, period)
    basic, extended = request.get("Statistics") or [], request.get("ExtendedStatistics") or []
    for name in [*basic, *extended]:
        if not statistics.is_known(name):
            raise Refused("InvalidParameterValue", f"The value {name} for parameter Statistics is not supported.")
    columns = {name: series(request, name, request.get("Unit"), first, period, count) for name in [*basic, *extended]}
    points = []
    for at in range(count):
        row = {name: column[at] for name, column in columns.items() if column[at] is not None}
        if not row:
            continue
        point = {"Timestamp": cw._ts_iso(first + at * period), "Unit": request.get("Unit") or _unit(request)}
        point.update({name: row[name] for name in basic if name in row})
        if any(name in row for name in extended):
            point["ExtendedStatistics"] = {name: row[name] for name in extended if name in row}
        points.append(point)
    return {"Label": request.get("MetricName", ""), "Datapoints": points}


def _unit(request: dict) -> str:
    dimensions = cw._dims_from_list(request.get("Dimensions") or [])
    points = cw._metrics.get((request.get("Namespace"), request.get("MetricName"), cw._dims_key(dimensions)))
    return points[-1]["Unit"] if points else "None"


def check_put(request: dict, now: float) -> None:
    """Raise ``Refused`` for what PutMetricData refuses; ``now`` in seconds since the epoch."""
    data = request.get("MetricData") or []
    if not request.get("Namespace"):
        raise Refused("MissingParameter", "The parameter Namespace is required.")
    if len(data) > MAX_DATA:
        raise Refused(
            "InvalidParameterValue", f"The collection MetricData must not have a size greater than {MAX_DATA}."
        )
    for number, datum in enumerate(data, 1):
        _check_datum(f"MetricData.member.{number}", datum, now)


def _check_datum(where: str, datum: dict, now: float) -> None:
    dimensions = datum.get("Dimensions") or []
    if len(dimensions) > MAX_DIMENSIONS:
        raise Refused(
            "InvalidParameterValue",
            f"The collection {where}.Dimensions must not have a size greater than {MAX_DIMENSIONS}.",
        )
    if any(not dimension.get("Name") or not dimension.get("Value") for dimension in dimensions):
        raise Refused("InvalidParameterValue", f"The parameter {where}.Dimensions must have a name and a value.")
    values, counts = datum.get("Values"), datum.get("Counts")
    if values is not None and len(values) > MAX_VALUES:
        raise Refused(
            "InvalidParameterValue", f"The collection {where}.Values must not have a size greater than {MAX_VALUES}."
        )
    if counts is not None and len(counts) != len(values or []):
        raise Refused(
            "InvalidParameterValue", f"The parameters {where}.Values and {where}.Counts must be of the same size."
        )
    for value in [*(values or []), *([datum["Value"]] if "Value" in datum else [])]:
        if math.isnan(value) or abs(value) > MAX_MAGNITUDE:
            raise Refused("InvalidParameterValue", f"The value {value} for parameter {where}.Value is invalid.")
    timestamp = cw._parse_ts(datum.get("Timestamp"))
    if timestamp is not None and not now - OLDEST_SECONDS <= timestamp <= now + NEWEST_SECONDS:
        raise Refused(
            "InvalidParameterValue", f"The parameter {where}.Timestamp must specify a time within the past two weeks."
        )


def install() -> None:
    """Serve GetMetricData and GetMetricStatistics from here and check PutMetricData first."""
    store = cw._put_metric_data

    def put_metric_data(params, data, is_cbor, is_json=False):
        if is_cbor or is_json:
            try:
                check_put(data, time.time())
            except Refused as refused:
                return cw._error(refused.code, str(refused), 400, use_json=is_json, use_cbor=is_cbor)
        return store(params, data, is_cbor, is_json)

    cw._put_metric_data = put_metric_data
    cw._get_metric_data = _served(
        _get_metric_data, cw._get_metric_data, "MetricDataResults", cw._cbor_metric_data_result
    )
    cw._get_metric_statistics = _served(
        _get_metric_statistics, cw._get_metric_statistics, "Datapoints", cw._cbor_datapoint
    )


def _served(answer, xml, listed: str, to_cbor):
    """A ministack handler around ``answer``; ``to_cbor`` encodes the timestamps of one member of ``listed``."""

    def handler(params, data, is_cbor, is_json=False):
        if not (is_cbor or is_json):
            return xml(params, data, is_cbor, is_json)
        try:
            result = answer(data)
        except Refused as refused:
            return cw._error(refused.code, str(refused), 400, use_json=is_json, use_cbor=is_cbor)
        if is_json:
            return cw._json_ok(result)
        return cw._cbor_ok({**result, listed: [to_cbor(member) for member in result[listed]]})

    return handler
