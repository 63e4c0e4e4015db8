"""Asks the providers for money."""

import logging

import httpx

from ..rehearsal.network import client
from ..rehearsal.providers import Providers
from .adapters import Attempt
from .errors import GatewayTimeout, GatewayUnavailable, PaymentDeclined
from .sepa import debtor

logger = logging.getLogger(__name__)

_TIMEOUT_MS = 3_000

_providers = client("providers", "", _TIMEOUT_MS, lambda _: "payments.gateway", fake=Providers())


async def charge(attempt: Attempt) -> None:
    """Charges a customer through the attempt's provider."""
    provider = attempt.adapter.name
    body = {"payment": attempt.payment_id, "cents": attempt.cents, "currency": attempt.currency}
    if attempt.method == "sepa":
        body["debtor"] = debtor(attempt)
    logger.debug("asking the provider", extra={"provider": provider, "method": attempt.method})
    url = f"https://{attempt.adapter.host}/v71/payments"
    try:
        response = await _providers.post(url, json=body, headers={"x-method": attempt.method})
        if response.status_code == 402:
            attempt.outcome = "declined"
            raise PaymentDeclined(f"the issuer declined payment {attempt.payment_id}: {response.json()['reason']}")
        response.raise_for_status()
    except httpx.ReadTimeout as error:
        raise GatewayTimeout(f"{provider} did not answer for payment {attempt.payment_id} within {_TIMEOUT_MS} ms") from error
    except httpx.HTTPStatusError as error:
        raise GatewayUnavailable(f"{provider} answered {error.response.status_code} for payment {attempt.payment_id}") from error
    attempt.outcome = "ok"
