"""Signing in and out, passwords, languages, users, units and the audit log."""

from __future__ import annotations

from flask import Flask

from survey_app.web.accounts import log, navigation, session, tokens, users, views

# Once for the process: a blueprint takes no route after its first application, and there may be several.
users.register(views.blueprint)
log.register(views.blueprint)
tokens.register(views.blueprint)


def register(app: Flask) -> None:
    """Put the pages, the signed-in person and the navigation on `app`."""
    session.register(app)
    navigation.register(app)
    app.register_blueprint(views.blueprint)
