"""Routes that providers call back."""

import hashlib
import hmac
from typing import Annotated

import skywarden
from fastapi import APIRouter, Header, Request

from ..rehearsal.clock import clock
from ..rehearsal.dice import dice
from .errors import InvalidSignature

router = APIRouter(prefix="/webhooks")

SIGNING_KEY = b"whsec-of-the-example"
"""What a provider signs with. A real service reads it from Secrets Manager."""


def signature(body: bytes) -> str:
    """What a provider signs the body with."""
    return hmac.new(SIGNING_KEY, body, hashlib.sha256).hexdigest()


def verified(provider: str, event: str, body: bytes, signed: str | None, authorization: str | None) -> None:
    """Refuses what the provider has not signed."""
    if signed is None or not hmac.compare_digest(signed, signature(body)):
        sent = f"Authorization: {authorization}" if authorization else "no signature"
        raise InvalidSignature(f"signature of {provider} webhook {event} does not match, got {sent}")


@router.post("/{provider}", status_code=204)
async def receive(
    provider: str,
    request: Request,
    x_event: Annotated[str, Header()],
    x_signature: Annotated[str | None, Header()] = None,
    authorization: Annotated[str | None, Header()] = None,
) -> None:
    """Takes note of a payment's progress."""
    await clock.wait(dice().uniform(2, 19))
    try:
        verified(provider, x_event, await request.body(), x_signature, authorization)
    except InvalidSignature as error:
        skywarden.capture_exception(error, message="webhook refused", logger=__name__, provider=provider)
        raise
