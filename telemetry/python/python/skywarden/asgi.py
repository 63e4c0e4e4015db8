"""Observability of ASGI applications: FastAPI, Starlette, and any other.

    app = FastAPI()
    app.add_middleware(ObservabilityMiddleware)

Each request has its ids (taken over from ``X-Request-ID``, ``traceparent`` and ``X-Amzn-Trace-Id`` when they are well formed, made otherwise), which
stand in every line logged on its behalf, in its response, and in :func:`skywarden.context.headers`; and exactly one line that tells how it went, with
method, route, status, duration to the last byte, sizes, client and outcome. What is told is set in the configuration, under ``requests``.

Wherever it is added, the middleware works outermost: before error pages are made, so that they carry the id as well. Messages pass through as they
come: nothing is buffered. uvicorn's own access lines are switched off.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from skywarden import _native
from skywarden._errors import describe, is_told, mark_told
from skywarden._routes import RouteTemplates
from skywarden._servers import take_over
from skywarden._sockets import SocketExchange

__all__ = ["ObservabilityMiddleware"]

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Says in a scope that its request is watched already.
_KEY = "skywarden.watched"

_CONTEXT = _native.CONTEXT


class ObservabilityMiddleware:
    """Watches every request and websocket of an ASGI application.

    ``reraise``: whether an exception that leaves the application goes on to the server, as it would without the middleware (uvicorn then closes the
    connection; test clients raise it). It has been told of by then, and the server's own line about it is left out.
    """

    def __init__(self, app: App, *, reraise: bool = True) -> None:
        self.app = app
        self._reraise = reraise
        self._routes = RouteTemplates()
        self._placed = False
        self._outermost = True
        take_over()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http" and _KEY not in scope:
            if not self._placed:
                self._place(scope)
            exchange = _HttpExchange(scope)
            # Not the request itself: it holds the scope, and a circle of the two would wait for the garbage collector.
            scope[_KEY] = True
            exchange.begin(scope, receive, send, self._routes)
            token = _CONTEXT.set(exchange.context)
            try:
                await self.app(scope, exchange.receive, exchange.send)
                if not exchange.told:
                    await exchange.left_open()
            except BaseException as error:
                await exchange.failed(error, self._answers(scope))
                if self._reraise or not isinstance(error, Exception):
                    raise
            finally:
                _CONTEXT.reset(token)
        elif kind == "websocket" and _KEY not in scope:
            if not self._placed:
                self._place(scope)
            await self._socket(scope, receive, send)
        else:
            if not self._placed:
                self._place(scope)
            if kind == "lifespan":
                send = _closing(send)
            await self.app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = _native.Request(scope)
        scope[_KEY] = True
        exchange = SocketExchange(scope, receive, send, request, self._routes)
        token = _CONTEXT.set(request.context)
        try:
            await self.app(scope, exchange.receive, exchange.send)
            exchange.left()
        except BaseException as error:
            exchange.failed(error)
            if self._reraise or not isinstance(error, Exception):
                raise
        finally:
            _CONTEXT.reset(token)

    def _place(self, scope: Scope) -> None:
        """Moves the middleware out of the application it was added to: Starlette keeps its error pages outside of what is added."""
        self._placed = True
        take_over()
        application = scope.get("app")
        stack = getattr(application, "middleware_stack", None)
        if stack is None or stack is self:
            return
        outer, inner = None, stack
        for _ in range(256):
            if inner is self:
                outermost = ObservabilityMiddleware(stack, reraise=self._reraise)
                outermost._placed = True
                application.middleware_stack = outermost  # type: ignore[union-attr]
                # This very call has come in below the error pages; later ones do not come by here any more.
                self._outermost = False
                if outer is not None:
                    outer.app = self.app
                return
            outer, inner = inner, getattr(inner, "app", None)
            if inner is None:
                return

    def _answers(self, scope: Scope) -> bool:
        """Whether it is for the middleware to answer for an application that failed without an answer."""
        if self._outermost:
            return True
        # The first request of an application without lifespan, come in below the error pages: its own page is the better one, though without the id.
        application = scope.get("app")
        handlers = getattr(application, "exception_handlers", None) or {}
        return not (getattr(application, "debug", False) or 500 in handlers or Exception in handlers)


def _closing(send: Send) -> Send:
    """What a lifespan sends through. Servers end by a signal once the application is down, without another word to it: by then all is written."""

    async def sending(message: Message) -> None:
        kind = message["type"]
        if kind.startswith("lifespan.shutdown"):
            _native.write_at_once(True)
            _native.flush(2.0)
        elif kind.startswith("lifespan.startup"):
            # In tests one process has several lifes.
            _native.write_at_once(False)
        await send(message)

    return sending


class _HttpExchange(_native.Request):
    """One request and its response, as they pass through."""

    __slots__ = ("_cycle", "_error", "_receive", "_routes", "_scope", "_send", "told")

    _error: BaseException | None

    def begin(self, scope: Scope, receive: Receive, send: Send, routes: RouteTemplates) -> None:
        self.told = False
        self._scope = scope
        self._receive = receive
        self._send = send
        self._routes = routes
        self._error = None
        # uvicorn takes what is sent to a client that has gone without a word, and knows by this.
        self._cycle = getattr(send, "__self__", None)

    async def receive(self) -> Message:
        message = await self._receive()
        self.received(message)
        return message

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if self._cycle is not None and getattr(self._cycle, "disconnected", False):
            self.disconnected()
        if kind == "http.response.body":
            last = self.body(message)
        elif kind == "http.response.start":
            last = False
            message = self.start(message)
            if message["status"] >= 500:
                self._note(sys.exc_info()[1])
        else:
            last = self.other(message)
        try:
            await self._send(message)
        except OSError:
            # How servers say that the client has gone.
            self.disconnected()
            raise
        if last and not self.told:
            self.told = True
            self.finish(self._routes.template(self._scope), None)

    async def left_open(self) -> None:
        """The application has returned, and the response is not complete."""
        if not self.started and not self._gone():
            self.error("RuntimeError", "the application returned without a response", None)
            await self._answer()
        elif not self._gone():
            self.error("RuntimeError", "the application returned before the response was complete", None)
        self._finish(None)

    async def failed(self, error: BaseException, answers: bool) -> None:
        """An exception leaves the application."""
        if self.told:
            # The answer went out well, or told of this exception already; what failed since is the work behind it.
            if error is not self._error and isinstance(error, Exception) and not is_told(error):
                self.log_error("failed after the response was complete", *describe(error))
            mark_told(error)
            return
        if not isinstance(error, Exception):
            self._finish("cancelled")
            return
        mark_told(error)
        if self._tells_of_departure(error):
            self._finish(None)
            return
        if error is not self._error:
            self.error(*describe(error))
        if not self.started and answers:
            await self._answer()
        self._finish(None)

    def _note(self, error: BaseException | None) -> None:
        """Error pages are made while the exception is at hand; afterwards it may never come by here."""
        self._error = error
        if error is not None and not self._tells_of_departure(error):
            self.error(*describe(error))

    async def _answer(self) -> None:
        """Answers for the application, as the server would, but with the id of the request."""
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        body = {"type": "http.response.body", "body": b"Internal Server Error"}
        try:
            await self._send(self.start({"type": "http.response.start", "status": 500, "headers": headers}))
            self.body(body)
            await self._send(body)
        except Exception:
            # The client has gone, or the server has: there is nobody to answer.
            self.disconnected()

    def _gone(self) -> bool:
        if getattr(self._cycle, "disconnected", False):
            self.disconnected()
        return self.client_gone

    def _tells_of_departure(self, error: BaseException) -> bool:
        """Whether an exception says no more than that the client has gone."""
        return self._gone() and (isinstance(error, OSError) or type(error).__name__ == "ClientDisconnect")

    def _finish(self, outcome: str | None) -> None:
        if not self.told:
            self.told = True
            self.finish(self._routes.template(self._scope), outcome)
