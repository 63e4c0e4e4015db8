"""`logging`: records as lines, handlers, configuration."""

from __future__ import annotations

import copy
import gzip
import json
import logging
import logging.config
import logging.handlers
import queue
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import skywarden
import skywarden.logging
from skywarden import _native
from skywarden.logging import JSONFormatter, RotatingFileHandler, SkywardenHandler
from skywarden.testing import capture

logger = logging.getLogger("orders.api")


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """Puts `logging` back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in list(root.handlers):
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_record_is_a_line_of_the_schema() -> None:
    with capture(service="orders", environment="prod", version="1.2.3") as lines:
        logger.warning("order %s of %d", "a", 7, extra={"order_id": 7, "user_id": "u"})
        (line,) = lines
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "WARNING",
        "severity_number": 13,
        "message": "order a of 7",
        "service": "orders",
        "environment": "prod",
        "version": "1.2.3",
        "logger": "orders.api",
        "user_id": "u",
        "schema": "1.0",
        "fields": {"order_id": 7},
    }


def test_the_time_is_the_records_own() -> None:
    record = logging.LogRecord("a", logging.INFO, "f", 1, "m", (), None)
    record.created = 1_000_000_000.5
    assert json.loads(JSONFormatter().format(record))["timestamp"] == "2001-09-09T01:46:40.500Z"


@pytest.mark.parametrize(
    ("number", "level"),
    [(1, "DEBUG"), (10, "DEBUG"), (19, "DEBUG"), (20, "INFO"), (25, "INFO"), (30, "WARNING"), (40, "ERROR"), (50, "CRITICAL"), (70, "CRITICAL")],
)
def test_levels_between_those_of_logging_have_the_lower_ones_name(number: int, level: str) -> None:
    record = logging.LogRecord("a", number, "f", 1, "m", (), None)
    assert json.loads(JSONFormatter().format(record))["level"] == level


def test_arguments_of_one_mapping() -> None:
    with capture() as lines:
        logger.info("%(a)s and %(b)d", {"a": "x", "b": 2})
        logger.info("no arguments: 100%")
        logger.info(("any", "object"))
        assert lines.messages() == ["x and 2", "no arguments: 100%", "('any', 'object')"]


@pytest.mark.parametrize(("message", "arguments"), [("%d", ("x",)), ("%s %s", (1,)), ("none", (1,)), ("%q", (1,)), ("%", (1,)), ("%(a)s", (5,))])
def test_arguments_that_do_not_fit_cost_the_formatting_only(message: str, arguments: tuple[Any, ...]) -> None:
    with capture() as lines:
        logger.info(message, *arguments)
        (line,) = lines
    assert line["message"] == message
    assert line["fields"]["log_args"] == list(arguments)
    assert line["fields"]["log_error"]


def test_a_message_of_ones_own_class() -> None:
    class Braces:
        def __init__(self, text: str, **values: object) -> None:
            self.text, self.values = text, values

        def __str__(self) -> str:
            return self.text.format(**self.values)

    class Record(logging.LogRecord):
        def getMessage(self) -> str:
            return str(self.msg).format(*self.args or ())

    with capture() as lines:
        logger.info(Braces("{a} and {b}", a=1, b=2))
        assert lines.messages() == ["1 and 2"]
    assert json.loads(JSONFormatter().format(Record("a", 20, "f", 1, "{} {}", (1, 2), None)))["message"] == "1 2"


class Declined(Exception):
    class Hard(Exception):
        pass


def test_an_exception_is_the_error_of_the_line() -> None:
    with capture() as lines:
        try:
            try:
                {}["k"]
            except KeyError as cause:
                raise Declined.Hard("card declined") from cause
        except Declined.Hard:
            logger.exception("payment failed")
        (line,) = lines
    error = line["error"]
    assert line["message"] == "payment failed"
    assert error["type"] == f"{__name__}.Declined.Hard"
    assert error["message"] == "card declined"
    assert error["stack"].startswith("Traceback (most recent call last):")
    assert "KeyError: 'k'" in error["stack"]
    assert "direct cause" in error["stack"]
    assert error["stack"].endswith("card declined")


@pytest.mark.parametrize("given", [True, "instance", "triple"])
def test_exceptions_are_taken_as_logging_takes_them(given: object) -> None:
    with capture() as lines:
        try:
            raise ValueError("v")
        except ValueError as error:
            info = {"instance": error, "triple": sys.exc_info()}.get(str(given), given)
            logger.error("failed", exc_info=info)  # type: ignore[arg-type]
        logger.error("nothing", exc_info=True)
        first, second = lines
    assert (first["error"]["type"], first["error"]["message"]) == ("ValueError", "v")
    assert "error" not in second


def test_an_exception_whose_text_cannot_be_had() -> None:
    class Silent(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no")

    with capture() as lines:
        try:
            raise Silent
        except Silent:
            logger.exception("failed")
        (line,) = lines
    assert "Silent" in line["error"]["type"]
    assert "unprintable" in line["error"]["message"]
    assert "raise Silent" in line["error"]["stack"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exception groups came with Python 3.11")
def test_groups_are_told_with_what_is_in_them() -> None:
    with capture() as lines:
        try:
            raise ExceptionGroup("several", [ValueError("one"), TypeError("two")])  # noqa: F821
        except Exception:
            logger.exception("failed")
        (line,) = lines
    assert line["error"]["type"] == "ExceptionGroup"
    assert "ValueError: one" in line["error"]["stack"]
    assert "TypeError: two" in line["error"]["stack"]


def test_an_endless_recursion_and_a_long_message_are_bounded() -> None:
    def down(level: int) -> int:
        return down(level + 1) + level

    with capture() as lines:
        try:
            down(0)
        except RecursionError:
            logger.exception("failed")
        try:
            raise ValueError("x" * 5_000_000)
        except ValueError:
            logger.exception("failed")
        first, second = lines
    assert first["error"]["type"] == "RecursionError"
    assert len(first["error"]["stack"]) < 32_768
    assert "test_an_endless_recursion" in first["error"]["stack"] or "down" in first["error"]["stack"]
    assert len(json.dumps(second)) < 262_144


def test_the_stack_of_the_caller() -> None:
    with capture() as lines:
        logger.info("where", stack_info=True)
        logger.error("where", stack_info=True)
        first, second = lines
    assert "test_the_stack_of_the_caller" in first["fields"]["stack_info"]
    assert "error" not in first
    assert "test_the_stack_of_the_caller" in second["error"]["stack"]


def test_a_record_that_came_through_a_queue() -> None:
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    source = logging.getLogger("queued")
    source.propagate = False
    source.handlers = [logging.handlers.QueueHandler(records)]
    try:
        raise ValueError("v")
    except ValueError:
        source.exception("failed %s", "there", extra={"a": 1})
    source.handlers = []
    line = json.loads(JSONFormatter().format(records.get()))
    # The handler itself has made one text of everything.
    assert line["message"].startswith("failed there\nTraceback")
    assert line["fields"]["a"] == 1
    pickled = logging.makeLogRecord({"msg": "failed", "levelno": 40, "exc_text": "Traceback ...\nValueError: v", "stack_info": "Stack ..."})
    line = json.loads(JSONFormatter().format(pickled))
    assert line["error"] == {"stack": "Traceback ...\nValueError: v"}


def test_records_go_to_other_handlers_untouched() -> None:
    record = logging.LogRecord("a", 20, "f", 1, "%s", ("x",), None)
    before = copy.copy(record.__dict__)
    JSONFormatter().format(record)
    assert record.__dict__ == before


def test_every_attribute_of_a_record_is_known() -> None:
    """An attribute that a new Python adds to every record would otherwise stand in every line."""
    record = logging.getLogger("a").makeRecord("a", 20, "f", 1, "m", (), None)
    logging.Formatter("%(asctime)s %(message)s").format(record)
    assert [name for name in record.__dict__ if not _native.is_record_attribute(name)] == []
    assert "fields" not in json.loads(JSONFormatter().format(record))


def test_the_place_is_told_when_it_is_asked_for() -> None:
    with capture(location=True) as lines:
        logger.info("here")
        (line,) = lines
    path, _, number = line["location"].rpartition(":")
    assert path.endswith("test_logging.py")
    assert int(number) > 0


def test_a_formatter_has_settings_of_its_own() -> None:
    formatter = JSONFormatter(service="other", profile="otel")
    line = json.loads(formatter.format(logging.LogRecord("a", 20, "f", 1, "m", (), None)))
    assert (line["service"], line["service.name"], line["severity_text"]) == ("other", "other", "INFO")
    # Debug lines are for the handler to leave out.
    assert json.loads(formatter.format(logging.LogRecord("a", 10, "f", 1, "m", (), None)))["level"] == "DEBUG"
    try:
        raise ValueError("v")
    except ValueError:
        assert "ValueError: v" in formatter.formatException(sys.exc_info())


def test_dict_config(tmp_path: Path) -> None:
    target = tmp_path / "app.log"
    stream = tmp_path / "stream.log"
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"class": "skywarden.logging.JSONFormatter", "format": "%(message)s"}, "own": {"()": JSONFormatter, "service": "own"}},
            "handlers": {
                "file": {"class": "skywarden.logging.RotatingFileHandler", "filename": str(target), "max_bytes": "1MB", "keep_files": 3, "service": "rolling"},
                "stream": {"class": "logging.FileHandler", "filename": str(stream), "formatter": "own"},
                "direct": {"class": "skywarden.logging.SkywardenHandler", "level": "ERROR"},
            },
            "loggers": {"by_dict": {"handlers": ["file", "stream", "direct"], "level": "INFO", "propagate": False}},
        }
    )
    source = logging.getLogger("by_dict")
    with capture() as lines:
        source.info("one", extra={"a": 1})
        source.error("two")
        assert lines.messages() == ["two"]
    for handler in source.handlers:
        handler.flush()
    assert [json.loads(line)["message"] for line in target.read_text().splitlines()] == ["one", "two"]
    assert {json.loads(line)["service"] for line in target.read_text().splitlines()} == {"rolling"}
    assert [json.loads(line)["service"] for line in stream.read_text().splitlines()] == ["own", "own"]
    for handler in list(source.handlers):
        source.removeHandler(handler)
        handler.close()


def test_a_file_is_rotated_kept_and_compressed(tmp_path: Path) -> None:
    handler = RotatingFileHandler(tmp_path / "app.log", max_bytes=20_000, keep_files=100, compress=True)
    source = logging.getLogger("rotated")
    source.propagate = False
    source.setLevel(logging.INFO)
    source.addHandler(handler)
    for number in range(500):
        source.info("a line that takes some room", extra={"number": number})
    handler.flush()
    source.removeHandler(handler)
    handler.close()
    current = tmp_path / "app.log"

    def compressed() -> bool:
        return all(file.suffix == ".gz" for file in tmp_path.glob("app.*.log*"))

    deadline = time.monotonic() + 60
    while not compressed() and time.monotonic() < deadline:
        time.sleep(0.01)
    files = sorted(tmp_path.glob("app.*.log.gz"))
    assert len(files) > 3
    text = b"".join(gzip.decompress(file.read_bytes()) for file in files) + current.read_bytes()
    seen = [json.loads(line)["fields"]["number"] for line in text.splitlines()]
    assert sorted(seen) == list(range(500))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"level": "LOUD"}, "LOUD"),
        ({"no_such_setting": 1}, "no_such_setting"),
        ({"service": 5.5}, "service"),
        ({"outputs": [{"to": "/proc/nowhere/app.log"}]}, "/proc/nowhere"),
        ({"limits": {"depth": object()}}, "object"),
        ({"limits": {"depth": float("nan")}}, "NaN"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_and_changes_nothing(settings: dict[str, Any], expected: str) -> None:
    with capture(service="before") as lines:
        with pytest.raises(skywarden.SettingsError, match=expected):
            skywarden.logging.configure(**settings)
        with pytest.raises(ValueError, match=expected):
            SkywardenHandler(**settings)
        logger.info("still here")
        assert [line["service"] for line in lines] == ["before"]


def test_levels_by_logger_and_while_it_runs() -> None:
    with capture(level="WARNING", levels={"orders": "INFO"}) as lines:
        skywarden.logging.set_level("DEBUG", "orders")
        logging.getLogger("orders.deep").debug("yes")
        logging.getLogger("other").info("no")
        skywarden.logging.set_level("INFO")
        logging.getLogger("other").info("now")
        skywarden.logging.set_level(logging.ERROR, "orders")
        logging.getLogger("orders.deep").warning("no longer")
        assert lines.messages() == ["yes", "now"]
        with pytest.raises(skywarden.SettingsError, match="LOUD"):
            skywarden.logging.set_level("LOUD")
    skywarden.logging.set_level("INFO")


def run(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )


def test_loggers_that_are_silenced_are_not_kept_for_failures_either() -> None:
    script = """
