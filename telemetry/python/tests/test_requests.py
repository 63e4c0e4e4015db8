"""The correctness matrix: whatever a request does, its lines have its ids, exactly one of them tells of it, and tells the truth."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
import time
from typing import Any

import httpx
import pytest
from served import Served, is_request

numbers = itertools.count(1)


def get(served: Served, path: str, **arguments: Any) -> httpx.Response:
    with httpx.Client() as client:
        return client.get(served.url + path, **arguments)


def told(served: Served, request_id: str) -> dict[str, Any]:
    """The one line that tells of a request, when a second one can no longer come."""
    line = served.request_line(request_id)
    after = get(served, "/health").headers["x-request-id"]
    served.request_line(after)
    assert len([line for line in served.of_request(request_id) if is_request(line)]) == 1
    return line


def lines_of(served: Served, number: int) -> list[dict[str, Any]]:
    return [line for line in served.lines if line.get("fields", {}).get("number") == number]


def checked(served: Served, number: int, response: httpx.Response, places: set[str], **http: Any) -> dict[str, Any]:
    """What holds for every request."""
    request_id = response.headers["x-request-id"]
    line = told(served, request_id)
    served.wait(lambda lines: {line["fields"]["where"] for line in lines_of_number(lines, number)} >= places)
    working = lines_of(served, number)
    assert {line["fields"]["where"] for line in working} == places
    for each in working:
        assert each["request_id"] == request_id
        assert (each["trace_id"], each["span_id"]) == (line["trace_id"], line["span_id"])
    expected = {"method": "GET", "status_code": response.status_code, "client_ip": "127.0.0.1", "path": response.request.url.path, **http}
    assert {key: line["http"].get(key) for key in expected} == expected
    assert line["http"]["user_agent"].startswith("python-httpx/")
    return line


def lines_of_number(lines: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    return [line for line in lines if line.get("fields", {}).get("number") == number]


@pytest.mark.parametrize(
    ("path", "places", "route"),
    [
        ("/sync/{}", {"sync"}, "/sync/{number}"),
        ("/async/{}", {"before", "after", "task"}, "/async/{number}"),
        ("/background/{}", {"sync background", "task", "last"}, "/background/{number}"),
        ("/threads/{}", {"threadpool", "anyio", "to_thread", "executor", "thread"}, "/threads/{number}"),
        ("/v1/outer/acme/inner/items/{}", {"item"}, "/v1/outer/{tenant}/inner/items/{item}"),
        ("/sub/things/{}", {"thing"}, "/sub/things/{thing}"),
        ("/of/acme/things/{}", {"thing"}, "/of/{tenant}/things/{thing}"),
        ("/plain/one/{}", {"plain"}, "/plain/one/{number}"),
        ("/plain/deep/two/{}", {"plain"}, "/plain/deep/two/{number}"),
        ("/direct/{}", {"plain"}, "/direct/{number}"),
    ],
)
def test_everything_that_works_for_a_request_has_its_ids(served: Served, path: str, places: set[str], route: str) -> None:
    number = next(numbers)
    began = time.perf_counter()
    response = get(served, path.format(number))
    took = (time.perf_counter() - began) * 1000
    line = checked(served, number, response, places, route=route, response_bytes=len(response.content), request_bytes=0)
    assert line["level"] == "INFO"
    assert 0 < line["http"]["duration_ms"] <= took
    assert "error" not in line
    if response.headers["content-type"] == "application/json":
        assert response.json()["id"] == response.headers["x-request-id"]


def test_a_bare_executor_is_outside_of_the_request(served: Served) -> None:
    number = next(numbers)
    response = get(served, f"/executor-without/{number}")
    told(served, response.headers["x-request-id"])
    (line,) = lines_of(served, number)
    assert "request_id" not in line


@pytest.mark.parametrize(("path", "shortest"), [("/stream/{}", 60), ("/sync-stream/{}", 0)])
def test_streams_are_told_at_their_last_byte(served: Served, path: str, shortest: float) -> None:
    number = next(numbers)
    response = get(served, path.format(number))
    line = checked(served, number, response, {f"part {part}" for part in range(4)}, response_bytes=40)
    assert line["http"]["duration_ms"] >= shortest
    # The line comes behind those of the parts.
    of_request = served.of_request(response.headers["x-request-id"])
    assert is_request(of_request[-1])


def test_a_background_task_does_not_hold_the_line_up(served: Served) -> None:
    number = next(numbers)
    response = get(served, f"/background/{number}")
    checked(served, number, response, {"sync background", "task", "last"})
    of_request = served.of_request(response.headers["x-request-id"])
    assert is_request(of_request[0])


@pytest.mark.parametrize("path", ["/failure/{}", "/sync-failure/{}"])
def test_an_exception_is_told_once_with_its_request(served: Served, path: str) -> None:
    number = next(numbers)
    response = get(served, path.format(number))
    assert response.status_code == 500
    line = checked(served, number, response, {"about to fail"}, route=path.format("{number}"))
    assert line["level"] == "ERROR"
    assert line["error"]["type"] == "ValueError"
    assert line["error"]["message"] == f"failure {number}"
    assert "observed_app.py" in line["error"]["stack"]
    if path.startswith("/failure"):
        assert "KeyError: 'missing'" in line["error"]["stack"]
    # Neither uvicorn nor anyone else tells of it a second time.
    assert [each for each in served.raw if f"failure {number}" in each] == [next(each for each in served.raw if f'"message":"failure {number}"' in each)]


@pytest.mark.parametrize(
    ("path", "status", "kind", "places"),
    [("/handled/{}", 503, "observed_app.Declined", {"handler"}), ("/unavailable/{}", 503, "fastapi.exceptions.HTTPException", set())],
)
def test_an_exception_that_was_made_an_answer_is_told(served: Served, path: str, status: int, kind: str, places: set[str]) -> None:
    number = next(numbers)
    response = get(served, path.format(number))
    line = checked(served, number, response, places, status_code=status)
    assert (line["level"], line["error"]["type"]) == ("ERROR", kind)


def test_a_failure_in_the_background_is_told_apart(served: Served) -> None:
    number = next(numbers)
    response = get(served, f"/background-failure/{number}")
    assert response.status_code == 200
    request_id = response.headers["x-request-id"]
    line = told(served, request_id)
    assert (line["level"], line["http"]["status_code"]) == ("INFO", 200)
    failed = served.wait(lambda lines: [line for line in lines if line.get("request_id") == request_id and line["level"] == "ERROR"])
    (failed,) = failed
    assert failed["error"]["message"] == f"in the background {number}"
    assert len([each for each in served.raw if f"in the background {number}" in each]) == 1


def test_an_exception_in_the_middle_of_a_stream_is_an_error(served: Served) -> None:
    number = next(numbers)
    request_id = f"broken-{number}"
    with pytest.raises(httpx.RemoteProtocolError):
        get(served, f"/broken-stream/{number}", headers={"x-request-id": request_id})
    line = told(served, request_id)
    assert (line["level"], line["http"]["status_code"], line["error"]["message"]) == ("ERROR", 200, f"stream {number}")
    assert len([each for each in served.raw if f"stream {number}" in each]) == 1


@pytest.mark.parametrize(
    ("path", "status", "route"),
    [
        ("/nowhere", 404, None),
        ("/sub/nowhere", 404, None),
        ("/plain/nowhere", 404, None),
        ("/sync/not-a-number", 422, "/sync/{number}"),
        ("/gone/1", 410, "/gone/{number}"),
        ("/static/nowhere.txt", 404, "/static/{path}"),
        ("/static/served.py", 200, "/static/{path}"),
    ],
)
def test_answers_without_a_handler_of_ours(served: Served, path: str, status: int, route: str | None) -> None:
    response = get(served, path)
    assert response.status_code == status
    line = told(served, response.headers["x-request-id"])
    assert line["http"].get("route") == route
    assert line["http"]["status_code"] == status
    assert line["level"] == ("INFO" if status < 400 else "WARNING")
    assert "error" not in line


def test_another_method_is_told_with_its_route(served: Served) -> None:
    response = httpx.post(f"{served.url}/sync/1", content=b"ignored")
    assert response.status_code == 405
    line = told(served, response.headers["x-request-id"])
    assert (line["http"]["method"], line["http"]["route"]) == ("POST", "/sync/{number}")


def test_a_body_is_counted_and_reaches_the_application(served: Served) -> None:
    number = next(numbers)
    body = b"x" * 300_000
    response = httpx.post(f"{served.url}/upload/{number}", content=body)
    assert response.json() == {"bytes": len(body)}
    line = checked(served, number, response, {"upload begins"}, method="POST", request_bytes=len(body))
    assert "request_body" not in line["http"]


def raw_request(served: Served, text: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", served.port))
    connection.sendall(text.encode())
    return connection


def reset(connection: socket.socket) -> None:
    """Ends a connection as a client that dies does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_client_that_leaves_during_a_stream_is_no_error(served: Served) -> None:
    number = next(numbers)
    connection = raw_request(served, f"GET /endless/{number} HTTP/1.1\r\nHost: x\r\nX-Request-ID: left-{number}\r\n\r\n")
    assert connection.recv(2000)
    reset(connection)
    line = told(served, f"left-{number}")
    assert (line["level"], line["http"]["status_code"], line["http"]["outcome"]) == ("INFO", 200, "client_disconnect")
    assert line["http"]["response_bytes"] >= 1000
    assert "error" not in line
    (working,) = served.wait(lambda lines: lines_of_number(lines, number))
    assert working["request_id"] == f"left-{number}"


