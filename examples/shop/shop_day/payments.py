"""The payments service: a Python application on ECS in front of three payment providers."""

from dataclasses import dataclass
from typing import Any

from . import payments_errors as errors
from . import people
from .clock import DAY_END, DAY_START, MINUTE
from .dice import Dice, Quantiles
from .incidents import PAYMENT_OUTAGE
from .journal import Attempt, ErrorKind, Fact, Journal, Occurrence, Oddity, Request
from .record import Service, Trace, http, level_of
from .traffic import fault_share, share_of_peak

GROUP = "/ecs/shop-payments"
SERVICE = Service("payments", GROUP, "0.9.12")

PROVIDER_TIMEOUT_MS = 3_000

_ANSWER: Quantiles = ((0.0, 48), (0.5, 112), (0.9, 195), (0.99, 290), (0.999, 620), (1.0, 1_250))
_REFUSAL: Quantiles = ((0.0, 25), (0.5, 90), (0.9, 260), (1.0, 700))
_POLL_EVERY = 2 * MINUTE

_PROVIDERS = (("stripe", 0.46), ("adyen", 0.34), ("paypal", 0.20))
_HOSTS = {
    "stripe": "api.stripe.example.com",
    "adyen": "checkout-live.adyen.example.com",
    "paypal": "api-m.paypal.example.com",
}
_METHODS = {
    "stripe": (("card", 0.72), ("wallet", 0.20), ("sepa", 0.08)),
    "adyen": (("card", 0.70), ("sepa", 0.30)),
    "paypal": (("wallet", 1.0),),
}
_DECLINE_SHARE = {"card": 0.048, "sepa": 0.015, "wallet": 0.012}
_REASONS = ("insufficient_funds", "do_not_honor", "expired_card", "limit_exceeded")


@dataclass(frozen=True, slots=True)
class Charge:
    """What the caller sees of a payment: the HTTP status, and how long the answer took in milliseconds."""

    status: int
    duration_ms: float


@dataclass(frozen=True, slots=True)
class _Result:
    """What happened to an attempt; the kind is absent when there is no error to log."""

    outcome: str
    status: int
    duration_ms: float
    kind: ErrorKind | None = None
    error: dict[str, Any] | None = None


