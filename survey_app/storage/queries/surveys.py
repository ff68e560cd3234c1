"""Surveys, their collectors, and how many responses came in through each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from survey_app.storage.models import (
    Campaign,
    Collector,
    FormerPlace,
    MetricRule,
    Posting,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ReturnVisit,
    Round,
    Survey,
    Unit,
)
from survey_app.storage.queries.questionnaires import titled
from survey_app.storage.queries.scope import within
from survey_app.words import VisitState

_POSTING = (
    joinedload(Posting.unit, innerjoin=True),
    joinedload(Posting.team, innerjoin=True),
    joinedload(Posting.round, innerjoin=True),
)
_WITH_POSTING = joinedload(Collector.posting).options(*_POSTING)
_WITH_CAMPAIGN = joinedload(Survey.campaign, innerjoin=True).joinedload(Campaign.unit, innerjoin=True)
_WITH_VERSION = joinedload(Survey.version, innerjoin=True).options(
    defer(QuestionnaireVersion.definition, raiseload=True),
    joinedload(QuestionnaireVersion.questionnaire, innerjoin=True).options(
        defer(Questionnaire.draft, raiseload=True), joinedload(Questionnaire.unit, innerjoin=True)
    ),
)


def surveys_within(
    session: Session, paths: Sequence[str], *, search: str = "", campaign_id: int | None = None
) -> Sequence[Survey]:
    """Return the surveys of campaigns in the subtrees, newest first, with campaign, version and collectors.

    `search` keeps those with these words in a title.
    """
    query = (
        select(Survey)
        .join(Survey.campaign)
        .join(Campaign.unit)
        .where(within(paths), titled(Survey.title, Survey.title_en, search))
        .options(_WITH_CAMPAIGN, _WITH_VERSION, selectinload(Survey.collectors))
        .order_by(Survey.created_at.desc(), Survey.id.desc())
    )
    if campaign_id is not None:
        query = query.where(Survey.campaign_id == campaign_id)
    return session.scalars(query).all()


def survey(session: Session, survey_id: int, *, for_change: bool = False) -> Survey | None:
    """Return the survey with campaign, version (without its definition) and collectors with their postings.

    `for_change` makes whoever else wants to change it wait.
    """
    if for_change:
        session.execute(select(Survey.id).where(Survey.id == survey_id).with_for_update())
    with_collectors = selectinload(Survey.collectors).options(
        _WITH_POSTING, joinedload(Collector.unit, innerjoin=True)
    )
    query = select(Survey).where(Survey.id == survey_id)
    return session.scalar(query.options(_WITH_CAMPAIGN, _WITH_VERSION, with_collectors))


def collector(session: Session, collector_id: int, *, for_change: bool = False) -> Collector | None:
    """Return the collector with its posting, its unit and its survey, which has campaign and version."""
    if for_change:
        session.execute(select(Collector.id).where(Collector.id == collector_id).with_for_update())
    with_survey = joinedload(Collector.survey, innerjoin=True).options(_WITH_CAMPAIGN, _WITH_VERSION)
    query = select(Collector).where(Collector.id == collector_id)
    return session.scalar(query.options(_WITH_POSTING, joinedload(Collector.unit, innerjoin=True), with_survey))


def campaign(session: Session, campaign_id: int) -> Campaign | None:
    """Return the campaign with its unit."""
    with_unit = joinedload(Campaign.unit, innerjoin=True)
    return session.scalar(select(Campaign).where(Campaign.id == campaign_id).options(with_unit))


def campaigns_within(session: Session, paths: Sequence[str]) -> Sequence[Campaign]:
    """Return the campaigns of the subtrees, the last begun first."""
    query = (
        select(Campaign)
        .join(Campaign.unit)
        .where(within(paths))
        .options(joinedload(Campaign.unit, innerjoin=True))
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    )
    return session.scalars(query).all()


def postings(session: Session, campaign_id: int) -> Sequence[Posting]:
    """Return the postings of all rounds of a campaign, with unit, team and round."""
    query = (
        select(Posting)
        .join(Posting.round)
        .where(Round.campaign_id == campaign_id)
        .options(*_POSTING)
        .order_by(Round.number, Posting.id)
    )
    return session.scalars(query).all()


def unit(session: Session, unit_id: int) -> Unit | None:
    """Return the unit that a collector is to stand for."""
    return session.get(Unit, unit_id)


def responses_by_survey(session: Session, survey_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many responses each survey has; those without any are missing."""
    query = (
        select(Response.survey_id, func.count())
        .where(Response.survey_id.in_(survey_ids))
        .group_by(Response.survey_id)
    )
    return dict(session.execute(query).all())


def responses_by_collector(session: Session, survey_id: int) -> Mapping[int, int]:
    """Return how many responses came in through each collector of a survey, in one query."""
    query = (
        select(Response.collector_id, func.count())
        .where(Response.survey_id == survey_id)
        .group_by(Response.collector_id)
    )
    return dict(session.execute(query).all())


def has_responses(session: Session, collector: Collector) -> bool:
    """Tell whether anything came in through a collector. Its survey finds the index."""
    condition = (Response.survey_id == collector.survey_id, Response.collector_id == collector.id)
    return session.execute(select(Response.id).where(*condition).limit(1)).first() is not None


def keep_former_place(session: Session, *, collector_id: int, posting_id: int, until: datetime) -> None:
    """Keep that people were asked at this posting through this collector; once is enough."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(FormerPlace)
        .values(collector_id=collector_id, posting_id=posting_id, until=until)
        .on_conflict_do_update(index_elements=["collector_id", "posting_id"], set_={"until": until})
    )


def link_visits(session: Session, survey: Survey, now: datetime) -> None:
    """Give this survey to the return visits of its wave that have none yet."""
    of_campaign = (
        select(Posting.id).join(Posting.round).where(Round.campaign_id == survey.campaign_id).scalar_subquery()
    )
    session.execute(
        update(ReturnVisit)
        .where(
            ReturnVisit.posting_id.in_(of_campaign),
            ReturnVisit.wave == survey.wave,
            ReturnVisit.survey_id.is_(None),
            ReturnVisit.state != VisitState.CANCELLED,
        )
        .values(survey_id=survey.id, updated_at=now)
    )


def keep_rules(session: Session, definitions: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Add the rules that are not there yet, by name and version; of two who add at once, one wins."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for definition in definitions:
        session.execute(
            insert(MetricRule)
            .values(
                name=definition["name"],
                version=definition["version"],
                definition=dict(definition),
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["name", "version"])
        )


def rule(session: Session, name: str, version: int) -> MetricRule:
    """Return the rule with this name and version. Raises `NoResultFound`."""
    return session.scalars(select(MetricRule).where(MetricRule.name == name, MetricRule.version == version)).one()
