"""The enterprises with ballots as a sample of all enterprises: by stratum, and out of how many.

Units and where ballots came from are no secret; nothing here is made of answers. What is told apart by answers
stays as it is: blocks of places that share an enterprise become one cluster, and strata that share a cluster become
one stratum. For such the shares of their enterprises are added up: that never overstates them (by Cauchy and
Schwarz, (sum m)² / sum M is at most the sum of m² / M), as when strata are collapsed (Cochran 1977, 5A.12).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from survey_app.analysis.clusters import joined
from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import Topic, where_of
from survey_app.analysis.layout import Array
from survey_app.analysis.place_blocks import PlaceBlocks, pairs
from survey_app.analysis.selection import Selection
from survey_app.scoring.stages import Stages
from survey_app.words import UnitKind


class Level(StrEnum):
    """What makes the strata: the union right above each enterprise, or its district's or industry's union."""

    ABOVE = "above"
    DISTRICT = UnitKind.DISTRICT.value
    INDUSTRY = UnitKind.INDUSTRY.value


_UNIONS = frozenset({UnitKind.FEDERATION, UnitKind.DISTRICT, UnitKind.INDUSTRY})
_OTHERS, _ELSEWHERE = 0, -1


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit as the list of all units has it. `is_open`: it was not closed yet."""

    id: int
    kind: UnitKind
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How enterprises are taken: in strata or in one, and out of a finite number or of no end of them."""

    level: Level | None = None
    is_finite: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether this is what figures rest on anyway: one stratum without an end."""
        return self.level is None and not self.is_finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Enterprises: `asked` have ballots, of `all`. `unit` is that of the level; None: of no such unit.

    `all` is None for places outside the campaign's unit: nobody says of what they are a sample.
    """

    unit: int | None
    asked: int
    all: int | None


@dataclass(frozen=True, eq=False)
class Frame:
    """The strata of a selection, those without ballots too; `enterprise` and `stratum` are those of each `unit`."""

    plan: Plan
    strata: tuple[Stratum, ...]
    unit: Array
    enterprise: Array
    stratum: Array

    @property
    def is_census(self) -> bool:
        """Whether all enterprises of all strata have ballots."""
        return all(each.asked == each.all for each in self.strata)

    @property
    def expands(self) -> bool:
        """Whether strata can count by how many enterprises they have."""
        return self.plan.is_finite and len(self.strata) > 1


def frame_of(topic: Topic, selection: Selection, listed: Iterable[Listed], *, top: str, plan: Plan) -> Frame:
    """Return the strata of the selected place and team; `top` is the path of the campaign's unit.

    A place of no enterprise counts as one. Raises `OutOfScope`.
    """
    place = replace(selection, modes=(), since=None, until=None, answers=())
    tree = topic.gate.world.tree
    leaves = topic.gate.world.active[where_of(topic, place).leaves]
    visited = np.unique(tree.unit[tree.leaf_nodes[leaves]])
    known = {each.id: each for each in listed}
    tops = _tops(topic, selection, top)
    enterprise = {unit: _enterprise(tree.paths[unit], known) for unit in visited.tolist()}
    asked: dict[int, set[int]] = {}
    for each in enterprise.values():
        asked.setdefault(_stratum(tree.paths[each], known, tops, plan.level), set()).add(each)
    every = {key: set(units) for key, units in asked.items()}
    for one in known.values():
        path = tree.paths.get(one.id, "")
        if one.kind is UnitKind.ENTERPRISE and one.is_open and path.startswith(tops):
            every.setdefault(_stratum(path, known, tops, plan.level), set()).add(one.id)
    keys = sorted(every, key=lambda key: (key <= 0, tree.paths.get(key, ""), -key))
    number = {each: at for at, key in enumerate(keys) for each in asked.get(key, ())}
    strata = tuple(
        Stratum(
            unit=key if key > 0 else None,
            asked=len(asked.get(key, ())),
            all=None if key == _ELSEWHERE else len(every[key]),
        )
        for key in keys
    )
    owners = np.array([enterprise[unit] for unit in visited.tolist()], np.int64)
    return Frame(plan, strata, visited, owners, np.array([number[each] for each in owners.tolist()], np.int64))


def _tops(topic: Topic, selection: Selection, top: str) -> tuple[str, ...]:
    """Return the paths of the subtrees whose enterprises are meant: the reader's, never more."""
    if selection.unit is not None:
        return (topic.gate.world.tree.paths[selection.unit],)
    return (top,) if topic.gate.paths == ("/",) else topic.gate.paths


def _upwards(path: str) -> list[tuple[int, str]]:
    """Return key and path of a unit and of all above it, the nearest first."""
    keys = path.strip("/").split("/")
    return [(int(keys[at - 1]), f"/{'/'.join(keys[:at])}/") for at in range(len(keys), 0, -1)]


def _enterprise(path: str, known: Mapping[int, Listed]) -> int:
    """Return the nearest enterprise at or above a unit; itself where there is none."""
    above = _upwards(path)
    found = (key for key, _ in above if key in known and known[key].kind is UnitKind.ENTERPRISE)
    return next(found, above[0][0])


def _stratum(path: str, known: Mapping[int, Listed], tops: tuple[str, ...], level: Level | None) -> int:
    if not path.startswith(tops):
        return _ELSEWHERE
    kinds = _UNIONS if level is Level.ABOVE else {level}
    for key, above in _upwards(path)[1:] if level is not None else ():
        if above.startswith(tops) and key in known and known[key].kind in kinds:
            return key
    return _OTHERS


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """How a question's blocks came into the sample; `expansion` is all ÷ asked enterprises of a block's stratum.

    `merged` tells how many strata stand together with others, since places of theirs are not told apart.
    """

    stages: Stages
    expansion: Array
    strata: int
    merged: int


def drawn(frame: Frame, blocks: PlaceBlocks) -> Drawn:
    """Return how blocks came into the sample: whose enterprises are one cluster, whose clusters one stratum."""
    block, unit = blocks.units.T
    at = np.searchsorted(frame.unit, unit)
    _, enterprise = np.unique(frame.enterprise[at], return_inverse=True)
    of_block = joined(len(blocks.counts), block, enterprise)
    of_cluster = joined(int(of_block.max(initial=-1)) + 1, of_block[block], frame.stratum[at])
    stratum = of_cluster[of_block]
    many = int(stratum.max(initial=-1)) + 1
    found = pairs(stratum[block], frame.stratum[at])
    asked, every = np.zeros(many), np.zeros(many)
    for joint, own in found.tolist():
        each = frame.strata[own]
        asked[joint] += each.asked
        every[joint] += np.inf if each.all is None else each.all
    sampled = asked / every if frame.plan.is_finite else np.zeros(many)
    expansion = np.where(np.isfinite(every), every / asked, 1.0)
    people = np.where(blocks.headcount == NONE, np.nan, blocks.headcount)
    stages = Stages(stratum, of_block, sampled[stratum], people)
    return Drawn(stages, expansion[stratum], many, _shared(found[:, 0]))


def _shared(joint: Array) -> int:
    counts = np.bincount(joint)
    return int(counts[counts > 1].sum())


def levels(units: Mapping[str, int]) -> tuple[Level, ...]:
    """Return the levels that can make strata, by how many units there are of each kind."""
    many = [each for each in (Level.DISTRICT, Level.INDUSTRY) if units.get(each.value, 0) > 1]
    return (Level.ABOVE, *many)
