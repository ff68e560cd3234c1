"""Figures made of figures: rates before and after weights, index trees. Each also as JSON."""

from __future__ import annotations

from flask import Blueprint

from survey_app.web.results.weighing import indexes, weights


def register(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint of results."""
    weights.SIGHT.register(blueprint)
    indexes.SIGHT.register(blueprint)
