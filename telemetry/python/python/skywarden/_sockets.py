"""Websockets as they pass through: one line at the end, with how they closed and what went over them."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from skywarden import _native
from skywarden._errors import describe, is_told, mark_told
from skywarden._routes import RouteTemplates

__all__ = ["SocketExchange"]

Message = MutableMapping[str, Any]

# Close codes (RFC 6455, section 7.4.1): what an endpoint that fails is closed with, and what stands for a close without any.
_INTERNAL_ERROR = 1011
_NORMAL = 1000
_ABNORMAL = 1006

_SWITCHING_PROTOCOLS = 101
_FORBIDDEN = 403


class SocketExchange:
    """One websocket, from the handshake to its close."""

    __slots__ = ("_accepted", "_closed", "_error", "_receive", "_request", "_routes", "_scope", "_send", "_status", "_traffic")

    def __init__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
        request: _native.Request,
        routes: RouteTemplates,
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._request = request
        self._routes = routes
        self._accepted = False
        self._closed = False
        self._status: int | None = None
        self._error: BaseException | None = None
        # Messages and bytes received, messages and bytes sent.
        self._traffic = [0, 0, 0, 0]

    async def receive(self) -> Message:
        message = await self._receive()
        kind = message["type"]
        if kind == "websocket.receive":
            self._count(0, message)
        elif kind == "websocket.disconnect":
            # Before the handshake is done there is no close code to tell: the client went away.
            self._finish(message.get("code", _ABNORMAL) if self._accepted else None, message.get("reason"), "upgrade" if self._accepted else "client_disconnect")
        return message

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "websocket.send":
            self._count(2, message)
            await self._send(message)
            return
        if kind == "websocket.accept":
            message = self._request.start(message)
            await self._send(message)
            self._accepted = True
            self._status = _SWITCHING_PROTOCOLS
            return
        if kind == "websocket.http.response.start":
            self._status = message["status"]
            message = self._request.start(message)
        elif kind == "websocket.close":
            code = message.get("code", _NORMAL)
            if code == _INTERNAL_ERROR:
                self._note(sys.exc_info()[1])
        await self._send(message)
        if kind == "websocket.close":
            if self._accepted:
                self._finish(code, message.get("reason"), "upgrade")
            else:
                self._status = _FORBIDDEN
                self._finish(None, message.get("reason"), None)
        elif kind == "websocket.http.response.body" and not message.get("more_body", False):
            self._finish(None, None, None)

    def left(self) -> None:
        """The application has returned. A socket it left open is closed by the server."""
        self._finish(_NORMAL if self._accepted else None, None, "upgrade" if self._accepted else None)

    def failed(self, error: BaseException) -> None:
        """An exception leaves the application."""
        if self._closed:
            # Starlette raises WebSocketDisconnect from a socket that has been closed: that is how its endpoints end.
            if error is not self._error and isinstance(error, Exception) and not _is_disconnect(error) and not is_told(error):
                self._request.log_error("failed after the websocket was closed", *describe(error))
        elif not isinstance(error, Exception):
            self._finish(None, None, "cancelled")
        elif _is_disconnect(error):
            self._finish(getattr(error, "code", _ABNORMAL), getattr(error, "reason", None), "upgrade" if self._accepted else "client_disconnect")
        else:
            self._note(error)
            if self._accepted:
                self._finish(_INTERNAL_ERROR, None, "upgrade")
            else:
                self._status = 500
                self._finish(None, None, None)
        mark_told(error)

    def _count(self, at: int, message: Message) -> None:
        self._traffic[at] += 1
        data = message.get("bytes")
        if data is None:
            data = message.get("text") or ""
            # Characters but for what is not ASCII: the server has the bytes, and encoding them again is not worth it.
        self._traffic[at + 1] += len(data)

    def _note(self, error: BaseException | None) -> None:
        if error is not None and error is not self._error and not _is_disconnect(error):
            self._error = error
            self._request.error(*describe(error))

    def _finish(self, code: int | None, reason: str | None, outcome: str | None) -> None:
        if not self._closed:
            self._closed = True
            received, received_bytes, sent, sent_bytes = self._traffic
            self._request.finish_socket(self._routes.template(self._scope), self._status, code, reason or None, (received, received_bytes, sent, sent_bytes), outcome)


def _is_disconnect(error: BaseException) -> bool:
    return type(error).__name__ in ("WebSocketDisconnect", "WebSocketDisconnected", "ClientDisconnected") or isinstance(error, ConnectionError)
