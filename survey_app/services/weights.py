"""Weights: a survey's rates before and after, and the known totals that an organiser enters for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.analysis import weights
from survey_app.analysis.gate import Gated
from survey_app.analysis.readings import Entry, entries
from survey_app.analysis.sampling import Frame, Level, Listed, Plan, frame_of, levels
from survey_app.analysis.weights import Weighed
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.services import surveys
from survey_app.services.access import Actor, NotFound
from survey_app.services.collect import questionnaire_of
from survey_app.services.context import Database
from survey_app.services.days import today
from survey_app.services.explore import Exploration, OutOfScope
from survey_app.services.explore_ground import EVERYTHING
from survey_app.storage.models import KnownTotal
from survey_app.storage.queries import declared as queries
from survey_app.storage.queries import explore as explore_queries
from survey_app.storage.session import Session
from survey_app.words import UnitKind

MOST_PEOPLE = 100_000_000


class BadTotals(ValueError):
    """The numbers do not cover the question's answers, or are no numbers of people."""


@dataclass(frozen=True, slots=True)
class Total:
    """A known total as readers see it: of which question, how many by answer, and where that is known from."""

    question: str
    counts: Mapping[str, int]
    source: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class BeforeAndAfter:
    """The rates, and the totals that were used; `is_part` says that they were not, since they are of the whole.

    `levels` are those that can make strata, `names` those of the strata's units.
    """

    weighed: Gated[Weighed]
    totals: tuple[Total, ...]
    is_part: bool
    levels: tuple[Level, ...]
    names: Mapping[int, Text]


def before_and_after(
    database: Database, exploration: Exploration, surveys: Sequence[int], plan: Plan | None = None
) -> BeforeAndAfter:
    """Return the rates of what `exploration` has opened before and after weights.

    `surveys` are those whose ballots count together, `plan` says how their enterprises are a sample of all that
    were not closed by the day of the figures. Raises `NotFound`, also for another reader's place.
    """
    totals = known_totals(database, surveys)
    topic, selection = exploration.topic, exploration.selection
    try:
        with database.reading() as session:
            survey = explore_queries.survey(session, selection.survey)
            if survey is None:
                raise NotFound
            top = explore_queries.campaign_path(session, survey.campaign_id)
            below = (top,) if topic.gate.paths == EVERYTHING else topic.gate.paths
            offered = levels(explore_queries.kinds_below(session, below))
            frame = None if plan is None or plan.is_plain else _frame(session, exploration, top, plan)
            keys = [each.unit for each in frame.strata if each.unit is not None] if frame is not None else []
            names = {key: Text(zh, en) for key, zh, en in explore_queries.unit_names(session, keys)}
        found = weights.weighed(topic, selection, usable(exploration, totals), frame)
    except OutOfScope as error:
        raise NotFound from error
    return BeforeAndAfter(found, totals, _is_part(exploration), offered, names)


def _frame(session: Session, exploration: Exploration, top: str, plan: Plan) -> Frame:
    day = today(exploration.topic.as_of)
    units = [
        Listed(key, UnitKind(kind), closed is None or closed > day)
        for key, kind, closed in explore_queries.listed(session, [each.value for each in _IN_FRAMES])
    ]
    return frame_of(exploration.topic, exploration.selection, units, top=top, plan=plan)


_IN_FRAMES = (UnitKind.FEDERATION, UnitKind.DISTRICT, UnitKind.INDUSTRY, UnitKind.ENTERPRISE)
"""Enterprises, and the unions that can be their strata."""


def usable(exploration: Exploration, totals: Sequence[Total]) -> list[weights.KnownTotal]:
    """Return the known totals that what is opened can be weighted to: they are of the whole, not of a part."""
    used = () if _is_part(exploration) else totals
    return [weights.KnownTotal(each.question, each.counts) for each in used]


def _is_part(exploration: Exploration) -> bool:
    return bool(exploration.selection.parts) or exploration.topic.gate.paths != EVERYTHING


def known_totals(database: Database, surveys: Sequence[int]) -> tuple[Total, ...]:
    """Return the known totals of surveys whose ballots count together, each question once."""
    found: dict[str, Total] = {}
    with database.reading() as session:
        for row in queries.known_totals(session, surveys):
            found.setdefault(row.question, Total(row.question, dict(row.counts), row.source, row.made_at))
    return tuple(found.values())


def profile_questions(questionnaire: Questionnaire) -> tuple[Entry, ...]:
    """Return the questions whose answers can have known totals: one answer each, and not what is measured."""
    return tuple(
        entry
        for entry in entries(questionnaire)
        if "." not in entry.name and not entry.is_rated and not entry.is_nps and entry.measured is None
    )


def keep_total(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    question: str,
    counts: Mapping[str, int],
    source: str,
    now: datetime,
) -> None:
    """Enter a known total, or change it; in the audit log with what stood there.

    Raises `NotFound`, also for a question that has none, and `BadTotals`.
    """
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        entry = _question(questionnaire_of(queries.version(session, survey.version_id)), question)
        if set(counts) != set(entry.labels) or not sum(counts.values()):
            raise BadTotals
        if not all(0 <= many <= MOST_PEOPLE for many in counts.values()):
            raise BadTotals
        row = queries.known_total(session, survey_id, question)
        before = None if row is None else {"counts": row.counts, "source": row.source}
        if row is None:
            row = KnownTotal(survey_id=survey_id, question=question)
            session.add(row)
        row.counts, row.source = dict(counts), source
        row.made_at, row.made_by = now, actor.user_id
        after = {"counts": dict(counts), "source": source}
        surveys.record(
            session, actor, "known_total_kept", survey, now, question=question, before=before, after=after
        )


def remove_total(database: Database, *, actor: Actor, survey_id: int, question: str, now: datetime) -> None:
    """Take a known total away; none there: nothing happens. Raises `NotFound`."""
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        row = queries.known_total(session, survey_id, question)
        if row is None:
            return
        before = {"counts": row.counts, "source": row.source}
        session.delete(row)
        surveys.record(session, actor, "known_total_removed", survey, now, question=question, before=before)


def _question(questionnaire: Questionnaire, name: str) -> Entry:
    for each in profile_questions(questionnaire):
        if each.name == name:
            return each
    raise NotFound(name)
