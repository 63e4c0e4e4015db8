"""The day that is rehearsed, as `day.json` describes it: what goes wrong when, and how many people come to the shop."""

import calendar
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""Microseconds, as every moment here: an integer since 1970-01-01T00:00:00Z."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A window [start, end) of trouble; its strength rises over `rise` and falls over `fall`."""

    id: str
    services: tuple[str, ...]
    start: int
    end: int
    rise: int
    fall: int
    what: str

    def strength(self, moment: int) -> float:
        """How bad it is at the moment: 0.0 outside the window, up to 1.0 inside."""
        if not self.start <= moment < self.end:
            return 0.0
        rising = (moment - self.start) / self.rise if self.rise else 1.0
        falling = (self.end - moment) / self.fall if self.fall else 1.0
        return min(1.0, rising, falling)


class Day:
    """The day."""

    def __init__(self, description: dict[str, Any]) -> None:
        year, month, day = (int(part) for part in description["date"].split("-"))
        self.date: str = description["date"]
        self.start = calendar.timegm((year, month, day, 0, 0, 0)) * SECOND
        self.end = self.start + DAY
        self.deploy_version: str = description["deploy"]["version"]
        self.deploy_at = self.at(description["deploy"]["at"])
        self._traffic: list[float] = description["traffic"]
        self.incidents = {
            row["id"]: Incident(
                id=row["id"],
                services=tuple(row["services"]),
                start=self.at(row["start"]),
                end=self.at(row["end"]),
                rise=row["rise_minutes"] * MINUTE,
                fall=row["fall_minutes"] * MINUTE,
                what=row["what"],
            )
            for row in description["incidents"]
        }

    def at(self, text: str) -> int:
        """The moment of the day written "HH:MM" or "HH:MM:SS"."""
        hours, minutes, *seconds = (int(part) for part in text.split(":"))
        return self.start + hours * HOUR + minutes * MINUTE + (seconds[0] if seconds else 0) * SECOND

    def strength(self, incident: str, moment: int) -> float:
        """How bad the incident of that name is at the moment, 0.0 to 1.0."""
        return self.incidents[incident].strength(moment)

    def traffic(self, moment: int) -> float:
        """The expected traffic at that time of day, as a share (0.0 to 1.0) of the day's highest."""
        hour, rest = divmod((moment - self.start) % DAY, HOUR)
        now, following = self._traffic[hour], self._traffic[(hour + 1) % 24]
        return now + (following - now) * (rest / HOUR)

    def faults(self, moment: int) -> float:
        """How much of a background fault's full chance applies at the moment: as the traffic, and nothing in thin traffic.

        At night one failure among fifteen requests would be an error rate of 7 %, and a day of rare errors would ring the
        alarms that are meant for the incidents.
        """
        share = self.traffic(moment)
        return share if share >= 0.5 else 0.0


def load(path: Path) -> Day:
    """Reads the description of a day."""
    return Day(json.loads(path.read_text(encoding="utf-8")))


day = load(Path(os.environ.get("SHOP_DAY") or Path(__file__).resolve().parents[3] / "day.json"))
"""The example's day."""
