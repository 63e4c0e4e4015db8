"""Lambda's own metrics for every invocation, and the limit on a function's resource policy.

ministack counts invocations made through the API only, and an asynchronous one as a success before it ran;
invocations by Logs, SNS, SQS and a schedule are not counted. It also lets a resource policy grow without end, where
AWS stops at 20,480 bytes.
"""

import json
import time

from ministack.core.responses import error_response_json
from ministack.services import lambda_svc

from overlay import metrics

MAX_POLICY_BYTES = 20_480


def _counted(execute):
    def dispatch(function: dict, config: dict, event: dict, request_id: str, started: float) -> dict:
        result = execute(function, config, event, request_id, started)
        now = time.time()
        failed = isinstance(result, dict) and bool(result.get("error"))
        dimensions = {"FunctionName": config["FunctionName"]}
        for name, value, unit in (
            ("Invocations", 1, "Count"),
            ("Errors", int(failed), "Count"),
            ("Throttles", 0, "Count"),
            ("Duration", (now - started) * 1000, "Milliseconds"),
        ):
            metrics.record("AWS/Lambda", name, value, unit, dimensions, now)
        return result

    return dispatch


def _throttles_only(function_name: str, duration_ms: float, error: bool, throttle: bool) -> None:
    if throttle:
        metrics.record("AWS/Lambda", "Throttles", 1, "Count", {"FunctionName": function_name}, time.time())


def _bounded(add):
    def add_permission(
        function_name: str, data: dict, query_params: dict | None = None, path_qualifier: str | None = None
    ):
        answer = add(function_name, data, query_params, path_qualifier)
        if answer[0] >= 400:
            return answer
        policy = lambda_svc._functions[function_name]["policy"]
        size = len(json.dumps(policy, separators=(",", ":")))
        if size > MAX_POLICY_BYTES:
            policy["Statement"].pop()
            return error_response_json(
                "PolicyLengthExceededException",
                f"The final policy size ({size}) is bigger than the limit ({MAX_POLICY_BYTES}).",
                400,
            )
        return answer

    return add_permission


def install() -> None:
    """Count at the one point every executor passes, and bound the policy."""
    lambda_svc._execute_function_dispatch = _counted(lambda_svc._execute_function_dispatch)
    lambda_svc._emit_lambda_metrics = _throttles_only
    lambda_svc._add_permission = _bounded(lambda_svc._add_permission)
