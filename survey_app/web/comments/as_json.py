"""A campaign's comments as JSON: the same as on the page."""

from __future__ import annotations

from typing import Any

from survey_app.analysis.comments.showing import Group
from survey_app.questionnaire.text import Text
from survey_app.services.comments import CampaignComments, QuestionComments, SurveyComments


def campaign(found: CampaignComments) -> dict[str, Any]:
    """Return everything that the page shows."""
    return {
        "campaign": found.campaign.id,
        "is_whole": found.is_whole,
        "surveys": [_survey(found, each) for each in found.surveys],
    }


def _survey(found: CampaignComments, each: SurveyComments) -> dict[str, Any]:
    return {
        "survey": each.survey.id,
        "title": _text(Text(each.survey.title, each.survey.title_en)),
        "standing": each.standing.value,
        "read_at": None if each.read_at is None else each.read_at.isoformat(),
        "questions": [_question(found, question) for question in each.questions],
        "withheld": [_text(label) for label in each.withheld],
    }


def _question(found: CampaignComments, question: QuestionComments) -> dict[str, Any]:
    shown = question.shown
    return {
        "field": question.field,
        "label": _text(question.label),
        "base": shown.base,
        "wordings": shown.wordings,
        "released": shown.released,
        "released_wordings": shown.released_wordings,
        "threshold": shown.threshold,
        "keywords": [{"word": each.word, "comments": each.comments} for each in shown.keywords],
        "groups": [_group(found, group) for group in shown.groups],
    }


def _group(found: CampaignComments, group: Group) -> dict[str, Any]:
    return {
        "theme": None if group.theme is None else _text(found.themes[group.theme]),
        "words": list(group.words),
        "comments": group.comments,
        "verbatims": [{"words": each.words, "copies": each.copies} for each in group.verbatims],
    }


def _text(words: Text) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
