"""Comments: what those who lead read of them, and the desk where a person decides what may be read."""

from __future__ import annotations

from flask import Flask

from survey_app.analysis.comments.masks import pieces
from survey_app.web.comments import campaign, review
from survey_app.web.comments.room import blueprint

__all__ = ["campaign", "register", "review"]


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
    app.add_template_filter(pieces, "mask_pieces")
