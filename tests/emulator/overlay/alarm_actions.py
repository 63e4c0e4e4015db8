"""Publishes an alarm's state change as CloudWatch words it, and only where CloudWatch may publish.

ministack's message lacks the alarm's ARN, its actions, the data of a metric-math alarm and the children of a
composite one, spells the statistic, the dimensions, the Region and the time in other ways, and ignores the topic's
policies. The alert notifier reads these messages, so they have AWS's form here. With ``AUTH=true`` the topic policy
must let ``cloudwatch.amazonaws.com`` publish, and so must the key policy of an encrypted topic let it use the key.
"""

import json
import logging
import time
from datetime import UTC, datetime

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import cloudwatch as cw
from ministack.services import sns

from overlay import service_principals

logger = logging.getLogger("overlay.alarm_actions")

PRINCIPAL = "cloudwatch.amazonaws.com"
ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
REGIONS = {
    "us-east-1": "US East (N. Virginia)",
    "us-east-2": "US East (Ohio)",
    "us-west-2": "US West (Oregon)",
    "eu-central-1": "EU (Frankfurt)",
    "eu-west-1": "EU (Ireland)",
}
"""How CloudWatch spells a Region in the message; another one keeps its code."""


def message(alarm: dict, old_state: str, new_state: str, reason: str, now: float) -> dict:
    """The notification of one state change; ``now`` in seconds since the epoch."""
    body = {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription") or None,
        "AWSAccountId": get_account_id(),
        "AlarmConfigurationUpdatedTimestamp": _time(alarm.get("AlarmConfigurationUpdatedTimestamp", now)),
        "NewStateValue": new_state,
        "NewStateReason": reason,
        "StateChangeTime": _time(now),
        "Region": REGIONS.get(get_region(), get_region()),
        "AlarmArn": alarm["AlarmArn"],
        "OldStateValue": old_state,
        "OKActions": alarm.get("OKActions") or [],
        "AlarmActions": alarm.get("AlarmActions") or [],
        "InsufficientDataActions": alarm.get("InsufficientDataActions") or [],
    }
    if "AlarmRule" in alarm:
        return {**body, "AlarmRule": alarm["AlarmRule"], "TriggeringChildren": _children(alarm)}
    return {**body, "Trigger": _trigger(alarm)}


def _trigger(alarm: dict) -> dict:
    metric = {"Metrics": [_query(query) for query in alarm["Metrics"]]} if alarm.get("Metrics") else _metric(alarm)
    trigger = {
        **metric,
        "EvaluationPeriods": alarm.get("EvaluationPeriods", 1),
        "ComparisonOperator": alarm["ComparisonOperator"],
        "TreatMissingData": alarm.get("TreatMissingData") or "missing",
        "EvaluateLowSampleCountPercentile": "",
    }
    for key in ("DatapointsToAlarm", "Threshold", "ThresholdMetricId"):
        if key in alarm:
            trigger[key] = alarm[key]
    return trigger


def _metric(alarm: dict) -> dict:
    extended = alarm.get("ExtendedStatistic")
    kind = (
        {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": extended}
        if extended
        else {"StatisticType": "Statistic", "Statistic": alarm.get("Statistic", "Average").upper()}
    )
    return {
        "MetricName": alarm.get("MetricName"),
        "Namespace": alarm.get("Namespace"),
        **kind,
        "Unit": alarm.get("Unit"),
        "Dimensions": _dimensions(alarm.get("Dimensions")),
        "Period": alarm.get("Period", 60),
    }


def _query(query: dict) -> dict:
    if not query.get("MetricStat"):
        return query
    metric = query["MetricStat"]["Metric"]
    return {
        **query,
        "MetricStat": {
            **query["MetricStat"],
            "Metric": {**metric, "Dimensions": _dimensions(metric.get("Dimensions"))},
        },
    }


def _dimensions(dimensions: list[dict] | None) -> list[dict]:
    return [{"value": dimension["Value"], "name": dimension["Name"]} for dimension in dimensions or []]


def _children(alarm: dict) -> list[dict]:
    triggering = json.loads(alarm.get("StateReasonData") or "{}").get("triggeringAlarms", [])
    return [
        {"Arn": child["arn"], "State": {"Value": child["state"]["value"], "Timestamp": child["state"]["timestamp"]}}
        for child in triggering
    ]


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def _may_publish(topic_arn: str, alarm_arn: str) -> bool:
    if not sns.topic_policy_allows(topic_arn, PRINCIPAL, alarm_arn, get_account_id()):
        logger.error("%s has no action: the policy of %s does not let %s publish", alarm_arn, topic_arn, PRINCIPAL)
        return False
    key = (sns._topics.get(topic_arn) or {}).get("attributes", {}).get("KmsMasterKeyId")
    if key and not service_principals.may_use_key(key, PRINCIPAL, alarm_arn):
        logger.error(
            "%s has no action: the policy of the key %s of %s does not let %s use it",
            alarm_arn,
            key,
            topic_arn,
            PRINCIPAL,
        )
        return False
    return True


def dispatch(alarm: dict, old_state: str, new_state: str, reason: str) -> None:
    """Publish the state change to the SNS actions of the new state; actions that are not topics are not run."""
    if alarm.get("ActionsEnabled", True) is False:
        return
    topics = [action for action in alarm.get(ACTIONS[new_state]) or [] if cw._is_sns_action_arn(action)]
    body = json.dumps(message(alarm, old_state, new_state, reason, time.time()))
    subject = f'{new_state}: "{alarm["AlarmName"]}" in {REGIONS.get(get_region(), get_region())}'[:99]
    for topic_arn in topics:
        if topic_arn not in sns._topics:
            logger.error("%s has no action: the topic %s does not exist", alarm["AlarmArn"], topic_arn)
        elif _may_publish(topic_arn, alarm["AlarmArn"]):
            sns._fanout(topic_arn, new_uuid(), body, subject)


def install() -> None:
    """Replace ministack's dispatch."""
    cw._dispatch_alarm_actions = dispatch
