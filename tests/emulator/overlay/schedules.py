"""EventBridge Scheduler: a quicker clock for tests, the schedule's own role, Lambda targets with retries, dead letters.

ministack looks at its schedules every ten seconds, invokes a function once, and ignores the target's role and its
dead-letter queue. What the role may not invoke goes to that queue, sent with the same role.
``SKYWARDEN_SCHEDULE_SECONDS`` fires every ``rate(...)`` at that interval, so that a test need not wait a minute;
``cron(...)`` and ``at(...)`` keep their times.
"""

import json
import logging
import os

from ministack.core.arn import parse_arn
from ministack.services import eventbridge, lambda_svc, scheduler

from overlay import encryption, service_principals

logger = logging.getLogger("overlay.schedules")

VARIABLE = "SKYWARDEN_SCHEDULE_SECONDS"


def _to_lambda(arn: str, payload: str) -> None:
    function, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not function:
        logger.error("the target %s of a schedule or rule does not exist", name)
        return
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), json.loads(payload))


def missing_grant(role: str, queue_arn: str) -> str | None:
    """The action the schedule's role lacks to send to its dead-letter queue."""
    if not service_principals.role_allows(role, "sqs:SendMessage", queue_arn):
        return "sqs:SendMessage"
    return encryption.missing_key_grant(role, "sqs:SendMessage", queue_arn)


def _dead_letter(target: dict, role: str) -> None:
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    missing = missing_grant(role, queue)
    if missing:
        logger.error("the dead letter of a schedule is lost: its role %s lacks %s on %s", role, missing, queue)
        return
    # By the role's permission and not by the queue's policy.
    eventbridge._dispatch_to_sqs(parse_arn(queue), target.get("Input") or "{}")


def _checked(invoke):
    def invoke_target(target, event, rule, view=None):
        arn, role = target.get("Arn", ""), target.get("RoleArn", "")
        scheduled = event.get("Source") == "aws.scheduler" and ":lambda:" in arn
        if scheduled:
            logger.info("a schedule fires at %s", arn)
        if scheduled and not service_principals.role_allows(role, "lambda:InvokeFunction", arn):
            logger.error("the schedule's role %s may not invoke %s", role, arn)
            _dead_letter(target, role)
            return
        invoke(target, event, rule, view)

    return invoke_target


def install() -> None:
    """Replace the dispatch and, when the variable is set, the clock of rates."""
    eventbridge._dispatch_to_lambda = _to_lambda
    eventbridge._invoke_target = _checked(eventbridge._invoke_target)
    seconds = os.environ.get(VARIABLE)
    if seconds:
        interval, parse = float(seconds), eventbridge._parse_rate_seconds
        eventbridge._parse_rate_seconds = lambda expression: None if parse(expression) is None else interval
        scheduler._SCHEDULE_TICK_INTERVAL = min(interval, scheduler._SCHEDULE_TICK_INTERVAL)
