"""One line with four ids around it and two fields of its own: ours and others', each set up as its documentation says."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

import orjson

from serve import Work

LOGGER = "shop.orders.placing"
MESSAGE = "order placed"
CONTEXT = {
    "request_id": "a78beb7e-0787-40de-af96-0063bc67ba94",
    "trace_id": "6cace4d519d5269512e74f7bfab36728",
    "user_id": "u-48213",
    "tenant_id": "acme-gmbh",
}
SERVICE = {"service": "orders", "environment": "prod", "version": "2.2.6"}


def by_keywords(log: Any) -> Work:
    """Fields as keyword arguments, as structlog, loguru and Powertools take them."""

    def work(count: int) -> None:
        for _ in range(count):
            log.info(MESSAGE, amount=129.95, currency="EUR")

    return work


def by_extra(log: logging.Logger) -> Work:
    """Fields in `extra`, as the standard library takes them, the ids with them."""

    def work(count: int) -> None:
        for _ in range(count):
            log.info(MESSAGE, extra={**CONTEXT, "amount": 129.95, "currency": "EUR"})

    return work


def below_the_level(log: Any) -> Work:
    """Lines that the level leaves out."""

    def work(count: int) -> None:
        for _ in range(count):
            log.debug(MESSAGE, amount=129.95, currency="EUR")

    return work


def structlog_orjson() -> Any:
    """structlog, as its page on performance says."""
    import structlog

    structlog.configure(
        cache_logger_on_first_use=True,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        logger_factory=structlog.BytesLoggerFactory(),
    )
    return structlog


def structlog_bound() -> Work:
    return by_keywords(structlog_orjson().get_logger().bind(logger=LOGGER, **CONTEXT))


def structlog_contextvars() -> Work:
    structlog = structlog_orjson()
    structlog.contextvars.bind_contextvars(**CONTEXT)
    return by_keywords(structlog.get_logger().bind(logger=LOGGER))


def ours_by_structlog(masking: bool) -> Any:
    import structlog

    import skywarden.structlog

    skywarden.structlog.configure(mask=masking, **SERVICE)
    return structlog


def ours_bound(masking: bool) -> Work:
    return by_keywords(ours_by_structlog(masking).get_logger(LOGGER).bind(**CONTEXT))


def ours_contextvars(masking: bool) -> Work:
    structlog = ours_by_structlog(masking)
    structlog.contextvars.bind_contextvars(**CONTEXT)
    return by_keywords(structlog.get_logger(LOGGER))


def ours_context(masking: bool) -> Work:
    import skywarden

    structlog = ours_by_structlog(masking)
    skywarden.bind(**CONTEXT)
    return by_keywords(structlog.get_logger(LOGGER))


def ours_below_the_level() -> Work:
    return below_the_level(ours_by_structlog(True).get_logger(LOGGER))


def standard(formatter: logging.Formatter | None) -> logging.Logger:
    """The standard library's logging to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    return logging.getLogger(LOGGER)


# The standard library as it is: a line of text with less in it.
TEXT = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")


def unwritten() -> Work:
    """What the standard library does before a handler is asked: the record is most of a line's cost."""

    class Nothing(logging.Handler):
        def createLock(self) -> None:
            self.lock = None

        def handle(self, record: logging.LogRecord) -> bool:
            return True

    logging.basicConfig(level=logging.INFO, handlers=[Nothing()])
    return by_extra(logging.getLogger(LOGGER))


def formatting(formatter: logging.Formatter) -> Work:
    """Formats one record again and again. What the first call keeps in it, the others find, as a second handler would."""
    kept: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record)

    logging.basicConfig(level=logging.INFO, handlers=[Keep()])
    by_extra(logging.getLogger(LOGGER))(1)
    (record,) = kept
    sys.stdout.write(formatter.format(record) + "\n")

    def work(count: int) -> None:
        for _ in range(count):
            formatter.format(record)

    return work


def json_formatter(serializer: str) -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter
    from pythonjsonlogger.orjson import OrjsonFormatter

    kind = OrjsonFormatter if serializer == "orjson" else JsonFormatter
    return kind("%(levelname)s %(name)s %(message)s", timestamp=True)


def our_formatter(masking: bool) -> logging.Formatter:
    import skywarden.logging

    return skywarden.logging.JSONFormatter(mask=masking, **SERVICE)


def ours_handler(masking: bool) -> Work:
    import skywarden.logging

    skywarden.logging.configure(mask=masking, **SERVICE)
    return by_extra(logging.getLogger(LOGGER))


def ours_handler_context(masking: bool) -> Work:
    """The ids bound once, as one would with ours, and not given with each line."""
    import skywarden
    import skywarden.logging

    skywarden.logging.configure(mask=masking, **SERVICE)
    skywarden.bind(**CONTEXT)
    log = logging.getLogger(LOGGER)

    def work(count: int) -> None:
        for _ in range(count):
            log.info(MESSAGE, extra={"amount": 129.95, "currency": "EUR"})

    return work


def loguru() -> Work:
    from loguru import logger

    logger.remove()
    logger.add(sys.stdout, level="INFO", serialize=True)
    return by_keywords(logger.bind(logger=LOGGER, **CONTEXT))


def powertools(serializer: Callable[[Any], str] | None) -> Work:
    from aws_lambda_powertools import Logger

    options = {} if serializer is None else {"json_serializer": serializer}
    log = Logger(service="orders", level="INFO", stream=sys.stdout, utc=True, **options)
    log.append_keys(logger=LOGGER, **CONTEXT)
    return by_keywords(log)


CASES: dict[str, Callable[[], Work]] = {
    "structlog + orjson, bound": structlog_bound,
    "ours by structlog, bound": lambda: ours_bound(False),
    "ours by structlog, bound, masking": lambda: ours_bound(True),
    "structlog + orjson, contextvars": structlog_contextvars,
    "ours by structlog, contextvars": lambda: ours_contextvars(False),
    "ours by structlog, contextvars, masking": lambda: ours_contextvars(True),
    "ours by structlog, skywarden.bind": lambda: ours_context(False),
    "ours by structlog, skywarden.bind, masking": lambda: ours_context(True),
    "ours by structlog, a line below the level": ours_below_the_level,
    "python-json-logger + orjson": lambda: by_extra(standard(json_formatter("orjson"))),
    "python-json-logger + json": lambda: by_extra(standard(json_formatter("json"))),
    "ours by logging, formatter": lambda: by_extra(standard(our_formatter(False))),
    "ours by logging, formatter, masking": lambda: by_extra(standard(our_formatter(True))),
    "ours by logging, handler": lambda: ours_handler(False),
    "ours by logging, handler, masking": lambda: ours_handler(True),
    "ours by logging, handler, skywarden.bind, masking": lambda: ours_handler_context(True),
    "logging, a handler that does nothing": unwritten,
    "logging, a line of text": lambda: by_extra(standard(TEXT)),
    "loguru": loguru,
    "Powertools + json": lambda: powertools(None),
    "Powertools + orjson": lambda: powertools(lambda line: orjson.dumps(line, default=str).decode()),
    "format() of logging, a line of text": lambda: formatting(TEXT),
    "format() of python-json-logger + orjson": lambda: formatting(json_formatter("orjson")),
    "format() of python-json-logger + json": lambda: formatting(json_formatter("json")),
    "format() of ours": lambda: formatting(our_formatter(False)),
    "format() of ours, masking": lambda: formatting(our_formatter(True)),
}
