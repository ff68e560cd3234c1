"""Exploring: any selection of a survey's ballots as a page and, at the same address, as JSON."""

from __future__ import annotations

from flask import Blueprint

from survey_app.web.results.explore import selected


def register(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint of results."""
    selected.register(blueprint)
