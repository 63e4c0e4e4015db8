"""What checkout asks the catalog: prices, and to put goods aside."""

import logging

import httpx

from ..rehearsal.network import client
from .errors import CatalogUnavailable, StockConflict

logger = logging.getLogger(__name__)

_TIMEOUT_MS = 5_500


def _kind(request: httpx.Request) -> str:
    return "checkout.reservation" if request.method == "POST" else "checkout.catalog"


_catalog = client("catalog", "http://catalog.shop.internal:8080", _TIMEOUT_MS, _kind)


async def price_of(sku: int) -> int:
    """The price of a product, in cents."""
    logger.debug("asking for a price", extra={"sku": sku})
    try:
        response = await _catalog.get(f"/products/{sku}")
        response.raise_for_status()
    except httpx.ReadTimeout as error:
        raise CatalogUnavailable(f"catalog did not answer for sku {sku} within {_TIMEOUT_MS} ms") from error
    except httpx.HTTPStatusError as error:
        raise CatalogUnavailable(f"catalog has no price for sku {sku}") from error
    cents: int = response.json()["cents"]
    return cents


async def reserve(order_id: str, sku: int, quantity: int) -> None:
    """Puts goods aside for an order."""
    logger.debug("asking for goods", extra={"sku": sku, "quantity": quantity})
    try:
        response = await _catalog.post("/reservations", json={"order_id": order_id, "sku": sku, "quantity": quantity})
        if response.status_code == 409:
            left = response.json()["left"]
            raise StockConflict(f"stock of sku {sku} is too low: {quantity} wanted, {left} left")
        response.raise_for_status()
    except httpx.ReadTimeout as error:
        raise CatalogUnavailable(f"catalog did not reserve for order {order_id} within {_TIMEOUT_MS} ms") from error
    except httpx.HTTPStatusError as error:
        raise CatalogUnavailable(f"catalog could not reserve for order {order_id}") from error
