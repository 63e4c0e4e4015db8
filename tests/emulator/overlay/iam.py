"""Makes ``AUTH=true`` right for what we send: it lets CBOR requests through unchecked and denies correct grants.

``SendMessageBatch`` and the other batches of SQS and SNS are no actions of IAM: they need that of the single request
(SQS developer guide, "Amazon SQS API permissions"). ministack asks for an action of the batch's name, so a careful
role could send nothing.

A request in Smithy RPC v2 (a Rust SDK's, to CloudWatch) names its operation in the path, where ministack does not
look; what it finds no action for it allows. So a role without PutMetricData could put metrics.

``cloudwatch:namespace``: PutMetricData has no resource level, so a careful role allows ``*`` under a condition on the
namespace. ministack has no value for that key, and an absent key meets no StringEquals. The namespace is in the
request's body, in whichever protocol that is.

``aws:SecureTransport``: every AWS endpoint is TLS and this one is plain HTTP on the loopback, so a bucket policy that
denies plain HTTP (the CDK bootstrap bucket has one) would shut out every role. It counts as TLS here.
"""

import json
import re
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator

from overlay import cbor

SINGLE = {
    "sns:PublishBatch": "sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
"""The IAM action of each request that is many."""
RPC_PATH = re.compile(r"/service/[^/]+/operation/([A-Za-z0-9]+)/?")


def rpc_action(service: str, path: str) -> str | None:
    """The IAM action of a Smithy RPC v2 request, or ``None`` when the path is another protocol's."""
    operation = RPC_PATH.fullmatch(path)
    prefix = iam_actions.SERVICE_TO_IAM_NAMESPACE.get(service)
    return f"{prefix}:{operation.group(1)}" if operation and prefix else None


def _is_cbor_map(body: bytes) -> bool:
    return bool(body) and body[0] >> 5 == 5


def namespace(body: bytes) -> str | None:
    """The namespace a PutMetricData body names: CBOR (a Rust SDK), JSON, or a form (an old SDK)."""
    if _is_cbor_map(body):
        return cbor.loads(body).get("Namespace")
    if body[:1] == b"{":
        return json.loads(body).get("Namespace")
    return parse_qs(body.decode("utf-8", "replace")).get("Namespace", [None])[0]


def install() -> None:
    """Find the action of every request, and add the keys where ministack gathers and looks up condition keys."""
    extract = iam_actions.extract_iam_action

    def extract_iam_action(service, method, path, headers, body, query_params):
        action = rpc_action(service, path) or extract(service, method, path, headers, body, query_params)
        return SINGLE.get(action, action)

    iam_actions.extract_iam_action = extract_iam_action
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
