"""The middleware by itself: any ASGI application, any setting, and where it stands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

import skywarden
from skywarden.asgi import ObservabilityMiddleware
from skywarden.testing import Lines, capture

logger = logging.getLogger("application")

Message = dict[str, Any]


def scope(**parts: Any) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": "/x", "headers": [], "client": ["192.0.2.9", 1], **parts}


def run(application: Any, given: dict[str, Any], incoming: list[Message] | None = None, send: Callable[[Message], None] | None = None) -> list[Message]:
    """Runs one request and gives what was sent."""
    sent: list[Message] = []
    waiting = list(incoming if incoming is not None else [{"type": "http.request", "body": b""}])

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def sending(message: Message) -> None:
        if send is not None:
            send(message)
        sent.append(message)

    asyncio.run(application(given, receive, sending))
    return sent


def answering(status: int = 200, body: bytes = b"body", headers: list[tuple[bytes, bytes]] | None = None) -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": status, "headers": headers or []})
        await send({"type": "http.response.body", "body": body})

    return ObservabilityMiddleware(application)


def requests(lines: Lines) -> list[dict[str, Any]]:
    return [line for line in lines if line["message"] == "request"]


def test_any_application() -> None:
    with capture() as lines:
        start, _ = run(answering(), scope(headers=[(b"x-request-id", b"r-1")]))
        (line,) = requests(lines)
    assert start["headers"] == [(b"x-request-id", b"r-1")]
    assert line["http"] == {
        "method": "GET",
        "path": "/x",
        "status_code": 200,
        "duration_ms": line["http"]["duration_ms"],
        "request_bytes": 0,
        "response_bytes": 4,
        "client_ip": "192.0.2.9",
    }


def test_messages_pass_through_as_they_are() -> None:
    start = {"type": "http.response.start", "status": 200, "headers": ((b"a", b"1"),), "extra": 1}
    body = {"type": "http.response.body", "body": b"x", "more_body": True}
    last = {"type": "http.response.body"}
    hint = {"type": "http.response.early_hint", "links": []}
    received = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        received.append(await receive())
        for message in (hint, start, body, last):
            await send(message)

    incoming = {"type": "http.request", "body": b"abc", "more_body": False}
    with capture() as lines:
        sent = run(ObservabilityMiddleware(application), scope(), [incoming])
        (line,) = requests(lines)
    assert received[0] is incoming
    assert (sent[0], sent[2], sent[3]) == (hint, body, last)
    assert sent[2] is body
    # A message that is used again has nothing in it of a request before.
    assert start["headers"] == ((b"a", b"1"),)
    assert sent[1] == {**start, "headers": [(b"a", b"1"), (b"x-request-id", line["request_id"].encode())]}
    assert (line["http"]["request_bytes"], line["http"]["response_bytes"]) == (3, 1)


@pytest.mark.parametrize(
    "messages",
    [
        [{"type": "http.response.start", "status": 200, "trailers": True}, {"type": "http.response.body"}, {"type": "http.response.trailers"}],
        [{"type": "http.response.start", "status": 200}, {"type": "http.response.pathsend", "path": "/f"}],
        [{"type": "http.response.start", "status": 200}, {"type": "http.response.zerocopysend", "file": 1, "more_body": True}, {"type": "http.response.body"}],
    ],
)
def test_the_end_of_a_response_in_its_forms(messages: list[Message]) -> None:
    seen: list[int] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
            seen.append(len(requests(lines)))

    with capture() as lines:
        run(ObservabilityMiddleware(application), scope())
    assert seen == [0] * (len(messages) - 1) + [1]


def test_scopes_as_odd_servers_give_them() -> None:
    with capture() as lines:
        for odd in (
            {"type": "http"},
            {"type": "http", "method": None, "path": None, "headers": None, "client": None},
            {"type": "http", "method": "GET", "path": "/\ud800", "headers": [[b"user-agent", b"\xff"], (b"x",), b"zz", 5], "client": ("unix:", None)},
            {"type": "http", "method": "GET", "raw_path": b"/raw%20path?query=1", "path": "/raw path", "headers": iter([(b"user-agent", b"agent")])},
        ):
            run(answering(), odd)
        found = requests(lines)
    assert len(found) == 4
    assert found[2]["http"]["path"] == "/\ufffd"
    assert found[2]["http"]["user_agent"] == "\ufffd"
    assert (found[3]["http"]["path"], found[3]["http"]["user_agent"]) == ("/raw%20path", "agent")


def failing(error: BaseException, started: bool = False) -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        if started:
            await send({"type": "http.response.start", "status": 200})
        raise error

    return application


def test_an_application_that_fails_is_answered_for_with_the_id() -> None:
    error = ValueError("v")
    sent: list[Message] = []
    with capture() as lines:
        with pytest.raises(ValueError) as raised:
            run(ObservabilityMiddleware(failing(error)), scope(), send=sent.append)
        (line,) = requests(lines)
    assert raised.value is error
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"x-request-id"]) == (500, line["request_id"].encode())
    assert sent[1]["body"] == b"Internal Server Error"
    assert (line["level"], line["http"]["status_code"], line["error"]["type"]) == ("ERROR", 500, "ValueError")


def test_the_exception_stays_here_when_that_is_asked_for() -> None:
    with capture() as lines:
        sent = run(ObservabilityMiddleware(failing(ValueError("v")), reraise=False), scope())
        assert sent[0]["status"] == 500
        assert requests(lines)[0]["error"]["message"] == "v"
        with pytest.raises(asyncio.CancelledError):
            run(ObservabilityMiddleware(failing(asyncio.CancelledError()), reraise=False), scope())


def test_an_application_that_does_not_answer() -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        pass

    async def half(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})

    with capture() as lines:
        assert run(ObservabilityMiddleware(silent), scope())[0]["status"] == 500
        run(ObservabilityMiddleware(half), scope())
        first, second = requests(lines)
    assert "without a response" in first["error"]["message"]
    assert (second["level"], second["http"]["status_code"]) == ("ERROR", 200)


def test_a_server_that_says_by_an_error_that_the_client_has_gone() -> None:
    def gone(message: Message) -> None:
        raise OSError("gone")

    with capture() as lines:
        with pytest.raises(OSError, match="gone"):
            run(answering(), scope(), send=gone)
        (line,) = requests(lines)
    assert (line["level"], line["http"]["outcome"]) == ("INFO", "client_disconnect")
    assert "error" not in line


def test_requests_after_each_other_in_one_task_keep_apart() -> None:
    seen: list[str | None] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(skywarden.current().get("user_id"))
        skywarden.bind(user_id="u")
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})

    async def several() -> None:
        transport = httpx.ASGITransport(app=ObservabilityMiddleware(application))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            await client.get("/")
            await client.get("/")
        seen.append(skywarden.current().get("user_id"))

    with capture():
        asyncio.run(several())
    assert seen == [None, None, None]


def test_only_requests_are_watched() -> None:
    kinds: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        kinds.append(scope["type"])

    with capture() as lines:
        for kind in ("lifespan", "something.else"):
            run(ObservabilityMiddleware(application), {"type": kind})
        assert len(lines) == 0
    assert kinds == ["lifespan", "something.else"]


# Where it stands in an application.


async def fine(request: Request) -> Response:
    return PlainTextResponse("fine")


async def boom(request: Request) -> Response:
    raise ValueError("boom")


def starlette(**arguments: Any) -> Starlette:
    return Starlette(routes=[Route("/fine", fine), Route("/boom", boom)], **arguments)


def client(application: Any) -> TestClient:
    return TestClient(application, raise_server_exceptions=False)


async def page(request: Request, error: Exception) -> Response:
    return JSONResponse({"sorry": str(error)}, 500)


class Slow(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: Any) -> Response:
        return await call_next(request)  # type: ignore[no-any-return]


@pytest.mark.parametrize("lifespan", [True, False])
@pytest.mark.parametrize("handlers", [{}, {Exception: page}, {500: page}])
def test_error_pages_are_the_applications_and_carry_the_id(lifespan: bool, handlers: dict[Any, Any]) -> None:
    application = starlette(middleware=[Middleware(Slow), Middleware(ObservabilityMiddleware), Middleware(Slow)], exception_handlers=handlers)
    with capture() as lines:
        calling = client(application)
        if lifespan:
            calling.__enter__()
        else:
            # Without a lifespan the first request finds the middleware where it was put, and moves it.
            assert calling.get("/fine").status_code == 200
        response = calling.get("/boom")
        if lifespan:
            calling.__exit__()
        told = requests(lines)[-1]
    assert response.status_code == 500
    assert response.text == ('{"sorry":"boom"}' if handlers else "Internal Server Error")
    assert response.headers.get_list("x-request-id") == [told["request_id"]]
    assert (told["http"]["route"], told["error"]["message"]) == ("/boom", "boom")
    assert len(requests(lines)) == (1 if lifespan else 2)


@pytest.mark.parametrize("handlers", [{}, {Exception: page}])
def test_the_very_first_request_without_a_lifespan(handlers: dict[Any, Any]) -> None:
    application = starlette(middleware=[Middleware(ObservabilityMiddleware)], exception_handlers=handlers)
    with capture() as lines:
        response = client(application).get("/boom")
        assert (response.status_code, response.text) == (500, '{"sorry":"boom"}' if handlers else "Internal Server Error")
        assert [line["error"]["message"] for line in requests(lines)] == ["boom"]


def test_around_an_application() -> None:
    application = ObservabilityMiddleware(starlette())
    with capture() as lines:
        response = client(application).get("/boom")
        (line,) = requests(lines)
    assert response.headers["x-request-id"] == line["request_id"]
    assert line["http"]["route"] == "/boom"


def test_test_clients_raise_what_the_application_raises() -> None:
    for application in (starlette(middleware=[Middleware(ObservabilityMiddleware)]), ObservabilityMiddleware(starlette())):
        with capture(), pytest.raises(ValueError, match="boom"):
            TestClient(application).get("/boom")


def test_twice_is_once() -> None:
    application = FastAPI()
    application.add_middleware(ObservabilityMiddleware)
    application.add_middleware(ObservabilityMiddleware)
    application.add_route("/fine", fine)
    with capture() as lines, client(ObservabilityMiddleware(application)) as calling:
        assert len(calling.get("/fine").headers.get_list("x-request-id")) == 1
        assert len(requests(lines)) == 1


def test_the_application_itself_stays_what_it_is() -> None:
    application = FastAPI()
    application.add_middleware(ObservabilityMiddleware)
    with capture(), client(application) as calling:
        assert calling.get("/openapi.json").json()["info"]["title"] == "FastAPI"
    assert isinstance(application, FastAPI)


# Settings.


def test_quiet_paths_are_told_when_they_fail() -> None:
    with capture(requests={"quiet_paths": ["/health", "/internal/*"]}) as lines:
        run(answering(), scope(path="/health"))
        run(answering(), scope(path="/internal/x"))
        run(answering(503), scope(path="/health"))
        run(answering(), scope(path="/healthy"))
        assert [(line["http"]["path"], line["http"]["status_code"]) for line in requests(lines)] == [("/health", 503), ("/healthy", 200)]


def test_no_lines_and_no_paths() -> None:
    with capture(requests={"lines": False}) as lines:
        run(answering(), scope())
        assert len(lines) == 0
    with capture(requests={"paths": False}) as lines:
        run(answering(), scope())
        assert "path" not in requests(lines)[0]["http"]


def test_the_servers_access_lines_stay_where_there_are_none_of_ours() -> None:
    access = logging.getLogger("uvicorn.access")
    before = access.propagate, list(access.handlers)
    try:
        for lines, kept in ((False, 1), (True, 0)):
            access.handlers = [logging.NullHandler()]
            with capture(requests={"lines": lines}):
                answering()
            assert len(access.handlers) == kept
    finally:
        access.propagate, access.handlers = before


@pytest.mark.parametrize(("status", "level"), [(200, "INFO"), (302, "INFO"), (404, "WARNING"), (499, "WARNING"), (500, "ERROR"), (503, "ERROR")])
def test_the_class_of_the_status_decides_the_level(status: int, level: str) -> None:
    with capture() as lines:
        run(answering(status), scope())
        assert [line["level"] for line in requests(lines)] == [level]


def test_slow_answers_are_warnings() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.02)
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})

    with capture(requests={"slow": "10ms"}) as lines:
        run(ObservabilityMiddleware(slow), scope())
        assert [line["level"] for line in requests(lines)] == ["WARNING"]


def test_chosen_headers() -> None:
    headers = [(b"accept", b"a"), (b"accept", b"b"), (b"authorization", b"Bearer abc"), (b"x-other", b"no"), (b"cookie", b"session=1")]
    answer = [(b"Content-Type", b"text/plain"), (b"set-cookie", b"s=1"), (b"etag", b"\xe9")]
    chosen = {"request_headers": ["accept", "authorization"], "response_headers": ["content-type", "etag", "set-cookie"]}
    # Some are secrets whatever they look like, and whatever else is masked.
    with capture(requests=chosen, mask=False) as lines:
        run(answering(headers=answer), scope(headers=headers))
        (line,) = requests(lines)
    assert line["http"]["request_headers"] == {"accept": "a, b", "authorization": "***"}
    assert line["http"]["response_headers"] == {"content-type": "text/plain", "etag": "\ufffd", "set-cookie": "***"}


def test_bodies_are_told_when_that_is_asked_for_and_bounded() -> None:
    json_type = [(b"content-type", b"application/json; charset=utf-8")]
    pieces = [{"type": "http.request", "body": b'{"a": "', "more_body": True}, {"type": "http.request", "body": "é".encode() * 20}]

    async def reading(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": json_type})
        await send({"type": "http.response.body", "body": b'{"password":', "more_body": True})
        await send({"type": "http.response.body", "body": b'"hunter2"}'})

    with capture(requests={"body": "26B"}) as lines:
        run(ObservabilityMiddleware(reading), scope(method="POST", headers=json_type), pieces)
        run(ObservabilityMiddleware(reading), scope(method="POST", headers=[(b"content-type", b"image/png")]), pieces)
        run(ObservabilityMiddleware(reading), scope(method="POST", headers=[*json_type, (b"content-encoding", b"gzip")]), pieces)
        first, second, third = requests(lines)
    assert first["http"]["request_body"] == '{"a": "' + "é" * 9 + "…"
    assert "hunter2" not in str(first)
    assert "request_body" not in second["http"]
    assert "request_body" not in third["http"]
    assert first["http"]["request_bytes"] == 47


@pytest.mark.parametrize(
    ("trusted", "header", "expected"),
    [
        (0, b"198.51.100.1", "192.0.2.9"),
        (1, b"203.0.113.5, 198.51.100.1", "198.51.100.1"),
        (2, b"203.0.113.5, 198.51.100.1", "203.0.113.5"),
        (1, b"[2001:db8::1]:443", "2001:db8::1"),
        (1, b"unknown", None),
    ],
)
def test_clients_behind_proxies(trusted: int, header: bytes, expected: str | None) -> None:
    with capture(requests={"trusted_proxies": trusted}) as lines:
        run(answering(), scope(headers=[(b"x-forwarded-for", header)]))
        assert [line["http"].get("client_ip") for line in requests(lines)] == [expected]


def test_ids_are_made_where_clients_are_not_trusted() -> None:
    with capture(requests={"accept_ids": False}) as lines:
        run(answering(), scope(headers=[(b"x-request-id", b"r-1"), (b"traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]))
        (line,) = requests(lines)
    assert line["request_id"] != "r-1"
    assert line["trace_id"] != "0af7651916cd43dd8448eb211c80319c"


def logging_at(status: int) -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        logger.debug("quiet")
        logger.info("loud")
        await send({"type": "http.response.start", "status": status})
        await send({"type": "http.response.body"})

    return ObservabilityMiddleware(application)


def test_quiet_lines_are_kept_for_the_case_that_the_request_fails() -> None:
    with capture(buffer=True) as lines:
        run(logging_at(200), scope())
        assert lines.messages() == ["loud", "request"]
        lines.clear()
        run(logging_at(500), scope())
        assert lines.messages() == ["loud", "quiet", "request"]
        assert lines[1]["buffered"] is True
        assert lines[1]["request_id"] == lines[2]["request_id"]
        lines.clear()
        logger.debug("outside of a request nothing is kept")
        assert lines.messages() == []


def test_a_share_of_requests_is_told_whole() -> None:
    with capture(sampling={"debug_requests": 1.0}) as lines:
        run(logging_at(200), scope())
        logger.debug("not of a request")
        assert lines.messages() == ["quiet", "loud", "request"]
    with capture(sampling={"debug_requests": 0.0}) as lines:
        run(logging_at(200), scope())
        assert lines.messages() == ["loud", "request"]


def test_sampling_of_like_lines() -> None:
    with capture(sampling={"first": 2, "then": 10, "per": "60s"}) as lines:
        for number in range(30):
            logger.info("like %d", number)
            logger.error("never left out")
        kept = [line["message"] for line in lines if line["level"] == "INFO"]
        assert len([line for line in lines if line["level"] == "ERROR"]) == 30
    assert kept[:2] == ["like 0", "like 1"]
    assert len(kept) == 4


def test_metrics_of_requests() -> None:
    with capture(metrics={"namespace": "n", "builtin": True, "by_route": True}) as lines:
        application = starlette(middleware=[Middleware(ObservabilityMiddleware)])
        with client(application) as calling:
            calling.get("/fine")
            calling.get("/boom")
            calling.get("/nowhere")
        skywarden.flush()
        documents = lines.metrics()
    totals: dict[Any, Any] = {}
    for document in documents:
        for name in ("Requests", "ServerErrors", "ClientErrors"):
            if name in document:
                totals[name, document.get("Route")] = document[name]
    assert totals["Requests", None] == 3
    assert totals["ServerErrors", None] == 1
    assert totals["ClientErrors", None] == 1
    assert (totals["Requests", "/fine"], totals["ServerErrors", "/boom"]) == (1, 1)
    assert not [key for key in totals if key[1] == "/nowhere"]


def test_reconfiguring_while_a_request_runs() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        with capture(service="second"):
            logger.info("inside")
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})

    with capture(service="first") as lines:
        run(ObservabilityMiddleware(application), scope())
        # A request's lines stay together.
        assert [(line["service"], line["message"]) for line in lines] == [("first", "inside"), ("first", "request")]
