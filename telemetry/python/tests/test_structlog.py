"""structlog with one processor instead of the chain."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

import skywarden
import skywarden.structlog
from skywarden.structlog import LoggerFactory, SkywardenRenderer, bound_logger
from skywarden.testing import capture


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(params=["ours", "structlog's own"])
def log(request: pytest.FixtureRequest) -> Any:
    maker = bound_logger if request.param == "ours" else structlog.make_filtering_bound_logger
    structlog.configure(processors=[SkywardenRenderer(write=True)], wrapper_class=maker(logging.DEBUG), logger_factory=LoggerFactory())
    return structlog.get_logger("orders")


def test_an_event_is_a_line(log: Any) -> None:
    with capture(service="shop", level="DEBUG") as lines:
        log.bind(order_id=7).info("order placed", amount=12.5, user_id="u")
        (line,) = lines
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "INFO",
        "severity_number": 9,
        "message": "order placed",
        "service": "shop",
        "logger": "orders",
        "user_id": "u",
        "schema": "1.0",
        "fields": {"order_id": 7, "amount": 12.5},
    }


@pytest.mark.parametrize(
    ("method", "level"),
    [("debug", "DEBUG"), ("info", "INFO"), ("warning", "WARNING"), ("warn", "WARNING"), ("error", "ERROR"), ("critical", "CRITICAL"), ("fatal", "CRITICAL")],
)
def test_methods_are_levels(log: Any, method: str, level: str) -> None:
    with capture(level="DEBUG") as lines:
        getattr(log, method)("m %s", "x")
        (line,) = lines
    assert (line["level"], line["message"]) == (level, "m x")


def test_exceptions(log: Any) -> None:
    with capture() as lines:
        try:
            raise ValueError("v")
        except ValueError as error:
            log.exception("one")
            log.error("two", exc_info=error)
            log.error("three", exc_info=sys.exc_info())
            log.error("four", exc_info=True)
        log.error("five", exc_info=True)
        found = list(lines)
    for line in found[:4]:
        assert (line["level"], line["error"]["type"], line["error"]["message"]) == ("ERROR", "ValueError", "v")
        assert "raise ValueError" in line["error"]["stack"]
    assert "error" not in found[4]


def test_the_stack_is_the_callers(log: Any) -> None:
    with capture() as lines:
        log.info("where", stack_info=True)
        (line,) = lines
    assert line["fields"]["stack_info"].rstrip().endswith('log.info("where", stack_info=True)')


def test_context_of_both_kinds(log: Any) -> None:
    with capture() as lines, skywarden.scope(a="ours", b="ours", c="ours"):
        structlog.contextvars.bind_contextvars(b="theirs", c="theirs", tenant_id="t")
        log.info("m", c="own")
        structlog.contextvars.clear_contextvars()
        log.info("n")
        first, second = lines
    assert first["fields"] == {"a": "ours", "b": "theirs", "c": "own"}
    assert first["tenant_id"] == "t"
    assert second["fields"] == {"a": "ours", "b": "ours", "c": "ours"}


def test_what_a_chain_in_front_has_done_is_not_said_twice() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            SkywardenRenderer(write=True),
        ],
        logger_factory=LoggerFactory(),
    )
    with capture() as lines:
        structlog.contextvars.bind_contextvars(a=1)
        try:
            raise ValueError("v")
        except ValueError:
            structlog.get_logger("n").exception("failed")
        (line,) = lines
    assert (line["level"], line["logger"], line["fields"]) == ("ERROR", "n", {"a": 1})
    assert "ValueError: v" in line["error"]["stack"]


def test_in_front_of_a_logger_of_structlogs_own(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.configure(processors=[SkywardenRenderer()], logger_factory=structlog.PrintLoggerFactory())
    log = structlog.get_logger()
    log.info("printed", a=1)
    with capture(level="WARNING"):
        # Below the level: structlog is told to drop it.
        log.info("not printed")
    (text,) = capsys.readouterr().out.splitlines()
    assert json.loads(text)["message"] == "printed"


def test_inside_of_a_formatter_of_the_standard_library(capsys: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(sys.stdout)
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, SkywardenRenderer()],
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder()],
    )
    handler.setFormatter(formatter)
    source = logging.getLogger("foreign")
    source.propagate = False
    source.setLevel(logging.INFO)
    source.addHandler(handler)
    source.warning("by logging %d", 5, extra={"a": 1})
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    structlog.get_logger("foreign").error("by structlog", b=2)
    source.removeHandler(handler)
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["message"], first["level"], first["logger"], first["fields"]) == ("by logging 5", "WARNING", "foreign", {"a": 1})
    assert (second["message"], second["level"], second["logger"], second["fields"]) == ("by structlog", "ERROR", "foreign", {"b": 2})


def test_loggers_are_bound_and_unbound(log: Any) -> None:
    with capture() as lines:
        bound = log.bind(a=1, b=1)
        bound.info("m", b=2)
        bound.unbind("a").info("m")
        log.info("m")
        asyncio.run(bound.ainfo("later %d", 5))
        bound.log(logging.WARNING, "m")
        bound.new(c=3).info("m")
        assert [line.get("fields") for line in lines] == [{"a": 1, "b": 2}, {"b": 1}, None, {"a": 1, "b": 1}, {"a": 1, "b": 1}, {"c": 3}]
        assert [line["message"] for line in lines][3] == "later 5"
        assert [line["level"] for line in lines][4] == "WARNING"


def test_processors_that_are_added_are_run() -> None:
    def added(logger: Any, name: str, event: Any) -> Any:
        if event.get("drop"):
            raise structlog.DropEvent
        return {**event, "added": True}

    structlog.configure(processors=[added, SkywardenRenderer(write=True)], wrapper_class=bound_logger(logging.INFO), logger_factory=LoggerFactory())
    with capture() as lines:
        structlog.get_logger().info("m")
        structlog.get_logger().info("m", drop=True)
        assert [line["fields"] for line in lines] == [{"added": True}]


def test_odd_events(log: Any) -> None:
    class Hostile:
        def __str__(self) -> str:
            raise RuntimeError("no")

    with capture() as lines:
        log.info("\ud800", **{"\ud800": "\udfff"})
        log.info(5)
        log.info(Hostile())
        log.info(event=None)
        log.info("m", value=Hostile(), logger="other", level="error")
        found = list(lines)
    assert (found[0]["message"], found[0]["fields"]) == ("\ufffd", {"\ufffd": "\ufffd"})
    assert found[1]["message"] == "5"
    assert "unprintable" in found[4]["fields"]["value"]
    assert (found[4]["logger"], found[4]["level"]) == ("other", "ERROR")


def test_configure_sets_up_both(tmp_path: Any) -> None:
    import subprocess

    script = """
import logging, structlog, skywarden.structlog
skywarden.structlog.configure(service="s", level="INFO", levels={"loud": "DEBUG"})
structlog.get_logger("a").info("one", x=1)
structlog.get_logger("a").debug("no")
structlog.get_logger("loud").debug("two")
logging.getLogger("b").warning("three")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["message"], line["logger"], line["service"]) for line in lines] == [("one", "a", "s"), ("two", "loud", "s"), ("three", "b", "s")]
