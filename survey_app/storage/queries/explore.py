"""What exploring a survey needs besides answers, as plain rows: there may be thousands of places and ways in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select, union
from sqlalchemy.orm import Session, joinedload

from survey_app.storage.models import (
    Batch,
    Campaign,
    Collector,
    FormerPlace,
    Invitation,
    Posting,
    Round,
    Survey,
    Unit,
    WorkTeam,
)
from survey_app.storage.queries.lines import lines, words
from survey_app.storage.queries.scope import within
from survey_app.words import BatchState, InvitationState


@dataclass(frozen=True, slots=True)
class Places:
    """Places as text (`lines`), to tell quickly whether any has changed since."""

    unit_lines: str
    posting_lines: str

    @property
    def units(self) -> list[tuple[int, str]]:
        """Key and path of every unit."""
        return [(int(key), path) for key, path in words(self.unit_lines)]

    @property
    def postings(self) -> list[tuple[int, int, int, int | None]]:
        """Key, unit, team and headcount of every posting."""
        return [
            (int(key), int(unit), int(team), int(headcount) if headcount else None)
            for key, unit, team, headcount in words(self.posting_lines)
        ]


def survey(session: Session, survey_id: int) -> Survey | None:
    """Return a survey without anything loaded beside; none whose responses were erased."""
    return session.scalar(select(Survey).where(Survey.id == survey_id, Survey.erased_at.is_(None)))


def surveys(session: Session, campaign_id: int) -> Sequence[Survey]:
    """Return the surveys of a campaign with version and rules, oldest first, without their ways in.

    None whose responses were erased is among them.
    """
    query = (
        select(Survey)
        .where(Survey.campaign_id == campaign_id, Survey.erased_at.is_(None))
        .options(
            joinedload(Survey.version, innerjoin=True),
            joinedload(Survey.rate_rule, innerjoin=True),
            joinedload(Survey.strict_rule, innerjoin=True),
            joinedload(Survey.index_rule, innerjoin=True),
            joinedload(Survey.nps_rule),
        )
        .order_by(Survey.id)
    )
    return session.scalars(query).all()


def campaign_path(session: Session, campaign_id: int) -> str:
    """Return the path of a campaign's unit. Raises `NoResultFound`."""
    query = select(Unit.path).join(Campaign, Campaign.unit_id == Unit.id).where(Campaign.id == campaign_id)
    return session.execute(query).scalar_one()


def places(session: Session, campaign_id: int) -> Places:
    """Return every unit's path, and unit, team and headcount of every posting of a campaign."""
    units = select(Unit.id, Unit.path).order_by(Unit.id)
    postings = (
        select(Posting.id, Posting.unit_id, Posting.team_id, Posting.headcount)
        .where(Posting.round_id.in_(select(Round.id).where(Round.campaign_id == campaign_id)))
        .order_by(Posting.id)
    )
    return Places(lines(session, units), lines(session, postings))


def listed(session: Session, kinds: Sequence[str]) -> Sequence[tuple[int, str, date | None]]:
    """Return key, kind and last day of every unit of some kinds."""
    query = select(Unit.id, Unit.kind, Unit.closed_on).where(Unit.kind.in_(kinds)).order_by(Unit.id)
    return [
        (int(key), kind, date.fromisoformat(closed) if closed else None)
        for key, kind, closed in words(lines(session, query))
    ]


def kinds_below(session: Session, paths: Sequence[str]) -> dict[str, int]:
    """Return how many units of each kind lie in some subtrees."""
    query = select(Unit.kind, func.count()).where(within(paths)).group_by(Unit.kind)
    found: dict[str, int] = dict(session.execute(query).all())
    return found


def audiences(session: Session, survey_ids: Sequence[int]) -> Sequence[tuple[int, str]]:
    """Return survey and audience, each pair once, of the ways into some surveys."""
    query = select(Collector.survey_id, Collector.audience).where(Collector.survey_id.in_(survey_ids)).distinct()
    return [(survey_id, audience) for survey_id, audience in session.execute(query)]


