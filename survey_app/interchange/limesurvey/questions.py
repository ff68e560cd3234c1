"""One question of LimeSurvey → our questions, by its type: lists, multiple choices, numbers, texts, days, words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from survey_app.interchange.known_scales import shipped_scale
from survey_app.interchange.limesurvey.choices import (
    answers_of,
    by_name,
    coded,
    fixed,
    numbered,
    options_of,
    with_other,
)
from survey_app.interchange.limesurvey.context import Choice, Context
from survey_app.interchange.limesurvey.names import COMMENT, OTHER
from survey_app.interchange.limesurvey.structure import Part, Question
from survey_app.interchange.scope import Answers, Known, is_day, number_in
from survey_app.interchange.xlsform.codes import LONGEST
from survey_app.questionnaire.definition import (
    LONG_TEXT_LIMIT,
    SHORT_TEXT_LIMIT,
    DateQuestion,
    LongText,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
    specify_code,
)
from survey_app.questionnaire.definition import Question as OurQuestion
from survey_app.questionnaire.rules import LARGEST, Rule
from survey_app.questionnaire.text import Text

Reader: TypeAlias = Callable[[Question, Rule | None, Context], list[OurQuestion]]
MOST_DECIMALS = 6
_COMMENT = Text("补充说明", "Comment")
_YES_NO = (("Y", Text("是", "Yes")), ("N", Text("否", "No")))
_GENDER = (("F", Text("女", "Female")), ("M", Text("男", "Male")))
_LONGEST_TEXTS: Mapping[type[ShortText | LongText], int] = {ShortText: 500, LongText: 5000}
_USUAL: Mapping[type[ShortText | LongText], int] = {ShortText: SHORT_TEXT_LIMIT, LongText: LONG_TEXT_LIMIT}
_RECOMMENDING = re.compile("推荐|推薦|recommend", re.IGNORECASE)
_TIME = re.compile(r"[HM]{2}:|[Hh]h")


# --- choices ---------------------------------------------------------------------------------------


def _list(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    return _single(question, rule, answers_of(question, context), context)


def _single(
    question: Question, rule: Rule | None, choices: Sequence[Choice], context: Context
) -> list[OurQuestion]:
    choices = coded(question, with_other(question, choices, context), context)
    if len(choices) < 2:
        context.drop(question, "too_few_choices")
        return []
    is_random = shuffled(question, context)
    if (nps := _nps(question, rule, choices, context)) is not None:
        return [nps]
    common = context.common(question, rule, longest=_room(choices))
    if shipped_scale([each.text for each in choices]) is not None:
        scale, names = context.scale_of(question, choices)
        context.names.add(question.code, Known(common["code"], Answers.ONE, names, asked=rule))
        if is_random:
            context.lost(question, "random_order")
        return [ScaleQuestion(**common, scale=scale), *_comment(question, rule, context)]
    context.names.add(question.code, Known(common["code"], Answers.ONE, by_name(choices), asked=rule))
    options = _specifying(question, common["code"], choices, rule, context)
    single = SingleChoice(**common, options=options, random_order=is_random)
    return [single, *_comment(question, rule, context)]


def shuffled(question: Question, context: Context) -> bool:
    """Tell whether answers or rows stand in a random order; an alphabetical one is reported."""
    orders = {question.take(name).casefold() for name in ("random_order", "answer_order", "subquestion_order")}
    if "alphabetical" in orders:
        context.lost(question, "answer_order")
    return not orders.isdisjoint({"1", "random"})


def _room(choices: Sequence[Choice]) -> int:
    """Return the most characters of the question's code; the codes of what is said to options build on it."""
    return LONGEST - max((len(specify_code("", each.code)) for each in choices if each.specify), default=0)


def _specifying(
    question: Question, code: str, choices: Sequence[Choice], rule: Rule | None, context: Context
) -> tuple[Option, ...]:
    """Return the options; the fields behind those that ask to say more can be asked about from now on."""
    options = []
    for each in choices:
        said = specify_code(code, each.code)
        if each.specify and said in context.codes:
            context.report.dropped(
                "specify_dropped",
                context.place(question, each.name),
                option=each.name[:80],
                name=question.code[:80],
            )
            options.append(replace(each, specify=False).option)
            continue
        if each.specify:
            context.codes.take(said)
            context.names.add(_said_name(question, each), Known(said, Answers.TEXT, asked=rule))
        options.append(each.option)
    return tuple(options)


def _said_name(question: Question, choice: Choice) -> str:
    is_other = choice.name in {OTHER, "-oth-"}
    return f"{question.code}_{OTHER}" if is_other else f"{question.code}_{choice.name}{COMMENT}"


def _nps(question: Question, rule: Rule | None, choices: Sequence[Choice], context: Context) -> Nps | None:
    """Return the list as a 0-10 question, if it asks from 0 to 10 whether one would recommend something."""
    numbers = [str(number) for number in range(11)]
    if [each.text.zh or each.text.en for each in choices] != numbers:
        return None
    if not _RECOMMENDING.search(" ".join(question.words.values())):
        return None
    context.report.changed("list_as_nps", context.place(question), name=question.code[:80])
    common = context.common(question, rule)
    names = {each.name: number for each, number in zip(choices, numbers, strict=True)}
    context.names.add(question.code, Known(common["code"], Answers.NUMBER, names, asked=rule))
    return Nps(**common)