def test_a_client_that_does_not_wait_for_the_answer_is_no_error(served: Served) -> None:
    number = next(numbers)
    connection = raw_request(served, f"GET /slow/{number} HTTP/1.1\r\nHost: x\r\nX-Request-ID: left-{number}\r\n\r\n")
    served.wait(lambda lines: lines_of_number(lines, number))
    reset(connection)
    line = told(served, f"left-{number}")
    assert (line["level"], line["http"]["outcome"], line["http"].get("status_code")) == ("INFO", "client_disconnect", None)
    assert "error" not in line


def test_a_client_that_leaves_while_it_sends_is_no_error(served: Served) -> None:
    number = next(numbers)
    head = f"POST /upload/{number} HTTP/1.1\r\nHost: x\r\nX-Request-ID: left-{number}\r\nContent-Length: 1000\r\n\r\nsome"
    connection = raw_request(served, head)
    served.wait(lambda lines: lines_of_number(lines, number))
    reset(connection)
    line = told(served, f"left-{number}")
    assert (line["level"], line["http"]["outcome"], line["http"]["request_bytes"]) == ("INFO", "client_disconnect", 4)
    assert "error" not in line
    assert not [each for each in served.raw if "ClientDisconnect" in each]


def test_cancelled_work_is_told_as_such(served: Served) -> None:
    number = next(numbers)
    response = get(served, f"/cancelled/{number}", headers={"x-request-id": f"cancelled-{number}"})
    assert response.status_code == 500
    line = told(served, f"cancelled-{number}")
    assert (line["level"], line["http"]["outcome"]) == ("WARNING", "cancelled")


