"""Rules in words, for everybody who does not run them: a page without script, the author, the printed form.

Questions are named by their number. Numbers run through the whole questionnaire and stay the same whatever is
hidden, so that page, paper and words agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from flask_babel import gettext as _
from flask_babel import pgettext

from survey_app.questionnaire.definition import Field, Matrix, Questionnaire, Statement, options_of, scale_of
from survey_app.questionnaire.rules import (
    All,
    Answered,
    Any,
    AnyOf,
    AtLeast,
    AtMost,
    Comparison,
    Is,
    IsNot,
    Not,
    Rule,
    plain_number,
)
from survey_app.questionnaire.text import Text
from survey_app.web import formats

Wording: TypeAlias = Callable[[Text], str]
"""How a text is written for this reader: in which language, and with which variables filled in."""


def question_numbers(questionnaire: Questionnaire) -> Mapping[str, int]:
    """Return the number of each question by its code; statements have none."""
    asked = (question.code for question in questionnaire.questions if not isinstance(question, Statement))
    return {code: number for number, code in enumerate(asked, start=1)}


def only_if(rule: Rule, questionnaire: Questionnaire, word: Wording = formats.words) -> str:
    """Return when a question is to be answered: “仅当第 1 题选了“知道，并接触过”时填写。”."""
    return _("Answer this only if %(condition)s.", condition=rule_words(rule, questionnaire, word))


def section_only_if(rule: Rule, questionnaire: Questionnaire, word: Wording = formats.words) -> str:
    """Return when a whole section is to be answered."""
    return _("Answer this part only if %(condition)s.", condition=rule_words(rule, questionnaire, word))


def only_chosen_rows(matrix: Matrix, questionnaire: Questionnaire) -> str:
    """Return which rows of a matrix are to be answered: those chosen in an earlier question."""
    number = question_numbers(questionnaire).get(matrix.rows_from or "")
    return _("Rate only those that you chose in question %(number)s.", number=number)


def rule_words(rule: Rule, questionnaire: Questionnaire, word: Wording = formats.words) -> str:
    """Return a rule as a clause without full stop, in the reader's language.

    A rule about a question that is not there names its code, so that an author sees what to mend.
    """
    match rule:
        case All(rules) if rules:
            return pgettext("between conditions", " and ").join(_part(each, questionnaire, word) for each in rules)
        case Any(rules) if rules:
            return pgettext("between conditions", " or ").join(_part(each, questionnaire, word) for each in rules)
        case All():
            return _("it is always so")
        case Any():
            return _("it is never so")
        case Not(Answered(code)):
            return _("%(question)s was not answered", question=_place(code, questionnaire, word))
        case Not(Is() | AnyOf() as inner):
            return _(
                "%(question)s was not answered with %(answer)s",
                question=_place(inner.question, questionnaire, word),
                answer=_answers(inner.question, _values(inner), questionnaire, word),
            )
        case Not(inner):
            return _("it is not so that %(condition)s", condition=_part(inner, questionnaire, word))
        case _:
            return _comparison(rule, questionnaire, word)


def _part(rule: Rule, questionnaire: Questionnaire, word: Wording) -> str:
    """Put brackets around what would be read wrongly without."""
    words = rule_words(rule, questionnaire, word)
    is_simple = not isinstance(rule, All | Any) or len(rule.rules) < 2
    return words if is_simple else _("(%(words)s)", words=words)


def _comparison(rule: Comparison, questionnaire: Questionnaire, word: Wording) -> str:
    where = _place(rule.question, questionnaire, word)
    match rule:
        case Answered():
            return _("%(question)s was answered", question=where)
        case AtLeast(value=number):
            return _("%(question)s is %(number)s or more", question=where, number=plain_number(number))
        case AtMost(value=number):
            return _("%(question)s is %(number)s or less", question=where, number=plain_number(number))
        case IsNot(value=value):
            return _(
                "%(question)s was answered, but not with %(answer)s",
                question=where,
                answer=_answers(rule.question, (value,), questionnaire, word),
            )
        case Is() | AnyOf():
            return _(
                "%(question)s was answered with %(answer)s",
                question=where,
                answer=_answers(rule.question, _values(rule), questionnaire, word),
            )


def _values(rule: Is | AnyOf) -> tuple[str, ...]:
    return (rule.value,) if isinstance(rule, Is) else rule.values


def _place(code: str, questionnaire: Questionnaire, word: Wording) -> str:
    place = questionnaire.fields.get(code)
    if place is None:
        return _("question %(number)s", number=code)
    number = question_numbers(questionnaire)[place.question.code]
    if place.item is None and place.specify is None:
        return _("question %(number)s", number=number)
    return _("“%(item)s” in question %(number)s", number=number, item=word(place.label))


def _answers(code: str, values: tuple[str, ...], questionnaire: Questionnaire, word: Wording) -> str:
    texts = _answer_texts(questionnaire.fields.get(code), questionnaire)
    named = (word(texts[value]) if value in texts else value for value in values)
    return pgettext("between answers", " or ").join(_("“%(answer)s”", answer=each) for each in named)


def _answer_texts(place: Field | None, questionnaire: Questionnaire) -> dict[str, Text]:
    """Return the words of the codes that a field can be answered with."""
    if place is None or place.specify is not None:
        return {}
    if (scale := scale_of(place.question)) is not None:
        return {grade.code: grade.text for grade in questionnaire.scale_by_code[scale].grades}
    return {option.code: option.text for option in options_of(place.question)}
