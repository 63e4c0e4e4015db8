"""Whether two days are the same.

Stacks are compared by the frames of the shop's own code alone, since those of libraries, of Python and of Rust's standard
library move with every version of theirs; so do what Python shows of a statement of several lines, and the marks it puts below.
"""

import json
import re
from itertools import zip_longest
from typing import Any

_PYTHON_FRAME = re.compile(r'^[ |]*File "(?P<file>[^"]*)", line \d+')
_PYTHON_SOURCE = re.compile(r"^[ |]*    ")
_RUST_FRAME = re.compile(r"^ *\d+: (?P<function>.*)")
_RUST_PLACE = re.compile(r"^ +at ")
_SHOWN_CHARACTERS = 300


def first_difference(found: bytes, wanted: bytes) -> str | None:
    """The first line of two files that is not the same, told to people; none when there is no difference."""
    if found == wanted:
        return None
    lines = zip_longest(found.decode().splitlines(), wanted.decode().splitlines())
    for number, (ours, theirs) in enumerate(lines, start=1):
        if ours == theirs:
            continue
        left, right = comparable(ours), comparable(theirs)
        if left != right:
            same = next((at for at, (one, other) in enumerate(zip(left, right)) if one != other), min(len(left), len(right)))
            shown = slice(max(0, same - _SHOWN_CHARACTERS // 2), same + _SHOWN_CHARACTERS // 2)
            return f"  line {number}, there: …{left[shown]}…\n  line {number}, made:  …{right[shown]}…"
    return None


def comparable(line: str | None) -> str:
    """A line of a file with what does not count taken out."""
    if line is None:
        return "nothing"
    event = _json(line)
    record = _json(event["message"]) if isinstance(event, dict) and "message" in event else None
    if not isinstance(record, dict) or not isinstance(record.get("error"), dict):
        return line
    error = record["error"]
    if isinstance(error.get("stack"), str):
        error["stack"] = own_frames(error["stack"])
    # The order of keys counts.
    return json.dumps({**event, "message": record})


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def own_frames(stack: str) -> list[str]:
    """The lines of a stack that are not about other people's code; of each frame of Python's its place and its first line of source."""
    kept: list[str] = []
    # How many lines below a frame of Python's may still be kept; none outside of one.
    below: int | None = None
    foreign = False
    for line in stack.split("\n"):
        if python := _PYTHON_FRAME.match(line):
            foreign = any(mark in python["file"] for mark in ("/lib/python", "<frozen"))
            below = 1
        elif below is not None and _PYTHON_SOURCE.match(line):
            below -= 1
            if below < 0:
                continue
        elif rust := _RUST_FRAME.match(line):
            foreign = "shop_catalog::" not in rust["function"] or "<" in rust["function"]
        elif not _RUST_PLACE.match(line):
            foreign, below = False, None
        if not foreign:
            kept.append(line)
    return kept
