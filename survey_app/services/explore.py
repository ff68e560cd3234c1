"""Exploring: any selection of a survey's ballots for those who may see it. All of it has passed the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import numpy as np

from survey_app.analysis import explore
from survey_app.analysis.compare import Comparison, SelectionsOverlap, compare
from survey_app.analysis.contrast import Measured, common, contrasts, leaves_of
from survey_app.analysis.drivers import DriverMap, driver_map
from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import (
    NOT_HERE,
    CrossTab,
    Grouping,
    NoSuchQuestion,
    OutOfScope,
    Topic,
    View,
)
from survey_app.analysis.facts import cut_off
from survey_app.analysis.gate import Gated
from survey_app.analysis.layout import Array
from survey_app.analysis.option_table import OptionTable, option_table
from survey_app.analysis.places import Tree
from survey_app.analysis.readings import Entry, Reading, entries, filterable
from survey_app.analysis.selection import (
    ANSWERS,
    MODE,
    MOST_CUTS,
    TEAM,
    UNIT,
    BadSelection,
    Selection,
    Trouble,
    check,
)
from survey_app.analysis.several import over_at
from survey_app.analysis.store import ColumnStore
from survey_app.analysis.unit_table import UnitTable, unit_table
from survey_app.analysis.world import World
from survey_app.analysis.worlds import Ballots
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.scoring.evaluation import Contrast
from survey_app.services import evaluate
from survey_app.services.access import Actor, NotFound
from survey_app.services.collect import general_questionnaire_of
from survey_app.services.context import Database
from survey_app.services.explore_ground import ground, readers_paths
from survey_app.services.explore_issued import by_leaf, issued
from survey_app.services.seals import closed_since, may_take
from survey_app.storage.models import Survey
from survey_app.storage.queries import explore as queries
from survey_app.storage.session import Session
from survey_app.words import Audience, BatchState, Purpose, SurveyState

__all__ = [
    "BadSelection",
    "Exploration",
    "Gated",
    "NoSuchQuestion",
    "OutOfScope",
    "Reading",
    "Selection",
    "SelectionsOverlap",
    "StillSealed",
    "Subject",
    "View",
    "Wave",
    "comparison",
    "cross_tab",
    "explored",
    "grouping",
    "subjects",
    "units_by_items",
    "view",
    "waves",
]

T = TypeVar("T")


class StillSealed(Exception):
    """The survey shows nothing before it closes; `closes_at` is None where that is not fixed."""

    def __init__(self, closes_at: datetime | None) -> None:
        super().__init__(closes_at)
        self.closes_at = closes_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that can be explored: an audience of an instrument. `survey` and `audience` go into selections.

    Any of `surveys`, whose ballots count together, stands for all of them. `is_live`: one may still take answers.
    """

    survey: int
    surveys: tuple[int, ...]
    audience: Audience
    titles: tuple[Text, ...]
    purpose: Purpose
    wave: int | None
    questionnaire: Questionnaire
    entries: tuple[Entry, ...]
    threshold: int
    is_sealed: bool
    is_live: bool
    as_of: datetime
    """Up to when its ballots were received (`facts.cut_off`)."""


def subjects(database: Database, *, actor: Actor, campaign_id: int, now: datetime) -> tuple[Subject, ...]:
    """Return what can be explored of a campaign, first evaluations first. Raises `NotFound`."""
    with database.reading() as session:
        surveys = queries.surveys(session, campaign_id)
        if not surveys or not _paths(session, actor, surveys[0]):
            raise NotFound
        pairs = set(queries.audiences(session, [survey.id for survey in surveys]))
        found = []
        for group in _instruments(surveys):
            asked = {audience for survey in group for key, audience in pairs if key == survey.id}
            found += [_subject(group, each, now) for each in Audience if each.value in asked]
    return tuple(sorted(found, key=lambda each: (each.wave or 0, each.survey)))


def is_live(database: Database, *, campaign_id: int) -> bool:
    """Tell whether a survey of the campaign takes answers now."""
    with database.reading() as session:
        return any(each.state == SurveyState.OPEN for each in queries.surveys(session, campaign_id))


def _subject(group: Sequence[Survey], audience: Audience, now: datetime) -> Subject:
    questionnaire = general_questionnaire_of(group[0].version)
    rule = evaluate.rules_of(group[0]).nps
    return Subject(
        survey=group[0].id,
        surveys=tuple(each.id for each in group),
        audience=audience,
        titles=tuple(dict.fromkeys(Text(each.title, each.title_en) for each in group)),
        purpose=Purpose(group[0].purpose),
        wave=group[0].wave,
        questionnaire=questionnaire,
        entries=entries(questionnaire, rule),
        threshold=max(each.threshold for each in group),
        is_sealed=all(evaluate.is_sealed(each, now) for each in group),
        is_live=any(may_take(each, now) for each in group),
        as_of=_as_of(group, now),
    )


