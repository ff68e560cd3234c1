"""All figures as one long table: a row for each place, survey, question and answer or rate.

Made of the same gated views as the pages, place by place, while it is sent. What is withheld has its row, without a
number: as what nobody answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from survey_app.analysis.readings import Entry, Reading
from survey_app.reporting.streams import Value
from survey_app.reporting.words import CHINA
from survey_app.scoring.figure import Figure
from survey_app.scoring.rules import RateRule, Rule
from survey_app.services.explore import Subject, View
from survey_app.services.export import Export, Opened
from survey_app.web import formats
from survey_app.web.results.explore import words
from survey_app.words import Audience

_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class _Place:
    """A place as the first cells of its rows name it; `above` is the key of the unit over it."""

    kind: str
    name: str
    key: int | None = None
    above: int | None = None


def head() -> list[str]:
    """Return the names of the columns."""
    return [name for name, _width in _columns()]


def widths() -> list[int]:
    """Return the widths of the columns, in characters."""
    return [width for _name, width in _columns()]


def _columns() -> list[tuple[str, int]]:
    return [
        (_("Level"), 8),
        (_("Number of the place"), 8),
        (_("Place"), 26),
        (_("Number of the unit above"), 8),
        (_("Audience"), 10),
        (_("Measurement"), 14),
        (_("Months after the posting"), 8),
        (_("Number of the survey"), 8),
        (_("Survey"), 26),
        (_("Question code"), 8),
        (_("Question"), 36),
        (_("Kind of row"), 12),
        (_("Code"), 16),
        (_("Answer or figure"), 22),
        (_("Ballots (x)"), 10),
        (_("Base (n)"), 10),
        (_("Value"), 10),
        (_("From (95%)"), 10),
        (_("To (95%)"), 10),
        (_("Interval by"), 16),
        (_("Version of the rule"), 8),
        (_("Cut-off"), 22),
    ]


def rows(export: Export) -> Iterator[list[Value]]:
    """Yield the rows: survey by survey; of each the whole, then teams, then units, those above before others."""
    whole = _Place(_("All"), formats.words(export.around.unit))
    unit_words, units = _("Unit"), {key: formats.words(name) for key, name in export.units.items()}
    for part in export.parts:
        table = _Part(part)
        yield from table.of_view(whole, part.whole().value)
        yield from table.of_teams(export)
        for unit, above, view in part.by_unit():
            yield from table.of_view(_Place(unit_words, units[unit], unit, above), view.value)


class _Part:
    """The rows of one audience of an instrument. Words are looked up once, not for each of 100,000 rows."""

    def __init__(self, part: Opened) -> None:
        self._part = part
        self._survey = _survey(part.subject)
        self._cut_off = _moment(part.exploration.topic.as_of)
        self._questions = {entry.name: _Question(entry) for entry in part.exploration.topic.entries}
        self._participation, self._answer, self._outside = _("participation"), _("answer"), _("not counted")
        self._returned, self._headcount = _("Returned"), _("Headcount")
        self._unknown, self._blank, self._not_asked = (
            _("Don't know, not in the base"),
            _("Not answered"),
            _("Not asked"),
        )
        self._rate, self._score, self._census = _("rate"), _("score"), _("everybody answered")

    def of_view(self, place: _Place, view: View) -> Iterator[list[Value]]:
        """Yield the rows of a view."""
        return self._of_place(place, view.ballots, view.headcount, view.readings)

    def of_teams(self, export: Export) -> Iterator[list[Value]]:
        """Yield the rows of each team, and of the ballots of none."""
        found = self._part.teams() if export.around.teams else None
        if found is None:
            return
        names = {str(team.key): formats.words(team.name) for team in export.around.teams}
        for group in found.value.groups:
            key = group.key[0]
            place = _Place(_("Team"), names.get(key) or _("No team"), int(key) or None)
            yield from self._of_place(place, group.ballots, group.headcount, group.readings)

    def _of_place(
        self, place: _Place, ballots: int | None, headcount: int | None, readings: Sequence[Reading]
    ) -> Iterator[list[Value]]:
        first = [place.kind, place.key, place.name, place.above, *self._survey]
        about = [*first, None, None, self._participation]
        yield [*about, *self._counted("returned", self._returned, ballots)]
        yield [*about, *self._counted("headcount", self._headcount, headcount)]
        for reading in readings:
            question = self._questions[reading.name]
            about = [*first, reading.name, question.words]
            yield from ([*about, *rest] for rest in self._of_question(question, reading))

    def _of_question(self, question: _Question, reading: Reading) -> Iterator[list[Value]]:
        ballots = None if reading.counts is None else dict(reading.counts)
        for codes in question.answers if ballots is None else ballots:
            count = None if ballots is None else ballots[codes]
            label = question.label(codes)
            yield [self._answer, *self._counted("+".join(codes), label, count, reading.n)]
        yield [self._outside, *self._counted("unknown", self._unknown, reading.unknown)]
        yield [self._outside, *self._counted("blank", self._blank, reading.blank)]
        yield [self._outside, *self._counted("not_asked", self._not_asked, reading.not_asked)]
        rated = reading.rated
        for figure in () if rated is None else (rated.rate, rated.strict, rated.index):
            yield self._figure(figure)
        if reading.nps is not None:
            yield self._figure(reading.nps)

    def _counted(self, code: str, label: str, count: int | None, n: int | None = None) -> list[Value]:
        return [code, label, count, n, None, None, None, None, None, self._cut_off]

    def _figure(self, found: Figure) -> list[Value]:
        kind = self._rate if isinstance(found.rule, RateRule) else self._score
        between = found.interval
        value = None if found.value is None else _rounded(float(found.value))
        low, high = (None, None) if between is None else (_rounded(between.low), _rounded(between.high))
        method = self._census if found.census else None if between is None else between.method
        return [
            kind, found.metric, formats.words(found.label), found.x, found.n, value, low, high, method,
            found.rule_version, _moment(found.as_of),
        ]  # fmt: skip


class _Question:
    """A question in words, with its answers."""

    def __init__(self, entry: Entry) -> None:
        label = formats.words(entry.label)
        self.words = f"{formats.words(entry.stem)}{_(': ')}{label}" if entry.stem else label
        self.answers = [(code,) for code in entry.labels]
        self._labels = {code: formats.words(words) for code, words in entry.labels.items()}

    def label(self, codes: Sequence[str]) -> str:
        """Name answers that stand together."""
        return words.either([self._labels[code] for code in codes])


def _rounded(value: float) -> float:
    return round(value, _DECIMALS)


def _survey(subject: Subject) -> list[Value]:
    titles = _("; ").join(formats.words(each) for each in subject.titles)
    audience = str(formats.label(Audience, subject.audience))
    return [audience, words.occasion(subject), subject.wave or 0, subject.survey, titles]


def _moment(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat(timespec="minutes")


def notes(export: Export, now: datetime) -> Iterator[list[Value]]:
    """Yield what one has to know about the table: name and words."""
    around = export.around
    yield [_("Campaign"), formats.words(around.campaign)]
    yield [_("Unit"), formats.words(around.unit)]
    yield [_("Made at"), _moment(now)]
    least = max(part.subject.threshold for part in export.parts)
    yield [
        _("No number"),
        _(
            "Fewer than %(least)d people answered, nobody did, or another number would give a small group away: "
            "these look the same. Also a rate whose rule does not fit the question's answers.",
            least=least,
        ),
    ]
    yield [
        _("Single ballots"),
        _("are not exported to anybody: who knows three facts about a colleague would find that person's answers."),
    ]
    yield [
        _("Selection"),
        _("None: every survey, audience, place and team of the campaign that the reader may see."),
    ]
    yield [
        _("Value"),
        _("A rate is a share from 0 to 1, an index runs from 0 to 100, the NPS from -100 to 100."),
    ]
    for each in export.sealed:
        yield [_("Sealed, not in this file"), _survey_name(each)]
    topics = [part.exploration.topic for part in export.parts]
    used: list[Rule] = [rule for each in topics for rule in (each.rules.rate, each.rules.strict, each.rules.index)]
    used += [each.rules.nps for each in topics if any(entry.is_nps for entry in each.entries)]
    rules = {(rule.name, rule.version): rule for rule in used}
    for (name, version), rule in sorted(rules.items()):
        said = _(
            "%(rule)s (%(name)s, version %(version)s)", rule=formats.words(rule.label), name=name, version=version
        )
        yield [said, formats.words(rule.description)]


def _survey_name(subject: Subject) -> str:
    return " · ".join(str(each) for each in _survey(subject) if isinstance(each, str))
