"""Ways in through which somebody may be asked by telephone, and how many interviews were made by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from survey_app.storage.models import Campaign, Collector, InterviewCount, Posting, Survey, Unit
from survey_app.storage.queries.scope import within
from survey_app.words import CollectorState, SurveyState

_WITH = (
    selectinload(Collector.unit),
    selectinload(Collector.posting).selectinload(Posting.team),
    selectinload(Collector.survey).selectinload(Survey.campaign).selectinload(Campaign.unit),
)


def open_collectors(session: Session, paths: Sequence[str], survey_id: int | None = None) -> Sequence[Collector]:
    """Return the open ways into open surveys at units of the subtrees, with survey, unit and posting."""
    query = (
        select(Collector)
        .join(Unit, Unit.id == Collector.unit_id)
        .join(Survey, Survey.id == Collector.survey_id)
        .where(
            within(paths),
            Collector.state == CollectorState.OPEN.value,
            Survey.state == SurveyState.OPEN.value,
        )
        .options(*_WITH)
        .order_by(Survey.id.desc(), Collector.id)
    )
    return session.scalars(query if survey_id is None else query.where(Collector.survey_id == survey_id)).all()


def collector(session: Session, collector_id: int) -> Collector | None:
    """Return a way in with survey, unit and posting."""
    return session.scalar(select(Collector).where(Collector.id == collector_id).options(*_WITH))


def add(session: Session, *, survey_id: int, user_id: int, day: date) -> None:
    """Count one more interview."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(InterviewCount)
        .values(survey_id=survey_id, user_id=user_id, day=day, interviews=1, is_logged=False)
        .on_conflict_do_update(
            index_elements=["survey_id", "user_id", "day"],
            set_={"interviews": InterviewCount.interviews + 1},
        )
    )


def of_person(session: Session, user_id: int, day: date) -> Mapping[int, int]:
    """Return how many interviews somebody made on a day, by survey."""
    query = select(InterviewCount.survey_id, InterviewCount.interviews).where(
        InterviewCount.user_id == user_id, InterviewCount.day == day
    )
    return dict(session.execute(query).all())


def unlogged(session: Session, before: date) -> Sequence[tuple[InterviewCount, Survey]]:
    """Return the counts of past days that are not in the audit log, each with its survey and campaign."""
    query = (
        select(InterviewCount, Survey)
        .join(Survey, Survey.id == InterviewCount.survey_id)
        .where(InterviewCount.is_logged.is_(False), InterviewCount.day < before)
        .options(selectinload(Survey.campaign))
        .order_by(InterviewCount.day, InterviewCount.survey_id, InterviewCount.user_id)
    )
    return [(count, survey) for count, survey in session.execute(query)]
