"""How the payments service fails: its kinds of errors with the tracebacks its Python code would print."""

from typing import Any

from .journal import ErrorKind
from .stack import DIRECT_CAUSE, Frame, python_traceback

_SITE = "/usr/local/lib/python3.13/site-packages"
_APP = "/app/payments"

GATEWAY_STATUS = ErrorKind("payments.gateway-status", "payments", "GatewayUnavailable", "HTTPStatusError", "dependency")
GATEWAY_TIMEOUT = ErrorKind(
    "payments.gateway-timeout", "payments", "GatewayTimeout", "ReadTimeout", "timeout.dependency"
)
DECLINED = ErrorKind("payments.declined", "payments", "PaymentDeclined", "PaymentDeclined", None)
SIGNATURE = ErrorKind("payments.webhook-signature", "payments", "InvalidSignature", "InvalidSignature", "auth.authn")
MANDATE = ErrorKind("payments.mandate-attribute", "payments", "AttributeError", "AttributeError", "bug")
IDEMPOTENCY = ErrorKind(
    "payments.idempotency-conflict", "payments", "IdempotencyConflict", "IdempotencyConflict", "conflict"
)
CARD_CHECK = ErrorKind("payments.card-check", "payments", "ValueError", "ValueError", None)

_CHARGE = (
    Frame(f"{_APP}/api.py", 74, "create_payment", "outcome = await gateway.charge(payment)"),
    Frame(f"{_APP}/gateway/client.py", 118, "charge", "raise self._translate(payment, exc) from exc"),
)


def gateway_status(provider: str, host: str, payment: str) -> dict[str, Any]:
    """The provider answered 503."""
    message = f"{provider} answered 503 for payment {payment}"
    cause = python_traceback(
        (
            Frame(f"{_APP}/gateway/client.py", 110, "charge", "response.raise_for_status()"),
            Frame(
                f"{_SITE}/httpx/_models.py",
                829,
                "raise_for_status",
                "raise HTTPStatusError(message, request=request, response=self)",
            ),
        ),
        "httpx.HTTPStatusError",
        f"Server error '503 Service Unavailable' for url 'https://{host}/v71/payments'",
    )
    outer = python_traceback(_CHARGE, "payments.errors.GatewayUnavailable", message)
    return {"type": GATEWAY_STATUS.type, "message": message, "stack": cause + DIRECT_CAUSE + outer}


def gateway_timeout(provider: str, payment: str, waited_ms: int) -> dict[str, Any]:
    """The provider did not answer in time."""
    message = f"{provider} did not answer for payment {payment} within {waited_ms} ms"
    cause = python_traceback(
        (
            Frame(f"{_APP}/gateway/client.py", 108, "charge", "response = await self._http.post(url, json=body)"),
            Frame(f"{_SITE}/httpx/_client.py", 1859, "post", "return await self.request("),
            Frame(
                f"{_SITE}/httpx/_transports/default.py",
                118,
                "map_httpcore_exceptions",
                "raise mapped_exc(message) from exc",
            ),
        ),
        "httpx.ReadTimeout",
        "",
    )
    outer = python_traceback(_CHARGE, "payments.errors.GatewayTimeout", message)
    return {"type": GATEWAY_TIMEOUT.type, "message": message, "stack": cause + DIRECT_CAUSE + outer}


def declined(payment: str) -> dict[str, Any]:
    """The customer's bank said no: business as usual, not a fault."""
    return {"type": DECLINED.type, "message": f"the issuer declined payment {payment}"}


def signature(provider: str, event: str, token: str | None) -> dict[str, Any]:
    """A webhook whose signature does not match; some callers send a bearer token instead."""
    sent = "no signature" if token is None else f"Authorization: Bearer {token}"
    message = f"signature of {provider} webhook {event} does not match, got {sent}"
    stack = python_traceback(
        (
            Frame(f"{_APP}/webhooks/api.py", 40, "receive", "event = verified(request, body)"),
            Frame(f"{_APP}/webhooks/signature.py", 66, "verified", "raise InvalidSignature(event_id)"),
        ),
        "payments.errors.InvalidSignature",
        message,
    )
    return {"type": SIGNATURE.type, "message": message, "stack": stack}


def mandate() -> dict[str, Any]:
    """A bug: SEPA payments of customers without a mandate."""
    message = "'NoneType' object has no attribute 'iban'"
    stack = python_traceback(
        (
            Frame(f"{_APP}/api.py", 74, "create_payment", "outcome = await gateway.charge(payment)"),
            Frame(
                f"{_APP}/methods/sepa.py",
                31,
                "debit",
                "account = payment.customer.mandate.iban\n          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            ),
        ),
        "AttributeError",
        message,
    )
    return {"type": MANDATE.type, "message": message, "stack": stack}


def idempotency(key: str) -> dict[str, Any]:
    """The same idempotency key with another amount; answered with 409."""
    return {"type": IDEMPOTENCY.type, "message": f"idempotency key {key} was used with another amount"}


def card_check(card: str, email: str) -> dict[str, Any]:
    """A message that should never have carried a card number and an address."""
    message = f"card {card} of {email} failed the issuer range check"
    stack = python_traceback(
        (
            Frame(f"{_APP}/methods/card.py", 58, "tokenise", "check_range(number, owner)"),
            Frame(f"{_APP}/methods/ranges.py", 19, "check_range", "raise ValueError(text)"),
        ),
        "ValueError",
        message,
    )
    return {"type": CARD_CHECK.type, "message": message, "stack": stack}
