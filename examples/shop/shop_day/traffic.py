"""How many requests arrive when: a day and night curve with noise."""

from collections.abc import Iterator

from .clock import DAY_END, DAY_START, HOUR, MINUTE, SECOND
from .dice import Dice

# Share of the peak rate at the start of each hour (UTC); the shop's customers live in western Europe.
_CURVE = (
    0.30, 0.23, 0.19, 0.17, 0.17, 0.19, 0.27, 0.42, 0.57, 0.67, 0.74, 0.81,
    0.88, 0.84, 0.76, 0.74, 0.78, 0.86, 0.94, 1.00, 0.98, 0.84, 0.62, 0.43,
)  # fmt: skip

# The last seconds of the day take no new request, so that every request started is also logged inside the day.
_LAST_ARRIVAL = DAY_END - 12 * SECOND


def share_of_peak(moment: int) -> float:
    """The expected traffic at the moment, as a share (0.0 to 1.0) of the day's highest."""
    hour, rest = divmod(moment - DAY_START, HOUR)
    now, following = _CURVE[hour], _CURVE[(hour + 1) % len(_CURVE)]
    return now + (following - now) * (rest / HOUR)


def fault_share(moment: int) -> float:
    """How much of a background fault's full chance applies at the moment: as the traffic, and nothing in thin traffic.

    At night one failure among fifteen requests would be an error rate of 7 %, and a day of rare errors would ring
    the alarms that are meant for the incidents.
    """
    share = share_of_peak(moment)
    return share if share >= 0.5 else 0.0


def arrivals(dice: Dice, peak_per_minute: float) -> Iterator[int]:
    """Moments of arrival over the day, sorted; at least one in every minute while the curve stays above 1.4 a minute.

    That floor is what keeps a "no logs arriving" alarm quiet on a service that is well.
    """
    for minute in range(DAY_START, DAY_END, MINUTE):
        expected = peak_per_minute * share_of_peak(minute) * dice.uniform(0.75, 1.25)
        count = int(expected) + dice.chance(expected % 1)
        moments = sorted(minute + dice.whole(0, MINUTE - 1) for _ in range(count))
        yield from (moment for moment in moments if moment < _LAST_ARRIVAL)
