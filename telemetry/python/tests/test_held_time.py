"""Time that is held, and ids that follow from a number."""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import skywarden
from fastapi import FastAPI
from skywarden import metrics, testing
from skywarden.asgi import ObservabilityMiddleware

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.timezone.utc)
SECOND = 1_000_000_000

# The client's own lines are not what is tested.
LEVELS = {"default": "INFO", "httpx": "WARNING"}

app = FastAPI()
app.add_middleware(ObservabilityMiddleware)


@app.get("/waits")
async def waits() -> None:
    """Takes a second and a half, by the held clock."""
    testing.hold_time(NOON + datetime.timedelta(seconds=1.5))
    logging.getLogger("orders").info("waited")


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    testing.hold_time(None)
    testing.seed_ids(None)


async def request() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        await client.get("/waits")


async def test_lines_have_the_held_time_and_requests_last_as_long_as_it_moved() -> None:
    with testing.capture(levels=LEVELS) as lines:
        testing.hold_time(NOON)
        await request()
        waited, told = lines
    assert (waited["message"], waited["timestamp"]) == ("waited", "2026-11-20T12:00:01.500Z")
    assert (told["timestamp"], told["http"]["duration_ms"]) == ("2026-11-20T12:00:01.500Z", 1500.0)


async def test_the_same_seed_gives_the_same_ids_and_another_one_others() -> None:
    def ids(lines: testing.Lines) -> list[str]:
        return [lines[-1][key] for key in ("request_id", "trace_id", "span_id")]

    found = []
    for seed in (7, 7, 2**64 - 1, None, None):
        with testing.capture(levels=LEVELS) as lines:
            testing.hold_time(NOON)
            testing.seed_ids(seed)
            await request()
            found.append(ids(lines))
    assert found[0] == found[1]
    assert len({json.dumps(one) for one in found}) == 4


def test_metrics_and_timers_go_by_the_held_time() -> None:
    with testing.capture(project="shop", service="orders", environment="prod") as lines:
        testing.hold_time(NOON)
        with metrics.timer("PaymentTime"):
            testing.hold_time(1_795_176_000 * SECOND + SECOND // 4)
        skywarden.flush()
        (document,) = lines.metrics()
    assert document["PaymentTime"] == pytest.approx(250, abs=0.001)
    assert document["_aws"]["Timestamp"] == 1_795_176_000_250


def test_time_goes_on_when_it_is_let_go_of() -> None:
    with testing.capture(level="INFO") as lines:
        testing.hold_time(0)
        logging.getLogger("orders").info("then")
        testing.hold_time(None)
        logging.getLogger("orders").info("now")
        then, now = lines
    assert then["timestamp"] == "1970-01-01T00:00:00.000Z"
    assert now["timestamp"] > "2026"


def test_a_datetime_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        testing.hold_time(NOON.replace(tzinfo=None))
