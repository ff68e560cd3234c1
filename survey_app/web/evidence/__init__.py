"""What looks like proxy filling in a survey: shown, looked at, left out and let count again by its organiser."""

from __future__ import annotations

from flask import Flask

from survey_app.web.evidence.views import blueprint


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
