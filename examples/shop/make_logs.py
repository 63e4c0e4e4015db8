#!/usr/bin/env python3
"""Makes the sample logs of the shop: one day of four services, and the truth about it.

    python3 examples/shop/make_logs.py            write logs/shop-2026-11-20.jsonl.gz and logs/expected.json
    python3 examples/shop/make_logs.py --check    compare them with what would be written; exit code 1 if they differ

Needs Python 3.11 and nothing else. The content is the same on every machine; the compressed bytes may differ between
zlib releases, so the check compares what is inside.
"""

import argparse
import gzip
import json
import sys
import zlib
from pathlib import Path

from shop_day.clock import DATE
from shop_day.export import compress, event_lines
from shop_day.simulate import simulate
from shop_day.truth import expected

LOGS = Path(__file__).resolve().parent / "logs"
EVENTS_NAME = f"shop-{DATE}.jsonl.gz"
TRUTH_NAME = "expected.json"


def make() -> tuple[bytes, bytes]:
    """The two files' content: the events as JSON Lines, not yet compressed, and the truth as JSON."""
    entries = simulate().sorted_entries()
    truth = json.dumps(expected(entries), ensure_ascii=False, indent=1) + "\n"
    return event_lines(entries), truth.encode()


def check(directory: Path, events: bytes, truth: bytes) -> list[str]:
    """What is wrong with the files in the directory; empty when they hold exactly what they should."""
    problems = []
    for name, wanted in ((EVENTS_NAME, events), (TRUTH_NAME, truth)):
        path = directory / name
        try:
            found = path.read_bytes()
            if name.endswith(".gz"):
                found = gzip.decompress(found)
        except (OSError, EOFError, zlib.error) as exc:
            problems.append(f"{path}: cannot be read ({exc})")
            continue
        if found != wanted:
            problems.append(f"{path}: is not what make_logs.py makes")
    return problems


def main(arguments: list[str]) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--out", type=Path, default=LOGS, metavar="DIR", help="directory of the files (default: logs/)")
    options = parser.parse_args(arguments)
    events, truth = make()
    if options.check:
        problems = check(options.out, events, truth)
        for problem in problems:
            print(f"error: {problem}", file=sys.stderr)
        if problems:
            print("hint: run examples/shop/make_logs.py and commit what it writes", file=sys.stderr)
        return 1 if problems else 0
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / EVENTS_NAME).write_bytes(compress(events))
    (options.out / TRUTH_NAME).write_bytes(truth)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
