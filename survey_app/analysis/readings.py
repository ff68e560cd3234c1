"""Counts that the gate let out → what a reader sees of each question: figures, or that they are withheld."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import singledispatch

from survey_app.analysis.classes import Measured, codes_of_classes, column_of_classes, name_of_classes
from survey_app.analysis.facts import Rules
from survey_app.analysis.gate import Counted
from survey_app.analysis.layout import Column, Sort
from survey_app.analysis.steering import Steering, steering
from survey_app.analysis.table_openings import Asked
from survey_app.analysis.tabulate import is_rated
from survey_app.questionnaire.definition import (
    BaseQuestion,
    DateQuestion,
    Grade,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Questionnaire,
    Ranking,
    Scale,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
)
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.scoring.evaluation import Rated
from survey_app.scoring.figure import Bounds, Figure, Reason
from survey_app.scoring.measure import counted_grades, index, off_scale, rate, reads
from survey_app.scoring.nps import nps
from survey_app.scoring.rules import NPS, IndexRule, NpsRule, RateRule
from survey_app.scoring.tally import Tally

WIDEST = Fraction(1, 10)
"""Wider bounds of a rate say too little to be of use, and are easily misread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question of the instrument, or one option of a multiple choice or ranking: what a line of a view is about.

    `name` is as in filters. `stem` is the common question of a matrix or of the options; `labels`
    names the codes. `scale` is given for graded questions, `is_rated` where its grades say what is satisfied;
    `measured` for those that are told apart by classes of a number or date. `is_tied`: what is said of one option
    follows from what is said of all the others of its question (`tied`). `steering` says who is asked; None: all.
    `beside` names other options that it says something of (`implied`). `nps` is the rule that answers from 0 to 10
    are read by.
    """

    name: str
    label: Text
    labels: Mapping[str, Text]
    stem: Text = EMPTY
    sort: Sort = Sort.CODED
    scale: Scale | None = None
    is_rated: bool = False
    is_headline: bool = False
    measured: Measured | None = None
    is_tied: bool = False
    steering: Steering | None = None
    beside: tuple[str, ...] = ()
    nps: NpsRule = NPS

    @property
    def question(self) -> str:
        """The code of its question."""
        return self.name.partition(".")[0]

    @property
    def is_option(self) -> bool:
        """Whether it is one option of a multiple choice."""
        return self.sort is Sort.CHOSEN

    @property
    def is_nps(self) -> bool:
        """Whether it is asked from 0 to 10, and read as the NPS."""
        return self.sort is Sort.WHOLE

    def asked(self, layout: Mapping[str, Column]) -> Asked | None:
        """Return the question as the gate knows it; None where no ballot has it."""
        code, _, option = self.name.partition(".")
        own = Column(code, self.sort, option) if self.measured is None else column_of_classes(self.measured)
        column = layout.get(own.stored.name)
        if column is None:
            return None
        if self.measured is not None:
            column = own
        if self.sort is Sort.PLACE:
            # Under another version, more options may have been ranked.
            most = sum(each.field == code and each.sort is Sort.PLACE for each in layout.values())
            column = replace(column, codes=tuple(str(place) for place in range(most + 1)))
        return Asked(
            self.name,
            column,
            tuple(self.labels),
            tied=code if self.is_tied else "",
            steering=self.steering,
            beside=self.beside,
        )


def entries(questionnaire: Questionnaire, rule: NpsRule = NPS) -> tuple[Entry, ...]:
    """Return all questions that are counted by code, in order. Of rated ones, the grades in the base count."""
    steered = steering(questionnaire)
    every = (each for question in questionnaire.questions for each in entries_of(question, questionnaire))
    asked = (replace(each, steering=steered.get(each.question)) for each in every)
    return tuple(replace(each, nps=rule) if each.is_nps else each for each in asked)


def filterable(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Return what ballots can be filtered, grouped and cross-tabulated by: codes by question."""
    return {entry.name: tuple(entry.labels) for entry in entries(questionnaire)}


