"""The day as a file: one JSON object a line, in the order of time."""

import gzip
import io
from collections.abc import Iterable

from .journal import Entry
from .text import to_json


def event_lines(entries: Iterable[Entry]) -> bytes:
    """The entries as JSON Lines (UTF-8); every message becomes an event with an id of 56 digits, unique and rising."""
    lines: list[str] = []
    for entry in entries:
        for message in entry.messages:
            event = {
                "group": entry.group,
                "stream": entry.stream,
                "id": f"39{entry.moment:013d}{len(lines):041d}",
                "timestamp": entry.moment,
                "message": message,
            }
            lines.append(to_json(event))
    return ("\n".join(lines) + "\n").encode()


def compress(data: bytes) -> bytes:
    """The data as gzip with no name and no time in its header."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()
