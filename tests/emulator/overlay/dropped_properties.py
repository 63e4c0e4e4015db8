"""Properties that ministack's CloudFormation drops from kinds it has.

A table loses its TTL, point-in-time recovery and encryption; a function its reserved concurrency, key and dead
letters; a bucket and a topic their encryption. A function whose package is not in its bucket is created without code, and a
subscription filter for a group that does not exist creates the group; here both fail, as on AWS.
"""

from xml.sax.saxutils import escape

from ministack.services import cloudwatch_logs as logs
from ministack.services import dynamodb, lambda_svc, s3, sns
from ministack.services.cloudformation import provisioners

from overlay import cloudformation


def _is_true(value: object) -> bool:
    """CloudFormation takes a boolean or its name in a string."""
    return str(value).lower() == "true"


def _table_settings(name: str, props: dict) -> None:
    ttl = props.get("TimeToLiveSpecification")
    if ttl:
        request = {"TableName": name, "TimeToLiveSpecification": {**ttl, "Enabled": _is_true(ttl.get("Enabled"))}}
        cloudformation.succeeded("TimeToLiveSpecification", dynamodb._update_ttl(request))
    recovery = props.get("PointInTimeRecoverySpecification")
    if recovery:
        enabled = _is_true(recovery.get("PointInTimeRecoveryEnabled"))
        request = {"TableName": name, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": enabled}}
        cloudformation.succeeded("PointInTimeRecoverySpecification", dynamodb._update_continuous_backups(request))
    encryption = props.get("SSESpecification")
    if encryption and _is_true(encryption.get("SSEEnabled")):
        dynamodb._tables[name]["SSEDescription"] = {
            "Status": "ENABLED",
            "SSEType": "KMS",
            "KMSMasterKeyArn": encryption.get("KMSMasterKeyId", "alias/aws/dynamodb"),
        }


def _function_settings(name: str, props: dict) -> None:
    function, code = lambda_svc._functions[name], props.get("Code") or {}
    if code.get("S3Bucket") and not function.get("code_zip"):
        raise ValueError(
            f"Error occurred while GetObject. S3 Error Code: NoSuchKey. s3://{code['S3Bucket']}/{code.get('S3Key')}"
        )
    reserved = props.get("ReservedConcurrentExecutions")
    function["concurrency"] = None if reserved is None else int(reserved)
    members = {"KmsKeyArn": "KMSKeyArn", "DeadLetterConfig": "DeadLetterConfig", "VpcConfig": "VpcConfig"}
    for prop, member in members.items():
        if prop in props:
            function["config"][member] = props[prop]
        else:
            function["config"].pop(member, None)


def _bucket_settings(name: str, props: dict) -> None:
    rules = (props.get("BucketEncryption") or {}).get("ServerSideEncryptionConfiguration") or []
    if not rules:
        s3._delete_bucket_encryption(name)
        return
    default = rules[0].get("ServerSideEncryptionByDefault") or {}
    key = f"<KMSMasterKeyID>{escape(default['KMSMasterKeyID'])}</KMSMasterKeyID>" if "KMSMasterKeyID" in default else ""
    xml = (
        f'<ServerSideEncryptionConfiguration xmlns="{s3.S3_NS}"><Rule><ApplyServerSideEncryptionByDefault>'
        f"<SSEAlgorithm>{escape(default.get('SSEAlgorithm', ''))}</SSEAlgorithm>{key}"
        "</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
    )
    cloudformation.succeeded("BucketEncryption", s3._put_bucket_encryption(name, xml.encode()))


def _topic_settings(arn: str, props: dict) -> None:
    attributes = sns._topics[arn]["attributes"]
    if props.get("KmsMasterKeyId"):
        attributes["KmsMasterKeyId"] = props["KmsMasterKeyId"]
    else:
        attributes.pop("KmsMasterKeyId", None)


def _with_settings(kind: str, apply) -> None:
    """After ministack's create and update of ``kind``, call ``apply(name, properties)``."""
    handlers = provisioners._RESOURCE_HANDLERS[kind]
    create, update = handlers["create"], handlers["update"]

    def create_all(logical_id, props, stack_name):
        name, attributes = create(logical_id, props, stack_name)
        apply(name, props)
        return name, attributes

    def update_all(physical_id, old_props, new_props, stack_name, logical_id=None):
        name, attributes = update(physical_id, old_props, new_props, stack_name, logical_id)
        apply(name, new_props)
        return name, attributes

    handlers["create"], handlers["update"] = create_all, update_all


def _subscription_create(create):
    def create_in_group(logical_id, props, stack_name):
        if props.get("LogGroupName") not in logs._log_groups:
            raise ValueError(f"The specified log group does not exist: {props.get('LogGroupName')}")
        return create(logical_id, props, stack_name)

    return create_in_group


def install() -> None:
    """Complete the kinds."""
    _with_settings("AWS::DynamoDB::Table", _table_settings)
    _with_settings("AWS::Lambda::Function", _function_settings)
    _with_settings("AWS::S3::Bucket", _bucket_settings)
    _with_settings("AWS::SNS::Topic", _topic_settings)
    subscription = provisioners._RESOURCE_HANDLERS["AWS::Logs::SubscriptionFilter"]
    subscription["create"] = _subscription_create(subscription["create"])
