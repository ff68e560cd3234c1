"""The parts of a selection side by side: a chart and a table that leads on into each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import gettext as _

from survey_app.analysis import explore
from survey_app.analysis.closed import closed
from survey_app.analysis.explore import Group, Grouping
from survey_app.analysis.selection import PERIOD_DAYS, AnswerFilter, Selection
from survey_app.questionnaire.text import Text
from survey_app.reporting import charts, drawings, rule_words, standings
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, count
from survey_app.reporting.charts import Chart
from survey_app.reporting.tables import rated_cells, rated_columns, withheld_note
from survey_app.scoring.figure import Figure
from survey_app.scoring.participation import Standing
from survey_app.web import formats
from survey_app.web.results.explore import words
from survey_app.web.results.explore.desk import Desk, Link, reader
from survey_app.web.results.explore.paging import Paged, paged
from survey_app.words import Mode

_MOST_DRAWN = 40
"""More rows are no picture any more: the table stands alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """One part: its name with the address that leads into it ("" where none does), and its cells.

    `floor` says how it stands to the participation floor, where it did not reach it: then it is not compared.
    """

    name: str
    url: str
    cells: tuple[Cell, ...]
    floor: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts. `heads` are the columns with the address that sorts by them."""

    title: str
    heads: tuple[tuple[Column, Link], ...]
    part: Paged[Line]
    chart: Chart | None
    note: str
    hidden: str = ""


def parts(
    found: Grouping,
    item: str,
    whole: Figure | None,
    names: Mapping[int, Text],
    judged: Mapping[tuple[str, ...], Standing | None],
    desk: Desk,
) -> Parts:
    """Return the parts of a selection by one rated question, sorted as the address says, best first by default."""
    own = _names(found, names, desk)
    labelled = [(words.group(found.by, group.key, own, desk.entries), group) for group in found.groups]
    lines = [
        replace(_line(label, group, found.by, desk), floor=_floor(judged.get(group.key)))
        for label, group in labelled
    ]
    order = desk.asked.choices.get("sort", "" if found.by != explore.BY_PERIOD else "name")
    labelled, lines = _sorted(labelled, lines, order)
    shown = [
        (label, figure)
        for (label, group), line in zip(labelled, lines, strict=True)
        if (figure := _rate(group)) is not None and not line.floor
    ]
    return Parts(
        title=words.question(desk.entries[item]),
        heads=_heads(desk, order, found),
        part=paged(lines, lambda line: line.name, desk),
        chart=_chart(shown, whole, lines, desk) if 1 < len(shown) <= _MOST_DRAWN else None,
        note=_note(found, lines, desk),
        hidden=_closed(found, item, desk) or _hidden(found, lines, desk),
    )


def _note(found: Grouping, lines: Sequence[Line], desk: Desk) -> str:
    """Say what a dash means, where one stands, and what is behind short names."""
    table = Table("", (), tuple(Row(line.cells) for line in lines))
    spelled = []
    if found.by in desk.entries:
        spelled = words.spelled_out(desk.entries[found.by], [group.key for group in found.groups])
    rated = [each.rated for group in found.groups for each in group.readings if each.rated is not None]
    return reader().sentences(
        (
            rule_words.stated(rated, reader()),
            *words.dashes(table, withheld_note(_least(found, desk), reader())),
            *rule_words.reasons_of(rated, reader()),
            *spelled,
        )
    )


def _closed(found: Grouping, item: str, desk: Desk) -> str:
    """Say why the questionnaire itself lets no such groups be shown; "" where that depends on the ballots."""
    names = [item, *(each.field for each in desk.selection.answers)]
    if found.by in desk.entries and found.by not in names:
        names.append(found.by)
    why = closed(desk.entries, names, is_live=desk.subject.is_live)
    is_told = any(each.counts is not None for group in found.groups for each in group.readings)
    return "" if why is None or is_told else words.closed([why], desk.entries)


def _hidden(found: Grouping, lines: Sequence[Line], desk: Desk) -> str:
    """Say why there is little to see, where most of the groups are withheld."""
    rated = [group.readings[0].rated for group in found.groups]
    told = sum(each is not None and (not each.is_withheld or each.rate.bounds is not None) for each in rated)
    if 2 * told >= len(lines):
        return ""
    if desk.selection.cuts:
        return words.mostly_withheld(desk.selection, desk.subject.threshold)
    # While people answer, the page has said why already.
    return "" if desk.subject.is_live else words.mostly_small(_least(found, desk))


def _least(found: Grouping, desk: Desk) -> int:
    return words.least(desk.selection, desk.subject.threshold, by_answers=found.by in desk.entries)


def _names(found: Grouping, names: Mapping[int, Text], desk: Desk) -> dict[int, str]:
    if found.by == explore.BY_TEAM:
        return {each.key: formats.words(each.name) for each in desk.around.teams}
    return {key: formats.words(name) for key, name in names.items()}


def _floor(found: Standing | None) -> str:
    return "" if found is None or found.is_compared else standings.in_full(found, reader())


def _rate(group: Group) -> Figure | None:
    rated = group.readings[0].rated
    return None if rated is None or rated.is_withheld else rated.rate


def _line(label: str, group: Group, by: str, desk: Desk) -> Line:
    rated = group.readings[0].rated
    cells = (EMPTY,) * 7 if rated is None else rated_cells(rated)
    leads_to = _narrowed(group, by, desk)
    url = "" if leads_to is None else desk.address(leads_to, by=None, sort=None, page=None, find=None)
    return Line(label, url, (count(group.ballots), *cells))


def _narrowed(group: Group, by: str, desk: Desk) -> Selection | None:
    """Return the selection of a part; None where it cannot be selected further."""
    chosen = desk.selection
    if by == explore.BY_UNIT:
        return replace(chosen, unit=int(group.key[0]))
    if by == explore.BY_TEAM:
        return None if group.key[0] == "0" else replace(chosen, team=int(group.key[0]))
    if len({*chosen.cuts, by}) > desk.most:
        return None
    if by == explore.BY_MODE:
        return replace(chosen, modes=tuple(Mode(each) for each in group.key))
    if by == explore.BY_PERIOD:
        first, last = (date.fromisoformat(each) for each in (group.key[0], group.key[-1]))
        return replace(chosen, since=first, until=last + timedelta(days=PERIOD_DAYS - 1))
    rest = tuple(each for each in chosen.answers if each.field != by)
    return replace(chosen, answers=(*rest, AnswerFilter(by, tuple(group.key))))


def _sorted(
    labelled: Sequence[tuple[str, Group]], lines: Sequence[Line], order: str
) -> tuple[list[tuple[str, Group]], list[Line]]:
    """Sort both alike; what is below the floor, and what is withheld, stands last, in the order of names."""
    column = order.removeprefix("-")

    def value(place: int) -> tuple[int, float]:
        number = lines[place].cells[_COLUMNS.index(column)].number
        if lines[place].floor:
            return (1, 0.0)
        return (2, 0.0) if number is None else (0, float(number) * (1 if order.startswith("-") else -1))

    places = list(range(len(lines)))
    if column in _COLUMNS:
        places.sort(key=value)
    elif column == "name":
        places.sort(key=lambda place: labelled[place][1].key if order == "name" else labelled[place][0])
    else:
        column = "rate"
        places.sort(key=value)
    return [labelled[place] for place in places], [lines[place] for place in places]


_COLUMNS = ("ballots", "x", "n", "rate", "low", "high", "strict", "index")
"""What can be sorted by, in the order of the cells."""

ORDERS = ("name", *_COLUMNS)
"""What an address may sort by; a - in front turns it round."""


def _heads(desk: Desk, order: str, grouping: Grouping) -> tuple[tuple[Column, Link], ...]:
    """Return the columns; a click on the one that is sorted by turns the order round."""
    rated = next((each.readings[0].rated for each in grouping.groups), None)
    columns = (Column(_("Ballots"), Form.COUNT), *rated_columns(reader(), *([] if rated is None else [rated])))
    found = []
    for name, column in zip(("name", *_COLUMNS), (Column(_name_of(grouping.by, desk)), *columns), strict=True):
        is_current = order in (name, f"-{name}") or (not order and name == "rate")
        turned = f"-{name}" if is_current and not order.startswith("-") and name != "name" else name
        found.append(
            (
                column,
                Link("▼" if not order.startswith("-") else "▲", desk.address(sort=turned, page=None), is_current),
            )
        )
    return tuple(found)


def _name_of(by: str, desk: Desk) -> str:
    return {
        explore.BY_UNIT: _("Unit"),
        explore.BY_TEAM: _("Work team"),
        explore.BY_MODE: _("Way of answering"),
        explore.BY_PERIOD: _("Week"),
    }.get(by, words.question(desk.entries[by]) if by in desk.entries else "")


def _chart(shown: Sequence[tuple[str, Figure]], whole: Figure | None, lines: Sequence[Line], desk: Desk) -> Chart:
    figure, start = drawings.dots(shown, whole, reader())
    said = charts.rate_base(shown[0][1], start, reader())
    if whole is not None and whole.withheld is None:
        said = _("%(said)s; dotted line: the selection as a whole, %(rate)s", said=said, rate=whole.percent_text)
    low = min(shown, key=lambda pair: pair[1].rate or 0)
    high = max(shown, key=lambda pair: pair[1].rate or 0)
    title = _(
        "From %(low)s (“%(lowest)s”) to %(high)s (“%(highest)s”)",
        low=low[1].percent_text, lowest=low[0], high=high[1].percent_text, highest=high[0],
    )  # fmt: skip
    table = Table(title, (), tuple(Row(line.cells) for line in lines))
    return Chart("groups", title, said, figure, table)
