"""Lines that break naive readers, sprinkled over the day: not JSON, half JSON, huge, foreign, or full of secrets."""

from . import catalog, checkout, mailer, payments, payments_errors, people
from .clock import at, python_logging
from .dice import Dice
from .journal import Journal, Occurrence, Oddity
from .record import to_json

_HUGE_BYTES = 10 * 1024
_SIDECAR = "payments/sidecar/0d5e8c1f4b7a4c3e9f6021b8a7d3e5c4"
_LAMBDA_STREAM = "2026/11/20/[$LATEST]5f0c7a3e9b1d4826a4c8e2f07b9d6135"
_CATALOG_STREAM = "catalog/catalog/7b3f9e0a52c84d16b8e1f4a7c6d20935"

_GARBAGE = (
    "\x1b[31mWARN\x1b[0m  envoy upstream reset: connection termination",
    'INFO:     10.0.3.7:48210 - "GET /health HTTP/1.1" 200 OK',
    "\ufffd\ufffd\x01PNG\ufffd 0x7f 0x00",
    "}{",
    " ",
    "null",
    "42",
    '["not", "an", "object"]',
    "=" * 120,
    "<img src=x onerror=alert(1)> **bold** [link](javascript:alert(1)) {{ 7 * 7 }} {% raw %}",
)


def write(journal: Journal) -> None:
    """Writes them all to the journal."""
    _write_garbage(journal)
    _write_truncated(journal)
    _write_unicode(journal)
    _write_huge(journal)
    _write_secrets(journal)


def _write_garbage(journal: Journal) -> None:
    dice = Dice("awkward")
    for number, text in enumerate(_GARBAGE * 2):
        moment = at("00:40") + number * 4_000_000 + dice.whole(0, 900_000)
        journal.add(moment, payments.GROUP, _SIDECAR, text, Oddity("not-a-json-object"))


def _write_truncated(journal: Journal) -> None:
    """Request lines cut off by a full pipe; none of them can be counted as a request."""
    dice = Dice("truncated")
    for text in ("02:12:09", "07:45:31", "11:20:00", "14:55:02", "17:01:44", "21:38:17"):
        moment = at(text)
        request = {"method": "GET", "route": "/search", "path": "/search", "status_code": 200, "duration_ms": 12.5}
        line = catalog.SERVICE.line(moment, "INFO", "catalog::http", "request", http=request)
        cut = line[: dice.whole(40, len(line) - 20)]
        journal.add(moment, catalog.GROUP, _CATALOG_STREAM, cut, Oddity("truncated-json"))


def _write_unicode(journal: Journal) -> None:
    queries = (
        "緑茶 お茶碗",
        "čajová konvice 🍵",
        "чайник",
        "شاي أخضر",
        "e\u0301cole \u202ereversed\u202c",
        "👩‍👩‍👧‍👦 gift",
    )
    for number, query in enumerate(queries):
        moment = at("05:30") + number * 9_111_000
        more = {"fields": {"query": query, "hits": number * 3}}
        line = catalog.SERVICE.line(moment, "INFO", "catalog::search", f"nothing exact for {query}", **more)
        journal.add(moment, catalog.GROUP, _CATALOG_STREAM, line, Oddity("unicode"))


def _write_huge(journal: Journal) -> None:
    for text in ("10:10:10", "14:20:30"):
        items = [{"sku": 10_000 + number, "note": "gift wrap, blue ribbon"} for number in range(220)]
        more = {"fields": {"cart": items}}
        line = checkout.service_at(at(text)).line(at(text), "INFO", "shop.cart", "large cart restored", **more)
        if len(line) < _HUGE_BYTES:
            raise ValueError("the huge line has become small: raise the number of its items")
        journal.add(at(text), checkout.GROUP, _LAMBDA_STREAM, line, Oddity("ten-kilobytes"))


def _write_secrets(journal: Journal) -> None:
    """Text that must not leave unmasked: in messages, in fields, in JSON inside a string, and in an error."""
    service, stream = payments.SERVICE, _SIDECAR
    _, email = people.CUSTOMERS[0]

    def info(text: str, logger: str, message: str, **more: object) -> None:
        line = service.line(at(text), "INFO", logger, message, **more)
        journal.add(at(text), payments.GROUP, stream, line, Oddity("secret"))

    info("08:08:08", "payments.debug", f"refund to {people.CARD} asked by {email}")
    headers = {"Authorization": f"Bearer {people.BEARER_TOKEN}"}
    info("08:30:00", "payments.gateway", "calling provider", fields={"headers": headers})
    body = to_json({"card": people.CARD_DIGITS, "owner": email, "iban": people.IBAN})
    info("12:00:01", "payments.gateway", "request body", fields={"body": body})
    url = f"postgres://payments:{people.PASSWORD}@db-2.shop.internal:5432/payments"
    info("22:15:00", "payments.main", f"connecting to {url}")

    for text, number in (("10:42:30", 1), ("15:07:12", 5), ("19:51:48", 10)):
        moment, (_, owner) = at(text), people.CUSTOMERS[number]
        error = payments_errors.card_check(people.CARD, owner)
        line = service.line(moment, "ERROR", "payments.methods", "card not stored", error=error)
        fact = Occurrence(payments_errors.CARD_CHECK, "ERROR", error["message"])
        journal.add(moment, payments.GROUP, stream, line, fact, Oddity("secret"))

    moment = at("13:13:13")
    text = f"{python_logging(moment)} INFO mailer.debug: AUTH PLAIN user={email} password={people.PASSWORD}"
    journal.add(moment, mailer.GROUP, mailer.STREAM, text, Oddity("secret"))