class Payments:
    """Writes the day of the payments service: charges as checkout asks for them, and its own background work."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._dice = Dice("payments")
        self._tasks = tuple(f"payments/payments/{self._dice.hex(32)}" for _ in range(2))

    def charge(self, moment: int, trace: Trace, order: str, currency: str) -> Charge:
        """Takes a payment that arrives at the moment; writes its lines."""
        dice = self._dice
        ids, stream = trace.fields(dice.hex(16)), dice.pick(self._tasks)
        if dice.chance(0.002):
            error = errors.idempotency(dice.uuid())
            self._log_request(moment + 6, stream, ids, "POST", "/payments", 409, 6.2, errors.IDEMPOTENCY, error)
            return Charge(409, 6.2)

        provider = dice.weighted(_PROVIDERS)
        method = dice.weighted(_METHODS[provider])
        payment = f"pay_1{dice.hex(9)}"
        result = self._attempt(moment, provider, method, payment)
        end = moment + int(result.duration_ms)
        line = SERVICE.line(
            end,
            "INFO",
            "payments.gateway",
            "payment attempt",
            **ids,
            event="payment_attempt",
            provider=provider,
            method=method,
            currency=currency,
            outcome=result.outcome,
            duration_ms=round(result.duration_ms, 1),
            fields={"payment_id": payment, "order_id": order},
        )
        self._journal.add(end, GROUP, stream, line, Attempt(provider, result.outcome))
        if result.outcome == "declined":
            self._log_decline(end, stream, ids, provider, payment)
        total_ms = result.duration_ms + dice.uniform(1.5, 9.0)
        end = moment + int(total_ms)
        self._log_request(end, stream, ids, "POST", "/payments", result.status, total_ms, result.kind, result.error)
        if result.outcome == "ok" and dice.chance(0.5):
            self._receive_webhook(end + dice.whole(700, 55_000), provider)
        return Charge(result.status, total_ms)

    def run_background(self) -> None:
        """The settlement poller, which also keeps the log alive at night."""
        dice = self._dice
        for moment in range(DAY_START + 7_000, DAY_END, _POLL_EVERY):
            when, stream = moment + dice.whole(0, 4_000), self._tasks[0]
            settled = int(dice.uniform(0, 9) * share_of_peak(moment))
            more = {"fields": {"settled": settled, "failed": 0}}
            message = "settlement poll finished with 0 errors"
            line = SERVICE.line(when, "INFO", "payments.settlement", message, **more)
            self._journal.add(when, GROUP, stream, line, Oddity("zero-errors"))

    def _attempt(self, moment: int, provider: str, method: str, payment: str) -> _Result:
        dice = self._dice
        affected = provider != "paypal"
        outage = 0.88 * PAYMENT_OUTAGE.strength(moment) if affected else 0.0
        busy = fault_share(moment)
        if dice.chance(max(outage, 0.003 * busy * busy)):
            if dice.chance(0.6):
                error = errors.gateway_status(provider, _HOSTS[provider], payment)
                return _Result("error", 502, dice.quantile(_REFUSAL), errors.GATEWAY_STATUS, error)
            error = errors.gateway_timeout(provider, payment, PROVIDER_TIMEOUT_MS)
            return _Result("error", 504, PROVIDER_TIMEOUT_MS + dice.uniform(0, 9), errors.GATEWAY_TIMEOUT, error)
        duration_ms = dice.quantile(_ANSWER)
        if method == "sepa" and dice.chance(0.022 * busy):
            return _Result("error", 500, 4.0 + dice.uniform(0, 9), errors.MANDATE, errors.mandate())
        if dice.chance(_DECLINE_SHARE[method]):
            return _Result("declined", 402, duration_ms)
        return _Result("ok", 200, duration_ms)

    def _log_decline(self, moment: int, stream: str, ids: dict[str, Any], provider: str, payment: str) -> None:
        """The adapter for adyen is older and logs declines as errors; a rule of the config has to know better."""
        level = "ERROR" if provider == "adyen" else "WARNING"
        error = errors.declined(payment)
        fields = {"reason": self._dice.pick(_REASONS), "provider": provider}
        logger = f"payments.adapters.{provider}"
        line = SERVICE.line(moment, level, logger, "payment declined", **ids, error=error, fields=fields)
        self._journal.add(moment, GROUP, stream, line, Occurrence(errors.DECLINED, level, error["message"]))

    def _receive_webhook(self, moment: int, provider: str) -> None:
        dice = self._dice
        trace = Trace.start(dice)
        ids, stream = trace.fields(dice.hex(16)), dice.pick(self._tasks)
        event = f"evt_1{dice.hex(11)}"
        duration_ms = dice.uniform(2, 19)
        if dice.chance(0.006):
            error = errors.signature(provider, event, people.BEARER_TOKEN if dice.chance(0.4) else None)
            occurrence = Occurrence(errors.SIGNATURE, "ERROR", error["message"])
            message = "webhook refused"
            line = SERVICE.line(moment, "ERROR", "payments.webhooks", message, **ids, error=error)
            self._journal.add(moment, GROUP, stream, line, occurrence)
            self._log_request(moment, stream, ids, "POST", f"/webhooks/{provider}", 401, duration_ms)
        else:
            self._log_request(moment, stream, ids, "POST", f"/webhooks/{provider}", 204, duration_ms)

    def _log_request(
        self,
        moment: int,
        stream: str,
        ids: dict[str, Any],
        method: str,
        route: str,
        status: int,
        duration_ms: float,
        kind: ErrorKind | None = None,
        error: dict[str, Any] | None = None,
    ) -> None:
        request = http(method, route, route, status, duration_ms)
        level = level_of(status)
        facts: list[Fact] = [Request("payments", status, request["duration_ms"])]
        if kind is not None and error is not None:
            facts.append(Occurrence(kind, level, error["message"]))
        else:
            facts.append(Oddity("error-null"))
        line = SERVICE.line(moment, level, "payments.access", "request", **ids, http=request, error=error)
        self._journal.add(moment, GROUP, stream, line, *facts)