def _comment(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    """Return the field for a comment that a list of type O has below it."""
    if question.type != "O":
        return []
    code = context.codes.make(f"{question.code[: LONGEST - 8]}_{COMMENT}", "Q")
    context.report.changed("comment_split", context.place(question), name=question.code[:80], code=code)
    context.names.add(f"{question.code}_{COMMENT}", Known(code, Answers.TEXT, asked=rule))
    text = context.texts.spoken(_COMMENT)
    return [LongText(code=code, text=text, shown_if=rule, max_length=LONG_TEXT_LIMIT)]


def _multiple(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    choices = with_other(question, options_of(question, context), context)
    if question.type == "P":
        context.report.changed("comments_as_said", context.place(question), name=question.code[:80])
        choices = [replace(each, specify=True) for each in choices]
    choices = coded(question, choices, context)
    if len(choices) < 2:
        context.drop(question, "too_few_choices")
        return []
    most, least = _whole(question, "max_answers", context), _whole(question, "min_answers", context)
    if most is not None and not 1 <= most <= len(choices):
        most = None
    ordinary = sum(not each.exclusive for each in choices)
    common = context.common(question, rule, longest=_room(choices))
    code = common["code"]
    context.names.add(question.code, Known(code, Answers.SEVERAL, by_name(choices), asked=rule))
    for each in choices:
        name = f"{question.code}_{each.name}"
        if each.name != OTHER:
            context.names.add(name, Known(code, Answers.FLAG, yes=each.code, asked=rule))
    return [
        MultipleChoice(
            **common,
            options=_specifying(question, code, choices, rule, context),
            min_choices=max(0, min(least or 0, most or ordinary)),
            max_choices=most,
            random_order=shuffled(question, context),
        )
    ]


def _whole(question: Question, attribute: str, context: Context) -> int | None:
    """Return a whole number; one that depends on answers is reported."""
    written = question.take(attribute)
    if not written:
        return None
    number = number_in(written)
    if isinstance(number, int) and 0 <= number < MOST_WHOLE:
        return number
    context.report.dropped(
        "bound_dropped", context.place(question), bound=written[:80], name=question.code[:80] or "?"
    )
    return None


MOST_WHOLE = 100_000


def _five(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    scale, names = context.scale_of(question, numbered(1, 5, context))
    common = context.common(question, rule)
    context.names.add(question.code, Known(common["code"], Answers.ONE, names, asked=rule))
    return [ScaleQuestion(**common, scale=scale)]


def _yes_no(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    return _single(question, rule, fixed(_YES_NO, context), context)


def _gender(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    return _single(question, rule, fixed(_GENDER, context), context)


def _ranking(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    choices = answers_of(question, context) or [
        Choice(part.code, "", context.label(question, part)) for part in question.parts
    ]
    choices = coded(question, choices, context)
    if len(choices) < 2:
        context.drop(question, "too_few_choices")
        return []
    top = _whole(question, "max_answers", context)
    common = context.common(question, rule)
    context.names.add(question.code, Known(common["code"], Answers.RANKED, by_name(choices), asked=rule))
    for place in range(1, len(choices) + 1):
        context.names.add(f"{question.code}_{place}", Known(common["code"], Answers.RANKED, by_name(choices)))
    if question.take("min_answers"):
        context.lost(question, "min_answers")
    if shuffled(question, context):
        context.lost(question, "random_order")
    options = tuple(each.option for each in choices)
    return [Ranking(**common, options=options, top=top if top and top <= len(options) else len(options))]


# --- numbers, texts, days, words -------------------------------------------------------------------


def _number(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    limits = _limits(question, context)
    common = context.common(question, rule)
    known = Known(common["code"], Answers.NUMBER, is_whole=limits["decimals"] == 0, asked=rule)
    context.names.add(question.code, known)
    return [Number(**common, **limits)]


def _limits(question: Question, context: Context) -> dict[str, Any]:
    least, most = _bound(question, "min_num_value_n", context), _bound(question, "max_num_value_n", context)
    if least is not None and most is not None and least > most:
        context.report.dropped("bounds_crossed", context.place(question), name=question.code[:80])
        least = most = None
    is_whole = question.take("num_value_int_only") in {"1", "Y"}
    if not is_whole:
        context.report.changed(
            "decimals_limited", context.place(question), name=question.code[:80], most=MOST_DECIMALS
        )
    if question.take("prefix"):
        context.lost(question, "prefix")
    unit = context.texts.read(question.take_words("suffix"), context.place(question))
    decimals = 0 if is_whole else MOST_DECIMALS
    return {"minimum": least, "maximum": most, "decimals": decimals, "unit": unit}


def _bound(question: Question, attribute: str, context: Context) -> float | None:
    written = question.take(attribute)
    number = number_in(written)
    if number is not None and abs(number) <= LARGEST:
        return number
    if written:
        context.report.dropped(
            "bound_dropped", context.place(question), bound=written[:80], name=question.code[:80] or "?"
        )
    return None


def _numbers(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    limits = _limits(question, context)

    def number(fields: dict[str, Any], known: Callable[[Answers, bool], None]) -> OurQuestion:
        known(Answers.NUMBER, limits["decimals"] == 0)
        return Number(**fields, **limits)

    return _split(question, rule, context, number)


def _text(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    if question.take("numbers_only") == "1":
        return _number(question, rule, context)
    kind: type[ShortText | LongText] = ShortText if question.type == "S" else LongText
    kind, most = _length(question, kind, context)
    common = context.common(question, rule)
    context.names.add(question.code, Known(common["code"], Answers.TEXT, asked=rule))
    return [kind(**common, max_length=most)]


def _length(
    question: Question, kind: type[ShortText | LongText], context: Context
) -> tuple[type[ShortText | LongText], int]:
    wanted = _whole(question, "maximum_chars", context)
    if not wanted:
        context.unlimited.append(context.place(question))
        return kind, _USUAL[kind]
    if kind is ShortText and wanted > _LONGEST_TEXTS[ShortText]:
        kind = LongText
        context.report.changed("text_made_long", context.place(question), name=question.code[:80], wanted=wanted)
    most = min(wanted, _LONGEST_TEXTS[kind])
    if most != wanted:
        context.report.changed(
            "text_limited", context.place(question), name=question.code[:80], wanted=wanted, most=most
        )
    return kind, most


def _texts(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    if question.take("numbers_only") == "1":
        return _numbers(question, rule, context)
    kind, most = _length(question, ShortText, context)

    def text(fields: dict[str, Any], known: Callable[[Answers, bool], None]) -> OurQuestion:
        known(Answers.TEXT, True)
        return kind(**fields, max_length=most)

    return _split(question, rule, context, text)


def _split(
    question: Question,
    rule: Rule | None,
    context: Context,
    make: Callable[[dict[str, Any], Callable[[Answers, bool], None]], OurQuestion],
) -> list[OurQuestion]:
    """Return a question for each field of one that has several, below the common words."""
    parts = [part for part in question.parts if _is_plain(question, part, context)]
    if not parts:
        context.drop(question, "matrix_without_rows")
        return []
    head = Statement(
        code=context.code(question),
        text=context.title(question),
        help=context.texts.read(question.helps, context.place(question)),
        shown_if=rule,
    )
    context.names.drop(question.code)
    found: list[OurQuestion] = [head]
    for part in parts:
        name = f"{question.code}_{part.code}"
        code = context.code(question, name)

        def known(answers: Answers, is_whole: bool, name: str = name, code: str = code) -> None:
            context.names.add(name, Known(code, answers, is_whole=is_whole, asked=rule))

        fields = {
            "code": code,
            "text": context.label(question, part),
            "required": context.is_required(question),
            "shown_if": rule,
        }
        found.append(make(fields, known))
    codes = "、".join(each.code for each in found[1:13])
    context.report.changed("texts_split", context.place(question), name=question.code[:80], codes=codes)
    return found


def _is_plain(question: Question, part: Part, context: Context) -> bool:
    if not part.relevance:
        return True
    context.report.dropped(
        "row_conditional",
        context.place(question, part.code),
        name=part.code[:80],
        expression=part.relevance[:200],
    )
    return False


def _date(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    days = []
    for attribute in ("date_min", "date_max"):
        written = question.take(attribute)
        day = written[:10] if is_day(written[:10]) else None
        if written and day is None:
            context.report.dropped(
                "bound_dropped", context.place(question), bound=written[:80], name=question.code[:80]
            )
        days.append(day)
    first, last = days
    if first is not None and last is not None and first > last:
        context.report.dropped("bounds_crossed", context.place(question), name=question.code[:80])
        first = last = None
    if _TIME.search(question.take("date_format")):
        context.report.dropped("time_dropped", context.place(question), name=question.code[:80])
    common = context.common(question, rule)
    context.names.add(question.code, Known(common["code"], Answers.DAY, asked=rule))
    return [DateQuestion(**common, earliest=first, latest=last)]


def _words(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    text = context.texts.read(question.words, context.place(question))
    more = context.texts.read(question.helps, context.place(question))
    if not text and not more:
        context.drop(question, "words_missing")
        return []
    context.names.drop(question.code)
    code = context.code(question)
    return [Statement(code=code, text=text or more, help=more if text else Text(), shown_if=rule)]


READERS: Mapping[str, Reader] = {
    "L": _list, "!": _list, "O": _list, "5": _five, "Y": _yes_no, "G": _gender, "M": _multiple, "P": _multiple,
    "R": _ranking, "N": _number, "K": _numbers, "S": _text, "T": _text, "U": _text, "Q": _texts, "D": _date,
    "X": _words,
}  # fmt: skip
"""How a question of each type is read, by LimeSurvey's sign for it; arrays stand in `arrays`."""
