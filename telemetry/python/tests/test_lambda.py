"""Lambda handlers."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest

import skywarden
from skywarden import aws_lambda, metrics
from skywarden.testing import capture

logger = logging.getLogger("function")

XRAY = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0"


class Context:
    aws_request_id = "8f3c"
    function_name = "orders"
    memory_limit_in_mb = "512"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", XRAY)
    monkeypatch.setattr(aws_lambda, "_cold", True)


@aws_lambda.handler
def plain(event: Any, context: Any) -> Any:
    """Its doc."""
    skywarden.bind(order_id=event.get("order_id"))
    logger.debug("quiet")
    logger.info("working")
    if event.get("fail"):
        raise ValueError("failed")
    return {"done": True}


def test_lines_of_an_invocation_have_its_ids_and_its_end_has_a_line() -> None:
    with capture() as lines:
        assert plain({"order_id": 1}, Context()) == {"done": True}
        assert plain({"order_id": 2}, Context()) == {"done": True}
        logger.info("between")
        first, end, second, _, between = lines
    assert (first["message"], first["function_request_id"], first["cold_start"]) == ("working", "8f3c", True)
    assert (first["xray_trace_id"], first["trace_id"]) == ("1-5759e988-bd862e3fe1be46a994272793", "5759e988bd862e3fe1be46a994272793")
    assert (end["message"], end["level"], end["function_request_id"], end["fields"]["memory_limit_mb"]) == ("invocation", "INFO", "8f3c", 512)
    assert end["fields"]["duration_ms"] > 0
    assert end["fields"]["order_id"] == 1
    assert (second["cold_start"], second["fields"]) == (False, {"order_id": 2})
    assert "function_request_id" not in between
    assert "fields" not in between
    assert plain.__doc__ == "Its doc."


def test_an_exception_is_told_with_what_was_kept_and_raised_on() -> None:
    with capture(buffer=True) as lines:
        with pytest.raises(ValueError, match="failed"):
            plain({"fail": True}, Context())
        quiet, end = [line for line in lines if line["message"] in ("quiet", "invocation")]
    assert (quiet["level"], quiet["buffered"]) == ("DEBUG", True)
    assert (end["level"], end["error"]["type"], end["error"]["message"]) == ("ERROR", "ValueError", "failed")
    assert "test_lambda.py" in end["error"]["stack"]


def test_metrics_are_written_with_the_invocation() -> None:
    @aws_lambda.handler(flush_seconds=1.0)
    def counting(event: Any, context: Any) -> None:
        metrics.count("Counted")

    with capture(metrics={"namespace": "n"}) as lines:
        counting({}, Context())
        kept = lines._capturing.lines()
    assert [json.loads(line)["Counted"] for line in kept if "_aws" in line] == [1]


HTTP_2 = {
    "version": "2.0",
    "routeKey": "GET /orders/{id}",
    "rawPath": "/prod/orders/5",
    "headers": {"X-Request-ID": "client-1", "User-Agent": "curl/8"},
    "requestContext": {"routeKey": "GET /orders/{id}", "http": {"method": "GET", "path": "/prod/orders/5", "sourceIp": "192.0.2.1"}},
}
HTTP_1 = {
    "resource": "/orders/{id}",
    "path": "/orders/5",
    "httpMethod": "GET",
    "headers": {"X-Request-ID": "other"},
    "multiValueHeaders": {"X-Request-ID": ["client-1"], "User-Agent": ["curl/8"]},
    "requestContext": {"identity": {"sourceIp": "192.0.2.1"}},
}
FUNCTION_URL = {**HTTP_2, "routeKey": "$default", "requestContext": {**HTTP_2["requestContext"], "routeKey": "$default"}}  # type: ignore[dict-item]


@pytest.mark.parametrize(("event", "route"), [(HTTP_2, "/orders/{id}"), (HTTP_1, "/orders/{id}"), (FUNCTION_URL, None)])
def test_requests_are_told_as_such(event: dict[str, Any], route: str | None) -> None:
    @aws_lambda.handler
    def api(event: Any, context: Any) -> dict[str, Any]:
        return {"statusCode": 404, "body": "nothing"}

    with capture() as lines:
        api(event, Context())
        (line,) = lines
    assert (line["message"], line["level"], line["request_id"], line["function_request_id"]) == ("request", "WARNING", "client-1", "8f3c")
    http = line["http"]
    assert (http["method"], http.get("route"), http["status_code"], http["response_bytes"]) == ("GET", route, 404, 7)
    assert (http["client_ip"], http["user_agent"]) == ("192.0.2.1", "curl/8")
    assert http["path"].endswith("/orders/5")


@pytest.mark.parametrize(("result", "status"), [(None, 200), ({"x": 1}, 200), ({"statusCode": "201"}, 201), ({"statusCode": "odd"}, 502), ("text", 200)])
def test_the_status_is_the_one_the_gateway_makes(result: Any, status: int) -> None:
    with capture() as lines:
        aws_lambda.handler(lambda event, context: result)(HTTP_2, Context())
        assert [line["http"]["status_code"] for line in lines] == [status]


@pytest.mark.parametrize(
    "event",
    [
        None,
        5,
        "text",
        [],
        {},
        {"requestContext": None},
        {"requestContext": {"http": {}}},
        {"requestContext": {}, "httpMethod": 5, "multiValueHeaders": {"a": "b", "c": [5]}, "headers": None},
        {"requestContext": {"http": {"method": "GET"}}, "headers": {"\u20ac": "\ud800", "x": None}},
    ],
)
def test_events_of_any_kind_reach_the_handler(event: Any) -> None:
    @aws_lambda.handler
    def echo(event: Any, context: Any) -> Any:
        return event

    with capture() as lines:
        assert echo(event, object()) is event
        assert len(lines) == 1


def test_as_lambda_runs_it() -> None:
    script = f"""
import sys; sys.path.insert(0, {os.path.dirname(__file__)!r})
import skywarden.logging, test_lambda
skywarden.logging.configure(service="orders")
test_lambda.plain({{"order_id": 1}}, test_lambda.Context())
import os; os._exit(0)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "AWS_LAMBDA_FUNCTION_NAME": "orders", "_X_AMZN_TRACE_ID": XRAY},
        check=False,
    )
    assert done.stderr == ""
    # Everything is out before the handler has returned: the process is frozen then.
    assert [json.loads(line)["message"] for line in done.stdout.splitlines()] == ["working", "invocation"]
