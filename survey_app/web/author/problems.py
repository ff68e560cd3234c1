"""What is wrong with a questionnaire, in words, and where: for its author, who knows Excel and no code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.questionnaire.checks import Problem
from survey_app.questionnaire.definition import Field, Questionnaire, options_of
from survey_app.questionnaire.text import Text
from survey_app.web import formats
from survey_app.web.rule_words import question_numbers

WORDS: Mapping[str, LazyString] = {
    "no_title": _l("The questionnaire has no title."),
    "no_questions": _l("There is no question to answer yet."),
    "bad_minutes": _l("The time that it takes must be %(least)s to %(most)s minutes."),
    "headline_not_scale": _l("The headline figure must come from a question with a scale; “%(code)s” is none."),
    "wave_link_without_headline": _l(
        "It names a counterpart in the first evaluation (“%(code)s”), but no headline question of its own."
    ),
    "bad_code": _l("The code “%(code)s” is not allowed: letters, digits and underscores, a letter first."),
    "duplicate_code": _l("The code “%(code)s” is used twice."),
    "empty_section": _l("This section has no question."),
    "no_text": _l("Words are missing here."),
    "untranslated": _l("Not yet translated: the wording in %(missing)s is missing."),
    "unknown_variable": _l("“{%(name)s}” is none of the variables that can be filled in."),
    "unknown_scale": _l("The scale “%(scale)s” does not exist."),
    "too_few_options": _l("At least %(least)s options are needed."),
    "bad_option_code": _l("The option code “%(option)s” is not allowed: letters, digits and underscores."),
    "duplicate_option": _l("The option code “%(option)s” is used twice."),
    "exclusive_not_multiple": _l("“%(option)s” excludes all others, which only a multiple choice can need."),
    "strict_not_satisfied": _l("“%(option)s” counts as strictly satisfied, but not as satisfied."),
    "satisfied_not_in_base": _l("“%(option)s” counts as satisfied, but is left out of the base."),
    "score_out_of_range": _l("The score of “%(option)s” must be 0 to 100."),
    "rule_unknown_question": _l("The condition refers to “%(code)s”, which does not exist."),
    "rule_not_earlier": _l("The condition refers to %(question)s, which is not asked before."),
    "rule_without_values": _l("The condition about %(question)s names no answer."),
    "rule_not_a_number": _l("The condition compares %(question)s with a number, but its answer is none."),
    "rule_unknown_option": _l("The condition names the answer “%(option)s”, which %(question)s does not have."),
    "rows_from_not_earlier_choice": _l(
        "Its rows come from “%(code)s”, which is not an earlier multiple choice or ranking."
    ),
    "row_without_option": _l("Row “%(row)s” belongs to no option of the question that its rows come from."),
    "row_condition_without_source": _l("Row “%(row)s” waits for an option, but no question is named for it."),
    "no_rows": _l("The matrix has no rows."),
    "statement_required": _l("Words to read cannot be required: there is nothing to answer."),
    "bad_max_choices": _l("At most %(most)s choices do not go with the number of options."),
    "bad_min_choices": _l("At least %(least)s choices do not go with the options and the most allowed."),
    "minimum_over_maximum": _l("The smallest number is larger than the largest one."),
    "bad_decimals": _l("Decimals must be 0 to %(most)s."),
    "bad_max_length": _l("The longest answer must have 1 to %(most)s characters."),
    "bad_date": _l("“%(value)s” is no date of the form 2026-04-11."),
    "earliest_after_latest": _l("The earliest day is after the latest one."),
    "bad_top": _l("The number of places must be 1 to %(most)s."),
}
"""The sentence for every kind of problem; its blanks are the problem's own parameters and `question`."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A problem as its author reads it: the place with the anchor in the outline, and the sentence."""

    place: str
    anchor: str
    words: str
    is_error: bool


def worded(problems: Iterable[Problem], questionnaire: Questionnaire) -> list[Worded]:
    """Return the problems in words, in the order given."""
    return [
        Worded(
            _place(problem.where, questionnaire),
            _anchor(problem.where, questionnaire),
            problem_words(problem, questionnaire),
            problem.is_error,
        )
        for problem in problems
    ]


def problem_words(problem: Problem, questionnaire: Questionnaire) -> str:
    """Return the sentence for one problem. Raises `KeyError` for a kind that has none."""
    params = dict(problem.params)
    if "option" in params:
        about = str(params.get("code") or problem.where)
        params["option"] = _option(about, str(params["option"]), questionnaire)
    if "code" in params:
        params["question"] = _place(str(params["code"]), questionnaire)
    if "row" in params:
        place = questionnaire.fields.get(str(params["row"]))
        params["row"] = formats.words(place.label) or place.code if place is not None else params["row"]
    if "missing" in params:
        params["missing"] = _("English") if params["missing"] == "en" else _("Chinese")
    return str(WORDS[problem.kind]) % params


def _place(where: str, questionnaire: Questionnaire) -> str:
    """Return what people call the place with this code."""
    if not where:
        return _("The whole questionnaire")
    place = questionnaire.fields.get(where)
    question = questionnaire.question_by_code.get(where) or (place.question if place is not None else None)
    if question is not None:
        number = question_numbers(questionnaire).get(question.code)
        words = _short(question.text)
        if number is None:
            return _("“%(words)s”", words=words)
        return _("question %(number)s “%(words)s”", number=number, words=words)
    if where in questionnaire.scale_by_code:
        name = questionnaire.scale_by_code[where].name
        return _("scale “%(name)s”", name=formats.words(name) or where)
    for section in questionnaire.sections:
        if section.code == where:
            return _("section “%(name)s”", name=_short(section.title) or where)
    return where


def _anchor(where: str, questionnaire: Questionnaire) -> str:
    place: Field | None = questionnaire.fields.get(where)
    code = place.question.code if place is not None else where
    return f"at-{code}" if code else "outline"


def _short(text: Text) -> str:
    words = formats.words(text)
    return words if len(words) <= 24 else f"{words[:23]}…"


def _option(about: str, code: str, questionnaire: Questionnaire) -> str:
    """Return the words of an option of a question or scale; its code where it has none."""
    place = questionnaire.fields.get(about)
    question = questionnaire.question_by_code.get(about) or (place.question if place is not None else None)
    texts = {option.code: option.text for option in options_of(question)} if question is not None else {}
    if about in questionnaire.scale_by_code:
        texts = {grade.code: grade.text for grade in questionnaire.scale_by_code[about].grades}
    return formats.words(texts[code]) or code if code in texts else code
