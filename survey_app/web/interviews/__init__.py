"""Interviews by telephone: the questionnaire read out and filled in by somebody who is signed in."""

from __future__ import annotations

from flask import Flask

from survey_app.web.interviews.views import blueprint


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
