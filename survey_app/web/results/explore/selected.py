"""Exploring: any selection of a survey's ballots, and its parts side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis import explore
from survey_app.analysis.closed import Closed, Reason, closed
from survey_app.analysis.explore import Grouping, View
from survey_app.analysis.facts import FloorFacts
from survey_app.analysis.floors import of_readings
from survey_app.analysis.gate import Gated
from survey_app.analysis.readings import Reading
from survey_app.analysis.selection import BadSelection, Trouble
from survey_app.questionnaire.text import Text
from survey_app.reporting import rule_words, standings
from survey_app.reporting.words import based, interval, named, percent
from survey_app.scoring.participation import Standing
from survey_app.services.explore_places import unit_names
from survey_app.services.standings import floors_of
from survey_app.web import context, formats
from survey_app.web.results.explore import as_json, grouped, paging, tables, words
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.desk import Choice, Desk, reader
from survey_app.web.results.explore.showing import Sight, opened

CIRCUMSTANCES = (explore.BY_UNIT, explore.BY_TEAM, explore.BY_MODE, explore.BY_PERIOD)


@dataclass(frozen=True)
class Explored:
    """What was found: every question of the selection, and its parts by something. None: more may not be asked."""

    asked: Asked
    view: Gated[View]
    by: str
    item: str
    groups: Gated[Grouping] | None
    names: Mapping[int, Text]
    floors: tuple[FloorFacts, ...]

    @property
    def standing(self) -> Standing | None:
        """How the selected place stands to the participation floor."""
        view = self.view.value
        return self._standing(view.ballots, view.headcount, view.readings)

    @property
    def standings(self) -> Mapping[tuple[str, ...], Standing | None]:
        """How the places among the parts stand to the floor, by key."""
        if self.groups is None or self.groups.value.by not in (explore.BY_UNIT, explore.BY_TEAM):
            return {}
        return {
            each.key: self._standing(each.ballots, each.headcount, each.readings)
            for each in self.groups.value.groups
        }

    def _standing(
        self, returned: int | None, headcount: int | None, readings: Sequence[Reading]
    ) -> Standing | None:
        return of_readings(
            self.floors,
            audience=self.asked.subject.audience,
            returned=returned,
            headcount=headcount,
            readings=readings,
        )


def item_of(asked: Asked) -> str:
    """Return the rated question that places are compared on: the chosen one, or the headline.

    "" where none is rated. Raises `BadSelection`.
    """
    rated = [entry for entry in asked.subject.entries if entry.is_rated]
    chosen = asked.choices.get("item")
    if chosen is not None:
        if all(entry.name != chosen for entry in rated):
            raise BadSelection("item", Trouble.UNKNOWN_FIELD)
        return chosen
    filtered = {each.field for each in asked.selection.answers}
    free = [entry for entry in rated if entry.name not in filtered] or rated
    leading = next((entry for entry in free if entry.is_headline), free[0] if free else None)
    return "" if leading is None else leading.name


def _find(asked: Asked) -> Explored:
    by, item = asked.choices.get("by", ""), item_of(asked)
    if by and by not in CIRCUMSTANCES and all(entry.name != by for entry in asked.subject.entries):
        raise BadSelection("by", Trouble.UNKNOWN_FIELD)
    exploration = opened(asked)
    view = exploration.view()
    groups, floors = None, floors_of(context.database(), asked.subject)
    if item and by != item:
        asked_of = [item, *sorted({each.question for each in floors} - {"", by, item})]
        try:
            groups = exploration.grouping(by or explore.BY_UNIT, asked_of)
            if not by and len(groups.value.groups) < 2:
                by_team = exploration.grouping(explore.BY_TEAM, asked_of)
                groups = by_team if len(by_team.value.groups) > 1 else groups
        except BadSelection:
            groups = None
    used = groups.value.by if groups is not None else by or explore.BY_UNIT
    names = {} if groups is None else _names(groups.value, asked)
    return Explored(asked, view, used, item, groups, names, floors)


def _names(found: Grouping, asked: Asked) -> Mapping[int, Text]:
    if found.by == explore.BY_UNIT:
        return unit_names(context.database(), [int(group.key[0]) for group in found.groups])
    return {}


def _json(found: Explored) -> as_json.Json:
    groups = None if found.groups is None else as_json.grouping(found.groups.value, found.names, found.standings)
    return {
        "questions": [as_json.question(entry) for entry in found.asked.subject.entries],
        **as_json.view(found.view.value),
        "floor": as_json.standing(found.standing),
        "groups": groups,
    }


def _page(found: Explored, desk: Desk) -> Mapping[str, Any]:
    view = found.view.value
    leading = next((each for each in view.readings if each.name == found.item), None)
    items = tables.rated_items(view, desk.entries, reader())
    others = tables.other_questions(view, desk.entries, reader())
    return {
        "view": view,
        "leading": leading,
        "leading_label": formats.words(desk.entries[found.item].label) if found.item else "",
        "base_line": base_line(view, leading),
        "floor": "" if found.standing is None else standings.in_full(found.standing, reader()),
        "rule_line": rule_line(view, leading),
        "beside": _beside(leading),
        "items": [pair for pair in items if pair[0] is not None],
        "others": [pair for pair in others if pair[0] is not None],
        "hidden": [table.title for chart, table in (*items, *others) if chart is None],
        "closed": _closed(view, desk),
        "groups": _parts(found, leading, desk),
        "by": [Choice(each, label, each == found.by) for each, label in by_labels(desk)],
        "item": [
            Choice(entry.name, words.question(entry), entry.name == found.item)
            for entry in desk.subject.entries
            if entry.is_rated
        ],
    }


def _closed(view: View, desk: Desk) -> list[str]:
    """Say of which questions the questionnaire itself lets nothing be shown here, and why."""
    chosen = [each.field for each in view.selection.answers]
    reasons: dict[tuple[Reason, tuple[str, ...]], list[Closed]] = {}
    for name in (each.name for each in view.readings if each.counts is None and each.name not in chosen):
        why = closed(desk.entries, [name, *chosen], is_live=desk.subject.is_live)
        if why is not None:
            # Options of one question are named together.
            is_of_options = why.reason in (Reason.OPTIONS, Reason.BY_OPTIONS, Reason.IMPLIED)
            about = (desk.entries[why.about[0]].question,) if is_of_options else why.about
            reasons.setdefault((why.reason, about), []).append(why)
    return [words.closed(each, desk.entries) for each in reasons.values()]


def _parts(found: Explored, leading: Reading | None, desk: Desk) -> grouped.Parts | None:
    if found.groups is None:
        return None
    whole = None if leading is None or leading.rated is None else leading.rated.rate
    return grouped.parts(found.groups.value, found.item, whole, found.names, found.standings, desk)


def by_labels(desk: Desk) -> list[tuple[str, str]]:
    """Return what a selection can be split by."""
    return [
        (explore.BY_UNIT, _("Units below")),
        *([(explore.BY_TEAM, _("Work teams"))] if desk.around.teams else []),
        (explore.BY_MODE, _("Way of answering")),
        (explore.BY_PERIOD, _("Weeks")),
        *((entry.name, words.question(entry)) for entry in desk.subject.entries if "." not in entry.name),
    ]


def base_line(view: View, leading: Reading | None) -> str:
    """Say in one line what stands under the figure: base, interval, ballots, participation."""
    parts = []
    if leading is not None and leading.rated is not None and not leading.rated.is_withheld:
        figure = leading.rated.rate
        parts = [based(figure, reader()), interval(figure, reader())]
    elif leading is not None:
        bounds = None if leading.rated is None else leading.rated.rate.bounds
        told = rule_words.reasons([] if leading.rated is None else [leading.rated.rate], reader())
        parts = told or [
            _("%(base)s valid ballots", base=bounds.n) + _(". ") + words.bounds_note()
            if bounds is not None
            else _(
                "Too few answers: at least %(least)d valid ballots are needed here, and no small group may be "
                "worked out",
                least=words.least(view.selection, view.threshold),
            )
        ]
    if view.ballots is not None:
        parts.append(_("%(returned)s returned", returned=view.ballots))
        if leading is not None and leading.rated is not None and leading.rated.rate.issued is not None:
            parts.append(_("%(known)s issued", known=leading.rated.rate.issued))
        share = _participation(view)
        parts += [_("participation %(share)s", share=share)] if share else []
    return " · ".join(parts)


def _participation(view: View) -> str:
    if view.ballots is None or not view.headcount:
        return ""
    return percent(Fraction(view.ballots, view.headcount))


def _beside(leading: Reading | None) -> list[tuple[str, str]]:
    """Return the strict rate and the index, each by its rule, as far as they are shown."""
    if leading is None or leading.rated is None:
        return []
    figures = (leading.rated.strict, leading.rated.index)
    return [(named(each.rule, reader()), each.value_text) for each in figures if not each.withheld or each.bounds]


def rule_line(view: View, leading: Reading | None) -> str:
    """Name the rule with its version, and the cut-off."""
    cut_off = reader().moment(view.as_of)
    if leading is None or leading.rated is None:
        return _("Cut-off %(moment)s", moment=cut_off)
    figure = leading.rated.rate
    return _(
        "Rule “%(rule)s”, version %(version)s; question %(code)s; cut-off %(moment)s",
        rule=formats.words(figure.label),
        version=figure.rule_version,
        code=leading.name,
        moment=cut_off,
    )


SIGHT = Sight(
    "explore", "results/explore/selected.html", ("by", "item", "sort", *paging.CHOICES), _find, _page, _json
)
