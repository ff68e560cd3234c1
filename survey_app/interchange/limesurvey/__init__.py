"""LimeSurvey survey structure files (.lss), versions 2 to 6: in only."""

from survey_app.interchange.limesurvey.loading import recognises
from survey_app.interchange.limesurvey.reading import read

__all__ = ["read", "recognises"]