import logging, sys, skywarden.logging as l, skywarden._native as n
l.configure(buffer=True, levels={"noisy": "WARNING", "loud": "INFO"})
request = n.Request({"type": "http", "path": "/"})
n.CONTEXT.set(request.context)
for name in ("noisy.deep", "loud", "other"): logging.getLogger(name).debug(name)
logging.getLogger("other").error("failed")
print(logging.getLogger("noisy.deep").isEnabledFor(logging.DEBUG), file=sys.stderr)
"""
    done = run(script)
    assert [json.loads(line)["message"] for line in done.stdout.splitlines()] == ["loud", "other", "failed"]
    assert done.stderr == "False\n"


def test_configure_reads_file_environment_and_code_in_that_order_of_weight(tmp_path: Path) -> None:
    config = tmp_path / "telemetry.toml"
    config.write_text('service = "by-file"\nenvironment = "by-file"\nversion = "by-file"\n')
    script = f"""
import logging, skywarden.logging
skywarden.logging.configure({str(config)!r}, version="by-code")
logging.getLogger("a").info("hello")
"""
    done = run(script, SKYWARDEN_ENVIRONMENT="by-environment")
    assert done.stderr == ""
    line = json.loads(done.stdout)
    assert (line["service"], line["environment"], line["version"]) == ("by-file", "by-environment", "by-code")


def test_everything_is_written_at_the_end_of_the_program() -> None:
    done = run("import logging, skywarden.logging as l\nl.configure()\nfor n in range(1000): logging.getLogger('a').info('n', extra={'n': n})")
    assert [json.loads(line)["fields"]["n"] for line in done.stdout.splitlines()] == list(range(1000))


def test_what_ends_the_program_is_told() -> None:
    done = run("import skywarden.logging as l\nl.configure()\n1 / 0")
    assert done.returncode == 1
    assert done.stderr == ""
    line = json.loads(done.stdout)
    assert (line["level"], line["severity_number"], line["error"]["type"]) == ("CRITICAL", 21, "ZeroDivisionError")
    done = run("import threading, skywarden.logging as l\nl.configure()\nt = threading.Thread(target=lambda: 1 / 0, name='w')\nt.start()\nt.join()")
    line = json.loads(done.stdout)
    assert (line["level"], line["error"]["type"], line["fields"]["ended_thread"]) == ("CRITICAL", "ZeroDivisionError", "w")
    done = run("import skywarden.logging as l\nl.configure()\nraise KeyboardInterrupt")
    assert done.stdout == ""
    assert "KeyboardInterrupt" in done.stderr


def test_configuring_again_replaces_and_does_not_double() -> None:
    script = """
