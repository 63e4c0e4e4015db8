"""The load: what customers, suppliers and payment providers ask of the shop in the course of the day.

Requests are sent one at a time, in the order of the time of day at which they begin, and each carries that time with it.
"""

import hashlib
import heapq
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

from shop.rehearsal.day import day
from shop.rehearsal.dice import Dice, Quantiles

from . import people
from .clock import DAY_END, DAY_START, DEPLOY_AT, MINUTE, at
from .deployment import Deployment
from .journal import Journal, Occurrence, Oddity, Order
from .kinds import KINDS
from .mailer import Mailbox
from .services import Answer
from .traffic import LAST_ARRIVAL, arrivals

_CHECKOUT_PEAK_PER_MINUTE = 14.5
_CATALOG_PEAK_PER_MINUTE = 11.5

_CENTS: Quantiles = ((0.0, 450), (0.5, 4_100), (0.9, 12_500), (0.99, 38_000), (1.0, 129_000))
_CURRENCIES = (("EUR", 0.62), ("GBP", 0.23), ("USD", 0.15))
_SHIPPING = ("standard", "express", "pickup")
_LARGE_CART = "c7777777"

# What providers sign their webhooks with.
_SIGNING_KEY = b"whsec-of-the-example"

# Invocations that the platform ends before checkout has written a word: the first arrival after each moment.
_TIME_OUTS = (at("18:23:40"), at("18:47:15"))
_KILLS = (at("20:47:00"),)
_KILLED_AFTER_MS = 4_181.37

_SLUGS = ("coats", "shoes", "tea", "lamps", "toys", "čaj", "お茶", "über-uns")
_WORDS = ("coat", "rain coat", "teapot", "lamp", "wooden train", "boots 43", "scarf", "gift for a friend")
_FOREIGN_QUERIES = (
    "緑茶 お茶碗",
    "čajová konvice 🍵",
    "чайник",
    "شاي أخضر",
    "e\u0301cole \u202ereversed\u202c",
    "👩‍👩‍👧‍👦 gift",
)


@dataclass(frozen=True, slots=True)
class Lost:
    """An invocation of checkout that never became a request: how long it ran in milliseconds, or none when it timed out."""

    began: int
    request_id: str
    killed_after_ms: float | None


@dataclass(order=True, slots=True)
class _Task:
    moment: int
    number: int
    work: Callable[[int], None] = field(compare=False)


