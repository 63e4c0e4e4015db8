"""What customers see of a cart."""

from typing import Any

from ..rehearsal.tables import Cart, version

_DISCOUNTS = {"none": 0, "welcome": 10, "friends": 15}
"""Percent off, by code."""


def render(cart: Cart, cents: int) -> dict[str, Any]:
    """A cart with its price."""
    shown: dict[str, Any] = {"cart": cart.id, "sku": cart.sku, "cents": cents}
    if version() >= "1.8.0":
        shown["discounted_cents"] = discounted(cart, cents)
    return shown


def discounted(cart: Cart, cents: int) -> int:
    """The price less the discount of the cart's code. New in 1.8.0."""
    code = cart.attributes["discount_code"]
    return cents * (100 - _DISCOUNTS[code]) // 100
