"""The index tree of a campaign with its values, and the same by team or unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis.explore import BY_TEAM
from survey_app.analysis.gate import Gated
from survey_app.analysis.indexes import Indexed, Valued
from survey_app.analysis.selection import BadSelection, Selection, Trouble
from survey_app.questionnaire.text import Text
from survey_app.reporting import charts
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, say, share
from survey_app.reporting.tables import withheld_note
from survey_app.scoring.rounding import between
from survey_app.services import indexes as services
from survey_app.services.access import Permission
from survey_app.services.explore_places import unit_names
from survey_app.web import context, formats
from survey_app.web.results.explore import as_json, words
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.desk import Desk, reader
from survey_app.web.results.explore.showing import Sight, opened

_MOST_COLUMNS = 8
"""Indicators of the first level beside each other in the table of teams; more are left to the JSON."""


@dataclass(frozen=True)
class Found:
    """The values (None: the campaign has no tree), and the names of the units among the groups."""

    asked: Asked
    indexed: Gated[Indexed] | None
    names: Mapping[int, Text]


def _find(asked: Asked) -> Found:
    chosen = asked.selection
    if chosen != Selection(survey=chosen.survey, audience=chosen.audience, unit=chosen.unit):
        raise BadSelection(next(iter(chosen.cuts), "team"), Trouble.PLACES_ONLY)
    found = services.values(context.database(), opened(asked), chosen.survey)
    if found is None or found.value.by == BY_TEAM:
        return Found(asked, found, {})
    keys = [int(key) for key, _nodes in found.value.groups]
    return Found(asked, found, unit_names(context.database(), keys))


def _json(found: Found) -> as_json.Json:
    if found.indexed is None:
        return {
            "selection": as_json.selection(found.asked.selection),
            "ballots": None,
            "threshold": found.asked.subject.threshold,
            "as_of": context.now().isoformat(),
            "rule": None,
            "rule_version": None,
            "nodes": [],
            "by": None,
            "groups": [],
        }
    indexed = found.indexed.value
    return {
        "selection": as_json.selection(indexed.selection),
        "ballots": indexed.ballots,
        "threshold": indexed.threshold,
        "as_of": indexed.as_of.isoformat(),
        "rule": as_json.text(indexed.rule),
        "rule_version": indexed.rule_version,
        "nodes": [_node_json(each) for each in indexed.nodes],
        "by": indexed.by,
        "groups": [
            {
                "key": key,
                "name": as_json.text(found.names[int(key)]) if int(key) in found.names else None,
                "nodes": [_node_json(each) for each in nodes],
            }
            for key, nodes in indexed.groups
        ],
    }


def _node_json(each: Valued) -> as_json.Json:
    return {
        "code": each.code,
        "name": as_json.text(each.name),
        "depth": each.depth,
        "share": float(each.share),
        "share_of_whole": float(each.of_whole),
        "questions": list(each.fields),
        "value": None if each.value is None else float(each.value),
        "value_text": None if each.value is None else _index(each.value).text,
        "coverage": float(each.coverage),
    }


def _page(found: Found, desk: Desk) -> Mapping[str, Any]:
    may_design = context.actor().has(Permission.DESIGN)
    if found.indexed is None:
        return {"total": None, "may_design": may_design}
    indexed = found.indexed.value
    return {
        "total": indexed.nodes[0],
        "value": _index(indexed.nodes[0].value).text,
        "base_line": _base_line(indexed),
        "rule_line": _(
            "Rule “%(rule)s”, version %(version)s; cut-off %(moment)s",
            rule=formats.words(indexed.rule),
            version=indexed.rule_version,
            moment=reader().moment(indexed.as_of),
        ),
        "table": _tree(indexed),
        "groups": _groups(indexed, found.names, desk) if len(indexed.groups) > 1 else None,
        "may_design": may_design,
    }


def _base_line(indexed: Indexed) -> str:
    total = indexed.nodes[0]
    if total.value is None:
        return _("No indicator has a value here: its questions were not asked, or too few answered them.")
    if total.coverage == 1:
        return _("all indicators are known")
    return _(
        "covers %(share)s of the weight; what is missing has left its weight to the others",
        share=share(total.coverage).text,
    )


def _tree(indexed: Indexed) -> Table:
    columns = (
        Column(_("Indicator"), span=14),
        Column(_("Value"), Form.DECIMAL, 4),
        Column(_("Weight among its sisters"), Form.PERCENT, 5),
        Column(_("Weight in the whole"), Form.PERCENT, 5),
        Column(_("Covered weight"), Form.PERCENT, 4),
        Column(_("Questions"), span=6),
    )
    rows = tuple(
        Row(
            (
                say(_label(each)),
                _index(each.value),
                EMPTY if each.depth == 0 else share(each.share),
                EMPTY if each.depth == 0 else share(each.of_whole),
                share(each.coverage),
                say(" ".join(each.fields)),
            ),
            is_total=each.depth == 0,
        )
        for each in indexed.nodes
    )
    return Table(_("Indicators"), columns, rows, withheld_note(indexed.threshold, reader()))


def _label(each: Valued) -> str:
    if each.depth == 0:
        return formats.words(each.name)
    # Ideographic blanks: what stands below another is set in, in a table of a browser and of a workbook alike.
    return "\u3000" * (each.depth - 1) + f"{each.code} {formats.words(each.name)}"


def _index(value: Fraction | None) -> Cell:
    if value is None:
        return EMPTY
    written = between(value, 0, 100)
    return Cell(str(written), Form.DECIMAL, written)


def _groups(indexed: Indexed, names: Mapping[int, Text], desk: Desk) -> Table:
    first = [place for place, each in enumerate(indexed.nodes) if each.depth == 1][:_MOST_COLUMNS]
    columns = (
        Column(_("Work team") if indexed.by == BY_TEAM else _("Unit"), span=8),
        Column(_("Total index"), Form.DECIMAL, 4),
        Column(_("Covered weight"), Form.PERCENT, 4),
        *(Column(charts.short(formats.words(indexed.nodes[place].name)), Form.DECIMAL, 5) for place in first),
    )
    rows = tuple(
        Row(
            (
                say(_group(key, indexed.by, names, desk)),
                _index(nodes[0].value),
                share(nodes[0].coverage),
                *(_index(nodes[place].value) for place in first),
            )
        )
        for key, nodes in indexed.groups
    )
    note = _(
        "In the usual order, which is no ranking: values that rest on different covered weights cannot be compared."
    )
    return Table(_("By work team") if indexed.by == BY_TEAM else _("By unit"), columns, rows, note)


def _group(key: str, by: str, names: Mapping[int, Text], desk: Desk) -> str:
    own = {each.key: formats.words(each.name) for each in desk.around.teams}
    if by != BY_TEAM:
        own = {number: formats.words(name) for number, name in names.items()}
    return words.group(by, (key,), own, desk.entries)


SIGHT = Sight("indexes", "results/weighing/indexes.html", (), _find, _page, _json)
