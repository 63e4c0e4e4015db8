"""What is told of an exception: its type, its message, and the traceback with causes and groups, bounded."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType

__all__ = ["caller_stack", "describe", "is_told", "mark_told"]

# Most frames of one traceback that are told: the innermost.
_MAX_FRAMES = 64

# Longest traceback, characters. What is longer loses its middle: where it began and where it failed both count.
_MAX_STACK = 24_000

_TOLD = "__skywarden_told__"


def describe(error: BaseException, trace: TracebackType | None = None) -> tuple[str, str, str | None]:
    """Type, message and traceback of an exception. Never raises, whatever the exception does when it is looked at."""
    kind = type_name(type(error))
    try:
        message = str(error)
    except Exception:
        message = f"<unprintable {kind}>"
    return kind, message, _stack(error, trace)


def type_name(kind: type) -> str:
    """Name of a type with its module, without it for built-in ones."""
    try:
        module, name = kind.__module__, kind.__qualname__
        return name if module in ("builtins", "__main__") else f"{module}.{name}"
    except Exception:
        return "Exception"


def _stack(error: BaseException, trace: TracebackType | None) -> str | None:
    try:
        lines = traceback.format_exception(type(error), error, trace or error.__traceback__, limit=-_MAX_FRAMES)
        text = "".join(lines).rstrip("\n")
    except Exception:
        # An exception whose __str__ raises, or sources that cannot be read: the frames alone are still worth having.
        try:
            text = "Traceback (most recent call last):\n" + "".join(traceback.format_tb(trace or error.__traceback__, limit=-_MAX_FRAMES)).rstrip("\n")
        except Exception:
            return None
    if len(text) <= _MAX_STACK:
        return text
    head, tail = text[: _MAX_STACK // 4], text[_MAX_STACK // 4 - _MAX_STACK :]
    left_out = len(text) - _MAX_STACK
    # At the ends of lines, where there are any near.
    head = head[: head.rfind("\n")] if "\n" in head else head
    tail = tail[tail.find("\n") + 1 :] if "\n" in tail else tail
    return f"{head}\n  ... {left_out} characters left out ...\n{tail}"


def caller_stack() -> str:
    """The stack of whoever logs, as text, without the frames of structlog."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in ("structlog", "skywarden"):
        frame = frame.f_back
    return "Stack (most recent call last):\n" + "".join(traceback.format_stack(frame, limit=_MAX_FRAMES)).rstrip("\n")


def mark_told(error: BaseException) -> None:
    """Remembers that an exception has been written with its request, so that the server's own line about it can be left out."""
    try:
        setattr(error, _TOLD, True)
    except Exception:
        # An exception that takes no attributes is told twice: better than not at all.
        pass


def is_told(error: object) -> bool:
    """Whether an exception has been written with its request."""
    try:
        return getattr(error, _TOLD, False) is True
    except Exception:
        return False
