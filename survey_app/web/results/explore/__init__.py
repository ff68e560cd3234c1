"""Exploring: any selection of a survey's ballots as a page and, at the same address, as JSON."""

from __future__ import annotations

from flask import Blueprint

from survey_app.web.results.explore import compare, crosstab, drivers, openapi, places, selected, units, waves


def register(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint of results."""
    for view in (selected, units, crosstab, compare, waves, drivers):
        view.SIGHT.register(blueprint)
    places.register(blueprint)
    openapi.register(blueprint)
