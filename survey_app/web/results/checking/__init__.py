"""Checking tools for any figures: is a reported rate possible, how many to ask, how sure is x of n."""

from __future__ import annotations

from survey_app.web.results.checking.views import register

__all__ = ["register"]
