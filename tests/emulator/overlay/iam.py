"""Makes ``AUTH=true`` right for what we send: it lets CBOR requests through unchecked and denies correct grants.

``SendMessageBatch`` and the other batches of SQS and SNS are no actions of IAM: they need that of the single request
(SQS developer guide, "Amazon SQS API permissions"). ministack asks for an action of the batch's name, so a careful
role could send nothing.

A request in Smithy RPC v2 (a Rust SDK's, to CloudWatch) names its operation in the path, where ministack does not
look; what it finds no action for it allows. So a role without PutMetricData could put metrics.

``cloudwatch:namespace``: PutMetricData has no resource level, so a careful role allows ``*`` under a condition on the
namespace. ministack has no value for that key, and an absent key meets no StringEquals. The namespace is in the
request's body, in whichever protocol that is.

``/functions/NAME/event-invoke-config``: ministack takes a request to it for one of the function itself, so that reading it
asked for ``lambda:GetFunction``.

Log streams: the actions on a stream (PutLogEvents and its like) are checked against the ARN of the stream, not of its
group, so that a policy may be about streams of a name.

``aws:SecureTransport``: every AWS endpoint is TLS and this one is plain HTTP on the loopback, so a bucket policy that
denies plain HTTP (the CDK bootstrap bucket has one) would shut out every role. It counts as TLS here.
"""

import json
import re
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator

from overlay import cbor

BATCHES = {
    "sns:PublishBatch": "sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
"""Calls that need the permission of the single call (SQS developer guide, API permissions; SNS knows only `sns:Publish`)."""

STREAM_ACTIONS = {"DeleteLogStream", "GetLogEvents", "PutLogEvents"}
"""Actions whose resource is a log stream (service authorization reference, CloudWatch Logs)."""

RPC_PATH = re.compile(r"/service/[^/]+/operation/([A-Za-z0-9]+)/?")


def rpc_action(service: str, path: str) -> str | None:
    """The IAM action of a Smithy RPC v2 request, or ``None`` when the path is another protocol's."""
    operation = RPC_PATH.fullmatch(path)
    prefix = iam_actions.SERVICE_TO_IAM_NAMESPACE.get(service)
    return f"{prefix}:{operation.group(1)}" if operation and prefix else None


INVOKE_CONFIG_PATH = re.compile(r"/[0-9-]+/functions/[^/]+/event-invoke-config/?")
INVOKE_CONFIG_VERBS = {"GET": "Get", "PUT": "Put", "POST": "Update", "DELETE": "Delete"}


def invoke_config_action(service: str, method: str, path: str) -> str | None:
    """The IAM action of a request about a function's asynchronous invocations, or ``None`` when it is another."""
    verb = INVOKE_CONFIG_VERBS.get(method)
    is_one = service == "lambda" and verb and INVOKE_CONFIG_PATH.fullmatch(path)
    return f"lambda:{verb}FunctionEventInvokeConfig" if is_one else None


def _is_cbor_map(body: bytes) -> bool:
    return bool(body) and body[0] >> 5 == 5


def namespace(body: bytes) -> str | None:
    """The namespace a PutMetricData body names: CBOR (a Rust SDK), JSON, or a form (an old SDK)."""
    if _is_cbor_map(body):
        return cbor.loads(body).get("Namespace")
    if body[:1] == b"{":
        return json.loads(body).get("Namespace")
    return parse_qs(body.decode("utf-8", "replace")).get("Namespace", [None])[0]


def stream(action: str, body: bytes) -> str | None:
    """The stream an action on a log stream names."""
    return json.loads(body).get("logStreamName") if action in STREAM_ACTIONS and body[:1] == b"{" else None


def install() -> None:
    """Find the action of every request, and add the keys where ministack gathers and looks up condition keys."""
    extract = iam_actions.extract_iam_action

    def extract_iam_action(service, method, path, headers, body, query_params):
        known = rpc_action(service, path) or invoke_config_action(service, method, path)
        action = known or extract(service, method, path, headers, body, query_params)
        return BATCHES.get(action, action)

    iam_actions.extract_iam_action = extract_iam_action
    extract_arn = iam_actions.extract_resource_arn

    def extract_resource_arn(service, method, path, headers, body, *rest):
        arn = extract_arn(service, method, path, headers, body, *rest)
        action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        named = stream(action, body) if service == "logs" and ":log-group:" in arn else None
        return f"{arn}:log-stream:{named}" if named else arn

    iam_actions.extract_resource_arn = extract_resource_arn
    json_field = iam_actions._safe_json_field
    iam_actions._safe_json_field = lambda body, field: (
        str(cbor.loads(body).get(field) or "") if _is_cbor_map(body) else json_field(body, field)
    )
    gather = iam_actions.request_tag_context

    def context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
        keys = gather(service, iam_action, body, params)
        named = namespace(body) if iam_action == "cloudwatch:PutMetricData" else None
        return {**keys, "cloudwatch:namespace": named} if named else keys

    iam_actions.request_tag_context = context
    resolve = iam_evaluator._resolve_condition_key
    iam_evaluator._resolve_condition_key = lambda key, request: (
        "true" if key.lower() == "aws:securetransport" else resolve(key, request)
    )
