"""The recorded day: its bounds, and how the mailer and the platform write a moment of it.

Every moment in this package is an integer: milliseconds since 1970-01-01T00:00:00Z. The services count microseconds.
"""

from shop.rehearsal.day import Incident, day

DATE = day.date
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY_START = day.start // 1_000
DAY_END = DAY_START + 24 * HOUR
DEPLOY_AT = day.deploy_at // 1_000
"""When the release with the bug replaced the one before."""

MAILER_SILENCE: Incident = day.incidents["mailer-silent"]
MAILER_DIES = MAILER_SILENCE.start // 1_000
MAILER_IS_BACK = MAILER_SILENCE.end // 1_000


def at(text: str) -> int:
    """The moment of the day written "HH:MM" or "HH:MM:SS"."""
    return day.at(text) // 1_000


def hour_of(moment: int) -> int:
    """The hour of the day, 0 to 23."""
    return (moment - DAY_START) // HOUR


def moment_of(timestamp: str) -> int:
    """The moment of the day that RFC 3339 with milliseconds writes so; an error for one of another day."""
    if not timestamp.startswith(DATE):
        raise ValueError(f"a line is not of the day: {timestamp}")
    hours, minutes, rest = timestamp[11:].split(":")
    seconds, millis = rest.rstrip("Z").split(".")
    return DAY_START + int(hours) * HOUR + int(minutes) * MINUTE + int(seconds) * SECOND + int(millis)


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
