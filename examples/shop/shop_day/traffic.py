"""How many requests arrive when: a day and night curve with noise."""

from collections.abc import Iterator

from shop.rehearsal.day import day
from shop.rehearsal.dice import Dice

from .clock import DAY_END, DAY_START, MINUTE, SECOND

# The last seconds of the day take no new request, so that every request started is also logged inside the day.
LAST_ARRIVAL = DAY_END - 12 * SECOND


def arrivals(dice: Dice, peak_per_minute: float) -> Iterator[int]:
    """Moments of arrival over the day, sorted; at least one in every minute while the curve stays above 1.4 a minute.

    That floor is what keeps a "no logs arriving" alarm quiet on a service that is well.
    """
    for minute in range(DAY_START, DAY_END, MINUTE):
        expected = peak_per_minute * day.traffic(minute * 1_000) * dice.uniform(0.75, 1.25)
        count = int(expected) + dice.chance(expected % 1)
        moments = sorted(minute + dice.whole(0, MINUTE - 1) for _ in range(count))
        yield from (moment for moment in moments if moment < LAST_ARRIVAL)
