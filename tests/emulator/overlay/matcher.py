"""Asks our own filter matcher, over a pipe, which log messages a CloudWatch filter pattern selects.

ministack knows bare terms only. Rather than hold a second grammar here, the overlay starts the program named by
``SKYWARDEN_FILTER_SERVER`` once and speaks one JSON object a line with it::

    {"pattern": "{ $.level = ERROR }", "messages": ["..."]}
    {"matches": [true]}  or  {"error": "why the pattern is refused"}

A metric filter adds ``"value": "$.ms" | "1"`` and ``"dimensions": {"Name": "$.x"}``; the answer then has, a message
each, ``"values": [number | null]`` and ``"dimensions": [{"Name": "value"}]``. ``"messages": []`` checks a pattern.

Embedded metrics are read by the same program: ``{"embedded": ["..."], "now": milliseconds}`` is answered by
``{"embedded": [{"samples": [...], "violations": {"EMFParsingErrors": 1}}]}``, a message each.
"""

import json
import os
import shlex
import subprocess
import threading

VARIABLE = "SKYWARDEN_FILTER_SERVER"


class BadPattern(ValueError):
    """The matcher refuses the pattern, the value or a dimension selector; the text says why."""


class MatcherUnavailable(RuntimeError):
    """The matcher is not configured, did not start, or ended before it answered."""


class Matcher:
    """One matcher process, started on first use and again after it ended; safe to share between threads."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def ask(self, request: dict) -> dict:
        """The matcher's answer to one request; ``BadPattern`` when it answers with an error."""
        line = json.dumps(request)
        with self._lock:
            answer = self._exchange(line)
        if "error" in answer:
            raise BadPattern(answer["error"])
        return answer

    def close(self) -> None:
        """End the process, if one runs."""
        with self._lock:
            if self._process is not None:
                self._process.stdin.close()
                self._process.wait()
                self._process.stdout.close()
                self._process = None

    def _exchange(self, line: str) -> dict:
        if self._process is None or self._process.poll() is not None:
            self._process = self._start()
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except OSError as error:
            raise MatcherUnavailable(f"{self._command[0]} ended: {error}") from error
        if not answer:
            raise MatcherUnavailable(f"{self._command[0]} ended without an answer")
        return json.loads(answer)

    def _start(self) -> "subprocess.Popen[str]":
        try:
            return subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        except OSError as error:
            raise MatcherUnavailable(f"cannot start {self._command[0]}: {error}") from error


_shared: Matcher | None = None


def install() -> None:
    """Take the program from the environment and prove that it answers before the first request needs it."""
    global _shared
    command = shlex.split(os.environ.get(VARIABLE, ""))
    if not command:
        raise MatcherUnavailable(f"{VARIABLE} is not set: name the program that matches filter patterns")
    _shared = Matcher(command)
    if matches("", ["probe"]) != [True]:
        raise MatcherUnavailable(f"{command[0]} does not match an empty pattern: it does not speak this protocol")


def check(pattern: str) -> None:
    """Raise ``BadPattern`` when AWS would refuse the pattern."""
    _ask({"pattern": pattern, "messages": []})


def matches(pattern: str, messages: list[str]) -> list[bool]:
    """For each message, whether the pattern selects it."""
    return _ask({"pattern": pattern, "messages": messages})["matches"]


def extract(pattern: str, messages: list[str], value: str, dimensions: dict[str, str]) -> dict:
    """``matches``, ``values`` and ``dimensions`` of a metric filter, a message each."""
    return _ask({"pattern": pattern, "messages": messages, "value": value, "dimensions": dimensions})


def embedded(messages: list[str], now_ms: int) -> list[dict]:
    """For each message, ``samples`` in embedded metric format and ``violations`` of it; both empty for other messages."""
    return _ask({"embedded": messages, "now": now_ms})["embedded"]


def _ask(request: dict) -> dict:
    if _shared is None:
        raise MatcherUnavailable(f"{VARIABLE} was not read: install the matcher first")
    return _shared.ask(request)
