"""Hypothesis strategies: questionnaires of all kinds without a problem, and what people may send to them.

`questionnaires()` draws definitions that `checks.check` accepts without error or warning; `raw_answers(q)` draws
form input for one, good and bad mixed; `good_answers(q)` draws input that is refused nowhere by its kind.

Strategies are made once, and what depends on earlier draws is chosen by number: making and checking a strategy
takes longer than drawing from it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any as Anything
from typing import TypeVar

from hypothesis import strategies as st

from survey_app.questionnaire.definition import (
    KINDS,
    SPECIFY_LIMIT,
    VARIABLES,
    DateQuestion,
    Field,
    Grade,
    Item,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    ScaleQuestion,
    Section,
    ShortText,
    SingleChoice,
    Statement,
    fields_of,
)
from survey_app.questionnaire.rules import (
    All,
    Answer,
    Answered,
    Any,
    AnyOf,
    AtLeast,
    AtMost,
    Is,
    IsNot,
    Not,
    Rule,
    plain_number,
)
from survey_app.questionnaire.text import EMPTY, Text

_Each = TypeVar("_Each")

_LETTERS = "aZ9 满意\uff08\uff0c。”<>&\"'=+-@%\\/|\n\té😀"
words = st.one_of(
    st.text(_LETTERS, min_size=1, max_size=12),
    st.sampled_from([f"{{{name}}}" for name in VARIABLES]),
)
"""Wording with all that is awkward in HTML, spreadsheets and CSV, and variables."""
texts = st.builds(Text, words, words)
maybe_texts = st.one_of(st.just(EMPTY), texts)
_OPTION_CODES = ("{}", "o{}", "A_{}", "0{}")
_YES_OR_NO = st.booleans()
_SCORES = st.one_of(st.none(), st.integers(0, 100), st.floats(0, 100))
_BOUNDS = st.one_of(st.integers(-100, 100), st.floats(-100, 100))
_LIMITS = st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)).map(sorted)
_PERIODS = st.tuples(st.dates(), st.dates()).map(sorted)
_MINUTES = st.one_of(st.none(), st.integers(1, 120))
_FORM_CODES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,39}", fullmatch=True)
_DEEPEST = 3


@cache
def _between(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


def _one(draw: st.DrawFn, values: Sequence[_Each]) -> _Each:
    return values[draw(_between(0, len(values) - 1))]


@st.composite
def scales(draw: st.DrawFn, code: str = "S1") -> Scale:
    """Draw a scale of 2-6 grades with consistent marks."""
    grades = []
    for number in range(draw(_between(2, 6))):
        in_base = draw(_YES_OR_NO)
        satisfied = in_base and draw(_YES_OR_NO)
        grades.append(
            Grade(
                code=str(number),
                text=draw(texts),
                score=draw(_SCORES),
                satisfied=satisfied,
                strict=satisfied and draw(_YES_OR_NO),
                in_base=in_base,
            )
        )
    return Scale(code, draw(maybe_texts), tuple(grades))


def _options(draw: st.DrawFn, *, exclusive: bool = False) -> tuple[Option, ...]:
    pattern = _one(draw, _OPTION_CODES)
    return tuple(
        Option(
            code=pattern.format(number),
            text=draw(texts),
            exclusive=exclusive and number > 1 and draw(_YES_OR_NO),
            specify=draw(_YES_OR_NO),
        )
        for number in range(draw(_between(2, 5)))
    )


class _Drawing:
    """A questionnaire in the making: what stands before the question that is drawn next."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.scales = [draw(scales(f"S{number}")) for number in range(1, draw(_between(1, 2)) + 1)]
        self.before: list[Question] = []

    def question(self, code: str, kind: str) -> Question:
        """Draw the question `code` of `kind` and put it behind the others."""
        common: dict[str, Anything] = {
            "code": code,
            "text": self.draw(texts),
            "help": self.draw(maybe_texts),
            "required": kind != "statement" and self.draw(_YES_OR_NO),
            "shown_if": self.rule(),
        }
        question = BUILDERS[kind](self, common)
        self.before.append(question)
        return question

    def rule(self) -> Rule | None:
        """Draw a rule over the questions before, or none."""
        fields = [field for question in self.before for field in fields_of(question)]
        if not fields or self.draw(_YES_OR_NO):
            return None
        return self._condition(fields, _DEEPEST)

    def _condition(self, fields: Sequence[Field], deepest: int) -> Rule:
        shape = _one(self.draw, (None, None, Not, All, Any)) if deepest else None
        if shape is None:
            return self._comparison(_one(self.draw, fields))
        if shape is Not:
            return Not(self._condition(fields, deepest - 1))
        inner = range(self.draw(_between(0, 3)))
        return shape(tuple(self._condition(fields, deepest - 1) for _ in inner))

    def _comparison(self, field: Field) -> Rule:
        """Draw one of the comparisons that make sense for a field."""
        codes = self.codes(field)
        kinds: list[type[Rule]] = [Answered]
        if codes:
            kinds += [Is, IsNot, AnyOf]
        if field.specify is None and isinstance(field.question, Nps | Number):
            kinds += [AtLeast, AtMost]
        kind = _one(self.draw, kinds)
        if kind is Answered:
            return Answered(field.code)
        if kind is AnyOf:
            return AnyOf(field.code, tuple(_one(self.draw, codes) for _ in range(self.draw(_between(1, 3)))))
        return kind(field.code, self.draw(_BOUNDS) if kind in {AtLeast, AtMost} else _one(self.draw, codes))

    def codes(self, field: Field) -> list[str]:
        """Return the option codes that a field can be answered with; none where answers are free."""
        question = field.question
        if field.specify is not None:
            return []
        if isinstance(question, SingleChoice | MultipleChoice | Ranking):
            return [option.code for option in question.options]
        if isinstance(question, ScaleQuestion | Matrix):
            return next([*scale.by_code] for scale in self.scales if scale.code == question.scale)
        return [str(value) for value in range(11)] if isinstance(question, Nps) else []


