"""CloudFormation resource kinds that ministack lacks.

Composite alarms and query definitions work here (a composite alarm's ActionsSuppressor is stored and not obeyed). The
kinds in ``STORED_KINDS`` have no behaviour, but a template that has them deploys.
"""

import json

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch as cw
from ministack.services.cloudformation import provisioners

from overlay import query_definitions

STORED_KINDS = {
    "AWS::CloudWatch::AlarmMuteRule": ("Rule",),
    "AWS::CloudWatch::AnomalyDetector": (),
    "AWS::CloudWatch::InsightRule": ("RuleName", "RuleBody", "RuleState"),
    "AWS::CloudWatch::LogAlarm": (),
    "AWS::Logs::AccountPolicy": ("PolicyName", "PolicyType", "PolicyDocument"),
    "AWS::Logs::LogAnomalyDetector": (),
}
"""Kinds without behaviour here, and the properties CloudFormation requires of them."""


def succeeded(kind: str, answer: tuple) -> dict:
    """The body of a service's answer; ``ValueError`` (which fails the resource) when it is an error."""
    status, _headers, body = answer
    text = body.decode() if isinstance(body, bytes) else body
    if status >= 400:
        raise ValueError(f"{kind}: {text}")
    return json.loads(text) if text.startswith("{") else {}


def _required(kind: str, props: dict, keys: tuple[str, ...]) -> None:
    for key in keys:
        if not props.get(key):
            raise ValueError(f"{kind}: the property {key} is required")


# Composite alarms


def _composite_create(logical_id, props, stack_name):
    kind = "AWS::CloudWatch::CompositeAlarm"
    _required(kind, props, ("AlarmRule",))
    name = props.get("AlarmName") or provisioners._physical_name(stack_name, logical_id, max_len=255)
    request = {key: value for key, value in props.items() if key not in ("AlarmName", "Tags")}
    request["ActionsEnabled"] = str(props.get("ActionsEnabled", True)).lower() == "true"
    succeeded(kind, cw._put_composite_alarm({}, {**request, "AlarmName": name}, False, True))
    stored = cw._composite_alarms[name]
    for key in ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod"):
        if key in props:
            stored[key] = props[key]
    cw.cloudformation_set_metric_alarm_tags(name, props.get("Tags") or [])
    return name, {"Arn": stored["AlarmArn"]}


def _composite_update(physical_id, old_props, new_props, stack_name, logical_id=None):
    renamed = new_props.get("AlarmName") not in (None, physical_id)
    name, attributes = _composite_create(
        logical_id, {**new_props, "AlarmName": new_props.get("AlarmName") or physical_id}, stack_name
    )
    if renamed:
        _composite_delete(physical_id, old_props)
    return name, attributes


def _composite_delete(physical_id, _props):
    cw._composite_alarms.pop(physical_id, None)


# Saved queries


def _query_create(_logical_id, props, _stack_name, identifier=None):
    kind = "AWS::Logs::QueryDefinition"
    _required(kind, props, ("Name", "QueryString"))
    request = {"name": props["Name"], "queryString": props["QueryString"]}
    if props.get("LogGroupNames"):
        request["logGroupNames"] = props["LogGroupNames"]
    if identifier:
        request["queryDefinitionId"] = identifier
    stored = succeeded(kind, query_definitions.put(request))["queryDefinitionId"]
    return stored, {"QueryDefinitionId": stored}


def _query_update(physical_id, _old_props, new_props, stack_name, logical_id=None):
    return _query_create(logical_id, new_props, stack_name, identifier=physical_id)


def _query_delete(physical_id, _props):
    query_definitions.delete({"queryDefinitionId": physical_id})


# Kinds that are only stored


def _stored_kind(kind: str, required: tuple[str, ...]) -> dict:
    def create(logical_id, props, stack_name):
        _required(kind, props, required)
        name = provisioners._physical_name(stack_name, logical_id, max_len=255)
        service = "logs" if kind.startswith("AWS::Logs") else "cloudwatch"
        return name, {
            "Arn": f"arn:aws:{service}:{get_region()}:{get_account_id()}:{kind.rpartition('::')[2]}/{name}",
            "Id": name,
        }

    def update(physical_id, _old_props, new_props, stack_name, logical_id=None):
        return physical_id, create(logical_id or physical_id, new_props, stack_name)[1]

    return {"create": create, "update": update, "delete": lambda _physical_id, _props: None}


def install() -> None:
    """Add the kinds."""
    handlers = provisioners._RESOURCE_HANDLERS
    handlers["AWS::CloudWatch::CompositeAlarm"] = {
        "create": _composite_create,
        "update": _composite_update,
        "delete": _composite_delete,
    }
    handlers["AWS::Logs::QueryDefinition"] = {"create": _query_create, "update": _query_update, "delete": _query_delete}
    for kind, required in STORED_KINDS.items():
        handlers.setdefault(kind, _stored_kind(kind, required))
