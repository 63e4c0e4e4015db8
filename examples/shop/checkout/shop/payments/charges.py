"""Routes of payments and refunds."""

import logging
from typing import Annotated

import skywarden
from fastapi import APIRouter, Header
from pydantic import BaseModel
from skywarden import metrics

from ..rehearsal.clock import clock
from ..rehearsal.customers import mandate_of_today
from ..rehearsal.dice import dice
from ..rehearsal.facts import note
from ..rehearsal.tables import IdempotencyKeys
from . import gateway
from .adapters import ADAPTERS, Attempt, Mandate
from .errors import IdempotencyConflict, PaymentDeclined

logger = logging.getLogger("shop.payments.gateway")
router = APIRouter()
keys = IdempotencyKeys()


class Charge(BaseModel):
    """What a customer is to pay."""

    order_id: str
    cents: int
    currency: str


class Refund(BaseModel):
    """What a customer is to get back."""

    card: str
    email: str
    cents: int


@router.post("/payments")
async def create(charge: Charge, idempotency_key: Annotated[str, Header()]) -> dict[str, str]:
    """Takes a payment."""
    skywarden.bind(order_id=charge.order_id)
    if await keys.is_taken(idempotency_key):
        raise IdempotencyConflict(f"idempotency key {idempotency_key} was used with another amount")
    attempt = attempted(charge)
    began = clock.now()
    try:
        await gateway.charge(attempt)
    except PaymentDeclined as declined:
        level = logging.getLevelNamesMapping()[attempt.adapter.decline_level]
        logging.getLogger(attempt.adapter.logger).log(level, "payment declined", exc_info=declined)
        raise
    finally:
        told(attempt, (clock.now() - began) / 1_000)
    await clock.wait(dice().uniform(1.5, 9.0))
    return {"payment_id": attempt.payment_id, "provider": attempt.adapter.name}


def attempted(charge: Charge) -> Attempt:
    """The attempt to take a payment: by the provider and the method the customer has chosen."""
    adapter = dice().weighted([(adapter, adapter.share) for adapter in ADAPTERS])
    method = dice().weighted(adapter.methods)
    iban = mandate_of_today() if method == "sepa" else None
    mandate = Mandate(iban) if iban is not None else None
    return Attempt(f"pay_1{dice().hex(9)}", charge.order_id, adapter, method, charge.cents, charge.currency, mandate)


def told(attempt: Attempt, duration_ms: float) -> None:
    """Tells of an attempt. The business metrics of skywarden.yaml are computed from this line."""
    fields = attempt.fields()
    logger.info("payment attempt", extra={"event": "payment_attempt", "duration_ms": duration_ms, **fields})
    metrics.count("PaymentAttempts", Method=attempt.method)
    note("attempt", provider=attempt.adapter.name, outcome=attempt.outcome, duration_ms=duration_ms)


@router.post("/refunds", status_code=202)
async def refund(refund: Refund) -> None:
    """Gives money back."""
    # Whoever wrote this did not think of what ends up in the log. The library did.
    logger.info(f"refund to {refund.card} asked by {refund.email}")
    headers = {"Authorization": f"Bearer {dice().hex(40)}", "X-Api-Key": dice().hex(32)}
    logger.info("calling provider", extra={"headers": headers, "body": refund.model_dump_json()})
    await clock.wait(dice().uniform(20, 90))
