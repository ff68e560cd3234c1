"""Pages of this room."""

from __future__ import annotations

from flask import Blueprint, Flask

blueprint = Blueprint("results", __name__)


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
