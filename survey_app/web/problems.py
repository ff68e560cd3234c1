"""What is wrong with an answer, in words: one catalogue for the page, for imported files and for keyed paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from survey_app.questionnaire.answers import AnswerProblem
from survey_app.questionnaire.definition import (
    Field,
    LongText,
    Matrix,
    Number,
    Questionnaire,
    ShortText,
    options_of,
)
from survey_app.questionnaire.rules import plain_number
from survey_app.web import formats


def answer_problem_words(problem: AnswerProblem, questionnaire: Questionnaire, locale: str | None = None) -> str:
    """Return one or two sentences: what is wrong and how to mend it.

    In the reader's language, or in `locale`. Raises `KeyError` for a kind that has no words here.
    """
    with force_locale(locale) if locale is not None else nullcontext():
        return _WORDS[problem.kind](problem.params, questionnaire.fields.get(problem.field))


Words = Callable[[Mapping[str, Any], Field | None], str]


def _required(params: Mapping[str, Any], place: Field | None) -> str:
    if place is not None and isinstance(place.question, Matrix):
        return _("Please rate this item.")
    if place is not None and isinstance(place.question, Number | ShortText | LongText):
        return _("Please fill this in.")
    return _("Please answer this question.")


def _exclusive(params: Mapping[str, Any], place: Field | None) -> str:
    options = options_of(place.question) if place is not None else ()
    texts = {option.code: option.text for option in options}
    option = params["option"]
    words = formats.words(texts[option]) if option in texts else option
    return _("“%(option)s” cannot be chosen together with others.", option=words)


def _out_of_range(params: Mapping[str, Any], place: Field | None) -> str:
    low: float | None = params.get("low")
    high: float | None = params.get("high")
    if low is None:
        if high is None:
            return _("The number is too large.")
        return _("Please fill in a number of %(high)s or less.", high=plain_number(high))
    if high is None:
        return _("Please fill in a number of %(low)s or more.", low=plain_number(low))
    return _("Please fill in a number from %(low)s to %(high)s.", low=plain_number(low), high=plain_number(high))


def _day(value: str) -> str:
    return formats.day(date.fromisoformat(value))


_WORDS: Mapping[str, Words] = {
    "required": _required,
    "consent_required": lambda params, place: _(
        "Please tick this box: nothing can be sent without your consent."
        " If you would rather not take part, close the page."
    ),
    "unknown_option": lambda params, place: _("“%(value)s” is not one of the answers.", value=params["value"]),
    "exclusive": _exclusive,
    "too_many": lambda params, place: _("Please choose at most %(most)s.", most=params["most"]),
    "too_few": lambda params, place: _("Please choose at least %(least)s.", least=params["least"]),
    "too_long": lambda params, place: _(
        "At most %(limit)s characters, please; these are %(length)s.",
        limit=params["limit"],
        length=params["length"],
    ),
    "not_a_number": lambda params, place: _("Please fill in a number, in digits."),
    "out_of_range": _out_of_range,
    "not_whole": lambda params, place: _("Please fill in a whole number."),
    "too_precise": lambda params, place: _(
        "Please fill in a number with at most %(decimals)s decimals.", decimals=params["decimals"]
    ),
    "not_a_date": lambda params, place: _("Please fill in a day that exists, such as 2017-04-11."),
    "too_early": lambda params, place: _("Please fill in %(day)s or a later day.", day=_day(params["earliest"])),
    "too_late": lambda params, place: _("Please fill in %(day)s or an earlier day.", day=_day(params["latest"])),
    "ranked_twice": lambda params, place: _("Each item can have one place only."),
    "one_only": lambda params, place: _("Please give one answer only."),
    "not_a_question": lambda params, place: _("Nothing is to be answered here."),
}
"""The words of every kind of `AnswerProblem`."""
