"""The simple Excel template for questionnaires: one row per question, in and out, and empty with an example."""

from survey_app.interchange.sheet.book import recognises
from survey_app.interchange.sheet.reading import read
from survey_app.interchange.sheet.writing import template, write, write_report

__all__ = ["read", "recognises", "template", "write", "write_report"]
