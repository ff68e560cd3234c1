"""What is wrong with a questionnaire, in words, and where: for its author, who knows Excel and no code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.questionnaire.checks import Problem
from survey_app.questionnaire.definition import Field, Questionnaire, options_of
from survey_app.questionnaire.fresh import is_blank
from survey_app.questionnaire.headlines import rated_fields
from survey_app.web import formats
from survey_app.web.author.designer_languages import has_english
from survey_app.web.author.designer_places import WHOLE, Gone, Place, gone_words, place_of, place_words
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
    "no_text": _l("The question has no words yet."),
    "no_chinese": _l("The Chinese words are missing; there are English ones only."),
    "untranslated": _l("The English words are missing."),
    "unknown_variable": _l("“{%(name)s}” is none of the variables that can be filled in."),
    "unknown_scale": _l("The scale “%(scale)s” does not exist."),
    "too_few_options": _l("At least %(least)s options with words are needed."),
    "option_without_text": _l("The option with the code “%(option)s” has no words."),
    "bad_option_code": _l("The option code “%(option)s” is not allowed: letters, digits and underscores."),
    "duplicate_option": _l("The option code “%(option)s” is used twice."),
    "exclusive_not_multiple": _l("“%(option)s” excludes all others, which only a multiple choice can need."),
    "nobody_satisfied": _l(
        "No grade of this scale counts as satisfied, so its satisfaction rate would always be zero."
    ),
    "strict_not_satisfied": _l("“%(option)s” counts as strictly satisfied, but not as satisfied."),
    "satisfied_not_in_base": _l("“%(option)s” counts as satisfied, but is left out of the base."),
    "score_out_of_range": _l("The score of “%(option)s” must be 0 to 100."),
    "rule_unknown_question": _l("The condition refers to %(gone)s, which is no longer there."),
    "rule_not_earlier": _l("The condition refers to %(question)s, which is not asked before."),
    "rule_without_values": _l("The condition about %(question)s names no answer."),
    "rule_not_a_number": _l("The condition compares %(question)s with a number, but its answer is none."),
    "rule_unknown_option": _l("The condition names the answer “%(option)s”, which %(question)s does not have."),
    "rows_from_not_earlier_choice": _l(
        "Its rows come from %(gone)s, which is not an earlier multiple choice or ranking."
    ),
    "row_without_option": _l("Row “%(row)s” belongs to no option of the question that its rows come from."),
    "row_condition_without_source": _l("Row “%(row)s” waits for an option, but no question is named for it."),
    "no_rows": _l("The matrix has no rows with words."),
    "row_without_text": _l("The row with the code “%(row)s” has no words."),
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
"""The sentence for every kind of problem; its blanks are the problem's own parameters, `question` and `gone`."""