import logging, sys, skywarden.logging as l
logging.basicConfig(stream=sys.stdout)
l.configure(service="one")
logging.getLogger("a").info("first")
l.configure(service="two", level="DEBUG")
logging.getLogger("a").debug("second")
"""
    lines = [json.loads(line) for line in run(script).stdout.splitlines()]
    assert [(line["service"], line["message"]) for line in lines] == [("one", "first"), ("two", "second")]


def test_logging_before_anything_is_configured_writes_with_the_defaults() -> None:
    script = "import logging, skywarden.logging as l\na = logging.getLogger('a')\na.addHandler(l.SkywardenHandler())\na.warning('early')"
    assert json.loads(run(script).stdout)["message"] == "early"
    assert json.loads(run(script, SKYWARDEN_LEVEL="LOUD").stdout)["message"] == "early"


def test_warnings_come_to_the_log() -> None:
    done = run("import warnings, skywarden.logging as l\nl.configure(capture_warnings=True)\nwarnings.warn('old')")
    line = json.loads(done.stdout)
    assert (line["level"], line["logger"]) == ("WARNING", "py.warnings")


def test_a_reader_that_does_not_read_holds_nobody_up() -> None:
    script = """
import logging, os, sys, threading, time, skywarden, skywarden.logging as l
l.configure()
log = logging.getLogger("a")
beats = []
def beat():
    while not done: beats.append(1); time.sleep(0.001)
