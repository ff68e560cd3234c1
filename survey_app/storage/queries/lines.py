"""Thousands of rows as one text: what costs is to hand rows over, not to find them.

Whoever keeps what he made of the rows tells by the text whether any of them has changed since.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select
from sqlalchemy.orm import Session

BETWEEN = "\x1f"
END = "\x1e"
"""Separators of ASCII, which no name holds."""


def lines(session: Session, query: Select[*tuple[Any, ...]]) -> str:
    """Return the rows of a query as one text, empty for none; what is null is an empty word."""
    rows = query.subquery()
    words = [func.coalesce(cast(column, String), "") for column in rows.c]
    line: ColumnElement[str] = reduce(lambda one, other: one.concat(literal(BETWEEN)).concat(other), words)
    return session.execute(select(func.aggregate_strings(line, END))).scalar_one() or ""


def words(text: str) -> Iterator[list[str]]:
    """Yield the words of each row of such a text."""
    return (line.split(BETWEEN) for line in text.split(END)) if text else iter(())
