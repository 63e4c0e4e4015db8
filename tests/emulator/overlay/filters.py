"""Subscription filters with the real pattern language, checks and delivery.

ministack reads a pattern as bare words, so ``{ $.level = "ERROR" }`` matches nothing and nobody is told; it accepts a
third filter, a bad pattern and a function that Logs may not invoke, and it delivers once. Here a pattern is asked of
our matcher, a filter is refused as AWS refuses it, its function gets the CONTROL_MESSAGE probe, batches go through
the asynchronous queue with its retries, and the group's own metrics are kept. FilterLogEvents uses the same matcher.
"""

import base64
import gzip
import json
import logging
import secrets
import time

from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import cloudwatch_logs as logs
from ministack.services import lambda_svc

from overlay import matcher, metrics, service_principals

logger = logging.getLogger("overlay.filters")

MAX_FILTERS = 2
PRINCIPAL = "logs.amazonaws.com"
EVENT_ID_DIGITS = 56


def group_arn(group: str) -> str:
    """The ARN that Logs names as the source when it invokes a function for the group."""
    return f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:*"


def envelope(message_type: str, group: str, stream: str, filters: list[str], events: list[dict]) -> dict:
    """The Lambda event that carries a batch: base64 of gzip of JSON."""
    payload = {
        "messageType": message_type,
        "owner": get_account_id() if message_type == "DATA_MESSAGE" else "CloudwatchLogs",
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": filters,
        "logEvents": events,
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(payload).encode())).decode()}}


def fan_out(group: str, stream: str, events: list[dict]) -> None:
    """Send each subscription of the group the events it selects; a failure never reaches the writer of the log."""
    record = logs._log_groups.get(group)
    if not record or not events:
        return
    messages = [event.get("message", "") for event in events]
    _count_incoming(group, messages)
    for name, subscription in list((record.get("subscriptionFilters") or {}).items()):
        function = subscription["destinationArn"].split(":function:")[-1].split(":")[0]
        # AWS has no such guard; here a filter on a function's own group would fill the disk.
        if group == f"/aws/lambda/{function}":
            continue
        try:
            chosen = matcher.matches(subscription["filterPattern"], messages)
            selected = [event for event, match in zip(events, chosen, strict=True) if match]
            if selected:
                _deliver(group, stream, name, subscription, selected)
        except (matcher.BadPattern, matcher.MatcherUnavailable):
            logger.exception("subscription filter %s of %s delivers nothing", name, group)


def _deliver(group: str, stream: str, name: str, subscription: dict, events: list[dict]) -> None:
    destination = subscription["destinationArn"]
    dimensions = {"LogGroupName": group, "DestinationType": "Lambda", "FilterName": name}
    if not service_principals.may_invoke(destination, PRINCIPAL, group_arn(group)):
        logger.error("subscription filter %s of %s: Logs may not invoke %s, or it is gone", name, group, destination)
        metrics.record("AWS/Logs", "DeliveryErrors", 1, "None", dimensions, time.time())
        return
    now_ms = int(time.time() * 1000)
    batch = [
        {"id": _event_id(), "timestamp": event.get("timestamp", now_ms), "message": event.get("message", "")}
        for event in events
    ]
    _invoke(destination, envelope("DATA_MESSAGE", group, stream, [name], batch))
    metrics.record("AWS/Logs", "ForwardedLogEvents", len(batch), "None", dimensions, time.time())


def _event_id() -> str:
    return "3" + "".join(secrets.choice("0123456789") for _ in range(EVENT_ID_DIGITS - 1))


def _invoke(function_arn: str, event: dict) -> None:
    function, config, _name = lambda_svc._get_func_record_for_ref(function_arn)
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), event)


def _count_incoming(group: str, messages: list[str]) -> None:
    now = time.time()
    size = sum(len(message.encode()) for message in messages)
    for name, value, unit in (("IncomingLogEvents", len(messages), "None"), ("IncomingBytes", size, "Bytes")):
        metrics.record("AWS/Logs", name, value, unit, {"LogGroupName": group}, now)


def _refusal(request: dict) -> tuple | None:
    """AWS's answer to a PutSubscriptionFilter it refuses, or ``None``."""
    current = (logs._log_groups.get(request.get("logGroupName")) or {}).get("subscriptionFilters") or {}
    if request.get("filterName") not in current and len(current) >= MAX_FILTERS:
        return error_response_json("LimitExceededException", "Resource limit exceeded.", 400)
    try:
        matcher.check(request.get("filterPattern", ""))
    except matcher.BadPattern as bad:
        return error_response_json("InvalidParameterException", f"Invalid filter pattern: {bad}", 400)
    destination = request.get("destinationArn", "")
    if ":function:" in destination:
        source = group_arn(request.get("logGroupName", ""))
        if not service_principals.may_invoke(destination, PRINCIPAL, source):
            return error_response_json(
                "InvalidParameterException",
                "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission "
                "to execute your function.",
                400,
            )
    return None


def _put_subscription_filter(store):
    def put(request: dict) -> tuple:
        # A missing group is reported before anything about the filter.
        known = request.get("logGroupName") in logs._log_groups
        refusal = _refusal(request) if known else None
        if refusal is not None:
            return refusal
        answer = store(request)
        if answer[0] < 400 and ":function:" in request.get("destinationArn", ""):
            probe = {
                "id": "",
                "timestamp": int(time.time() * 1000),
                "message": "CWL CONTROL MESSAGE: Checking health of destination Lambda.",
            }
            _invoke(request["destinationArn"], envelope("CONTROL_MESSAGE", "", "", [], [probe]))
        return answer

    return put


def _filter_log_events(answer):
    def filter_events(request: dict) -> tuple:
        try:
            matcher.check(request.get("filterPattern", ""))
        except matcher.BadPattern as bad:
            return error_response_json("InvalidParameterException", f"Invalid filter pattern: {bad}", 400)
        return answer(request)

    return filter_events


def install() -> None:
    """Replace ministack's matching, delivery and PutSubscriptionFilter."""
    logs._fanout_to_subscription_filters = fan_out
    logs._subscription_pattern_matches = lambda pattern, message: matcher.matches(pattern or "", [message or ""])[0]
    logs._compile_filter_pattern = lambda pattern: lambda message: matcher.matches(pattern or "", [message])[0]
    logs._put_subscription_filter = _put_subscription_filter(logs._put_subscription_filter)
    logs._filter_log_events = _filter_log_events(logs._filter_log_events)
