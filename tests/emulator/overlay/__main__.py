"""Starts the patched ministack in this process; stop it with SIGTERM.

Run as ``python -m overlay`` in ``tests/emulator``, or by the path of this file from anywhere.
"""

import sys
from pathlib import Path

if not __package__:
    # Run by its path: the package's parent is not on the import path yet. This directory itself must leave it, because
    # its modules would hide the standard library's (``statistics``).
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from overlay import version


def main() -> int:
    """Check the version, patch, serve; the exit code is 2 when the surroundings are wrong."""
    try:
        version.check()
    except version.WrongVersion as wrong:
        print(f"overlay: {wrong}", file=sys.stderr)
        return 2

    # Only now: these import the private parts of ministack that the check vouches for.
    from overlay import matcher, patches

    try:
        patches.install()
    except matcher.MatcherUnavailable as unavailable:
        print(f"overlay: {unavailable}", file=sys.stderr)
        return 2

    from ministack.app import main as serve

    serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
