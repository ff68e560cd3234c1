"""All problems of a definition at once, each with the code of the place it is about.

A problem is an error (the questionnaire cannot be published) or a warning (it can; somebody should look).
`kind` is a key of the error catalogue; the web layer words it in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import singledispatch

from survey_app.questionnaire.definition import (
    CODE,
    OPTION_CODE,
    VARIABLES,
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
    Section,
    ShortText,
    SingleChoice,
    Statement,
    fields_of,
    scale_of,
)
from survey_app.questionnaire.rules import AnyOf, AtLeast, AtMost, Comparison, Is, IsNot, Rule, comparisons
from survey_app.questionnaire.text import Text

FEWEST = 2
"""Options or grades with words that a question to choose from needs."""
_VARIABLE = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `where` is the code of a question, section, scale or row; "" is the questionnaire."""

    where: str
    kind: str
    params: Mapping[str, object] = field(default_factory=dict)
    is_error: bool = True


def check(questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """Return every problem of `questionnaire`, errors and warnings, in reading order, each once."""
    found = {(each.where, each.kind, tuple(each.params.items())): each for each in _all_problems(questionnaire)}
    return tuple(found.values())


def errors(questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """Return only the problems that forbid publishing."""
    return tuple(problem for problem in check(questionnaire) if problem.is_error)


def _all_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    yield from _heading(questionnaire)
    yield from _codes(questionnaire)
    for scale in questionnaire.scales:
        yield from _scale(scale)
    earlier: set[str] = set()
    for section in questionnaire.sections:
        yield from _section(section)
        yield from _rule(section.code, section.shown_if, earlier, questionnaire)
        for question in section.questions:
            yield from _texts(question.code, question.text, question.help)
            yield from _rule(question.code, question.shown_if, earlier, questionnaire)
            if (scale_code := scale_of(question)) is not None:
                yield from _scale_reference(question.code, scale_code, questionnaire)
            yield from _options(question)
            yield from check_kind(question)
            if isinstance(question, Matrix) and question.rows_from is not None:
                yield from _rows_from(question, earlier, questionnaire)
            earlier.update(each.code for each in fields_of(question))


def _heading(questionnaire: Questionnaire) -> Iterator[Problem]:
    if not CODE.match(questionnaire.code):
        yield Problem("", "bad_code", {"code": questionnaire.code})
    texts = (
        questionnaire.title,
        questionnaire.description,
        questionnaire.notice,
        questionnaire.consent,
        questionnaire.closing,
    )
    if not questionnaire.title:
        yield Problem("", "no_title")
    yield from _texts("", *texts, may_be_empty=True)
    if questionnaire.minutes is not None and not 1 <= questionnaire.minutes <= 120:
        yield Problem("", "bad_minutes", {"least": 1, "most": 120})
    if questionnaire.wave_link is not None and questionnaire.headline is None:
        yield Problem("", "wave_link_without_headline", {"code": questionnaire.wave_link})
    if not questionnaire.fields:
        yield Problem("", "no_questions")
    if questionnaire.headline is not None:
        place = questionnaire.fields.get(questionnaire.headline)
        if place is None or scale_of(place.question) is None:
            yield Problem("", "headline_not_scale", {"code": questionnaire.headline})


def _codes(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Codes are well formed and unique: sections among sections, questions and fields together."""
    for group in (
        [section.code for section in questionnaire.sections],
        [scale.code for scale in questionnaire.scales],
        _question_and_field_codes(questionnaire),
    ):
        seen: set[str] = set()
        for code in group:
            if not CODE.match(code):
                yield Problem(code, "bad_code", {"code": code})
            if code.casefold() in seen:
                yield Problem(code, "duplicate_code", {"code": code})
            seen.add(code.casefold())


def _question_and_field_codes(questionnaire: Questionnaire) -> list[str]:
    codes: list[str] = []
    for question in questionnaire.questions:
        codes.append(question.code)
        in_it = [each.code for each in fields_of(question)]
        codes.extend(in_it if isinstance(question, Matrix) else in_it[1:])
    return codes


def _scale(scale: Scale) -> Iterator[Problem]:
    yield from _answers(scale.code, scale.grades)
    yield from _texts(scale.code, scale.name, may_be_empty=True)
    is_of_satisfaction = any("满意" in each.text.zh or "satisf" in each.text.en.lower() for each in scale.grades)
    if is_of_satisfaction and not any(grade.satisfied for grade in scale.grades):
        yield Problem(scale.code, "nobody_satisfied", is_error=False)
    for grade in scale.grades:
        if grade.strict and not grade.satisfied:
            yield Problem(scale.code, "strict_not_satisfied", {"option": grade.code})
        if grade.satisfied and not grade.in_base:
            yield Problem(scale.code, "satisfied_not_in_base", {"option": grade.code})
        if grade.score is not None and not 0 <= grade.score <= 100:
            yield Problem(scale.code, "score_out_of_range", {"option": grade.code})


def _section(section: Section) -> Iterator[Problem]:
    yield from _texts(section.code, section.title, section.intro, may_be_empty=True)
    if not section.questions:
        yield Problem(section.code, "empty_section", is_error=False)


def _texts(where: str, *texts: Text, may_be_empty: bool = False) -> Iterator[Problem]:
    """The first text must have words unless `may_be_empty`. Chinese comes first: English may follow later."""
    for position, text in enumerate(texts):
        if not text:
            if position == 0 and not may_be_empty:
                yield Problem(where, "no_text")
            continue
        if not text.zh:
            yield Problem(where, "no_chinese")
        elif not text.en:
            yield Problem(where, "untranslated", is_error=False)
        for words in (text.zh, text.en):
            for name in _VARIABLE.findall(words):
                if name not in VARIABLES:
                    yield Problem(where, "unknown_variable", {"name": name})


def _scale_reference(where: str, scale_code: str, questionnaire: Questionnaire) -> Iterator[Problem]:
    if scale_code not in questionnaire.scale_by_code:
        yield Problem(where, "unknown_scale", {"scale": scale_code})


def _options(question: BaseQuestion) -> Iterator[Problem]:
    if not isinstance(question, SingleChoice | MultipleChoice | Ranking):
        return
    yield from _answers(question.code, question.options)
    for option in question.options:
        if option.exclusive and not isinstance(question, MultipleChoice):
            yield Problem(question.code, "exclusive_not_multiple", {"option": option.code})


def _answers(where: str, answers: Sequence[Option] | Sequence[Grade]) -> Iterator[Problem]:
    """Codes and words of options or grades; where too few have words, that alone is said and not each of them."""
    is_short = not _has_answers(answers)
    if is_short:
        yield Problem(where, "too_few_options", {"least": FEWEST})
    seen: set[str] = set()
    for answer in answers:
        yield from _option_code(where, answer.code, seen)
        if answer.text:
            yield from _texts(where, answer.text)
        elif not is_short:
            yield Problem(where, "option_without_text", {"option": answer.code})


def _has_answers(answers: Sequence[Option] | Sequence[Grade]) -> bool:
    return sum(bool(answer.text) for answer in answers) >= FEWEST


def _option_code(where: str, code: str, seen: set[str]) -> Iterator[Problem]:
    if not OPTION_CODE.match(code):
        yield Problem(where, "bad_option_code", {"option": code})
    if code in seen:
        yield Problem(where, "duplicate_option", {"option": code})
    seen.add(code)


def _rule(where: str, rule: Rule | None, earlier: set[str], questionnaire: Questionnaire) -> Iterator[Problem]:
    for comparison in comparisons(rule):
        place = questionnaire.fields.get(comparison.question)
        if place is None:
            yield Problem(where, "rule_unknown_question", {"code": comparison.question})
        elif comparison.question not in earlier:
            yield Problem(where, "rule_not_earlier", {"code": comparison.question})
        elif _names_no_answer(comparison):
            yield Problem(where, "rule_without_values", {"code": comparison.question})
        elif place.specify is None:
            yield from _comparison(where, comparison, place.question, questionnaire)


def _names_no_answer(comparison: Comparison) -> bool:
    if isinstance(comparison, AnyOf):
        return not comparison.values
    return isinstance(comparison, Is | IsNot) and not comparison.value


def _comparison(
    where: str, comparison: Comparison, question: BaseQuestion, questionnaire: Questionnaire
) -> Iterator[Problem]:
    """The value that a rule compares with is one that the question can have."""
    if isinstance(comparison, AtLeast | AtMost) and not isinstance(question, Nps | Number):
        yield Problem(where, "rule_not_a_number", {"code": comparison.question})
    wanted: tuple[str, ...] = ()
    if isinstance(comparison, Is | IsNot):
        wanted = (comparison.value,)
    elif isinstance(comparison, AnyOf):
        wanted = comparison.values
    known = _answer_codes(question, questionnaire)
    for value in wanted:
        if known is not None and value not in known:
            yield Problem(where, "rule_unknown_option", {"code": comparison.question, "option": value})


def _answer_codes(question: BaseQuestion, questionnaire: Questionnaire) -> set[str] | None:
    """Return the option codes that the question can be answered with; None where answers are free."""
    if isinstance(question, SingleChoice | MultipleChoice | Ranking):
        return {option.code for option in question.options}
    if isinstance(question, ScaleQuestion | Matrix):
        scale = questionnaire.scale_by_code.get(question.scale)
        return set(scale.by_code) if scale is not None else None
    if isinstance(question, Nps):
        return {str(value) for value in range(11)}
    return None


def _rows_from(question: Matrix, earlier: set[str], questionnaire: Questionnaire) -> Iterator[Problem]:
    source = questionnaire.question_by_code.get(question.rows_from or "")
    if not isinstance(source, MultipleChoice | Ranking) or question.rows_from not in earlier:
        yield Problem(question.code, "rows_from_not_earlier_choice", {"code": question.rows_from})
        return
    known = {option.code for option in source.options}
    for item in question.items:
        if item.when not in known:
            yield Problem(question.code, "row_without_option", {"row": item.code})


@singledispatch
def check_kind(question: BaseQuestion) -> Iterator[Problem]:
    """Yield the problems that only this kind of question can have."""
    raise NotImplementedError(type(question).__name__)


@check_kind.register
def _(question: SingleChoice | ScaleQuestion) -> Iterator[Problem]:
    yield from ()


@check_kind.register
def _(question: Nps) -> Iterator[Problem]:
    yield from _texts(question.code, question.low, question.high, may_be_empty=True)


@check_kind.register
def _(question: Statement) -> Iterator[Problem]:
    if question.required:
        yield Problem(question.code, "statement_required")


@check_kind.register
def _(question: MultipleChoice) -> Iterator[Problem]:
    if not _has_answers(question.options):
        return
    ordinary = sum(not option.exclusive for option in question.options)
    if question.max_choices is not None and not 1 <= question.max_choices <= len(question.options):
        yield Problem(question.code, "bad_max_choices", {"most": question.max_choices})
    if not 0 <= question.min_choices <= (question.max_choices or ordinary):
        yield Problem(question.code, "bad_min_choices", {"least": question.min_choices})


@check_kind.register
def _(question: Matrix) -> Iterator[Problem]:
    has_rows = any(item.text for item in question.items)
    if not has_rows:
        yield Problem(question.code, "no_rows")
    for item in question.items:
        if item.text:
            yield from _texts(question.code, item.text)
        elif has_rows:
            yield Problem(question.code, "row_without_text", {"row": item.code})
        if item.when is not None and question.rows_from is None:
            yield Problem(question.code, "row_condition_without_source", {"row": item.code})


@check_kind.register
def _(question: Number) -> Iterator[Problem]:
    yield from _texts(question.code, question.unit, may_be_empty=True)
    low, high = question.minimum, question.maximum
    if low is not None and high is not None and low > high:
        yield Problem(question.code, "minimum_over_maximum")
    if not 0 <= question.decimals <= 6:
        yield Problem(question.code, "bad_decimals", {"most": 6})


@check_kind.register
def _(question: ShortText) -> Iterator[Problem]:
    if not 1 <= question.max_length <= 500:
        yield Problem(question.code, "bad_max_length", {"most": 500})


@check_kind.register
def _(question: LongText) -> Iterator[Problem]:
    if not 1 <= question.max_length <= 5000:
        yield Problem(question.code, "bad_max_length", {"most": 5000})


@check_kind.register
def _(question: DateQuestion) -> Iterator[Problem]:
    days: list[date] = []
    for value in (question.earliest, question.latest):
        if value is None:
            continue
        try:
            days.append(date.fromisoformat(value))
        except ValueError:
            yield Problem(question.code, "bad_date", {"value": value})
    if len(days) == 2 and days[0] > days[1]:
        yield Problem(question.code, "earliest_after_latest")


@check_kind.register
def _(question: Ranking) -> Iterator[Problem]:
    if _has_answers(question.options) and not 1 <= question.top <= len(question.options):
        yield Problem(question.code, "bad_top", {"most": len(question.options)})
