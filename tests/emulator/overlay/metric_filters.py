"""Metric filters that emit metrics, and PutMetricFilter and TestMetricFilter as AWS answers them.

ministack stores metric filters and never looks at them. Here every event written to a group passes its filters: a
match gives the value (a constant or a field), a miss the default value if there is one, each with the filter's unit
and dimensions and the event's own time. A field that is missing or not a number gives no point, nor does a missing
dimension.
"""

import logging
import time

from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch as cw
from ministack.services import cloudwatch_logs as logs

from overlay import matcher, metrics, new_events

logger = logging.getLogger("overlay.metric_filters")

MAX_FILTERS = 100
MAX_DIMENSIONS = 3
MAX_TEST_MESSAGES = 50


def emit(group: str, events: list[dict]) -> None:
    """Record what the group's metric filters make of the events, then let the alarms see it."""
    filters = [stored for (owner, _name), stored in logs._metric_filters.items() if owner == group]
    messages = [event.get("message", "") for event in events]
    for stored in filters if messages else []:
        for transformation in stored["metricTransformations"]:
            try:
                _emit(stored["filterPattern"], transformation, events, messages)
            except (matcher.BadPattern, matcher.MatcherUnavailable):
                logger.exception("metric filter %s of %s emits nothing", stored["filterName"], group)
    if filters:
        cw._evaluate_all_alarms()


def _emit(pattern: str, transformation: dict, events: list[dict], messages: list[str]) -> None:
    wanted = transformation.get("dimensions") or {}
    found = matcher.extract(pattern, messages, str(transformation["metricValue"]), wanted)
    default = transformation.get("defaultValue")
    rows = zip(events, found["matches"], found["values"], found["dimensions"], strict=True)
    for event, match, value, dimensions in rows:
        if not match:
            value, dimensions = default, {}
        elif any(dimensions.get(name) is None for name in wanted):
            continue
        if value is not None:
            metrics.record(
                transformation["metricNamespace"],
                transformation["metricName"],
                value,
                transformation.get("unit", "None"),
                dimensions,
                event.get("timestamp", time.time() * 1000) / 1000,
            )


def _refusal(request: dict) -> str | None:
    """Why AWS refuses the PutMetricFilter, or ``None``."""
    transformations = request.get("metricTransformations") or []
    if len(transformations) != 1:
        return "metricTransformations must have exactly one member"
    transformation = transformations[0]
    if not all(transformation.get(key) for key in ("metricName", "metricNamespace", "metricValue")):
        return "metricName, metricNamespace and metricValue are required"
    dimensions, pattern = transformation.get("dimensions") or {}, (request.get("filterPattern") or "").strip()
    if len(dimensions) > MAX_DIMENSIONS:
        return f"dimensions must have at most {MAX_DIMENSIONS} members"
    if dimensions and transformation.get("defaultValue") is not None:
        return "Invalid metric transformation: dimensions and default value are mutually exclusive properties."
    if dimensions and pattern[:1] not in ("{", "["):
        return "Invalid metric transformation: dimensions need a JSON or space-delimited filter pattern."
    try:
        matcher.extract(pattern, [], str(transformation["metricValue"]), dimensions)
    except matcher.BadPattern as bad:
        return f"Invalid filter pattern: {bad}"
    return None


def _put_metric_filter(store):
    def put(request: dict) -> tuple:
        group, name = request.get("logGroupName"), request.get("filterName")
        if group in logs._log_groups:
            reason = _refusal(request)
            if reason is not None:
                return error_response_json("InvalidParameterException", reason, 400)
            others = [key for key in logs._metric_filters if key[0] == group and key[1] != name]
            if len(others) >= MAX_FILTERS:
                return error_response_json("LimitExceededException", "Resource limit exceeded.", 400)
        return store(request)

    return put


def test_metric_filter(request: dict) -> tuple:
    """TestMetricFilter: the messages that match, numbered from 1 as the service does (its examples start at 0)."""
    messages = request.get("logEventMessages") or []
    if not 1 <= len(messages) <= MAX_TEST_MESSAGES:
        return error_response_json("InvalidParameterException", "logEventMessages must have 1 to 50 members", 400)
    try:
        chosen = matcher.matches(request.get("filterPattern", ""), messages)
    except matcher.BadPattern as bad:
        return error_response_json("InvalidParameterException", f"Invalid filter pattern: {bad}", 400)
    numbered = enumerate(zip(messages, chosen, strict=True), 1)
    matched = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": {}}
        for number, (message, match) in numbered
        if match
    ]
    return json_response({"matches": matched})


def install() -> None:
    """Run the filters wherever ministack fans out new events, and check new filters."""
    new_events.each(emit)
    logs._put_metric_filter = _put_metric_filter(logs._put_metric_filter)
