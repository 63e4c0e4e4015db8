"""Seeded randomness that gives the same numbers on every machine and Python release.

Only `random.Random.random` is used: Python promises its sequence for a given integer seed, but not that of `gauss`,
`sample` or `randrange`. Distributions are tables of quantiles joined by straight lines, because `log` and `exp` differ
in the last bit from one C library to the next and would change a rounded digit somewhere in seventy thousand lines.
"""

import hashlib
import random
from bisect import bisect_right
from collections.abc import Sequence
from contextvars import ContextVar
from typing import TypeVar

SEED = 20261120

T = TypeVar("T")

Quantiles = Sequence[tuple[float, float]]
"""Pairs (probability, value), both rising, the first at probability 0.0 and the last at 1.0."""


def number_of(name: str) -> int:
    """A number of 64 bits that follows from a name and from the seed."""
    return int.from_bytes(hashlib.sha256(f"{SEED}/{name}".encode()).digest()[:8], "big")


class Dice:
    """A named stream of random draws; streams of different names are independent.

    A stream for each request keeps the rest of the day as it was when the rules of one service change.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._random = random.Random(number_of(name)).random

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self._random() < probability

    def uniform(self, low: float, high: float) -> float:
        """A float in [low, high)."""
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """An integer in [low, high], both ends included."""
        return low + int((high - low + 1) * self._random())

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely as the next."""
        return items[int(len(items) * self._random())]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """One of the items, each with its own weight (weights need not sum to one)."""
        left = self._random() * sum(weight for _, weight in items)
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]

    def quantile(self, table: Quantiles) -> float:
        """A draw from the distribution the table describes."""
        probability = self._random()
        after = bisect_right(table, probability, key=lambda point: point[0])
        (p0, v0), (p1, v1) = table[after - 1], table[after]
        return v0 + (v1 - v0) * (probability - p0) / (p1 - p0)

    def hex(self, digits: int) -> str:
        """That many random lower-case hexadecimal digits."""
        text = ""
        while len(text) < digits:
            text += f"{int(self._random() * 0x1_0000_0000):08x}"
        return text[:digits]

    def uuid(self) -> str:
        """A random UUID, version 4."""
        text = self.hex(32)
        variant = "89ab"[int(text[16], 16) % 4]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


_current: ContextVar[Dice] = ContextVar("dice")


def dice() -> Dice:
    """The dice of the request, or of the job, that is being worked on."""
    return _current.get()


def throw(name: str) -> None:
    """Takes up the dice of that name, for the current request or job."""
    _current.set(Dice(name))
