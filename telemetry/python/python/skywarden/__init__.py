"""Structured logging, request telemetry and metrics for services on AWS, in lines that Skywarden's processors, alarms and dashboards understand.

* :mod:`skywarden.logging`: ``logging`` as JSON lines; :mod:`skywarden.structlog`: structlog with one native processor
* :mod:`skywarden.asgi`: one middleware for FastAPI and Starlette; :mod:`skywarden.aws_lambda`: one decorator for Lambda functions
* :mod:`skywarden.context`: what the lines of a request have in common; :mod:`skywarden.metrics`: metrics of your own
* :mod:`skywarden.testing`: what your tests' code has logged
"""

from __future__ import annotations

import atexit
import os
import sys

from skywarden import _native
from skywarden._capture import capture_exception
from skywarden._native import SettingsError, __version__
from skywarden.context import bind, clear, current, headers, propagate, request_id, scope, unbind

__all__ = [
    "SettingsError",
    "__version__",
    "bind",
    "capture_exception",
    "clear",
    "current",
    "flush",
    "headers",
    "propagate",
    "request_id",
    "scope",
    "unbind",
]


def flush(seconds: float = 2.0) -> bool:
    """Writes what metrics were gathered, and waits until everything logged is written, at most so long. False when it was not."""
    _native.flush_metrics()
    return _native.flush(seconds, None)


def _flush_at_end_of_children() -> None:
    """Children of ``multiprocessing`` end without what is registered with ``atexit``, and begin by forgetting what was to be done at their end."""
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.register_after_fork(flush, lambda _: util.Finalize(None, flush, exitpriority=0))


def _in_child() -> None:
    _native.after_fork()
    _flush_at_end_of_children()


atexit.register(flush)
_flush_at_end_of_children()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
