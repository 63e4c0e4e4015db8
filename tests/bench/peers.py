#!/usr/bin/env python3
"""The pipeline as it is written in Python with AWS Lambda Powertools, for comparison: the same payload, the same five metrics.

    python peers.py serve --data DIRECTORY

`cargo xtask bench` starts it. It reads questions from standard input, one JSON object a line (`pipeline`, `events`, `times`), and replies with the
CPU time of each run and with what the last one found. Pipelines: `json` (the standard library's parser) and `orjson`, each for the subscription
message and for the lines in it. Decoding and inflating are Powertools' own, by `base64` and `zlib`.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import orjson
from aws_lambda_powertools.utilities.data_classes import CloudWatchLogsEvent

Parser = Callable[[str], dict]

PARSERS: dict[str, Parser] = {"json": json.loads, "orjson": orjson.loads}

MINUTE_MS = 60_000


class Aggregates:
    """Counters and distributions by (metric, service, second dimension, minute in milliseconds)."""

    def __init__(self) -> None:
        self.counters: dict[tuple, float] = defaultdict(float)
        # A distribution keeps each value with how often it was seen, as PutMetricData takes them.
        self.distributions: dict[tuple, dict[float, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, line: dict, timestamp_ms: int) -> None:
        """Adds the samples of one line."""
        minute = timestamp_ms - timestamp_ms % MINUTE_MS
        service, method, status = line["service"], line["method"], line["status"]
        self.counters["Requests", service, method, minute] += 1
        if status >= 500:
            self.counters["ServerErrors", service, method, minute] += 1
        self.distributions["RequestDuration", service, method, minute][line["duration_ms"]] += 1
        self.distributions["BytesOut", service, line["version"], minute][line["bytes_out"]] += 1
        if line["level"] == "ERROR":
            self.counters["Errors", service, line["error"]["type"], minute] += 1

    def answer(self) -> dict[str, float]:
        """The numbers the benchmark compares, by name."""
        numbers = {f"{' '.join(map(str, key))} sum": total for key, total in self.counters.items()}
        for key, values in self.distributions.items():
            name = " ".join(map(str, key))
            numbers[f"{name} sum"] = sum(value * count for value, count in values.items())
            numbers[f"{name} count"] = sum(values.values())
            numbers[f"{name} min"] = min(values)
            numbers[f"{name} max"] = max(values)
        return numbers


def process(payload: bytes, parse: Parser) -> Aggregates:
    """What a function written with Powertools does with a payload. The event itself is parsed by Lambda's runtime, always with `json`."""
    event = CloudWatchLogsEvent(json.loads(payload), json_deserializer=parse)
    aggregates = Aggregates()
    for entry in event.parse_logs_data().log_events:
        aggregates.add(parse(entry.message), entry.timestamp)
    return aggregates


def timed(payload: bytes, parse: Parser, times: int) -> tuple[list[int], Aggregates]:
    """CPU time of this thread for each run, nanoseconds, and what the last run found."""
    spent = []
    aggregates = Aggregates()
    for _ in range(times):
        began = time.thread_time_ns()
        aggregates = process(payload, parse)
        spent.append(time.thread_time_ns() - began)
    return spent, aggregates


def serve(directory: Path) -> None:
    """Replies to questions until there are no more."""
    payloads: dict[int, bytes] = {}
    for line in sys.stdin:
        question = json.loads(line)
        events = question["events"]
        if events not in payloads:
            payloads[events] = (directory / f"batch_{events}.json").read_bytes()
        spent, aggregates = timed(payloads[events], PARSERS[question["pipeline"]], question["times"])
        print(json.dumps({"ns": spent, "answer": aggregates.answer()}), flush=True)


def main(arguments: list[str]) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["serve"], help="wait for questions on standard input")
    parser.add_argument("--data", type=Path, required=True, metavar="DIRECTORY", help="directory of the generated batches")
    serve(parser.parse_args(arguments).data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
