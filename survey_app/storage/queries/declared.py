"""What organisers declare for the figures: known totals, rules, participation floors, outcomes, composites."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.storage.models import (
    Collector,
    Composite,
    Invitation,
    InvitationOutcome,
    KnownTotal,
    MetricRule,
    ParticipationFloor,
    QuestionnaireVersion,
    Response,
    Survey,
)
from survey_app.words import InvitationState


def known_totals(session: Session, survey_ids: Sequence[int]) -> Sequence[KnownTotal]:
    """Return the known totals of some surveys, in the order in which they were entered."""
    query = select(KnownTotal).where(KnownTotal.survey_id.in_(survey_ids)).order_by(KnownTotal.id)
    return session.scalars(query).all()


def known_total(session: Session, survey_id: int, question: str) -> KnownTotal | None:
    """Return the known total of one question."""
    query = select(KnownTotal).where(KnownTotal.survey_id == survey_id, KnownTotal.question == question)
    return session.scalar(query)


def version(session: Session, version_id: int) -> QuestionnaireVersion:
    """Return a version with its definition, also where it was read without before."""
    query = select(QuestionnaireVersion).where(QuestionnaireVersion.id == version_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def rules(session: Session) -> Sequence[MetricRule]:
    """Return all rules of figures, by name, the newest version first."""
    return session.scalars(select(MetricRule).order_by(MetricRule.name, MetricRule.version.desc())).all()


def surveys_of(session: Session, campaign_id: int) -> Sequence[Survey]:
    """Return the surveys of a campaign with nothing that hangs on them, by key."""
    return session.scalars(select(Survey).where(Survey.campaign_id == campaign_id).order_by(Survey.id)).all()


def floors(session: Session, survey_ids: Sequence[int]) -> Sequence[ParticipationFloor]:
    """Return the participation floors of some surveys."""
    query = select(ParticipationFloor).where(ParticipationFloor.survey_id.in_(survey_ids))
    return session.scalars(query.order_by(ParticipationFloor.id)).all()


def floor(session: Session, survey_id: int, audience: str) -> ParticipationFloor | None:
    """Return the participation floor of an audience of a survey."""
    query = select(ParticipationFloor).where(
        ParticipationFloor.survey_id == survey_id, ParticipationFloor.audience == audience
    )
    return session.scalar(query)


def composite(session: Session, campaign_id: int) -> Composite | None:
    """Return the newest version of how a campaign's audiences make one figure."""
    query = select(Composite).where(Composite.campaign_id == campaign_id).order_by(Composite.version.desc())
    return session.scalars(query.limit(1)).first()


def outcomes(session: Session, survey_ids: Sequence[int]) -> Sequence[InvitationOutcome]:
    """Return what was counted of unused codes of some surveys."""
    query = select(InvitationOutcome).where(InvitationOutcome.survey_id.in_(survey_ids))
    return session.scalars(query.order_by(InvitationOutcome.id)).all()


def outcome(session: Session, survey_id: int, audience: str) -> InvitationOutcome | None:
    """Return what was counted of unused codes of one audience."""
    query = select(InvitationOutcome).where(
        InvitationOutcome.survey_id == survey_id, InvitationOutcome.audience == audience
    )
    return session.scalar(query)


def codes_issued(session: Session, survey_id: int) -> dict[str, int]:
    """Return how many single-use codes were given out and not revoked, by audience."""
    query = (
        select(Collector.audience, func.count(Invitation.id).label("many"))
        .join(Invitation, Invitation.collector_id == Collector.id)
        .where(
            Collector.survey_id == survey_id,
            Collector.needs_invitation,
            Invitation.state != InvitationState.REVOKED,
        )
        .group_by(Collector.audience)
    )
    return {row.audience: row.many for row in session.execute(query)}


def ballots_by_code(session: Session, survey_id: int) -> dict[str, int]:
    """Return how many ballots came in with single-use codes, by audience."""
    query = (
        select(Collector.audience, func.count(Response.id).label("many"))
        .join(Response, Response.collector_id == Collector.id)
        .where(Collector.survey_id == survey_id, Collector.needs_invitation)
        .group_by(Collector.audience)
    )
    return {row.audience: row.many for row in session.execute(query)}
