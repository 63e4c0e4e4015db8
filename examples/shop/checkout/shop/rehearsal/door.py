"""What every request of a rehearsal passes on its way in and out: it brings the time and the chance, and is counted."""

import json
import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import skywarden.testing

from .clock import clock
from .dice import number_of, throw
from .facts import note

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Job = Callable[[], Awaitable[None]]

NOW = "x-shop-now"
SEED = "x-shop-seed"
JOBS = "/rehearsal/jobs/"


class Door:
    """Stands around an application and its middleware. Without the header `x-shop-now` a request goes through untouched.

    In a rehearsal the door also begins the application's jobs, which by hand begin by themselves: `POST /rehearsal/jobs/{name}`.
    And it holds the answer back until everything that follows it is done, so that no two requests ever share the clock.
    """

    def __init__(self, app: App, service: str, jobs: Mapping[str, Job] | None = None, on_lambda: bool = False) -> None:
        self._app = app
        self._service = service
        self._jobs = jobs or {}
        self._on_lambda = on_lambda

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        now = headers.get(NOW)
        if now is None:
            throw(os.urandom(8).hex())
            await self._app(scope, receive, send)
            return
        clock.hold(int(now))
        seed = f"{headers.get(SEED, now)}/{self._service}"
        throw(seed)
        skywarden.testing.seed_ids(number_of(seed))
        path: str = scope["path"]
        if path.startswith(JOBS):
            await self._jobs[path.removeprefix(JOBS)]()
            await _answer(send, [{"type": "http.response.start", "status": 204, "headers": []}, {"type": "http.response.body"}])
        else:
            await self._rehearse(scope, receive, send, headers)

    async def _rehearse(self, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str]) -> None:
        began, ended = clock.now(), None
        request_id = headers.get("x-request-id", "")
        if self._on_lambda:
            # As the Lambda Web Adapter does. The id is that of the request, to keep the log file small.
            context = json.dumps({"request_id": request_id})
            scope["headers"] = [*scope["headers"], (b"x-amzn-lambda-context", context.encode())]
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            nonlocal ended
            messages.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                ended = clock.now()

        try:
            await self._app(scope, receive, keep)
        except Exception:
            # The middleware has answered and told of it, and lets it go on to the server, which would close the connection.
            if ended is None:
                raise
        status = messages[0]["status"]
        note("request", at=ended, service=self._service, began=began, status=status, request_id=request_id)
        messages[0] = {**messages[0], "headers": [*messages[0].get("headers", ()), (NOW.encode(), str(ended).encode())]}
        await _answer(send, messages)


async def _answer(send: Send, messages: list[Message]) -> None:
    for message in messages:
        await send(message)