done = False
t = threading.Thread(target=beat); t.start()
for n in range(20000): log.info("x" * 1000)
log.error("an error waits for room, but not for ever")
done = True
t.join()
print(len(beats) > 0, skywarden._native.lost() > 0, file=sys.stderr)
os._exit(0)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # Nothing reads stdout until the program is done.
    assert process.stderr is not None and process.stdout is not None
    assert process.stderr.read().split() == ["True", "True"]
    process.kill()
    process.stdout.close()
    process.stderr.close()
    process.wait()


def test_filters_of_a_handler() -> None:
    class Without(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            record.added = "by filter"
            return "secret" not in record.getMessage()

    handler = SkywardenHandler()
    handler.addFilter(Without())
    source = logging.getLogger("filtered")
    source.propagate = False
    source.setLevel(logging.INFO)
    source.addHandler(handler)
    with capture() as lines:
        source.info("a secret")
        source.info("no more than that")
        (line,) = lines
    source.removeHandler(handler)
    assert line["fields"]["added"] == "by filter"


def test_many_threads_write_whole_lines(tmp_path: Path) -> None:
    handler = RotatingFileHandler(tmp_path / "app.log")
    source = logging.getLogger("threads")
    source.propagate = False
    source.setLevel(logging.INFO)
    source.addHandler(handler)

    def work(number: int) -> None:
        for turn in range(300):
            source.info("turn", extra={"number": number, "turn": turn})

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    source.removeHandler(handler)
    handler.close()
    lines = [json.loads(line)["fields"] for line in (tmp_path / "app.log").read_text().splitlines()]
    for number in range(8):
        assert [line["turn"] for line in lines if line["number"] == number] == list(range(300))


def test_secrets_are_masked() -> None:
    with capture() as lines:
        logger.info("user ann@example.com", extra={"password": "hunter2", "nested": {"api_key": "k"}, "note": "card 4111 1111 1111 1111"})
        text = repr(lines)
    for secret in ("ann@example.com", "hunter2", "'k'", "4111"):
        assert secret not in text


def test_captured_exceptions() -> None:
    with capture() as lines:
        skywarden.capture_exception()
        assert len(lines) == 0
        try:
            raise ValueError("bad \ud800")
        except ValueError as error:
            skywarden.capture_exception(order_id=5, user_id="u")
            skywarden.capture_exception(error, message="told", logger="mine")
        skywarden.capture_exception(KeyError("k"))
        first, second, third = lines
    assert (first["level"], first["logger"], first["message"], first["user_id"]) == ("ERROR", "skywarden", "bad \ufffd", "u")
    assert first["fields"] == {"order_id": 5}
    assert first["error"]["type"] == "ValueError"
    assert (second["message"], second["logger"]) == ("told", "mine")
    assert third["error"] == {"type": "KeyError", "message": "'k'", "stack": "KeyError: 'k'"}


def test_the_module_is_silent_on_import() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = run("import skywarden, skywarden.logging, skywarden.asgi, skywarden.metrics, skywarden.aws_lambda, skywarden.context")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
