"""Websockets under a real server: one line each, with how they closed."""

from __future__ import annotations

import itertools
from socket import SHUT_RDWR
from typing import Any

import pytest
from served import Served, is_request
from test_requests import lines_of_number, told
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

numbers = itertools.count(9_000_000)


def opened(served: Served, path: str, number: int) -> Any:
    url = served.url.replace("http", "ws") + path.format(number)
    return connect(url, additional_headers={"X-Request-ID": f"socket-{number}"}, open_timeout=60, close_timeout=60)


def test_a_client_that_closes(served: Served) -> None:
    number = next(numbers)
    with opened(served, "/socket/{}", number) as socket:
        assert socket.response.headers["x-request-id"] == f"socket-{number}"
        for _ in range(3):
            socket.send("12345")
            assert socket.recv() == f"socket-{number}"
    line = told(served, f"socket-{number}")
    http = line["http"]
    assert (line["level"], http["method"], http["route"], http["status_code"], http["outcome"]) == ("INFO", "GET", "/socket/{number}", 101, "upgrade")
    assert http["path"] == f"/socket/{number}"
    assert line["fields"]["websocket"] == {"close_code": 1000, "messages_received": 3, "messages_sent": 3}
    assert (http["request_bytes"], http["response_bytes"]) == (15, 3 * len(f"socket-{number}"))
    (working,) = lines_of_number(served.lines, number)
    assert working["request_id"] == f"socket-{number}"
    # Starlette ends such an endpoint by an exception, which is no failure.
    assert "error" not in line
    assert not [raw for raw in served.raw if "WebSocketDisconnect" in raw]


def test_a_service_that_closes(served: Served) -> None:
    number = next(numbers)
    with opened(served, "/socket/{}", number) as socket:
        socket.send("close")
        with pytest.raises(ConnectionClosed):
            socket.recv()
    line = told(served, f"socket-{number}")
    assert line["level"] == "INFO"
    assert line["fields"]["websocket"] == {"close_code": 4001, "close_reason": "enough", "messages_received": 1, "messages_sent": 0}


def test_a_client_that_vanishes(served: Served) -> None:
    number = next(numbers)
    with opened(served, "/socket/{}", number) as socket:
        socket.send("x")
        socket.recv()
        socket.socket.shutdown(SHUT_RDWR)
    line = told(served, f"socket-{number}")
    # No close frame came: servers differ in how they number that.
    assert line["level"] == "INFO"
    assert line["fields"]["websocket"]["close_code"] in (1005, 1006)
    assert "error" not in line


def test_an_endpoint_that_fails(served: Served) -> None:
    number = next(numbers)
    with opened(served, "/socket/{}", number) as socket:
        socket.send("fail")
        with pytest.raises(ConnectionClosed):
            socket.recv()
    line = told(served, f"socket-{number}")
    assert (line["level"], line["error"]["type"], line["error"]["message"]) == ("ERROR", "ValueError", f"socket {number}")
    assert line["fields"]["websocket"]["close_code"] == 1011
    assert len([raw for raw in served.raw if f"socket {number}" in raw]) == 1


@pytest.mark.parametrize(("path", "route", "level"), [("/refused/{}", "/refused/{number}", "WARNING"), ("/nowhere/{}", None, "WARNING")])
def test_a_handshake_that_is_refused(served: Served, path: str, route: str | None, level: str) -> None:
    number = next(numbers)
    with pytest.raises(InvalidStatus) as refused:
        opened(served, path, number)
    assert refused.value.response.status_code == 403
    line = told(served, f"socket-{number}")
    assert (line["level"], line["http"]["status_code"], line["http"].get("route")) == (level, 403, route)
    assert "outcome" not in line["http"]


def test_a_server_that_stops_tells_of_what_is_open() -> None:
    from served import serving, uvicorn

    with serving(uvicorn("observed_app:app")) as other:
        with opened(other, "/socket/{}", 1) as socket:
            socket.send("x")
            socket.recv()
            other.stop()
        assert [line["http"]["status_code"] for line in other.lines if is_request(line)] == [101]