NO_HEADLINE = "no_headline"
BLANK = "blank"
"""The kind of problem that says all at once about a question in which nothing is filled in yet."""
UNFINISHED = frozenset(
    {
        "no_title",
        "no_questions",
        "no_text",
        BLANK,
        "too_few_options",
        "option_without_text",
        "no_rows",
        "row_without_text",
        "row_without_option",
        "rule_without_values",
    }
)
"""What has not been written yet. It forbids publishing, but nothing is wrong: somebody is about to write it."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A problem as its author reads it: what the place is called, its anchor in the outline, and the sentence.

    `at` is where the designer mends it.
    """

    place: str
    anchor: str
    words: str
    is_error: bool
    kind: str
    at: Place


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list of problems: a single one, or with `words` all of a kind that many places have."""

    words: str
    members: tuple[Worded, ...]


@dataclass(frozen=True, slots=True)
class ToDo:
    """What is to be done: what is wrong, what is not written yet, remarks that do not stand in the way.

    `untranslated` are the places without English words, if anything has any: else nobody wants them.
    """

    wrong: tuple[Line, ...]
    wrong_count: int
    unfinished: tuple[Line, ...]
    remarks: tuple[Worded, ...]
    untranslated: tuple[Worded, ...]

    @property
    def errors(self) -> tuple[Line, ...]:
        """All that forbids publishing."""
        return (*self.wrong, *self.unfinished)


def said_once(problems: Iterable[Problem], questionnaire: Questionnaire) -> list[Problem]:
    """Return the problems, with one for each question in which nothing is filled in instead of all it lacks."""
    blank = {question.code for question in questionnaire.questions if is_blank(question)}
    found: list[Problem] = []
    for problem in problems:
        is_of_blank = problem.where in blank and problem.kind in UNFINISHED
        made = Problem(problem.where, BLANK) if is_of_blank else problem
        if made not in found[-1:]:  # what one question lacks stands together
            found.append(made)
    return found


def worded(
    problems: Iterable[Problem], questionnaire: Questionnaire, gone: Gone = MappingProxyType({})
) -> list[Worded]:
    """Return the problems in words, in the order given; what reads the same is said once.

    `gone` are the last known words of what conditions refer to and is no longer there.
    """
    numbers = question_numbers(questionnaire)
    found: dict[tuple[str, str], Worded] = {}
    for problem in problems:
        at = place_of(problem.where, questionnaire) if problem.where else WHOLE
        made = Worded(
            _called(problem.where, questionnaire, numbers),
            _anchor(problem.where, questionnaire),
            problem_words(problem, questionnaire, numbers, gone),
            problem.is_error,
            problem.kind,
            at,
        )
        found.setdefault((made.place, made.words), made)
    return list(found.values())


def to_do(
    problems: Iterable[Problem],
    questionnaire: Questionnaire,
    missing: Sequence[str] = (),
    gone: Gone = MappingProxyType({}),
) -> ToDo:
    """Return all problems in words as pages list them; `missing` are the usual texts that it lacks."""
    found = worded(said_once(problems, questionnaire), questionnaire, gone)
    errors = [each for each in found if each.is_error]
    wrong = [each for each in errors if each.kind not in UNFINISHED]
    others = [each for each in found if not each.is_error]
    untranslated = [each for each in others if each.kind == "untranslated"]
    return ToDo(
        lines(wrong),
        len(wrong),
        lines(each for each in errors if each.kind in UNFINISHED),
        (
            *_without_headline(questionnaire),
            *_lacking(missing),
            *_untimed(questionnaire),
            *(each for each in others if each.kind != "untranslated"),
        ),
        tuple(untranslated) if has_english(questionnaire) else (),
    )


def lines(problems: Iterable[Worded]) -> tuple[Line, ...]:
    """Return the problems as lines: missing Chinese in several places is one line that holds them all."""
    singles: list[Worded] = []
    gathered: list[Worded] = []
    for problem in problems:
        (gathered if problem.kind == "no_chinese" else singles).append(problem)
    if len(gathered) == 1:
        singles, gathered = [*singles, *gathered], []
    found = [Line("", (each,)) for each in singles]
    if gathered:
        words = ngettext(
            "%(num)s place has no Chinese words", "%(num)s places have no Chinese words", len(gathered)
        )
        found.append(Line(words, tuple(gathered)))
    return tuple(found)


USUAL_TEXTS: Mapping[str, LazyString] = {
    "notice": _l("Notice before the first question"),
    "consent": _l("Words of consent, to be ticked"),
    "closing": _l("Thanks after sending"),
}
"""The texts for which there are usual words, and what the designer calls them."""


def _lacking(missing: Sequence[str]) -> Iterator[Worded]:
    if missing:
        texts = _(", ").join(str(USUAL_TEXTS[name]) for name in missing)
        words = _("Not written yet: %(texts)s. The usual words can be taken over there.", texts=texts)
        yield Worded(_("The whole questionnaire"), "outline", words, False, "lacking", WHOLE)


def _without_headline(questionnaire: Questionnaire) -> Iterator[Worded]:
    if questionnaire.headline is None and any(rated_fields(questionnaire)):
        words = _(
            "No headline question is chosen yet: the one satisfaction rate that leaders look at comes from it."
        )
        yield Worded(_("The whole questionnaire"), "outline", words, False, NO_HEADLINE, WHOLE)


def _untimed(questionnaire: Questionnaire) -> Iterator[Worded]:
    if questionnaire.minutes is None and questionnaire.fields:
        words = _("How many minutes it takes is not filled in yet; respondents are not told.")
        yield Worded(_("The whole questionnaire"), "outline", words, False, "lacking", WHOLE)


def problem_words(
    problem: Problem,
    questionnaire: Questionnaire,
    numbers: Mapping[str, int] | None = None,
    gone: Gone = MappingProxyType({}),
) -> str:
    """Return the sentence for one problem. Raises `KeyError` for a kind that has none."""
    if problem.kind == BLANK:
        return _("Nothing is filled in yet.")
    params = dict(problem.params)
    if "option" in params:
        about = str(params.get("code") or problem.where)
        params["option"] = _option(about, str(params["option"]), questionnaire)
    if "code" in params:
        params["question"] = _called(str(params["code"]), questionnaire, numbers)
        is_there = place_of(str(params["code"]), questionnaire) != WHOLE
        params["gone"] = params["question"] if is_there else gone_words(str(params["code"]), gone)
    if "row" in params:
        place = questionnaire.fields.get(str(params["row"]))
        params["row"] = formats.words(place.label) or place.code if place is not None else params["row"]
    return str(WORDS[problem.kind]) % params


def _called(where: str, questionnaire: Questionnaire, numbers: Mapping[str, int] | None) -> str:
    """Return what people call the place with this code; one that is not there is called by the code."""
    place = place_of(where, questionnaire) if where else WHOLE
    if where and place == WHOLE:
        return where
    return place_words(place, questionnaire, numbers)


def _anchor(where: str, questionnaire: Questionnaire) -> str:
    place: Field | None = questionnaire.fields.get(where)
    code = place.question.code if place is not None else where
    return f"at-{code}" if code else "outline"


def _option(about: str, code: str, questionnaire: Questionnaire) -> str:
    """Return the words of an option of a question or scale; its code where it has none."""
    place = questionnaire.fields.get(about)
    question = questionnaire.question_by_code.get(about) or (place.question if place is not None else None)
    texts = {option.code: option.text for option in options_of(question)} if question is not None else {}
    if about in questionnaire.scale_by_code:
        texts = {grade.code: grade.text for grade in questionnaire.scale_by_code[about].grades}
    return formats.words(texts[code]) or code if code in texts else code
