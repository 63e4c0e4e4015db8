"""structlog, with one native processor instead of the chain.

    import skywarden.structlog

    skywarden.structlog.configure()
    log = structlog.get_logger("orders")
    log.info("order_placed", order_id=42)

:class:`SkywardenRenderer` does what ``add_log_level``, ``TimeStamper``, ``merge_contextvars``, ``format_exc_info``, ``StackInfoRenderer`` and ``JSONRenderer``
do, and adds what is bound in :mod:`skywarden.context`. Anywhere else it goes at the end of a chain: in front of a factory of structlog's own, or inside
``structlog.stdlib.ProcessorFormatter``.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import Any

import structlog

from skywarden import _native

__all__ = ["Logger", "LoggerFactory", "SkywardenRenderer", "bound_logger", "configure"]


class SkywardenRenderer(_native.Renderer):
    """The processor. ``SkywardenRenderer()`` gives the line as a text, for whatever logger comes behind it; lines that sampling leaves out or that are kept
    back for their request end there, by ``structlog.DropEvent``. ``SkywardenRenderer(write=True)`` writes the line itself, where the configuration says.
    """


def bound_logger(level: int) -> type[Any]:
    """A class of bound loggers that write from a level on. Where :class:`SkywardenRenderer` is all that is to be done, they go to it by the shortest way."""
    base: Any = structlog.make_filtering_bound_logger(level)

    class BoundLogger(base):  # type: ignore[misc]
        def _proxy_to_logger(self, method_name: str, event: str | None = None, **event_kw: Any) -> Any:
            processors = self._processors
            if len(processors) != 1 or type(processors[0]) is not SkywardenRenderer or not processors[0].writes:
                return super()._proxy_to_logger(method_name, event, **event_kw)
            if event is not None:
                event_kw["event"] = event
            processors[0](self._logger, method_name, {**self._context, **event_kw} if self._context else event_kw)
            return None

    return BoundLogger


class Logger:
    """The logger behind ``SkywardenRenderer(write=True)``: it knows its name, and has nothing left to do."""

    __slots__ = ("name",)

    def __init__(self, name: str = "") -> None:
        self.name = name

    def msg(self, message: object) -> None:
        """Nothing: the line is written."""

    log = debug = info = warn = warning = error = exception = critical = fatal = err = failure = msg


class LoggerFactory:
    """Makes those loggers, each with the name that ``structlog.get_logger`` was given."""

    def __call__(self, *args: Any) -> Logger:
        return Logger(str(args[0]) if args else "")


def configure(
    config: str | os.PathLike[str] | None = None,
    *,
    processors: Sequence[structlog.typing.Processor] = (),
    cache: bool = True,
    standard: bool = True,
    **settings: Any,
) -> None:
    """Sets structlog up with :class:`SkywardenRenderer`, behind ``processors`` of your own.

    Reads the configuration as :func:`skywarden.logging.configure` does, whose arguments ``config`` and ``settings`` are. ``standard`` sets up ``logging`` as
    well, so that libraries' lines come out alike. ``cache`` keeps each logger as it was first used.
    """
    if standard:
        from skywarden.logging import configure as configure_logging

        configure_logging(config, **settings)
    else:
        _native.configure(os.fspath(config) if config is not None else None, settings)
    default, floor, targets = _native.levels()
    # What one logger may write must get through for all: the renderer knows who is who.
    level = min([default, floor, *targets.values()])
    structlog.configure(
        processors=[*processors, SkywardenRenderer(write=True)],
        wrapper_class=bound_logger(max(level, logging.NOTSET)),
        context_class=dict,
        logger_factory=LoggerFactory(),
        cache_logger_on_first_use=cache,
    )