class Load:
    """Plays the day against a deployment. What is true of it goes to the journal, mails to be sent to the mailbox."""

    def __init__(self, deployment: Deployment, journal: Journal, mailbox: Mailbox) -> None:
        self.lost: list[Lost] = []
        self._deployment = deployment
        self._journal = journal
        self._mailbox = mailbox
        self._tasks: list[_Task] = []
        self._planned = 0
        self._time_outs, self._kills = list(_TIME_OUTS), list(_KILLS)

    def run(self, progress: Callable[[int], None]) -> None:
        """The whole day. `progress` is told each task's moment."""
        for number, moment in enumerate(arrivals(Dice("load/checkout"), _CHECKOUT_PEAK_PER_MINUTE)):
            self._plan(moment, partial(self._visit_checkout, Dice(f"checkout/{number}")))
        for number, moment in enumerate(arrivals(Dice("load/catalog"), _CATALOG_PEAK_PER_MINUTE)):
            self._plan(moment, partial(self._visit_catalog, Dice(f"catalog/{number}")))
        for moment in range(DAY_START + 7_000, DAY_END, 2 * MINUTE):
            self._plan(moment, self._settle)
        for moment in range(DAY_START + 90_000, DAY_END, 6 * MINUTE):
            self._plan(moment, partial(self._job, "catalog", "feed"))
        for moment in range(DAY_START + 10 * MINUTE, DAY_END, 10 * MINUTE):
            for service in ("checkout", "payments"):
                self._plan(moment, partial(self._job, service, "metrics"))
        self._plan(DEPLOY_AT, lambda _: self._deployment.deploy_checkout())
        self._plan_what_is_rare()
        while self._tasks:
            task = heapq.heappop(self._tasks)
            progress(task.moment)
            task.work(task.moment)

    def _plan_what_is_rare(self) -> None:
        for text in ("10:10:10", "14:20:30"):
            self._plan(at(text), self._restore_large_cart)
        for number, query in enumerate(_FOREIGN_QUERIES):
            self._plan(at("05:30") + number * 9_111_000, partial(self._search_foreign, query))
        for text, number in (("08:08:08", 0), ("12:00:01", 3)):
            self._plan(at(text), partial(self._refund, number))
        for text, number in (("10:42:30", 1), ("15:07:12", 5), ("19:51:48", 10)):
            self._plan(at(text), partial(self._keep_card, number))

    def _plan(self, moment: int, work: Callable[[int], None]) -> None:
        if moment <= LAST_ARRIVAL:
            self._planned += 1
            heapq.heappush(self._tasks, _Task(moment, self._planned, work))

    def _ask(self, dice: Dice, service: str, method: str, path: str, moment: int, body: Any = None, **headers: str) -> Answer:
        """Sends a request. Its id is that of its trace, written as a UUID, which also keeps the log file small."""
        request_id = dice.uuid()
        ids = {"x-request-id": request_id, "traceparent": f"00-{request_id.replace('-', '')}-{dice.hex(15)}1-01"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._deployment.services[service].ask(method, path, moment * 1_000, dice.name, body, {**ids, **given})

    def _settle(self, moment: int) -> None:
        self._job("payments", "settlement", moment)
        # Its line says how many errors there were: none.
        self._journal.know(moment, Oddity("zero-errors"))

    def _know_fault(self, answer: Answer, kind: str, level: str) -> None:
        self._journal.know(answer.ended // 1_000, Occurrence(KINDS[kind], level))

    def _visit_checkout(self, dice: Dice, moment: int) -> None:
        if self._time_outs and moment >= self._time_outs[0]:
            self._time_outs.pop(0)
            self.lost.append(Lost(moment, dice.uuid(), None))
            return
        if self._kills and moment >= self._kills[0]:
            self._kills.pop(0)
            self.lost.append(Lost(moment, dice.uuid(), _KILLED_AFTER_MS))
            return
        # Customers whose payment failed press the button again.
        again = 0.12 * day.strength("payment-outage", moment * 1_000)
        visit = dice.weighted(
            (
                (self._read_cart, 0.30),
                (self._add_to_cart, 0.26),
                (self._place_order, 0.28 + again),
                (self._read_order, 0.10),
                (self._ask_shipping, 0.06),
            )
        )
        visit(dice, moment)

    def _customer(self, dice: Dice) -> dict[str, str]:
        caller = dice.whole(0, 999)
        return {"x_forwarded_for": people.client_ip(caller), "user_agent": people.USER_AGENTS[caller % len(people.USER_AGENTS)]}

    def _cart(self, dice: Dice) -> str:
        # Carts of ids that begin with an x have expired.
        return f"{'x' if dice.chance(0.008) else 'c'}{dice.whole(1_000_000, 9_999_999)}"

    def _read_cart(self, dice: Dice, moment: int) -> None:
        cart = self._cart(dice)
        answer = self._ask(dice, "checkout", "GET", f"/carts/{cart}", moment, **self._customer(dice))
        if cart.startswith("x"):
            self._know_fault(answer, "checkout.cart-not-found", "WARNING")

    def _add_to_cart(self, dice: Dice, moment: int) -> None:
        cart, valid = self._cart(dice), not dice.chance(0.012)
        body = {"sku": dice.whole(10_000, 49_999), "quantity": dice.whole(1, 6) if valid else -dice.whole(0, 9)}
        answer = self._ask(dice, "checkout", "POST", f"/carts/{cart}/items", moment, body, **self._customer(dice))
        if cart.startswith("x"):
            # The cart is looked up before the body is looked at.
            self._know_fault(answer, "checkout.cart-not-found", "WARNING")
        elif answer.status == 422:
            self._know_fault(answer, "checkout.validation", "WARNING")

    def _place_order(self, dice: Dice, moment: int) -> None:
        customer, valid = dice.whole(0, len(people.CUSTOMERS) - 1), not dice.chance(0.012)
        cents = int(dice.quantile(_CENTS)) // 10 * 10 + dice.pick((0, 5, 9))
        currency, count = dice.weighted(_CURRENCIES), dice.whole(1, 6)
        items = [{"sku": dice.whole(10_000, 49_999), "quantity": 1, "cents": cents // count} for _ in range(count)]
        items[0]["cents"] += cents % count
        if not valid:
            items[-1]["quantity"] = -dice.whole(0, 9)
        body = {"customer": f"u-{1_000 + customer}", "currency": currency, "shipping": dice.pick(_SHIPPING), "items": items}
        answer = self._ask(dice, "checkout", "POST", "/orders", moment, body, **self._customer(dice))
        ended = answer.ended // 1_000
        if answer.status == 422:
            self._know_fault(answer, "checkout.validation", "WARNING")
        elif answer.status == 201:
            self._journal.know(ended, Order(currency, cents))
            self._mailbox.order_placed(ended, answer.body["order_id"], people.CUSTOMERS[customer][1])
            if dice.chance(0.5):
                webhook = partial(self._provider_calls, Dice(f"{dice.name}/webhook"), answer.body["provider"])
                self._plan(ended + dice.whole(700, 55_000), webhook)

    def _read_order(self, dice: Dice, moment: int) -> None:
        self._ask(dice, "checkout", "GET", f"/orders/o{dice.whole(5_000_000, 9_999_999)}", moment, **self._customer(dice))

    def _ask_shipping(self, dice: Dice, moment: int) -> None:
        self._ask(dice, "checkout", "GET", "/shipping/quotes", moment, **self._customer(dice))

    def _restore_large_cart(self, moment: int) -> None:
        dice = Dice(f"large-cart/{moment}")
        answer = self._ask(dice, "checkout", "GET", f"/carts/{_LARGE_CART}", moment, **self._customer(dice))
        self._journal.know(answer.ended // 1_000, Oddity("ten-kilobytes"))

    def _visit_catalog(self, dice: Dice, moment: int) -> None:
        visit = dice.weighted(
            ((self._see_product, 0.45), (self._search, 0.30), (self._see_category, 0.17), (self._change_price, 0.08))
        )
        visit(dice, moment)

    def _see_product(self, dice: Dice, moment: int) -> None:
        # Products from 50,000 on have been taken out of the shop.
        gone = dice.chance(0.009)
        sku = dice.whole(50_000, 59_999) if gone else dice.whole(10_000, 49_999)
        answer = self._ask(dice, "catalog", "GET", f"/products/{sku}", moment)
        if answer.status == 404:
            self._know_fault(answer, "catalog.product-not-found", "WARNING")

    def _search(self, dice: Dice, moment: int) -> None:
        self._ask(dice, "catalog", "GET", f"/search?q={quote(dice.pick(_WORDS))}", moment)

    def _see_category(self, dice: Dice, moment: int) -> None:
        self._ask(dice, "catalog", "GET", f"/categories/{quote(dice.pick(_SLUGS))}", moment)

    def _change_price(self, dice: Dice, moment: int) -> None:
        self._ask(dice, "catalog", "PUT", f"/prices/{dice.whole(10_000, 49_999)}", moment, {"cents": dice.whole(100, 40_000)})

    def _search_foreign(self, query: str, moment: int) -> None:
        answer = self._ask(Dice(f"foreign/{moment}"), "catalog", "GET", f"/search?q={quote(query)}", moment)
        self._journal.know(answer.ended // 1_000, Oddity("unicode"))

    def _provider_calls(self, dice: Dice, provider: str, moment: int) -> None:
        """A provider's webhook, a while after a payment."""
        body = json.dumps({"state": "captured"}).encode()
        headers = {"x_event": f"evt_1{dice.hex(11)}"}
        forged = dice.chance(0.006)
        if not forged:
            headers["x_signature"] = hmac.new(_SIGNING_KEY, body, hashlib.sha256).hexdigest()
        elif dice.chance(0.4):
            headers["authorization"] = f"Bearer {people.BEARER_TOKEN}"
        answer = self._ask(dice, "payments", "POST", f"/webhooks/{provider}", moment, body, **headers)
        if forged:
            self._know_fault(answer, "payments.webhook-signature", "ERROR")

    def _refund(self, customer: int, moment: int) -> None:
        body = {"card": people.CARD, "email": people.CUSTOMERS[customer][1], "cents": 1_990}
        self._ask(Dice(f"refund/{customer}"), "payments", "POST", "/refunds", moment, body)

    def _keep_card(self, customer: int, moment: int) -> None:
        body = {"number": people.CARD, "owner": people.CUSTOMERS[customer][1]}
        answer = self._ask(Dice(f"card/{customer}"), "payments", "POST", "/cards", moment, body)
        self._know_fault(answer, "payments.card-check", "ERROR")

    def _job(self, service: str, name: str, moment: int) -> None:
        self._deployment.services[service].ask("POST", f"/rehearsal/jobs/{name}", moment * 1_000, f"{name}/{moment}")
