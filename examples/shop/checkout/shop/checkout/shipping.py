"""Routes of shipping: what the carriers ask for."""

import asyncio

from fastapi import APIRouter

from ..rehearsal.partners import CARRIERS, carrier_price
from .errors import NoCarrier

router = APIRouter(prefix="/shipping")


class CarrierSilent(Exception):
    """A carrier did not answer."""


async def quote(carrier: str) -> int:
    """The price of one carrier, in cents."""
    cents = await carrier_price(carrier)
    if cents is None:
        raise CarrierSilent(f"carrier {carrier} did not answer")
    return cents


@router.get("/quotes")
async def quotes() -> dict[str, int]:
    """The prices of all carriers, asked for at the same time."""
    try:
        async with asyncio.TaskGroup() as group:
            asked = {carrier: group.create_task(quote(carrier)) for carrier in CARRIERS}
    except ExceptionGroup as silent:
        raise NoCarrier("no carrier answered") from silent
    return {carrier: task.result() for carrier, task in asked.items()}
