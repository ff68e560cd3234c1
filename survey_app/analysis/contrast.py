"""What changed from one measurement of an indicator to another, at any place: the one contrast of every outlet.

Enterprises with ballots in both are compared, each with itself. They are the clusters of the contrast; where few
answered, so that an enterprise may not be told apart, those that stand together for it count as one. Whoever lacks
one of the two measurements, and whoever cannot be told apart from such an enterprise, is left out. Where nobody has
both, two independent groups are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np

from survey_app.analysis.answer_blocks import AnswerBlocks, answer_blocks, by_answers
from survey_app.analysis.clusters import clusters
from survey_app.analysis.explore import NOT_HERE, Topic
from survey_app.analysis.gate import NOTHING, ByBlock, Counted, Gated, Where, both, counted_of
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import Entry, Frame, rate_of, reading
from survey_app.analysis.selection import Selection
from survey_app.analysis.worth import worth
from survey_app.questionnaire.definition import Scale
from survey_app.scoring.comparison import Change, Group, same_clusters, two_proportions
from survey_app.scoring.evaluation import Comparability, Contrast, Rated, Same
from survey_app.scoring.figure import Figure
from survey_app.scoring.rules import RateRule

_TWO = 2


@dataclass(frozen=True)
class Measured:
    """An indicator in one measurement: the instrument, the question, and the conditions besides the place.

    Two that are compared are of the same tree, and their conditions mean the same.
    """

    topic: Topic
    entry: Entry
    conditions: Mapping[str, Array] = field(default_factory=dict)

    @property
    def is_by_answers(self) -> bool:
        """Whether answers tell the ballots apart."""
        return by_answers(self.topic.gate, self.conditions)

    @property
    def blocks(self) -> Gated[ByBlock | None]:
        """The question by the smallest groups of places that may be told apart; None: not by place at all."""
        gate = self.topic.gate
        if self.is_by_answers:
            return answer_blocks(gate, self.entry.name, Where(gate.scope.inside, None, self.conditions))
        return gate.by_block(self.entry.name, self.conditions)


def contrasts(first: Measured, later: Measured, places: Sequence[Array]) -> Gated[tuple[Contrast, ...]]:
    """Return the later measurement against the first at each place, given by the tree's leaves."""
    why = comparability(first, later)
    if why is not Comparability.COMPARABLE:
        return NOTHING.map(lambda _: (Contrast(comparability=why),) * len(places))
    found = _pair(first, later)
    return found.map(lambda pair: tuple(_TOO_FEW if pair is None else pair.at(place) for place in places))


@dataclass(frozen=True, slots=True)
class Changed:
    """The rates of the same enterprises in two measurements, and the change."""

    first: Figure
    second: Figure
    change: Change


def rate_changes(first: Measured, later: Measured, places: Sequence[Array]) -> Gated[tuple[Changed | None, ...]]:
    """Return what the contrast of each place says of the rate of the same enterprises; None where nothing.

    It is for many places: a whole contrast has both rates and the index, each with its interval.
    """
    if comparability(first, later) is not Comparability.COMPARABLE:
        return NOTHING.map(lambda _: (None,) * len(places))
    found = _pair(first, later)
    return found.map(lambda pair: tuple(None if pair is None else pair.rate_at(place) for place in places))


def _pair(first: Measured, later: Measured) -> Gated[_Pair | None]:
    """Return both measurements by block; None where one has no ballots, or its rate is not told by block."""
    if first.entry.name not in first.topic.gate.asked or later.entry.name not in later.topic.gate.asked:
        return NOTHING.map(lambda _: None)
    return both(first.blocks, later.blocks).map(partial(_paired, first, later))


def _paired(first: Measured, later: Measured, found: tuple[ByBlock | None, ByBlock | None]) -> _Pair | None:
    if found[0] is None or found[1] is None:
        return None
    pair = _Pair(_Side(first, found[0]), _Side(later, found[1]))
    return pair if pair.tells(first.topic.rules.rate) else None


def common(first: Iterable[Entry], later: Iterable[Entry]) -> frozenset[str]:
    """Return the questions, or options, that mean the same in two questionnaires: same code and same answers."""
    others = {each.name: each for each in later}
    return frozenset(each.name for each in first if each.name in others and _is_same(each, others[each.name]))


def _is_same(one: Entry, other: Entry) -> bool:
    answers = [(each.sort, each.measured, list(each.labels.items())) for each in (one, other)]
    return answers[0] == answers[1] and (one.name == one.question or one.label == other.label)


def comparability(first: Measured, later: Measured) -> Comparability:
    """Tell whether scale and rules are the same; not yet whether there is enough to compare."""
    scales = (first.entry.scale, later.entry.scale)
    if scales[0] is None or scales[1] is None or graded(scales[0]) != graded(scales[1]):
        return Comparability.SCALES_DIFFER
    one, two = first.topic.rules, later.topic.rules
    if (one.rate, one.strict) != (two.rate, two.strict):
        return Comparability.RULES_DIFFER
    return Comparability.COMPARABLE


