"""A survey in the field, for tests of collecting: a definition published, a survey opened, a code to send to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from survey_app.questionnaire import codec
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import collect, surveys
from survey_app.storage.models import Collector, QuestionnaireVersion, Response, Survey
from survey_app.storage.models import Questionnaire as QuestionnaireRow
from survey_app.storage.session import Database
from survey_app.words import Audience, Mode, Purpose, SurveyState
from tests.support.office import NOW, Office

A_W_ANSWERS: Mapping[str, Sequence[str]] = {
    collect.CONSENT: ["1"],
    "W01": ["1"],
    "W02": ["1", "8"],
    "W02_8_text": ["食堂"],
    "W10": ["2"],
    **{f"W{row}": [grade] for row, grade in zip(range(11, 17), "112236", strict=True)},
    "W20": ["1", "3"],
    "W21": ["1"],
    "W23": ["4"],
    "W28": ["1"],
    "W29": ["1"],
    "W30": ["9"],
    "W32a": ["教大家算加班工资"],
}
"""A whole set of answers to the shipped workers' questionnaire."""


@dataclass(frozen=True)
class Field:
    """An open survey. `code` is its workers' collector at the first posting."""

    survey_id: int
    version_id: int
    collector_id: int
    code: str


def put_into_field(database: Database, office: Office, questionnaire: Questionnaire) -> Field:
    """Publish `questionnaire` and open a survey of it at the office's postings."""
    with database.transaction() as session:
        row = QuestionnaireRow(
            unit_id=office.unit.id, title="问卷", draft=codec.dumps(questionnaire), created_at=NOW, updated_at=NOW
        )
        session.add(row)
        session.flush()
        version = QuestionnaireVersion(
            questionnaire_id=row.id, number=1, code=questionnaire.code, definition=codec.dumps(questionnaire),
            sha256=codec.sha256(questionnaire), changes="", published_at=NOW,
        )  # fmt: skip
        session.add(version)
    survey = surveys.create_survey(
        database, actor=office.organiser, campaign_id=office.campaign.id, version_id=version.id, title="满意度测评",
        purpose=Purpose.ACTIVITY_EVALUATION, audiences=[Audience.WORKERS], now=NOW,
    )  # fmt: skip
    surveys.change_state(database, actor=office.organiser, survey_id=survey.id, state=SurveyState.OPEN, now=NOW)
    with database.reading() as session:
        collector = session.scalars(
            select(Collector).where(Collector.survey_id == survey.id, Collector.posting_id == office.postings[0].id)
        ).one()
    return Field(survey.id, version.id, collector.id, collector.code)


def change_survey(database: Database, field: Field, **values: object) -> None:
    """Set columns of the survey."""
    with database.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Survey, field.survey_id), name, value)


def change_collector(database: Database, field: Field, **values: object) -> None:
    """Set columns of the collector."""
    with database.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Collector, field.collector_id), name, value)


def send(
    database: Database,
    field: Field,
    raw: Mapping[str, Sequence[str]],
    *,
    submission_id: UUID | None = None,
    now: datetime = NOW,
    seconds: int | None = None,
) -> collect.Receipt:
    """Submit answers as a phone would, with an id of their own unless one is given."""
    return collect.submit(
        database, code=field.code, submission_id=submission_id or uuid4(), raw=raw, locale="zh_Hans_CN",
        mode=Mode.WEB, now=now, seconds=seconds,
    )  # fmt: skip


def responses(database: Database, field: Field) -> Sequence[Response]:
    """Return the survey's responses."""
    with database.reading() as session:
        return session.scalars(select(Response).where(Response.survey_id == field.survey_id)).all()
