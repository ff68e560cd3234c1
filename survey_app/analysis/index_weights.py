"""Index trees before and after weights: each question's index weighted as rates are, the tree made of these.

As with rates, everything follows from what the gate shows of places and of pairs of questions. There are values and
no intervals: the questions of a tree are answered by the same people, and what is told apart differs between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import Topic, view
from survey_app.analysis.gate import Gated, both
from survey_app.analysis.indexes import Known, Node, Valued, fields_of, valued_by, values_of
from survey_app.analysis.layout import Array
from survey_app.analysis.place_blocks import PlaceBlocks, place_blocks
from survey_app.analysis.profiles import Profiled, profiled
from survey_app.analysis.readings import Entry
from survey_app.analysis.selection import Selection
from survey_app.analysis.weights import (
    KnownTotal,
    Refusal,
    Way,
    Weighting,
    limit_of,
    margins_of,
    team_weights,
    weightings,
    without_people,
)
from survey_app.scoring.cells import calibrated_weights
from survey_app.scoring.measure import scores_of
from survey_app.scoring.weighting import NotConverging, SparseCategory

Weighed = Known | Refusal
"""A question's weighted index with the ballots in it, or why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedTree:
    """A tree under one weighting, in the order of `indexes.valued`; `refused` says which questions have no value.

    `is_comparable`: it rests on the same questions as the unweighted, so that weights alone make the difference.
    """

    weighting: Weighting
    nodes: tuple[Valued, ...]
    refused: tuple[tuple[str, Refusal], ...]
    is_comparable: bool


def weighted_trees(
    topic: Topic, selection: Selection, tree: Sequence[Node], totals: Sequence[KnownTotal]
) -> Gated[tuple[WeightedTree, ...]]:
    """Return the tree of a selection under every weighting, the unweighted first.

    `selection` sets no answers (`ValueError`); `totals` are those of the whole that is selected.

    Raises `OutOfScope`.
    """
    ways = [way for way in weightings(totals) if way.way is not Way.CLUSTERED]
    plain = view(topic, selection).map(lambda found: values_of(found.readings))
    wanted = frozenset(fields_of(tree))
    every: Gated[dict[str, tuple[Weighed, ...]]] = plain.map(lambda _: {})
    for entry in topic.entries:
        if entry.name in wanted and entry.is_rated:
            line = _question(topic, selection, entry, plain, ways)
            every = both(every, line).map(partial(_with, entry.name))
    return every.map(lambda found: tuple(_tree(tree, found, place, way) for place, way in enumerate(ways)))


def _with(
    name: str, found: tuple[dict[str, tuple[Weighed, ...]], tuple[Weighed, ...]]
) -> dict[str, tuple[Weighed, ...]]:
    return {**found[0], name: found[1]}


def _tree(
    tree: Sequence[Node], found: Mapping[str, tuple[Weighed, ...]], place: int, way: Weighting
) -> WeightedTree:
    known: dict[str, Known] = {}
    refused: list[tuple[str, Refusal]] = []
    for name, values in found.items():
        value = values[place]
        if isinstance(value, Refusal):
            refused.append((name, value))
        else:
            known[name] = value
    plain = {name for name, values in found.items() if not isinstance(values[0], Refusal)}
    return WeightedTree(
        weighting=way, nodes=valued_by(tree, known), refused=tuple(refused), is_comparable=set(known) == plain
    )


def _question(
    topic: Topic,
    selection: Selection,
    entry: Entry,
    plain: Gated[dict[str, Known]],
    ways: Sequence[Weighting],
) -> Gated[tuple[Weighed, ...]]:
    """Return one question under every weighting. What is not shown at all is not looked at any further."""
    refused = (Refusal.WITHHELD,) * len(ways)
    if entry.name not in plain.value or entry.name not in topic.gate.asked:
        return plain.map(lambda _: refused)
    scores = _scores(topic, entry)
    blocks = place_blocks(topic, selection, entry.name)
    line = both(plain, blocks).map(
        lambda found: tuple(
            _by_place(found[0][entry.name], found[1], scores, way, is_cut=bool(selection.cuts)) for way in ways
        )
    )
    for place, way in enumerate(ways):
        if way.totals:
            asked = [total.question for total in way.totals]
            cells = profiled(topic, selection, entry, asked, scores).map(_exact)
            line = both(line, cells).map(partial(_with_calibrated, place, way))
    return line


def _exact(cells: Profiled | None) -> Profiled | None:
    return cells if cells is not None and cells.is_exact else None


def _scores(topic: Topic, entry: Entry) -> dict[str, float]:
    return {} if entry.scale is None else scores_of(topic.rules.index, entry.scale)


def _by_place(
    plain: Known, blocks: PlaceBlocks | None, scores: Mapping[str, float], way: Weighting, *, is_cut: bool
) -> Weighed:
    """Return what needs places only; what needs known totals is put in its place later."""
    if way.way is Way.UNWEIGHTED:
        return plain
    if blocks is None:
        return Refusal.WITHHELD
    sums, ballots = blocks.valued(scores)
    scored = ballots > 0
    sums, ballots, blocks = sums[scored], ballots[scored], blocks.chosen(scored)
    if way.way is Way.TEAM_EQUAL:
        found = team_weights(ballots, blocks.teams)
        return Refusal.ONE_GROUP if found is None else _mean(sums, ballots, found[0])
    if is_cut:
        return Refusal.NO_POPULATION
    if (blocks.headcount == NONE).any():
        return Refusal.NO_HEADCOUNT
    if len(ballots) < _TWO:
        return Refusal.ONE_GROUP
    return _mean(sums, ballots, blocks.headcount / ballots)


_TWO = 2


def _with_calibrated(
    place: int, way: Weighting, found: tuple[tuple[Weighed, ...], Profiled | None]
) -> tuple[Weighed, ...]:
    line, cells = found
    return (*line[:place], _calibrated(way, cells), *line[place + 1 :])


def _calibrated(way: Weighting, cells: Profiled | None) -> Weighed:
    """Return the question with weights that meet the known totals."""
    if cells is None:
        return Refusal.NOT_TOLD_APART
    margins = margins_of(way.totals, cells)
    if isinstance(margins, KnownTotal):
        return Refusal.NO_TOTAL
    if without_people(margins, cells):
        return Refusal.NO_PEOPLE
    try:
        weights, _trimmed = calibrated_weights(cells.n, margins, limit=limit_of(margins))
    except SparseCategory:
        return Refusal.SPARSE
    except NotConverging:
        return Refusal.CONTRADICTION
    return _mean(cells.x, cells.n, weights)


def _mean(sums: Array, ballots: Array, weights: Array) -> Known:
    """Return the weighted mean of scores; a ballot without weight is not in it."""
    kept = weights > 0
    value = float((weights * sums)[kept].sum() / (weights * ballots)[kept].sum())
    return Fraction(value), int(ballots[kept].sum())
