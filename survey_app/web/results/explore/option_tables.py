"""A whole multiple choice against another question: its table, chart and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis.crossing import SIGNIFICANT
from survey_app.analysis.openings import CROWD
from survey_app.analysis.option_table import OptionLine, OptionTable
from survey_app.analysis.readings import Entry
from survey_app.reporting import charts, drawings
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, count, say
from survey_app.reporting.charts import Chart
from survey_app.reporting.drawings import Part
from survey_app.reporting.tables import withheld_note
from survey_app.scoring.rounding import p_text, percent_text
from survey_app.web import formats
from survey_app.web.results.explore import tables, words
from survey_app.web.results.explore.desk import reader


@dataclass(frozen=True)
class Laid:
    """A table of options as it is laid out: `is_across` where the options are the columns."""

    found: OptionTable
    entries: Mapping[str, Entry]
    is_across: bool

    @property
    def other(self) -> Entry:
        """The other question."""
        return self.entries[self.found.other]

    @property
    def options(self) -> list[Entry]:
        """The options."""
        return [self.entries[line.name] for line in self.found.lines]

    @cached_property
    def groups(self) -> list[tuple[str, ...]]:
        """The groups of the other's codes, as fine as any option tells them apart."""
        codes = list(self.other.labels)
        starts = sorted({codes.index(group[0]) for line in self.found.shown for group in line.columns})
        groups = [tuple(codes[first:last]) for first, last in pairwise([*starts, len(codes)])]
        return groups[tables.given(self.other, [self.is_answered(group) for group in groups])]

    def is_answered(self, group: Sequence[str]) -> bool:
        """Tell whether an option shows anybody in a group of codes."""
        return any(
            base and not set(codes).isdisjoint(group)
            for line in self.found.shown
            for codes, base in zip(line.columns, line.bases, strict=True)
        )

    @cached_property
    def common(self) -> list[tuple[str, ...]]:
        """The finest groups of the other's codes that every option tells apart, or a sum of its groups does."""
        codes = list(self.other.labels)
        starts = [{group[0] for group in line.columns} for line in self.found.shown]
        known = [place for place, code in enumerate(codes) if all(code in each for each in starts)]
        return [tuple(codes[first:last]) for first, last in pairwise([*known, len(codes)])]

    @cached_property
    def bases(self) -> tuple[int, ...] | None:
        """Who answered both, by group, where that is the same for every option; else it stands in each cell."""
        known = {(line.columns, line.bases) for line in self.found.shown}
        if len(known) != 1:
            return None
        ((columns, bases),) = known
        return tuple(bases[columns.index(group)] for group in self.groups)

    def cells(self, line: OptionLine) -> list[Cell]:
        """Return a cell for each group, and last for all; what is merged stands in the first of its groups."""
        if line.is_withheld:
            return [EMPTY] * (len(self.groups) + 1)
        at = {group[0]: place for place, group in enumerate(line.columns)}
        found = [
            self._cell(line.chosen[at[group[0]]], line.bases[at[group[0]]])
            if group[0] in at
            else Cell(_("with the one before"))
            for group in self.groups
        ]
        return [*found, self._cell(sum(line.chosen), sum(line.bases))]

    def _cell(self, chosen: int, base: int) -> Cell:
        if not base:
            return count(chosen)
        shown = f"{chosen}" if self.bases is not None else f"{chosen}/{base}"
        return Cell(f"{shown} ({percent_text(Fraction(chosen, base))})", Form.COUNT, chosen)


def page(laid: Laid) -> dict[str, Any]:
    """Return chart, table and sentences; no `drawn` where every option is withheld."""
    if not laid.found.shown:
        return {"drawn": None, "sentences": []}
    table = _table(laid)
    base = max(sum(line.bases) for line in laid.found.shown)
    chart = Chart(
        "crosstab",
        _finding(laid),
        _("Share of those who answered both questions (%(base)s at most) that chose an option", base=base),
        _figure(laid),
        table,
    )
    return {"drawn": (chart, table), "sentences": _sentences(laid)}


