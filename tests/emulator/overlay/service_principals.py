"""Decides whether an AWS service may use a resource: by the resource's policy, or by a role it assumes.

ministack checks queue and topic policies for SNS and S3. It does not check a function's policy for the services that
invoke it, a key's policy for the services that use it, nor the roles behind a schedule, an event source mapping or a
failure destination. Missing grants are the commonest reason why a template deploys and nothing happens, so they are
checked here.
"""

from ministack.core.arn import parse_arn
from ministack.core.iam_evaluator import (
    EvalContext,
    _gather_role_policies,
    evaluate,
    evaluate_resource_policy,
)
from ministack.core.responses import get_account_id, get_region
from ministack.services import kms, lambda_svc


def enforced() -> bool:
    """Whether the server was started with ``AUTH=true``."""
    from ministack.app import AUTH

    return AUTH


def policy_allows(policy: dict | str | None, service: str, action: str, resource_arn: str, source_arn: str) -> bool:
    """Whether a resource policy lets the service principal act on behalf of ``source_arn`` in this account."""
    context = {"aws:sourcearn": source_arn, "aws:sourceaccount": get_account_id(), "aws:sourceowner": get_account_id()}
    return _decide(policy, service, action, resource_arn, context)


def may_invoke(function_arn: str, service: str, source_arn: str) -> bool:
    """Whether the function exists and its policy lets the service invoke it; checked with and without ``AUTH``."""
    function, _config, _name = lambda_svc._get_func_record_for_ref(function_arn)
    if not function:
        return False
    return policy_allows(function.get("policy"), service, "lambda:InvokeFunction", function_arn, source_arn)


def may_use_key(key: str, service: str, source_arn: str) -> bool:
    """Whether the key's policy lets the service encrypt and decrypt; always so without ``AUTH``."""
    if not enforced():
        return True
    record = _key(key)
    # An AWS managed key (alias/aws/sns) has no policy that names a service, so CloudWatch cannot publish through it.
    if record is None:
        return False
    policy = record.get("Policy")
    return all(
        policy_allows(policy, service, action, record["Arn"], source_arn)
        for action in ("kms:Decrypt", "kms:GenerateDataKey")
    )


def may_encrypt_logs(key: str, group_arn: str) -> bool:
    """Whether the key's policy lets CloudWatch Logs use it for the log group; always so without ``AUTH``.

    Logs is a regional principal and names the group in the encryption context, not in ``aws:SourceArn``.
    """
    if not enforced():
        return True
    record = _key(key)
    if record is None:
        return False
    context = {"kms:encryptioncontext:aws:logs:arn": group_arn}
    return all(
        _decide(record.get("Policy"), "logs.amazonaws.com", action, record["Arn"], context)
        for action in ("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKey", "kms:DescribeKey")
    )


def _key(name: str) -> dict | None:
    whole = name.startswith("arn:") or name.startswith("alias/")
    return kms._resolve_key(name if whole else f"arn:aws:kms:{get_region()}:{get_account_id()}:key/{name}")


def role_allows(role_arn: str, action: str, resource_arn: str, context: dict | None = None) -> bool:
    """Whether the role's own policies allow the action; always so without ``AUTH``."""
    if not enforced():
        return True
    account = parse_arn(role_arn).account_id
    request = EvalContext(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource_arn,
        region=get_region(),
        service_context=context or {},
    )
    return evaluate(request, _gather_role_policies(role_arn.rsplit("/", 1)[-1], account)).decision == "Allow"


def _decide(policy: dict | str | None, service: str, action: str, resource_arn: str, context: dict) -> bool:
    if not policy:
        return False
    # The caller is the service, not a principal of the account: a grant to the account must not let it in.
    request = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource_arn,
        region=get_region(),
        service_context=context,
    )
    regional = service.replace(".amazonaws.com", f".{get_region()}.amazonaws.com")
    return any(
        evaluate_resource_policy(policy, request, service=name).decision == "Allow" for name in (service, regional)
    )
