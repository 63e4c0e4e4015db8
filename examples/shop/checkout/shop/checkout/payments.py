"""What checkout asks of payments: to charge a customer."""

import logging
from dataclasses import dataclass

import httpx

from ..rehearsal.network import client
from .errors import PaymentConflict, PaymentDeclined, PaymentGatewayError

logger = logging.getLogger(__name__)

_TIMEOUT_MS = 2_500

_payments = client("payments", "http://payments.shop.internal:8080", _TIMEOUT_MS, lambda _: "checkout.payment-gateway")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment that went well."""

    payment_id: str
    provider: str


async def charge(order_id: str, cents: int, currency: str) -> Receipt:
    """Charges the customer of an order."""
    body = {"order_id": order_id, "cents": cents, "currency": currency}
    logger.debug("asking payments", extra=body)
    try:
        response = await _payments.post("/payments", json=body, headers={"idempotency-key": order_id})
        if response.status_code == 402:
            raise PaymentDeclined(f"the issuer declined the payment of order {order_id}")
        if response.status_code == 409:
            raise PaymentConflict(f"order {order_id} was paid with another amount")
        response.raise_for_status()
    except httpx.ReadTimeout as error:
        raise PaymentGatewayError(f"payments did not answer for order {order_id} within {_TIMEOUT_MS} ms") from error
    except httpx.HTTPStatusError as error:
        raise PaymentGatewayError(f"payments could not charge order {order_id}") from error
    receipt = response.json()
    return Receipt(receipt["payment_id"], receipt["provider"])
