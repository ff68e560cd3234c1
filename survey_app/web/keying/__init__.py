"""Paper: batches printed, keyed by number keys, settled where two keyers differ, and closed."""

from __future__ import annotations

from flask import Flask

from survey_app.web.keying import batches, desk, printing, settling
from survey_app.web.keying.room import blueprint

__all__ = ["batches", "blueprint", "desk", "printing", "register", "settling"]


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
