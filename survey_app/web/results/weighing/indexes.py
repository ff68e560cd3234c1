"""The index tree of a campaign with its values, and the same by team or unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis.explore import BY_TEAM
from survey_app.analysis.index_weights import WeightedTree
from survey_app.analysis.indexes import Indexed, Valued
from survey_app.analysis.selection import Selection
from survey_app.questionnaire.text import Text
from survey_app.reporting.cells import Table, share
from survey_app.scoring.evaluation import Evaluation
from survey_app.services import indexes as services
from survey_app.services.access import Permission
from survey_app.services.explore import Subject
from survey_app.services.explore_places import Surroundings, unit_names
from survey_app.services.indexes import Values
from survey_app.web import context, formats
from survey_app.web.results.explore import as_json
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.desk import Desk, narrowed, open_subjects, surroundings_of
from survey_app.web.results.explore.showing import Sight, opened
from survey_app.web.results.weighing import index_tables
from survey_app.web.results.weighing.weights import refusal_json


@dataclass(frozen=True)
class Found:
    """The values (None: the campaign has no tree), and the names of the units among the groups."""

    asked: Asked
    values: Values | None
    names: Mapping[int, Text]


def _find(asked: Asked) -> Found:
    narrowed(asked.selection, "results.indexes")
    return _valued(asked)


def _valued(asked: Asked) -> Found:
    found = services.values(context.database(), opened(asked), asked.subject.surveys)
    if found is None or found.indexed.value.by == BY_TEAM:
        return Found(asked, found, {})
    keys = [int(key) for key, _nodes in found.indexed.value.groups]
    return Found(asked, found, unit_names(context.database(), keys))


def _json(found: Found) -> as_json.Json:
    if found.values is None:
        return {
            "selection": as_json.selection(found.asked.selection),
            "ballots": None,
            "threshold": found.asked.subject.threshold,
            "as_of": found.asked.subject.as_of.isoformat(),
            "rule": None,
            "rule_version": None,
            "nodes": [],
            "by": None,
            "groups": [],
            "weightings": [],
        }
    indexed = found.values.indexed.value
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
        "weightings": [_weighted_json(each) for each in found.values.weighted.value],
    }


def _weighted_json(each: WeightedTree) -> as_json.Json:
    return {
        "way": each.weighting.way.value,
        "totals": [total.question for total in each.weighting.totals],
        "is_comparable": each.is_comparable,
        "nodes": [_node_json(node) for node in each.nodes],
        "refused": [{"question": name, "reason": refusal_json(why)} for name, why in each.refused],
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
        "value_text": None if each.value is None else index_tables.index(each.value).text,
        "coverage": float(each.coverage),
        "least_n": each.least_n,
        "most_n": each.most_n,
    }


def _page(found: Found, desk: Desk) -> Mapping[str, Any]:
    may_design = context.actor().may(Permission.DESIGN, desk.around.path)
    if found.values is None:
        return {"total": None, "may_design": may_design}
    indexed, weighted = found.values.indexed.value, found.values.weighted.value
    return {
        "total": indexed.nodes[0],
        "value": index_tables.index(indexed.nodes[0].value).text,
        "base_line": _base_line(indexed),
        "rule_line": index_tables.rule_line(indexed),
        "table": index_tables.tree(indexed),
        "groups": _groups(found, desk.around),
        "weighted": index_tables.weighted(weighted, desk.entries),
        "weighted_sentence": index_tables.sentence(weighted, desk.entries),
        "may_design": may_design,
    }


def _groups(found: Found, around: Surroundings) -> Table | None:
    if found.values is None or len(found.values.indexed.value.groups) <= 1:
        return None
    teams = {each.key: formats.words(each.name) for each in around.teams}
    units = {key: formats.words(name) for key, name in found.names.items()}
    return index_tables.groups(found.values.indexed.value, teams, units)


def sheets(evaluation: Evaluation) -> tuple[Table, ...]:
    """Return the tables of the campaign's index tree for its workbook: those of the page.

    None where there is no tree, and of audiences that are asked none of its questions.
    """
    around = surroundings_of(evaluation.campaign_id, None)
    shown = {(survey, part.audience) for part in evaluation.parts for survey in part.surveys}
    return tuple(
        table
        for subject in open_subjects(evaluation.campaign_id)
        if any((survey, subject.audience) in shown for survey in subject.surveys)
        for table in _sheets(subject, around)
    )


def _sheets(subject: Subject, around: Surroundings) -> list[Table]:
    selection = Selection(survey=subject.survey, audience=subject.audience)
    found = _valued(Asked(subject=subject, selection=selection))
    if found.values is None or found.values.indexed.value.nodes[0].most_n is None:
        return []
    groups = _groups(found, around)
    entries = {entry.name: entry for entry in subject.entries}
    return [
        index_tables.tree(found.values.indexed.value),
        *([] if groups is None else [groups]),
        index_tables.weighted(found.values.weighted.value, entries),
    ]


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


SIGHT = Sight("indexes", "results/weighing/indexes.html", (), _find, _page, _json)
