"""The server's own loggers: one access line a request is enough, and the other lines belong with ours."""

from __future__ import annotations

import logging

from skywarden import _native
from skywarden._errors import is_told

__all__ = ["take_over"]

# Loggers that write a line for each request, which the middleware's line replaces.
_ACCESS = ("uvicorn.access",)

# Loggers that tell of an exception that left the application. The middleware has told of it with the request's ids.
_ERROR = ("uvicorn.error", "hypercorn.error", "gunicorn.error", "mangum.http")

# Loggers with handlers of their own, which get ours once there is one.
_ROUTED = ("uvicorn", "uvicorn.error", "uvicorn.asgi")


class _Told(logging.Filter):
    """Leaves out what has been written with its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        info = record.exc_info
        return not (isinstance(info, tuple) and is_told(info[1]))


_told = _Told()


def take_over(*, access: bool = True) -> None:
    """Silences access loggers, keeps servers from telling of an exception a second time, and sends their other lines where ours go. Idempotent."""
    for name in _ACCESS if access and _native.tells_requests() else ():
        logger = logging.getLogger(name)
        # uvicorn asks each connection's logger whether it has handlers, and without does not even make the line.
        logger.handlers.clear()
        logger.propagate = False
    for name in _ERROR:
        logger = logging.getLogger(name)
        if _told not in logger.filters:
            logger.addFilter(_told)
    if _ours_at_root():
        for name in _ROUTED:
            logger = logging.getLogger(name)
            logger.handlers = []
            logger.propagate = True


def _ours_at_root() -> bool:
    from skywarden.logging import SkywardenHandler

    return any(isinstance(handler, SkywardenHandler) for handler in logging.getLogger().handlers)
