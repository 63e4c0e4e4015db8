#!/usr/bin/env python3
"""Runs one case of the Python side.

    python serve.py --suite line --case "structlog + orjson, bound"

Reads questions from standard input, one JSON object a line (`pipeline`, `events`, `times`), and replies with the CPU time of the process for each run, the
time of other threads included. What is logged goes to standard output, which is `/dev/null` meanwhile, with a system call for each line. With `--show N` it
runs N times instead, so that the lines can be looked at.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable

# Makes the case's work: a function that does it so many times.
Work = Callable[[int], None]


def main(arguments: list[str]) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--suite", choices=["line", "asgi"], required=True, help="which cases")
    parser.add_argument("--case", required=True, metavar="NAME", help="name of the case; `?` lists them")
    parser.add_argument("--show", type=int, metavar="N", help="run it so many times, and nothing else")
    chosen = parser.parse_args(arguments)
    if chosen.suite == "line":
        from lines import CASES
    else:
        from exchanges import CASES
    if chosen.case == "?":
        print("\n".join(CASES))
        return 0
    if chosen.show is not None:
        CASES[chosen.case]()(chosen.show)
        return 0
    replies = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    work = CASES[chosen.case]()
    # What was made for good is not looked through again and again by the collector.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        question = json.loads(line)
        spent = [timed(work, question["events"]) for _ in range(question["times"])]
        replies.write(json.dumps({"ns": spent}) + "\n")
        replies.flush()
    return 0


def timed(work: Work, events: int) -> int:
    """CPU time of one run, nanoseconds."""
    began = time.process_time_ns()
    work(events)
    return time.process_time_ns() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
