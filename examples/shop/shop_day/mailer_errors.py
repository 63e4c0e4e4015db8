"""How the mailer fails: its kinds of errors with the tracebacks its log file holds.

It writes plain text, so a traceback reaches CloudWatch Logs as one event for each line.
"""

from dataclasses import dataclass

from .kinds import KINDS, ErrorKind
from .stack import DIRECT_CAUSE, DURING_HANDLING, Frame, python_traceback

_LIB = "/usr/lib/python3.11"
_SITE = "/opt/mailer/venv/lib/python3.11/site-packages"
_APP = "/opt/mailer/mailer"

_SEND = (
    Frame(f"{_APP}/worker.py", 96, "deliver", "self.relay.send(message)"),
    Frame(f"{_APP}/relay.py", 41, "send", "self._submit(message)"),
)
_CONNECT = (
    Frame(f"{_APP}/relay.py", 58, "_submit", "with smtplib.SMTP(self.host, self.port, timeout=20) as smtp:"),
    Frame(f"{_LIB}/smtplib.py", 255, "__init__", "(code, msg) = self.connect(host, port)"),
    Frame(f"{_LIB}/smtplib.py", 341, "connect", "self.sock = self._get_socket(host, port, self.timeout)"),
)


@dataclass(frozen=True, slots=True)
class TextError:
    """An error of the text log: logger name, the text of the ERROR line, and the traceback below it (may be empty)."""

    kind: ErrorKind
    logger: str
    text: str
    trace: str

    def lines(self, prefix: str) -> tuple[str, ...]:
        """The log events: the ERROR line, then each line of the trace; blank lines become a single space, since
        CloudWatch Logs takes no empty message."""
        first = f"{prefix} ERROR {self.logger}: {self.text}"
        return (first, *(line or " " for line in self.trace.split("\n"))) if self.trace else (first,)


def smtp_timeout(mail: str, to: str, relay: str) -> TextError:
    """The relay took the connection and then said nothing."""
    cause = python_traceback(_CONNECT, "TimeoutError", "[Errno 110] Connection timed out")
    outer = python_traceback(
        (*_SEND, Frame(f"{_APP}/relay.py", 66, "_submit", "raise DeliveryError(message.id) from exc")),
        "mailer.errors.DeliveryError",
        f"mail {mail} not delivered to {relay}",
    )
    return TextError(
        KINDS["mailer.smtp-timeout"], "mailer.smtp", f"could not send {mail} to {to} via {relay}", cause + DIRECT_CAUSE + outer
    )


def refused(mail: str, to: str, user: str) -> TextError:
    """The customer's mail server does not know the address."""
    frames = (
        *_SEND,
        Frame(f"{_APP}/relay.py", 61, "_submit", "smtp.send_message(message.mime)"),
        Frame(f"{_LIB}/smtplib.py", 907, "sendmail", "raise SMTPRecipientsRefused(senderrs)"),
    )
    message = f"{{'{to}': (550, b'5.1.1 <{to}>: Recipient address rejected: User unknown')}}"
    trace = python_traceback(frames, "smtplib.SMTPRecipientsRefused", message)
    return TextError(KINDS["mailer.recipient-refused"], "mailer.smtp", f"recipient refused, mail {mail} for user {user}", trace)


def template_missing(mail: str, language: str) -> TextError:
    """A mail in a language nobody has translated yet."""
    name = f"order_shipped.{language}.html"
    frames = (
        Frame(f"{_APP}/worker.py", 88, "deliver", "body = self.templates.render(mail)"),
        Frame(f"{_APP}/templates.py", 27, "render", "template = self._env.get_template(name)"),
        Frame(f"{_SITE}/jinja2/environment.py", 1016, "get_template", "return self._load_template(name, globals)"),
        Frame(f"{_SITE}/jinja2/loaders.py", 209, "get_source", "raise TemplateNotFound(template)"),
    )
    trace = python_traceback(frames, "jinja2.exceptions.TemplateNotFound", name)
    return TextError(KINDS["mailer.template-missing"], "mailer.templates", f"could not render {mail}", trace)


def dns(mail: str, relay: str) -> TextError:
    """The relay's name did not resolve, and neither did the second relay's."""
    resolve = Frame(
        f"{_LIB}/socket.py",
        962,
        "getaddrinfo",
        "for res in _socket.getaddrinfo(host, port, family, type, proto, flags):",
    )
    cause = python_traceback((*_CONNECT, resolve), "socket.gaierror", "[Errno -3] Temporary failure in name resolution")
    outer = python_traceback(
        (*_SEND, Frame(f"{_APP}/relay.py", 73, "_submit", "raise RelayUnreachable(self.host)")),
        "mailer.errors.RelayUnreachable",
        relay,
    )
    return TextError(KINDS["mailer.dns"], "mailer.smtp", f"no relay reachable for {mail}", cause + DURING_HANDLING + outer)


def disk_full(mail: str) -> TextError:
    """The spool has no room."""
    frames = (
        Frame(f"{_APP}/worker.py", 79, "accept", "self.spool.write(mail)"),
        Frame(f"{_APP}/spool.py", 33, "write", "handle.write(mail.encoded)"),
    )
    message = f"[Errno 28] No space left on device: '/var/spool/mailer/{mail}.eml'"
    return TextError(KINDS["mailer.disk-full"], "mailer.spool", f"could not spool {mail}", python_traceback(frames, "OSError", message))


def gave_up(mail: str, to: str, attempts: int) -> TextError:
    """A mail that failed too often: an ERROR line with no traceback."""
    return TextError(KINDS["mailer.gave-up"], "mailer.queue", f"giving up on {mail} for {to} after {attempts} attempts", "")
