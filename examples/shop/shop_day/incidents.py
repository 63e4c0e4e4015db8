"""What went wrong that day, and how badly at each moment.

The windows are written to `expected.json`, so that a test can ask whether the right alarm rang inside the right window.
"""

from dataclasses import dataclass

from .clock import MINUTE, at


@dataclass(frozen=True, slots=True)
class Incident:
    """A window [start, end) of trouble; its strength rises over `rise` and falls over `fall` milliseconds."""

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

    def covers(self, moment: int) -> bool:
        """Whether the moment lies inside the window."""
        return self.start <= moment < self.end


MAILER_SILENCE = Incident(
    id="mailer-silent",
    services=("mailer",),
    start=at("03:10"),
    end=at("03:35"),
    rise=0,
    fall=0,
    what="the mailer process died without a word and was started again 25 minutes later; no log line arrives",
)

PAYMENT_OUTAGE = Incident(
    id="payment-outage",
    services=("checkout", "payments"),
    start=at("13:05"),
    end=at("13:40"),
    rise=2 * MINUTE,
    fall=3 * MINUTE,
    what="stripe and adyen answer 503 or not at all; checkout returns 502 with PaymentGatewayError, paypal still works",
)

SLOW_DATABASE = Incident(
    id="slow-database",
    services=("catalog", "checkout"),
    start=at("18:00"),
    end=at("19:00"),
    rise=4 * MINUTE,
    fall=4 * MINUTE,
    what="catalog's database is slow: p99 latency of catalog and checkout is several seconds instead of 300 to 400 ms",
)

INCIDENTS = (MAILER_SILENCE, PAYMENT_OUTAGE, SLOW_DATABASE)

DEPLOY_180 = at("16:20")
"""When checkout 1.8.0 replaced 1.7.4, and brought a KeyError with it."""
