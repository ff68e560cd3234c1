"""A worker's pages."""

from survey_app.web.respond.views import register

__all__ = ["register"]