def graded(scale: Scale) -> tuple[tuple[object, ...], ...]:
    """Return what makes answers on two scales comparable: the codes, and what each counts for."""
    return tuple((each.code, each.score, each.satisfied, each.strict, each.in_base) for each in scale.grades)


def leaves_of(topic: Topic, selection: Selection) -> Array:
    """Return the tree's leaves that belong to the selected unit and team, whoever has ballots there."""
    tree = topic.gate.world.tree
    leaves = np.ones(tree.leaves, np.bool_)
    if selection.unit is not None:
        node = tree.node_of_unit[selection.unit]
        leaves[: tree.low[node]] = leaves[tree.high[node] :] = False
    return leaves if selection.team is None else leaves & tree.team_leaves(selection.team)


_TOO_FEW = Contrast(comparability=Comparability.TOO_FEW)


@dataclass(frozen=True, eq=False)
class _Side:
    """One of the two measurements, by block."""

    measured: Measured
    found: ByBlock

    @cached_property
    def has_ballots(self) -> Array:
        """Tells which leaves of the tree have ballots that the reader sees.

        Under conditions, all leaves of a block that has such ballots: which of them do, is not told.
        """
        known = np.zeros(self.measured.topic.gate.world.tree.leaves, np.bool_)
        known[self.found.leaves] = True
        return known

    @cached_property
    def size(self) -> Array:
        """The number of leaves of each block."""
        return np.bincount(self.found.block, minlength=len(self.found.counts))

    def tells(self, rule: RateRule) -> bool:
        """Tell whether x and n of a rule are known of each block."""
        return not isinstance(self.found, AnswerBlocks) or self.found.tells(rule, self.measured.entry.scale)

    def shows(self, place: Array) -> bool:
        """Tell whether a place has ballots, and is whole blocks: else it may not be told apart."""
        inside = np.bincount(self.found.block[place[self.found.leaves]], minlength=len(self.size))
        return bool(inside.any() and ((inside == 0) | (inside == self.size)).all())

    def counted(self, rule: RateRule, cluster: Array, clusters: int) -> tuple[Array, Array]:
        """Return x and n of each cluster; `cluster` has each leaf's, and a cluster is whole blocks."""
        of_block = np.zeros(len(self.size), np.int64)
        of_block[self.found.block] = cluster[self.found.leaves]
        scale, leaves, topic = self.measured.entry.scale, self.found.leaves, self.measured.topic
        if scale is None:
            raise ValueError(f"{self.measured.entry.name} has no scale")
        ballots = np.zeros((clusters, self.found.counts.shape[1]), np.int64)
        np.add.at(ballots, of_block, self.found.counts)
        # Under conditions nobody knows the papers: rates that need them are withheld.
        papers = [0 * each if self.measured.conditions else each for each in (topic.spoilt, topic.abstained)]
        spoilt, abstained = (
            np.bincount(cluster[leaves], each[leaves], clusters).astype(np.int64) for each in papers
        )
        return worth(rule, scale, self.found.asked.column).of(ballots, spoilt, abstained)

    def rated(self, leaves: Array) -> Rated:
        """Return the verdict of some leaves, given by whether they are among them, that are whole blocks."""
        rated = reading(self.measured.entry, self._counted(leaves), self._frame(leaves)).rated
        if rated is None:
            raise ValueError(f"{self.measured.entry.name} is not rated")
        return rated

    def rate(self, leaves: Array) -> Figure:
        """Return the rate of the verdict alone."""
        return rate_of(self.measured.entry, self._counted(leaves), self._frame(leaves))

    def _frame(self, leaves: Array) -> Frame:
        topic = self.measured.topic
        papers = [int(each[leaves].sum()) for each in (topic.spoilt, topic.abstained)]
        plain = Frame(rules=topic.rules, as_of=topic.as_of, threshold=topic.gate.threshold)
        if self.measured.conditions:
            is_by_answers = self.measured.is_by_answers
            spoilt, abstained = (0 if is_by_answers or not many else None for many in papers)
            return replace(plain, spoilt=spoilt, abstained=abstained, by_answers=is_by_answers)
        people = topic.headcounts[leaves & (topic.headcounts != NOT_HERE)]
        return replace(
            plain,
            headcount=int(people.sum()) if people.size and (people >= 0).all() else None,
            spoilt=papers[0],
            abstained=papers[1],
        )

    def _counted(self, leaves: Array) -> Counted:
        chosen = np.zeros(len(self.size), np.bool_)
        chosen[self.found.block[leaves[self.found.leaves]]] = True
        if isinstance(self.found, AnswerBlocks):
            return self.found.counted(chosen)
        return counted_of(self.found.asked, self.found.counts[chosen].sum(axis=0))


