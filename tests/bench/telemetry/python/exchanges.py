"""A request to FastAPI in the process, without a server: what middleware for ids and a line for each request adds to it."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime, timezone
from typing import Any

import orjson
from fastapi import FastAPI

from serve import Work

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

AGENT = b"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
HEADERS = [
    (b"host", b"orders.example.com"),
    (b"user-agent", AGENT),
    (b"accept", b"application/json"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
]


def application() -> FastAPI:
    """A service with one route."""
    app = FastAPI()

    @app.get("/orders/{order_id}")
    async def order(order_id: int, page: int = 1) -> dict[str, Any]:
        return {"id": order_id, "state": "placed", "amount": 129.95, "currency": "EUR", "items": [1, 2, 3], "page": page}

    return app


def scope() -> Scope:
    """A request as uvicorn hands it on, without ids."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 54321),
        "scheme": "http",
        "method": "GET",
        "root_path": "",
        "path": "/orders/42",
        "raw_path": b"/orders/42",
        "query_string": b"page=3",
        "headers": list(HEADERS),
        "state": {},
    }


async def call(app: App) -> tuple[int, dict[bytes, bytes], bytes]:
    """One request, from its scope to the last byte of the answer."""
    status, headers, body = 0, {}, b""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, headers, body
        if message["type"] == "http.response.start":
            status, headers = message["status"], dict(message["headers"])
        else:
            body += message.get("body", b"")

    # A server gives each request a task, and with it a context, of its own.
    await asyncio.create_task(app(scope(), receive, send))  # type: ignore[arg-type]
    return status, headers, body


def served(app: App, with_id: bool = True) -> Work:
    """Calls it. The first answer is looked at."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    status, headers, body = loop.run_until_complete(call(app))
    if status != 200 or orjson.loads(body)["id"] != 42 or (b"x-request-id" in headers) != with_id:
        raise SystemExit(f"the answer is {status}, {headers}, {body!r}")

    async def calls(count: int) -> None:
        for _ in range(count):
            await call(app)

    return lambda count: loop.run_until_complete(calls(count))


def bare() -> FastAPI:
    return application()


def by_hand() -> App:
    """One ASGI class that makes an id, puts it into the answer, and writes one line with orjson. Nothing is taken over, masked or kept for others."""
    app = application()

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = uuid.uuid4().hex
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            await app(scope, receive, sending)
        finally:
            line = {
                "timestamp": datetime.now(timezone.utc),
                "level": "INFO",
                "message": "request",
                "request_id": request_id,
                "method": scope["method"],
                "path": scope["path"],
                "status_code": status,
                "duration_ms": (time.perf_counter() - began) * 1e3,
            }
            os.write(1, orjson.dumps(line) + b"\n")

    return middleware


def configured_structlog() -> Any:
    import structlog

    from lines import structlog_orjson

    structlog_orjson()
    return structlog


def correlation_id_and_structlog() -> App:
    """asgi-correlation-id around a pure ASGI access log by structlog and orjson, as its page says for structlog."""
    from asgi_correlation_id import CorrelationIdMiddleware, correlation_id

    structlog = configured_structlog()
    log = structlog.get_logger()

    class AccessLog:
        def __init__(self, app: App) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await self.app(scope, receive, send)
                return
            structlog.contextvars.clear_contextvars()
            structlog.contextvars.bind_contextvars(request_id=correlation_id.get())
            began = time.perf_counter()
            status = 500

            async def sending(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await self.app(scope, receive, sending)
            finally:
                duration_ms = (time.perf_counter() - began) * 1e3
                log.info("request", method=scope["method"], path=scope["path"], status_code=status, duration_ms=duration_ms)

    app = application()
    app.add_middleware(AccessLog)
    app.add_middleware(CorrelationIdMiddleware)
    return app


def base_http_no_op() -> App:
    from starlette.middleware.base import BaseHTTPMiddleware

    async def pass_on(request: Any, call_next: Any) -> Any:
        return await call_next(request)

    app = application()
    app.add_middleware(BaseHTTPMiddleware, dispatch=pass_on)
    return app


def base_http_and_structlog() -> App:
    """The middleware most pages show: a function around `call_next`, by Starlette's BaseHTTPMiddleware."""
    from starlette.requests import Request
    from starlette.responses import Response

    structlog = configured_structlog()
    log = structlog.get_logger()
    app = application()

    @app.middleware("http")
    async def access_log(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        request_id = request.headers.get("x-request-id") or str(uuid.uuid4())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        response = await call_next(request)
        duration_ms = (time.perf_counter() - began) * 1e3
        log.info("request", method=request.method, path=request.url.path, status_code=response.status_code, duration_ms=duration_ms)
        response.headers["x-request-id"] = request_id
        return response

    return app


def ours(masking: bool) -> App:
    import skywarden.logging
    from lines import SERVICE
    from skywarden.asgi import ObservabilityMiddleware

    skywarden.logging.configure(mask=masking, **SERVICE)
    app = application()
    app.add_middleware(ObservabilityMiddleware)
    return app


APPLICATIONS: dict[str, Callable[[], App]] = {
    "bare FastAPI": bare,
    "written by hand": by_hand,
    "ours": lambda: ours(False),
    "ours, masking": lambda: ours(True),
    "asgi-correlation-id + structlog": correlation_id_and_structlog,
    "BaseHTTPMiddleware that does nothing": base_http_no_op,
    "BaseHTTPMiddleware + structlog": base_http_and_structlog,
}

WITHOUT_ID = {"bare FastAPI", "BaseHTTPMiddleware that does nothing"}

CASES: dict[str, Callable[[], Work]] = {
    name: lambda name=name, made=made: served(made(), name not in WITHOUT_ID)  # type: ignore[misc]
    for name, made in APPLICATIONS.items()
}


def main() -> int:
    """Serves one of the applications by uvicorn, for a load tool: `python exchanges.py NAME PORT`."""
    import uvicorn

    name, port = sys.argv[1], int(sys.argv[2])
    logging.getLogger("uvicorn.access").disabled = name != "uvicorn's own access log"
    uvicorn.run(
        APPLICATIONS.get(name, bare)(),
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        log_level="info" if name == "uvicorn's own access log" else "warning",
        access_log=name == "uvicorn's own access log",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
