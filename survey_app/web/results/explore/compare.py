"""Two selections side by side, question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis.compare import Comparison, Line, SelectionsOverlap
from survey_app.analysis.gate import Gated
from survey_app.analysis.selection import Selection
from survey_app.reporting import charts, drawings
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, points, say
from survey_app.reporting.charts import Chart
from survey_app.reporting.tables import withheld_note
from survey_app.reporting.words import verdict
from survey_app.scoring.comparison import Change, Verdict
from survey_app.scoring.figure import Figure
from survey_app.scoring.rounding import points_text
from survey_app.services import explore
from survey_app.services.explore_places import near
from survey_app.web import context, formats
from survey_app.web.results.explore import as_json, desk, words
from survey_app.web.results.explore.asked import OTHER, Asked, subject_of
from survey_app.web.results.explore.desk import Choice, Desk, reader, surroundings_of
from survey_app.web.results.explore.showing import Sight
from survey_app.web.results.explore.tables import rate_of


@dataclass(frozen=True)
class Compared:
    """What was found; no comparison yet where no second selection was chosen, or where the two overlap."""

    asked: Asked
    comparison: Gated[Comparison] | None
    do_overlap: bool = False


def _find(asked: Asked) -> Compared:
    if asked.other is None:
        return Compared(asked, None)
    try:
        found = explore.comparison(
            context.database(),
            desk.columns(),
            actor=context.actor(),
            first=asked.selection,
            second=asked.other,
            now=context.now(),
        )
    except SelectionsOverlap:
        return Compared(asked, None, do_overlap=True)
    return Compared(asked, found)


def _json(found: Compared) -> as_json.Json:
    if found.do_overlap:
        raise SelectionsOverlap
    return {"comparison": None if found.comparison is None else as_json.comparison(found.comparison.value)}


def _page(found: Compared, frame: Desk) -> Mapping[str, Any]:
    other = found.asked.other or frame.selection
    second = _second_desk(frame, other)
    names = [("A", _name(frame)), ("B", _name(second))]
    shown: dict[str, Any] = {
        "second": second,
        "names": names,
        "units": _units(frame, other),
        "do_overlap": found.do_overlap,
        "is_chosen": found.asked.other is not None,
        "drawn": None,
    }
    if found.comparison is None:
        return shown
    return {**shown, "drawn": _drawn(found.comparison.value, frame, names[0][1], names[1][1])}


def _second_desk(frame: Desk, other: Selection) -> Desk:
    around = frame.around
    if other.unit is not None:
        around = surroundings_of(frame.around.campaign_id, other.unit)
    subject = subject_of(other, frame.subjects)
    return replace(frame, asked=replace(frame.asked, selection=other, other=None, subject=subject), around=around)


def _units(frame: Desk, other: Selection) -> list[Choice]:
    """Return the units to compare with: those beside and below the first one, and the chosen one."""
    places = near(
        context.database(),
        actor=context.actor(),
        campaign_id=frame.around.campaign_id,
        unit=frame.selection.unit,
    )
    found = {each.key: formats.words(each.name) for each in (*frame.around.trail, *places)}
    if other.unit is not None and other.unit not in found:
        found |= {each.key: formats.words(each.name) for each in _second_desk(frame, other).around.trail[-1:]}
    return [Choice(str(key), name, key == other.unit) for key, name in found.items()]


def _name(frame: Desk) -> str:
    """Name a selection shortly: its place and conditions."""
    place = frame.trail[-1].label
    parts = [place, *(link.label for link in frame.conditions)]
    return " · ".join(parts)


def _drawn(found: Comparison, frame: Desk, first: str, second: str) -> tuple[Chart | None, Table]:
    table = Table(
        title=_("%(first)s | %(second)s", first=first, second=second),
        columns=(
            Column(_("Question")),
            Column(_("A: rate"), Form.PERCENT),
            Column(_("A: base"), Form.COUNT),
            Column(_("B: rate"), Form.PERCENT),
            Column(_("B: base"), Form.COUNT),
            Column(_("B − A in points"), Form.POINTS),
            Column(_("From (95%)"), Form.POINTS),
            Column(_("To (95%)"), Form.POINTS),
            Column(_("Reading")),
        ),
        rows=tuple(_row(line, frame) for line in found.lines),
        note=withheld_note(frame.subject.threshold, reader()),
    )
    pairs = [
        (_short(line, frame), one, two)
        for line in found.lines
        if (one := rate_of(line.first)) is not None and (two := rate_of(line.second)) is not None
    ]
    if not pairs:
        return None, table
    figure, start = drawings.pairs(pairs, ("A", "B"))
    said = charts.rate_base(pairs[0][1], start, reader())
    return Chart("compare", _finding(found.lines, frame), said, figure, table), table


def _short(line: Line, frame: Desk) -> str:
    return charts.short(formats.words(frame.entries[line.first.name].label))


def _row(line: Line, frame: Desk) -> Row:
    entry = frame.entries[line.first.name]
    cells = [say(words.question(entry)), *_rate_cells(rate_of(line.first)), *_rate_cells(rate_of(line.second))]
    return Row(
        (*cells, *change_cells(line.rate), say(verdict(line.rate, line.comparability, reader()))),
        entry.is_headline,
    )


def _rate_cells(figure: Figure | None) -> list[Cell]:
    if figure is None:
        return [EMPTY, EMPTY]
    return [Cell(figure.percent_text, Form.PERCENT), Cell(figure.base_text, Form.COUNT)]


def change_cells(change: Change | None) -> tuple[Cell, ...]:
    """Return a change and its interval in percentage points."""
    if change is None:
        return (EMPTY, EMPTY, EMPTY)
    return (points(change.difference), points(change.interval.low), points(change.interval.high))


def _finding(lines: Sequence[Line], frame: Desk) -> str:
    changed = [line for line in lines if line.rate is not None and line.rate.verdict is not Verdict.NO_CHANGE]
    if not changed:
        return _("No significant difference in any question")
    most = max(changed, key=lambda line: abs(line.rate.difference) if line.rate is not None else 0)
    return _(
        "%(count)s of %(all)s questions differ significantly; the most: “%(question)s”, %(points)s points",
        count=len(changed),
        all=len(lines),
        question=_short(most, frame),
        points=points_text(most.rate.difference if most.rate is not None else None),
    )


SIGHT = Sight("compare", "results/explore/compare.html", (OTHER,), _find, _page, _json)
