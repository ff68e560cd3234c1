"""One question by the smallest places that may be told apart, of ballots that other answers tell apart.

A pure function of what the gate shows of every node (`Gate.groups_by_node`): a block is a node that is shown,
without those below it that are shown, too. Nothing here is more than a difference of what the table of units has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from survey_app.analysis.columns import MARKS
from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import Topic, where_of
from survey_app.analysis.gate import NOTHING, ByBlock, Counted, Gate, Gated, GroupsByNode, Where, counted_of
from survey_app.analysis.layout import Array
from survey_app.analysis.place_blocks import PlaceBlocks, owners, pairs
from survey_app.analysis.places import Tree
from survey_app.analysis.readings import Entry
from survey_app.analysis.selection import Selection
from survey_app.analysis.several import Several
from survey_app.analysis.world import codes_of
from survey_app.questionnaire.definition import Scale
from survey_app.scoring.measure import counted_grades, reads
from survey_app.scoring.rules import RateRule


@dataclass(frozen=True, slots=True)
class AnswerBlocks(ByBlock):
    """Blocks whose ballots are told apart by `groups` of codes: those of a group count as its first code.

    `around` are the ballots of the same blocks without conditions, by value, marks first.
    """

    groups: tuple[tuple[str, ...], ...]
    around: Array

    def tells(self, rule: RateRule, scale: Scale | None) -> bool:
        """Tell whether x and n of a rate are known of every block: no group lies on both sides of the rule."""
        if scale is None or not reads(rule, scale) or set(rule.base_adds) - {"spoilt"}:
            return False
        satisfied, codes = frozenset(counted_grades(rule, scale)), codes_of(self.asked.column)
        used = [group for group in self.groups if self.counts[:, MARKS + codes.index(group[0])].any()]
        return all(satisfied.issuperset(group) or satisfied.isdisjoint(group) for group in used)

    def counted(self, blocks: Array) -> Counted:
        """Return the ballots of some blocks, given by whether they are among them."""
        codes, total = codes_of(self.asked.column), self.counts[blocks].sum(axis=0)
        groups = tuple((group, int(total[MARKS + codes.index(group[0])])) for group in self.groups)
        return Counted(groups, None, None, None, counted_of(self.asked, self.around[blocks].sum(axis=0)))


def answer_blocks(gate: Gate, name: str, where: Where, start: int = 0) -> Gated[AnswerBlocks | None]:
    """Return a question by block of the leaves and conditions of `where`; None where not even these are shown.

    `start` is the place in the scope from which on blocks are meant.

    None also of several surveys that count together: what one of them withholds at a place is left out there and
    not above, so that blocks would not be those of all ballots.
    """
    if isinstance(gate, Several) or name not in gate.asked:
        return NOTHING.map(lambda _: None)
    return gate.groups_by_node(name, where).map(partial(_blocks, gate, where, start))


def answered_places(topic: Topic, selection: Selection, entry: Entry, rule: RateRule) -> Gated[PlaceBlocks | None]:
    """Return a rated question by block at the selected place, as `place_blocks` has it where no answers are set.

    None also where a group of codes lies on both sides of the rule. Raises `OutOfScope`.
    """
    where_of(topic, selection)
    gate, tree = topic.gate, topic.gate.world.tree
    start = 0 if selection.unit is None else gate.scope.place_of(tree.node_of_unit[selection.unit])
    if start is None:
        return NOTHING.map(lambda _: None)
    found = answer_blocks(gate, entry.name, where_of(topic, replace(selection, unit=None)), start)
    return found.map(
        lambda made: _places(tree, made) if made is not None and made.tells(rule, entry.scale) else None
    )


def _places(tree: Tree, found: AnswerBlocks) -> PlaceBlocks:
    """Return the same with teams and units. Nobody knows how many people there are who gave some answers."""
    nothing, nodes = np.zeros(len(found.counts), np.int64), tree.leaf_nodes[found.leaves]
    teams, units = (pairs(found.block, each[nodes]) for each in (tree.team, tree.unit))
    unknown = np.full(len(nothing), NONE)
    return PlaceBlocks(found.asked, found.counts, nothing, nothing, unknown, teams, units)


def _blocks(gate: Gate, where: Where, start: int, found: tuple[GroupsByNode, ...]) -> AnswerBlocks | None:
    if not found or not found[0].shown[start]:
        return None
    (part,) = found
    scope, codes = gate.scope, codes_of(part.asked.column)
    owner = owners(scope, part.shown, start)
    by_value = np.zeros((len(owner), MARKS + len(codes)), np.int64)
    by_value[:, [MARKS + codes.index(group[0]) for group in part.groups]] = part.counts
    parts = np.flatnonzero(owner == np.arange(len(owner)))
    counts, around = (_apart(each, scope.parent, parts, start) for each in (by_value, part.around))
    kept = parts[counts[parts].any(axis=1)]
    number = np.full(len(owner) + 1, NONE)
    number[kept] = np.arange(len(kept))
    block = np.full(len(scope.inside), NONE)
    block[scope.low[scope.leaf]] = number[owner[scope.leaf]]
    leaves = np.flatnonzero((block != NONE) & where.leaves)
    return AnswerBlocks(
        part.asked, gate.world.active[leaves], block[leaves], counts[kept], part.groups, around[kept]
    )


def _apart(every: Array, parent: Array, parts: Array, start: int) -> Array:
    """Take from each node what lies at the nodes below it that are parts of their own."""
    own, below = every.copy(), parts[parts != start]
    np.subtract.at(own, parent[below], every[below])
    return own


def by_answers(gate: Gate, conditions: Mapping[str, Array]) -> bool:
    """Tell whether answers are among the conditions."""
    return any(gate.cut(name).is_answer for name in conditions)
