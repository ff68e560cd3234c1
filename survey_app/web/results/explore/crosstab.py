"""Two questions against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis.closed import closed
from survey_app.analysis.crossing import Association, Crossing, Strength
from survey_app.analysis.explore import CrossTab
from survey_app.analysis.gate import Gated
from survey_app.analysis.option_table import OptionTable, options_of
from survey_app.analysis.readings import Entry
from survey_app.analysis.selection import BadSelection, Trouble
from survey_app.questionnaire.path import path
from survey_app.reporting import drawings
from survey_app.reporting.cells import Cell, Column, Form, Row, Table, count, say
from survey_app.reporting.charts import Chart
from survey_app.reporting.drawings import Bar, Part
from survey_app.scoring.rounding import p_said, percent_text
from survey_app.web import formats
from survey_app.web.results.explore import as_json, option_tables, tables, words
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.desk import Choice, Desk, reader
from survey_app.web.results.explore.option_tables import Laid
from survey_app.web.results.explore.showing import Sight, opened

_LEAST_EXPECTED, _MOST_BELOW = 5, 0.2
"""Cochran's (1954) rule: at most a fifth of the expected counts below five."""

_TWO = 2


@dataclass(frozen=True)
class Crossed:
    """What was found; `row` and `column` are "" where there are no two questions to cross.

    A whole multiple choice is named by its code alone, and has `options` instead of a `table`.
    """

    asked: Asked
    row: str
    column: str
    table: Gated[CrossTab] | None = None
    options: Gated[OptionTable] | None = None

    @property
    def wholes(self) -> list[str]:
        """Which of the two are whole multiple choices."""
        return [name for name in (self.row, self.column) if name in options_of(self.asked.subject.entries)]


def _find(asked: Asked) -> Crossed:
    names = [*(entry.name for entry in asked.subject.entries), *options_of(asked.subject.entries)]
    filtered = {each.field for each in asked.selection.answers}
    free = [entry for entry in asked.subject.entries if entry.name not in filtered and len(entry.labels) >= _TWO]
    for key in ("row", "column"):
        if asked.choices.get(key, names[0] if names else "") not in names:
            raise BadSelection(key, Trouble.UNKNOWN_FIELD)
    rated = [entry.name for entry in free if entry.is_headline] or [entry.name for entry in free]
    column = asked.choices.get("column") or next(iter(rated), "")
    others = [entry for entry in free if entry.name != column]
    plain = [entry.name for entry in others if not entry.is_rated] or [entry.name for entry in others]
    row = asked.choices.get("row") or next(iter(plain), "")
    found = Crossed(asked, row, column)
    if not row or not column or len(found.wholes) > 1:
        return found
    if not found.wholes:
        return replace(found, table=opened(asked).cross_tab(row, column))
    (whole,) = found.wholes
    other = column if whole == row else row
    return replace(found, options=opened(asked).option_table(whole, other))


def _json(found: Crossed) -> as_json.Json:
    return {
        "questions": [
            as_json.question(entry)
            for entry in found.asked.subject.entries
            if entry.name in (found.row, found.column) or entry.question in found.wholes
        ],
        "cross_tab": None if found.table is None else as_json.cross_tab(found.table.value),
        "options": None if found.options is None else as_json.option_table(found.options.value),
    }


def _page(found: Crossed, desk: Desk) -> Mapping[str, Any]:
    crossed = None if found.table is None else found.table.value
    is_down = desk.asked.choices.get("share") == "column"
    shown = {
        "fields": [
            ("row", _("Rows"), _choices(desk, found.row)),
            ("column", _("Columns"), _choices(desk, found.column)),
            *([] if found.wholes else [("share", _("Shares of"), _share_choices(is_down=is_down))]),
        ],
        "is_same": found.row == found.column,
        "wholes": _whole_names(found),
        "is_filtered": bool({found.row, found.column} & {each.field for each in desk.selection.answers}),
        "drawn": None,
        "sentences": [],
        "closed": _closed(found, desk),
    }
    if found.options is not None:
        laid = Laid(found.options.value, desk.entries, is_across=found.wholes[0] == found.column)
        return {**shown, **option_tables.page(laid)}
    if crossed is None or crossed.found is None:
        return shown
    crossed = _without_empty_ends(crossed, crossed.found, desk)
    if crossed.found is None:
        return shown
    table = _table(crossed, crossed.found, desk, is_down=is_down)
    chart = Chart("crosstab", _finding(crossed.found.association), table.title, _figure(crossed, desk), table)
    return {**shown, "drawn": (chart, table), "sentences": _sentences(crossed, crossed.found)}


def _closed(found: Crossed, desk: Desk) -> str:
    """Say why the questionnaire itself lets no such table be shown; "" where that depends on the ballots."""
    options = options_of(found.asked.subject.entries)
    names = [options[name][0].name if name in options else name for name in (found.row, found.column)]
    names += [each.field for each in desk.selection.answers]
    why = closed(desk.entries, list(dict.fromkeys(names)), is_live=desk.subject.is_live)
    return "" if why is None else words.closed([why], desk.entries)


def _without_empty_ends(crossed: CrossTab, found: Crossing, desk: Desk) -> CrossTab:
    """Leave out the classes of a number or date that lie before or beyond all answers."""
    rows = tables.given(desk.entries[crossed.row], found.rows)
    columns = tables.given(desk.entries[crossed.column], found.columns)
    return replace(
        crossed,
        rows=crossed.rows[rows],
        columns=crossed.columns[columns],
        found=replace(
            found,
            cells=tuple(row[columns] for row in found.cells[rows]),
            rows=found.rows[rows],
            columns=found.columns[columns],
        ),
    )


