"""The payment providers: quick as a rule, out of order in the payment outage, and they say no now and then."""

import httpx

from .clock import clock
from .day import day
from .dice import Quantiles, dice
from .facts import fault

_ANSWER: Quantiles = ((0.0, 48), (0.5, 112), (0.9, 195), (0.99, 290), (0.999, 620), (1.0, 1_250))
_REFUSAL: Quantiles = ((0.0, 25), (0.5, 90), (0.9, 260), (1.0, 700))
_NO_ANSWER_MS = 60_000
_DECLINE_SHARE = {"card": 0.048, "sepa": 0.015, "wallet": 0.012}
_REASONS = ("insufficient_funds", "do_not_honor", "expired_card", "limit_exceeded")


class Providers(httpx.AsyncBaseTransport):
    """Answers for all of them."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the provider that is asked for a payment."""
        moment, draw = clock.now(), dice()
        affected = "paypal" not in request.url.host
        outage = 0.88 * day.strength("payment-outage", moment) if affected else 0.0
        if draw.chance(max(outage, 0.003 * day.faults(moment) ** 2)):
            if draw.chance(0.6):
                await clock.wait(draw.quantile(_REFUSAL))
                return httpx.Response(503, request=request)
            await clock.wait(_NO_ANSWER_MS)
            return httpx.Response(504, request=request)
        await clock.wait(draw.quantile(_ANSWER))
        if draw.chance(_DECLINE_SHARE[request.headers["x-method"]]):
            fault("payments.declined", "ERROR" if "adyen" in request.url.host else "WARNING")
            return httpx.Response(402, json={"reason": draw.pick(_REASONS)}, request=request)
        return httpx.Response(200, json={"status": "authorised"}, request=request)
