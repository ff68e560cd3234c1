"""Words of this room that are no closed vocabulary of the tables: families of the ledger, states of a visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.reporting import amounts
from survey_app.services.activities import KindTotal
from survey_app.services.days import today
from survey_app.services.rows import ActivityKind, ActivityRecord, Campaign, ReturnVisit
from survey_app.services.visits import DUE_SOON_DAYS, is_overdue
from survey_app.web import context
from survey_app.words import VisitState

_FAMILIES: Mapping[str, LazyString] = {
    "six_together": _l("Six things together"),
    "six_small": _l("Six small formats"),
    "six_have": _l("Six things to have"),
    "output": _l("Output"),
    "coverage": _l("Reported reach"),
}


@dataclass(frozen=True, slots=True)
class State:
    """A state as the macro `state` shows it: words, and the kind that gives colour and shape."""

    words: str
    kind: str


def family(code: str) -> str:
    """Name a family of the ledger; a campaign's own families are named by themselves."""
    return str(_FAMILIES.get(code, code))


def measure(kind: ActivityKind) -> str:
    """Return the measure word of a kind in the reader's language."""
    return (kind.measure_en or kind.measure) if context.locale() == "en" else kind.measure


def amount(counted: ActivityRecord | KindTotal) -> str:
    """Write the amount of an entry or of a total with its bound and measure: 2250余小时."""
    return amounts.written(counted.amount, counted.bound, measure(counted.kind), context.locale())


def visit_state(visit: ReturnVisit) -> State:
    """Return the state of a visit today: overdue and due soon follow from its due date."""
    day = today(context.now())
    if is_overdue(visit, day):
        return State(_("Overdue"), "late")
    if visit.state == VisitState.DONE:
        return State(_("Visited"), "done")
    if visit.state == VisitState.CANCELLED:
        return State(_("Cancelled"), "off")
    if visit.state == VisitState.SCHEDULED:
        return State(_("Date agreed"), "good")
    if visit.due_on <= day + timedelta(days=DUE_SOON_DAYS):
        return State(_("Due soon"), "wait")
    return State(_("Planned"), "")


def campaign_state(campaign: Campaign) -> State:
    """Return whether a campaign is to come, running or over, by its days."""
    day = today(context.now())
    if day < campaign.starts_on:
        return State(_("To come"), "wait")
    if campaign.ends_on is not None and campaign.ends_on < day:
        return State(_("Finished"), "done")
    return State(_("Running"), "good")


def wave_short(months: int) -> str:
    """Name a wave in a narrow column."""
    return str(_("%(months)s mo.", months=months))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "family": family,
    "measure": measure,
    "amount": amount,
    "visit_chip": visit_state,
    "campaign_chip": campaign_state,
    "wave_short": wave_short,
}
"""Template filters of this room."""
