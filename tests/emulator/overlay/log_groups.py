"""With ``AUTH=true`` a log group needs a key that lets CloudWatch Logs use it, and a function logs by its role.

ministack stores ``KmsKeyId`` and asks nobody. On AWS the group is not created when the key's policy does not admit
``logs.<region>.amazonaws.com`` for this group (its ARN is in the encryption context).

ministack also writes what a function prints to its log group whatever the function's role says. On AWS the lines of a
role without ``logs:CreateLogStream`` and ``logs:PutLogEvents`` are lost without an error; here the log says so.
"""

import logging

from ministack.core.responses import error_response_json, get_account_id, get_region, request_scope
from ministack.services import cloudwatch_logs, lambda_svc
from ministack.services.cloudformation import provisioners

from overlay import service_principals

logger = logging.getLogger("overlay.log_groups")

ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")


def group_arn(name: str) -> str:
    """The ARN of a log group, as it stands in an encryption context."""
    return f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{name}"


def refusal(name: str, key: str | None) -> str | None:
    """Why the group cannot be encrypted with the key, in CloudWatch Logs' words; ``None`` when it can."""
    if not key or service_principals.may_encrypt_logs(key, group_arn(name)):
        return None
    return f"The specified KMS key does not exist or is not allowed to be used with LogGroup '{group_arn(name)}'"


def missing_action(role_arn: str, group: str) -> str | None:
    """The action a function's role lacks to write to its log group."""
    stream = f"{group_arn(group)}:log-stream:any"
    return next((action for action in ACTIONS if not service_principals.role_allows(role_arn, action, stream)), None)


def _create(create):
    def create_log_group(data: dict) -> tuple:
        reason = refusal(data.get("logGroupName") or "", data.get("kmsKeyId"))
        return error_response_json("InvalidParameterException", reason, 400) if reason else create(data)

    return create_log_group


def _provision(provision):
    def create(logical_id: str, props: dict, stack_name: str) -> tuple:
        reason = refusal(props.get("LogGroupName") or "", props.get("KmsKeyId"))
        if reason:
            raise ValueError(reason)
        return provision(logical_id, props, stack_name)

    return create


def _emit(emit):
    def emit_lambda_logs(func: dict, *args, **rest) -> None:
        config = func.get("config") or func
        with request_scope(*lambda_svc._account_region_from_function_config(config)):
            name = config["FunctionName"]
            group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
            missing = missing_action(config["Role"], group)
        if missing:
            logger.error("the lines of %s are lost: its role lacks %s on %s", name, missing, group)
            return
        emit(func, *args, **rest)

    return emit_lambda_logs


def install() -> None:
    """Check groups made by the API and by CloudFormation, and what functions print."""
    cloudwatch_logs._create_log_group = _create(cloudwatch_logs._create_log_group)
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"]
    handlers["create"] = _provision(handlers["create"])
    lambda_svc._emit_lambda_logs = _emit(lambda_svc._emit_lambda_logs)
