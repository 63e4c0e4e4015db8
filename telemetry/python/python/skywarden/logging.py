"""The standard library's ``logging``, written as JSON lines of schema 1.0.

    import skywarden.logging

    skywarden.logging.configure()                      # file, environment, defaults
    skywarden.logging.configure(service="orders")      # what is given here outweighs both

or as part of a ``dictConfig``:

    "handlers": {"json": {"class": "skywarden.logging.SkywardenHandler"}}
    "handlers": {"file": {"class": "skywarden.logging.RotatingFileHandler", "filename": "app.log", "max_bytes": "100MB", "keep_files": 10}}
    "formatters": {"json": {"class": "skywarden.logging.JSONFormatter"}}

A line has everything the record has: the message with its arguments, ``extra`` fields, the exception with its causes and groups as ``error``, and what
is bound in :mod:`skywarden.context`. Logging never raises, whatever is passed; what it cannot write as data it writes as text.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from types import TracebackType
from typing import Any

from skywarden import _native
from skywarden._errors import describe

__all__ = ["JSONFormatter", "RotatingFileHandler", "SkywardenHandler", "configure", "set_level"]

# Loggers whose level the last configuration has set.
_levelled: set[str] = set()


class JSONFormatter(logging.Formatter):
    """Formats records as JSON lines, for handlers that write elsewhere than ours do.

    Without arguments it writes as :func:`configure` said. Settings given here, by the names of the configuration file, are for this formatter alone.
    The arguments of ``logging.Formatter`` are taken, so that a ``dictConfig`` may name this class, and mean nothing here.
    """

    def __init__(
        self,
        fmt: str | None = None,
        datefmt: str | None = None,
        style: str = "%",
        validate: bool = True,
        *,
        defaults: dict[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__()
        self._pipeline = _native.Pipeline(settings) if settings else None

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON, without its line end."""
        return _native.format_record(record, self._pipeline)

    def formatException(self, ei: Any) -> str:
        """The exception as its traceback, causes and groups included."""
        return describe(ei[1], ei[2])[2] or ""


