"""Return visits: planned with the posting, given a date, recorded or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey_app.services import audit
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.days import months_after, today
from survey_app.services.surveys import Standing, standing
from survey_app.services.units import scope, sees
from survey_app.storage.models import Collector, Posting, ReturnVisit
from survey_app.storage.queries import campaigns as campaign_queries
from survey_app.storage.queries import visits as queries
from survey_app.storage.queries.visits import VisitFilter
from survey_app.storage.session import Session
from survey_app.words import VisitState

__all__ = [
    "DUE_SOON_DAYS",
    "WAVES",
    "InTheFuture",
    "VisitDone",
    "VisitFilter",
    "VisitList",
    "VisitPage",
    "cancel_visit",
    "is_overdue",
    "page",
    "plan_visits",
    "record_visit",
    "schedule_visit",
    "visit_list",
]

WAVES = (1, 3, 6)
"""Months after a posting's end at which its team comes back."""
DUE_SOON_DAYS = 14
PAGE = 100


class VisitDone(Exception):
    """The visit is done and recorded: it can be corrected, but neither planned anew nor cancelled."""


class InTheFuture(Exception):
    """A visit cannot have been done on a day that has not come."""


@dataclass(frozen=True, slots=True)
class VisitList:
    """One page of visits. `total` counts all that match; `waves` are those that a filter can name."""

    visits: tuple[ReturnVisit, ...]
    total: int
    number: int
    waves: tuple[int, ...]

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A visit with the ways into its survey, and what that survey does now."""

    visit: ReturnVisit
    others: tuple[ReturnVisit, ...]
    collectors: tuple[Collector, ...]
    standing: Standing | None
    may_record: bool
    may_survey: bool


def is_overdue(visit: ReturnVisit, day: date) -> bool:
    """Tell whether the visit should have been made before `day` and was not."""
    return visit.state in (VisitState.PLANNED, VisitState.SCHEDULED) and visit.due_on < day


def plan_visits(session: Session, *, posting: Posting, campaign_id: int, now: datetime) -> list[ReturnVisit]:
    """Plan the visits of a posting, or move the due dates of those that are not done, after its end.

    A visit takes the survey of its wave where the campaign has one.
    """
    present = {visit.wave: visit for visit in queries.visits_of_posting(session, posting.id)}
    for wave in WAVES:
        due = months_after(posting.ended_on, wave)
        visit = present.get(wave)
        if visit is None:
            survey = campaign_queries.survey_of_wave(session, campaign_id, wave)
            visit = ReturnVisit(
                posting_id=posting.id,
                wave=wave,
                due_on=due,
                survey_id=survey.id if survey is not None else None,
                updated_at=now,
            )
            session.add(visit)
            present[wave] = visit
        elif visit.state != VisitState.DONE and visit.due_on != due:
            visit.due_on = due
            visit.updated_at = now
    session.flush()
    return [present[wave] for wave in sorted(present)]


def schedule_visit(
    database: Database, *, actor: Actor, visit_id: int, scheduled_on: date, now: datetime
) -> ReturnVisit:
    """Agree a date for a visit; a cancelled one is taken up again. Raises `VisitDone`."""
    with database.transaction() as session:
        visit = _changing(session, actor, visit_id)
        if visit.state == VisitState.DONE:
            raise VisitDone
        if visit.state == VisitState.CANCELLED:
            visit.record = ""
        visit.state = VisitState.SCHEDULED
        visit.scheduled_on = scheduled_on
        _record(session, actor, "visit_scheduled", visit, now, day=scheduled_on.isoformat())
    return visit


def record_visit(
    database: Database,
    *,
    actor: Actor,
    visit_id: int,
    done_on: date,
    place: str,
    attendees: int | None,
    record: str,
    unresolved: str = "",
    escalated: str = "",
    next_visit_on: date | None = None,
    now: datetime,
) -> ReturnVisit:
    """Keep the record of a visit that was made (访员记录), or correct it. Raises `InTheFuture`.

    `attendees` is how many took part in the talk; `unresolved` lists matters not yet settled and why,
    `escalated` those that the level above must take up.
    """
    if done_on > today(now):
        raise InTheFuture
    with database.transaction() as session:
        visit = _changing(session, actor, visit_id)
        action = "visit_record_changed" if visit.state == VisitState.DONE else "visit_recorded"
        visit.state = VisitState.DONE
        visit.done_on, visit.place, visit.attendees = done_on, place, attendees
        visit.record, visit.unresolved, visit.escalated = record, unresolved, escalated
        visit.next_visit_on = next_visit_on
        _record(session, actor, action, visit, now, day=done_on.isoformat())
    return visit


def cancel_visit(database: Database, *, actor: Actor, visit_id: int, reason: str, now: datetime) -> ReturnVisit:
    """Give up a visit; the reason stands in its record. Raises `VisitDone`."""
    with database.transaction() as session:
        visit = _changing(session, actor, visit_id)
        if visit.state == VisitState.DONE:
            raise VisitDone
        visit.state = VisitState.CANCELLED
        visit.scheduled_on = None
        visit.record = reason
        _record(session, actor, "visit_cancelled", visit, now)
    return visit


def visit_list(
    database: Database, *, actor: Actor, wanted: VisitFilter, number: int = 1, now: datetime
) -> VisitList:
    """Return one page of the visits to enterprises in the person's subtrees."""
    day = today(now)
    with database.reading() as session:
        visits, total = queries.visits_within(
            session,
            scope(actor),
            wanted,
            today=day,
            soon=day + timedelta(days=DUE_SOON_DAYS),
            offset=(number - 1) * PAGE,
            most=PAGE,
        )
        waves = queries.waves_in_use(session, scope(actor))
    return VisitList(tuple(visits), total, number, tuple(waves))


def page(database: Database, *, actor: Actor, visit_id: int, now: datetime) -> VisitPage:
    """Return a visit with its surroundings. Raises `NotFound`."""
    with database.reading() as session:
        visit = _known(session, actor, visit_id)
        campaign = visit.posting.round.campaign
        collectors: Sequence[Collector] = ()
        if visit.survey_id is not None:
            collectors = queries.collectors_of(session, visit.survey_id, visit.posting_id)
        return VisitPage(
            visit=visit,
            others=tuple(queries.visits_of_posting(session, visit.posting_id)),
            collectors=tuple(collectors),
            standing=standing(visit.survey, now) if visit.survey is not None else None,
            may_record=actor.may(Permission.FIELDWORK, visit.posting.unit.path),
            may_survey=actor.may(Permission.DESIGN, campaign.unit.path),
        )


def _known(session: Session, actor: Actor, visit_id: int) -> ReturnVisit:
    visit = queries.visit(session, visit_id)
    if visit is None or not sees(actor, visit.posting.unit.path):
        raise NotFound("return visit")
    return visit


def _changing(session: Session, actor: Actor, visit_id: int) -> ReturnVisit:
    visit = _known(session, actor, visit_id)
    actor.require(Permission.FIELDWORK, visit.posting.unit.path)
    return visit


def _record(session: Session, actor: Actor, action: str, visit: ReturnVisit, now: datetime, **detail: str) -> None:
    visit.updated_at = now
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="return_visit",
        subject_id=visit.id,
        unit_id=visit.posting.unit_id,
        now=now,
        name=visit.posting.unit.name,
        wave=visit.wave,
        **detail,
    )
