#!/usr/bin/env python3
"""drain3 on the messages of the benchmark, for comparison with our templates.

    python drain.py serve --messages FILE

`cargo xtask bench` starts it. It reads questions from standard input, one JSON object a line (`pipeline`, `events`, `times`), and replies with the
CPU time of each run and with the number of groups. Each run begins with an empty tree. Pipelines: `drain3` (no masks, as a `TemplateMinerConfig`
comes) and `drain3-masked` (the masks of the example in drain3's own documentation).
"""

import argparse
import json
import logging
import sys
import time
from pathlib import Path

from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

# From `examples/drain3.ini` of drain3 0.9.11.
MASKS = [
    (r"((?<=[^A-Za-z0-9])|^)(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))((?=[^A-Za-z0-9])|$)", "ID"),
    (r"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)", "IP"),
    (r"((?<=[^A-Za-z0-9])|^)([0-9a-f]{6,} ?){3,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    (r"((?<=[^A-Za-z0-9])|^)([0-9A-F]{4} ?){4,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    (r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", "HEX"),
    (r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
    (r"(?<=executed cmd )(\".+?\")", "CMD"),
]


def miner(pipeline: str) -> TemplateMiner:
    """An empty miner."""
    config = TemplateMinerConfig()
    if pipeline == "drain3-masked":
        config.masking_instructions = [MaskingInstruction(pattern, name) for pattern, name in MASKS]
    return TemplateMiner(config=config)


def timed(messages: list[str], pipeline: str, times: int) -> tuple[list[int], int]:
    """CPU time of this thread for each run, nanoseconds, and the number of groups the last run found."""
    spent = []
    groups = 0
    for _ in range(times):
        began = time.thread_time_ns()
        template_miner = miner(pipeline)
        for message in messages:
            template_miner.add_log_message(message)
        spent.append(time.thread_time_ns() - began)
        groups = len(template_miner.drain.clusters)
    return spent, groups


def serve(path: Path) -> None:
    """Replies to questions until there are no more."""
    messages = path.read_text(encoding="utf-8").splitlines()
    for line in sys.stdin:
        question = json.loads(line)
        spent, groups = timed(messages, question["pipeline"], question["times"])
        print(json.dumps({"ns": spent, "answer": {"groups": groups}}), flush=True)


def main(arguments: list[str]) -> int:
    """Runs the command; returns its exit code."""
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["serve"], help="wait for questions on standard input")
    parser.add_argument("--messages", type=Path, required=True, metavar="FILE", help="messages, one a line")
    serve(parser.parse_args(arguments).messages)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
