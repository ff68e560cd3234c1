"""The blueprint that the pages of comments hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("comments", __name__)
