"""Statements compiled once: no SQLAlchemy stands on the way of each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.sql import ClauseElement


class Prepared:
    """One statement in the words of one dialect."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        self._fixed: dict[str, Any] = {}
        self._processors: dict[str, Callable[[Any], Any] | None] = {}
        for bound, name in compiled.bind_names.items():
            self._processors[name] = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if not bound.required:
                self._fixed[name] = self._processed(name, bound.effective_value)

    def values(self, parameters: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them: by place or by name."""
        named = {**self._fixed, **{name: self._processed(name, value) for name, value in parameters.items()}}
        return named if self._order is None else [named[name] for name in self._order]

    def _processed(self, name: str, value: Any) -> Any:
        processor = self._processors[name]
        return value if processor is None else processor(value)