@singledispatch
def entries_of(question: BaseQuestion, questionnaire: Questionnaire) -> tuple[Entry, ...]:
    """Return the entries of one question, by its kind; none for what is measured or said in words."""
    raise NotImplementedError(type(question).__name__)


@entries_of.register
def _(question: SingleChoice, questionnaire: Questionnaire) -> tuple[Entry, ...]:
    labels = {option.code: option.text for option in question.options}
    return (Entry(name=question.code, label=question.text, labels=labels),)


@entries_of.register
def _(question: ScaleQuestion, questionnaire: Questionnaire) -> tuple[Entry, ...]:
    return (_graded(question, question.code, question.text, EMPTY, questionnaire),)


@entries_of.register
def _(question: Matrix, questionnaire: Questionnaire) -> tuple[Entry, ...]:
    return tuple(_graded(question, item.code, item.text, question.text, questionnaire) for item in question.items)


@entries_of.register
def _(question: MultipleChoice, questionnaire: Questionnaire) -> tuple[Entry, ...]:
    labels = {"0": Text("未选", "Not chosen"), "1": Text("已选", "Chosen")}
    found = _options(question, labels, Sort.CHOSEN, is_tied=_hangs_together(question))
    return tuple(
        replace(each, beside=_said_of(question, option))
        for each, option in zip(found, question.options, strict=True)
    )


@entries_of.register
def _(question: Ranking, questionnaire: Questionnaire) -> tuple[Entry, ...]:
    places = {str(place): Text(f"第 {place} 位", f"Place {place}") for place in range(1, question.top + 1)}
    return _options(question, {**places, "0": Text("未列入", "Not placed")}, Sort.PLACE, is_tied=True)


@entries_of.register
def _(question: Nps, questionnaire: Questionnaire) -> tuple[Entry, ...]:
    labels = {str(number): Text(str(number), str(number)) for number in range(11)}
    return (Entry(name=question.code, label=question.text, labels=labels, sort=Sort.WHOLE),)


@entries_of.register(Number)
@entries_of.register(DateQuestion)
def _(question: Measured, questionnaire: Questionnaire) -> tuple[Entry, ...]:
    labels = {code: name_of_classes(question, [code]) for code in codes_of_classes(question)}
    return (Entry(name=question.code, label=question.text, labels=labels, sort=Sort.CLASS, measured=question),)


@entries_of.register(ShortText)
@entries_of.register(LongText)
@entries_of.register(Statement)
def _(question: BaseQuestion, questionnaire: Questionnaire) -> tuple[Entry, ...]:
    return ()


def _options(
    question: MultipleChoice | Ranking, labels: Mapping[str, Text], sort: Sort, *, is_tied: bool
) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            name=f"{question.code}.{option.code}",
            label=option.text,
            stem=question.text,
            labels=labels,
            sort=sort,
            is_tied=is_tied,
        )
        for option in question.options
    )


_LEFT_OUT = 2


def _said_of(question: MultipleChoice, option: Option) -> tuple[str, ...]:
    """Return the options that one says something of: those that stand alone, of which nobody chose it besides.

    And all others where everybody chooses all or all but one: who did not choose it chose these.
    """
    if option.exclusive:
        return ()
    free = sum(not each.exclusive for each in question.options)
    is_nearly_all = max(1, question.min_choices) >= free - 1
    others = (each for each in question.options if each.exclusive or (is_nearly_all and each.code != option.code))
    return tuple(f"{question.code}.{each.code}" for each in others)


def _hangs_together(question: MultipleChoice) -> bool:
    """Tell whether everybody who answers chooses as many options or one more, apart from those that stand alone.

    Then their sum tells how many chose one more, and pairs of options follow from one another. So they do where
    nobody leaves out more than two, as of three options: the numbers of people, of options and of pairs are as many
    as there are ways to answer, and tell how many chose all.
    """
    free = sum(not option.exclusive for option in question.options)
    most = free if question.max_choices is None else min(free, question.max_choices)
    least = max(1, question.min_choices)
    return least >= most - 1 or least >= free - _LEFT_OUT


