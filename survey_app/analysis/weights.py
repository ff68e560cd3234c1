"""Rates before and after weights: every team the same, by headcount, post-stratified, raked. All `Gated`.

Everything follows from what the gate shows of places and of pairs of questions; where it shows no more than a pool,
the pool counts as one group, and where it does not tell answers apart there is no weighted figure but the reason.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import partial

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import Topic, view
from survey_app.analysis.gate import Gated, both
from survey_app.analysis.layout import Array
from survey_app.analysis.place_blocks import PlaceBlocks, place_blocks
from survey_app.analysis.profiles import Profiled, profiled
from survey_app.analysis.readings import WIDEST, Entry, Reading
from survey_app.analysis.selection import Selection
from survey_app.scoring.cells import (
    LIMIT,
    Cells,
    WeightedRate,
    calibrated_rate,
    calibrated_weights,
    cluster_rate,
    weighted_bounds,
)
from survey_app.scoring.design_intervals import design_interval
from survey_app.scoring.figure import Bounds, Figure, Reason
from survey_app.scoring.measure import counted_grades, reads
from survey_app.scoring.weighting import Margin, NotConverging, SparseCategory, kish_factor

MOST_TOTALS = 2
"""With more questions at once, groups would be too small to be told apart (decision 0008)."""


class Way(StrEnum):
    """How ballots are weighted. Unweighted is the figure of all other pages; clustered has the error of places."""

    UNWEIGHTED = "unweighted"
    CLUSTERED = "clustered"
    TEAM_EQUAL = "team_equal"
    HEADCOUNT = "headcount"
    POST_STRATIFIED = "post_stratified"
    RAKED = "raked"


class Refusal(StrEnum):
    """Why there is no weighted figure."""

    WITHHELD = "withheld"
    OFF_SCALE = "off_scale"
    BASE_UNKNOWN = "base_unknown"
    ONE_GROUP = "one_group"
    NO_HEADCOUNT = "no_headcount"
    NO_POPULATION = "no_population"
    NOT_TOLD_APART = "not_told_apart"
    NO_TOTAL = "no_total"
    NO_PEOPLE = "no_people"
    SPARSE = "sparse"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class KnownTotal:
    """How many people of each answer to a question there are, as the organiser knows from elsewhere."""

    question: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """A way of weighting, and the questions whose known totals it uses."""

    way: Way
    totals: tuple[KnownTotal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A question under one weighting: its figure with what the weights cost, or the reason why there is none.

    `n` ballots are in it, `left_out` valid ones are not (of no team, or without an answer to the totals' question).
    `pooled` counts groups that hold several teams or places; `merged` are answers that are counted together, and
    `groups` those that a refusal is about.
    """

    figure: Figure
    refusal: Refusal | None = None
    n: int = 0
    left_out: int = 0
    kish: float | None = None
    design_effect: float | None = None
    trimmed: int = 0
    pooled: int = 0
    merged: tuple[tuple[str, ...], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rated question, with an outcome for every weighting, the unweighted first."""

    name: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The rated questions of a selection before and after weights, the headline first."""

    selection: Selection
    weightings: tuple[Weighting, ...]
    lines: tuple[Line, ...]
    ballots: int | None
    threshold: int
    as_of: datetime


def weighed(topic: Topic, selection: Selection, totals: Sequence[KnownTotal]) -> Gated[Weighed]:
    """Return every rated question of a selection under every weighting.

    `selection` sets no answers (`ValueError`); `totals` are those of the whole that is selected.

    Raises `OutOfScope`, `NoSuchQuestion`.
    """
    ways = weightings(totals)
    asked = [entry for entry in topic.entries if entry.is_rated]
    asked.sort(key=lambda entry: not entry.is_headline)
    seen = view(topic, selection)
    by_name = seen.map(lambda found: {each.name: each for each in found.readings})
    lines: Gated[tuple[Line, ...]] = seen.map(lambda _: ())
    for entry in asked:
        line = _line(topic, selection, entry, by_name, ways)
        lines = both(lines, line).map(lambda pair: (*pair[0], pair[1]))
    return both(seen, lines).map(
        lambda found: Weighed(
            selection=selection,
            weightings=ways,
            lines=found[1],
            ballots=found[0].ballots,
            threshold=found[0].threshold,
            as_of=found[0].as_of,
        )
    )


def weightings(totals: Sequence[KnownTotal]) -> tuple[Weighting, ...]:
    """Return every way of weighting that known totals allow, the unweighted first."""
    used = tuple(totals[:MOST_TOTALS])
    plain = [Weighting(way=way) for way in (Way.UNWEIGHTED, Way.CLUSTERED, Way.TEAM_EQUAL, Way.HEADCOUNT)]
    plain += [Weighting(way=Way.POST_STRATIFIED, totals=(each,)) for each in used]
    if len(used) > 1:
        plain.append(Weighting(way=Way.RAKED, totals=used))
    return tuple(plain)


def _line(
    topic: Topic,
    selection: Selection,
    entry: Entry,
    readings: Gated[dict[str, Reading]],
    ways: Sequence[Weighting],
) -> Gated[Line]:
    """Return one question. What is not shown at all is not looked at any further."""
    if entry.name not in topic.gate.asked:
        return readings.map(lambda found: _withheld(entry, found, ways))
    blocks = place_blocks(topic, selection, entry.name)
    is_cut = bool(selection.cuts)
    lines = both(readings, blocks).map(lambda found: _by_place(topic, entry, found[0], found[1], ways, is_cut))
    for place, way in enumerate(ways):
        if way.totals:
            asked = [total.question for total in way.totals]
            cells = profiled(topic, selection, entry, asked, _worth(topic, entry))
            lines = both(lines, both(blocks, cells)).map(partial(_with_calibrated, topic, entry, place, way))
    return lines


def _withheld(entry: Entry, found: Mapping[str, Reading], ways: Sequence[Weighting]) -> Line:
    figure = _figure(found[entry.name])
    is_off = figure.withheld is not None and figure.withheld.reason is Reason.OFF_SCALE
    refused = Outcome(figure=figure, refusal=Refusal.OFF_SCALE if is_off else Refusal.WITHHELD)
    return Line(name=entry.name, outcomes=(refused,) * len(ways))


def _with_calibrated(
    topic: Topic,
    entry: Entry,
    place: int,
    way: Weighting,
    found: tuple[Line, tuple[PlaceBlocks | None, Profiled | None]],
) -> Line:
    line, counts = found
    outcome = _calibrated(topic, entry, line, way, *counts)
    return replace(line, outcomes=(*line.outcomes[:place], outcome, *line.outcomes[place + 1 :]))


def _figure(reading: Reading) -> Figure:
    if reading.rated is None:
        raise ValueError(f"{reading.name} is not rated")
    return reading.rated.rate


def _by_place(
    topic: Topic,
    entry: Entry,
    readings: Mapping[str, Reading],
    blocks: PlaceBlocks | None,
    ways: Sequence[Weighting],
    is_cut: bool,
) -> Line:
    """Return the outcomes that need places only; for all others a place is kept. `is_cut`: conditions are set."""
    figure = _figure(readings[entry.name])
    if blocks is None or figure.withheld is not None:
        return _withheld(entry, readings, ways)
    blocks, cells = _cells(topic, entry, blocks)
    pooled = int((blocks.places > 1).sum())
    plain = Outcome(figure=figure, n=figure.n or 0)
    by_way = {
        Way.CLUSTERED: _by_cluster(figure, cells, pooled),
        Way.TEAM_EQUAL: _team_equal(figure, cells, blocks),
        Way.HEADCOUNT: _refused(figure, Refusal.NO_POPULATION) if is_cut else _by_headcount(figure, cells, blocks),
    }
    return Line(name=entry.name, outcomes=tuple(by_way.get(way.way, plain) for way in ways))


def _worth(topic: Topic, entry: Entry) -> dict[str, float]:
    """Return 1 for the answers that count as satisfied, 0 for all others in the base."""
    rule = topic.rules.rate
    counted = () if entry.scale is None or not reads(rule, entry.scale) else counted_grades(rule, entry.scale)
    return {code: float(code in counted) for code in entry.labels}


def _cells(topic: Topic, entry: Entry, blocks: PlaceBlocks) -> tuple[PlaceBlocks, Cells]:
    """Return the blocks with ballots in the rule's base, and x and n of each."""
    if entry.scale is None:
        raise ValueError(f"{entry.name} has no scale")
    x, n = blocks.rated(topic.rules.rate, entry.scale)
    kept = n > 0
    return blocks.chosen(kept), Cells(x[kept].astype(np.float64), n[kept].astype(np.float64))


def _outcome(
    figure: Figure,
    found: WeightedRate,
    way: Way,
    *,
    pooled: int = 0,
    left_out: int = 0,
    merged: tuple[tuple[str, ...], ...] = (),
) -> Outcome:
    is_plain = way is Way.CLUSTERED
    weighted = replace(
        figure,
        estimate=None if is_plain else found.estimate.value,
        weighting="" if is_plain else way.value,
        interval=None if figure.census else design_interval(found.estimate, found.n),
        clusters=found.clusters,
    )
    return Outcome(
        figure=weighted,
        n=found.n,
        left_out=left_out,
        kish=found.kish,
        design_effect=found.estimate.design_effect,
        trimmed=found.trimmed,
        pooled=pooled,
        merged=merged,
    )


def _refused(figure: Figure, why: Refusal, groups: Sequence[tuple[str, ...]] = ()) -> Outcome:
    return Outcome(figure=figure, refusal=why, groups=tuple(groups))


def _by_cluster(figure: Figure, cells: Cells, pooled: int) -> Outcome:
    """Take places as clusters; one alone says nothing of how places differ."""
    if len(cells.n) < 2:
        return _refused(figure, Refusal.ONE_GROUP)
    return _outcome(figure, cluster_rate(cells), Way.CLUSTERED, pooled=pooled)


def _team_equal(figure: Figure, cells: Cells, blocks: PlaceBlocks) -> Outcome:
    """Count every team the same."""
    found = team_weights(cells.n, blocks.teams)
    if found is None:
        return _refused(figure, Refusal.ONE_GROUP)
    weights, pooled = found
    kept = weights > 0
    rate = cluster_rate(Cells(cells.x[kept], cells.n[kept]), weights[kept])
    return _outcome(figure, rate, Way.TEAM_EQUAL, pooled=pooled, left_out=int(cells.n[~kept].sum()))


def team_weights(ballots: Array, teams: Array) -> tuple[Array, int] | None:
    """Return what a ballot of each block weighs where every team counts the same, and how many groups are pooled.

    `ballots` and `teams` are those of the blocks. Teams that are not told apart stand together for as many as they
    are; a block of no team weighs nothing. None: there are no two groups of teams.
    """
    named = teams[teams[:, 1] != NONE]
    known, team = np.unique(named[:, 1], return_inverse=True)
    group = _team_groups(len(ballots), named[:, 0], team)
    of_team = np.zeros(len(known), np.int64)
    of_team[team] = group[named[:, 0]]
    many = np.bincount(of_team, minlength=int(group.max()) + 1).astype(np.float64)
    if (many > 0).sum() < 2:
        return None
    return (many / np.bincount(group, ballots))[group], int((many > 1).sum())


def _team_groups(blocks: int, block: Array, team: Array) -> Array:
    """Number the blocks by groups of teams: blocks with a team in common belong together."""
    size = blocks + int(team.max(initial=-1)) + 1
    edges = coo_array((np.ones(len(block), np.int8), (block, blocks + team)), shape=(size, size))
    of_node = connected_components(edges, directed=False)[1]
    return np.asarray(np.unique(of_node[:blocks], return_inverse=True)[1])


def _by_headcount(figure: Figure, cells: Cells, blocks: PlaceBlocks) -> Outcome:
    """Make every place stand for its headcount."""
    if (blocks.headcount == NONE).any():
        return _refused(figure, Refusal.NO_HEADCOUNT)
    if len(cells.n) < 2:
        return _refused(figure, Refusal.ONE_GROUP)
    found = cluster_rate(cells, blocks.headcount / cells.n)
    return _outcome(figure, found, Way.HEADCOUNT, pooled=int((blocks.places > 1).sum()))


def _calibrated(
    topic: Topic,
    entry: Entry,
    line: Line,
    way: Weighting,
    blocks: PlaceBlocks | None,
    cells: Profiled | None,
) -> Outcome:
    """Return the question with weights that meet the known totals."""
    plain = line.outcomes[0]
    if plain.refusal is not None:
        return plain
    if topic.rules.rate.base_adds:
        return _refused(plain.figure, Refusal.BASE_UNKNOWN)
    if blocks is None or cells is None:
        return _refused(plain.figure, Refusal.NOT_TOLD_APART)
    margins = margins_of(way.totals, cells)
    if isinstance(margins, KnownTotal):
        return _refused(plain.figure, Refusal.NO_TOTAL, [(margins.question,)])
    if nobody := without_people(margins, cells):
        return _refused(plain.figure, Refusal.NO_PEOPLE, nobody)
    by_place = _cells(topic, entry, blocks)[1]
    clustering = cluster_rate(by_place) if len(by_place.n) > 1 else None
    try:
        if not cells.is_exact:
            return _bounded(plain, cells, margins, topic.gate.threshold)
        rate = calibrated_rate(Cells(cells.x, cells.n), margins, limit=limit_of(margins), clustering=clustering)
    except SparseCategory as sparse:
        return _refused(
            plain.figure, Refusal.SPARSE, [each for each in sparse.categories if isinstance(each, tuple)]
        )
    except NotConverging:
        return _refused(plain.figure, Refusal.CONTRADICTION)
    return _outcome(plain.figure, rate, way.way, left_out=plain.n - rate.n, merged=_merged(cells))


def _merged(cells: Profiled) -> tuple[tuple[str, ...], ...]:
    return tuple(group for groups in cells.groups for group in groups if len(group) > 1)


def _bounded(plain: Outcome, cells: Profiled, margins: Sequence[Margin], threshold: int) -> Outcome:
    """Return between what the weighted rate lies, where so few are dissatisfied that groups show no exact one.

    Raises as `calibrated_weights` does.
    """
    weights, trimmed = calibrated_weights(cells.n, margins, limit=limit_of(margins))
    n = int(cells.n.sum())
    misses, left_out = plain.n - (plain.figure.x or 0), plain.n - n
    low, high = weighted_bounds(weights, cells.x, cells.most, cells.n, misses=misses, left_out=left_out)
    if high - low > WIDEST:
        return _refused(plain.figure, Refusal.NOT_TOLD_APART)
    bounds = Bounds(Fraction(low), min(Fraction(high), Fraction(1)), n)
    return Outcome(
        figure=plain.figure.withhold(Reason.COMPLEMENTARY, threshold, bounds),
        n=n,
        left_out=left_out,
        kish=kish_factor(weights, cells.n),
        trimmed=trimmed,
        merged=_merged(cells),
    )


def limit_of(margins: Sequence[Margin]) -> float | None:
    """Return how many times their mean weights may be: raked ones are cut, those of one margin are not."""
    return LIMIT if len(margins) > 1 else None


def margins_of(totals: Sequence[KnownTotal], cells: Profiled) -> list[Margin] | KnownTotal:
    """Return the margins to weigh cells to, or the known total that lacks an answer which was given."""
    margins = []
    for place, total in enumerate(totals):
        population = _population(total, cells.groups[place])
        if population is None:
            return total
        margins.append(Margin([codes[place] for codes in cells.categories], population))
    return margins


def without_people(margins: Sequence[Margin], cells: Profiled) -> list[tuple[str, ...]]:
    """Return the groups of answers that ballots have and, by their known total, no people."""
    return [
        group
        for place, margin in enumerate(margins)
        for group in cells.groups[place]
        if margin.population[group] == 0
    ]


def _population(total: KnownTotal, groups: Sequence[tuple[str, ...]]) -> dict[Hashable, float] | None:
    """Return the people by group of answers; None where an answer that was given has no known total."""
    shown = {code for group in groups for code in group}
    if any(code not in total.counts for code in shown):
        return None
    found: dict[Hashable, float] = {group: float(sum(total.counts[code] for code in group)) for group in groups}
    return found | {(code,): float(many) for code, many in total.counts.items() if code not in shown and many}
