"""The sidecar of payments, which ships the ledger: a talkative program that is not ours. It writes JSON of its own kind, and lines
that break naive readers: not JSON, half JSON, or full of secrets."""

from shop.rehearsal.dice import Dice

from . import mailer, people
from .clock import DAY_END, DAY_START, MINUTE, at, iso, python_logging
from .groups import GROUPS
from .journal import Fact, Journal, Occurrence, Oddity
from .kinds import KINDS
from .stack import Frame, python_traceback
from .text import to_json

_GROUP = GROUPS["payments"]
_STREAM = "payments/sidecar/0d5e8c1f4b7a4c3e9f6021b8a7d3e5c4"

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
    """Writes everything to the journal."""
    _write_shipped(journal)
    _write_garbage(journal)
    _write_truncated(journal)
    _write_panic(journal)
    _write_secrets(journal)


def _line(moment: int, level: str, message: str, **more: object) -> str:
    """A line as the sidecar writes it; as many programs do, it says `"error": null` when there is none."""
    record = {"time": iso(moment), "level": level, "logger": "ledger", "msg": message, "error": None, **more}
    return to_json(record)


def _write_shipped(journal: Journal) -> None:
    dice = Dice("sidecar")
    for minute in range(DAY_START + 23_000, DAY_END, MINUTE):
        line = _line(minute, "info", "ledger shipped", rows=dice.whole(0, 40), errors=0)
        journal.add(minute, _GROUP, _STREAM, line, Oddity("error-null"))


def _write_garbage(journal: Journal) -> None:
    dice = Dice("garbage")
    for number, text in enumerate(_GARBAGE * 2):
        moment = at("00:40") + number * 4_000_000 + dice.whole(0, 900_000)
        journal.add(moment, _GROUP, _STREAM, text, Oddity("not-a-json-object"))


def _write_truncated(journal: Journal) -> None:
    """Lines cut off by a full pipe; none of them can be counted as a request."""
    dice = Dice("truncated")
    for text in ("02:12:09", "07:45:31", "11:20:00", "14:55:02", "17:01:44", "21:38:17"):
        moment = at(text)
        request = {"method": "GET", "route": "/ledger", "path": "/ledger", "status_code": 200, "duration_ms": 12.5}
        line = _line(moment, "info", "request", http=request)
        journal.add(moment, _GROUP, _STREAM, line[: dice.whole(40, len(line) - 20)], Oddity("truncated-json"))


def _write_panic(journal: Journal) -> None:
    """A panic as Rust's standard library prints it: plain text, a log event for each line."""
    lines = (
        "thread 'shipper' (75) panicked at src/shipper.rs:51:38:",
        "called `Result::unwrap()` on an `Err` value: RecvError(())",
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    )
    journal.add(at("09:32:11"), _GROUP, _STREAM, lines, Occurrence(KINDS["payments.ledger-panic"], "ERROR"))


def _write_secrets(journal: Journal) -> None:
    """Text that must not leave unmasked: in messages, in fields, in JSON inside a string, and in an error."""

    def add(text: str, level: str, message: str, *facts: Fact, **more: object) -> None:
        oddities = [Oddity("secret")] if "error" in more else [Oddity("secret"), Oddity("error-null")]
        journal.add(at(text), _GROUP, _STREAM, _line(at(text), level, message, **more), *oddities, *facts)

    _, email = people.CUSTOMERS[0]
    add("08:08:09", "info", f"refund to {people.CARD} asked by {email}")
    add("08:30:00", "info", "calling bank", headers={"Authorization": f"Bearer {people.BEARER_TOKEN}"})
    add("12:00:02", "info", "request body", body=to_json({"card": people.CARD_DIGITS, "owner": email, "iban": people.IBAN}))
    add("22:15:00", "info", f"connecting to postgres://ledger:{people.PASSWORD}@db-2.shop.internal:5432/ledger")

    for text, number in (("10:45:00", 2), ("15:10:00", 6), ("19:55:00", 11)):
        message = f"card {people.CARD} of {people.CUSTOMERS[number][1]} is not in the ledger"
        frames = (
            Frame("/opt/ledger/ship.py", 58, "ship", "check(row.card, row.owner)"),
            Frame("/opt/ledger/check.py", 19, "check", "raise ValueError(text)"),
        )
        error = {"type": "ValueError", "message": message, "stack": python_traceback(frames, "ValueError", message)}
        fact = Occurrence(KINDS["payments.ledger-check"], "ERROR")
        add(text, "error", "row not shipped", fact, error=error)

    moment = at("13:13:13")
    text = f"{python_logging(moment)} INFO mailer.debug: AUTH PLAIN user={email} password={people.PASSWORD}"
    journal.add(moment, mailer.GROUP, mailer.STREAM, text, Oddity("secret"))
