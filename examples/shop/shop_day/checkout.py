"""The checkout service: a FastAPI-like application on Lambda, the shop's front door for carts and orders."""

from dataclasses import dataclass
from typing import Any

from . import checkout_errors as errors
from . import people
from .clock import at
from .dice import Dice, Quantiles
from .incidents import DEPLOY_180, PAYMENT_OUTAGE, SLOW_DATABASE
from .journal import ErrorKind, Journal, Occurrence, Order, Request
from .lambda_runtime import Function, Invocation
from .mailer import Mailbox
from .payments import Payments
from .record import Service, Trace, http, level_of
from .traffic import arrivals, fault_share

GROUP = "/aws/lambda/shop-checkout"

_PEAK_PER_MINUTE = 15.5
_PAYMENTS_TIMEOUT_MS = 2_500.0
_CATALOG_TIMEOUT_MS = 6_000.0

_OWN_WORK: Quantiles = ((0.0, 3), (0.5, 14), (0.9, 38), (0.99, 90), (0.999, 240), (1.0, 520))
_CATALOG_CALL: Quantiles = ((0.0, 4), (0.5, 19), (0.9, 55), (0.99, 190), (0.999, 420), (1.0, 700))
_SLOW_CATALOG_CALL: Quantiles = ((0.0, 60), (0.5, 520), (0.9, 1_900), (0.98, 3_900), (0.995, 5_800), (1.0, 7_500))
_CENTS: Quantiles = ((0.0, 450), (0.5, 4_100), (0.9, 12_500), (0.99, 38_000), (1.0, 129_000))
_CURRENCIES = (("EUR", 0.62), ("GBP", 0.23), ("USD", 0.15))

# (method, route, weight, whether it asks the catalog for prices)
_ROUTES = (
    ("GET", "/carts/{cart_id}", 0.30, True),
    ("POST", "/carts/{cart_id}/items", 0.26, True),
    ("POST", "/orders", 0.28, False),
    ("GET", "/orders/{order_id}", 0.10, False),
    ("GET", "/shipping/quotes", 0.06, False),
)

# Invocations that never write a request line: the first arrival after each moment.
_TIME_OUTS = (at("18:23:40"), at("18:47:15"))
_KILLS = (at("20:47:00"),)

_WEBHOOK_EXCERPTS = (
    "'<html><body>503 Service Temporarily Unavailable'",
    "'<script>alert(1)</script>'",
    "'{{ 7 * 7 }} ${jndi:ldap://x.example.com/a}'",
    "'| *bold* [link](https://example.com/?token=1) |'",
)


def service_at(moment: int) -> Service:
    """The release of the service that runs at the moment."""
    return Service("checkout", GROUP, "1.8.0" if moment >= DEPLOY_180 else "1.7.4")


@dataclass(frozen=True, slots=True)
class _Answer:
    """How a request ended: status, time taken, and the error if it was one."""

    status: int
    duration_ms: float
    kind: ErrorKind | None = None
    error: dict[str, Any] | None = None


