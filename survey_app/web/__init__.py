"""Pages, one package per person. No SQL here: pages call services."""

from __future__ import annotations

from flask import Flask

from survey_app.web import (
    access,
    accounts,
    author,
    comments,
    errors,
    evidence,
    fieldwork,
    formats,
    i18n,
    interviews,
    keying,
    keys,
    respond,
    results,
    security,
)


def register(app: Flask) -> None:
    """Put all pages, and what surrounds them, on `app`."""
    keys.register(app)
    security.register(app)
    errors.register(app)
    i18n.register(app)
    formats.register(app)
    accounts.register(app)
    author.register(app)
    comments.register(app)
    evidence.register(app)
    fieldwork.register(app)
    interviews.register(app)
    keying.register(app)
    respond.register(app)
    results.register(app)
    access.register(app)
