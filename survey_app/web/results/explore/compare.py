"""Two selections side by side, question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis.compare import Comparison, Line, SelectionsOverlap
from survey_app.analysis.gate import Gated
from survey_app.analysis.selection import Selection
from survey_app.reporting import charts, drawings, rule_words
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, points, rate, say
from survey_app.reporting.charts import Chart
from survey_app.reporting.tables import withheld_note
from survey_app.reporting.words import verdict
from survey_app.scoring.comparison import Change, Verdict
from survey_app.scoring.evaluation import Rated
from survey_app.scoring.rounding import points_text
from survey_app.services import explore
from survey_app.services.explore import Subject
from survey_app.web import context, formats
from survey_app.web.results.explore import as_json, words
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
            context.columns(),
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


@dataclass(frozen=True)
class Side:
    """One of the two sides of the form, with what its fields offer. `at` stands before the names of its fields."""

    letter: str
    at: str
    desk: Desk
    name: str

    @property
    def abouts(self) -> list[tuple[str, list[Choice]]]:
        """Return surveys and audiences, by what they were held for."""
        groups: dict[str, list[Subject]] = {}
        for each in self.desk.subjects:
            groups.setdefault(words.occasion(each), []).append(each)
        return [(label, [self._about(each, group) for each in group]) for label, group in groups.items()]

    def _about(self, each: Subject, group: Sequence[Subject]) -> Choice:
        is_alone = sum(other.audience == each.audience for other in group) == 1
        label = f"{words.occasion(each)} · {words.subject(each, with_title=not is_alone)}"
        return Choice(f"{each.survey}.{each.audience.value}", label, each == self.desk.subject)

    @property
    def more(self) -> bool:
        """Whether one of the fields that are folded away is filled."""
        chosen = self.desk.selection
        return bool(chosen.modes or chosen.since or chosen.until or chosen.answers)


def _page(found: Compared, frame: Desk) -> Mapping[str, Any]:
    second = _second_desk(
        frame, found.asked.other or Selection(survey=frame.subject.survey, audience=frame.subject.audience)
    )
    is_other = frame.subject != second.subject
    names = [_name(each, with_subject=is_other) for each in (frame, second)]
    shown: dict[str, Any] = {
        "sides": [
            Side(letter, at, each, name)
            for letter, at, each, name in zip("AB", ("", OTHER), (frame, second), names, strict=True)
        ],
        "do_overlap": found.do_overlap,
        "is_chosen": found.asked.other is not None,
        "drawn": None,
    }
    if found.comparison is None:
        return shown
    return {**shown, "drawn": _drawn(found.comparison.value, frame, *names)}


def _second_desk(frame: Desk, other: Selection) -> Desk:
    around = surroundings_of(frame.around.campaign_id, other.unit)
    subject = subject_of(other, frame.subjects)
    return replace(frame, asked=replace(frame.asked, selection=other, other=None, subject=subject), around=around)


def _name(frame: Desk, *, with_subject: bool) -> str:
    """Name a selection shortly: its place, its team with the places where it was, and its conditions."""
    chosen = frame.selection
    parts = [] if chosen.team is not None and chosen.unit is None else [frame.trail[-1].label]
    if with_subject:
        parts = [words.occasion(frame.subject), words.subject(frame.subject, with_title=False), *parts]
    labels = [link.label for link in frame.conditions]
    if chosen.team is not None and chosen.unit is None and chosen.team in frame.tree.of_team:
        where = _(", ").join(formats.words(each) for each in frame.tree.of_team[chosen.team])
        labels[0] = _("%(team)s (%(places)s)", team=labels[0], places=where)
    return " · ".join([*parts, *labels])


def _drawn(found: Comparison, frame: Desk, first: str, second: str) -> tuple[Chart | None, Table]:
    table = Table(
        title=_("A: %(first)s; B: %(second)s", first=first, second=second),
        columns=(
            Column(_("Question")),
            Column(_("A: rate"), Form.PERCENT),
            Column(_("A: base"), Form.COUNT),
            Column(_("B: rate"), Form.PERCENT),
            Column(_("B: base"), Form.COUNT),
            Column(_("B against A in points"), Form.POINTS),
            Column(_("From (95%)"), Form.POINTS),
            Column(_("To (95%)"), Form.POINTS),
            Column(_("Reading")),
        ),
        rows=tuple(_row(line, frame) for line in found.lines),
    )
    pairs = [
        (_short(line, frame), one, two)
        for line in found.lines
        if (one := rate_of(line.first)) is not None and (two := rate_of(line.second)) is not None
    ]
    same = _same_enterprises(found, frame)
    table = replace(table, note=_note(table, found, frame, () if pairs else same))
    if not pairs:
        return None, table
    figure, start = drawings.pairs(pairs, ("A", "B"), reader())
    base = _(
        "A: %(first)s; B: %(second)s; %(base)s",
        first=first,
        second=second,
        base=charts.rates_base([each for _name, *both in pairs for each in both], start, reader()),
    )
    said = " · ".join((base, *same))
    return Chart("compare", _finding(found.lines, frame), said, figure, table), table


def _same_enterprises(found: Comparison, frame: Desk) -> Sequence[str]:
    """Name the questions that are compared over the enterprises with both: other pages show other figures."""
    return [
        _(
            "“%(question)s”: only the %(places)s enterprises that have both, as on the page of waves.",
            question=_short(line, frame),
            places=line.same_places,
        )
        for line in found.lines
        if line.same_places is not None
    ]


def _note(table: Table, found: Comparison, frame: Desk, same: Sequence[str]) -> str:
    """Name the rules of both sides, and say what a dash means."""
    sides = [
        [each.rated.rate for line in found.lines if (each := side(line)).rated is not None]
        for side in (lambda line: line.first, lambda line: line.second)
    ]
    every = [figure for figures in sides for figure in figures]
    named = [rule_words.rule_of(figures, reader()) for figures in sides]
    if rule_words.same_rule(every):
        rules = _("Rules: %(rules)s.", rules=named[0])
    else:
        rules = _("Rules: A %(first)s, B %(second)s.", first=named[0], second=named[1])
    dashes = words.dashes(table, withheld_note(frame.subject.threshold, reader()))
    return reader().sentences((rules, *same, *dashes, *rule_words.reasons(every, reader())))


def _short(line: Line, frame: Desk) -> str:
    return charts.short(formats.words(frame.entries[line.first.name].label))


def _row(line: Line, frame: Desk) -> Row:
    entry = frame.entries[line.first.name]
    cells = [say(words.question(entry)), *_rate_cells(line.first.rated), *_rate_cells(line.second.rated)]
    return Row(
        (*cells, *change_cells(line.rate), say(_reading(line))),
        entry.is_headline,
    )


def _rate_cells(rated: Rated | None) -> list[Cell]:
    if rated is None:
        return [EMPTY, EMPTY]
    bounds = rated.rate.bounds
    return [rate(rated.rate), Cell(rated.rate.base_text if bounds is None else str(bounds.n), Form.COUNT)]


def change_cells(change: Change | None) -> tuple[Cell, ...]:
    """Return a change and its interval in percentage points."""
    if change is None:
        return (EMPTY, EMPTY, EMPTY)
    return (points(change.difference), points(change.interval.low), points(change.interval.high))


def _reading(line: Line) -> str:
    """Say how B stands to A: two groups side by side differ, they do not rise or fall."""
    if line.rate is None:
        return verdict(line.rate, line.comparability, reader())
    return {
        Verdict.NO_CHANGE: _("no significant difference"),
        Verdict.RISE: _("B significantly higher than A"),
        Verdict.FALL: _("B significantly lower than A"),
    }[line.rate.verdict]


def _finding(lines: Sequence[Line], frame: Desk) -> str:
    changed = [line.rate for line in lines if line.rate is not None and line.rate.verdict is not Verdict.NO_CHANGE]
    leading = next((line for line in lines if frame.entries[line.first.name].is_headline), None)
    if leading is not None and leading.rate is not None:
        said = _(
            "“%(question)s”: %(difference)s", question=_short(leading, frame), difference=_difference(leading.rate)
        )
    else:
        said = ""
    if not changed:
        return said if len(lines) == 1 and said else _("No significant difference in any question")
    many = _("%(count)s of %(all)s questions differ significantly", count=len(changed), all=len(lines))
    return reader().gettext("; ").join(each for each in (said, many) if each)


def _difference(change: Change) -> str:
    """Say a difference the way round that all of the page has: B against A."""
    points = points_text(abs(change.difference)).lstrip("+")
    match change.verdict:
        case Verdict.NO_CHANGE:
            return _("no significant difference")
        case Verdict.RISE:
            return _("B is %(points)s percentage points higher than A", points=points)
        case Verdict.FALL:
            return _("B is %(points)s percentage points lower than A", points=points)


SIGHT = Sight("compare", "results/explore/compare.html", (OTHER,), _find, _page, _json)
