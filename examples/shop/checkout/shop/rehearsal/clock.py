"""The services' clock: the real one, or one that stands still until it is set or somebody waits."""

import asyncio
import time

import skywarden.testing

_STEP_US = 100
"""What waiting is rounded to: durations in the log then have one decimal."""


class Clock:
    """The time, in microseconds since 1970. Held, it is the same for the whole process: one request is served at a time."""

    def __init__(self) -> None:
        self._held: int | None = None

    @property
    def held(self) -> bool:
        """Whether the time is the load script's."""
        return self._held is not None

    def now(self) -> int:
        """The time."""
        return time.time_ns() // 1_000 if self._held is None else self._held

    def hold(self, moment: int) -> None:
        """Sets the time, for the services and for what they log."""
        self._held = moment
        skywarden.testing.hold_time(moment * 1_000)

    async def wait(self, milliseconds: float) -> None:
        """Waits, as somebody does who waits for a disk or a network."""
        if self._held is None:
            await asyncio.sleep(milliseconds / 1_000)
        else:
            self.hold(self._held + round(milliseconds * 1_000 / _STEP_US) * _STEP_US)


clock = Clock()
"""The clock of the process."""