def asked_at(session: Session, survey_ids: Sequence[int], audience: str) -> Sequence[int]:
    """Return the postings where an audience is asked in some surveys, or was before a collector was moved."""
    ways = (Collector.survey_id.in_(survey_ids), Collector.audience == audience)
    now = select(Collector.posting_id).where(*ways, Collector.posting_id.is_not(None))
    before = select(FormerPlace.posting_id).join(Collector, Collector.id == FormerPlace.collector_id).where(*ways)
    every = union(now, before.where(FormerPlace.posting_id.is_not(None))).subquery()
    return [int(posting) for (posting,) in words(lines(session, select(every)))]


def batches(session: Session, survey_ids: Sequence[int], audience: str) -> Sequence[Any]:
    """Return the batches of an audience: place, state, ballots without answers, papers given out, way in."""
    query = (
        select(
            Collector.survey_id,
            Batch.posting_id,
            Batch.unit_id,
            Batch.id,
            Batch.state,
            Batch.spoilt,
            Batch.abstained,
            Batch.issued,
            Batch.collector_id,
        )
        .join(Batch, Batch.collector_id == Collector.id)
        .where(Collector.survey_id.in_(survey_ids), Collector.audience == audience)
        .order_by(Batch.id)
    )
    return session.execute(query).all()


def open_batches(session: Session, survey_ids: Sequence[int], audience: str) -> Sequence[Any]:
    """Return survey, key, path of the unit and team of an audience's batches whose totals are not reconciled."""
    query = (
        select(Collector.survey_id, Batch.id, Unit.path, Posting.team_id)
        .join(Batch, Batch.collector_id == Collector.id)
        .join(Unit, Unit.id == Batch.unit_id)
        .outerjoin(Posting, Posting.id == Batch.posting_id)
        .where(
            Collector.survey_id.in_(survey_ids),
            Collector.audience == audience,
            Batch.state != BatchState.RECONCILED,
        )
        .order_by(Batch.id)
    )
    return session.execute(query).all()


def invited(session: Session, survey_ids: Sequence[int], audience: str) -> Sequence[Any]:
    """Return way in, posting, unit and number of the single-use codes given out to an audience and not revoked.

    A way in that asks for codes has a row also where none was given out.
    """
    query = (
        select(
            Collector.id.label("collector_id"),
            Invitation.posting_id,
            Collector.unit_id,
            func.count(Invitation.id).label("given"),
        )
        .outerjoin(
            Invitation,
            (Invitation.collector_id == Collector.id) & (Invitation.state != InvitationState.REVOKED),
        )
        .where(
            Collector.survey_id.in_(survey_ids),
            Collector.audience == audience,
            Collector.needs_invitation.is_(True),
        )
        .group_by(Collector.id, Invitation.posting_id, Collector.unit_id)
    )
    return session.execute(query).all()


def is_any_below(session: Session, campaign_id: int, path: str) -> bool:
    """Tell whether the campaign has a posting or a way into a survey in the subtree of `path`."""
    own = select(Unit.id).where(within([path]))
    posted = exists().where(
        Round.campaign_id == campaign_id, Posting.round_id == Round.id, Posting.unit_id.in_(own)
    )
    asked = exists().where(
        Survey.campaign_id == campaign_id, Collector.survey_id == Survey.id, Collector.unit_id.in_(own)
    )
    return session.scalar(select(or_(posted, asked))) is True


def campaigns_below(session: Session, paths: Sequence[str]) -> Sequence[Campaign]:
    """Return the campaigns of units in the subtrees and those that `is_any_below`, the last begun first."""
    own = select(Unit.id).where(within(paths))
    posted = select(Round.campaign_id).join(Posting, Posting.round_id == Round.id).where(Posting.unit_id.in_(own))
    asked = (
        select(Survey.campaign_id)
        .join(Collector, Collector.survey_id == Survey.id)
        .where(Collector.unit_id.in_(own))
    )
    query = (
        select(Campaign)
        .where(or_(Campaign.unit_id.in_(own), Campaign.id.in_(posted), Campaign.id.in_(asked)))
        .options(joinedload(Campaign.unit, innerjoin=True))
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    )
    return session.scalars(query).all()