class SkywardenHandler(logging.Handler):
    """Writes records where the configuration says, formatting and writing in one native call.

    Settings given here, by the names of the configuration file, are for this handler alone.
    """

    def __init__(self, level: int | str = logging.NOTSET, **settings: Any) -> None:
        super().__init__(level)
        self._pipeline = _native.Pipeline(settings) if settings else None

    @property
    def is_of_process(self) -> bool:
        """Whether it writes as the process is configured, and not by settings of its own."""
        return self._pipeline is None

    def createLock(self) -> None:
        """No lock: whole lines are written, and the order of threads is theirs."""
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        """Writes a record, unless a filter is against it."""
        if self.filters:
            kept = self.filter(record)
            if not kept:
                return False
            if isinstance(kept, logging.LogRecord):
                record = kept
        _native.write_record(record, self._pipeline)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record."""
        _native.write_record(record, self._pipeline)

    def flush(self) -> None:
        """Waits until what was logged is written, two seconds at most."""
        _native.flush(2.0, self._pipeline)

    def close(self) -> None:
        """Writes what is left."""
        self.flush()
        super().close()


class RotatingFileHandler(SkywardenHandler):
    """Writes to a file that is rotated by size and time, whichever comes first, by a thread of its own.

    ``max_bytes`` and ``keep_bytes`` are numbers or texts such as ``"100MB"``; ``every`` is ``"minute"``, ``"hour"`` or ``"day"`` (UTC); ``keep_for`` is a
    text such as ``"14d"``. ``settings`` are for this handler alone, by the names of the configuration file.
    """

    def __init__(
        self,
        filename: str | os.PathLike[str],
        *,
        level: int | str = logging.NOTSET,
        max_bytes: int | str | None = None,
        every: str | None = None,
        keep_files: int | None = None,
        keep_for: str | None = None,
        keep_bytes: int | str | None = None,
        compress: bool = False,
        **settings: Any,
    ) -> None:
        output = {
            "to": os.fspath(filename),
            "rotate": _given(size=max_bytes, every=every),
            "keep": _given(files=keep_files, age=keep_for, total=keep_bytes),
            "compress": compress or None,
        }
        super().__init__(level, **{"outputs": [_given(**output)], **settings})


def _given(**settings: Any) -> dict[str, Any] | None:
    """Settings without those that are not given; none when none is."""
    return {name: value for name, value in settings.items() if value is not None} or None


def configure(
    config: str | os.PathLike[str] | None = None,
    *,
    hooks: bool = True,
    capture_warnings: bool = False,
    **settings: Any,
) -> None:
    """Sets the whole process up: reads the configuration, makes the outputs, and sends what ``logging`` is told there.

    ``config`` is the path of the configuration file (TOML or YAML), the same that Rust services read; without one it is looked for as the reference
    says. The environment outweighs the file, and ``settings``, by the names of the file, outweigh both. ``hooks`` writes exceptions that end the
    program or a thread as CRITICAL lines; ``capture_warnings`` sends ``warnings`` to the log as well.

    May be called again, to change everything while the process runs. Raises :class:`skywarden.SettingsError`, and changes nothing, when a setting cannot
    be used.
    """
    _native.configure(os.fspath(config) if config is not None else None, settings)
    root = logging.getLogger()
    for handler in list(root.handlers):
        if type(handler) is SkywardenHandler and handler.is_of_process:
            root.removeHandler(handler)
        elif type(handler).__name__ == "LambdaLoggerHandler" or (type(handler) is logging.StreamHandler and handler.stream in _standard_streams()):
            # They would write everything a second time.
            root.removeHandler(handler)
    root.addHandler(SkywardenHandler())
    _apply_levels()
    logging.captureWarnings(capture_warnings)
    if hooks:
        _install_hooks()
    from skywarden._servers import take_over

    take_over(access=False)


def set_level(level: int | str, logger: str | None = None) -> None:
    """Changes, while the process runs, from which level on is written: for one logger and those below it, or for all that have no level of their own."""
    _native.set_level(logging.getLevelName(level) if isinstance(level, int) else level, logger)
    _apply_levels()


def _apply_levels() -> None:
    """Lets through to our handler what it may want: what is written, and what is kept in case the request fails."""
    default, floor, targets = _native.levels()
    for name in _levelled.difference(targets):
        logging.getLogger(name).setLevel(logging.NOTSET)
    _levelled.clear()
    for name, level in targets.items():
        # Who is named with a higher level than the rest is to be quiet, in requests that fail as well.
        logging.getLogger(name).setLevel(level if level > default else min(level, floor))
        _levelled.add(name)
    logging.getLogger().setLevel(min(default, floor))


def _standard_streams() -> tuple[Any, ...]:
    return tuple(stream for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__) if stream is not None)


_next_hook: Any = None
_next_thread_hook: Any = None


def _install_hooks() -> None:
    global _next_hook, _next_thread_hook
    if sys.excepthook is not _hook:
        _next_hook = sys.excepthook if sys.excepthook is not sys.__excepthook__ else None
        sys.excepthook = _hook
    if threading.excepthook is not _thread_hook:
        _next_thread_hook = threading.excepthook if threading.excepthook is not threading.__excepthook__ else None
        threading.excepthook = _thread_hook


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, Exception):
        logging.getLogger("skywarden").critical("the program ends by an exception", exc_info=(kind, error, trace))
        _native.flush(2.0, None)
    else:
        # Ctrl+C at a terminal is no news for the log.
        sys.__excepthook__(kind, error, trace)
    if _next_hook is not None:
        _next_hook(kind, error, trace)


def _thread_hook(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and issubclass(args.exc_type, Exception):
        name = args.thread.name if args.thread is not None else None
        logging.getLogger("skywarden").critical(
            "a thread ends by an exception",
            exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
            extra={"ended_thread": name},
        )
    if _next_thread_hook is not None:
        _next_thread_hook(args)
