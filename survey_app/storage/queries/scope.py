"""Limits a query to subtrees of the union tree."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_

from survey_app.storage.models import Unit


def within(paths: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that `Unit.path` lies in one of the subtrees; no paths: nothing does."""
    return or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))
