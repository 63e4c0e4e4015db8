"""The asynchronous invocation queue: retries, throttling, event age, and the on-failure record in S3.

ministack counts a throttled attempt as a failed one, so a burst over the reserved concurrency is lost after seconds,
and it has no S3 destination. Here a function error is tried again twice, a throttled event waits until it is too old,
and what still fails goes to the destination; for S3 that is an object under
``aws/lambda/async/<function>/YYYY/MM/DD/``, the prefix Lambda always uses, written with the function's own role
(``s3:PutObject`` and ``s3:ListBucket``).
"""

import contextvars
import json
import logging
import threading
import time
from datetime import UTC, datetime

from ministack.core.arn import parse_arn
from ministack.core.responses import new_uuid, request_scope
from ministack.services import lambda_svc, s3

from overlay import encryption, metrics, service_principals

logger = logging.getLogger("overlay.lambda_async")

DEFAULT_RETRIES = 2
DEFAULT_AGE_SECONDS = 6 * 3_600


def invoke(function: dict, event: dict) -> None:
    """Queue the event for the function record and return at once."""
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(_process, function, event), daemon=True).start()


def _process(function: dict, event: dict) -> None:
    config = function.get("config") or function
    with request_scope(*lambda_svc._account_region_from_function_config(config)):
        name = config["FunctionName"]
        settings = lambda_svc._event_invoke_config(function, "$LATEST") or function.get("event_invoke_config") or {}
        _count("AsyncEventsReceived", name)
        condition, attempts, result = _attempt(function, event, settings)
        if condition is None:
            return
        _count("AsyncEventsDropped", name)
        failure = ((settings.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        dead_letters = (config.get("DeadLetterConfig") or {}).get("TargetArn")
        for target in filter(None, (failure, dead_letters)):
            _route(target, config, event, record(config, event, condition, attempts, result), result)


def _attempt(function: dict, event: dict, settings: dict) -> tuple[str | None, int, dict]:
    """Why the event was given up (``None`` when it was not), the number of invocations, and the last result."""
    retries = int(settings.get("MaximumRetryAttempts", DEFAULT_RETRIES))
    deadline = time.time() + int(settings.get("MaximumEventAgeInSeconds", DEFAULT_AGE_SECONDS))
    delay, attempts = lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS, 0
    while True:
        result = lambda_svc._execute_function(function, event)
        if not result.get("throttle"):
            attempts += 1
        if not result.get("error") and not result.get("throttle"):
            return None, attempts, result
        config = function.get("config") or function
        if attempts > retries or lambda_svc._reserved_concurrency(function, config) == 0:
            return "RetriesExhausted", attempts, result
        if time.time() + delay > deadline:
            return "EventAgeExceeded", attempts, result
        time.sleep(delay)
        delay = min(delay * 2, lambda_svc._LAMBDA_ASYNC_RETRY_MAX_SECONDS)


def record(config: dict, event: dict, condition: str, attempts: int, result: dict) -> dict:
    """Lambda's invocation record of an event that was given up."""
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": f"{config['FunctionArn']}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": result.get("function_error") or "Unhandled",
        },
        "responsePayload": result.get("body"),
    }


def object_key(function_name: str, moment: datetime) -> str:
    """Where Lambda puts the record of a failed asynchronous invocation."""
    return f"aws/lambda/async/{function_name}/{moment:%Y/%m/%d}/{moment:%Y-%m-%dT%H.%M.%S}-{new_uuid()}"


def _route(target: str, config: dict, event: dict, body: dict, result: dict) -> None:
    name = config["FunctionName"]
    if parse_arn(target).service != "s3":
        _other_destination(target, name, event, result)
        return
    bucket = target.removeprefix("arn:aws:s3:::")
    key = object_key(name, datetime.now(UTC))
    missing = missing_grant(config["Role"], bucket)
    if missing:
        logger.error("the record of a failed invocation of %s is lost: its role lacks %s on %s", name, missing, bucket)
        _count("DestinationDeliveryFailures", name)
        return
    status, _headers, answer = s3._put_object(
        bucket, key, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    if status >= 400:
        logger.error("the record of a failed invocation of %s is lost: %r", name, answer)
        _count("DestinationDeliveryFailures", name)


def missing_grant(role_arn: str, bucket: str) -> str | None:
    """The action that the role needs to write failure records to the bucket and does not have."""
    bucket_arn = f"arn:aws:s3:::{bucket}"
    wanted = (("s3:PutObject", f"{bucket_arn}/aws/lambda/async/probe"), ("s3:ListBucket", bucket_arn))
    lacking = (action for action, arn in wanted if not service_principals.role_allows(role_arn, action, arn))
    return next(lacking, None) or encryption.missing_key_grant(role_arn, "s3:PutObject", bucket_arn)


def _put_event_invoke_config(store):
    """PutFunctionEventInvokeConfig refuses an S3 destination that the function's role may not write."""

    def put(name: str, qualifier: str | None, request: dict) -> tuple:
        destination = ((request.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or ""
        function = lambda_svc._functions.get(name)
        if function and destination.startswith("arn:aws:s3:::"):
            missing = missing_grant(function["config"]["Role"], destination.removeprefix("arn:aws:s3:::"))
            if missing:
                return lambda_svc._invalid_parameter_value(
                    f"The function execution role does not have permissions to call {missing} on {destination}"
                )
        return store(name, qualifier, request)

    return put


def _count(metric: str, function: str) -> None:
    metrics.record("AWS/Lambda", metric, 1, "Count", {"FunctionName": function}, time.time())


_other_destination = lambda_svc._route_async_failure


def install() -> None:
    """Replace ministack's queue."""
    lambda_svc.invoke_async_with_retry = invoke
    lambda_svc._put_event_invoke_config = _put_event_invoke_config(lambda_svc._put_event_invoke_config)
