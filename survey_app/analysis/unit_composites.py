"""The declared composite of audiences at every unit: of rates that the table of units shows, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.analysis.explore import Topic
from survey_app.analysis.gate import Gated, together
from survey_app.analysis.selection import Selection
from survey_app.analysis.unit_table import UnitTable, unit_table
from survey_app.scoring.composite import Composed, Declared, composed
from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import LEVEL, Interval
from survey_app.words import Audience

_METHOD = "wilson"


@dataclass(frozen=True, slots=True)
class Side:
    """An audience's leading instrument: its verdict and the ballots that are selected."""

    topic: Topic
    selection: Selection
    headline: str


@dataclass(frozen=True, slots=True)
class UnitComposites:
    """The composite rate by unit; units where an audience's rate is not shown, or of another rule, lack one."""

    declared: Declared
    rates: Mapping[int, Composed]


def unit_composites(declared: Declared, sides: Mapping[Audience, Side]) -> Gated[UnitComposites]:
    """Return the composite of each unit of the reader's. `sides` has every declared audience.

    By unit it takes all audiences, whatever is declared for a missing one: units would else be compared that are
    made of different audiences. Raises `OutOfScope`.
    """
    audiences = [audience for audience, _ in declared.weights]
    tables = together(
        unit_table(side.topic, side.selection, (side.headline,))
        for side in (sides[audience] for audience in audiences)
    )
    return tables.map(lambda found: UnitComposites(declared, _composed(declared, audiences, found, sides)))


def _composed(
    declared: Declared, audiences: Sequence[Audience], tables: Sequence[UnitTable], sides: Mapping[Audience, Side]
) -> dict[int, Composed]:
    by_unit: dict[int, dict[Audience, Figure]] = {}
    for audience, table in zip(audiences, tables, strict=True):
        for row, unit in enumerate(table.units):
            if table.names and table.shown[row, 0]:
                by_unit.setdefault(unit, {})[audience] = _figure(table, row, sides[audience].topic)
    made = ((unit, composed(declared, figures)) for unit, figures in by_unit.items())
    return {unit: found for unit, found in made if found is not None}


def _figure(table: UnitTable, row: int, topic: Topic) -> Figure:
    """Return a cell of the table as a figure: its x of n, and its interval unless everybody answered."""
    low, high = float(table.low[row, 0]), float(table.high[row, 0])
    is_census = low != low
    return Figure(
        rule=table.rules.rate,
        as_of=topic.as_of,
        x=int(table.x[row, 0]),
        n=int(table.n[row, 0]),
        interval=None if is_census else Interval(low, high, LEVEL, _METHOD),
        census=is_census,
    )