def _as_of(group: Sequence[Survey], now: datetime) -> datetime:
    """Return the cut-off of an instrument's figures, which is the same on every page."""
    return cut_off((closed_since(each, now) for each in group if not evaluate.is_sealed(each, now)), now)


@dataclass(frozen=True, slots=True)
class Over:
    """How many `ballots`, `of` all, are of surveys that are over: only these are told apart by answers."""

    ballots: int
    of: int


@dataclass(frozen=True)
class Exploration:
    """A selection opened for one reader: several things can be read of it, all about the same ballots."""

    topic: Topic
    selection: Selection

    def view(self) -> Gated[View]:
        """Return every question about the selection. Raises `NotFound`, also for another reader's place."""
        return _found(lambda: explore.view(self.topic, self.selection))

    def grouping(self, by: str, names: Sequence[str]) -> Gated[Grouping]:
        """Return some questions about each part: `by` unit, team, mode, period or a question.

        Raises `NotFound`, `BadSelection`.
        """
        if by not in (explore.BY_UNIT, explore.BY_TEAM):
            _require_room(self.selection, by)
        return _found(lambda: explore.grouped(self.topic, self.selection, by, names))

    def cross_tab(self, row: str, column: str) -> Gated[CrossTab]:
        """Return two questions against each other. Raises `NotFound`, `BadSelection`."""
        _require_room(self.selection, row)
        return _found(lambda: explore.cross(self.topic, self.selection, row, column))

    def option_table(self, question: str, other: str) -> Gated[OptionTable]:
        """Return a whole multiple choice against another question. Raises as `cross_tab`."""
        _require_room(self.selection, question)
        return _found(lambda: option_table(self.topic, self.selection, question, other))

    def drivers(self) -> Gated[DriverMap | None]:
        """Return what moves the overall verdict, by cross-tabs as they are shown; None where too few are.

        Raises `NotFound`, and `BadSelection` for more than one condition.
        """
        if len(self.selection.cuts) >= MOST_CUTS:
            raise BadSelection(self.selection.cuts[-1], Trouble.ONE_ONLY)
        return _found(lambda: driver_map(self.topic, self.selection))

    def over(self) -> Over:
        """Return how many ballots of the selected place are of surveys that take no more answers."""
        place = replace(self.selection, modes=(), since=None, until=None, answers=())
        where = explore.where_of(self.topic, place)
        return Over(over_at(self.topic.gate, where), int(self.topic.gate.world.ballots[where.leaves].sum()))

    def units_below(self) -> list[int]:
        """Return the units with ballots right below the selected one: that is no secret."""
        return explore.units_below(self.topic, self.selection.unit)

    def unit_over(self, unit: int) -> int | None:
        """Return the unit right above one that has ballots; None where the reader sees none."""
        return explore.unit_over(self.topic, unit)

    def units_by_items(self) -> Gated[UnitTable]:
        """Return every rated question at every unit of the reader's, of the selected team and conditions.

        Raises `NotFound` for a team that the reader must not see.
        """
        return _found(lambda: unit_table(self.topic, self.selection))


def explored(
    database: Database, columns: ColumnStore, *, actor: Actor, selection: Selection, now: datetime
) -> Exploration:
    """Open a selection.

    Raises `NotFound` (also for a survey that the actor must not see), `StillSealed`, `BadSelection`.
    """
    return Exploration(*_topic(database, columns, actor, selection, now))


def view(
    database: Database, columns: ColumnStore, *, actor: Actor, selection: Selection, now: datetime
) -> Gated[View]:
    """Return every question about a selection.

    Raises `NotFound` (also for a unit or team that the actor must not see), `StillSealed`, `BadSelection`.
    """
    return explored(database, columns, actor=actor, selection=selection, now=now).view()


def grouping(
    database: Database,
    columns: ColumnStore,
    *,
    actor: Actor,
    selection: Selection,
    by: str,
    names: Sequence[str],
    now: datetime,
) -> Gated[Grouping]:
    """Return some questions about each part of a selection: `by` unit, team, mode, period or a question.

    Raises as `view` does.
    """
    return explored(database, columns, actor=actor, selection=selection, now=now).grouping(by, names)


