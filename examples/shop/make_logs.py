#!/usr/bin/env python3
"""Makes the sample logs of the shop: one day of four services, and the truth about it.

    make_logs.py --catalog PROGRAM            write logs/shop-2026-11-20.jsonl.gz and logs/expected.json
    make_logs.py --catalog PROGRAM --check    compare them with what would be written; exit code 1 if they differ

PROGRAM is the built service `shop-catalog`. The Python that runs this, 3.11 or newer, runs the other services, and needs what
checkout/requirements.txt names and the package `skywarden`; `cargo xtask shop` sees to all of it. The content is the same on
every machine, up to what `same.py` leaves out of the comparison; the compressed bytes may differ between zlib releases.
"""

import argparse
import gzip
import json
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

SHOP = Path(__file__).resolve().parent
# The services' own modules: the load script shares their dice and their day.
sys.path.insert(0, str(SHOP / "checkout"))

from shop_day.clock import DATE, DAY_START, HOUR, hour_of  # noqa: E402
from shop_day.export import compress, event_lines  # noqa: E402
from shop_day.same import first_difference  # noqa: E402

LOGS = SHOP / "logs"
EVENTS_NAME = f"shop-{DATE}.jsonl.gz"
TRUTH_NAME = "expected.json"


def make(catalog: Path, directory: Path) -> tuple[bytes, bytes]:
    """The two files' content: the events as JSON Lines, not yet compressed, and the truth as JSON."""
    from shop_day.play import play
    from shop_day.truth import expected

    journal = play(catalog, directory, _tell_progress())
    entries = journal.sorted_entries()
    truth = json.dumps(expected(entries, journal.sorted_facts()), ensure_ascii=False, indent=1) + "\n"
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
        if (difference := first_difference(found, wanted)) is not None:
            problems.append(f"{path}: is not what make_logs.py makes\n{difference}")
    return problems


def main(arguments: list[str]) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--catalog", type=Path, required=True, metavar="PROGRAM", help="the built service shop-catalog")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--out", type=Path, default=LOGS, metavar="DIR", help="directory of the files (default: logs/)")
    parser.add_argument("--work", type=Path, metavar="DIR", help="an empty directory for what the services write, which is kept")
    options = parser.parse_args(arguments)
    if options.work is not None:
        events, truth = make(options.catalog.resolve(), options.work.resolve())
    else:
        with tempfile.TemporaryDirectory(prefix="shop-day-") as directory:
            events, truth = make(options.catalog.resolve(), Path(directory).resolve())
    if options.check:
        problems = check(options.out, events, truth)
        for problem in problems:
            print(f"error: {problem}", file=sys.stderr)
        if problems:
            print("hint: run `cargo xtask shop` and commit what it writes", file=sys.stderr)
        return 1 if problems else 0
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / EVENTS_NAME).write_bytes(compress(events))
    (options.out / TRUTH_NAME).write_bytes(truth)
    return 0


def _tell_progress() -> Callable[[int], None]:
    """Says on a terminal what time of the day it is."""
    shown = -1

    def tell(moment: int) -> None:
        nonlocal shown
        hour = hour_of(moment)
        if hour != shown and sys.stderr.isatty():
            shown = hour
            end = "\n" if DAY_START + 23 * HOUR <= moment else ""
            print(f"\rthe day is being played: {hour:02}:00", end=end, file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
