"""What the services know of customers."""

from .clock import clock
from .day import day
from .dice import dice
from .facts import fault

_IBAN = "DE89370400440532013000"
"""An account number with a correct checksum that belongs to nobody (the standard's own example)."""


def mandate_of_today() -> str | None:
    """The account of the customer who pays by debit; none when there is no mandate, which payments does not expect."""
    if dice().chance(0.022 * day.faults(clock.now())):
        fault("payments.mandate-attribute")
        return None
    return _IBAN
