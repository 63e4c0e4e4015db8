"""The examples of the README do what they say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL) if README.exists() else []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[0])
def test_an_example_runs_and_writes_lines_of_json(example: str, tmp_path: Path) -> None:
    example = example.replace("/tmp/orders.log", str(tmp_path / "orders.log"))
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    for line in done.stdout.splitlines():
        assert json.loads(line)["schema"] == "1.0"


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6
