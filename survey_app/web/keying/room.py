"""The blueprint that all pages of this room hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("keying", __name__)
