"""Structured log lines as the telemetry library writes them: record schema 1.0, one JSON object a line."""

import json
from dataclasses import dataclass
from typing import Any

from .clock import iso
from .dice import Dice

SEVERITY_NUMBERS = {"DEBUG": 5, "INFO": 9, "WARNING": 13, "ERROR": 17, "CRITICAL": 21}
"""Level names and their OpenTelemetry severity numbers."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The ids that tie the lines of one request together, across services."""

    request_id: str
    trace_id: str

    @classmethod
    def start(cls, dice: Dice) -> "Trace":
        """A trace of its own; the request id is the trace id written as a UUID, which also keeps the log file small."""
        request_id = dice.uuid()
        return cls(request_id, request_id.replace("-", ""))

    def fields(self, span_id: str) -> dict[str, Any]:
        """The record's keys for this trace within one span."""
        return {
            "request_id": self.request_id,
            "trace_id": self.trace_id,
            "span_id": span_id,
            "trace_flags": "01",
        }


@dataclass(frozen=True, slots=True)
class Service:
    """Who writes: the keys that are the same on all lines of a release of a service."""

    name: str
    group: str
    version: str

    def line(self, moment: int, level: str, logger: str, message: str, **more: Any) -> str:
        """A log line; `more` follows the fixed keys in the order given."""
        record = {
            "timestamp": iso(moment),
            "level": level,
            "severity_number": SEVERITY_NUMBERS[level],
            "message": message,
            "service": self.name,
            "environment": "prod",
            "version": self.version,
            "logger": logger,
            **more,
            "schema": "1.0",
        }
        return to_json(record)


def http(method: str, route: str, path: str, status: int, duration_ms: float, **more: Any) -> dict[str, Any]:
    """The `http` object of a request line; the duration keeps one decimal."""
    return {
        "method": method,
        "route": route,
        "path": path,
        "status_code": status,
        "duration_ms": round(duration_ms, 1),
        **more,
    }


def level_of(status: int) -> str:
    """The level of a request line, by the class of its status."""
    if status >= 500:
        return "ERROR"
    return "WARNING" if status >= 400 else "INFO"


def to_json(value: Any) -> str:
    """Compact JSON with text left as it is (UTF-8, not escaped)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
