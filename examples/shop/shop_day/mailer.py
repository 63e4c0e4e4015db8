"""The mailer: an old Python process on EC2 that logs plain text to a file, shipped line by line by the agent."""

from dataclasses import dataclass, field

from shop.rehearsal.dice import Dice

from . import mailer_errors as errors
from . import people
from .clock import DAY_END, DAY_START, HOUR, MAILER_DIES, MAILER_IS_BACK, MINUTE, SECOND, at, python_logging
from .groups import GROUPS
from .journal import Fact, Journal, Occurrence, Oddity
from .mailer_errors import TextError
from .traffic import arrivals

GROUP = GROUPS["mailer"]
STREAM = "i-0a1b2c3d4e5f60718/mailer.log"

_SHIPPED_PEAK_PER_MINUTE = 1.5
_RELAYS = ("smtp-1.mail.example.com:587", "smtp-2.mail.example.com:587", "smtp-3.mail.example.com:2525")
_LANGUAGES = ("fr", "pl", "uk", "ja")
_DISK_FULL_AT = (at("09:14:20"), at("09:14:52"), at("09:16:03"))

# (how it fails, share of all mails)
_FAULTS = (("smtp-timeout", 0.0060), ("refused", 0.0050), ("template", 0.0022), ("dns", 0.0014))


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be sent: when it was asked for, its subject's kind, the order and the recipient's address."""

    asked: int
    subject: str
    order: str
    to: str


@dataclass(slots=True)
class Mailbox:
    """Mails other services have asked for."""

    mails: list[Mail] = field(default_factory=list)

    def order_placed(self, moment: int, order: str, to: str) -> None:
        """Asks for the confirmation of an order."""
        self.mails.append(Mail(moment, "order confirmation", order, to))


class Mailer:
    """Writes the day of the mailer."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._dice = Dice("mailer")
        self._mail_number = 880_000

    def run(self, mailbox: Mailbox) -> None:
        """Sends the mails of the box and those of its own schedule; silent while the process is dead."""
        dice = self._dice
        mails = list(mailbox.mails)
        for moment in arrivals(dice, _SHIPPED_PEAK_PER_MINUTE):
            to = dice.pick(people.CUSTOMERS)[1]
            mails.append(Mail(moment, "order shipped", f"o{dice.whole(499_000, 500_000)}", to))
        waiting = 0
        for mail in sorted(mails, key=lambda mail: (mail.asked, mail.order)):
            begin = mail.asked + dice.whole(300, 4_000)
            if self._is_dead(begin, 30 * SECOND):
                # What was asked for meanwhile leaves the queue after the restart, one mail after another.
                waiting += 1
                begin = MAILER_IS_BACK + 2 * SECOND + waiting * 900
            self._send(begin, mail)
        self._write_housekeeping()
        self._write_restart()

    def _is_dead(self, moment: int, margin: int) -> bool:
        """Whether work begun at the moment and lasting up to `margin` milliseconds would touch the silence."""
        return moment + margin >= MAILER_DIES and moment < MAILER_IS_BACK

    def _send(self, moment: int, mail: Mail) -> None:
        dice = self._dice
        self._mail_number += 1
        name = f"m{self._mail_number}"
        self._info(moment, "mailer.queue", f"accepted {name}: {mail.subject} {mail.order} for {mail.to}")
        relay = dice.pick(_RELAYS)
        share = 1.0 - sum(share for _, share in _FAULTS)
        fault = dice.weighted((*_FAULTS, (None, share)))
        if fault == "smtp-timeout":
            self._error(moment + 20_020, errors.smtp_timeout(name, mail.to, relay))
            if dice.chance(0.4):
                self._error(moment + 26_000, errors.gave_up(name, mail.to, dice.whole(5, 9)))
        elif fault == "refused":
            user = mail.to.partition("@")[0]
            self._error(moment + dice.whole(150, 900), errors.refused(name, mail.to, user))
        elif fault == "template":
            self._error(moment + dice.whole(3, 12), errors.template_missing(name, dice.pick(_LANGUAGES)))
        elif fault == "dns":
            self._error(moment + dice.whole(4_000, 9_000), errors.dns(name, relay))
        else:
            took = dice.whole(90, 1_900)
            self._info(moment + took, "mailer.smtp", f"sent {name} to {mail.to} via {relay} in {took} ms")

    def _write_housekeeping(self) -> None:
        """A line a minute on the queue, one an hour on the day so far, and the hour the spool was full."""
        dice = self._dice
        for minute in range(DAY_START + 11_000, DAY_END, MINUTE):
            if not MAILER_DIES <= minute < MAILER_IS_BACK:
                counts = f"depth={dice.whole(0, 4)} relays={len(_RELAYS)}"
                text = f"queue checked, {counts}, 0 errors"
                self._info(minute, "mailer.queue", text, Oddity("zero-errors"))
        for hour in range(DAY_START + 31_500, DAY_END, HOUR):
            text = "log rotated, last ERROR kept in mailer.log.1"
            self._info(hour, "mailer.logs", text, Oddity("error-word-in-info"))
        for moment in _DISK_FULL_AT:
            self._error(moment, errors.disk_full(f"m8{dice.whole(10_000, 99_999)}"))

    def _write_restart(self) -> None:
        """The first lines after the silence."""
        moment = MAILER_IS_BACK
        self._info(moment, "mailer.main", "starting mailer 4.1.7 (pid 2291)")
        text = "previous run (pid 1873) ended without a clean stop"
        line = f"{python_logging(moment + 40)} WARNING mailer.main: {text}"
        self._journal.add(moment + 40, GROUP, STREAM, line)

    def _info(self, moment: int, logger: str, text: str, *facts: Fact) -> None:
        self._journal.add(moment, GROUP, STREAM, f"{python_logging(moment)} INFO {logger}: {text}", *facts)

    def _error(self, moment: int, error: TextError) -> None:
        if moment < DAY_END:
            fact = Occurrence(error.kind, "ERROR")
            self._journal.add(moment, GROUP, STREAM, error.lines(python_logging(moment)), fact)
