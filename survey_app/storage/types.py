"""Column types with the project's meaning, declared once and used by every table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC. SQLite has no time zones: naive values are refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = Annotated[int, mapped_column(Integer, primary_key=True, autoincrement=True)]
"""Surrogate key of a small table."""
Code = Annotated[str, mapped_column(String(64))]
"""A stable identifier that people may type."""
Name = Annotated[str, mapped_column(String(200))]
"""One line of words."""
LongWords = Annotated[str, mapped_column(Text, default="")]
"""Free words of any length; empty rather than NULL."""
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
"""An aware moment."""
Document = Annotated[dict[str, Any], mapped_column(Json, default=dict)]
"""A JSON object."""
Sha256 = Annotated[str, mapped_column(String(64))]
"""A hexadecimal SHA-256."""


def refers_to(target: str, *, ondelete: str = "RESTRICT") -> ForeignKey:
    """Return a foreign key to `table.column`. Nothing refers to `response`: see docs/architecture.md."""
    return ForeignKey(target, ondelete=ondelete)


def one_of(column: str, values: Iterable[str], name: str) -> CheckConstraint:
    """Return a named CHECK that holds `column` to `values`; enums in the schema, readable in both databases."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)
