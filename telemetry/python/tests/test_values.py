"""Whatever is logged becomes one line of JSON; nothing is raised, and nothing is consumed."""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import ipaddress
import itertools
import json
import logging
import math
import pathlib
import sys
import threading
import types
import uuid
from typing import Any, NamedTuple

import pydantic
import pytest

from skywarden.logging import JSONFormatter

formatter = JSONFormatter()


def record(message: object = "m", *args: object, **extra: Any) -> logging.LogRecord:
    made = logging.LogRecord("test", logging.INFO, __file__, 1, message, args, None)
    made.__dict__.update(extra)
    return made


def line(message: object = "m", *args: object, **extra: Any) -> dict[str, Any]:
    text = formatter.format(record(message, *args, **extra))
    assert "\n" not in text
    # No key twice, at any depth.
    return json.loads(text, object_pairs_hook=unique)  # type: ignore[no-any-return]


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({name for name, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


def written(value: object) -> Any:
    return line(value=value)["fields"]["value"]


class Colour(enum.Enum):
    RED = "red"
    PAIR = (1, 2)


class Number(enum.IntEnum):
    ONE = 1


class Flag(enum.Flag):
    A = 1


@dataclasses.dataclass
class Point:
    x: int
    label: str = "p"
    hidden: Any = dataclasses.field(default=None, repr=False)


@dataclasses.dataclass
class Slotted:
    __slots__ = ("x", "y")
    x: int
    y: int


class Pair(NamedTuple):
    left: int
    right: str


class Model(pydantic.BaseModel):
    name: str
    secret: pydantic.SecretStr
    left_out: str = pydantic.Field(default="never", exclude=True)


class Text(str):
    pass


class Keyed(dict[str, Any]):
    pass


class Whole(int):
    pass


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (0, 0),
        (-(2**63), -(2**63)),
        (2**64 - 1, 2**64 - 1),
        (2**64, 2**64),
        (-(2**300), -(2**300)),
        (10**5000, "<int of 16610 bits>"),
        (1.5, 1.5),
        (-0.0, -0.0),
        (5e-324, 5e-324),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        ("", ""),
        ("a\u0000\u001f\"\\\u2028\U0001f600", "a\u0000\u001f\"\\\u2028\U0001f600"),
        ("a\ud800b", "a\ufffdb"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        (b"bytes", "bytes"),
        (b"\xff\x00", "\\xff\\x00"),
        (bytearray(b"array"), "array"),
        ([1, [2, (3, {"a": 4})]], [1, [2, [3, {"a": 4}]]]),
        ({}, {}),
        ([], []),
        ({1: "a", 2.5: "b", None: "c"}, {"1": "a", "2.5": "b", "null": "c"}),
        ({True: 1, (1, 2): 2, b"k": 3}, {"true": 1, "(1, 2)": 2, "b'k'": 3}),
        ({1: "number", "1": "text"}, {"1 (int)": "number", "1": "text"}),
        ({Colour.RED: 1, Number.ONE: 2}, {"red": 1, "1": 2}),
        ({"\ud800": 1}, {"\ufffd": 1}),
        ({"": 1}, {"": 1}),
        (frozenset([7]), [7]),
        ({7}, [7]),
        (collections.deque([1, 2]), [1, 2]),
        ({"a": 1}.keys(), ["a"]),
        ({"a": 1}.values(), [1]),
        ({"a": 1}.items(), [["a", 1]]),
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.defaultdict(list, a=[1]), {"a": [1]}),
        (Keyed(a=1), {"a": 1}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        (collections.ChainMap({"a": 1}, {"b": 2}), {"b": 2, "a": 1}),
        (Text("text"), "text"),
        (Whole(5), 5),
        (Colour.RED, "red"),
        (Colour.PAIR, [1, 2]),
        (Number.ONE, 1),
        (Flag.A, 1),
        (datetime.datetime(2026, 11, 23, 4, 5, 6, 7, tzinfo=datetime.timezone.utc), "2026-11-23T04:05:06.000007+00:00"),
        (datetime.date(2026, 11, 23), "2026-11-23"),
        (datetime.time(4, 5), "04:05:00"),
        (datetime.timedelta(minutes=1, milliseconds=500), 60.5),
        (decimal.Decimal("12.50"), 12.5),
        (decimal.Decimal("NaN"), "NaN"),
        (decimal.Decimal("sNaN"), "sNaN"),
        (decimal.Decimal("-Infinity"), "-Infinity"),
        (fractions.Fraction(1, 3), "1/3"),
        (1 + 2j, "(1+2j)"),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (pathlib.PurePosixPath("/a/b"), "/a/b"),
        (ipaddress.ip_address("::1"), "::1"),
        (Point(1), {"x": 1, "label": "p", "hidden": None}),
        (Slotted(1, 2), {"x": 1, "y": 2}),
        (Pair(1, "r"), {"left": 1, "right": "r"}),
        (Model(name="n", secret=pydantic.SecretStr("hidden")), {"name": "n", "secret": "**********"}),
        (range(3), "range(0, 3)"),
        (ValueError("wrong", 5), "ValueError: ('wrong', 5)"),
        (int, "int"),
        (Point, f"{__name__}.Point"),
        (..., "Ellipsis"),
        (array.array("i", [1, 2]), "array('i', [1, 2])"),
    ],
    ids=lambda value: repr(value)[:40] if not isinstance(value, int) else "int",
)
def test_values(value: object, expected: object) -> None:
    assert written(value) == expected


def test_a_date_of_pydantic_and_of_a_subclass() -> None:
    class Moment(datetime.datetime):
        pass

    assert written(Moment(2026, 1, 2)) == "2026-01-02T00:00:00"


def test_cycles_end() -> None:
    cyclic: dict[str, Any] = {}
    cyclic["again"] = [cyclic]
    assert "too deep" in json.dumps(written(cyclic), ensure_ascii=False)
    both: list[Any] = []
    both.append(both)
    assert "too deep" in json.dumps(written(both), ensure_ascii=False)
    point = Point(1)
    point.hidden = point
    assert "too deep" in json.dumps(written(point), ensure_ascii=False)


class Hostile:
    """Raises wherever it is touched."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError("touched")

    def __str__(self) -> str:
        raise RuntimeError("touched")

    __repr__ = __str__

    def __hash__(self) -> int:
        return 5

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("touched")


class NoText:
    def __str__(self) -> str:
        return 5  # type: ignore[return-value]


class Deep:
    def __str__(self) -> str:
        return str(self)


class HostileDict(dict[Any, Any]):
    def items(self) -> Any:
        raise RuntimeError("touched")

    def __iter__(self) -> Any:
        raise RuntimeError("touched")


class HostileModel:
    def model_dump(self) -> Any:
        raise RuntimeError("touched")


class EndlessModel:
    def model_dump(self) -> Any:
        return self


class EnumOfNoText(enum.Enum):
    A = NoText()


# Made inside of the tests: pytest looks at what it is given.
MAKERS: dict[str, Any] = {
    "hostile": Hostile,
    "no text": NoText,
    "endless recursion": Deep,
    "dict": lambda: HostileDict(a=1),
    "model": HostileModel,
    "endless model": EndlessModel,
    "enumeration": lambda: EnumOfNoText.A,
    "key": lambda: {Hostile(): 1},
    "item": lambda: [Hostile()],
    "member": lambda: {"a": Hostile()},
    "argument of an exception": lambda: ValueError(Hostile()),
    "object": object,
    "function": lambda: test_nothing_raises,
    "lock": threading.Lock,
    "module": lambda: sys,
    "memory": lambda: memoryview(b"x"),
    "metaclass": lambda: type("Metaclass", (type,), {"__instancecheck__": lambda *_: 1 / 0})("Made", (), {})(),
}


@pytest.mark.parametrize("name", MAKERS)
def test_nothing_raises(name: str) -> None:
    value = MAKERS[name]()
    made = [line(value=value), line(value), line(**{"value": [value]})]
    if name != "hostile":
        # The standard library itself looks at single arguments, and raises.
        made += [line("%s", value), line("%d", value), line("m", value)]
    assert [each["level"] for each in made] == ["INFO"] * len(made)


def test_what_raises_while_it_is_looked_at_says_so() -> None:
    assert written(Deep()) == "<unprintable Deep: RecursionError>"
    assert written(NoText()) == "<unprintable NoText: TypeError>"


def test_an_interrupt_is_not_swallowed() -> None:
    class Interrupted:
        def __str__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        line(value=Interrupted())


def test_nothing_is_consumed() -> None:
    generator = (number for number in range(3))
    iterator = iter([1, 2])
    zipped = zip([1], [2], strict=True)
    text = json.dumps(written([generator, iterator, zipped, itertools.count()]))
    assert "generator" in text
    assert (list(generator), list(iterator), list(zipped)) == ([0, 1, 2], [1, 2], [(1, 2)])


def test_what_changes_while_it_is_written() -> None:
    class Growing:
        def __str__(self) -> str:
            target[f"more {len(target)}"] = 1
            items.append(Growing())
            return "grown"

    target: dict[str, Any] = {f"key {number}": Growing() for number in range(5)}
    items: list[Any] = [Growing()]
    assert written(target)["key 4"] == "grown"
    assert written(items)[0] == "grown"
    large: dict[str, Any] = {f"key {number}": number for number in range(2000)}
    large["key 1000"] = Growing()
    target = large
    assert isinstance(written(large), dict)


def test_ten_megabytes_are_cut_and_say_so() -> None:
    text = written("x" * 10_000_000)
    assert len(text) < 100_000
    assert "bytes more" in text
    assert len(line("x" * 10_000_000)["message"]) < 100_000
    many = written(list(range(1_000_000)))
    assert len(many) < 1000
    assert "too long" in many[-1]
    assert len(formatter.format(record(**{f"field {number}": "y" * 10_000 for number in range(1000)}))) < 1_048_576
    assert len(formatter.format(record(value={number: "z" * 1000 for number in range(100_000)}))) < 1_048_576
    assert len(formatter.format(record(value=b"\xff" * 10_000_000))) < 1_048_576


def test_fields_over_the_bound_are_counted() -> None:
    found = line(**{f"field_{number}": number for number in range(1000)})
    assert len(found["fields"]) == 150
    assert found["dropped_fields"] == 850


def test_reserved_names_stay_the_writers() -> None:
    found = line(level="mine", timestamp="mine", service=5, logger="mine", error="mine", http="mine", schema=2, fields={"a": 1}, **{"@type": "x"})
    assert found["level"] == "INFO"
    assert found["logger"] == "test"
    assert found["schema"] == "1.0"
    assert found["fields"] == {
        "level": "mine",
        "timestamp": "mine",
        "service": 5,
        "logger": "mine",
        "error": "mine",
        "http": "mine",
        "schema": 2,
        "fields": {"a": 1},
        "_type": "x",
    }


def test_context_names_stand_at_the_top() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    found = line(user_id="u", tenant_id=7, correlation_id="c", trace_id=trace, span_id="no span", other=1)
    assert (found["user_id"], found["tenant_id"], found["correlation_id"], found["trace_id"]) == ("u", 7, "c", trace)
    # What is no such id stands where nobody takes it for one.
    assert found["fields"] == {"span_id": "no span", "other": 1}


def test_a_value_that_logs_while_it_is_written() -> None:
    class Talking:
        def __str__(self) -> str:
            return formatter.format(record("inside"))

    found = line("outside", value=Talking())
    assert found["message"] == "outside"
    assert json.loads(found["fields"]["value"])["message"] == "inside"


def test_threads_at_once() -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(200):
                assert line("%s", number, turn=turn, number=number)["fields"] == {"turn": turn, "number": number}
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_numpy_like_values() -> None:
    # As numpy has them, without numpy.
    def scalar(self: Any) -> Any:
        return 2.5

    namespace = {"__module__": "numpy", "size": 1, "tolist": scalar}
    assert written(type("float32", (), dict(namespace))()) == 2.5
    assert written(type("ndarray", (), {**namespace, "size": 3, "tolist": lambda self: [1, 2, 3]})()) == [1, 2, 3]
    assert written(type("ndarray", (), {**namespace, "size": 10**9, "__str__": lambda self: "[0 ... 0]"})()) == "[0 ... 0]"