def _table(laid: Laid) -> Table:
    stem, other = _stem(laid), laid.other
    heads = [words.answers(other, group) for group in laid.groups] + [_("Together")]
    rows = [[*laid.cells(line), *_test(line)] for line in laid.found.lines]
    named = [formats.words(entry.label) for entry in laid.options]
    tests = ["χ²", _("p (Holm)"), "V"]
    bases = None if laid.bases is None else [*laid.bases, sum(laid.bases)]
    answered = _("Answered both")
    if not laid.is_across:
        title = _("%(row)s × %(column)s", row=stem, column=words.question(other))
        lines = [Row((say(name), *cells)) for name, cells in zip(named, rows, strict=True)]
        if bases is not None:
            empty = [Cell("")] * len(tests)
            lines.append(Row((say(answered), *map(count, bases), *empty), is_total=True))
        columns = [Column(stem), *(Column(head, Form.COUNT) for head in (*heads, *tests))]
    else:
        title = _("%(row)s × %(column)s", row=words.question(other), column=stem)
        own = [[] if bases is None else [count(base)] for base in [*(bases or heads)]]
        rest = [[] if bases is None else [Cell("")] for _test_name in tests]
        lines = [
            Row((say(head), *cells, *base), is_total=place == len(heads) - 1)
            for place, (head, cells, base) in enumerate(
                zip([*heads, *tests], zip(*rows, strict=True), [*own, *rest], strict=True)
            )
        ]
        last = [] if bases is None else [Column(answered, Form.COUNT)]
        columns = [Column(formats.words(other.label)), *(Column(name, Form.COUNT) for name in named), *last]
    table = Table(title=title, columns=tuple(columns), rows=tuple(lines))
    said = [*words.dashes(table, withheld_note(CROWD, reader())), *words.spelled_out(other, laid.groups)]
    return replace(table, note=reader().sentences(said))


def _stem(laid: Laid) -> str:
    """Name the multiple choice."""
    return words.whole(laid.options[0])


def _test(line: OptionLine) -> list[Cell]:
    if line.is_withheld:
        return [EMPTY] * 3
    if line.association is None or line.p_adjusted is None:
        return [Cell(_("no test"))] * 3
    test = line.association.test
    return [
        Cell(f"{test.statistic:.2f} ({int(test.df)})", Form.COUNT),
        Cell(p_text(line.p_adjusted), Form.COUNT),
        Cell(f"{line.association.cramers_v:.2f}", Form.COUNT),
    ]


def _figure(laid: Laid) -> dict[str, Any]:
    """Draw the options by the groups that all of them tell apart, so that a mark means the same in every row."""
    groups = [group for group in laid.common if laid.is_answered(group)]
    rows = []
    for line in laid.found.shown:
        parts, bases = [], []
        for group in groups:
            within = [place for place, codes in enumerate(line.columns) if codes[0] in group]
            chosen = sum(line.chosen[place] for place in within)
            parts.append(Part(group[0], words.answers(laid.other, group, in_full=True), chosen))
            bases.append(sum(line.bases[place] for place in within))
        share = percent_text(Fraction(sum(line.chosen), sum(line.bases)))
        name = charts.short(formats.words(laid.entries[line.name].label))
        rows.append((name, _("%(share)s in all", share=share), parts, bases))
    return drawings.spread(rows, tables.kinds_of_groups(laid.other, groups))


def _different(laid: Laid) -> list[str]:
    """Name the options whose shares differ by more than chance, the strongest first."""
    found = [
        (-line.association.cramers_v, formats.words(laid.entries[line.name].label))
        for line in laid.found.shown
        if line.association is not None and line.p_adjusted is not None and line.p_adjusted < SIGNIFICANT
    ]
    return [name for _v, name in sorted(found)]


def _finding(laid: Laid) -> str:
    names = _different(laid)
    if not names:
        return _("No option differs significantly")
    if len(names) == 1:
        return _("“%(option)s” differs significantly", option=names[0])
    return _("%(many)s options differ significantly, “%(option)s” most", many=len(names), option=names[0])


def _sentences(laid: Laid) -> list[str]:
    said = [
        _(
            "Each percentage is of those with the same answer to “%(other)s” who answered both questions. A person "
            "may choose several options: percentages add up to more than 100%%.",
            other=charts.short(formats.words(laid.other.label)),
        ),
        _(
            "For the same reason there is no χ² of the table as a whole: each option (chosen or not) is tested by "
            "itself, and p is adjusted by Holm's method for the number of options. V says how strong it is."
        ),
    ]
    if any(len(group) > 1 for line in laid.found.shown for group in line.columns):
        said.append(_("Answers that too few people gave are shown together with their neighbours."))
    return said
