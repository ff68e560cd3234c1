"""Answers and options of LimeSurvey's questions → choices with codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from survey_app.interchange.limesurvey.context import Choice, Context
from survey_app.interchange.limesurvey.names import OTHER
from survey_app.interchange.limesurvey.structure import Part, Question
from survey_app.interchange.scope import CannotSay
from survey_app.interchange.xlsform.codes import option_codes
from survey_app.questionnaire.text import Text

MAX_CHOICES = 1_000
"""Most answers or rows of one question."""
OTHER_ANSWER = "-oth-"
"""What the answer "other" of a list is called in expressions."""
_OTHER = Text("其他", "Other")


def answers_of(question: Question, context: Context, *, scale: str = "0") -> list[Choice]:
    """Return the answers of a list, or of one side of an array."""
    found = [each for each in question.answers if each.scale == scale]
    if len(found) > MAX_CHOICES:
        context.report.dropped(
            "too_many_choices", context.place(question), most=MAX_CHOICES, name=question.code[:80]
        )
    choices = []
    for each in found[:MAX_CHOICES]:
        text = context.texts.read(each.words, context.place(question, each.code))
        choices.append(Choice(each.code, "", text or context.texts.named(each.code)))
    return choices


def options_of(question: Question, context: Context) -> list[Choice]:
    """Return the options of a multiple choice; those under conditions of their own are left out."""
    exclusive = {code.strip() for code in question.take("exclude_all_others").split(";")}
    choices = []
    for part in _parts(question, context):
        if part.relevance:
            context.report.dropped(
                "choice_conditional",
                context.place(question, part.code),
                name=part.code[:80],
                expression=part.relevance[:200],
            )
            continue
        choices.append(Choice(part.code, "", context.label(question, part), part.code in exclusive))
    return choices


def rows_of(question: Question, context: Context, *, scale: str = "0") -> list[Part]:
    """Return the rows of an array, all that do not stand under conditions of their own."""
    rows = []
    for part in _parts(question, context):
        if part.scale != scale:
            continue
        try:
            has_rule = context.rule(part.relevance) is not None
        except CannotSay:
            has_rule = True
        if has_rule:
            context.report.dropped(
                "row_conditional",
                context.place(question, part.code),
                name=part.code[:80],
                expression=part.relevance[:200],
            )
        else:
            rows.append(part)
    return rows


def _parts(question: Question, context: Context) -> Sequence[Part]:
    if len(question.parts) > MAX_CHOICES:
        context.report.dropped("too_many_rows", context.place(question), most=MAX_CHOICES, name=question.code[:80])
    return question.parts[:MAX_CHOICES]


def with_other(question: Question, choices: Sequence[Choice], context: Context) -> list[Choice]:
    """Add the answer "other", where the question has one; behind it people write what they mean."""
    if not question.flag("other"):
        return list(choices)
    name = OTHER if question.type in {"M", "P"} else OTHER_ANSWER
    text = context.texts.read(question.take_words("other_replace_text"), context.place(question))
    return [*choices, Choice(name, "", text or context.texts.spoken(_OTHER), specify=True)]


def coded(question: Question, choices: Sequence[Choice], context: Context) -> list[Choice]:
    """Give choices their codes: their names, where these can be codes."""
    codes = option_codes([each.name for each in choices])
    for each, code in zip(choices, codes, strict=True):
        if each.name not in {code, OTHER_ANSWER}:
            context.report.changed(
                "option_renamed", context.place(question, each.name), old=each.name[:80], new=code
            )
    return [replace(each, code=code) for each, code in zip(choices, codes, strict=True)]


def by_name(choices: Sequence[Choice]) -> dict[str, str]:
    """Return codes by what the file calls the choices; of a name that stands twice, the first counts."""
    found: dict[str, str] = {}
    for each in choices:
        found.setdefault(each.name, each.code)
    return found


def fixed(pairs: Sequence[tuple[str, Text]], context: Context) -> list[Choice]:
    """Return answers that LimeSurvey has by itself."""
    return [Choice(code, code, context.texts.spoken(text)) for code, text in pairs]


def numbered(first: int, last: int, context: Context) -> list[Choice]:
    """Return the numbers of a scale as answers."""
    return fixed([(str(number), Text(str(number), str(number))) for number in range(first, last + 1)], context)
