"""Collects what the services wrote: lines to entries, as an agent ships them, and facts to the journal."""

import json
from pathlib import Path
from typing import Any

from shop.rehearsal.dice import Dice, number_of

from .clock import DEPLOY_AT, moment_of
from .deployment import NEW, OLD, Deployment
from .groups import GROUPS
from .journal import Attempt, Entry, Journal, Occurrence, Request
from .kinds import KINDS
from .lambda_runtime import Function
from .load import Lost

_TASKS = {"catalog": 3, "payments": 2}
"""How many copies of a service there are on ECS."""


def collect(deployment: Deployment, lost: list[Lost], journal: Journal) -> None:
    """Adds everything to the journal."""
    facts = [fact for _, service in deployment.ended for fact in _read(service.facts)]
    for fact in facts:
        _know(fact, journal)
    requests = [fact for fact in facts if fact["fact"] == "request" and fact["service"] == "checkout"]
    containers = _run_on_lambda(requests, lost, journal)
    streams = {name: _tasks(name, count) for name, count in _TASKS.items()}
    for name, service in deployment.ended:
        places = deployment.as_deployed(name)
        for line in service.log.read_text(encoding="utf-8").splitlines():
            for here, there in places:
                line = line.replace(here, there)
            record = json.loads(line)
            moment = record["_aws"]["Timestamp"] if "_aws" in record else moment_of(record["timestamp"])
            request_id = record.get("request_id", "")
            if name == "checkout":
                stream = containers.stream_of(request_id, moment)
            else:
                stream = streams[name][number_of(request_id) % len(streams[name]) if request_id else 0]
            journal.entries.append(Entry(moment, GROUPS[name], stream, (line,)))


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _know(fact: dict[str, Any], journal: Journal) -> None:
    moment = fact["at"] // 1_000
    if fact["fact"] == "request":
        journal.know(moment, Request(fact["service"], fact["status"], round((fact["at"] - fact["began"]) / 1_000, 1)))
    elif fact["fact"] == "fault":
        journal.know(moment, Occurrence(KINDS[fact["kind"]], fact["level"]))
    elif fact["fact"] == "attempt":
        journal.know(moment, Attempt(fact["provider"], fact["outcome"]))
    else:
        raise ValueError(f"a fact nobody knows: {fact}")


def _tasks(name: str, count: int) -> list[str]:
    dice = Dice(f"tasks/{name}")
    return [f"{name}/{name}/{dice.hex(32)}" for _ in range(count)]


class _Containers:
    """Which container of the function worked when."""

    def __init__(self) -> None:
        self._by_request: dict[str, str] = {}
        self._last: list[tuple[int, str]] = []

    def add(self, request_id: str, moment: int, stream: str) -> None:
        """Notes that the container with that stream took the request."""
        self._by_request[request_id] = stream
        self._last.append((moment, stream))

    def stream_of(self, request_id: str, moment: int) -> str:
        """Stream of a line: of its request, or of the container that was at work last."""
        if request_id:
            return self._by_request[request_id]
        before = [stream for at, stream in self._last if at <= moment]
        return before[-1] if before else self._last[0][1]


def _run_on_lambda(requests: list[dict[str, Any]], lost: list[Lost], journal: Journal) -> _Containers:
    """Writes what the platform writes around the invocations, and says which container took each."""
    function = Function(GROUPS["checkout"], Dice("checkout-containers"), journal)
    containers = _Containers()
    begun: list[tuple[int, str, dict[str, Any] | Lost]] = [
        *((request["began"] // 1_000, request["request_id"], request) for request in requests),
        *((invocation.began, invocation.request_id, invocation) for invocation in lost),
    ]
    for moment, request_id, what in sorted(begun, key=lambda one: one[:2]):
        invocation = function.invoke(moment, request_id, NEW if moment >= DEPLOY_AT else OLD)
        containers.add(request_id, moment, invocation.container.stream)
        if not isinstance(what, Lost):
            function.finish(invocation, (what["at"] - what["began"]) / 1_000 + 1.4)
        elif what.killed_after_ms is None:
            function.time_out(invocation, Occurrence(KINDS["checkout.function-timeout"], "ERROR"))
        else:
            fact = Occurrence(KINDS["checkout.out-of-memory"], "ERROR")
            function.run_out_of_memory(invocation, what.killed_after_ms, fact)
    return containers
