"""Telling of an exception that was handled."""

from __future__ import annotations

import sys

from skywarden import _native
from skywarden._errors import describe

__all__ = ["capture_exception"]


def capture_exception(error: BaseException | None = None, /, *, message: str | None = None, logger: str = "skywarden", **context: object) -> None:
    """Writes an ERROR line of an exception, with its traceback, the ids of the request, and ``context`` as fields.

    Without an exception the one being handled is taken; outside of an ``except`` block nothing is written. The message is the exception's own unless one
    is given. Never raises.

        try:
            charge(order)
        except PaymentDeclined as error:
            skywarden.capture_exception(error, order_id=order.id)
    """
    if error is None:
        error = sys.exc_info()[1]
        if error is None:
            return
    kind, text, stack = describe(error)
    _native.write_error(logger, message if message is not None else text or kind, kind, text, stack, context)