def is_posted(session: Session, campaign_id: int, unit_id: int) -> bool:
    """Tell whether the campaign has a posting at a unit."""
    query = (
        select(func.count())
        .select_from(Posting)
        .join(Round, Round.id == Posting.round_id)
        .where(Round.campaign_id == campaign_id, Posting.unit_id == unit_id)
    )
    return session.execute(query).scalar_one() > 0


def units_named(session: Session, text: str, most: int = 200) -> Sequence[tuple[int, str, str, str]]:
    """Return key, both names and path of the units with `text` in a name, the shortest names first."""
    named = or_(Unit.name.contains(text, autoescape=True), Unit.name_en.icontains(text, autoescape=True))
    query = select(Unit.id, Unit.name, Unit.name_en, Unit.path).where(named)
    query = query.order_by(func.length(Unit.name), Unit.name, Unit.id).limit(most)
    return [(key, name, name_en, path) for key, name, name_en, path in session.execute(query)]


def unit_names(session: Session, unit_ids: Sequence[int]) -> Sequence[tuple[int, str, str]]:
    """Return key and both names of some units."""
    query = select(Unit.id, Unit.name, Unit.name_en).where(Unit.id.in_(unit_ids))
    return [(key, name, name_en) for key, name, name_en in session.execute(query)]


def posting_paths(session: Session, campaign_id: int) -> Sequence[str]:
    """Return the path of each unit with a posting of a campaign."""
    query = (
        select(Unit.path)
        .join(Posting, Posting.unit_id == Unit.id)
        .join(Round, Round.id == Posting.round_id)
        .where(Round.campaign_id == campaign_id)
        .distinct()
        .order_by(Unit.path)
    )
    return session.scalars(query).all()


def unit_path(session: Session, unit_id: int) -> str | None:
    """Return the path of a unit."""
    return session.scalar(select(Unit.path).where(Unit.id == unit_id))


def campaign(session: Session, campaign_id: int) -> Campaign | None:
    """Return a campaign with its unit."""
    return session.scalar(
        select(Campaign).where(Campaign.id == campaign_id).options(joinedload(Campaign.unit, innerjoin=True))
    )


def teams(session: Session, campaign_id: int) -> Sequence[tuple[int, str, str, str]]:
    """Return key, both names and the path of a place of every posted team of a campaign; a row for each place."""
    query = (
        select(WorkTeam.id, WorkTeam.name, WorkTeam.name_en, Unit.path)
        .join(Posting, Posting.team_id == WorkTeam.id)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(WorkTeam.campaign_id == campaign_id)
        .order_by(WorkTeam.id)
    )
    return [(key, name, name_en, path) for key, name, name_en, path in session.execute(query)]


def teams_posted(session: Session, campaign_id: int, paths: Sequence[str]) -> Sequence[tuple[int, str, str]]:
    """Return key and both names of every team of a campaign that was posted in the subtrees."""
    posted = select(Posting.team_id).join(Unit, Unit.id == Posting.unit_id).where(within(paths))
    query = (
        select(WorkTeam.id, WorkTeam.name, WorkTeam.name_en)
        .where(WorkTeam.campaign_id == campaign_id, WorkTeam.id.in_(posted))
        .order_by(WorkTeam.id)
    )
    return [(key, name, name_en) for key, name, name_en in session.execute(query)]


def units_posted(session: Session, campaign_id: int, paths: Sequence[str]) -> int:
    """Return in how many units of the subtrees the teams of a campaign were posted."""
    query = (
        select(func.count(Posting.unit_id.distinct()))
        .join(WorkTeam, WorkTeam.id == Posting.team_id)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(WorkTeam.campaign_id == campaign_id, within(paths))
    )
    return session.execute(query).scalar_one()
