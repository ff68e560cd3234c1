"""XLSForm, the spreadsheet format of ODK, KoboToolbox, SurveyCTO and others: in and out."""

from survey_app.interchange.xlsform.reading import read
from survey_app.interchange.xlsform.writing import write, write_report

__all__ = ["read", "write", "write_report"]
