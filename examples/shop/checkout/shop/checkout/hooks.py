"""Routes for other services: what the catalog calls back for."""

from fastapi import APIRouter
from pydantic import BaseModel

from ..rehearsal.clock import clock
from ..rehearsal.dice import dice

router = APIRouter(prefix="/hooks")


class PriceChange(BaseModel):
    """A price that has changed."""

    sku: int
    cents: int


@router.post("/prices", status_code=204)
async def price_changed(change: PriceChange) -> None:
    """Forgets what is remembered of the product's price."""
    await clock.wait(dice().uniform(2, 12))
