"""What is bound holds where it should, and nowhere else."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import skywarden
from skywarden import _native
from skywarden.testing import capture

logger = logging.getLogger("context")


@pytest.fixture(autouse=True)
def nothing_bound() -> Iterator[None]:
    token = _native.CONTEXT.set(None)
    yield
    _native.CONTEXT.reset(token)


@pytest.fixture
def request_() -> Iterator[_native.Request]:
    """A request in progress."""
    request = _native.Request({"type": "http", "method": "GET", "path": "/", "headers": [(b"x-request-id", b"r-1")]})
    token = _native.CONTEXT.set(request.context)
    yield request
    _native.CONTEXT.reset(token)


def fields(lines: Any) -> list[dict[str, Any]]:
    return [line.get("fields", {}) for line in lines]


def test_binding_and_unbinding_outside_of_a_request() -> None:
    with capture() as lines:
        skywarden.bind(a=1, user_id="u")
        skywarden.bind(a=2, b={"deep": [1]})
        logger.info("m")
        skywarden.unbind("a", "user_id", "never bound")
        logger.info("m")
        skywarden.clear()
        logger.info("m")
        skywarden.clear()
        skywarden.unbind("x")
        skywarden.bind()
        first, second, third = lines
    assert (first["user_id"], first["fields"]) == ("u", {"a": 2, "b": {"deep": [1]}})
    assert (second.get("user_id"), second["fields"]) == (None, {"b": {"deep": [1]}})
    assert "fields" not in third


def test_a_line_s_own_fields_win() -> None:
    with capture() as lines, skywarden.scope(a=1, user_id="bound"):
        logger.info("m", extra={"a": 2, "user_id": "own"})
        (line,) = lines
    assert (line["user_id"], line["fields"]) == ("own", {"a": 2})


def test_scopes_nest_and_end() -> None:
    with capture() as lines:
        with skywarden.scope(a=1):
            with skywarden.scope(b=2, a=3):
                logger.info("m")
            logger.info("m")
            with pytest.raises(KeyError), skywarden.scope(c=1):
                raise KeyError
        logger.info("m")
        assert fields(lines) == [{"a": 3, "b": 2}, {"a": 1}, {}]


def test_a_scope_left_in_another_context_ends_as_well() -> None:
    def generator() -> Iterator[None]:
        with skywarden.scope(a=1):
            yield

    running = generator()
    contextvars.copy_context().run(next, running)
    with pytest.raises(StopIteration):
        next(running)
    assert skywarden.current() == {}


def test_values_are_written_down_at_once() -> None:
    items = [1]
    with capture() as lines, skywarden.scope(items=items):
        items.append(2)
        logger.info("m")
        assert fields(lines) == [{"items": [1]}]


def test_values_are_masked_once_and_for_all() -> None:
    with capture() as lines:
        skywarden.bind(password="hunter2", mail="ann@example.com")
        logger.info("m")
        assert "hunter2" not in repr(lines)
        assert "ann@" not in repr(lines)
        assert "hunter2" not in repr(skywarden.current())


def test_what_is_bound_in_a_request_holds_for_all_of_it(request_: _native.Request) -> None:
    with capture() as lines:
        assert skywarden.request_id() == "r-1"
        contextvars.copy_context().run(skywarden.bind, user_id="u", a=1)
        logger.info("m")
        assert skywarden.current()["user_id"] == "u"
        with skywarden.scope(a=2):
            logger.info("m")
        contextvars.copy_context().run(skywarden.unbind, "a")
        logger.info("m")
        skywarden.clear()
        logger.info("m")
    # Lines of a request go where they went when it began.
    assert len(lines) == 0
    assert set(skywarden.current()) == {"request_id", "trace_id", "span_id", "trace_flags", "xray_trace_id"}


def test_tasks_of_a_request_keep_what_they_bind_themselves(request_: _native.Request) -> None:
    async def work(number: int) -> dict[str, Any]:
        skywarden.bind(number=number)
        await asyncio.sleep(0)
        return skywarden.current()

    async def all_of_them() -> list[dict[str, Any]]:
        return await asyncio.gather(*(work(number) for number in range(5)))

    assert [found["number"] for found in asyncio.run(all_of_them())] == list(range(5))


def test_headers_for_other_services(request_: _native.Request) -> None:
    headers = skywarden.headers()
    assert headers["x-request-id"] == "r-1"
    current = skywarden.current()
    assert headers["traceparent"] == f"00-{current['trace_id']}-{current['span_id']}-01"
    assert headers["x-amzn-trace-id"].startswith(f"Root={current['xray_trace_id']};Parent={current['span_id']}")


def test_outside_of_a_request_there_is_none() -> None:
    assert skywarden.request_id() is None
    assert skywarden.headers() == {}
    assert skywarden.current() == {}


def test_threads_have_what_is_propagated_and_nothing_else() -> None:
    def current() -> dict[str, Any]:
        return skywarden.current()

    with ThreadPoolExecutor(4) as pool, skywarden.scope(a=1):
        bound = skywarden.propagate(current)
        # The same function, at the same time.
        assert [future.result() for future in [pool.submit(bound) for _ in range(20)]] == [{"a": 1}] * 20
        assert pool.submit(current).result() == {}
        assert pool.submit(skywarden.propagate(lambda: skywarden.bind(b=1))).result() is None
        assert pool.submit(current).result() == {}
    assert bound.__name__ == "current"


def test_threads_do_not_share() -> None:
    found: list[dict[str, Any]] = []

    def work(number: int) -> None:
        for turn in range(100):
            skywarden.bind(number=number, turn=turn)
            assert skywarden.current() == {"number": number, "turn": turn}
        found.append(skywarden.current())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each["number"] for each in found) == list(range(8))


def test_binding_never_raises_for_what_is_bound() -> None:
    class Hostile:
        def __str__(self) -> str:
            raise RuntimeError("no")

    cyclic: list[Any] = []
    cyclic.append(cyclic)
    skywarden.bind(hostile=Hostile(), cyclic=cyclic, nan=float("nan"), half="\ud800", large="x" * 10_000_000, **{f"f{n}": n for n in range(500)})
    with capture() as lines:
        logger.info("m")
        (line,) = lines
    assert len(line["fields"]) <= 150
    assert line["dropped_fields"] > 0
