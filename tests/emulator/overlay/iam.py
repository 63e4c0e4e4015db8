"""The condition keys without which ``AUTH=true`` denies correct grants.

``cloudwatch:namespace``: PutMetricData has no resource level, so a careful role allows ``*`` under a condition on the
namespace. ministack has no value for that key, and an absent key meets no StringEquals. The namespace is in the
request's body, in whichever protocol that is.

``aws:SecureTransport``: every AWS endpoint is TLS and this one is plain HTTP on the loopback, so a bucket policy that
denies plain HTTP (the CDK bootstrap bucket has one) would shut out every role. It counts as TLS here.
"""

import json
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator

from overlay import cbor


def namespace(body: bytes) -> str | None:
    """The namespace a PutMetricData body names: CBOR (an SDK), JSON, or a form (an old SDK)."""
    if body[:1] == b"{":
        return json.loads(body).get("Namespace")
    if body and body[0] >> 5 == 5:
        return cbor.loads(body).get("Namespace")
    return parse_qs(body.decode("utf-8", "replace")).get("Namespace", [None])[0]


def install() -> None:
    """Add the keys where ministack gathers and looks up a request's condition keys."""
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
