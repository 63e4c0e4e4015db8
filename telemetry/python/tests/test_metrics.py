"""Metrics of one's own, in the embedded metric format."""

from __future__ import annotations

import asyncio
import math
import threading
from typing import Any

import pytest

from skywarden import metrics
from skywarden.testing import Lines, capture


def values(lines: Lines, name: str) -> list[tuple[Any, dict[str, Any]]]:
    """Value, and dimensions by name, of each document that has the metric."""
    found = []
    for document in lines.metrics():
        (directive,) = document["_aws"]["CloudWatchMetrics"]
        if name in [metric["Name"] for metric in directive["Metrics"]]:
            (dimensions,) = directive["Dimensions"]
            found.append((document[name], {dimension: document[dimension] for dimension in dimensions}))
    return found


def samples(value: Any) -> list[float]:
    """Samples of a metric: one number, a list, or values with their counts."""
    if isinstance(value, dict):
        return [each for each, count in zip(value["Values"], value["Counts"], strict=True) for _ in range(count)]
    return value if isinstance(value, list) else [value]


def units(lines: Lines) -> dict[str, str]:
    return {m["Name"]: m["Unit"] for document in lines.metrics() for directive in document["_aws"]["CloudWatchMetrics"] for m in directive["Metrics"]}


def test_counts_gauges_and_distributions() -> None:
    with capture(metrics={"namespace": "shop/prod/orders"}) as lines:
        metrics.count("Orders", Currency="EUR")
        metrics.count("Orders", 2, Currency="EUR")
        metrics.count("Orders", Currency="USD")
        metrics.gauge("Depth", 5)
        metrics.gauge("Depth", 3, unit=metrics.Unit.COUNT)
        metrics.gauge("Queue", 3, unit=metrics.Unit.COUNT)
        for value in (1.5, 1.5, 4):
            metrics.distribution("Value", value)
        metrics.flush()
        found = lines.metrics()
        assert {document["_aws"]["CloudWatchMetrics"][0]["Namespace"] for document in found} == {"shop/prod/orders"}
        assert sorted(values(lines, "Orders"), key=repr) == [(1, {"Currency": "USD"}), (3, {"Currency": "EUR"})]
        assert values(lines, "Queue") == [(3, {})]
        ((distribution, dimensions),) = values(lines, "Value")
        assert dimensions == {}
        assert sorted(samples(distribution)) == [1.5, 1.5, 4]
        assert units(lines)["Orders"] == "Count"


def test_timers() -> None:
    with capture(metrics={"namespace": "n"}) as lines:
        with metrics.timer("Block", Step="one") as timer:
            pass
        with pytest.raises(KeyError), metrics.timer("Block", Step="two"):
            raise KeyError

        @metrics.timer("Call", unit=metrics.Unit.SECONDS)
        def call(value: int) -> int:
            """Its doc."""
            return value

        @metrics.timer("Await")
        async def awaited() -> int:
            await asyncio.sleep(0.02)
            return 7

        assert (call(5), call(6), call.__doc__) == (5, 6, "Its doc.")
        assert asyncio.run(awaited()) == 7
        metrics.flush()
        assert timer.milliseconds is not None and timer.milliseconds >= 0
        assert sorted(dimensions["Step"] for _, dimensions in values(lines, "Block")) == ["one", "two"]
        ((seconds, _),) = values(lines, "Call")
        assert len(samples(seconds)) == 2
        ((milliseconds, _),) = values(lines, "Await")
        (took,) = samples(milliseconds)
        assert took >= 20
        assert units(lines) == {"Block": "Milliseconds", "Call": "Seconds", "Await": "Milliseconds"}
    with pytest.raises(ValueError, match="Bytes"):
        metrics.timer("x", unit=metrics.Unit.BYTES)


def test_what_cannot_be_counted_is_told_once_and_raises_nothing() -> None:
    class Hostile:
        def __str__(self) -> str:
            raise RuntimeError("no")

    with capture(metrics={"namespace": "n"}) as lines:
        for value in (math.nan, math.inf, "text", None, object(), 10**400):
            metrics.distribution("Wrong", value)  # type: ignore[arg-type]
        metrics.count("Wrong", -1)
        metrics.count("")
        metrics.count("Fine", Dimension=Hostile())
        metrics.count("Half \ud800")
        metrics.distribution("Unit", 1, unit="Furlongs")
        metrics.flush()
        told = [line["fields"]["reason"] for line in lines if line.get("logger") == "skywarden"]
        assert "out_of_range" in told
        assert "unit" in told
        assert len(told) == len(set(zip(told, [line["fields"]["metric"] for line in lines if line.get("logger") == "skywarden"], strict=True)))
        assert values(lines, "Wrong") == []


def test_without_metrics_nothing_is_said_of_them() -> None:
    with capture() as lines:
        metrics.flush()
        assert len(lines) == 0


def test_threads_count_together() -> None:
    with capture(metrics={"namespace": "n"}) as lines:

        def work() -> None:
            for _ in range(1000):
                metrics.count("Hits", Place="x")

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        metrics.flush()
        assert values(lines, "Hits") == [(8000, {"Place": "x"})]
