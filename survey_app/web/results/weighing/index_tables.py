"""The tables of an index tree, for the page and the workbook alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from flask_babel import gettext as _

from survey_app.analysis.explore import BY_TEAM
from survey_app.analysis.index_weights import WeightedTree
from survey_app.analysis.indexes import Indexed, Valued
from survey_app.analysis.readings import Entry
from survey_app.analysis.weights import Refusal
from survey_app.reporting import charts
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, say, share
from survey_app.reporting.tables import withheld_note
from survey_app.scoring.rounding import between, half_up, signed
from survey_app.web import formats
from survey_app.web.results.explore import words
from survey_app.web.results.explore.desk import reader
from survey_app.web.results.weighing.weights import refusal_words, way_name

_MOST_COLUMNS = 8
"""Indicators of the first level beside each other in the table of teams; more are left to the JSON."""


def tree(indexed: Indexed) -> Table:
    """Return every node with its value, its weights, what of them is covered, and the ballots behind it."""
    columns = (
        Column(_("Indicator"), span=14),
        Column(_("Value"), Form.DECIMAL, 4),
        Column(_("Weight among its sisters"), Form.PERCENT, 5),
        Column(_("Weight in the whole"), Form.PERCENT, 5),
        Column(_("Covered weight"), Form.PERCENT, 4),
        Column(_("Valid ballots by question"), Form.COUNT, 6),
        Column(_("Questions"), span=6),
    )
    rows = tuple(
        Row(
            (
                say(_label(each)),
                index(each.value),
                EMPTY if each.depth == 0 else share(each.share),
                EMPTY if each.depth == 0 else share(each.of_whole),
                share(each.coverage),
                _ballots(each),
                say(" ".join(each.fields)),
            ),
            is_total=each.depth == 0,
        )
        for each in indexed.nodes
    )
    table = Table(_("Indicators"), columns, rows)
    told = words.dashes(
        Table("", (), tuple(Row((row.cells[1], *row.cells[4:])) for row in rows)),
        withheld_note(indexed.threshold, reader()),
    )
    return replace(table, note=reader().sentences([rule_line(indexed), *told]))


def rule_line(indexed: Indexed) -> str:
    """Name the rule of the index, and the cut-off."""
    return _(
        "Rule “%(rule)s”, version %(version)s; cut-off %(moment)s.",
        rule=formats.words(indexed.rule),
        version=indexed.rule_version,
        moment=reader().moment(indexed.as_of),
    )


def index(value: Fraction | None) -> Cell:
    """Return a cell with an index."""
    if value is None:
        return EMPTY
    written = between(value, 0, 100)
    return Cell(str(written), Form.DECIMAL, written)


def _label(each: Valued) -> str:
    if each.depth == 0:
        return formats.words(each.name)
    # Ideographic blanks: what stands below another is set in, in a table of a browser and of a workbook alike.
    return "\u3000" * (each.depth - 1) + f"{each.code} {formats.words(each.name)}"


def _ballots(each: Valued) -> Cell:
    if each.least_n is None or each.most_n is None:
        return EMPTY
    if each.least_n == each.most_n:
        return Cell(str(each.most_n), Form.COUNT, each.most_n)
    return say(f"{each.least_n}–{each.most_n}")


def groups(indexed: Indexed, teams: Mapping[int, str], units: Mapping[int, str]) -> Table:
    """Return the tree of each team or unit: its total, and the indicators of the first level."""
    first = [place for place, each in enumerate(indexed.nodes) if each.depth == 1][:_MOST_COLUMNS]
    names = teams if indexed.by == BY_TEAM else units
    columns = (
        Column(_("Work team") if indexed.by == BY_TEAM else _("Unit"), span=8),
        Column(_("Total index"), Form.DECIMAL, 4),
        Column(_("Covered weight"), Form.PERCENT, 4),
        *(Column(charts.short(formats.words(indexed.nodes[place].name)), Form.DECIMAL, 5) for place in first),
    )
    rows = tuple(
        Row(
            (
                say(words.group(indexed.by, (key,), names, {})),
                index(nodes[0].value),
                share(nodes[0].coverage),
                *(index(nodes[place].value) for place in first),
            )
        )
        for key, nodes in indexed.groups
    )
    note = _(
        "In the usual order, which is no ranking: values that rest on different covered weights cannot be compared."
    )
    return Table(
        _("Indicators by work team") if indexed.by == BY_TEAM else _("Indicators by unit"), columns, rows, note
    )


def weighted(trees: Sequence[WeightedTree], entries: Mapping[str, Entry]) -> Table:
    """Return every node under every weighting side by side, the unweighted first, and the change of the total."""
    columns = (
        Column(_("Indicator"), span=14),
        *(Column(way_name(each.weighting, entries), Form.DECIMAL, 7) for each in trees),
    )
    rows = [
        Row((say(_label(nodes[0])), *(index(each.value) for each in nodes)), is_total=nodes[0].depth == 0)
        for nodes in zip(*(each.nodes for each in trees), strict=True)
    ]
    changes = (_points(change(trees[0], each)) for each in trees[1:])
    rows.insert(1, Row((say(_("Change of the total against unweighted")), EMPTY, *changes)))
    unknown = {question for question, _refusal in trees[0].refused}
    notes = [_about_refused(each, way_name(each.weighting, entries), unknown) for each in trees[1:]]
    return Table(_("Indicators before and after weights"), columns, tuple(rows), reader().sentences(notes))


def change(before: WeightedTree, after: WeightedTree) -> Fraction | None:
    """Return by how many points weights change the total; None where it rests on other questions."""
    first, second = before.nodes[0].value, after.nodes[0].value
    return second - first if after.is_comparable and first is not None and second is not None else None


def _points(value: Fraction | None) -> Cell:
    if value is None:
        return EMPTY
    rounded = half_up(value)
    return Cell(signed(rounded), Form.POINTS, rounded)


def _about_refused(each: WeightedTree, name: str, unknown: Collection[str]) -> str:
    """Say which questions have no value under a weighting though they have one without, and why."""
    by_reason: dict[Refusal, list[str]] = {}
    for question, refusal in each.refused:
        if question not in unknown:
            by_reason.setdefault(refusal, []).append(question)
    return reader().sentences(
        [
            _(
                "“%(way)s” lacks %(questions)s: %(reason)s",
                way=name,
                questions=_(", ").join(questions),
                reason=refusal_words(refusal),
            )
            for refusal, questions in by_reason.items()
        ]
    )


def sentence(trees: Sequence[WeightedTree], entries: Mapping[str, Entry]) -> str:
    """Say in one sentence how much weights change the total."""
    found = [(each, moved) for each in trees[1:] if (moved := change(trees[0], each)) is not None]
    if not found:
        return _("No weighting is possible here for the same questions; the note says why.")
    after, moved = max(found, key=lambda pair: abs(pair[1]))
    if abs(moved) < _NOTICEABLE:
        return _("Weights change the total index by less than half a point, whichever way is taken.")
    return _(
        "The largest change is that of “%(name)s”: %(value)s, %(points)s points from the unweighted.",
        name=way_name(after.weighting, entries),
        value=index(after.nodes[0].value).text,
        points=_points(moved).text,
    )


_NOTICEABLE = Fraction(1, 2)
