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

from survey_app.analysis.answer_blocks import answered_places
from survey_app.analysis.clusters import joined
from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import Topic, view
from survey_app.analysis.gate import Gated, both
from survey_app.analysis.layout import Array
from survey_app.analysis.place_blocks import PlaceBlocks, place_blocks
from survey_app.analysis.profiles import Profiled, profiled
from survey_app.analysis.readings import WIDEST, Entry, Reading
from survey_app.analysis.sampling import Drawn, Frame, drawn
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
from survey_app.scoring.stages import staged_rate
from survey_app.scoring.weighting import Margin, NotConverging, SparseCategory, kish_factor

MOST_TOTALS = 2
"""With more questions at once, groups would be too small to be told apart (decision 0008)."""


class Way(StrEnum):
    """How ballots are weighted. Unweighted is the figure of all other pages; clustered has the error of places.

    By strata, an enterprise stands for as many as its stratum has for each that has ballots, there only.
    """

    UNWEIGHTED = "unweighted"
    CLUSTERED = "clustered"
    TEAM_EQUAL = "team_equal"
    HEADCOUNT = "headcount"
    STRATA = "strata"
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
    NO_FREEDOM = "no_freedom"
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
    `groups` those that a refusal is about. `strata` is how many strata the error rests on (None: no sample is
    described), `joint` how many of the sample's strata stand together with others in them.
    """

    figure: Figure
    refusal: Refusal | None = None
    n: int = 0
    left_out: int = 0
    kish: float | None = None
    design_effect: float | None = None
    trimmed: int = 0
    pooled: int = 0
    strata: int | None = None
    joint: int = 0
    merged: tuple[tuple[str, ...], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rated question, with an outcome for every weighting, the unweighted first."""

    name: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The rated questions of a selection before and after weights, the headline first; `frame`: as a sample."""

    selection: Selection
    weightings: tuple[Weighting, ...]
    lines: tuple[Line, ...]
    ballots: int | None
    threshold: int
    as_of: datetime
    frame: Frame | None = None


def weighed(
    topic: Topic, selection: Selection, totals: Sequence[KnownTotal], frame: Frame | None = None
) -> Gated[Weighed]:
    """Return every rated question of a selection under every weighting.

    `totals` are those of the whole that is selected, and `frame` says
    of what its enterprises are a sample (None: one stratum without an end, places as clusters).

    Raises `OutOfScope`, `NoSuchQuestion`.
    """
    ways = weightings(totals, by_strata=frame is not None and frame.expands)
    asked = [entry for entry in topic.entries if entry.is_rated]
    asked.sort(key=lambda entry: not entry.is_headline)
    seen = view(topic, selection)
    by_name = seen.map(lambda found: {each.name: each for each in found.readings})
    lines: Gated[tuple[Line, ...]] = seen.map(lambda _: ())
    for entry in asked:
        line = _line(topic, selection, entry, by_name, ways, frame)
        lines = both(lines, line).map(lambda pair: (*pair[0], pair[1]))
    return both(seen, lines).map(
        lambda found: Weighed(
            selection=selection,
            weightings=ways,
            lines=found[1],
            ballots=found[0].ballots,
            threshold=found[0].threshold,
            as_of=found[0].as_of,
            frame=frame,
        )
    )


def weightings(totals: Sequence[KnownTotal], *, by_strata: bool = False) -> tuple[Weighting, ...]:
    """Return every way of weighting that known totals allow, the unweighted first."""
    used = tuple(totals[:MOST_TOTALS])
    ways = (Way.UNWEIGHTED, Way.CLUSTERED, Way.TEAM_EQUAL, Way.HEADCOUNT)
    plain = [Weighting(way=way) for way in (*ways, *((Way.STRATA,) if by_strata else ()))]
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
    frame: Frame | None,
) -> Gated[Line]:
    """Return one question. What is not shown at all is not looked at any further."""
    if entry.name not in topic.gate.asked:
        return readings.map(lambda found: _withheld(entry, found, ways))
    if selection.answers:
        blocks = answered_places(topic, selection, entry, topic.rules.rate)
    else:
        blocks = place_blocks(topic, selection, entry.name)
    placed = blocks.map(partial(_placed, topic, entry, frame))
    is_cut = bool(selection.cuts)
    lines = both(readings, placed).map(lambda found: _by_place(entry, found[0], found[1], ways, is_cut))
    for place, way in enumerate(ways):
        if way.totals:
            asked = [total.question for total in way.totals]
            cells = profiled(topic, selection, entry, asked, _worth(topic, entry))
            lines = both(lines, both(placed, cells)).map(partial(_with_calibrated, topic, place, way))
    return lines


def _withheld(entry: Entry, found: Mapping[str, Reading], ways: Sequence[Weighting]) -> Line:
    figure = _figure(found[entry.name])
    is_off = figure.withheld is not None and figure.withheld.reason is Reason.OFF_SCALE
    refused = Outcome(figure=figure, refusal=Refusal.OFF_SCALE if is_off else Refusal.WITHHELD)
    return Line(name=entry.name, outcomes=(refused,) * len(ways))


def _with_calibrated(
    topic: Topic,
    place: int,
    way: Weighting,
    found: tuple[Line, tuple[_Placed | None, Profiled | None]],
) -> Line:
    line, counts = found
    outcome = _calibrated(topic, line, way, *counts)
    return replace(line, outcomes=(*line.outcomes[:place], outcome, *line.outcomes[place + 1 :]))


def _figure(reading: Reading) -> Figure:
    if reading.rated is None:
        raise ValueError(f"{reading.name} is not rated")
    return reading.rated.rate


@dataclass(frozen=True, eq=False)
class _Placed:
    """Blocks with ballots in the rule's base, x and n of each; `drawn` as a sample, where one is described."""

    blocks: PlaceBlocks
    cells: Cells
    drawn: Drawn | None

    @property
    def pooled(self) -> int:
        """How many blocks hold several places."""
        return int((self.blocks.places > 1).sum())

    def rate(self, weights: Array | None = None) -> WeightedRate | Refusal:
        """Return the rate with a weight of a ballot for each block (0: it is left out), or why it has no error."""
        kept = np.ones(len(self.cells.n), np.bool_) if weights is None else weights > 0
        used, weighing = Cells(self.cells.x[kept], self.cells.n[kept]), None if weights is None else weights[kept]
        if self.drawn is None:
            return Refusal.ONE_GROUP if kept.sum() < _TWO else cluster_rate(used, weighing)
        found = staged_rate(used, self.drawn.stages.chosen(kept), weighing)
        if found.estimate.df < 1 or not np.isfinite(found.estimate.standard_error):
            return Refusal.ONE_GROUP if found.clusters < _TWO else Refusal.NO_FREEDOM
        return found

    def outcome(self, figure: Figure, way: Way, weights: Array | None = None) -> Outcome:
        """Return the figure by the way of these weights."""
        found = self.rate(weights)
        if isinstance(found, Refusal):
            return _refused(figure, found)
        made = _outcome(self._asked_of_some(figure), found, way, pooled=self.pooled)
        return made if self.drawn is None else replace(made, strata=self.drawn.strata, joint=self.drawn.merged)

    def _asked_of_some(self, figure: Figure) -> Figure:
        """Everybody at these places may have answered: where they are a part of all, that is no census."""
        is_part = self.drawn is not None and bool((self.drawn.stages.sampled < 1).any())
        return replace(figure, census=figure.census and not is_part)


