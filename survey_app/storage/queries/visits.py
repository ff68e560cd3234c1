"""Return visits with what surrounds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, selectinload

from survey_app.storage.models import Campaign, Collector, Posting, ReturnVisit, Round
from survey_app.storage.queries.scope import within
from survey_app.words import VisitState

_OPEN = (VisitState.PLANNED, VisitState.SCHEDULED)
_WHOLE = (
    selectinload(ReturnVisit.survey),
    selectinload(ReturnVisit.posting).selectinload(Posting.unit),
    selectinload(ReturnVisit.posting).selectinload(Posting.team),
    selectinload(ReturnVisit.posting)
    .selectinload(Posting.round)
    .selectinload(Round.campaign)
    .selectinload(Campaign.unit),
)


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits a list shows. `only`: "overdue", "due_soon", "open", "done", "cancelled" or "" for all."""

    only: str = ""
    wave: int | None = None
    campaign_id: int | None = None


def visit(session: Session, visit_id: int) -> ReturnVisit | None:
    """Return the visit with its survey, posting, enterprise, team and campaign."""
    return session.scalar(select(ReturnVisit).where(ReturnVisit.id == visit_id).options(*_WHOLE))


def visits_of_posting(session: Session, posting_id: int) -> Sequence[ReturnVisit]:
    """Return the visits of a posting by wave."""
    return session.scalars(
        select(ReturnVisit).where(ReturnVisit.posting_id == posting_id).order_by(ReturnVisit.wave)
    ).all()


def visits_by_posting(session: Session, posting_ids: Sequence[int]) -> dict[int, list[ReturnVisit]]:
    """Return the visits of several postings, each posting's by wave."""
    found: dict[int, list[ReturnVisit]] = {}
    wanted = select(ReturnVisit).where(ReturnVisit.posting_id.in_(posting_ids)).order_by(ReturnVisit.wave)
    for each in session.scalars(wanted):
        found.setdefault(each.posting_id, []).append(each)
    return found


def visits_within(
    session: Session,
    paths: Sequence[str],
    wanted: VisitFilter,
    *,
    today: date,
    soon: date,
    offset: int,
    most: int,
) -> tuple[Sequence[ReturnVisit], int]:
    """Return up to `most` visits in the subtrees, open ones first, then by due date; and how many there are."""
    conditions = [within(paths), *_conditions(wanted, today, soon)]
    base = select(ReturnVisit).join(ReturnVisit.posting).join(Posting.unit).join(Posting.round).where(*conditions)
    total = session.scalar(select(func.count()).select_from(base.subquery())) or 0
    is_over = case((ReturnVisit.state.in_(_OPEN), 0), else_=1)
    rows = session.scalars(
        base.options(*_WHOLE).order_by(is_over, ReturnVisit.due_on, ReturnVisit.id).offset(offset).limit(most)
    ).all()
    return rows, total


def _conditions(wanted: VisitFilter, today: date, soon: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    is_open = ReturnVisit.state.in_(_OPEN)
    match wanted.only:
        case "overdue":
            found += [is_open, ReturnVisit.due_on < today]
        case "due_soon":
            found += [is_open, ReturnVisit.due_on >= today, ReturnVisit.due_on <= soon]
        case "open":
            found.append(is_open)
        case "done" | "cancelled":
            found.append(ReturnVisit.state == wanted.only)
    if wanted.wave is not None:
        found.append(ReturnVisit.wave == wanted.wave)
    if wanted.campaign_id is not None:
        found.append(Round.campaign_id == wanted.campaign_id)
    return found


def waves_in_use(session: Session, paths: Sequence[str]) -> Sequence[int]:
    """Return the waves that visits in the subtrees have."""
    return session.scalars(
        select(ReturnVisit.wave)
        .join(ReturnVisit.posting)
        .join(Posting.unit)
        .where(within(paths))
        .distinct()
        .order_by(ReturnVisit.wave)
    ).all()


def progress(
    session: Session, campaign_ids: Sequence[int], paths: Sequence[str], *, today: date, soon: date
) -> dict[tuple[int, int], dict[str, int]]:
    """Return how many visits are done, overdue, due soon, later and cancelled, by campaign and wave."""
    where = case(
        (ReturnVisit.state == VisitState.DONE, "done"),
        (ReturnVisit.state == VisitState.CANCELLED, "cancelled"),
        (ReturnVisit.due_on < today, "overdue"),
        (ReturnVisit.due_on <= soon, "due_soon"),
        else_="later",
    ).label("progress")
    rows = session.execute(
        select(Round.campaign_id, ReturnVisit.wave, where, func.count())
        .join(ReturnVisit.posting)
        .join(Posting.unit)
        .join(Posting.round)
        .where(Round.campaign_id.in_(campaign_ids), within(paths))
        .group_by(Round.campaign_id, ReturnVisit.wave, "progress")
    )
    found: dict[tuple[int, int], dict[str, int]] = {}
    for campaign_id, wave, state, count in rows:
        found.setdefault((campaign_id, wave), {})[state] = count
    return dict(sorted(found.items()))


def collectors_of(session: Session, survey_id: int, posting_id: int) -> Sequence[Collector]:
    """Return the ways into a survey for one posting."""
    return session.scalars(
        select(Collector)
        .where(Collector.survey_id == survey_id, Collector.posting_id == posting_id)
        .order_by(Collector.id)
    ).all()