def _scale_code(making: _Drawing) -> str:
    return _one(making.draw, making.scales).code


def _single(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    return SingleChoice(**common, options=_options(making.draw), random_order=making.draw(_YES_OR_NO))


def _multiple(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    options = _options(making.draw, exclusive=True)
    most = _one(making.draw, (None, *range(1, len(options) + 1)))
    ordinary = sum(not option.exclusive for option in options)
    return MultipleChoice(
        **common,
        options=options,
        min_choices=making.draw(_between(0, min(most or ordinary, ordinary))),
        max_choices=most,
        random_order=making.draw(_YES_OR_NO),
    )


def _scale(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    return ScaleQuestion(**common, scale=_scale_code(making))


def _matrix(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    sources = [each for each in making.before if isinstance(each, MultipleChoice | Ranking)]
    source = _one(making.draw, (None, *sources))
    items = tuple(
        Item(
            code=f"{common['code']}_r{number}",
            text=making.draw(texts),
            when=_one(making.draw, source.options).code if source is not None else None,
        )
        for number in range(making.draw(_between(1, 4)))
    )
    return Matrix(
        **common, scale=_scale_code(making), items=items, rows_from=source.code if source is not None else None
    )


def _nps(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    return Nps(**common, low=making.draw(maybe_texts), high=making.draw(maybe_texts))


def _number(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    low, high = making.draw(_LIMITS)
    return Number(
        **common,
        minimum=_one(making.draw, (None, low)),
        maximum=_one(making.draw, (None, high, high + 0.5)),
        decimals=making.draw(_between(0, 6)),
        unit=making.draw(maybe_texts),
    )


def _short_text(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    return ShortText(**common, max_length=making.draw(_between(1, 500)))


def _long_text(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    return LongText(**common, max_length=making.draw(_between(1, 5000)))


def _date(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    first, last = making.draw(_PERIODS)
    return DateQuestion(
        **common,
        earliest=_one(making.draw, (None, first.isoformat())),
        latest=_one(making.draw, (None, last.isoformat())),
    )


def _ranking(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    options = _options(making.draw)
    return Ranking(**common, options=options, top=making.draw(_between(1, len(options))))


def _statement(making: _Drawing, common: Mapping[str, Anything]) -> Question:
    return Statement(**common)


BUILDERS: dict[str, Callable[[_Drawing, Mapping[str, Anything]], Question]] = {
    "single": _single,
    "multiple": _multiple,
    "scale": _scale,
    "matrix": _matrix,
    "nps": _nps,
    "number": _number,
    "short_text": _short_text,
    "long_text": _long_text,
    "date": _date,
    "ranking": _ranking,
    "statement": _statement,
}
"""How a question of each kind is drawn."""


@st.composite
def questionnaires(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS)) -> Questionnaire:
    """Draw a questionnaire with questions of `kinds` in 1-3 sections, free of errors and warnings."""
    making = _Drawing(draw)
    sections = []
    answerable = False
    for page in range(draw(_between(1, 3))):
        section_rule = making.rule()
        drawn = [_one(draw, kinds) for _ in range(draw(_between(1, 4)))]
        if not answerable and set(drawn) == {"statement"}:
            drawn.append("single")
        answerable = True
        questions = tuple(making.question(f"Q{page}_{number}", kind) for number, kind in enumerate(drawn))
        sections.append(Section(f"s{page}", draw(maybe_texts), questions, draw(maybe_texts), section_rule))
    rated = [
        field.code
        for question in making.before
        for field in fields_of(question)
        if isinstance(question, ScaleQuestion | Matrix)
    ]
    headline = _one(draw, (None, *rated))
    return Questionnaire(
        code=draw(_FORM_CODES),
        title=draw(texts),
        sections=tuple(sections),
        scales=tuple(making.scales),
        description=draw(maybe_texts),
        notice=draw(maybe_texts),
        consent=draw(maybe_texts),
        closing=draw(maybe_texts),
        minutes=draw(_MINUTES),
        headline=headline,
        wave_link=_one(draw, (None, "W10")) if headline is not None else None,
        paged=draw(_YES_OR_NO),
    )


_JUNK = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", " ", "0", "1", "10", "-1", "1e999", "NaN", "2.5", "1,000", "2017-04-11", "\x00", "=1"]),
)


def _good_values(field: Field, questionnaire: Questionnaire) -> st.SearchStrategy[list[str]]:
    """Return raw values that the kind of `field` takes."""
    question = field.question
    if field.specify is not None:
        return st.text("ab 好", min_size=1, max_size=SPECIFY_LIMIT).map(lambda text: [text])
    match question:
        case SingleChoice():
            return st.sampled_from([[option.code] for option in question.options])
        case MultipleChoice():
            return _good_choices(question)
        case ScaleQuestion() | Matrix():
            return st.sampled_from([[code] for code in questionnaire.scale_by_code[question.scale].by_code])
        case Nps():
            return st.integers(0, 10).map(lambda number: [str(number)])
        case Number():
            low = -1000 if question.minimum is None else int(question.minimum)
            high = 1000 if question.maximum is None else math.floor(question.maximum)
            return st.integers(low, high).map(lambda number: [str(number)])
        case ShortText() | LongText():
            return st.text("ab\n 好", min_size=1, max_size=min(question.max_length, 20)).map(lambda text: [text])
        case DateQuestion():
            return _good_days(question)
        case Ranking():
            codes = [option.code for option in question.options]
            return st.permutations(codes).flatmap(
                lambda order: st.integers(1, question.top).map(lambda count: list(order[:count]))
            )
        case Statement():
            return st.just([])


def _good_choices(question: MultipleChoice) -> st.SearchStrategy[list[str]]:
    ordinary = [option.code for option in question.options if not option.exclusive]
    alone = [[option.code] for option in question.options if option.exclusive]
    several = st.lists(
        st.sampled_from(ordinary),
        unique=True,
        min_size=max(1, question.min_choices),
        max_size=min(question.max_choices or len(ordinary), len(ordinary)),
    )
    return st.one_of(several, st.sampled_from(alone)) if alone else several


def _good_days(question: DateQuestion) -> st.SearchStrategy[list[str]]:
    bounds = {}
    if question.earliest is not None:
        bounds["min_value"] = date.fromisoformat(question.earliest)
    if question.latest is not None:
        bounds["max_value"] = date.fromisoformat(question.latest)
    return st.dates(**bounds).map(lambda day: [day.isoformat()])


@st.composite
def good_answers(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, list[str]]:
    """Draw raw input in which every value suits its field; fields may be missing or off the path."""
    return {
        code: draw(_good_values(field, questionnaire))
        for code, field in questionnaire.fields.items()
        if draw(st.integers(0, 4))
    }


@st.composite
def raw_answers(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, list[str]]:
    """Draw raw input as hostile as it comes: good values, junk, several where one is due, unknown fields."""
    raw = draw(good_answers(questionnaire))
    for code in [*questionnaire.fields, "unknown"]:
        if draw(st.integers(0, 3)) == 0:
            raw[code] = draw(st.lists(_JUNK, max_size=3))
    return raw


def as_raw(answers: Mapping[str, Answer]) -> dict[str, list[str]]:
    """Return cleaned answers as a form would send them again."""
    return {
        code: list(answer)
        if isinstance(answer, list)
        else [answer if isinstance(answer, str) else plain_number(answer)]
        for code, answer in answers.items()
    }