@dataclass(frozen=True, eq=False)
class _Pair:
    """Both measurements, with the clusters that they share."""

    first: _Side
    later: _Side

    @cached_property
    def _unit(self) -> Array:
        tree = self.first.measured.topic.gate.world.tree
        return np.asarray(tree.unit[tree.leaf_nodes])

    @cached_property
    def _has_both(self) -> Array:
        return np.asarray(self.first.has_ballots & self.later.has_ballots)

    @cached_property
    def _has_any(self) -> Array:
        return np.asarray(self.first.has_ballots | self.later.has_ballots)

    @cached_property
    def _cluster(self) -> Array:
        """The cluster of each leaf: leaves that share a block of either side, or an enterprise with both."""
        shared = np.flatnonzero(self._has_both)
        enterprise = np.unique(self._unit[shared], return_inverse=True)[1]
        return clusters(len(self._unit), (self.first.found, self.later.found), (shared, enterprise))

    @cached_property
    def _clusters(self) -> int:
        return int(self._cluster.max(initial=-1)) + 1

    def tells(self, rule: RateRule) -> bool:
        """Tell whether x and n of a rule are known of each block of both sides."""
        return self.first.tells(rule) and self.later.tells(rule)

    def _counted(self, rule: RateRule) -> Array:
        """Return x and n of the first side and of the later one, by cluster."""
        sides = (each.counted(rule, self._cluster, self._clusters) for each in (self.first, self.later))
        return np.array([values for side in sides for values in side])

    @cached_property
    def _by_rule(self) -> tuple[Array, Array | None]:
        rules = self.first.measured.topic.rules
        return self._counted(rules.rate), self._counted(rules.strict) if self.tells(rules.strict) else None

    @cached_property
    def _is_shared(self) -> Array:
        """Tells which clusters have valid ballots in both, and nobody who lacks one of them."""
        alone = np.bincount(self._cluster[self._has_any & ~self._has_both], minlength=self._clusters)
        _, n1, _, n2 = self._by_rule[0]
        return np.asarray((alone == 0) & (n1 > 0) & (n2 > 0))

    @cached_property
    def _size(self) -> Array:
        return np.bincount(self._cluster[self._has_any], minlength=self._clusters)

    def at(self, place: Array) -> Contrast:
        """Return the contrast at a place."""
        if not self.first.shows(place) or not self.later.shows(place):
            return _TOO_FEW
        if not (self._has_both & place).any():
            sides = (side.rated(place & side.has_ballots) for side in (self.first, self.later))
            return _contrast(None, *sides)
        kept, leaves = self._kept(place)
        if not kept.any():
            return _TOO_FEW
        found = _contrast(len(np.unique(self._unit[leaves])), self.first.rated(leaves), self.later.rated(leaves))
        if found.same is None or kept.sum() < _TWO:
            return found
        rate, strict = (None if each is None else _clustered(each[:, kept]) for each in self._by_rule)
        return replace(found, rate=rate, strict=strict)

    def rate_at(self, place: Array) -> Changed | None:
        """Return what the contrast at a place says of the rate of the same enterprises."""
        if not self.first.shows(place) or not self.later.shows(place):
            return None
        kept, leaves = self._kept(place)
        if not kept.any():
            return None
        first, second = self.first.rate(leaves), self.later.rate(leaves)
        change = _apart(first, second) if kept.sum() < _TWO else _clustered(self._by_rule[0][:, kept])
        return None if first.withheld or second.withheld or change is None else Changed(first, second, change)

    def _kept(self, place: Array) -> tuple[Array, Array]:
        """Return which clusters are shared and wholly at a place, and which leaves are theirs."""
        inside = np.bincount(self._cluster[self._has_any & place], minlength=self._clusters)
        kept = np.asarray(self._is_shared & (inside == self._size))
        return kept, self._has_both & kept[self._cluster]


def _contrast(places: int | None, first: Rated, second: Rated) -> Contrast:
    """Return the contrast of two groups of answers, those of as many enterprises; None: of different ones."""
    if first.is_withheld or second.is_withheld:
        return _TOO_FEW
    return Contrast(
        comparability=Comparability.COMPARABLE,
        same=None if places is None else Same(places=places, first=first, second=second),
        rate=_apart(first.rate, second.rate),
        strict=_apart(first.strict, second.strict),
    )


def _apart(first: Figure, second: Figure) -> Change | None:
    if first.x is None or second.x is None or not first.n or not second.n:
        return None
    return two_proportions(first.x, first.n, second.x, second.n)


def _clustered(counted: Array) -> Change | None:
    """Return the change over clusters, from their x and n of the first side and of the later one."""
    x1, n1, x2, n2 = counted.tolist()
    if not any(n1) or not any(n2):
        return None
    return same_clusters(
        [Group(x, n) for x, n in zip(x1, n1, strict=True)], [Group(x, n) for x, n in zip(x2, n2, strict=True)]
    )
