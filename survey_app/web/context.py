"""What a view finds around it: the database, the settings, the person, the time, the language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from flask import current_app, g
from flask_babel import get_locale

from survey_app.analysis.store import ColumnStore
from survey_app.config import Settings
from survey_app.questionnaire.text import EN, ZH
from survey_app.services.access import Actor
from survey_app.services.context import Database


def database() -> Database:
    """Return the application's database."""
    return cast("Database", current_app.extensions["survey_app.database"])


def columns() -> ColumnStore:
    """Return the process's column cache."""
    return cast("ColumnStore", current_app.extensions["survey_app.columns"])


def settings() -> Settings:
    """Return the application's settings."""
    return cast("Settings", current_app.extensions["survey_app.settings"])


def now() -> datetime:
    """Return the moment of this request; the same for all that it writes."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast("datetime", g.now)


def locale() -> str:
    """Return the reader's language, "zh_Hans_CN" or "en"."""
    return EN if str(get_locale()) == EN else ZH


def current_actor() -> Actor | None:
    """Return who is signed in, or None. `web.accounts` puts the person there before the guard asks."""
    load = current_app.extensions["survey_app.actor"]
    if "actor" not in g:
        g.actor = load()
    return cast("Actor | None", g.actor)


def forget_actor() -> None:
    """Treat the reader as a stranger for the rest of this request: the database cannot say who it is."""
    g.actor = None


def actor() -> Actor:
    """Return who is signed in; only for views that the guard lets nobody else into."""
    person = current_actor()
    if person is None:
        raise LookupError("nobody is signed in")
    return person
