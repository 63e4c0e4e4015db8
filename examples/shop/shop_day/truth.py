"""What is true of the day: the content of `expected.json`, counted from facts and not read back from the text of lines."""

from collections.abc import Iterable, Sequence
from typing import Any

from shop.rehearsal.day import day
from shop.rehearsal.dice import SEED

from .clock import DATE, DEPLOY_AT, hour_of, iso
from .groups import GROUPS
from .journal import Attempt, Entry, Fact, Occurrence, Oddity, Order, Request
from .people import SENSITIVE

FORMAT = 2
"""Raised when a key of `expected.json` changes its name or meaning."""


def expected(entries: Sequence[Entry], facts: Sequence[tuple[int, Fact]]) -> dict[str, Any]:
    """The ground truth of a day; entries and facts are sorted by moment."""
    return {
        "format": FORMAT,
        "date": DATE,
        "seed": SEED,
        "lines": _lines(entries),
        "requests": _requests(facts),
        "orders": _orders(facts),
        "payment_attempts": _attempts(facts),
        "errors": _errors(facts),
        "incidents": [
            {
                "id": incident.id,
                "services": list(incident.services),
                "start": iso(incident.start // 1_000),
                "end": iso(incident.end // 1_000),
                "start_ms": incident.start // 1_000,
                "end_ms": incident.end // 1_000,
                "what": incident.what,
            }
            for incident in day.incidents.values()
        ],
        "deploys": [{"service": "checkout", "version": day.deploy_version, "at": iso(DEPLOY_AT), "at_ms": DEPLOY_AT}],
        "longest_silence": _longest_silence(entries),
        "awkward": _oddities(facts),
        "sensitive": {what: list(values) for what, values in SENSITIVE.items()},
    }


def _of(facts: Iterable[tuple[int, Fact]], wanted: type) -> Iterable[tuple[int, Any]]:
    return ((moment, fact) for moment, fact in facts if isinstance(fact, wanted))


def _lines(entries: Sequence[Entry]) -> dict[str, Any]:
    by_group: dict[str, int] = {}
    for entry in entries:
        by_group[entry.group] = by_group.get(entry.group, 0) + len(entry.messages)
    return {"total": sum(by_group.values()), "by_group": dict(sorted(by_group.items()))}


def _requests(facts: Sequence[tuple[int, Fact]]) -> dict[str, Any]:
    """Per service: requests, server errors (status 500 and above) and latency, for the day and for each hour."""
    services: dict[str, list[list[Request]]] = {}
    for moment, request in _of(facts, Request):
        hours = services.setdefault(request.service, [[] for _ in range(24)])
        hours[hour_of(moment)].append(request)
    return {
        service: {
            **_summary([request for hour in hours for request in hour]),
            "by_hour": [{"hour": hour, **_summary(requests)} for hour, requests in enumerate(hours)],
        }
        for service, hours in sorted(services.items())
    }


def _summary(requests: Sequence[Request]) -> dict[str, Any]:
    durations = sorted(request.duration_ms for request in requests)
    return {
        "requests": len(requests),
        "server_errors": sum(request.status >= 500 for request in requests),
        "client_errors": sum(400 <= request.status < 500 for request in requests),
        "p50_ms": _nearest_rank(durations, 50),
        "p99_ms": _nearest_rank(durations, 99),
        "max_ms": durations[-1],
    }


def _nearest_rank(values: Sequence[float], percent: int) -> float:
    """The smallest value that is at least as large as `percent` of all values (sorted, not empty)."""
    return values[max(0, -(-len(values) * percent // 100) - 1)]


def _orders(facts: Sequence[tuple[int, Fact]]) -> dict[str, Any]:
    """Per currency: orders placed and the sum of their amounts, exact to the hundredth."""
    cents: dict[str, list[int]] = {}
    for _, order in _of(facts, Order):
        cents.setdefault(order.currency, []).append(order.cents)
    return {currency: {"count": len(amounts), "sum": sum(amounts) / 100} for currency, amounts in sorted(cents.items())}


def _attempts(facts: Sequence[tuple[int, Fact]]) -> list[dict[str, Any]]:
    counts: dict[tuple[str, str], int] = {}
    for _, attempt in _of(facts, Attempt):
        key = (attempt.provider, attempt.outcome)
        counts[key] = counts.get(key, 0) + 1
    return [
        {"provider": provider, "outcome": outcome, "count": count}
        for (provider, outcome), count in sorted(counts.items())
    ]


def _errors(facts: Sequence[tuple[int, Fact]]) -> list[dict[str, Any]]:
    """Per kind, in the order of first occurrence: what a good grouping shows as one issue."""
    kinds: dict[str, dict[str, Any]] = {}
    for moment, occurrence in _of(facts, Occurrence):
        kind = occurrence.kind
        row = kinds.setdefault(
            kind.id,
            {
                "kind": kind.id,
                "service": kind.service,
                "group": GROUPS[kind.service],
                "type": kind.type,
                "innermost_type": kind.innermost,
                "category": kind.category,
                "first": iso(moment),
                "first_ms": moment,
                "count": 0,
                "by_level": {},
            },
        )
        row["count"] += 1
        row["by_level"][occurrence.level] = row["by_level"].get(occurrence.level, 0) + 1
        row["last_ms"] = moment
    return list(kinds.values())


def _longest_silence(entries: Sequence[Entry]) -> dict[str, Any]:
    """Per group: the longest time between two events, and when it began."""
    last: dict[str, int] = {}
    longest: dict[str, tuple[int, int]] = {}
    for entry in entries:
        gap = entry.moment - last.get(entry.group, entry.moment)
        if gap > longest.get(entry.group, (-1, 0))[0]:
            longest[entry.group] = (gap, last.get(entry.group, entry.moment))
        last[entry.group] = entry.moment
    return {group: {"seconds": gap / 1000, "from": iso(moment)} for group, (gap, moment) in sorted(longest.items())}


def _oddities(facts: Sequence[tuple[int, Fact]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for _, oddity in _of(facts, Oddity):
        counts[oddity.what] = counts.get(oddity.what, 0) + 1
    return dict(sorted(counts.items()))
