"""Campaigns with their rounds, teams, postings and ledger, and what is said of them in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from survey_app.storage.models import (
    ActivityKind,
    ActivityRecord,
    Campaign,
    Collector,
    Member,
    Posting,
    Response,
    Round,
    Survey,
    Unit,
    WorkTeam,
)
from survey_app.storage.queries.scope import within

_WITH_UNIT = joinedload(Campaign.unit, innerjoin=True)
_POSTING = (
    joinedload(Posting.unit, innerjoin=True),
    joinedload(Posting.team, innerjoin=True),
    joinedload(Posting.round, innerjoin=True),
)


def campaign(session: Session, campaign_id: int) -> Campaign | None:
    """Return the campaign with its unit."""
    return session.scalar(select(Campaign).where(Campaign.id == campaign_id).options(_WITH_UNIT))


def is_present(session: Session, campaign_id: int, paths: Sequence[str]) -> bool:
    """Tell whether the campaign has a posting in the subtrees."""
    return session.scalar(select(_has_posting_within(paths, campaign_id))) is True


def takes_part(session: Session, campaign_id: int, paths: Sequence[str]) -> bool:
    """Tell whether the campaign has a posting in the subtrees, or asks people there without one."""
    took = or_(_has_posting_within(paths, campaign_id), _asks_within(paths, campaign_id))
    return session.scalar(select(took)) is True


def campaigns_within(session: Session, paths: Sequence[str]) -> Sequence[Campaign]:
    """Return the campaigns of units in the subtrees and those that `takes_part` is true of, newest first."""
    own = select(Unit.id).where(within(paths))
    return session.scalars(
        select(Campaign)
        .where(
            or_(
                Campaign.unit_id.in_(own),
                _has_posting_within(paths, Campaign.id),
                _asks_within(paths, Campaign.id),
            )
        )
        .options(_WITH_UNIT)
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    ).all()


def _has_posting_within(paths: Sequence[str], campaign_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Round.campaign_id == campaign_id, Posting.round_id == Round.id, Posting.unit_id == Unit.id, within(paths)
    )


def _asks_within(paths: Sequence[str], campaign_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Survey.campaign_id == campaign_id,
        Collector.survey_id == Survey.id,
        Collector.unit_id == Unit.id,
        within(paths),
    )


def round_of(session: Session, round_id: int) -> Round | None:
    """Return the round with its campaign and that campaign's unit."""
    with_campaign = joinedload(Round.campaign, innerjoin=True).options(_WITH_UNIT)
    return session.scalar(select(Round).where(Round.id == round_id).options(with_campaign))


def rounds(session: Session, campaign_id: int) -> Sequence[Round]:
    """Return the rounds of a campaign by number."""
    return session.scalars(select(Round).where(Round.campaign_id == campaign_id).order_by(Round.number)).all()


def team(session: Session, team_id: int) -> WorkTeam | None:
    """Return the team with its unit and members."""
    return session.scalar(
        select(WorkTeam)
        .where(WorkTeam.id == team_id)
        .options(joinedload(WorkTeam.unit, innerjoin=True), selectinload(WorkTeam.members))
    )


def teams(session: Session, campaign_id: int) -> Sequence[WorkTeam]:
    """Return the teams of a campaign with their units and members, in the order in which they were added."""
    return session.scalars(
        select(WorkTeam)
        .where(WorkTeam.campaign_id == campaign_id)
        .options(joinedload(WorkTeam.unit, innerjoin=True), selectinload(WorkTeam.members))
        .order_by(WorkTeam.id)
    ).all()


def member(session: Session, member_id: int) -> Member | None:
    """Return the member."""
    return session.get(Member, member_id)


def posting(session: Session, posting_id: int) -> Posting | None:
    """Return the posting with its unit, team, round and campaign."""
    with_campaign = joinedload(Posting.round, innerjoin=True).joinedload(Round.campaign, innerjoin=True)
    whole = (*_POSTING, with_campaign.options(_WITH_UNIT))
    return session.scalar(select(Posting).where(Posting.id == posting_id).options(*whole))


def postings_within(session: Session, campaign_id: int, paths: Sequence[str]) -> Sequence[Posting]:
    """Return the postings of a campaign in the subtrees, by round and beginning."""
    return session.scalars(
        select(Posting)
        .join(Posting.round)
        .join(Posting.unit)
        .where(Round.campaign_id == campaign_id, within(paths))
        .options(*_POSTING)
        .order_by(Round.number, Posting.planned_from, Posting.id)
    ).all()


def postings_of_team(session: Session, team_id: int) -> int:
    """Return how many postings the team has."""
    return session.scalar(select(func.count()).select_from(Posting).where(Posting.team_id == team_id)) or 0


