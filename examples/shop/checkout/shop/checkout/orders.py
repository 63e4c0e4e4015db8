"""Routes of orders: a cart becomes an order when its goods are put aside and its customer has paid."""

import logging
from typing import Any

import skywarden
from fastapi import APIRouter, BackgroundTasks
from pydantic import BaseModel, Field
from skywarden import metrics

from ..rehearsal.clock import clock
from ..rehearsal.dice import dice
from . import payments
from .catalog import reserve
from .packing import announce

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/orders")


class Item(BaseModel):
    """Something ordered."""

    sku: int
    quantity: int = Field(gt=0)
    cents: int


class Order(BaseModel):
    """An order as the shop's front end sends it."""

    customer: str
    currency: str
    shipping: str
    items: list[Item] = Field(min_length=1)

    @property
    def cents(self) -> int:
        """What the order costs."""
        return sum(item.cents * item.quantity for item in self.items)


@router.post("", status_code=201)
async def place(order: Order, background: BackgroundTasks) -> dict[str, Any]:
    """Places an order."""
    skywarden.bind(user_id=order.customer)
    order_id = f"o{dice().whole(5_000_000, 9_999_999)}"
    first = order.items[0]
    await reserve(order_id, first.sku, first.quantity)
    receipt = await payments.charge(order_id, order.cents, order.currency)
    # The business metrics of skywarden.yaml are computed from this line.
    logger.info(
        "order placed",
        extra={
            "event": "order_placed",
            "order_id": order_id,
            "amount": order.cents / 100,
            "currency": order.currency,
            "items": len(order.items),
            "shipping": order.shipping,
        },
    )
    # This one is written as a metric by the application itself.
    metrics.distribution("ItemsPerOrder", len(order.items), unit=metrics.Unit.COUNT)
    background.add_task(announce, order_id)
    return {"order_id": order_id, "payment_id": receipt.payment_id, "provider": receipt.provider}


@router.get("/{order_id}")
async def read(order_id: str) -> dict[str, str]:
    """Says how far an order is."""
    await clock.wait(dice().uniform(3, 40))
    return {"order_id": order_id, "state": "packed"}
