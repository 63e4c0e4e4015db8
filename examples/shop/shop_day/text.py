"""JSON as it is written here."""

import json
from typing import Any


def to_json(value: Any) -> str:
    """Compact JSON with text left as it is (UTF-8, not escaped)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