def postings_of_round(session: Session, round_id: int) -> int:
    """Return how many postings the round has."""
    return session.scalar(select(func.count()).select_from(Posting).where(Posting.round_id == round_id)) or 0


def is_posting_used(session: Session, posting_id: int) -> bool:
    """Tell whether a collector or an entry of the ledger belongs to the posting."""
    used = or_(
        exists().where(Collector.posting_id == posting_id), exists().where(ActivityRecord.posting_id == posting_id)
    )
    return session.scalar(select(used)) is True


def surveys(session: Session, campaign_id: int) -> Sequence[Survey]:
    """Return the surveys of a campaign, first to last."""
    return session.scalars(
        select(Survey)
        .where(Survey.campaign_id == campaign_id)
        .order_by(Survey.wave.is_not(None), Survey.wave, Survey.id)
    ).all()


def returned(session: Session, survey_ids: Sequence[int], paths: Sequence[str]) -> dict[tuple[int, str], int]:
    """Return how many responses came in, by survey and audience, in the subtrees."""
    rows = session.execute(
        select(Response.survey_id, Response.audience, func.count())
        .join(Unit, Unit.id == Response.unit_id)
        .where(Response.survey_id.in_(survey_ids), within(paths))
        .group_by(Response.survey_id, Response.audience)
    )
    return {(survey_id, audience): count for survey_id, audience, count in rows}


def returned_by_campaign(session: Session, campaign_ids: Sequence[int], paths: Sequence[str]) -> dict[int, int]:
    """Return how many responses came in, by campaign, in the subtrees."""
    rows = session.execute(
        select(Survey.campaign_id, func.count())
        .join(Response, Response.survey_id == Survey.id)
        .join(Unit, Unit.id == Response.unit_id)
        .where(Survey.campaign_id.in_(campaign_ids), within(paths))
        .group_by(Survey.campaign_id)
    )
    return dict(rows.all())


def survey_of_wave(session: Session, campaign_id: int, wave: int) -> Survey | None:
    """Return the newest survey for the return visits of a wave."""
    return session.scalar(
        select(Survey)
        .where(Survey.campaign_id == campaign_id, Survey.wave == wave)
        .order_by(Survey.id.desc())
        .limit(1)
    )


def counts(session: Session, campaign_ids: Sequence[int], paths: Sequence[str]) -> dict[int, tuple[int, int, int]]:
    """Return the numbers of teams, postings and enterprises by campaign, as far as they lie in the subtrees."""
    rows = session.execute(
        select(
            Round.campaign_id,
            func.count(Posting.team_id.distinct()),
            func.count(Posting.id),
            func.count(Posting.unit_id.distinct()),
        )
        .join(Posting, Posting.round_id == Round.id)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(Round.campaign_id.in_(campaign_ids), within(paths))
        .group_by(Round.campaign_id)
    )
    return {campaign_id: (teams, postings, units) for campaign_id, teams, postings, units in rows}


def activity_kinds(session: Session, campaign_id: int | None) -> Sequence[ActivityKind]:
    """Return the shipped kinds of the ledger, and those of the campaign's own."""
    return session.scalars(
        select(ActivityKind)
        .where(or_(ActivityKind.campaign_id.is_(None), ActivityKind.campaign_id == campaign_id))
        .order_by(ActivityKind.campaign_id.is_not(None), ActivityKind.id)
    ).all()


def activity(session: Session, record_id: int) -> ActivityRecord | None:
    """Return the entry of the ledger with its kind and its posting's unit."""
    return session.scalar(select(ActivityRecord).where(ActivityRecord.id == record_id).options(*_ACTIVITY))


def activities_within(
    session: Session, campaign_id: int, paths: Sequence[str], *, with_whole: bool
) -> Sequence[ActivityRecord]:
    """Return the ledger of a campaign for postings in the subtrees, in the order in which it was kept.

    `with_whole` adds the entries that stand for the campaign as a whole.
    """
    own = ActivityRecord.posting_id.in_(
        select(Posting.id).join(Unit, Unit.id == Posting.unit_id).where(within(paths))
    )
    shown = or_(own, ActivityRecord.posting_id.is_(None)) if with_whole else own
    return session.scalars(
        select(ActivityRecord)
        .where(ActivityRecord.campaign_id == campaign_id, shown)
        .options(*_ACTIVITY)
        .order_by(ActivityRecord.on_date, ActivityRecord.id)
    ).all()


_ACTIVITY = (
    selectinload(ActivityRecord.kind),
    selectinload(ActivityRecord.posting).selectinload(Posting.unit),
    selectinload(ActivityRecord.posting).selectinload(Posting.team),
)
