"""Keys and words in addresses: what no row can have is not found, rather than an error of the database."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter

from survey_app.questionnaire.text import UNPRINTABLE

LARGEST = 2**31 - 1
"""What a column of type INTEGER holds."""


class KeyConverter(IntegerConverter):
    """A whole number that can be a row's key."""

    def to_python(self, value: str) -> int:
        """Read the number; whatever is too large leads nowhere."""
        return min(super().to_python(value), LARGEST)


def key(text: str) -> int:
    """Read a key from a query, for `request.args.get(..., type=key)`. Raises `ValueError`."""
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError(text)
    return number


def words(text: str) -> str:
    """Read what people look for, for `request.args.get(..., type=words)`, without what PostgreSQL cannot hold."""
    return UNPRINTABLE.sub("", text).strip()


def register(app: Flask) -> None:
    """Let `<int:…>` stand for a key in all addresses of `app`."""
    app.url_map.converters["int"] = KeyConverter
