"""Rates before and after weights: the unweighted first, then each weighting with its cost or why it is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis.readings import Entry
from survey_app.analysis.weights import Line, Outcome, Refusal, Way, Weighed, Weighting
from survey_app.reporting import charts, drawings
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, count, points, rate, say, share
from survey_app.reporting.charts import Chart
from survey_app.reporting.words import based, interval, named
from survey_app.scoring.figure import Figure
from survey_app.scoring.rounding import NOTHING, half_up
from survey_app.services import weights as services
from survey_app.services.access import Permission
from survey_app.services.weights import BeforeAndAfter
from survey_app.web import context, formats
from survey_app.web.results.explore import as_json, words
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.desk import Desk, reader
from survey_app.web.results.explore.showing import Sight, opened
from survey_app.web.results.weighing import sampling


@dataclass(frozen=True)
class Found:
    """The rates of a place before and after weights."""

    asked: Asked
    result: BeforeAndAfter


def _find(asked: Asked) -> Found:
    plan = sampling.plan_of(asked)
    made = services.before_and_after(context.database(), opened(asked), asked.subject.surveys, plan)
    return Found(asked, made)


def _json(found: Found) -> as_json.Json:
    weighed = found.result.weighed.value
    return {
        "selection": as_json.selection(weighed.selection),
        "ballots": weighed.ballots,
        "threshold": weighed.threshold,
        "as_of": weighed.as_of.isoformat(),
        "sample": sampling.as_answer(found.result),
        "known_totals": [
            {"question": each.question, "counts": dict(each.counts), "source": each.source}
            for each in found.result.totals
        ],
        "questions": [as_json.question(each) for each in found.asked.subject.entries if each.is_rated],
        "lines": [
            {
                "question": line.name,
                "weightings": [
                    _outcome_json(each, outcome)
                    for each, outcome in zip(weighed.weightings, line.outcomes, strict=True)
                ],
            }
            for line in weighed.lines
        ],
    }


def _outcome_json(weighting: Weighting, outcome: Outcome) -> as_json.Json:
    named = {"way": weighting.way.value, "totals": [each.question for each in weighting.totals]}
    if outcome.refusal is not None:
        groups = [list(group) for group in outcome.groups]
        return {**named, "refused": refusal_json(outcome.refusal), "groups": groups}
    return {
        **named,
        "figure": as_json.figure(outcome.figure),
        "ballots": outcome.n,
        "left_out": outcome.left_out,
        "kish": outcome.kish,
        "design_effect": outcome.design_effect,
        "clusters": outcome.figure.clusters,
        "trimmed": outcome.trimmed,
        "pooled": outcome.pooled,
        "strata": outcome.strata,
        "joint_strata": outcome.joint,
        "merged": [list(group) for group in outcome.merged],
    }


def refusal_json(refusal: Refusal) -> str:
    """Write why there is no weighted figure; what is withheld has one reason: more would give some of it away."""
    is_withheld = refusal in (Refusal.WITHHELD, Refusal.NOT_TOLD_APART)
    return as_json.TOO_FEW if is_withheld else refusal.value


def _page(found: Found, desk: Desk) -> Mapping[str, Any]:
    weighed = found.result.weighed.value
    names = [way_name(each, desk.entries) for each in weighed.weightings]
    leading = weighed.lines[0] if weighed.lines else None
    return {
        "label": formats.words(desk.entries[leading.name].label) if leading else "",
        "plain": leading.outcomes[0] if leading else None,
        "base_line": _base_line(leading.outcomes[0]) if leading else "",
        "sentence": _sentence(leading, names) if leading else "",
        "chart": _chart(leading, names) if leading else None,
        "table": _table(weighed, leading, names, desk) if leading else None,
        "items": _items(weighed, names, desk),
        "totals": [_total(each, desk.entries) for each in found.result.totals],
        "is_part": found.result.is_part,
        "sample_fields": sampling.fields(sampling.plan_of(found.asked), found.result.levels),
        "sample_names": sampling.CHOICES,
        "sample_sentences": [] if weighed.frame is None else sampling.sentences(weighed.frame),
        "strata": None if weighed.frame is None else sampling.table(weighed.frame, found.result.names),
        "surveys": desk.subject.surveys,
        "may_enter": context.actor().has(Permission.DESIGN),
    }


def way_name(each: Weighting, entries: Mapping[str, Entry]) -> str:
    """Name a weighting with the questions whose totals it uses."""
    questions = _(" and ").join(
        charts.short(formats.words(entries[total.question].label)) if total.question in entries else total.question
        for total in each.totals
    )
    return {
        Way.UNWEIGHTED: _("Unweighted"),
        Way.CLUSTERED: _("Unweighted, places as clusters"),
        Way.TEAM_EQUAL: _("Every team the same"),
        Way.HEADCOUNT: _("By headcount of the places"),
        Way.STRATA: _("Every stratum by all of its enterprises"),
        Way.POST_STRATIFIED: _("Post-stratified by “%(questions)s”", questions=questions),
        Way.RAKED: _("Raked to “%(questions)s”", questions=questions),
    }[each.way]


def _base_line(plain: Outcome) -> str:
    figure = plain.figure
    if plain.refusal is not None:
        return _("Too few answers, or not shown so that no small group can be worked out")
    if figure.bounds is not None:
        return _("%(base)s valid ballots", base=figure.bounds.n) + _(". ") + words.bounds_note()
    if figure.interval is None:
        return _("%(base)s · everybody answered: no sampling error", base=based(figure, reader()))
    return _(
        "%(base)s · unweighted · %(interval)s",
        base=based(figure, reader()),
        interval=interval(figure, reader()),
    )


def _sentence(line: Line, names: Sequence[str]) -> str:
    """Say in one sentence how much weights change."""
    plain = line.outcomes[0].figure
    others = _exact(line, names)[_TWO:]
    if plain.rate is None or not others:
        return _("No weighting is possible here; the table says why.")
    name, figure = max(others, key=lambda pair: abs(float(pair[1].value or 0) - float(plain.rate or 0)))
    difference = float(figure.value or 0) - float(plain.rate)
    if abs(difference) < _NOTICEABLE:
        return _("Weights change the figure by less than half a percentage point, whichever way is taken.")
    return _(
        "The largest change is that of “%(name)s”: %(rate)s, %(points)s percentage points from the unweighted.",
        name=name,
        rate=figure.percent_text,
        points=points(difference).text,
    )


_NOTICEABLE = 0.005


def _exact(line: Line, names: Sequence[str]) -> list[tuple[str, Figure]]:
    """Return the figures that are more than bounds, by their names."""
    pairs = zip(names, line.outcomes, strict=True)
    return [(name, each.figure) for name, each in pairs if each.refusal is None and each.figure.bounds is None]


def _chart(line: Line, names: Sequence[str]) -> Chart | None:
    shown = _exact(line, names)
    if len(shown) < _TWO:
        return None
    # A weighted rate is not x/n: only how many ballots it rests on is said.
    bases = [_("base %(n)s", n=each.n) if each.weighting else each.base_text for _name, each in shown]
    figure, start = drawings.dots(shown, line.outcomes[0].figure, reader(), bases)
    said = charts.rate_base(shown[0][1], start, reader())
    subtitle = _("%(said)s; dotted line: unweighted", said=said)
    return Chart("weights", _("Before and after weights"), subtitle, figure, Table("", (), ()))


_TWO = 2


def _table(weighed: Weighed, line: Line, names: Sequence[str], desk: Desk) -> Table:
    columns = (
        Column(_("Weighting"), span=12),
        Column(_("Rate"), Form.PERCENT, 4),
        Column(_("From (95%)"), Form.PERCENT, 4),
        Column(_("To (95%)"), Form.PERCENT, 4),
        Column(_("Change (percentage points)"), Form.POINTS, 5),
        Column(_("Ballots"), Form.COUNT, 3),
        Column(_("Design effect"), Form.DECIMAL, 4),
        Column(_("Degrees of freedom"), Form.COUNT, 3),
        Column(_("Kish 1+cv²"), Form.DECIMAL, 4),
        Column(_("Trimmed"), Form.COUNT, 3),
        Column(_("Notes"), span=16),
    )
    plain = line.outcomes[0].figure
    rows = tuple(
        Row(_cells(name, outcome, plain, way, desk))
        for name, outcome, way in zip(names, line.outcomes, weighed.weightings, strict=True)
    )
    table = Table(_("Before and after weights"), columns, rows)
    note = _(
        "— means that this does not apply here, or that there is no weighted figure; the last column says why."
    )
    rules = _("Rules: %(rules)s.", rules=named(plain.rule, reader()))
    return replace(table, note=reader().sentences((rules, *words.dashes(table, note))))


def _cells(name: str, outcome: Outcome, plain: Figure, way: Weighting, desk: Desk) -> tuple[Cell, ...]:
    if outcome.refusal is not None:
        return (say(name), *(EMPTY,) * 9, say(_why(outcome, way, desk)))
    figure = outcome.figure
    low, high = (share(figure.interval.low), share(figure.interval.high)) if figure.interval else (EMPTY, EMPTY)
    is_plain = way.way in (Way.UNWEIGHTED, Way.CLUSTERED)
    is_vague = is_plain or figure.bounds is not None
    change = EMPTY if is_vague else points(float(figure.value or 0) - float(plain.rate or 0))
    return (
        say(name), _value(figure), low, high, change, count(outcome.n), _decimal(outcome.design_effect),
        _freedom(figure),
        EMPTY if is_plain else _decimal(outcome.kish), EMPTY if is_plain else count(outcome.trimmed),
        say(_notes(outcome, way, desk)),
    )  # fmt: skip


def _value(figure: Figure) -> Cell:
    return share(figure.value) if figure.bounds is None else rate(figure)


def _freedom(figure: Figure) -> Cell:
    """Return the degrees of freedom of an interval that rests on clusters or weights."""
    return EMPTY if figure.interval is None or figure.interval.df is None else count(round(figure.interval.df))


def _decimal(value: float | None) -> Cell:
    if value is None:
        return EMPTY
    written = half_up(value, 2)
    return Cell(str(written), Form.DECIMAL, written)


def _why(outcome: Outcome, way: Weighting, desk: Desk) -> str:
    """Say why there is no weighted figure."""
    if outcome.refusal is Refusal.SPARSE:
        return _(
            "Fewer than 5 valid ballots in: %(groups)s. No ballots can stand for these people.",
            groups=_("; ").join(_answers(way, group, desk) for group in outcome.groups),
        )
    if outcome.refusal is Refusal.NO_PEOPLE:
        return _(
            "The known total is 0, and ballots were given: %(groups)s. Correct the totals.",
            groups=_("; ").join(_answers(way, group, desk) for group in outcome.groups),
        )
    return refusal_words(outcome.refusal)


def refusal_words(refusal: Refusal | None) -> str:
    """Say why there is no weighted figure, as far as that can be said without naming answers."""
    match refusal:
        case Refusal.ONE_GROUP:
            return _("There are no two teams or places here that may be told apart.")
        case Refusal.NO_HEADCOUNT:
            return _("The headcount of a place with ballots is not known. Enter it at the posting.")
        case Refusal.NO_POPULATION:
            return _("Nobody knows how many people answer in this way, in these weeks, or with these answers.")
        case Refusal.NO_FREEDOM:
            return _("No stratum has two enterprises that may be told apart: how they differ is not known.")
        case Refusal.NO_TOTAL:
            return _("An answer that was given has no known total. Complete the totals.")
        case Refusal.NO_PEOPLE:
            return _("An answer that was given has a known total of 0. Correct the totals.")
        case Refusal.SPARSE:
            return _(
                "An answer with a known total has fewer than 5 valid ballots, which cannot stand for its people."
            )
        case Refusal.CONTRADICTION:
            return _(
                "The totals contradict each other: their sums differ, or no weights up to 5 times the mean "
                "meet all of them."
            )
        case Refusal.OFF_SCALE:
            return _("The scale of this question lacks grades that the rule counts.")
        case Refusal.BASE_UNKNOWN:
            return _(
                "The rule's base has ballots without a valid answer; how many of them gave which answer to the "
                "totals' question is not told."
            )
        case Refusal.NOT_TOLD_APART:
            return _("Answers to these questions together would leave groups that are too small to be shown.")
        case _:
            return _("Too few answers, or not shown so that no small group can be worked out")


def _notes(outcome: Outcome, way: Weighting, desk: Desk) -> str:
    said = []
    if outcome.pooled and way.way is Way.TEAM_EQUAL:
        said.append(_("Teams that are not told apart stand together for as many as they are."))
    elif way.way is Way.CLUSTERED:
        said.append(_("%(places)s groups of places.", places=outcome.figure.clusters))
    elif outcome.pooled:
        said.append(_("Small places stand together."))
    if outcome.strata is not None and outcome.strata > 1:
        said.append(_("Strata: %(count)s.", count=outcome.strata))
    if outcome.joint:
        said.append(
            _("%(count)s strata are put together, since places of theirs are not told apart.", count=outcome.joint)
        )
    if outcome.left_out and way.totals:
        said.append(_("%(count)s valid ballots without an answer to it are left out.", count=outcome.left_out))
    elif outcome.left_out:
        said.append(_("%(count)s ballots of no team are left out.", count=outcome.left_out))
    said += [_("Counted together: %(answers)s.", answers=_answers(way, group, desk)) for group in outcome.merged]
    return " ".join(said)


def _answers(way: Weighting, group: Sequence[str], desk: Desk) -> str:
    """Name answers by the first of the totals' questions that has them all."""
    for total in way.totals:
        entry = desk.entries.get(total.question)
        if entry is not None and set(group) <= set(entry.labels):
            return words.answers(entry, group)
    return words.either(group)


