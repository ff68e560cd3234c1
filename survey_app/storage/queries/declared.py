"""What organisers declare for the figures: known totals, rules, participation floors."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.storage.models import KnownTotal, MetricRule, ParticipationFloor, QuestionnaireVersion


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


def floors(session: Session, survey_ids: Sequence[int]) -> Sequence[ParticipationFloor]:
    """Return the participation floors of some surveys."""
    query = select(ParticipationFloor).where(ParticipationFloor.survey_id.in_(survey_ids))
    return session.scalars(query.order_by(ParticipationFloor.survey_id)).all()


def floor(session: Session, survey_id: int) -> ParticipationFloor | None:
    """Return the participation floor of a survey."""
    return session.scalar(select(ParticipationFloor).where(ParticipationFloor.survey_id == survey_id))