def test_ids_are_taken_over_when_they_are_well_formed(served: Served) -> None:
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    headers = {
        "x-request-id": "client.id-1",
        "x-correlation-id": "chain-7",
        "traceparent": f"00-{trace}-{parent}-01",
        "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
    }
    response = get(served, "/sync/0", headers=headers)
    assert response.headers["x-request-id"] == "client.id-1"
    line = told(served, "client.id-1")
    assert line["trace_id"] == trace
    assert line["span_id"] != parent
    assert line["trace_flags"] == "01"
    assert line["correlation_id"] == "chain-7"
    assert line["xray_trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"


@pytest.mark.parametrize("bad", ["with space", "x" * 200, "a\u00e9", "a;drop", ""])
def test_other_ids_are_not(served: Served, bad: str) -> None:
    response = get(served, "/sync/0", headers={"x-request-id": bad.encode(), "traceparent": "00-zz-1-01"})
    made = response.headers["x-request-id"]
    assert made != bad
    line = told(served, made)
    assert len(line["trace_id"]) == 32
    assert line["xray_trace_id"].replace("-", "")[1:] == line["trace_id"]


def test_what_is_bound_holds_for_the_request_and_no_longer(served: Served) -> None:
    number = next(numbers)
    response = get(served, f"/bound/{number}")
    request_id = response.headers["x-request-id"]
    line = told(served, request_id)
    # Bound in a dependency that runs in a thread of its own.
    assert line["user_id"] == f"user-{number}"
    assert response.json()["user_id"] == f"user-{number}"
    assert response.json()["request_id"] == request_id
    inside, after = lines_of(served, number)
    assert (inside["fields"]["attempt"], inside["user_id"]) == (number, f"user-{number}")
    assert "attempt" not in after["fields"]
    assert after["user_id"] == f"user-{number}"
    other = told(served, get(served, f"/sync/{number + 1_000_000}").headers["x-request-id"])
    assert "user_id" not in other


def test_a_response_used_again_does_not_gather_ids(served: Served) -> None:
    with httpx.Client() as client:
        responses = [client.get(f"{served.url}/shared/1") for _ in range(3)]
    ids = [response.headers.get_list("x-request-id") for response in responses]
    assert [len(each) for each in ids] == [1, 1, 1]
    assert len({each[0] for each in ids}) == 3


def test_an_id_the_application_sets_itself_stays(served: Served) -> None:
    response = get(served, "/own-id/5")
    assert response.headers.get_list("x-request-id") == ["own-5"]


def test_two_hundred_requests_at_once_keep_apart(served: Served) -> None:
    first = next(numbers) * 1_000_000
    paths = ["/sync/{}", "/async/{}", "/threads/{}", "/stream/{}"]

    async def all_at_once() -> dict[int, str]:
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(limits=limits, timeout=120) as client:

            async def one(number: int) -> tuple[int, str]:
                response = await client.get(served.url + paths[number % len(paths)].format(first + number))
                assert response.status_code == 200
                return first + number, response.headers["x-request-id"]

            return dict(await asyncio.gather(*(one(number) for number in range(200))))

    ids = asyncio.run(all_at_once())
    assert len(set(ids.values())) == 200
    served.wait(lambda lines: {line["request_id"] for line in lines if is_request(line)} >= set(ids.values()))
    lines = served.lines
    for number, request_id in ids.items():
        working = lines_of_number(lines, number)
        assert working
        assert {line["request_id"] for line in working} == {request_id}
    counts = [line["request_id"] for line in lines if is_request(line) and line["request_id"] in set(ids.values())]
    assert len(counts) == 200


def test_the_servers_own_lines(served: Served) -> None:
    get(served, "/health")
    # No access line of uvicorn's, and its other lines come in our form once the application is there.
    assert not [line for line in served.raw if '"GET /' in line or "HTTP/1.1" in line]
    assert all(line.startswith("{") for line in served.raw if "Application startup complete" in line)
    assert [line for line in served.lines if line["logger"] == "uvicorn.error"]
