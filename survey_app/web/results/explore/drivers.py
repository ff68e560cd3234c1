"""What moves the overall verdict: the map of importance and performance, and alpha of the items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.analysis.drivers import ENOUGH, Driver, DriverMap, NoShares, Omission
from survey_app.analysis.explore import View
from survey_app.analysis.gate import Gated
from survey_app.reporting import charts, drawings
from survey_app.reporting.cells import Cell, Column, Form, Row, Table, count, mean, say
from survey_app.reporting.charts import Chart
from survey_app.scoring.drivers import Quadrant
from survey_app.web import formats
from survey_app.web.results.explore import as_json, words
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.desk import Desk, narrowed, reader
from survey_app.web.results.explore.showing import Sight, opened

QUADRANTS: Mapping[Quadrant, LazyString] = {
    Quadrant.IMPROVE: _l("Improve first"),
    Quadrant.KEEP_UP: _l("Keep up"),
    Quadrant.LOW_PRIORITY: _l("Improve later"),
    Quadrant.POSSIBLE_OVERKILL: _l("Hold"),
}


_OMISSIONS: Mapping[Omission, LazyString] = {
    Omission.WITHHELD: _l(
        "Left out, because too few people stand in cells of the cross-tab with the overall verdict: %(questions)s."
    ),
    Omission.ALIKE: _l("Left out, because all who gave the overall verdict answered alike: %(questions)s."),
    Omission.SELDOM: _l(
        "Left out, because fewer than four fifths of those who gave the overall verdict answered: %(questions)s."
    ),
    Omission.BEYOND: _l("Left out, because no more questions are looked at together: %(questions)s."),
}


@dataclass(frozen=True)
class Found:
    """The map, or that there is none; then `view` tells how many answered each question."""

    asked: Asked
    map: Gated[DriverMap | None] | Gated[None]
    view: Gated[View] | None = None


def _find(asked: Asked) -> Found:
    narrowed(asked.selection, "results.drivers")
    exploration = opened(asked)
    found = exploration.drivers()
    return Found(asked, found, exploration.view() if found.value is None else None)


def _json(found: Found) -> as_json.Json:
    shown = found.map.value
    return {
        "selection": as_json.selection(found.asked.selection),
        "threshold": found.asked.subject.threshold,
        "as_of": found.asked.subject.as_of.isoformat(),
        "map": None if shown is None else as_json.driver_map(shown),
    }


def _page(found: Found, desk: Desk) -> Mapping[str, Any]:
    shown = found.map.value
    if shown is None:
        return {"drawn": None, "why": _why(found, desk)}
    ordered = replace(shown, items=tuple(sorted(shown.items, key=_rank)))
    table = _table(ordered, desk)
    points = [
        (
            _short(each.name, desk),
            each.correlation if each.share is None else each.share,
            float(each.performance.index or 0),
            each.quadrant is Quadrant.IMPROVE,
        )
        for each in ordered.items
    ]
    has_shares = shown.mean_share is not None
    across = _("Importance (share in %)") if has_shares else _("Importance (correlation)")
    figure = drawings.importance_map(
        points,
        lines=(
            shown.mean_correlation if shown.mean_share is None else shown.mean_share,
            shown.mean_performance,
        ),
        names=(across, _("Performance (index)")),
        corners={where: str(name) for where, name in QUADRANTS.items()},
        in_percent=has_shares,
    )
    chart = Chart("drivers", _finding(shown, desk), _base(shown, desk), figure, table)
    return {"drawn": (chart, table), "alpha": _alpha(shown), "is_part": bool(desk.selection.parts)}


def _rank(item: Driver) -> tuple[float, float]:
    """Return what the most important come first by."""
    return -(item.share or 0), -item.correlation


_LEAST_ITEMS = 2


def _why(found: Found, desk: Desk) -> str:
    """Say why there is no map, as far as the questionnaire and the numbers of answers tell it."""
    overall = next((each for each in desk.subject.entries if each.is_headline and each.is_rated), None)
    if overall is None:
        return _(
            "This questionnaire has no overall question, so that there is nothing that the others could matter for."
        )
    if desk.selection.parts:
        return _(
            "Here too few people stand in the cells of the cross-tabs of the questions with the overall verdict to "
            "tell what matters without telling what single people answered. Please look at a larger place, or at "
            "the whole."
        )
    items = [each for each in desk.subject.entries if each.is_rated and each is not overall]
    alike = [each.name for each in items if each.scale == overall.scale]
    if len(alike) < _LEAST_ITEMS:
        return _(
            "Besides the overall question this questionnaire has %(count)s with the same answers to choose from; "
            "it takes at least two to tell which matters more. Return visits ask few questions: please look at the "
            "first evaluation.",
            count=len(alike),
        )
    answered = {} if found.view is None else {each.name: each.n or 0 for each in found.view.value.readings}
    most = ENOUGH * answered.get(overall.name, 0)
    if sum(answered.get(name, 0) >= most for name in alike) < _LEAST_ITEMS:
        return _(
            "Of the %(count)s questions with the same answers to choose from, fewer than two were answered by most "
            "people (four fifths of those who gave the overall verdict): the others were asked of a part of them "
            "only.",
            count=len(alike),
        )
    return _(
        "In the cross-tabs of the questions with the overall verdict too few people stand in some cells, so that "
        "what matters cannot be told without telling what single people answered; or nearly all gave the same "
        "answers. As a rule it takes some two hundred ballots."
    )


def _short(name: str, desk: Desk) -> str:
    return charts.short(formats.words(desk.entries[name].label))


def _finding(shown: DriverMap, desk: Desk) -> str:
    first = [_short(each.name, desk) for each in shown.items if each.quadrant is Quadrant.IMPROVE]
    if not first:
        return _("No item is both important and behind the others")
    return _("Improve first: %(items)s", items=_(", ").join(first))


def _base(shown: DriverMap, desk: Desk) -> str:
    overall = _short(shown.overall, desk)
    if shown.r_squared is None:
        return _(
            "Each question with “%(overall)s”, by the cross-tab that may be shown here; at least %(n)s people "
            "answered both",
            overall=overall,
            n=shown.n,
        )
    return _(
        "At least %(n)s people answered both of any two of these and “%(overall)s”; the items explain "
        "%(share)s%% of it",
        n=shown.n,
        overall=overall,
        share=round(shown.r_squared * 100),
    )


def _alpha(shown: DriverMap) -> str:
    if shown.alpha is None or shown.interval is None:
        return ""
    numbers = {
        "alpha": f"{shown.alpha:.2f}",
        "low": f"{shown.interval.low:.2f}",
        "high": f"{shown.interval.high:.2f}",
    }
    if shown.is_merged:
        return _(
            "Cronbach's α of these items: %(alpha)s (95%% interval %(low)s to %(high)s), from cross-tabs, with "
            "merged answers.",
            **numbers,
        )
    return _(
        "Cronbach's α of these items: %(alpha)s (95%% interval %(low)s to %(high)s), from cross-tabs.", **numbers
    )


def _table(shown: DriverMap, desk: Desk) -> Table:
    has_shares = shown.mean_share is not None
    rows = [
        Row(
            (
                say(f"{number}. {words.question(desk.entries[each.name])}"),
                *([] if each.share is None else [Cell(f"{each.share:.0f}%", Form.PERCENT)]),
                Cell(f"{each.correlation:.2f}", Form.DECIMAL),
                count(each.n),
                mean(each.performance),
                say(str(QUADRANTS[each.quadrant])),
            )
        )
        for number, each in enumerate(shown.items, start=1)
    ]
    return Table(
        title=_("Importance and performance"),
        columns=(
            Column(_("Question")),
            *([Column(_("Share of importance"), Form.PERCENT)] if has_shares else []),
            Column(_("Correlation"), Form.DECIMAL),
            Column(_("Ballots with both"), Form.COUNT),
            Column(formats.words(shown.items[0].performance.label), Form.DECIMAL),
            Column(_("Reading")),
        ),
        rows=tuple(rows),
        note=_note(shown, desk),
    )


def _note(shown: DriverMap, desk: Desk) -> str:
    """Say what importance is here, why shares are missing, and which questions are left out."""
    said = [_("The numbers stand for the points of the map.")]
    if shown.no_shares is None:
        said.append(
            _(
                "Importance is the share of what all items explain of the overall verdict (LMG, the mean over all "
                "orders), worked out from the cross-tab of every two questions."
            )
        )
    else:
        said.append(_("Importance is the correlation with the overall verdict in the cross-tab of both."))
    if shown.is_merged:
        said.append(_("Answers that stand together in a cross-tab count there with their mean score."))
    match shown.no_shares:
        case NoShares.PAIRS:
            said.append(_("No shares and no α: the cross-tabs of some of these questions may not be shown."))
        case NoShares.UNFIT:
            said.append(_("No shares and no α: some questions follow from others, or their correlations disagree."))
    said.append(_("The lines of the map are the means. A connection is no proof that one brings about the other."))
    said += [
        str(why) % {"questions": _("; ").join(questions)}
        for omission, why in _OMISSIONS.items()
        if (
            questions := [
                words.question(desk.entries[name]).rstrip("？?") for name, own in shown.omitted if own is omission
            ]
        )
    ]
    return reader().sentences(said)


SIGHT = Sight("drivers", "results/explore/drivers.html", (), _find, _page, _json)
