"""The day, from morning to night: the table of contents of this package."""

from collections.abc import Callable
from pathlib import Path

from . import sidecar
from .collect import collect
from .deployment import Deployment
from .journal import Journal
from .load import Load
from .mailer import Mailbox, Mailer


def play(catalog: Path, directory: Path, progress: Callable[[int], None]) -> Journal:
    """Plays the day in a directory, which must be empty; `catalog` is the program of the service of that name."""
    journal, mailbox = Journal(), Mailbox()
    deployment = Deployment(catalog, directory)
    load = Load(deployment, journal, mailbox)
    try:
        deployment.start()
        load.run(progress)
        deployment.stop()
    finally:
        deployment.kill()
    collect(deployment, load.lost, journal)
    Mailer(journal).run(mailbox)
    sidecar.write(journal)
    return journal
