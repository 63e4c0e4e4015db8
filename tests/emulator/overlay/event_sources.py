"""Creating an SQS event source mapping checks that the function's role may read the queue.

ministack polls the queue whatever the role says. AWS refuses the mapping, so with ``AUTH=true`` so does this. A role
that lacks the key of an encrypted queue is refused too; AWS takes that mapping and then cannot read a single message.
"""

from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from overlay import encryption, service_principals

ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def refusal(function_name: str, queue_arn: str) -> str | None:
    """Why AWS refuses a mapping from the queue to the function, or ``None``."""
    function = lambda_svc._functions.get(function_name)
    if function is None or ":sqs:" not in queue_arn:
        return None
    for action in ACTIONS:
        if not service_principals.role_allows(function["config"]["Role"], action, queue_arn):
            return f"The provided execution role does not have permissions to call {action.partition(':')[2]} on SQS"
    missing = encryption.missing_key_grant(function["config"]["Role"], "sqs:ReceiveMessage", queue_arn)
    return (
        f"The provided execution role does not have permissions to call {missing} on the key of the queue"
        if missing
        else None
    )


def install() -> None:
    """Check mappings made by the API and by CloudFormation."""
    create = lambda_svc._create_esm

    def create_mapping(request: dict) -> tuple:
        name, _qualifier, error = lambda_svc._resolve_existing_esm_function(request.get("FunctionName", ""))
        reason = None if error else refusal(name, request.get("EventSourceArn", ""))
        return lambda_svc._invalid_parameter_value(reason) if reason else create(request)

    lambda_svc._create_esm = create_mapping
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
    provision = handlers["create"]

    def provision_mapping(logical_id, props, stack_name):
        _function, name, _arn, _qualifier = provisioners._lambda_function_for_cfn_ref(props.get("FunctionName", ""))
        reason = refusal(name, props.get("EventSourceArn", ""))
        if reason:
            raise ValueError(reason)
        return provision(logical_id, props, stack_name)

    handlers["create"] = provision_mapping
