"""Whether two days are the same.

Stacks are compared by the frames of the shop's own code alone, since those of libraries, of Python and of Rust's standard
library move with every version of theirs; so do the marks Python puts below a line of source.
"""

import json
import re
from itertools import zip_longest
from typing import Any

_PYTHON_FRAME = re.compile(r'^[ |]*File "(?P<file>[^"]*)", line \d+')
_PYTHON_MARKS = re.compile(r"^[ |]*[~^]+ *$")
_RUST_FRAME = re.compile(r"^ *\d+: (?P<function>.*)")
_RUST_PLACE = re.compile(r"^ +at ")
_SHOWN_CHARACTERS = 400


def first_difference(found: bytes, wanted: bytes) -> str | None:
    """The first line of two files that is not the same, told to people; none when there is no difference."""
    if found == wanted:
        return None
    lines = zip_longest(found.decode().splitlines(), wanted.decode().splitlines())
    for number, (ours, theirs) in enumerate(lines, start=1):
        if ours != theirs and (ours is None or theirs is None or comparable(ours) != comparable(theirs)):
            return f"  line {number}, there: {_shown(ours)}\n  line {number}, made:  {_shown(theirs)}"
    return None


def _shown(line: str | None) -> str:
    return "nothing" if line is None else line[:_SHOWN_CHARACTERS]


def comparable(line: str) -> Any:
    """A line of a file with what does not count taken out."""
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
    """The lines of a stack that are not about other people's code."""
    kept: list[str] = []
    foreign = False
    for line in stack.split("\n"):
        if python := _PYTHON_FRAME.match(line):
            foreign = any(mark in python["file"] for mark in ("/lib/python", "<frozen"))
        elif rust := _RUST_FRAME.match(line):
            foreign = "shop_catalog::" not in rust["function"] or "<" in rust["function"]
        elif _RUST_PLACE.match(line):
            pass
        elif not line.lstrip(" |").startswith(" ") and not line.startswith("    "):
            foreign = False
        if not foreign and not _PYTHON_MARKS.match(line):
            kept.append(line)
    return kept
