"""The day's log as it grows: entries, and beside each the facts it stands for.

A fact lives and dies with its entry, so what `expected.json` counts is exactly what the log file holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .clock import DAY_END, DAY_START


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One cause of errors: what a good grouping shows as a single issue.

    `type` and `innermost` are the type names of the outer and the innermost exception (None where the text names none);
    `category` is the taxonomy's word, or None where two answers would be equally good.
    """

    id: str
    service: str
    type: str | None
    innermost: str | None
    category: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """A request line: one line with `http.status_code`."""

    service: str
    status: int
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Order:
    """An `order_placed` line; `cents` is the amount in hundredths of the currency's unit."""

    currency: str
    cents: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A `payment_attempt` line."""

    provider: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence of an error, however many log lines it takes; `level` is the level it was logged at."""

    kind: ErrorKind
    level: str
    sample: str


@dataclass(frozen=True, slots=True)
class Oddity:
    """A line of a sort that breaks naive readers."""

    what: str


Fact = Request | Order | Attempt | Occurrence | Oddity


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing logged at one moment: usually one message; several for a traceback in a text log."""

    moment: int
    group: str
    stream: str
    messages: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(slots=True)
class Journal:
    """All entries, in the order they were written; `sorted_entries` gives them in the order of time."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, moment: int, group: str, stream: str, messages: str | Sequence[str], *facts: Fact) -> None:
        """Writes an entry; one outside the day is left out, with its facts."""
        if DAY_START <= moment < DAY_END:
            lines = (messages,) if isinstance(messages, str) else tuple(messages)
            self.entries.append(Entry(moment, group, stream, lines, facts))

    def sorted_entries(self) -> list[Entry]:
        """The entries by moment; those of one moment keep the order in which they were written."""
        return sorted(self.entries, key=lambda entry: entry.moment)
