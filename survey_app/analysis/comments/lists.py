"""The lists of words beside this file: ours, to be added to, one or many words a line."""

from __future__ import annotations

from pathlib import Path

_PLACE = Path(__file__).with_name("lists")


def listed(name: str) -> tuple[str, ...]:
    """Return the words of a list in their order."""
    return tuple((_PLACE / f"{name}.txt").read_text(encoding="utf-8").split())
