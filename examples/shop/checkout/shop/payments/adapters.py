"""The providers, and what is special to each."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Adapter:
    """A provider."""

    name: str
    host: str
    share: float
    methods: tuple[tuple[str, float], ...]
    decline_level: str

    @property
    def logger(self) -> str:
        """Name of its logger."""
        return f"{__name__}.{self.name}"


ADAPTERS = (
    Adapter("stripe", "api.stripe.example.com", 0.46, (("card", 0.72), ("wallet", 0.20), ("sepa", 0.08)), "WARNING"),
    # The oldest of the three logs declines as errors; a rule of skywarden.yaml knows better.
    Adapter("adyen", "checkout-live.adyen.example.com", 0.34, (("card", 0.70), ("sepa", 0.30)), "ERROR"),
    Adapter("paypal", "api-m.paypal.example.com", 0.20, (("wallet", 1.0),), "WARNING"),
)


@dataclass(frozen=True, slots=True)
class Mandate:
    """What allows a debit from a bank account."""

    iban: str


@dataclass(slots=True)
class Attempt:
    """One try to charge a customer."""

    payment_id: str
    order_id: str
    adapter: Adapter
    method: str
    cents: int
    currency: str
    mandate: Mandate | None
    outcome: str = "error"

    def fields(self) -> dict[str, Any]:
        """What a line says of it."""
        return {
            "payment_id": self.payment_id,
            "order_id": self.order_id,
            "provider": self.adapter.name,
            "method": self.method,
            "currency": self.currency,
            "outcome": self.outcome,
        }
