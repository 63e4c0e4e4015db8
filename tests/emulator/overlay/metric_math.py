"""Evaluates the metric math our alarms use: arithmetic, comparison, AND/OR, IF, FILL and a few elementwise functions.

ministack stores no expression and answers GetMetricData expressions with an error. Rules, from the metric math
documentation: in arithmetic and comparison a missing value counts as 0 unless both sides are missing; a division by
zero gives no point; IF drops the points whose condition is missing.

A value is a number (a scalar) or a list of ``float | None`` with one element a period.
"""

import math
import operator
import re
from collections.abc import Callable

Series = list[float | None]
Value = float | Series

_TOKEN = re.compile(
    r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(&&|\|\||[=!<>]=|[-+*/^(),<>\[\]])|(\"[^\"]*\"))"
)


class BadExpression(ValueError):
    """The expression does not parse, or names a series or function that is not known here."""


def _divide(left: float, right: float) -> float | None:
    return left / right if right else None


_BINARY: list[dict[str, Callable[[float, float], float | None]]] = [
    {"OR": lambda a, b: float(bool(a or b)), "||": lambda a, b: float(bool(a or b))},
    {"AND": lambda a, b: float(bool(a and b)), "&&": lambda a, b: float(bool(a and b))},
    {
        "==": lambda a, b: float(a == b),
        "!=": lambda a, b: float(a != b),
        "<": lambda a, b: float(a < b),
        ">": lambda a, b: float(a > b),
        "<=": lambda a, b: float(a <= b),
        ">=": lambda a, b: float(a >= b),
    },
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": _divide},
]
"""Left-associative operators, the loosest first; ``^`` and unary minus bind tighter."""

_ELEMENTWISE: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
_REDUCERS: dict[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "MIN": min,
    "MAX": max,
    "AVG": lambda values: sum(values) / len(values),
}


def evaluate(expression: str, values: dict[str, Value], width: int) -> Value:
    """The expression over named values; every series among them has ``width`` elements."""
    parser = _Parser(expression, values, width)
    value = parser.binary(0)
    if parser.peek() is not None:
        raise BadExpression(f"unexpected {parser.peek()!r} in {expression!r}")
    return value


class _Parser:
    """A recursive-descent parser that computes as it reads."""

    def __init__(self, expression: str, values: dict[str, Value], width: int) -> None:
        self._values = values
        self._width = width
        self._tokens = _tokens(expression)
        self._at = 0

    def peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def binary(self, level: int) -> Value:
        if level == len(_BINARY):
            return self._unary()
        left = self.binary(level + 1)
        while (function := _BINARY[level].get(self.peek() or "")) is not None:
            self._at += 1
            left = _apply(function, left, self.binary(level + 1))
        return left

    def _unary(self) -> Value:
        if self.peek() == "-":
            self._at += 1
            return _map(operator.neg, self._unary())
        base = self._primary()
        if self.peek() == "^":
            self._at += 1
            return _apply(operator.pow, base, self._unary())
        return base

    def _primary(self) -> Value:
        token = self._next()
        if token == "(":
            value = self.binary(0)
            self._take(")")
            return value
        if token[0].isdigit() or token[0] == ".":
            return float(token)
        if self.peek() == "(":
            return self._call(token)
        if token in self._values:
            return self._values[token]
        raise BadExpression(f"unknown metric id {token!r}")

    def _call(self, name: str) -> Value:
        self._take("(")
        if name in _REDUCERS:
            value = self._reduce(name)
        elif name in _ELEMENTWISE:
            value = _map(_ELEMENTWISE[name], self.binary(0))
        elif name == "FILL":
            value = self._fill()
        elif name == "IF":
            value = self._if()
        else:
            raise BadExpression(f"the function {name} is not known to this emulator")
        self._take(")")
        return value

    def _reduce(self, name: str) -> Value:
        """Over an array, one value a period from the members that have one; over one series, a scalar."""
        reducer = _REDUCERS[name]
        if self.peek() != "[":
            present = [v for v in as_series(self.binary(0), self._width) if v is not None]
            return reducer(present) if present else []
        self._take("[")
        members = [self.binary(0)]
        while self.peek() == ",":
            self._at += 1
            members.append(self.binary(0))
        self._take("]")
        columns = zip(*(as_series(member, self._width) for member in members), strict=True)
        present = ([v for v in column if v is not None] for column in columns)
        return [reducer(values) if values else None for values in present]

    def _fill(self) -> Value:
        points = as_series(self.binary(0), self._width)
        self._take(",")
        if self.peek() == "REPEAT":
            self._at += 1
            filled, last = [], None
            for point in points:
                last = point if point is not None else last
                filled.append(last)
            return filled
        filler = as_series(self.binary(0), self._width)
        return [fill if point is None else point for point, fill in zip(points, filler, strict=True)]

    def _if(self) -> Value:
        condition = as_series(self.binary(0), self._width)
        self._take(",")
        then = as_series(self.binary(0), self._width)
        otherwise: Series = [None] * self._width
        if self.peek() == ",":
            self._at += 1
            otherwise = as_series(self.binary(0), self._width)
        return [
            None if test is None else (yes if test else no)
            for test, yes, no in zip(condition, then, otherwise, strict=True)
        ]

    def _next(self) -> str:
        token = self.peek()
        if token is None:
            raise BadExpression("the expression ends too early")
        self._at += 1
        return token

    def _take(self, expected: str) -> None:
        if self._next() != expected:
            raise BadExpression(f"expected {expected!r}")


def _tokens(expression: str) -> list[str]:
    tokens, at, text = [], 0, expression.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadExpression(f"cannot read {text[at:]!r}")
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


def _apply(function: Callable[[float, float], float | None], left: Value, right: Value) -> Value:
    if not isinstance(left, list) and not isinstance(right, list):
        result = function(left, right)
        return [] if result is None else result
    width = len(left) if isinstance(left, list) else len(right)
    pairs = zip(as_series(left, width), as_series(right, width), strict=True)
    scalar = not isinstance(left, list) or not isinstance(right, list)
    return [
        None if (a is None and b is None) or (scalar and (a is None or b is None)) else function(a or 0.0, b or 0.0)
        for a, b in pairs
    ]


def _map(function: Callable[[float], float], value: Value) -> Value:
    if isinstance(value, list):
        return [None if point is None else float(function(point)) for point in value]
    return float(function(value))


def as_series(value: Value, width: int) -> Series:
    """``value`` with one element a period; a scalar counts for every period."""
    if not isinstance(value, list):
        return [value] * width
    return value or [None] * width