_TWO = 2


def _placed(topic: Topic, entry: Entry, frame: Frame | None, found: PlaceBlocks | None) -> _Placed | None:
    if found is None or entry.scale is None:
        return None
    x, n = found.rated(topic.rules.rate, entry.scale)
    kept = n > 0
    blocks = found.chosen(kept)
    cells = Cells(x[kept].astype(np.float64), n[kept].astype(np.float64)) if kept.any() else None
    return None if cells is None else _Placed(blocks, cells, None if frame is None else drawn(frame, blocks))


def _by_place(
    entry: Entry,
    readings: Mapping[str, Reading],
    placed: _Placed | None,
    ways: Sequence[Weighting],
    is_cut: bool,
) -> Line:
    """Return the outcomes that need places only; for all others a place is kept. `is_cut`: conditions are set."""
    figure = _figure(readings[entry.name])
    if figure.withheld is not None and figure.bounds is None:
        return _withheld(entry, readings, ways)
    plain = Outcome(figure=figure, n=figure.n or 0 if figure.bounds is None else figure.bounds.n)
    if placed is None or figure.bounds is not None:
        untold = _refused(figure, Refusal.NOT_TOLD_APART)
        return Line(name=entry.name, outcomes=tuple(plain if way.way is Way.UNWEIGHTED else untold for way in ways))
    by_way = {
        Way.CLUSTERED: placed.outcome(figure, Way.CLUSTERED),
        Way.TEAM_EQUAL: _team_equal(figure, placed),
        Way.HEADCOUNT: _refused(figure, Refusal.NO_POPULATION) if is_cut else _by_headcount(figure, placed),
        Way.STRATA: _by_strata(figure, placed),
    }
    return Line(name=entry.name, outcomes=tuple(by_way.get(way.way, plain) for way in ways))


