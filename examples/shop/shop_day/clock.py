"""The recorded day: its bounds, and how the services write a moment of it.

Every moment in this package is an integer: milliseconds since 1970-01-01T00:00:00Z.
"""

import calendar

DATE = "2026-11-20"
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY_START = calendar.timegm((2026, 11, 20, 0, 0, 0)) * SECOND
DAY_END = DAY_START + 24 * HOUR


def at(text: str) -> int:
    """The moment of the day written "HH:MM" or "HH:MM:SS"."""
    hours, minutes, *seconds = (int(part) for part in text.split(":"))
    return DAY_START + hours * HOUR + minutes * MINUTE + (seconds[0] if seconds else 0) * SECOND


def hour_of(moment: int) -> int:
    """The hour of the day, 0 to 23."""
    return (moment - DAY_START) // HOUR


def iso(moment: int) -> str:
    """As RFC 3339 with milliseconds: "2026-11-20T12:01:02.345Z"."""
    return f"{DATE}T{_time_of_day(moment, '.')}Z"


def python_logging(moment: int) -> str:
    """As Python's logging module writes it: "2026-11-20 12:01:02,345"."""
    return f"{DATE} {_time_of_day(moment, ',')}"


def _time_of_day(moment: int, decimal: str) -> str:
    seconds, millis = divmod(moment - DAY_START, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{decimal}{millis:03}"
