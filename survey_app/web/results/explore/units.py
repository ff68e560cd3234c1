"""The units below one, each with every rated question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis.gate import Gated
from survey_app.analysis.unit_composites import UnitComposites
from survey_app.analysis.unit_table import UnitTable
from survey_app.questionnaire.text import Text
from survey_app.reporting import charts, composites, rule_words, standings
from survey_app.reporting.tables import withheld_note
from survey_app.reporting.words import named
from survey_app.scoring.composite import NAME as COMPOSITE
from survey_app.scoring.composite import Composed, Declared
from survey_app.scoring.measure import off_scale, reads
from survey_app.scoring.participation import Standing
from survey_app.scoring.rounding import NOTHING, percent_text
from survey_app.services.explore_places import unit_names
from survey_app.services.standings import floors_of, of_units
from survey_app.services.unit_composites import by_unit as composites_by_unit
from survey_app.web import context, formats
from survey_app.web.results.explore import as_json, paging, words
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.desk import Desk, Link, reader
from survey_app.web.results.explore.paging import paged
from survey_app.web.results.explore.showing import Sight, opened

_ACROSS_PAPER = 8
"""Questions that stand side by side on A4, upright."""


@dataclass(frozen=True)
class Found:
    """The table of all units that the reader sees, and which of them lie right below the selected one.

    Where none does, `here` is the selected unit, and `below` are it and those beside it.
    """

    asked: Asked
    table: Gated[UnitTable]
    below: tuple[int, ...]
    standings: Gated[Mapping[int, Standing]]
    over: int | None = None
    here: int | None = None
    composites: Gated[UnitComposites] | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A cell: the rate, and small beneath it its interval and how many ballots are valid."""

    rate: str
    interval: str = ""
    valid: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A unit with its cells; the address leads to what lies below it. `is_total`: it is all others together.

    `floor` says how it stands to the participation floor, where it did not reach it; `is_here`: the selected one.
    """

    unit: int
    name: str
    url: str
    cells: tuple[Figures, ...]
    is_total: bool = False
    floor: str = ""
    is_here: bool = False


def _find(asked: Asked) -> Found:
    chosen, exploration = asked.selection, opened(asked)
    table, here = exploration.units_by_items(), None
    # Units without ballots of the selected team have no row.
    below = _among(table, exploration.units_below())
    if not below and not exploration.units_below() and chosen.unit is not None:
        here = chosen.unit
        beside = replace(exploration, selection=replace(chosen, unit=exploration.unit_over(here)))
        below = _among(table, beside.units_below())
    over = exploration.unit_over(below[0]) if below else None
    judged = of_units(exploration, floors_of(context.database(), asked.subject))
    made = composites_by_unit(
        context.database(), context.columns(), actor=context.actor(), selection=chosen, now=context.now()
    )
    return Found(asked, table, below, judged, over, here, made)


def _among(table: Gated[UnitTable], units: Sequence[int]) -> tuple[int, ...]:
    known = frozenset(table.value.units)
    return tuple(unit for unit in units if unit in known)


def _json(found: Found) -> as_json.Json:
    table = found.table.value
    return {
        "selection": as_json.selection(found.asked.selection),
        "questions": [as_json.question(each) for each in found.asked.subject.entries if each.name in table.names],
        "threshold": found.asked.subject.threshold,
        "as_of": found.asked.subject.as_of.isoformat(),
        "composite": None if found.composites is None else _declared_json(found.composites.value.declared),
        **as_json.units(
            table,
            unit_names(context.database(), table.units),
            found.standings.value,
            {} if found.composites is None else found.composites.value.rates,
        ),
    }


def _declared_json(declared: Declared) -> as_json.Json:
    return {
        "rule": COMPOSITE,
        "rule_version": declared.version,
        "weights": {audience.value: float(weight) for audience, weight in declared.weights},
    }


def _page(found: Found, desk: Desk) -> Mapping[str, Any]:
    table = found.table.value
    names = unit_names(context.database(), [*found.below, *([] if found.over is None else [found.over])])
    place = {unit: row for row, unit in enumerate(table.units)}
    rows = [place[unit] for unit in found.below]
    judged = {unit: _floor(each) for unit, each in found.standings.value.items()}
    order = desk.asked.choices.get("sort", "")
    if order.removeprefix("-") in table.names:
        column, turn = table.names.index(order.removeprefix("-")), -1 if order.startswith("-") else 1
        rows.sort(key=lambda row: (bool(judged.get(table.units[row])), *_sort_key(table, row, column, turn)))
    part = paged(rows, lambda row: formats.words(names[table.units[row]]), desk)
    return {
        "part": part,
        "heads": [_head(name, order, desk) for name in table.names],
        "lines": [
            *(
                []
                if found.over is None
                else [replace(_line(table, place[found.over], names, judged, desk), is_total=True)]
            ),
            *(
                replace(line, is_here=True) if table.units[row] == found.here else line
                for row, line in ((row, _line(table, row, names, judged, desk)) for row in part.rows)
            ),
        ],
        "sheets": _sheets(len(table.names)),
        "composites": None if found.composites is None else _composites(found.composites.value, desk),
        "here": found.here is not None,
        "note": _note(table, rows, desk),
        "hidden": _hidden(table, rows, desk),
    }


@dataclass(frozen=True, slots=True)
class Composites:
    """The column of composites: its head, the cells by unit, and what they are made of."""

    head: str
    cells: Mapping[int, Figures]
    note: str


def _composites(found: UnitComposites, desk: Desk) -> Composites:
    weighed = composites.weights(found.declared, reader())
    note = _(
        "Composite: declared weights, version %(version)s: %(weights)s. It stands where the rate of each of them "
        "is shown at the unit.",
        version=found.declared.version,
        weights=weighed,
    )
    return Composites(_("Composite"), {unit: _composed(each) for unit, each in found.rates.items()}, note)


def _composed(found: Composed) -> Figures:
    value, within = percent_text(float(found.value)), found.interval
    if found.census:
        return Figures(value, _("everybody"))
    return Figures(value, "" if within is None else f"{percent_text(within.low)}–{percent_text(within.high)}")


def _sheets(questions: int) -> list[tuple[int, int]]:
    """Return from where to where questions stand side by side on paper, as even as can be; nothing if all can."""
    if questions <= _ACROSS_PAPER:
        return []
    parts = -(-questions // _ACROSS_PAPER)
    ends = [questions * part // parts for part in range(parts + 1)]
    return list(pairwise(ends))


def _note(table: UnitTable, rows: Sequence[int], desk: Desk) -> str:
    """Name the rule of all rates, and say what a dash means where one stands."""
    said = [_("Rules: %(rules)s.", rules=named(table.rules.rate, reader()))]
    if not (table.shown[rows] | (table.n_bounded[rows] > 0)).all():
        said.append(withheld_note(words.least(desk.selection, desk.subject.threshold), reader()))
    if table.n_bounded[rows].any():
        said.append(words.bounds_note())
    lacking = [
        off_scale(table.rules.rate, as_of=desk.subject.as_of)
        for name in table.names
        if (scale := desk.entries[name].scale) is not None and not reads(table.rules.rate, scale)
    ]
    return reader().sentences((*said, *rule_words.reasons(lacking, reader())))


def _is_told(table: UnitTable, row: int) -> bool:
    """Tell whether a unit shows a rate, or bounds of one, in any of its cells."""
    return bool((table.shown[row] | (table.n_bounded[row] > 0)).any())


def _hidden(table: UnitTable, rows: Sequence[int], desk: Desk) -> str:
    """Say why there is little to see, where the conditions that are set withhold most of the units."""
    if not desk.selection.cuts or 2 * sum(_is_told(table, row) for row in rows) >= len(rows):
        return ""
    return words.mostly_withheld(desk.selection, desk.subject.threshold)


def _sort_key(table: UnitTable, row: int, column: int, turn: int) -> tuple[bool, float]:
    """Sort the best first, or last; what is withheld always stands at the end."""
    is_shown = bool(table.shown[row, column])
    return not is_shown, -turn * float(table.x[row, column] / table.n[row, column]) if is_shown else 0.0


def _head(name: str, order: str, desk: Desk) -> Link:
    is_current = order.removeprefix("-") == name
    turned = f"-{name}" if order == name else name
    mark = (" ▲" if order.startswith("-") else " ▼") if is_current else ""
    label = charts.short(formats.words(desk.entries[name].label)) + mark
    return Link(label, desk.address(sort=turned, page=None), is_current)


def _line(table: UnitTable, row: int, names: Mapping[int, Text], judged: Mapping[int, str], desk: Desk) -> Line:
    unit = table.units[row]
    cells = tuple(_figures(table, row, column) for column in range(len(table.names)))
    address = desk.address(replace(desk.selection, unit=unit), page=None, find=None)
    return Line(unit, formats.words(names[unit]), address, cells, floor=judged.get(unit, ""))


def _floor(found: Standing) -> str:
    return "" if found.is_compared else standings.in_full(found, reader())


def _figures(table: UnitTable, row: int, column: int) -> Figures:
    if not table.shown[row, column]:
        told = table.bounds(row, column)
        return Figures(NOTHING) if told is None else Figures(told.text, valid=_("%(n)s valid", n=told.n))
    n, low, high = int(table.n[row, column]), float(table.low[row, column]), float(table.high[row, column])
    rate = percent_text(int(table.x[row, column]) / n)
    said = _("everybody") if low != low else f"{percent_text(low)}–{percent_text(high)}"
    is_wide = bool(table.rules.rate.base_adds)
    return Figures(rate, said, _("base %(n)s", n=n) if is_wide else _("%(n)s valid", n=n))


SIGHT = Sight("units", "results/explore/units.html", ("sort", *paging.CHOICES), _find, _page, _json)
