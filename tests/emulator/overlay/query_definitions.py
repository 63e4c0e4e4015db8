"""Saved Logs Insights queries, and the other Logs actions ministack does not route.

ministack answers PutQueryDefinition, DescribeQueryDefinitions, DeleteQueryDefinition and TestMetricFilter with
"unknown action".
"""

import json
import time

from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response, new_uuid
from ministack.services import cloudwatch_logs as logs

from overlay import metric_filters

_stored = AccountRegionScopedDict()


def put(request: dict) -> tuple:
    """PutQueryDefinition: creates, or replaces the definition whose id is given."""
    if not request.get("name") or not request.get("queryString"):
        return error_response_json("InvalidParameterException", "name and queryString are required", 400)
    identifier = request.get("queryDefinitionId")
    if identifier is not None and identifier not in _stored:
        return error_response_json("ResourceNotFoundException", "The specified query definition does not exist.", 400)
    identifier = identifier or new_uuid()
    kept = {key: request[key] for key in ("name", "queryString", "logGroupNames", "queryLanguage") if key in request}
    _stored[identifier] = {**kept, "queryDefinitionId": identifier, "lastModified": int(time.time() * 1000)}
    return json_response({"queryDefinitionId": identifier})


def describe(request: dict) -> tuple:
    """DescribeQueryDefinitions, all on one page, sorted by name."""
    prefix = request.get("queryDefinitionNamePrefix", "")
    found = [stored for stored in _stored.values() if stored["name"].startswith(prefix)]
    return json_response({"queryDefinitions": sorted(found, key=lambda stored: stored["name"])})


def delete(request: dict) -> tuple:
    """DeleteQueryDefinition; ``success`` says whether there was one."""
    return json_response({"success": _stored.pop(request.get("queryDefinitionId"), None) is not None})


ACTIONS = {
    "PutQueryDefinition": put,
    "DescribeQueryDefinitions": describe,
    "DeleteQueryDefinition": delete,
    "TestMetricFilter": metric_filters.test_metric_filter,
}


def install() -> None:
    """Route the actions before ministack's own table."""
    route = logs.handle_request

    async def handle_request(method, path, headers, body, query_params):
        action = ACTIONS.get(headers.get("x-amz-target", "").rpartition(".")[2])
        if action is None:
            return await route(method, path, headers, body, query_params)
        return action(json.loads(body or b"{}"))

    logs.handle_request = handle_request
