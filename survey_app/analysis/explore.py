"""Views of a selection: pure functions from the gate's counts to figures. All that they return is `Gated`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

import numpy as np

from survey_app.analysis.crossing import Crossing, crossing
from survey_app.analysis.encode import MODES, NONE
from survey_app.analysis.facts import Rules
from survey_app.analysis.gate import NOTHING, CrossCounted, Gate, Gated, Where, both, together
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import Entry, Frame, Reading, reading
from survey_app.analysis.selection import MODE, PERIOD, PERIOD_DAYS, Selection
from survey_app.analysis.world import FIRST_MONDAY, Cut
from survey_app.scoring.participation import known_issued
from survey_app.words import Mode

BY_UNIT, BY_TEAM, BY_MODE, BY_PERIOD = "unit", "team", "mode", "period"
"""What ballots can be grouped by besides questions: `grouped` takes these or the name of a question."""

NOT_HERE = -2
_TWO = 2


class OutOfScope(LookupError):
    """The selection names a unit or team that is not here, or not for the reader to see."""


class NoSuchQuestion(LookupError):
    """Ballots are not told apart by this."""


@dataclass(frozen=True)
class Issued:
    """By leaf of the tree: papers and codes given out, and the ballots that came in through them."""

    given_out: Array
    through: Array

    def known(self, leaves: Array, returned: int) -> int | None:
        """Return how many were issued at some leaves; None where not every ballot there came in through that."""
        given, through = int(self.given_out[leaves].sum()), int(self.through[leaves].sum())
        return known_issued(given_out=given, through=through, returned=returned)


@dataclass(frozen=True)
class Topic:
    """One instrument for one reader: the gate, the questions, and what figures carry besides counts.

    `headcounts` holds the workers by leaf of the tree (`NONE`: nobody knows them; `NOT_HERE`: nobody is asked
    there, or nobody keeps the audience's number). `spoilt` and `abstained` are ballots by leaf that came on paper
    without answers. `issued` is None where nothing was given out: open codes. `wave_link` is the first evaluation's
    question that a return visit's headline asks for again.
    """

    gate: Gate
    entries: tuple[Entry, ...]
    rules: Rules
    as_of: datetime
    headcounts: Array
    spoilt: Array
    abstained: Array
    issued: Issued | None = None
    wave_link: str | None = None
    by_name: Mapping[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {entry.name: entry for entry in self.entries})


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Every question about one selection. `ballots` came back; None where more than a place is selected."""

    selection: Selection
    readings: tuple[Reading, ...]
    ballots: int | None
    headcount: int | None
    threshold: int
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of a grouping: the key of a unit or team (0: of none), or codes; weeks by their Monday."""

    key: tuple[str, ...]
    ballots: int | None
    readings: tuple[Reading, ...]

    @property
    def headcount(self) -> int | None:
        """The people of the place; None where nobody knows, and of a part that is no place."""
        return next((each.rated.rate.headcount for each in self.readings if each.rated is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """The same questions about each group of a selection."""

    selection: Selection
    by: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTab:
    """Two questions against each other, over ballots that answered both; merged codes stand together.

    `found` is None where the table is withheld.
    """

    selection: Selection
    row: str
    column: str
    rows: tuple[tuple[str, ...], ...] = ()
    columns: tuple[tuple[str, ...], ...] = ()
    found: Crossing | None = None

    @property
    def table(self) -> tuple[tuple[int, ...], ...] | None:
        """The cells by row; None where they are withheld."""
        return None if self.found is None else self.found.cells


def where_of(topic: Topic, selection: Selection) -> Where:
    """Return the ballots that a selection names. Raises `OutOfScope`, `NoSuchQuestion`."""
    scope, tree = topic.gate.scope, topic.gate.world.tree
    place: int | None = 0
    leaves = scope.inside
    if selection.unit is not None:
        node = tree.node_of_unit.get(selection.unit)
        if node is None or not tree.paths[selection.unit].startswith(topic.gate.paths):
            raise OutOfScope(f"unit {selection.unit}")
        # A unit without ballots looks like one that is withheld.
        place, leaves = scope.place_of(node), np.zeros(len(scope.inside), np.bool_)
        if place is not None:
            leaves[scope.low[place] : scope.high[place]] = True
    if selection.team is not None:
        posted = tree.unit[tree.team == selection.team].tolist()
        if not any(tree.paths[unit].startswith(topic.gate.paths) for unit in posted):
            raise OutOfScope(f"team {selection.team}")
        of_team = leaves & tree.team_leaves(selection.team)[topic.gate.world.active]
        # A team that is everything at its place is the place.
        place = place if (of_team == leaves).all() else None
        leaves = of_team
    return Where(leaves, place, conditions_of(topic, selection))


def conditions_of(topic: Topic, selection: Selection) -> dict[str, Array]:
    """Return the chosen categories of each condition of a selection. Raises `NoSuchQuestion`."""
    chosen: dict[str, Array] = {}
    if selection.modes:
        chosen[MODE] = modes_of(selection.modes)
    if selection.since is not None or selection.until is not None:
        weeks = np.array([int(code) for code in topic.gate.cut(PERIOD).codes], np.int64)
        first = -1 if selection.since is None else _week(selection.since)
        last = 2**31 if selection.until is None else _week(selection.until)
        chosen[PERIOD] = (weeks >= first) & (weeks <= last)
    for each in selection.answers:
        cut = cut_of(topic, each.field)
        chosen[each.field] = np.array([*(code in each.codes for code in cut.codes), False])
    return chosen


def modes_of(modes: Sequence[Mode]) -> Array:
    """Return ways of answering as the chosen categories of their cut."""
    return np.isin(np.arange(len(MODES)), [MODES.index(mode) for mode in modes])


def _week(day: date) -> int:
    return ((day - date(1970, 1, 1)).days - FIRST_MONDAY) // PERIOD_DAYS


def cut_of(topic: Topic, name: str) -> Cut:
    """Return a cut by name. Raises `NoSuchQuestion` where no ballot was asked it."""
    try:
        return topic.gate.cut(name)
    except KeyError as error:
        raise NoSuchQuestion(name) from error


def view(topic: Topic, selection: Selection) -> Gated[View]:
    """Return every question about a selection. Raises `OutOfScope`, `NoSuchQuestion`."""
    where = where_of(topic, selection)
    frame = _frame(topic, selection, where)
    readings = together(_reading(topic, entry, where, frame) for entry in topic.entries)
    return both(readings, topic.gate.ballots(where)).map(
        lambda found: View(
            selection=selection,
            readings=found[0],
            ballots=_returned(found[1], frame),
            headcount=frame.headcount,
            threshold=topic.gate.threshold,
            as_of=topic.as_of,
        )
    )


def one(topic: Topic, selection: Selection, name: str) -> Gated[Reading]:
    """Return one question about a selection. Raises `OutOfScope`, `NoSuchQuestion`."""
    where = where_of(topic, selection)
    return _reading(topic, _entry(topic, name), where, _frame(topic, selection, where))


def _reading(topic: Topic, entry: Entry, where: Where, frame: Frame) -> Gated[Reading]:
    if entry.name not in topic.gate.asked:
        return NOTHING.map(lambda _: reading(entry, None, frame))
    return topic.gate.count(entry.name, where).map(lambda found: reading(entry, found, frame))


def _frame(topic: Topic, selection: Selection, where: Where) -> Frame:
    """Return what figures carry: of a place, its headcount and its ballots without answers, too.

    Papers without answers belong to no group of answers; of a mode or week, nobody knows how many there are.
    """
    frame = Frame(rules=topic.rules, as_of=topic.as_of, threshold=topic.gate.threshold)
    leaves = _tree_leaves(topic, selection)
    if where.conditions:
        by_answers = any(topic.gate.cut(name).is_answer for name in where.conditions)
        papers = (int(each[leaves].sum()) for each in (topic.spoilt, topic.abstained))
        spoilt, abstained = (0 if by_answers or not many else None for many in papers)
        return replace(frame, spoilt=spoilt, abstained=abstained, by_answers=by_answers)
    known = topic.headcounts[leaves & (topic.headcounts != NOT_HERE)]
    world = topic.gate.world
    back = int(world.ballots[leaves[world.active]].sum() + (topic.spoilt + topic.abstained)[leaves].sum())
    return replace(
        frame,
        headcount=int(known.sum()) if known.size and (known >= 0).all() else None,
        issued=None if topic.issued is None else topic.issued.known(leaves, back),
        spoilt=int(topic.spoilt[leaves].sum()),
        abstained=int(topic.abstained[leaves].sum()),
    )


def _tree_leaves(topic: Topic, selection: Selection) -> Array:
    """Return which leaves of the tree belong to a place, with ballots or without."""
    tree, scope = topic.gate.world.tree, topic.gate.scope
    tops = scope.node[scope.parent == 0].tolist()
    nodes = tops if selection.unit is None else [tree.node_of_unit[selection.unit]]
    leaves = np.zeros(tree.leaves, np.bool_)
    for node in nodes:
        leaves[tree.low[node] : tree.high[node]] = True
    return leaves if selection.team is None else leaves & tree.team_leaves(selection.team)


def grouped(topic: Topic, selection: Selection, by: str, names: Sequence[str]) -> Gated[Grouping]:
    """Return some questions about each unit right below the selected one, each team, mode, week or answer.

    Raises `OutOfScope`, `NoSuchQuestion`.
    """
    chosen = [_entry(topic, name) for name in names]
    groups = []
    for key, part, where in _parts(topic, selection, by, names):
        frame = _frame(topic, part, where)
        readings = together(_reading(topic, entry, where, frame) for entry in chosen)
        groups.append(both(readings, topic.gate.ballots(where)).map(partial(_group, key, frame)))
    return together(groups).map(lambda made: Grouping(selection=selection, by=by, groups=made))


def units_below(topic: Topic, unit: int | None) -> list[int]:
    """Return the units right below a unit that have ballots; for None the first level that has several."""
    scope, tree = topic.gate.scope, topic.gate.world.tree
    above = scope.place_of(tree.node_of_unit.get(unit, len(tree.unit))) if unit is not None else 0
    if above is None:
        return []
    below = _inner_below(topic, above)
    # Where all that the reader sees lies under one unit, its parts are of interest, not the unit itself.
    while unit is None and len(below) == 1 and _inner_below(topic, below[0]):
        below = _inner_below(topic, below[0])
    return [int(each) for each in tree.unit[scope.node[below]]]


def unit_over(topic: Topic, unit: int) -> int | None:
    """Return the unit right above one that has ballots; None where the reader sees none."""
    scope, tree = topic.gate.scope, topic.gate.world.tree
    place = scope.place_of(tree.node_of_unit[unit])
    above = 0 if place is None else int(scope.parent[place])
    return int(tree.unit[scope.node[above]]) if above > 0 else None


def _inner_below(topic: Topic, above: int) -> list[int]:
    """Return the places in the scope of the units right below one, postings left out."""
    scope, tree = topic.gate.scope, topic.gate.world.tree
    places = np.flatnonzero((scope.parent == above) & (scope.depth > 0))
    return [int(place) for place in places if not tree.leaf[scope.node[place]]]


def _group(key: tuple[str, ...], frame: Frame, found: tuple[tuple[Reading, ...], int | None]) -> Group:
    return Group(key=key, readings=found[0], ballots=_returned(found[1], frame))


def _returned(ballots: int | None, frame: Frame) -> int | None:
    """Return all that came back: also the papers without answers, which are counted and not stored."""
    return None if ballots is None else ballots + (frame.spoilt or 0) + (frame.abstained or 0)


def _entry(topic: Topic, name: str) -> Entry:
    if name not in topic.by_name:
        raise NoSuchQuestion(name)
    return topic.by_name[name]


def _parts(
    topic: Topic, selection: Selection, by: str, names: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], Selection, Where]]:
    """Yield the groups of a selection: key, the selection narrowed to the group, and its ballots."""
    tree = topic.gate.world.tree
    if by == BY_UNIT:
        for unit in units_below(topic, selection.unit):
            part = replace(selection, unit=unit)
            yield (str(unit),), part, where_of(topic, part)
    elif by == BY_TEAM:
        where = where_of(topic, selection)
        for team in np.unique(tree.team[tree.leaf_nodes][topic.gate.world.active][where.leaves]).tolist():
            part = replace(selection, team=team)
            yield (str(team if team != NONE else 0),), part, where_of(topic, part)
    else:
        yield from _categories(topic, selection, by, names)


def _categories(
    topic: Topic, selection: Selection, by: str, names: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], Selection, Where]]:
    """Yield the groups that a cut falls into for the first of the questions; they may differ for others."""
    where, cut = where_of(topic, selection), cut_of(topic, by)
    for chosen in topic.gate.categories(names[0], by, where.conditions) if names[0] in topic.gate.asked else []:
        kept = chosen & where.conditions.get(by, np.ones(cut.size, np.bool_))
        if kept.any():
            key = tuple(_label(cut, place) for place in np.flatnonzero(chosen).tolist())
            yield key, selection, replace(where, conditions={**where.conditions, by: chosen})


def _label(cut: Cut, place: int) -> str:
    """Return the code of a category; weeks by their Monday."""
    if cut.name != PERIOD:
        return cut.codes[place]
    days = int(cut.codes[place]) * PERIOD_DAYS + FIRST_MONDAY
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()


def cross(topic: Topic, selection: Selection, row: str, column: str) -> Gated[CrossTab]:
    """Return two questions against each other, with Pearson's test and Cramér's V. Raises as `view` does."""
    for name in (row, column):
        _entry(topic, name)
    empty = CrossTab(selection=selection, row=row, column=column)
    where = where_of(topic, selection)
    if not {row, column} <= set(topic.gate.asked) or {row, column} & set(where.conditions):
        return NOTHING.map(lambda _: empty)
    return topic.gate.cross(row, column, where).map(partial(_crossed, empty))


def _crossed(empty: CrossTab, found: CrossCounted | None) -> CrossTab:
    if found is None or min(len(found.rows), len(found.columns)) < _TWO:
        return empty
    return replace(empty, rows=found.rows, columns=found.columns, found=crossing(found.table))
