"""Refuses the alarms CloudWatch refuses and stores metric-math alarms.

ministack stores any operator, any period and any count, and knows neither ``Metrics`` nor ``ThresholdMetricId``. The
rules are PutMetricAlarm's; both the API and CloudFormation go through them.
"""

from ministack.services import cloudwatch as cw
from ministack.services.cloudformation import provisioners

from overlay import statistics
from overlay.alarms import ANOMALY_COMPARISONS, COMPARISONS

MAX_NAME, MAX_DESCRIPTION, MAX_ACTIONS, MAX_DIMENSIONS, MAX_METRICS = 255, 1_024, 5, 30, 10
DAY_SECONDS, WEEK_SECONDS, HOUR_SECONDS = 86_400, 604_800, 3_600
TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")


class BadAlarm(ValueError):
    """PutMetricAlarm would answer ``ValidationError`` with this text."""


def check(alarm: dict) -> None:
    """Raise ``BadAlarm`` unless CloudWatch would store the alarm; ``alarm`` has the API's parameter names."""
    _require(0 < len(alarm.get("AlarmName") or "") <= MAX_NAME, "AlarmName must have 1 to 255 characters")
    _require(
        len(alarm.get("AlarmDescription") or "") <= MAX_DESCRIPTION, "AlarmDescription is longer than 1024 characters"
    )
    operator = alarm.get("ComparisonOperator")
    _require(
        operator in COMPARISONS or operator in ANOMALY_COMPARISONS,
        f"Value '{operator}' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: "
        f"[{', '.join([*COMPARISONS, *sorted(ANOMALY_COMPARISONS)])}]",
    )
    _require(
        (operator in ANOMALY_COMPARISONS) == bool(alarm.get("ThresholdMetricId")),
        "ThresholdMetricId belongs to an anomaly operator",
    )
    _require(
        bool(alarm.get("ThresholdMetricId")) != (alarm.get("Threshold") is not None),
        "one of Threshold and ThresholdMetricId is required",
    )
    treatment = alarm.get("TreatMissingData")
    _require(
        not treatment or treatment in TREATMENTS,
        f"The value {treatment} is not supported for TreatMissingData parameter. "
        f"Supported values are [{', '.join(TREATMENTS)}].",
    )
    for action in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        _require(len(alarm.get(action) or []) <= MAX_ACTIONS, f"{action} must have at most 5 members")
    _check_metric(alarm)
    _check_counts(alarm)


def _check_metric(alarm: dict) -> None:
    queries = alarm.get("Metrics")
    if not queries:
        _require(
            bool(alarm.get("MetricName")) and bool(alarm.get("Namespace")), "MetricName and Namespace are required"
        )
        _check_statistic(alarm)
        _require(len(alarm.get("Dimensions") or []) <= MAX_DIMENSIONS, "Dimensions must have at most 30 members")
        return
    for key in ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit"):
        _require(not alarm.get(key), f"{key} must not be set together with Metrics")
    _require(len(queries) <= MAX_METRICS, "Metrics must have at most 10 members")
    ids = [query.get("Id") for query in queries]
    _require(len(set(ids)) == len(ids), "Metrics must have different Ids")
    _require(
        all(identifier and identifier[0].islower() for identifier in ids),
        "an Id in Metrics must start with a lower-case letter",
    )
    returned = [
        query for query in queries if query.get("ReturnData", True) and query["Id"] != alarm.get("ThresholdMetricId")
    ]
    _require(len(returned) == 1, "Exactly one element of the metrics list should return data")
    for query in queries:
        _require(
            bool(query.get("Expression")) != bool(query.get("MetricStat")),
            "a member of Metrics has one of Expression and MetricStat",
        )
        if query.get("MetricStat"):
            _require(
                statistics.is_known(str(query["MetricStat"].get("Stat"))),
                f"The value {query['MetricStat'].get('Stat')} for parameter Stat is not supported.",
            )


