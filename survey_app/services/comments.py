"""Comments as those read them who lead: by question, counted by word, in groups, quoted where released."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey_app.analysis.comments.showing import Said, Shown, shown
from survey_app.questionnaire.definition import Field, LongText, Questionnaire, ShortText
from survey_app.questionnaire.text import Text
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.collect import general_questionnaire_of
from survey_app.services.context import Database
from survey_app.services.seals import is_sealed
from survey_app.storage.models import Campaign, Comment, Survey
from survey_app.storage.queries import accounts, results
from survey_app.storage.queries import comments as queries
from survey_app.storage.queries import explore as places
from survey_app.storage.session import Session
from survey_app.words import CommentState, Role

MOST_NAMES = 3
"""Whom to ask: more names help nobody."""
_BETTER = re.compile("改进|改善|不足|不满|问题|困难|意见|建议|希望|要求|需求|需要")
"""What is in a question for what should be better."""


class Standing(StrEnum):
    """Why a survey's comments are shown or not."""

    SHOWN = "shown"
    SEALED = "sealed"
    UNREAD = "unread"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class QuestionComments:
    """A question that is answered in own words, and what is shown of the answers."""

    field: str
    label: Text
    shown: Shown


@dataclass(frozen=True, slots=True)
class SurveyComments:
    """A survey's comments: of `questions` there is enough to show, of the `withheld` there is not, or none.

    Questions for what should be better come first: they are what has to be dealt with.
    """

    survey: Survey
    standing: Standing
    read_at: datetime | None
    questions: tuple[QuestionComments, ...]
    withheld: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class CampaignComments:
    """All comments of a campaign that its readers may see; none, where somebody reads a part of it only.

    `to_ask` names those who can read comments in and release them.
    """

    campaign: Campaign
    is_whole: bool
    surveys: tuple[SurveyComments, ...]
    themes: Mapping[int, Text]
    to_ask: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[SurveyComments, ...]:
        """Surveys whose comments were read."""
        return tuple(each for each in self.surveys if each.standing == Standing.SHOWN)

    @property
    def unread(self) -> tuple[SurveyComments, ...]:
        """Surveys whose comments nobody has read yet."""
        return tuple(each for each in self.surveys if each.standing == Standing.UNREAD)

    @property
    def other(self) -> tuple[SurveyComments, ...]:
        """Surveys whose comments are shown later: once they are over, or read anew."""
        return tuple(each for each in self.surveys if each.standing in {Standing.SEALED, Standing.STALE})

    @property
    def is_released(self) -> bool:
        """Whether anything may be quoted."""
        return any(question.shown.released for survey in self.surveys for question in survey.questions)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown."""
        return not any(survey.questions for survey in self.surveys)


def comments(database: Database, *, actor: Actor, campaign_id: int, now: datetime) -> CampaignComments:
    """Return the comments of a campaign for those who read its results. Raises `NotFound`."""
    with database.reading() as session:
        campaign = results.campaign(session, campaign_id)
        own = actor.paths(Permission.READ_RESULTS)
        if campaign is None:
            raise NotFound
        is_whole = any(campaign.unit.path.startswith(path) for path in own)
        if not is_whole:
            if not any(places.is_any_below(session, campaign_id, path) for path in own):
                raise NotFound
            return CampaignComments(campaign, is_whole=False, surveys=(), themes={})
        surveys = [_survey(session, survey, now) for survey in results.surveys(session, campaign_id)]
        themes = theme_names(session, campaign_id)
        to_ask = _to_ask(session, campaign)
    found = tuple(each for each in surveys if each is not None)
    return CampaignComments(campaign, is_whole=True, surveys=found, themes=themes, to_ask=to_ask)


def _to_ask(session: Session, campaign: Campaign) -> tuple[str, ...]:
    """Return the names of some who may release comments: organisers before administrators, the nearest first."""
    roles = [Role.ORGANISER, Role.ADMINISTRATOR]
    for role in roles:
        names = accounts.names_with_role(session, role, campaign.unit.path)
        if names:
            return tuple(names[:MOST_NAMES])
    return ()


def theme_names(session: Session, campaign_id: int) -> Mapping[int, Text]:
    """Return the names of a campaign's themes."""
    return {theme.id: Text(theme.name, theme.name_en) for theme in queries.themes(session, campaign_id)}


def text_fields(questionnaire: Questionnaire) -> Mapping[str, Field]:
    """Return the fields that are answered in own words, in the order asked; "other, please say" among them."""
    return {
        code: field
        for code, field in questionnaire.fields.items()
        if field.specify is not None or isinstance(field.question, ShortText | LongText)
    }


def label_of(field: Field) -> Text:
    """Return what was asked; of "other, please say" the question, with the option behind it."""
    if field.specify is None:
        return field.question.text
    question, option = field.question.text, field.specify.text
    return Text(f"{question.zh}（{option.zh}）", f"{question.en} ({option.en})" if question.en else "")


def standing(session: Session, survey: Survey, now: datetime) -> Standing:
    """Return whether the comments that are kept of a survey may be shown at `now`."""
    if is_sealed(survey, now):
        return Standing.SEALED
    reading = queries.reading(session, survey.id)
    if reading is None:
        return Standing.UNREAD
    return Standing.SHOWN if reading.left_out == queries.left_out(session, survey.id) else Standing.STALE


def as_said(rows: Sequence[Comment]) -> list[Said]:
    """Return comments as the pure rooms know them."""
    return [
        Said(row.digest, row.words, row.copies, CommentState(row.state), tuple(sorted(row.themes))) for row in rows
    ]


def _survey(session: Session, survey: Survey, now: datetime) -> SurveyComments | None:
    """Return a survey's comments; None where nothing is asked in own words."""
    fields = text_fields(general_questionnaire_of(survey.version))
    found = standing(session, survey, now)
    if not fields:
        return None
    reading = queries.reading(session, survey.id)
    read_at = reading.at if reading is not None else None
    if found != Standing.SHOWN:
        return SurveyComments(survey, found, read_at, (), ())
    by_field: dict[str, list[Comment]] = {}
    for row in queries.comments(session, survey.id):
        by_field.setdefault(row.field, []).append(row)
    questions, withheld = [], []
    for code, field in fields.items():
        seen = shown(as_said(by_field.get(code, [])), survey.threshold)
        if seen is None:
            withheld.append(label_of(field))
        else:
            questions.append(QuestionComments(code, label_of(field), seen))
    questions.sort(key=lambda each: not _BETTER.search(each.label.zh))
    return SurveyComments(survey, found, read_at, tuple(questions), tuple(withheld))
