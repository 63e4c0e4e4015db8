"""For the tests of applications that log: what they wrote, as data.

    def test_order_is_told():
        with skywarden.testing.capture() as lines:
            place_order()
        assert lines.messages() == ["order placed"]
        assert lines[0]["fields"]["order_id"] == 42
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from skywarden import _native

__all__ = ["Lines", "capture"]


class Lines(list[dict[str, Any]]):
    """Lines that were captured, oldest first."""

    def messages(self) -> list[str]:
        """The messages alone, without those of metrics."""
        return [line["message"] for line in self if "message" in line]


@contextmanager
def capture(**settings: Any) -> Iterator[Lines]:
    """Takes what the process writes while the block runs, instead of the outputs. The list is filled when the block is left, or by :func:`drain`.

    ``settings``, by the names of the configuration file, hold for the block; without them those of the process do.
    """
    lines = Lines()
    capturing = _native.begin_capture(settings)
    try:
        yield lines
    finally:
        lines.extend(json.loads(line) for line in capturing.end())
