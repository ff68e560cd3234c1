"""Campaigns, postings, the activity ledger, return visits and units."""

from __future__ import annotations

from flask import Flask

from survey_app.web.fieldwork import campaigns, ledger, postings, teams, units, visits
from survey_app.web.fieldwork.room import blueprint
from survey_app.web.fieldwork.words import FILTERS

__all__ = ["campaigns", "ledger", "postings", "register", "teams", "units", "visits"]


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    for name, write in FILTERS.items():
        app.add_template_filter(write, name)
    app.register_blueprint(blueprint)
