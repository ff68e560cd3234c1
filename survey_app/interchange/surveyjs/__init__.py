"""SurveyJS JSON ↔ questionnaires: what means the same on both sides is taken over, and the rest is named."""

from survey_app.interchange.surveyjs.loading import MAX_BYTES
from survey_app.interchange.surveyjs.reading import read
from survey_app.interchange.surveyjs.writing import write, write_report

__all__ = ["MAX_BYTES", "read", "write", "write_report"]
