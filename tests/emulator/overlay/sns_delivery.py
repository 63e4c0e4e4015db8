"""SNS deliveries that fail go to the subscription's dead-letter queue, and Lambda subscribers get retries.

ministack stores a RedrivePolicy and drops what it cannot deliver; it invokes a function once, and without asking the
function's policy. Here a delivery to a function that is gone or that SNS may not invoke, or to a queue that is gone
or refuses, goes to the dead-letter queue, and a function error is the asynchronous queue's business. HTTP endpoints
are left as they are. A queue encrypted with a customer's key is also refused when the key's policy does not let the
sending service use it (``AUTH=true``).
"""

import json
import logging

from ministack.services import lambda_svc, sns, sqs

from overlay import service_principals

logger = logging.getLogger("overlay.sns_delivery")

PRINCIPAL = "sns.amazonaws.com"


def _dead_letter(subscription: dict | None, topic_arn: str, envelope: str, why: str) -> None:
    policy = json.loads(((subscription or {}).get("attributes") or {}).get("RedrivePolicy") or "{}")
    target = policy.get("deadLetterTargetArn")
    logger.warning("SNS %s: %s; %s", topic_arn, why, f"sent to {target}" if target else "the message is lost")
    if target:
        _send(target, envelope, False, envelope, topic_arn=topic_arn)


def _subscription(topic_arn: str, protocol: str, endpoint: str) -> dict | None:
    topic = sns._topic_by_arn_any_scope(topic_arn) or {"subscriptions": []}
    return next((s for s in topic["subscriptions"] if (s["protocol"], s["endpoint"]) == (protocol, endpoint)), None)


def _to_lambda(endpoint, envelope, topic_arn, sub_arn, msg_id, raw_message, message_attributes):
    if not service_principals.may_invoke(endpoint, PRINCIPAL, topic_arn):
        _dead_letter(
            _subscription(topic_arn, "lambda", endpoint),
            topic_arn,
            envelope,
            f"{endpoint} is gone or may not be invoked",
        )
        return
    function, config, _name = lambda_svc._get_func_record_for_ref(endpoint)
    record = {
        "EventVersion": "1.0",
        "EventSubscriptionArn": sub_arn,
        "EventSource": "aws:sns",
        "Sns": json.loads(envelope),
    }
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), {"Records": [record]})


def _to_sqs(endpoint, envelope, raw, raw_message, topic_arn="", **rest):
    if sqs._queue_by_arn(endpoint) is None or not sqs.queue_policy_allows(
        endpoint, PRINCIPAL, topic_arn, topic_arn.split(":")[4]
    ):
        _dead_letter(_subscription(topic_arn, "sqs", endpoint), topic_arn, envelope, f"{endpoint} is gone or refuses")
        return
    _send(endpoint, envelope, raw, raw_message, topic_arn=topic_arn, **rest)


def _with_key(allows):
    def queue_policy_allows(queue_arn: str, service: str, source_arn: str, source_account: str) -> bool:
        if not allows(queue_arn, service, source_arn, source_account):
            return False
        key = (
            sqs._queue_by_arn(queue_arn)["attributes"].get("KmsMasterKeyId") if service_principals.enforced() else None
        )
        if key and not service_principals.may_use_key(key, service, source_arn):
            logger.error("%s: the policy of its key %s does not let %s use it", queue_arn, key, service)
            return False
        return True

    return queue_policy_allows


_send = sns._deliver_to_sqs


def install() -> None:
    """Replace the deliveries to functions and queues."""
    sns._deliver_to_lambda = _to_lambda
    sns._deliver_to_sqs = _to_sqs
    sqs.queue_policy_allows = _with_key(sqs.queue_policy_allows)