def _worth(topic: Topic, entry: Entry) -> dict[str, float]:
    """Return 1 for the answers that count as satisfied, 0 for all others in the base."""
    rule = topic.rules.rate
    counted = () if entry.scale is None or not reads(rule, entry.scale) else counted_grades(rule, entry.scale)
    return {code: float(code in counted) for code in entry.labels}


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


def _team_equal(figure: Figure, placed: _Placed) -> Outcome:
    """Count every team the same."""
    found = team_weights(placed.cells.n, placed.blocks.teams)
    if found is None:
        return _refused(figure, Refusal.ONE_GROUP)
    weights, pooled = found
    left_out = int(placed.cells.n[weights <= 0].sum())
    return replace(placed.outcome(figure, Way.TEAM_EQUAL, weights), pooled=pooled, left_out=left_out)


def team_weights(ballots: Array, teams: Array) -> tuple[Array, int] | None:
    """Return what a ballot of each block weighs where every team counts the same, and how many groups are pooled.

    `ballots` and `teams` are those of the blocks. Teams that are not told apart stand together for as many as they
    are; a block of no team weighs nothing. None: there are no two groups of teams.
    """
    named = teams[teams[:, 1] != NONE]
    known, team = np.unique(named[:, 1], return_inverse=True)
    group = joined(len(ballots), named[:, 0], team)
    of_team = np.zeros(len(known), np.int64)
    of_team[team] = group[named[:, 0]]
    many = np.bincount(of_team, minlength=int(group.max()) + 1).astype(np.float64)
    if (many > 0).sum() < 2:
        return None
    return (many / np.bincount(group, ballots))[group], int((many > 1).sum())


def _by_headcount(figure: Figure, placed: _Placed) -> Outcome:
    """Make every place stand for its headcount."""
    if (placed.blocks.headcount == NONE).any():
        return _refused(figure, Refusal.NO_HEADCOUNT)
    return placed.outcome(figure, Way.HEADCOUNT, placed.blocks.headcount / placed.cells.n)


def _by_strata(figure: Figure, placed: _Placed) -> Outcome:
    """Make a stratum stand for all of its enterprises, each of these for its headcount where all are known."""
    if placed.drawn is None:
        return _refused(figure, Refusal.ONE_GROUP)
    people = placed.blocks.headcount
    each = np.ones(len(people)) if (people == NONE).any() else people / placed.cells.n
    return placed.outcome(figure, Way.STRATA, placed.drawn.expansion * each)


def _calibrated(
    topic: Topic, line: Line, way: Weighting, placed: _Placed | None, cells: Profiled | None
) -> Outcome:
    """Return the question with weights that meet the known totals."""
    plain = line.outcomes[0]
    if plain.refusal is not None:
        return plain
    if topic.rules.rate.base_adds:
        return _refused(plain.figure, Refusal.BASE_UNKNOWN)
    if placed is None or cells is None:
        return _refused(plain.figure, Refusal.NOT_TOLD_APART)
    margins = margins_of(way.totals, cells)
    if isinstance(margins, KnownTotal):
        return _refused(plain.figure, Refusal.NO_TOTAL, [(margins.question,)])
    if nobody := without_people(margins, cells):
        return _refused(plain.figure, Refusal.NO_PEOPLE, nobody)
    by_place = placed.rate()
    clustering = None if isinstance(by_place, Refusal) else by_place
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
