"""What is true of the day, written down where it is decided and not where it is logged.

The load script adds these facts up to `logs/expected.json`; so that file can be held against what the log says.
"""

import json
import os
from typing import Any, TextIO

from .clock import clock

_file: TextIO | None = None


def note(fact: str, at: int | None = None, **content: Any) -> None:
    """Notes a fact of that kind, now or at the moment given (microseconds). Outside of a rehearsal nobody wants to know."""
    global _file
    path = os.environ.get("SHOP_FACTS")
    if not clock.held or not path:
        return
    if _file is None:
        _file = open(path, "a", encoding="utf-8", buffering=1)  # noqa: SIM115 - as long as the process lives
    moment = clock.now() if at is None else at
    _file.write(json.dumps({"fact": fact, "at": moment, **content}, ensure_ascii=False) + "\n")


def fault(kind: str, level: str = "ERROR") -> None:
    """Notes that something goes wrong now: an error of that kind, which the log will tell of at that level."""
    note("fault", kind=kind, level=level)
