"""For the tests of applications that log: what they wrote, as data.

    def test_order_is_told():
        with skywarden.testing.capture() as lines:
            place_order()
            assert lines.messages() == ["order placed"]
            assert lines[0]["fields"]["order_id"] == 42

:func:`hold_time` and :func:`seed_ids` make what is written the same in every run.
"""

from __future__ import annotations

import datetime
import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, overload

from skywarden import _native, metrics
from skywarden.logging import SkywardenHandler

__all__ = ["Lines", "capture", "hold_time", "seed_ids"]


class Lines(Sequence[dict[str, Any]]):
    """Lines that were captured so far, oldest first; it can be looked at at any time, and keeps what there was when the capture ended.

    Metrics are among them once they are flushed, which the end of the capture does.
    """

    def __init__(self, capturing: _native.Capture) -> None:
        self._capturing = capturing

    def __len__(self) -> int:
        return len(self._capturing.lines())

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._all()[index]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._capturing.lines()]

    def messages(self) -> list[str]:
        """The messages alone; documents of metrics have none."""
        return [line["message"] for line in self if "message" in line]

    def metrics(self) -> list[dict[str, Any]]:
        """The documents of metrics alone."""
        return [line for line in self if "_aws" in line]

    def clear(self) -> None:
        """Forgets what was captured so far."""
        self._capturing.clear()


@contextmanager
def capture(**settings: Any) -> Iterator[Lines]:
    """Takes what the process writes while the block runs, instead of the outputs.

    ``settings``, by the names of the configuration file, hold for the block; without them those of the process do. ``logging`` is listened to as after
    :func:`skywarden.logging.configure`. Blocks may stand inside each other, and do not go side by side in threads: they are the process's.
    """
    capturing = _native.Capture(settings)
    root = logging.getLogger()
    level, handler = root.level, None
    if not any(type(known) is SkywardenHandler and known.is_of_process for known in root.handlers):
        handler = SkywardenHandler()
        root.addHandler(handler)
    default, floor, _ = _native.levels()
    root.setLevel(min(default, floor))
    try:
        yield Lines(capturing)
    finally:
        capturing.end()
        root.setLevel(level)
        if handler is not None:
            root.removeHandler(handler)


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def hold_time(at: datetime.datetime | int | None) -> None:
    """Holds the library's clock at a moment, a datetime with its zone or nanoseconds since 1970, until it is called again; ``None`` lets go of it.

    Lines have that time, whatever their ``LogRecord`` says, and so have metrics; requests and timers last as long as the time was moved on. It is the
    process's, and nothing else of the process sees it. Metrics are written by :func:`skywarden.flush`; the thread that does so otherwise waits in real time.
    """
    if isinstance(at, datetime.datetime):
        if at.tzinfo is None:
            raise ValueError("a datetime without a zone is no moment")
        at = (at - _EPOCH) // datetime.timedelta(microseconds=1) * 1_000
    _native.hold_time(at)
    held = at
    metrics.clock = time.perf_counter if held is None else lambda: held / 1e9


def seed_ids(seed: int | None) -> None:
    """Makes the ids of requests from now on follow from a number, 0 to 2**64 - 1: the same number, the same ids. ``None`` makes them unique again."""
    _native.seed_ids(seed)
