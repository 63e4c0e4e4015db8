"""With ``AUTH=true``, using a resource that a customer's key encrypts needs that key as well.

ministack checks ``sqs:SendMessage`` on an encrypted queue and forgets the key. On AWS the caller also needs the
``kms`` actions below on the key, and a condition on ``kms:ViaService`` must name the service in between. A role
without them deploys and then fails at run time; here it fails too, and the log names the missing action.

A write that asks S3 for ``aws:kms`` without a key takes the bucket's key, or AWS's own; ministack refuses it, and
with it the assets of the CDK.
"""

import logging

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb, kms, s3, sns, sqs

from overlay import service_principals

logger = logging.getLogger("overlay.encryption")

AWS_MANAGED_S3_KEY = "alias/aws/s3"
KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
NEEDED = {
    "s3:GetObject": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey",),
    "sns:Publish": ("kms:Decrypt", "kms:GenerateDataKey"),
    "sqs:ReceiveMessage": ("kms:Decrypt",),
    "sqs:SendMessage": ("kms:Decrypt", "kms:GenerateDataKey"),
}
"""The key actions an action on an encrypted resource needs; every data action of DynamoDB needs ``kms:Decrypt``."""


def key_arn(service: str, resource_arn: str) -> str | None:
    """The customer's key that encrypts the topic, queue, table or bucket; ``None`` for AWS's own keys and none."""
    name = None
    if service == "sns":
        name = (sns._topics.get(resource_arn) or {}).get("attributes", {}).get("KmsMasterKeyId")
    elif service == "sqs":
        name = (
            ((sqs._queue_by_arn(resource_arn) if resource_arn.startswith("arn:") else None) or {})
            .get("attributes", {})
            .get("KmsMasterKeyId")
        )
    elif service == "dynamodb":
        table = dynamodb._tables.get(resource_arn.partition(":table/")[2].partition("/")[0])
        name = ((table or {}).get("SSEDescription") or {}).get("KMSMasterKeyArn")
    elif service == "s3":
        bucket = resource_arn.removeprefix("arn:aws:s3:::").partition("/")[0]
        name = s3._bucket_default_sse_headers(bucket).get(KEY_HEADER)
    record = kms._resolve_key(name) if name else None
    return record["Arn"] if record else None


def _needed(action: str) -> tuple[str, ...]:
    return ("kms:Decrypt",) if action.startswith("dynamodb:") else NEEDED.get(action, ())


def _context(service: str) -> dict:
    return {"kms:viaservice": f"{service}.{get_region()}.amazonaws.com", "kms:calleraccount": get_account_id()}


def missing_key_grant(role_arn: str, action: str, resource_arn: str) -> str | None:
    """The key action the role lacks to do ``action`` on the resource; ``None`` when there is no key or no lack."""
    service = action.partition(":")[0]
    key = key_arn(service, resource_arn)
    for needed in _needed(action) if key else ():
        if not service_principals.role_allows(role_arn, needed, key, _context(service)):
            return needed
    return None


def _with_default_key(resolve):
    def resolve_headers(headers: dict, bucket: str) -> tuple:
        if headers.get("x-amz-server-side-encryption") == "aws:kms" and not headers.get(KEY_HEADER):
            default = s3._bucket_default_sse_headers(bucket).get(KEY_HEADER, AWS_MANAGED_S3_KEY)
            headers = {**headers, KEY_HEADER: default}
        return resolve(headers, bucket)

    return resolve_headers


def install() -> None:
    """Follow every allowed request to the key behind its resource."""
    check = iam_evaluator.enforce

    def enforce(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        denied = check(access_key_id, iam_action, service, region, resource_arn, service_context)
        if denied:
            logger.info("%s on %s is denied to %s", iam_action, resource_arn, getattr(denied, "principal_arn", "?"))
        needed = _needed(iam_action)
        if denied or not needed:
            return denied
        key = key_arn(service, resource_arn)
        for action in needed if key else ():
            denied = check(access_key_id, action, "kms", region, key, _context(service))
            if denied:
                principal = getattr(denied, "principal_arn", access_key_id)
                logger.error("%s on %s is denied: %s lacks %s on %s", iam_action, resource_arn, principal, action, key)
                return denied
        return None

    iam_evaluator.enforce = enforce
    s3._resolve_sse_write_headers = _with_default_key(s3._resolve_sse_write_headers)
