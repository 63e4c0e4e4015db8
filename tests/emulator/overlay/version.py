"""Refuses every ministack but the one the patches were written against."""

from importlib import metadata

MINISTACK = "1.5.33"


class WrongVersion(Exception):
    """The installed ministack is missing or another one than ``MINISTACK``."""


def check(installed: str | None = None) -> None:
    """Raise ``WrongVersion`` unless ministack ``MINISTACK`` is installed; ``installed`` stands in for a look-up."""
    if installed is None:
        try:
            installed = metadata.version("ministack")
        except metadata.PackageNotFoundError:
            installed = "none"
    if installed != MINISTACK:
        raise WrongVersion(
            f"this overlay patches ministack {MINISTACK}, found {installed}: "
            "install the pinned versions with `pip install -r tests/emulator/requirements.txt`"
        )
