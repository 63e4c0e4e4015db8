"""The day's log as it grows: entries, and the facts it has to tell.

Facts come from where things are decided: the load script, the services' fakes and doors, and the script of what no service
writes. None is read back from the text of a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .clock import DAY_END, DAY_START
from .kinds import ErrorKind


@dataclass(frozen=True, slots=True)
class Request:
    """A request that a service answered: one line with `http.status_code`."""

    service: str
    status: int
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Order:
    """An order that was placed; `cents` is the amount in hundredths of the currency's unit."""

    currency: str
    cents: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to charge a customer."""

    provider: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence of an error, however many log lines it takes; `level` is the level it is logged at."""

    kind: ErrorKind
    level: str


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


@dataclass(slots=True)
class Journal:
    """All entries and all facts, in the order they came in."""

    entries: list[Entry] = field(default_factory=list)
    facts: list[tuple[int, Fact]] = field(default_factory=list)

    def add(self, moment: int, group: str, stream: str, messages: str | Sequence[str], *facts: Fact) -> None:
        """Writes an entry with its facts; one outside the day is left out, with its facts."""
        if DAY_START <= moment < DAY_END:
            lines = (messages,) if isinstance(messages, str) else tuple(messages)
            self.entries.append(Entry(moment, group, stream, lines))
            self.facts.extend((moment, fact) for fact in facts)

    def know(self, moment: int, *facts: Fact) -> None:
        """Notes facts of lines that a service writes."""
        self.facts.extend((moment, fact) for fact in facts)

    def sorted_entries(self) -> list[Entry]:
        """The entries by moment; those of one moment keep the order in which they were written."""
        return sorted(self.entries, key=lambda entry: entry.moment)

    def sorted_facts(self) -> list[tuple[int, Fact]]:
        """The facts by moment; those of one moment keep the order in which they came in."""
        return sorted(self.facts, key=lambda fact: fact[0])
