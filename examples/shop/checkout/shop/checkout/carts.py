"""Routes of carts."""

import logging
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from ..rehearsal.tables import Cart, Carts
from .catalog import price_of
from .errors import CartNotFound
from .render import render

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/carts")
carts = Carts()

_LARGE_NOTE = 4_096
"""From so many characters on a cart's note is worth a line."""


class Item(BaseModel):
    """Something put into a cart."""

    sku: int
    quantity: int = Field(gt=0)


class Priced:
    """A cart of the path, with its price of today."""

    def __init__(self, cart: Cart, cents: int) -> None:
        self.cart = cart
        self.cents = cents


async def priced(cart_id: str) -> Priced:
    """Reads the cart, and asks the catalog for its price."""
    cart = await carts.get(cart_id)
    if cart is None:
        raise CartNotFound(f"no cart with id {cart_id}")
    note = cart.attributes["note"]
    if len(note) > _LARGE_NOTE:
        logger.info("large cart restored", extra={"cart_id": cart_id, "note": note})
    return Priced(cart, await price_of(cart.sku))


@router.get("/{cart_id}")
async def read(found: Annotated[Priced, Depends(priced)]) -> dict[str, Any]:
    """Shows a cart."""
    return render(found.cart, found.cents)


@router.post("/{cart_id}/items", status_code=201)
async def add(item: Item, found: Annotated[Priced, Depends(priced)]) -> dict[str, Any]:
    """Puts something into a cart."""
    await carts.put(found.cart)
    return {"cart": found.cart.id, "sku": item.sku, "quantity": item.quantity, "cents": found.cents}
