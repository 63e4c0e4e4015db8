"""The day, service by service: the table of contents of this package."""

from . import awkward
from .catalog import Catalog
from .checkout import Checkout
from .journal import Journal
from .mailer import Mailbox, Mailer
from .payments import Payments


def simulate() -> Journal:
    """The whole day; every call returns the same."""
    journal = Journal()
    mailbox = Mailbox()
    payments = Payments(journal)
    Checkout(journal, payments, mailbox).run()
    payments.run_background()
    Catalog(journal).run()
    Mailer(journal).run(mailbox)
    awkward.write(journal)
    return journal