def _check_statistic(alarm: dict) -> None:
    basic, extended = alarm.get("Statistic"), alarm.get("ExtendedStatistic")
    _require(bool(basic) != bool(extended), "exactly one of Statistic and ExtendedStatistic is required")
    _require(not basic or basic in statistics.BASIC, f"Value '{basic}' at 'statistic' failed to satisfy constraint")
    _require(
        not extended or (statistics.is_known(extended) and extended not in statistics.BASIC),
        f"The value {extended} for parameter ExtendedStatistic is not supported.",
    )


def _check_counts(alarm: dict) -> None:
    evaluated = int(alarm.get("EvaluationPeriods") or 0)
    _require(
        evaluated >= 1,
        "Value at 'evaluationPeriods' failed to satisfy constraint: Member must have value greater than or equal to 1",
    )
    needed = alarm.get("DatapointsToAlarm")
    _require(
        needed is None or 1 <= int(needed) <= evaluated, "DatapointsToAlarm must be between 1 and EvaluationPeriods"
    )
    periods = [query["MetricStat"].get("Period") for query in alarm.get("Metrics") or [] if query.get("MetricStat")]
    for period in periods or ([] if alarm.get("Metrics") else [alarm.get("Period")]):
        seconds = int(period or 0)
        _require(
            seconds in (10, 20, 30) or (seconds > 0 and seconds % 60 == 0),
            f"Period must be 10, 20, 30 or a multiple of 60, not {seconds}",
        )
        longest = DAY_SECONDS if seconds < HOUR_SECONDS else WEEK_SECONDS
        _require(
            seconds * evaluated <= longest,
            f"Metrics cannot be checked across more than {longest} seconds "
            f"(EvaluationPeriods * Period must be <= {longest}).",
        )


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise BadAlarm(message)


def _template_record(store):
    """Wraps the CloudFormation handler's mapping of properties to an alarm."""

    def record(name: str, props: dict) -> dict:
        props = _booleans({key: value for key, value in props.items() if value is not None})
        check({**props, "AlarmName": name})
        plain = {key: value for key, value in props.items() if key not in ("Metrics", "ThresholdMetricId")}
        if "Metrics" not in props:
            return store(name, plain)
        alarm = store(name, {**plain, "MetricName": "-", "Namespace": "-", "Threshold": props.get("Threshold", 0)})
        return _as_math(alarm, props)

    return record


def _as_math(alarm: dict, request: dict) -> dict:
    """The stored record of a metric-math alarm: what it has no value for is absent, as in DescribeAlarms."""
    for key in ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit"):
        alarm.pop(key, None)
    alarm["Metrics"] = request["Metrics"]
    if request.get("ThresholdMetricId"):
        alarm["ThresholdMetricId"] = request["ThresholdMetricId"]
        del alarm["Threshold"]
    return alarm


def _booleans(node):
    """CloudFormation passes ``"false"`` where a template says so in a string; the API has booleans."""
    if isinstance(node, dict):
        return {
            key: value.lower() == "true" if key == "ReturnData" and isinstance(value, str) else _booleans(value)
            for key, value in node.items()
        }
    return [_booleans(member) for member in node] if isinstance(node, list) else node


def install() -> None:
    """Check every alarm before it is stored."""
    provisioners._cw_metric_alarm_record = _template_record(provisioners._cw_metric_alarm_record)
    store = cw._put_metric_alarm

    def put_metric_alarm(params, data, is_cbor, is_json=False):
        if not (is_cbor or is_json):
            return store(params, data, is_cbor, is_json)
        try:
            check(data)
        except BadAlarm as bad:
            return cw._error("ValidationError", str(bad), 400, use_json=is_json, use_cbor=is_cbor)
        if not data.get("Metrics"):
            return store(params, data, is_cbor, is_json)
        # The stored record is evaluated at once, before it is a metric-math record: no metric has this name.
        answer = store(
            params,
            {**data, "MetricName": "-", "Namespace": "-", "Metrics": None, "Threshold": data.get("Threshold", 0)},
            is_cbor,
            is_json,
        )
        if answer[0] < 400:
            _as_math(cw._alarms[data["AlarmName"]], data)
            cw._evaluate_alarm(cw._alarms[data["AlarmName"]])
        return answer

    cw._put_metric_alarm = put_metric_alarm
