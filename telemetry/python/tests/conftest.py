"""Servers that several tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from served import Served, serving, uvicorn


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The observed application under uvicorn."""
    with serving(uvicorn("observed_app:app")) as served:
        served.wait(lambda lines: any(line["message"] == "starting" for line in lines))
        yield served


@pytest.fixture(scope="session", autouse=True)
def anyio_backend() -> str:
    return "asyncio"