def cross_tab(
    database: Database,
    columns: ColumnStore,
    *,
    actor: Actor,
    selection: Selection,
    row: str,
    column: str,
    now: datetime,
) -> Gated[CrossTab]:
    """Return two questions against each other. Raises as `view` does."""
    return explored(database, columns, actor=actor, selection=selection, now=now).cross_tab(row, column)


def comparison(
    database: Database,
    columns: ColumnStore,
    *,
    actor: Actor,
    first: Selection,
    second: Selection,
    now: datetime,
) -> Gated[Comparison]:
    """Return what differs between two selections, second minus first.

    Raises as `view` does, and `SelectionsOverlap` where a ballot may be in both.
    """
    one, before = _topic(database, columns, actor, first, now)
    two, after = _topic(database, columns, actor, second, now)
    return _found(lambda: compare(one, before, two, after))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A measurement of the indicator that first evaluation and return visits share: its subject and question.

    `reading` is what was found at the place; None where the visit is still sealed, or does not ask the questions
    of the conditions (not `is_asked`). `contrast` compares it with the first evaluation; None for the first itself,
    and where one of the two has no reading.
    """

    subject: Subject
    name: str
    is_sealed: bool = False
    is_asked: bool = True
    reading: Gated[Reading] | None = None
    contrast: Gated[Contrast] | None = None


def waves(
    database: Database, columns: ColumnStore, *, actor: Actor, selection: Selection, now: datetime
) -> tuple[Wave, ...] | None:
    """Return the first evaluation of a place and what return visits found there; None where there are none.

    `selection` is of the first evaluation. Of its conditions ways of answering are taken, and answers to questions
    that a visit asks with the same answers (`in_waves`; others raise `BadSelection`): weeks belong to one
    measurement. Raises as `view` does.
    """
    place = selection.only((UNIT, TEAM, MODE, ANSWERS))
    topic, chosen = _topic(database, columns, actor, place, now)
    with database.reading() as session:
        survey = queries.survey(session, selection.survey)
        campaign = 0 if survey is None else survey.campaign_id
    every = subjects(database, actor=actor, campaign_id=campaign, now=now)
    first = next(each for each in every if chosen.survey in each.surveys and each.audience == chosen.audience)
    indicator, later = first.questionnaire.headline, _visits(first, every)
    if indicator is None or not later:
        return None
    for each in chosen.answers:
        if each.field not in in_waves(first, every):
            raise BadSelection(f"q.{each.field}", Trouble.NOT_HERE)
    reading = _found(lambda: explore.one(topic, chosen, indicator))
    begin = Measured(topic, topic.by_name[indicator], explore.conditions_of(topic, chosen))
    found = (_wave(database, columns, actor, begin, chosen, each, now) for each in later)
    return Wave(subject=first, name=indicator, reading=reading), *found


def in_waves(first: Subject, every: Sequence[Subject]) -> frozenset[str]:
    """Return the questions of a first evaluation that a return visit asks with the same answers."""
    found: frozenset[str] = frozenset()
    return found.union(*(common(first.entries, each.entries) for each in _visits(first, every)))


def _visits(first: Subject, every: Sequence[Subject]) -> list[Subject]:
    """Return the return visits that ask for the indicator of a first evaluation; none of what is no such thing."""
    indicator = first.questionnaire.headline
    if indicator is None or first.wave is not None:
        return []
    return [
        each
        for each in every
        if each.wave is not None
        and each.audience == first.audience
        and each.questionnaire.headline is not None
        and each.questionnaire.wave_link == indicator
    ]


def _wave(
    database: Database,
    columns: ColumnStore,
    actor: Actor,
    first: Measured,
    chosen: Selection,
    subject: Subject,
    now: datetime,
) -> Wave:
    name = subject.questionnaire.headline or ""
    place = replace(chosen, survey=subject.survey)
    fields = {each.field for each in chosen.answers}
    is_asked = fields <= common(first.topic.entries, subject.entries)
    try:
        topic, there = _topic(database, columns, actor, place if is_asked else replace(place, answers=()), now)
    except StillSealed:
        return Wave(subject=subject, name=name, is_sealed=True)
    if not is_asked or not fields <= set(topic.gate.asked):
        return Wave(subject=subject, name=name, is_asked=False)
    reading = _found(lambda: explore.one(topic, there, name))
    later = Measured(topic, topic.by_name[name], explore.conditions_of(topic, there))
    found = contrasts(first, later, [leaves_of(first.topic, chosen)])
    return Wave(subject=subject, name=name, reading=reading, contrast=found.map(lambda made: made[0]))


def units_by_items(
    database: Database, columns: ColumnStore, *, actor: Actor, selection: Selection, now: datetime
) -> Gated[UnitTable]:
    """Return every rated question at every unit, whichever is selected. Raises as `view` does."""
    return explored(database, columns, actor=actor, selection=selection, now=now).units_by_items()


def _require_room(selection: Selection, name: str) -> None:
    if len({*selection.cuts, name}) > MOST_CUTS:
        raise BadSelection(name, Trouble.TOO_MANY)


def _found(make: Callable[[], Gated[T]]) -> Gated[T]:
    try:
        return make()
    except (OutOfScope, NoSuchQuestion) as error:
        raise NotFound from error


def _topic(
    database: Database, columns: ColumnStore, actor: Actor, selection: Selection, now: datetime
) -> tuple[Topic, Selection]:
    with database.reading() as session:
        survey = queries.survey(session, selection.survey)
        if survey is None:
            raise NotFound
        paths = _paths(session, actor, survey)
        group = _instrument_of(survey, queries.surveys(session, survey.campaign_id))
        shown = [each for each in group if not evaluate.is_sealed(each, now)]
        if not paths:
            raise NotFound
        if not shown:
            raise StillSealed(group[0].closes_at)
        questionnaire = general_questionnaire_of(group[0].version)
        chosen = selection.normal()
        check(chosen, filterable(questionnaire))
        return _read(session, database, columns, shown, chosen, paths, now), chosen


def _paths(session: Session, actor: Actor, survey: Survey) -> tuple[str, ...]:
    """Return the subtrees of the campaign that the actor may read; none: it is not for them."""
    return readers_paths(session, actor, survey.campaign_id, queries.campaign_path(session, survey.campaign_id))


def _instrument_of(survey: Survey, surveys: Sequence[Survey]) -> list[Survey]:
    return next(group for group in _instruments(surveys) if any(each.id == survey.id for each in group))


def _instruments(surveys: Sequence[Survey]) -> list[list[Survey]]:
    """Return the surveys whose ballots count together: same purpose, wave, version and rules."""
    groups: dict[tuple[object, ...], list[Survey]] = {}
    for each in surveys:
        rules = (each.rate_rule_id, each.strict_rule_id, each.index_rule_id, each.nps_rule_id)
        groups.setdefault((each.purpose, each.wave, each.version_id, *rules), []).append(each)
    return list(groups.values())


def _read(
    session: Session,
    database: Database,
    columns: ColumnStore,
    group: Sequence[Survey],
    selection: Selection,
    paths: tuple[str, ...],
    now: datetime,
) -> Topic:
    keys = [each.id for each in group]
    base = ground(session, columns, group[0].campaign_id)
    tree = base.tree
    batches = queries.batches(session, keys, selection.audience.value)
    ballots = {}
    for each in group:
        snapshot = columns.snapshot(evaluate.DatabaseSource.of(session, database, each), now)
        still_open = tuple(
            row.id for row in batches if row.survey_id == each.id and row.state != BatchState.RECONCILED
        )
        counting = base.counting(snapshot, each, now).columns
        ballots[each.id] = base.own(session, each, Ballots(counting, still_open), now)
    questionnaire = general_questionnaire_of(group[0].version)
    gate = base.gate(ballots, selection.audience, questionnaire, paths, now=now)
    asked_at = queries.asked_at(session, keys, selection.audience.value)
    done = [row for row in batches if row.state == BatchState.RECONCILED]
    rules = evaluate.rules_of(group[0])
    return Topic(
        gate=gate,
        entries=entries(questionnaire, rules.nps),
        rules=rules,
        as_of=_as_of(group, now),
        headcounts=_headcounts(gate.world, tree, asked_at)
        if selection.audience == Audience.WORKERS
        else np.full(tree.leaves, NOT_HERE),
        spoilt=by_leaf(tree, done, [row.spoilt for row in done]),
        abstained=by_leaf(tree, done, [row.abstained for row in done]),
        wave_link=questionnaire.wave_link,
        issued=issued(gate.world, queries.invited(session, keys, selection.audience.value), done),
    )


def _headcounts(world: World, tree: Tree, asked: Sequence[int]) -> Array:
    """Return the workers by leaf where anybody is asked or answered; unknown where ballots have no posting."""
    found = np.full(tree.leaves, NOT_HERE)
    found[world.active] = NONE
    posting, headcount = tree.posting[tree.leaf_nodes], tree.headcount[tree.leaf_nodes]
    here = np.isin(posting, [each for each in asked if each != NONE])
    here[world.active] |= posting[world.active] != NONE
    found[here] = headcount[here]
    return found