def _items(weighed: Weighed, names: Sequence[str], desk: Desk) -> Table:
    columns = (Column(_("Question"), span=14), *(Column(name, Form.PERCENT, 6) for name in names))
    rows = tuple(
        Row((say(words.question(desk.entries[line.name])), *(_rate(each) for each in line.outcomes)))
        for line in weighed.lines
    )
    return Table(_("Every question before and after weights"), columns, rows)


def _rate(outcome: Outcome) -> Cell:
    if outcome.refusal is not None:
        return EMPTY
    figure = outcome.figure
    within = f" ({figure.low_text}–{figure.high_text})" if figure.interval else ""
    cell = _value(figure)
    return Cell(f"{cell.text}{within}", cell.form, cell.number) if cell.text != NOTHING else EMPTY


@dataclass(frozen=True, slots=True)
class ShownTotal:
    """A known total in words."""

    question: str
    answers: tuple[tuple[str, int], ...]
    source: str


def _total(each: services.Total, entries: Mapping[str, Entry]) -> ShownTotal:
    entry = entries.get(each.question)
    labels = {} if entry is None else entry.labels
    return ShownTotal(
        words.question(entry) if entry is not None else each.question,
        tuple(
            (formats.words(labels[code]) if code in labels else code, many) for code, many in each.counts.items()
        ),
        each.source,
    )


SIGHT = Sight("weights", "results/weighing/weights.html", sampling.CHOICES, _find, _page, _json)
