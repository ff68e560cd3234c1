"""Questionnaires, surveys and collectors: the organiser's desk."""

from __future__ import annotations

from flask import Flask

from survey_app.web.author import (
    collecting,
    collector_settings,
    composites,
    designer,
    designer_scales,
    designer_start,
    exchange,
    exchange_files,
    figure_rules,
    figure_settings,
    floors,
    gallery,
    imports,
    indicators,
    invitations,
    outcomes,
    pasting,
    posters,
    preview,
    questionnaires,
    retention,
    sealing,
    shared_templates,
    surveys,
    versions,
)
from survey_app.web.author.room import blueprint

__all__ = [
    "blueprint",
    "collecting",
    "collector_settings",
    "composites",
    "designer",
    "designer_scales",
    "designer_start",
    "exchange",
    "exchange_files",
    "figure_rules",
    "figure_settings",
    "floors",
    "gallery",
    "imports",
    "indicators",
    "invitations",
    "outcomes",
    "pasting",
    "posters",
    "preview",
    "questionnaires",
    "register",
    "retention",
    "sealing",
    "shared_templates",
    "surveys",
    "versions",
]


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    app.register_blueprint(blueprint)
