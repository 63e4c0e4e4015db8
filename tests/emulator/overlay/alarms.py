"""Evaluates alarms on their own metric, M of N, with missing data and metric math, and keeps at it.

ministack evaluates an alarm only when a metric is put, over every dimension set of its metric and all points of the
window as one, ignores DatapointsToAlarm and TreatMissingData, and has no metric math. Here all alarms are evaluated
every ``SKYWARDEN_ALARM_SECONDS`` and on every put, over N sliding periods that end now.

Deliberately not here, because the simulator owns it: the longer evaluation range, the ten seconds by which CloudWatch
trails the clock, and low-sample percentiles. So an alarm follows its data within a second instead of a minute or two.
"""

import logging
import operator
import os
import threading
import time

from ministack.core.responses import request_scope
from ministack.services import cloudwatch as cw

from overlay import metric_math, metrics

logger = logging.getLogger("overlay.alarms")

SECONDS = float(os.environ.get("SKYWARDEN_ALARM_SECONDS", "1"))
SETTLE_SECONDS = 3
"""How long a new or changed alarm is left alone, so that the rest of its stack exists before its first action."""
SKEW_SECONDS = 5
"""How far in the future a point may lie and still belong to the newest period."""

COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
ANOMALY_COMPARISONS = frozenset(
    {"LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"}
)
WORDS = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}

_lock = threading.RLock()
"""Held over a whole transition: the clock and a put must not both carry the same one out."""


def queries(alarm: dict) -> list[dict]:
    """The alarm's metric data queries; a plain alarm is one query that returns its data."""
    if alarm.get("Metrics"):
        return alarm["Metrics"]
    metric = {key: alarm.get(key) for key in ("Namespace", "MetricName", "Dimensions")}
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    stat = {"Metric": metric, "Stat": statistic, "Period": alarm.get("Period", 60), "Unit": alarm.get("Unit")}
    return [{"Id": "alarm", "MetricStat": stat, "ReturnData": True}]


def period_seconds(alarm: dict) -> int:
    """The period of the alarm's data, the longest one of a metric-math alarm."""
    periods = [int(query["MetricStat"]["Period"]) for query in queries(alarm) if query.get("MetricStat")]
    return max(periods, default=60)


def datapoints(alarm: dict, now: float) -> metric_math.Series:
    """The alarm's N newest values, oldest first."""
    count, period = int(alarm.get("EvaluationPeriods", 1)), period_seconds(alarm)
    returned = [query["Id"] for query in queries(alarm) if query.get("ReturnData", True)]
    values = metrics.evaluate(queries(alarm), now + SKEW_SECONDS - count * period, period, count)
    return metric_math.as_series(values[returned[0]], count)


def decide(values: metric_math.Series, alarm: dict) -> tuple[str, str] | None:
    """The state the values call for and its reason, or ``None`` to keep the state."""
    compare, threshold = COMPARISONS[alarm["ComparisonOperator"]], float(alarm["Threshold"])
    total = len(values)
    needed = int(alarm.get("DatapointsToAlarm") or total)
    present = [value for value in values if value is not None]
    bad = [value for value in present if compare(value, threshold)]
    missing, treatment = total - len(present), alarm.get("TreatMissingData") or "missing"
    if len(bad) >= needed:
        return "ALARM", _crossed(bad, total, alarm, "")
    good = len(present) - len(bad)
    if good >= total - needed + 1 or (treatment == "notBreaching" and present):
        return "OK", _crossed([value for value in present if value not in bad], total, alarm, "not ")
    if treatment == "breaching" and len(bad) + missing >= needed:
        return "ALARM", _filled(missing, total, "Breaching")
    if treatment in ("breaching", "notBreaching"):
        return "OK", _filled(missing, total, "Breaching" if treatment == "breaching" else "NonBreaching")
    if good:
        return "OK", _crossed([value for value in present if value not in bad], total, alarm, "not ")
    if treatment == "ignore":
        return None
    # Only breaching points, and too few: an alarm must not go off for one point that has only just come in.
    if any(value is not None for value in values[: total - needed + 1]):
        return "ALARM", _crossed(bad, total, alarm, "")
    return "INSUFFICIENT_DATA", f"Insufficient Data: {missing} datapoint{_s(missing)} were unknown."


def _crossed(decisive: list[float], total: int, alarm: dict, negation: str) -> str:
    numbers = ", ".join(str(float(value)) for value in decisive)
    verb = "were" if len(decisive) != 1 else "was"
    words = WORDS[alarm["ComparisonOperator"]]
    return (
        f"Threshold Crossed: {len(decisive)} out of the last {total} datapoint{_s(total)} [{numbers}] {verb} "
        f"{negation}{words} the threshold ({float(alarm['Threshold'])})."
    )


def _filled(missing: int, total: int, treated: str) -> str:
    were = "were" if missing != 1 else "was"
    if missing == total:
        return (
            f"Threshold Crossed: no datapoints were received for {missing} period{_s(missing)} and "
            f"{missing} missing datapoint{_s(missing)} {were} treated as [{treated}]."
        )
    return f"Threshold Crossed: {missing} of the last {total} datapoints {were} missing and treated as [{treated}]."


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def evaluate(alarm: dict, now: float | None = None) -> None:
    """Move the alarm to the state its data calls for; run its actions and its composite parents when that is new."""
    now = time.time() if now is None else now
    settled = alarm.get("AlarmConfigurationUpdatedTimestamp", 0) + SETTLE_SECONDS
    if alarm.get("ComparisonOperator") not in COMPARISONS or now < settled:
        return
    with _lock:
        decision = decide(datapoints(alarm, now), alarm)
        if decision is None or decision[0] == alarm["StateValue"]:
            return
        old_state, (new_state, reason) = alarm["StateValue"], decision
        alarm.update(StateValue=new_state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
        cw._record_history(alarm["AlarmName"], old_state, new_state, reason)
        cw._dispatch_alarm_actions(alarm, old_state, new_state, reason)
        cw._evaluate_parent_alarms(alarm)


def _evaluate_quietly(alarm: dict) -> None:
    """As ``evaluate``; an alarm whose expression cannot be computed here keeps its state and says so in the log."""
    try:
        evaluate(alarm)
    except metric_math.BadExpression as error:
        logger.warning("alarm %s is not evaluated: %s", alarm["AlarmName"], error)


def _tick() -> None:
    while True:
        time.sleep(SECONDS)
        for (account, region, _name), alarm in list(cw._alarms._data.items()):
            with request_scope(account, region):
                try:
                    _evaluate_quietly(alarm)
                except Exception:
                    logger.exception("alarm %s", alarm.get("AlarmName"))


def install() -> None:
    """Replace ministack's evaluation and start the clock."""
    cw._evaluate_alarm = _evaluate_quietly
    threading.Thread(target=_tick, name="overlay-alarms", daemon=True).start()
