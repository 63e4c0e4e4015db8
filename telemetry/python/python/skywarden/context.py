"""What all log lines of a piece of work have in common.

Inside a request that :class:`skywarden.asgi.ObservabilityMiddleware` (or :mod:`skywarden.aws_lambda`) watches, what is bound holds for the whole
request: its other tasks, its thread pools, its background tasks, and the line that tells of it. Outside of one it holds for the current task or
thread and what it starts. ``user_id``, ``tenant_id`` and ``correlation_id`` stand at the top of a line, other names under ``fields``.

    import skywarden

    skywarden.bind(user_id="u-17", order_id=42)
    with skywarden.scope(attempt=2):
        logger.info("charging")
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, ParamSpec, TypeVar

from skywarden import _native

__all__ = ["bind", "clear", "current", "headers", "propagate", "request_id", "scope", "unbind"]

# What stands at the top of a line when it is bound (schema 1.0).
_IDS = (
    "request_id",
    "correlation_id",
    "user_id",
    "tenant_id",
    "trace_id",
    "span_id",
    "trace_flags",
    "xray_trace_id",
    "function_request_id",
    "cold_start",
)

P = ParamSpec("P")
R = TypeVar("R")


def bind(**fields: object) -> None:
    """Adds fields to the lines that follow, for the rest of the request; outside of one, of the task or thread. The last value of a name counts.

    Values are written down at once: what changes in them later is not seen.
    """
    if fields:
        _native.bind(fields)


def unbind(*names: str) -> None:
    """Takes fields out again. Names that are not bound are passed over."""
    if names:
        _native.unbind(names)


def clear() -> None:
    """Takes out everything that was bound. The ids of the request stay."""
    _native.clear()


@contextmanager
def scope(**fields: object) -> Iterator[None]:
    """Binds fields for the lines of a block, and of what it calls and starts; not for the rest of the request."""
    before = _native.CONTEXT.get()
    token = _native.CONTEXT.set(_native.with_fields(fields))
    try:
        yield
    finally:
        try:
            _native.CONTEXT.reset(token)
        except ValueError:
            # Left in another context than it was entered in, as generators of frameworks are.
            _native.CONTEXT.set(before)


def current() -> dict[str, Any]:
    """What lines written now have in common: the request's ids and what is bound, by name. A copy, masked as it is in lines."""
    line: dict[str, Any] = json.loads(_native.context_line())
    return {**{name: line[name] for name in _IDS if name in line}, **line.get("fields", {})}


def request_id() -> str | None:
    """Id of the request this code works for; none outside of one."""
    return _native.request_id()


def headers() -> dict[str, str]:
    """Headers that carry the request's ids on to another service: ``x-request-id``, ``traceparent``, ``x-amzn-trace-id``. Empty outside of one.

    httpx.get(url, headers=skywarden.headers())
    """
    return _native.outgoing_headers()


def propagate(function: Callable[P, R]) -> Callable[P, R]:
    """The function, bound to what holds here and now: for threads and executors, which do not take the context over by themselves.

    loop.run_in_executor(pool, skywarden.propagate(work), argument)
    threading.Thread(target=skywarden.propagate(work)).start()

    ``asyncio.create_task``, ``asyncio.to_thread``, Starlette's and FastAPI's background tasks and thread pools do so and need nothing. May be called
    any number of times, at the same time as well.
    """
    captured = copy_context()

    @functools.wraps(function)
    def bound(*args: P.args, **kwargs: P.kwargs) -> R:
        # A copy for each call: a context can be entered once at a time.
        return captured.copy().run(function, *args, **kwargs)

    return bound
