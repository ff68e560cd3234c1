"""Floors of participation, and outcomes of invitations, as they are kept, read for figures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from survey_app.analysis.facts import FloorFacts
from survey_app.scoring.participation import Floor, Outcomes
from survey_app.storage.models import InvitationOutcome, ParticipationFloor
from survey_app.storage.queries import declared as queries
from survey_app.storage.session import Session
from survey_app.words import Audience

_PERCENT = 100


def floors(session: Session, survey_ids: Sequence[int]) -> dict[int, dict[Audience, FloorFacts]]:
    """Return the floors of some surveys, by survey and audience; those without one are missing."""
    found: dict[int, dict[Audience, FloorFacts]] = {}
    for row in queries.floors(session, survey_ids):
        found.setdefault(row.survey_id, {})[Audience(row.audience)] = facts(row)
    return found


def facts(row: ParticipationFloor) -> FloorFacts:
    """Return a floor as figures need it."""
    frontline = None if row.frontline is None else share(row.frontline)
    return FloorFacts(
        floor=Floor(members=share(row.members), frontline=frontline),
        question=row.question or "",
        codes=tuple(row.codes or ()),
    )


def outcomes(session: Session, survey_ids: Sequence[int]) -> dict[int, dict[Audience, Outcomes]]:
    """Return what was counted of unused codes of some surveys, by survey and audience."""
    found: dict[int, dict[Audience, Outcomes]] = {}
    for row in queries.outcomes(session, survey_ids):
        found.setdefault(row.survey_id, {})[Audience(row.audience)] = outcomes_of(row)
    return found


def outcomes_of(row: InvitationOutcome) -> Outcomes:
    """Return counts as figures need them."""
    return Outcomes(
        not_contacted=row.not_contacted,
        refused=row.refused,
        ineligible=row.ineligible,
        unknown=row.unknown,
        eligible_share=None if row.eligible_percent is None else share(row.eligible_percent),
    )


def share(percent: Decimal) -> Fraction:
    """Return percent as a share, exactly."""
    return Fraction(percent) / _PERCENT


def percent(share: Fraction) -> Decimal:
    """Return a share in percent, to two decimals."""
    return (Decimal(share.numerator) * _PERCENT / Decimal(share.denominator)).quantize(Decimal("0.01"))
