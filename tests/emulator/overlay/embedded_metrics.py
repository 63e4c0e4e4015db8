"""Embedded metric format: metrics that CloudWatch Logs takes out of log lines by itself.

ministack stores such lines and looks no further. Here every line written to a group of class STANDARD, by
PutLogEvents or by a function, is read by our own code (see ``matcher``): its values are recorded at the document's
time, and what is wrong with it counts as ``EMFParsingErrors`` and ``EMFValidationErrors`` of the group.
"""

import logging
import time

from ministack.services import cloudwatch as cw
from ministack.services import cloudwatch_logs as logs

from overlay import matcher, metrics, new_events

logger = logging.getLogger("overlay.embedded_metrics")

MARK = '"_aws"'
SUPPORTING_CLASS = "STANDARD"


def emit(group: str, events: list[dict]) -> None:
    """Record the metrics in the events of a group, then let the alarms see them."""
    messages = [message for event in events if MARK in (message := event.get("message", ""))]
    if not messages or not supported(logs._log_groups.get(group)):
        return
    now = time.time()
    try:
        found = matcher.embedded(messages, int(now * 1000))
    except matcher.MatcherUnavailable:
        logger.exception("embedded metrics of %s are lost", group)
        return
    for row in rows(group, found, now):
        metrics.record(*row)
    cw._evaluate_all_alarms()


def supported(group: dict | None) -> bool:
    """Whether a stored log group (``None``: there is none) is of the class that has embedded metrics."""
    return group is not None and (group.get("logGroupClass") or SUPPORTING_CLASS) == SUPPORTING_CLASS


def rows(group: str, found: list[dict], now: float) -> list[tuple]:
    """The arguments of ``metrics.record`` for every value and every kind of mistake; ``now`` in seconds."""
    recorded = []
    for line in found:
        for sample in line["samples"]:
            identity = (sample["namespace"], sample["name"])
            about = (sample["unit"], sample["dimensions"], sample["timestamp"] / 1000)
            recorded += [
                (*identity, value, *about, count)
                for value, count in zip(sample["values"], sample["counts"], strict=True)
            ]
        for name, times in line["violations"].items():
            recorded.append(("AWS/Logs", name, times, "Count", {"LogGroupName": group}, now, 1.0))
    return recorded


def install() -> None:
    """Read the events wherever ministack fans out new ones."""
    new_events.each(emit)
