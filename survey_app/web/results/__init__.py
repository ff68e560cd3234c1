"""Pages of this room: a campaign's results for those who lead, and the workbook to take along."""

from __future__ import annotations

from flask import Flask

from survey_app.web.results import drawing
from survey_app.web.results.views import blueprint


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
    drawing.register(app)