def _whole_names(found: Crossed) -> list[str]:
    options = options_of(found.asked.subject.entries)
    return [words.whole(options[name][0]) for name in found.wholes]


def _choices(desk: Desk, chosen: str) -> list[Choice]:
    """Return the questions to choose from; a multiple choice as a whole stands before its options."""
    found, wholes = [], options_of(desk.subject.entries)
    for entry in desk.subject.entries:
        if entry.is_option and entry == wholes[entry.question][0]:
            name = _("%(question)s (all options)", question=words.whole(entry))
            found.append(Choice(entry.question, name, entry.question == chosen))
        if len(entry.labels) >= _TWO:
            found.append(Choice(entry.name, words.question(entry), entry.name == chosen))
    return found


def _share_choices(*, is_down: bool) -> list[Choice]:
    return [
        Choice("", _("each row"), not is_down),
        Choice("column", _("each column"), is_down),
    ]


def _figure(found: CrossTab, desk: Desk) -> dict[str, Any]:
    entry, other = desk.entries[found.row], desk.entries[found.column]
    bars, kinds = [], tables.kinds_of_groups(other, found.columns)
    for codes, row in zip(found.rows, found.table or (), strict=True):
        parts = [
            Part(group[0], words.answers(other, group, in_full=True), number)
            for group, number in zip(found.columns, row, strict=True)
        ]
        said, in_full = _("%(count)s ballots", count=sum(row)), words.answers(entry, codes, in_full=True)
        bars.append(Bar(words.answers(entry, codes), said, tuple(parts), in_full))
    return drawings.stacked([bar for bar in bars if bar.total], kinds)


def _finding(found: Association | None) -> str:
    if found is None:
        return _("No test: a row or column is empty")
    v = _(" (V = %(v)s)", v=f"{found.cramers_v:.2f}")
    if not found.is_significant:
        return _("No significant association") + v
    match found.strength:
        case Strength.NONE:
            return _("A statistical difference, but hardly any association") + v
        case Strength.WEAK:
            return _("A weak association") + v
        case Strength.MIDDLING:
            return _("A middling association") + v
        case Strength.STRONG:
            return _("A strong association") + v


def _sentences(found: CrossTab, shown: Crossing) -> list[str]:
    said = []
    tested = shown.association
    if tested is not None:
        said.append(_chance(tested))
        said.append(
            _(
                "χ² = %(x)s with %(df)s degrees of freedom, p %(p)s; Cramér's V = %(v)s, over the table as it is "
                "shown.",
                x=f"{tested.test.statistic:.2f}",
                df=int(tested.test.df),
                p=p_said(tested.test.p_value),
                v=f"{tested.cramers_v:.3f}",
            )
        )
        if _is_thin(shown):
            said.append(_("More than a fifth of the expected counts are below 5: read the test with care."))
    if any(len(group) > 1 for group in (*found.rows, *found.columns)):
        said.append(_("Answers that too few people gave are shown together with their neighbours."))
    return said


def _chance(tested: Association) -> str:
    """Say in plain words what the test says."""
    if not tested.is_significant:
        return _("Such a difference may well be mere chance (p not below 0.05).")
    return _(
        "Such a difference is hardly mere chance (p below 0.05); V says how strong it is: 0 not at all, 1 fully."
    )


def _is_thin(found: Crossing) -> bool:
    expected = [row * column / found.total for row in found.rows for column in found.columns if row and column]
    return sum(each < _LEAST_EXPECTED for each in expected) > _MOST_BELOW * len(expected)


def _table(found: CrossTab, shown: Crossing, desk: Desk, *, is_down: bool) -> Table:
    entry, other = desk.entries[found.row], desk.entries[found.column]
    rows = [
        Row(
            (
                say(words.answers(entry, codes)),
                *(
                    [Cell(_("not asked"))] * len(row)
                    if _is_unasked(desk, entry, codes, other)
                    else _cells(row, shown.columns if is_down else [total] * len(row))
                ),
                count(total),
            )
        )
        for codes, row, total in zip(found.rows, shown.cells, shown.rows, strict=True)
    ]
    together = _cells(shown.columns, shown.columns if is_down else [shown.total] * len(shown.columns))
    rows.append(Row((say(_("Together")), *together, count(shown.total)), is_total=True))
    table = Table(
        title=_("%(row)s × %(column)s", row=words.question(entry), column=words.question(other)),
        columns=(
            Column(formats.words(entry.label)),
            *(Column(words.answers(other, codes), Form.COUNT) for codes in found.columns),
            Column(_("Together"), Form.COUNT),
        ),
        rows=tuple(rows),
    )
    spelled = [*words.spelled_out(entry, found.rows), *words.spelled_out(other, found.columns)]
    return replace(table, note=reader().sentences(spelled))


def _is_unasked(desk: Desk, given: Entry, codes: Sequence[str], asked: Entry) -> bool:
    """Tell whether who gave these answers was never asked the other question, while people with another were."""
    if "." in given.name:
        return False
    question = asked.name.partition(".")[0]

    def is_asked(code: str) -> bool:
        walked = path(desk.subject.questionnaire, {given.name: code})
        return any(each.code == question for each in walked.questions)

    return not any(is_asked(code) for code in codes) and any(is_asked(code) for code in given.labels)


def _cells(row: Sequence[int], bases: Sequence[int]) -> list[Cell]:
    return [
        count(number)
        if not base
        else Cell(f"{number} ({percent_text(Fraction(number, base))})", Form.COUNT, number)
        for number, base in zip(row, bases, strict=True)
    ]


SIGHT = Sight("crosstab", "results/explore/crosstab.html", ("row", "column", "share"), _find, _page, _json)
