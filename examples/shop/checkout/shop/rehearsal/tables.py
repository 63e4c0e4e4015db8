"""The tables of the services: carts of checkout, keys of payments. What is in them follows from chance."""

import os
from dataclasses import dataclass

from .clock import clock
from .day import day
from .dice import Quantiles, dice
from .facts import fault

_OWN_WORK: Quantiles = ((0.0, 3), (0.5, 14), (0.9, 38), (0.99, 90), (0.999, 240), (1.0, 520))
_KEY_LOOKUP: Quantiles = ((0.0, 1.5), (1.0, 9.0))

LARGE_CART = "c7777777"
"""A cart whose owner has written a letter of ten kilobytes."""


class ProvisionedThroughputExceededException(Exception):
    """As the SDK raises it when a table of DynamoDB takes no more writes for the moment."""


class Attributes(dict[str, str]):
    """What a cart says of itself."""

    def __missing__(self, key: str) -> str:
        fault("checkout.discount-key")
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart as it lies in the table."""

    id: str
    sku: int
    attributes: Attributes


class Carts:
    """The table of carts."""

    async def get(self, cart_id: str) -> Cart | None:
        """The cart; none when there is none, or no longer: ids of expired carts begin with `x`."""
        await clock.wait(dice().quantile(_OWN_WORK))
        if cart_id.startswith("x"):
            return None
        attributes = Attributes(discount_code="none", note="please ring twice ")
        if cart_id == LARGE_CART:
            attributes["note"] *= 600
        if dice().chance(0.016 * day.faults(clock.now())):
            # Written before there were discounts.
            del attributes["discount_code"]
        return Cart(cart_id, dice().whole(10_000, 49_999), attributes)

    async def put(self, cart: Cart) -> None:
        """Writes the cart, unless too much is written to the table at the moment."""
        if dice().chance(0.010 * day.faults(clock.now()) ** 2):
            # Four retries with back-off come before the error.
            await clock.wait(dice().uniform(180, 420))
            fault("checkout.dynamodb-throttled")
            raise ProvisionedThroughputExceededException(
                "An error occurred (ProvisionedThroughputExceededException) when calling the UpdateItem operation (reached max "
                f"retries: 4): the level of configured provisioned throughput of the table was exceeded, cart {cart.id}"
            )
        await clock.wait(dice().uniform(2, 9))


class IdempotencyKeys:
    """Which payment each idempotency key was used for."""

    async def is_taken(self, key: str) -> bool:
        """Whether the key was used with another amount before."""
        await clock.wait(dice().quantile(_KEY_LOOKUP))
        taken = dice().chance(0.002)
        if taken:
            fault("payments.idempotency-conflict", "WARNING")
        return taken


def version() -> str:
    """The release of the service that runs."""
    return os.environ.get("SHOP_VERSION", day.deploy_version)