class Checkout:
    """Writes the day of the checkout service; payments and mails it causes go to those services."""

    def __init__(self, journal: Journal, payments: Payments, mailbox: Mailbox) -> None:
        self._journal = journal
        self._payments = payments
        self._mailbox = mailbox
        self._dice = Dice("checkout")
        self._function = Function(GROUP, Dice("checkout-containers"), journal)
        self._order_number = 500_100

    def run(self) -> None:
        """Serves every request of the day."""
        time_outs, kills = list(_TIME_OUTS), list(_KILLS)
        for moment in arrivals(self._dice, _PEAK_PER_MINUTE):
            if time_outs and moment >= time_outs[0]:
                time_outs.pop(0)
                invocation = self._invoke(moment)
                sample = "Task timed out after 10.00 seconds"
                self._function.time_out(invocation, Occurrence(errors.TASK_TIMEOUT, "ERROR", sample))
            elif kills and moment >= kills[0]:
                kills.pop(0)
                invocation = self._invoke(moment)
                sample = "Runtime exited with error: signal: killed"
                fact = Occurrence(errors.OUT_OF_MEMORY, "ERROR", sample)
                self._function.run_out_of_memory(invocation, 4_181.37, fact)
            else:
                self._serve(moment)

    def _invoke(self, moment: int) -> Invocation:
        return self._function.invoke(moment, self._dice.uuid(), service_at(moment).version)

    def _serve(self, moment: int) -> None:
        dice = self._dice
        service = service_at(moment)
        method, route, asks_catalog = self._route(moment)
        trace = Trace.start(dice)
        span_id = dice.hex(16)
        cart, sku = f"c{dice.whole(1_000_000, 9_999_999)}", dice.whole(10_000, 49_999)
        invocation = self._function.invoke(moment, trace.request_id, service.version)
        ids = {**trace.fields(span_id), "function_request_id": trace.request_id, "cold_start": invocation.cold}

        answer = self._fault(moment, service.version, method, route, cart, sku, asks_catalog)
        path = route.replace("{cart_id}", cart).replace("{order_id}", f"o{dice.whole(400_000, 500_000)}")
        placed = None
        if answer is None and route == "/orders":
            answer, placed = self._place_order(moment, service, trace)
        elif answer is None:
            created = method == "POST"
            answer = _Answer(201 if created else 200, self._work_ms(moment, asks_catalog))

        end = moment + int(answer.duration_ms)
        stream = invocation.container.stream
        if placed is not None:
            line = service.line(end, "INFO", "shop.orders", "order placed", **ids, **placed)
            fact = Order(placed["currency"], round(placed["amount"] * 100))
            self._journal.add(end, GROUP, stream, line, fact)
            self._notify_partner(end, service, ids, stream)
        self._log_request(end, service, ids, stream, method, route, path, answer)
        self._function.finish(invocation, answer.duration_ms + 1.4)

    def _route(self, moment: int) -> tuple[str, str, bool]:
        # Customers whose payment failed press the button again.
        again = 0.12 * PAYMENT_OUTAGE.strength(moment)
        weighted = [
            ((method, route, asks), weight + (again if route == "/orders" else 0.0))
            for method, route, weight, asks in _ROUTES
        ]
        return self._dice.weighted(weighted)

    def _work_ms(self, moment: int, asks_catalog: bool) -> float:
        own = self._dice.quantile(_OWN_WORK)
        if not asks_catalog:
            return own
        slow = self._dice.chance(SLOW_DATABASE.strength(moment))
        return own + self._dice.quantile(_SLOW_CATALOG_CALL if slow else _CATALOG_CALL)

    def _fault(
        self, moment: int, version: str, method: str, route: str, cart: str, sku: int, asks_catalog: bool
    ) -> _Answer | None:
        """The rare errors that end a request before its real work, if one of them strikes."""
        dice = self._dice
        busy = fault_share(moment)
        quick = dice.quantile(_OWN_WORK)
        if method == "POST" and dice.chance(0.012):
            error = errors.validation(dice.whole(0, 7), -dice.whole(0, 9))
            return _Answer(422, quick, errors.VALIDATION, error)
        if "{cart_id}" in route and dice.chance(0.008):
            return _Answer(404, quick, errors.NOT_FOUND, errors.not_found(cart))
        if route == "/orders" and dice.chance(0.007):
            wanted = dice.whole(2, 12)
            error = errors.conflict(sku, wanted, dice.whole(0, wanted - 1))
            return _Answer(409, quick + 11, errors.CONFLICT, error)
        if route == "/carts/{cart_id}/items" and dice.chance(0.010 * busy * busy):
            # Four retries with back-off come before the error.
            return _Answer(503, quick + dice.uniform(180, 420), errors.THROTTLED, errors.throttled(version, cart))
        if version == "1.8.0" and route == "/carts/{cart_id}" and dice.chance(0.016 * busy):
            return _Answer(500, quick, errors.DISCOUNT_KEY, errors.discount_key())
        if asks_catalog and dice.chance(0.0004 * busy + 0.012 * SLOW_DATABASE.strength(moment)):
            error = errors.catalog_timeout(version, sku, _CATALOG_TIMEOUT_MS)
            return _Answer(504, quick + _CATALOG_TIMEOUT_MS, errors.CATALOG_TIMEOUT, error)
        return None

    def _place_order(self, moment: int, service: Service, trace: Trace) -> tuple[_Answer, dict[str, Any] | None]:
        """Charges the customer; the answer, and the fields of the `order_placed` line if it went well."""
        dice = self._dice
        self._order_number += dice.whole(1, 4)
        order = f"o{self._order_number}"
        cents = int(dice.quantile(_CENTS)) // 10 * 10 + dice.pick((0, 5, 9))
        currency = dice.weighted(_CURRENCIES)
        own = dice.quantile(_OWN_WORK)
        charge = self._payments.charge(moment + int(own), trace, order, currency)
        if charge.duration_ms > _PAYMENTS_TIMEOUT_MS:
            error = errors.gateway_timeout(service.version, order, _PAYMENTS_TIMEOUT_MS)
            return _Answer(502, own + _PAYMENTS_TIMEOUT_MS, errors.GATEWAY_TIMEOUT, error), None
        duration_ms = own + charge.duration_ms + 2.0
        if charge.status >= 500:
            error = errors.gateway_status(service.version, order, charge.status)
            return _Answer(502, duration_ms, errors.GATEWAY_STATUS, error), None
        if charge.status != 200:
            return _Answer(charge.status, duration_ms), None
        customer = dice.pick(people.CUSTOMERS)
        self._mailbox.order_placed(moment + int(duration_ms), order, customer[1])
        placed = {
            "event": "order_placed",
            "order_id": order,
            "amount": cents / 100,
            "currency": currency,
            "fields": {"items": dice.whole(1, 6), "shipping": dice.pick(("standard", "express", "pickup"))},
        }
        return _Answer(201, duration_ms), placed

    def _notify_partner(self, moment: int, service: Service, ids: dict[str, Any], stream: str) -> None:
        """The order webhook; now and then the partner answers with something that is not JSON."""
        if not self._dice.chance(0.0035):
            return
        error = errors.webhook_json(service.version, self._dice.whole(1, 9), self._dice.pick(_WEBHOOK_EXCERPTS))
        message = "order webhook answered with no JSON"
        line = service.line(moment, "ERROR", "shop.background.webhooks", message, **ids, error=error)
        self._journal.add(moment, GROUP, stream, line, Occurrence(errors.WEBHOOK_JSON, "ERROR", error["message"]))

    def _log_request(
        self,
        moment: int,
        service: Service,
        ids: dict[str, Any],
        stream: str,
        method: str,
        route: str,
        path: str,
        answer: _Answer,
    ) -> None:
        caller = self._dice.whole(0, 999)
        request = http(
            method,
            route,
            path,
            answer.status,
            answer.duration_ms,
            response_bytes=self._dice.whole(120, 3_900),
            client_ip=people.client_ip(caller),
            user_agent=people.USER_AGENTS[caller % len(people.USER_AGENTS)],
        )
        level = level_of(answer.status)
        more = {"http": request} if answer.error is None else {"http": request, "error": answer.error}
        line = service.line(moment, level, "shop.access", "request", **ids, **more)
        facts: list[Request | Occurrence] = [Request("checkout", answer.status, request["duration_ms"])]
        if answer.kind is not None and answer.error is not None:
            facts.append(Occurrence(answer.kind, level, answer.error["message"]))
        self._journal.add(moment, GROUP, stream, line, *facts)