def _graded(
    question: ScaleQuestion | Matrix, name: str, label: Text, stem: Text, questionnaire: Questionnaire
) -> Entry:
    scale = questionnaire.scale_by_code[question.scale]
    rated = is_rated(question, questionnaire)
    return Entry(
        name=name,
        label=label,
        stem=stem,
        labels={grade.code: grade.text for grade in scale.grades if grade.in_base or not rated},
        scale=scale,
        is_rated=rated,
        is_headline=name == questionnaire.headline,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is said of one question about one group of ballots.

    `counts` holds ballots by codes, merged where they were too few to be told apart; None: withheld. `rated` stands
    for rated questions, `nps` for those from 0 to 10, withheld figures included. `unknown` (grades outside the
    base), `blank` and `not_asked` are None where other answers tell the ballots apart.
    """

    name: str
    counts: tuple[tuple[tuple[str, ...], int], ...] | None
    rated: Rated | None = None
    nps: Figure | None = None
    unknown: int | None = None
    blank: int | None = None
    not_asked: int | None = None

    @property
    def n(self) -> int | None:
        """Ballots that count; None where withheld."""
        return None if self.counts is None else sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What figures carry besides counts.

    `spoilt` and `abstained` are papers without answers; None where nobody knows how many of them are selected.
    `by_answers`: who is selected depends on answers, so that the rest besides valid ballots is not told.
    """

    rules: Rules
    as_of: datetime
    threshold: int
    headcount: int | None = None
    issued: int | None = None
    spoilt: int | None = 0
    abstained: int | None = 0
    by_answers: bool = False

    def knows_base(self, rule: RateRule) -> bool:
        """Tell whether all that a rule takes into its base is known of the selected ballots."""
        added = set(rule.base_adds)
        if self.by_answers and added & {"unknown", "abstained", "blank"}:
            return False
        papers = {"spoilt": self.spoilt, "abstained": self.abstained}
        return not any(papers[name] is None for name in added & set(papers))

    def without_unknown(self, figure: Figure) -> Figure:
        """Return a figure without the counts that are not known of the selected ballots."""
        if self.by_answers:
            figure = replace(figure, returned=None, unknown=None, abstained=None, blank=None)
        if self.spoilt is None or self.abstained is None:
            figure = replace(figure, returned=None, spoilt=None, abstained=None)
        return figure


def reading(entry: Entry, counted: Counted | None, frame: Frame) -> Reading:
    """Return what is said of a question, from counts that have passed the gate (None: withheld)."""
    shown = None if counted is None else counted.groups
    rest = dict(counted.others) if counted is not None and counted.others is not None else None
    return Reading(
        name=entry.name,
        counts=shown,
        rated=_rated(entry, counted, frame) if entry.is_rated else None,
        nps=_nps(counted, frame) if entry.is_nps else None,
        unknown=None if rest is None else sum(rest.values()),
        blank=None if counted is None else counted.blank,
        not_asked=None if counted is None else counted.not_asked,
    )


def _rated(entry: Entry, counted: Counted | None, frame: Frame) -> Rated:
    """Return the verdict; a figure that would need to tell merged grades apart is withheld."""
    if entry.scale is None:
        raise ValueError(f"{entry.name} has no scale")
    tally, groups = _tally(counted, frame), [] if counted is None else [codes for codes, _ in counted.groups]
    is_scored = all(len({_score(entry.scale, code, frame.rules.index) for code in codes}) == 1 for codes in groups)
    return Rated(
        rate=_share(entry.scale, counted, frame.rules.rate, frame),
        strict=_share(entry.scale, counted, frame.rules.strict, frame),
        index=_figure_of(
            index(tally, entry.scale, frame.rules.index, as_of=frame.as_of, headcount=frame.headcount, threshold=1),
            frame,
            may_show=counted is not None and is_scored,
        ),
    )


def rate_of(entry: Entry, counted: Counted | None, frame: Frame) -> Figure:
    """Return the rate of a rated question alone, as `reading` has it."""
    if entry.scale is None:
        raise ValueError(f"{entry.name} has no scale")
    return _share(entry.scale, counted, frame.rules.rate, frame)


def _tally(counted: Counted | None, frame: Frame) -> Tally:
    if counted is None:
        return Tally()
    # A merged group counts as its first code: who asks has made sure that all of them count alike.
    return Tally(
        counts={codes[0]: count for codes, count in counted.groups} | _others(counted),
        blank=counted.blank or 0,
        not_asked=counted.not_asked or 0,
        spoilt=frame.spoilt or 0,
        abstained=frame.abstained or 0,
        issued=frame.issued,
    )


def _others(counted: Counted | None) -> dict[str, int]:
    return {} if counted is None else dict(counted.others or ())


def _share(scale: Scale, counted: Counted | None, rule: RateRule, frame: Frame) -> Figure:
    """Return a rate; where merged grades lie on both of its sides, the bounds that follow from what is shown."""
    if not reads(rule, scale):
        return off_scale(rule, as_of=frame.as_of, threshold=frame.threshold)
    if not frame.knows_base(rule):
        return Figure(rule=rule, as_of=frame.as_of).withhold(Reason.BASE_UNKNOWN, frame.threshold)
    tally, satisfied = _tally(counted, frame), frozenset(counted_grades(rule, scale))
    n = 0 if counted is None else counted.n
    low, high = (0, 0) if counted is None else _between(counted, satisfied)
    if low == high:
        others = next((grade.code for grade in scale.grades if grade.in_base and grade.code not in satisfied), "")
        counts = {next(iter(satisfied), ""): low, others: n - low}
        tally = replace(tally, counts={code: many for code, many in counts.items() if many} | _others(counted))
    figure = rate(tally, scale, rule, as_of=frame.as_of, headcount=frame.headcount, threshold=1)
    if low == high or high - low > WIDEST * n:
        return _figure_of(figure, frame, may_show=low == high and counted is not None)
    return figure.withhold(Reason.COMPLEMENTARY, frame.threshold, Bounds(Fraction(low, n), Fraction(high, n), n))


def _between(counted: Counted, satisfied: frozenset[str]) -> tuple[int, int]:
    """Return between what the number of the satisfied lies, by what is shown of these ballots and of the place."""
    low = sum(n for codes, n in counted.groups if satisfied.issuperset(codes))
    high = counted.n - sum(n for codes, n in counted.groups if satisfied.isdisjoint(codes))
    if counted.around is not None:
        all_satisfied = sum(n for codes, n in counted.around.groups if satisfied.issuperset(codes))
        low = max(low, counted.n - (counted.around.n - all_satisfied))
        high = min(high, all_satisfied)
    return low, high


def _figure_of(figure: Figure, frame: Frame, *, may_show: bool) -> Figure:
    if figure.withheld is not None:
        return figure.withhold(Reason.EMPTY, frame.threshold)
    if not may_show:
        return figure.withhold(Reason.COMPLEMENTARY, frame.threshold)
    if (figure.n or 0) < frame.threshold:
        return figure.withhold(Reason.BELOW_THRESHOLD, frame.threshold)
    return frame.without_unknown(figure)


def _score(scale: Scale, code: str, rule: IndexRule) -> float | None:
    grade: Grade = scale.by_code[code]
    return grade.score if rule.scores is None else dict(rule.scores).get(code)


def _nps(counted: Counted | None, frame: Frame) -> Figure:
    """Return the NPS; withheld where a merged group holds people of two camps."""
    groups = [] if counted is None else counted.groups
    by_answer = {int(codes[0]): count for codes, count in groups}
    rule = frame.rules.nps
    camps = [{_camp(int(code), rule) for code in codes} for codes, _ in groups]
    blank = 0 if counted is None else (counted.blank or 0) + (counted.not_asked or 0)
    figure = nps(
        by_answer, rule, as_of=frame.as_of, threshold=1, blank=blank, issued=frame.issued, headcount=frame.headcount
    )
    return _figure_of(figure, frame, may_show=bool(groups) and all(len(camp) == 1 for camp in camps))


def _camp(answer: int, rule: NpsRule) -> int:
    return (answer >= rule.promoters_from) - (answer <= rule.detractors_to)
