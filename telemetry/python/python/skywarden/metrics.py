"""Metrics of your own, gathered in the process and written as lines in CloudWatch's embedded metric format: no API call, no agent.

    from skywarden import metrics

    metrics.count("OrdersPlaced", Currency="EUR")
    metrics.distribution("OrderValue", 12.5, unit=metrics.Unit.NONE, Currency="EUR")
    with metrics.timer("PaymentTime"):
        pay()

    @metrics.timer("ReportTime")
    async def report(): ...

Dimensions are for what takes few values: each combination of values is a metric of its own, and is paid for. Nothing here raises on a wrong value: it is
left out, and counted.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, TypeVar, cast

from skywarden import _native

__all__ = ["Timer", "Unit", "count", "distribution", "flush", "gauge", "timer"]

# What timers read, in seconds; skywarden.testing puts another in its place.
clock: Callable[[], float] = time.perf_counter

F = TypeVar("F", bound=Callable[..., Any])


class Unit:
    """Units CloudWatch knows."""

    SECONDS: Final = "Seconds"
    MICROSECONDS: Final = "Microseconds"
    MILLISECONDS: Final = "Milliseconds"
    BYTES: Final = "Bytes"
    KILOBYTES: Final = "Kilobytes"
    MEGABYTES: Final = "Megabytes"
    GIGABYTES: Final = "Gigabytes"
    TERABYTES: Final = "Terabytes"
    BITS: Final = "Bits"
    KILOBITS: Final = "Kilobits"
    MEGABITS: Final = "Megabits"
    GIGABITS: Final = "Gigabits"
    TERABITS: Final = "Terabits"
    PERCENT: Final = "Percent"
    COUNT: Final = "Count"
    BYTES_PER_SECOND: Final = "Bytes/Second"
    KILOBYTES_PER_SECOND: Final = "Kilobytes/Second"
    MEGABYTES_PER_SECOND: Final = "Megabytes/Second"
    GIGABYTES_PER_SECOND: Final = "Gigabytes/Second"
    TERABYTES_PER_SECOND: Final = "Terabytes/Second"
    BITS_PER_SECOND: Final = "Bits/Second"
    KILOBITS_PER_SECOND: Final = "Kilobits/Second"
    MEGABITS_PER_SECOND: Final = "Megabits/Second"
    GIGABITS_PER_SECOND: Final = "Gigabits/Second"
    TERABITS_PER_SECOND: Final = "Terabits/Second"
    COUNT_PER_SECOND: Final = "Count/Second"
    NONE: Final = "None"


def count(name: str, value: float = 1, **dimensions: object) -> None:
    """Adds to a count. What was added in an interval is written as one sum."""
    _native.metric("count", name, value, Unit.COUNT, dimensions)


def gauge(name: str, value: float, *, unit: str = Unit.NONE, **dimensions: object) -> None:
    """Sets a value that goes up and down. The last one of an interval is written."""
    _native.metric("gauge", name, value, unit, dimensions)


def distribution(name: str, value: float, *, unit: str = Unit.NONE, **dimensions: object) -> None:
    """Records one value of many, of which percentiles are wanted."""
    _native.metric("distribution", name, value, unit, dimensions)


def flush() -> None:
    """Writes what was gathered so far."""
    _native.flush_metrics()


class Timer:
    """Times a block, or each call of a function; see :func:`timer`. ``milliseconds`` is what the last block took."""

    __slots__ = ("_began", "_dimensions", "_name", "_unit", "milliseconds")

    def __init__(self, name: str, unit: str, dimensions: dict[str, object]) -> None:
        self._name = name
        self._unit = unit
        self._dimensions = dimensions
        self._began = 0.0
        self.milliseconds: float | None = None

    def __enter__(self) -> Timer:
        self._began = clock()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.milliseconds = (clock() - self._began) * 1000.0
        value = self.milliseconds
        if self._unit == Unit.SECONDS:
            value /= 1000.0
        elif self._unit == Unit.MICROSECONDS:
            value *= 1000.0
        _native.metric("distribution", self._name, value, self._unit, self._dimensions)

    def __call__(self, function: F) -> F:
        """The function, each call of which is timed. Coroutine functions are timed to their end."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def timed_coroutine(*args: Any, **kwargs: Any) -> Any:
                with Timer(self._name, self._unit, self._dimensions):
                    return await function(*args, **kwargs)

            return cast(F, timed_coroutine)

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with Timer(self._name, self._unit, self._dimensions):
                return function(*args, **kwargs)

        return cast(F, timed)


def timer(name: str, *, unit: str = Unit.MILLISECONDS, **dimensions: object) -> Timer:
    """A timer, for ``with`` or as a decorator. What ended by an exception is recorded as well. The unit is one of time."""
    if unit not in (Unit.SECONDS, Unit.MILLISECONDS, Unit.MICROSECONDS):
        raise ValueError(f"a timer measures in seconds, milliseconds or microseconds, not in {unit!r}")
    return Timer(name, unit, dimensions)
