"""What an importer must never leave behind: any error but Chinese that the file does not have."""

from survey_app.questionnaire import checks
from survey_app.questionnaire.checks import Problem
from survey_app.questionnaire.definition import Questionnaire


def unsound(questionnaire: Questionnaire) -> list[Problem]:
    """Return what keeps a questionnaire from being published, apart from texts that are still to be translated."""
    return [each for each in checks.errors(questionnaire) if each.kind != "no_chinese"]
