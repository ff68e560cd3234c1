"""The published and cross-checked figures that the scoring layer is tested against."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "data" / "reference" / "statistics.json"


@cache
def cases() -> dict[str, dict[str, Any]]:
    return json.loads(FILE.read_text(encoding="utf-8"))["cases"]


def case(name: str) -> tuple[dict[str, Any], dict[str, Any], float]:
    """Return inputs, expected values and the absolute tolerance of one case."""
    found = cases()[name]
    return found["inputs"], found["expected"], found["tolerance"]
