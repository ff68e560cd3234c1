"""One row of the survey sheet → one question of ours, by its type."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from survey_app.interchange.scope import Answers, Known
from survey_app.interchange.xlsform import marks
from survey_app.interchange.xlsform.choices import Choice, ChoiceList, named
from survey_app.interchange.xlsform.codes import LONGEST
from survey_app.interchange.xlsform.context import Context, chosen, subset
from survey_app.interchange.xlsform.filters import NoFilter, static_filter
from survey_app.interchange.xlsform.limits import MOST_DECIMALS, Limits, whole_bounds
from survey_app.interchange.xlsform.sheets import Row
from survey_app.interchange.xlsform.tree import Line
from survey_app.interchange.xlsform.types import TYPE_NAMES, Type
from survey_app.questionnaire.definition import (
    LONG_TEXT_LIMIT,
    SHORT_TEXT_LIMIT,
    DateQuestion,
    LongText,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
    specify_code,
)
from survey_app.questionnaire.rules import Rule, plain_number
from survey_app.questionnaire.text import Text

OTHER = "other"
_OTHER = Text("其他", "Other")
_LONGEST_TEXTS = {ShortText: 500, LongText: 5000}
_RECOMMENDING = re.compile("推荐|推薦|recommend", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?\Z")
_MOST_SHOWN = 80


def question_of(line: Line, rule: Rule | None, context: Context) -> Question | None:
    """Return the question that a row is, asked where `rule` holds, or None for what has none; that is reported.

    The question is among those that later conditions may refer to.
    """
    reader = _READERS.get(line.type.type)
    if reader is None:
        _leave_out(line, context)
        return None
    question = reader(line, rule, context)
    if question is None:
        context.scope.drop(line.name)
    return question


def _leave_out(line: Line, context: Context) -> None:
    """Report a row of a type that we do not have."""
    row, given = line.row, line.row.get("type")[:_MOST_SHOWN]
    params = {"type": given, "name": line.name}
    match line.type.type:
        case Type.METADATA:
            context.report.dropped("metadata", row.place("type"), **params)
        case Type.CALCULATE:
            context.report.dropped("calculation", row.place("type"), **params)
        case Type.FROM_ELSEWHERE:
            context.report.dropped("choices_elsewhere", row.place("type"), **params)
        case Type.UNKNOWN:
            similar = difflib.get_close_matches(given.casefold(), TYPE_NAMES, n=1)
            kind = "type_misspelt" if similar else "type_unknown"
            context.report.dropped(kind, row.place("type"), **params, meant="".join(similar))
        case _:
            context.report.dropped("type_unsupported", row.place("type"), **params)
    context.scope.drop(line.name)


def _common(line: Line, rule: Rule | None, context: Context, *, longest: int = LONGEST) -> dict[str, Any]:
    """Return what every kind of question has."""
    return {
        "code": context.code(line.row, context.codes, "Q", longest=longest),
        "text": context.label(line.row),
        "help": context.texts.read(line.row, "hint"),
        "required": context.is_required(line.row),
        "shown_if": rule,
    }


# --- choices ---------------------------------------------------------------------------------------


def _choice_list(line: Line, context: Context) -> ChoiceList | None:
    """Return the list of a select, as far as its choice filter can be applied once and for all."""
    row, name = line.row, line.type.list_name
    found = context.choices.get(name)
    if found is None:
        similar = difflib.get_close_matches(name, context.choices, n=1)
        kind = "list_misspelt" if similar else "list_missing"
        context.report.dropped(kind, row.place("type"), list=name, name=line.name, meant="".join(similar))
        return None
    context.count_options(len(found.choices), row)
    found = _filtered(found, row, context)
    if line.type.has_other and all(each.name != OTHER for each in found.choices):
        found = subset(found, (*found.choices, Choice(OTHER, OTHER, _OTHER, row)))
    if len(found.choices) < 2:
        context.report.dropped("too_few_choices", row.place("type"), list=name, name=line.name)
        return None
    return found


def _filtered(found: ChoiceList, row: Row, context: Context) -> ChoiceList:
    written = row.get("choice_filter")
    if not written:
        return found
    try:
        kept = static_filter(written, found.choices)
    except NoFilter:
        context.report.dropped("choice_filter", row.place("choice_filter"), filter=written[:200])
        return found
    if len(kept) < len(found.choices):
        context.report.changed(
            "choice_filter_applied", row.place("choice_filter"), filter=written[:200], kept=len(kept)
        )
        return subset(found, kept)
    return found


def _is_random(row: Row, context: Context) -> bool:
    return context.parameters(row, "randomize", "seed").get("randomize", "").casefold() == "true"


def _one(line: Line, rule: Rule | None, context: Context) -> Question | None:
    choices = _choice_list(line, context)
    if choices is None:
        return None
    context.limits(line.row)
    context.appearance(line.row, *(("likert",) if choices.scale is not None else ()))
    common = _common(line, rule, context, longest=_room_for_other(line))
    is_random = _is_random(line.row, context)
    context.scope.add(line.name, Known(common["code"], Answers.ONE, choices.codes))
    if choices.scale is not None:
        if is_random:
            context.report.dropped("scale_not_random", line.row.place("parameters"))
        return ScaleQuestion(**common, scale=context.scale_code(choices, line.row))
    options = _with_other(line, common["code"], choices.options, context)
    return SingleChoice(**common, options=options, random_order=is_random)


def _several(line: Line, rule: Rule | None, context: Context) -> Question | None:
    choices = _choice_list(line, context)
    if choices is None:
        return None
    limits = context.limits(line.row, "fewest", "at_most", "exclusive")
    choices = replace(choices, scale=None)
    context.appearance(line.row)
    common = _common(line, rule, context, longest=_room_for_other(line))
    context.scope.add(line.name, Known(common["code"], Answers.SEVERAL, choices.codes))
    exclusive = chosen(choices, limits.exclusive)
    most = limits.at_most
    if most is not None and not 1 <= most <= len(choices.choices):
        most = None
    ordinary = len(choices.choices) - len(exclusive)
    return MultipleChoice(
        **common,
        options=_with_other(line, common["code"], _excluding(choices.options, exclusive), context),
        min_choices=max(0, min(limits.fewest or 0, most or ordinary)),
        max_choices=most,
        random_order=_is_random(line.row, context),
    )


def _excluding(options: tuple[Option, ...], exclusive: set[str]) -> tuple[Option, ...]:
    """Mark the options with these codes as excluding all others."""
    if not exclusive:
        return options
    return tuple(replace(each, exclusive=each.code in exclusive) for each in options)


def _room_for_other(line: Line) -> int:
    """Return the most characters of the question's code; the code of what is said to "other" builds on it."""
    return LONGEST - len(specify_code("", OTHER)) if line.type.has_other else LONGEST


def _with_other(line: Line, code: str, options: tuple[Option, ...], context: Context) -> tuple[Option, ...]:
    """Make the option "other" ask to say what, where the type says so."""
    if not line.type.has_other:
        return options
    said = specify_code(code, OTHER)
    if said in context.codes:
        return options
    context.codes.take(said)
    context.scope.add(f"{line.name}_{OTHER}", Known(said, Answers.TEXT))
    context.report.changed("or_other", line.row.place("type"), name=line.name, code=said)
    return tuple(replace(each, specify=each.code == OTHER) for each in options)


def _rank(line: Line, rule: Rule | None, context: Context) -> Question | None:
    choices = _choice_list(line, context)
    if choices is None:
        return None
    choices = replace(choices, scale=None)
    context.limits(line.row)
    context.appearance(line.row)
    common = _common(line, rule, context)
    if _is_random(line.row, context):
        context.report.dropped("rank_not_random", line.row.place("parameters"))
    context.scope.add(line.name, Known(common["code"], Answers.RANKED, choices.codes))
    top = line.row.get(marks.TOP)
    most = len(choices.choices)
    return Ranking(
        **common, options=choices.options, top=int(top) if top.isdecimal() and 1 <= int(top) <= most else most
    )


# --- numbers ---------------------------------------------------------------------------------------


def _integer(line: Line, rule: Rule | None, context: Context) -> Question:
    limits = context.limits(line.row, "least", "most")
    if line.type.type is Type.PERCENTAGE:
        limits = replace(limits, least=max(limits.least or 0, 0), most=100 if limits.most is None else limits.most)
    context.appearance(line.row)
    context.parameters(line.row)
    least, most = whole_bounds(limits)
    return _number(line, rule, context, least, most, 0)


def _decimal(line: Line, rule: Rule | None, context: Context) -> Question:
    limits = context.limits(line.row, "least", "most", "decimals")
    context.appearance(line.row)
    context.parameters(line.row)
    if limits.is_above or limits.is_below:
        context.report.changed("bound_taken_in", line.row.place("constraint"), name=line.name)
    decimals = limits.decimals
    if decimals is None:
        context.report.changed("decimals_limited", line.row.place("type"), name=line.name, most=MOST_DECIMALS)
        decimals = MOST_DECIMALS
    return _number(line, rule, context, limits.least, limits.most, decimals)


def _number(
    line: Line, rule: Rule | None, context: Context, least: float | None, most: float | None, decimals: int
) -> Number:
    if least is not None and most is not None and least > most:
        context.report.dropped("bounds_crossed", line.row.place("constraint"), name=line.name)
        least, most = None, None
    common = _common(line, rule, context)
    context.scope.add(line.name, Known(common["code"], Answers.NUMBER, is_whole=decimals == 0))
    unit = context.texts.own(line.row, marks.UNIT)
    return Number(**common, minimum=least, maximum=most, decimals=decimals, unit=unit)


def _range(line: Line, rule: Rule | None, context: Context) -> Question:
    given = context.parameters(line.row, "start", "end", "step", "tick_labelset", "tick_interval", "placeholder")
    start, end, step = (_parameter(given.get(name, standard)) for name, standard in _RANGE)
    context.appearance(line.row, "no-ticks")
    if (start, end, step) == (0, 10, 1) and _is_recommending(line, context):
        context.limits(line.row)
        if not context.as_written:
            context.report.changed("range_as_nps", line.row.place("type"), name=line.name)
        common = _common(line, rule, context)
        numbers = {str(number): str(number) for number in range(11)}
        context.scope.add(line.name, Known(common["code"], Answers.NUMBER, numbers))
        low, high = _ends(context.choices.get(given.get("tick_labelset", "")))
        return Nps(**common, low=low, high=high)
    context.report.changed("range_as_number", line.row.place("type"), name=line.name)
    bounds = sorted((start, end))
    decimals = max(len(plain_number(value).partition(".")[2]) for value in (*bounds, step))
    limits = context.limits(line.row, "least", "most")
    least = bounds[0] if limits.least is None else max(bounds[0], limits.least)
    most = bounds[1] if limits.most is None else min(bounds[1], limits.most)
    return _number(line, rule, context, least, most, min(decimals, MOST_DECIMALS))


_RANGE = (("start", "1"), ("end", "10"), ("step", "1"))


def _parameter(text: str) -> float:
    """Return a parameter's number; 0 for what is none."""
    if not _NUMBER.match(text):
        return 0
    value = float(text)
    return int(value) if value.is_integer() else value


def _is_recommending(line: Line, context: Context) -> bool:
    """Tell whether a 0-10 scale asks whether one would recommend something; ours always do."""
    if context.as_written:
        return True
    text = context.texts.peek(line.row, "label")
    return bool(_RECOMMENDING.search(text.zh + text.en))


def _ends(choice_list: ChoiceList | None) -> tuple[Text, Text]:
    """Return the words at 0 and at 10 in a list of labels for ticks."""
    words = {each.name: each.text for each in choice_list.choices} if choice_list is not None else {}
    return words.get("0", Text()), words.get("10", Text())


# --- texts, days, notes ----------------------------------------------------------------------------


def _text(line: Line, rule: Rule | None, context: Context) -> Question:
    row = line.row
    is_long = "multiline" in context.appearance(row, "multiline") or "rows" in context.parameters(row, "rows")
    kind: type[ShortText | LongText] = LongText if is_long else ShortText
    if line.type.type is Type.PHONE:
        context.report.changed("type_as_text", row.place("type"), type=row.get("type"), name=line.name)
    wanted = context.limits(row, "most_characters").most_characters
    most = LONG_TEXT_LIMIT if is_long else SHORT_TEXT_LIMIT
    if wanted is not None:
        if wanted > _LONGEST_TEXTS[ShortText] and not is_long:
            kind = LongText
            context.report.changed("text_made_long", row.place("constraint"), name=line.name, wanted=wanted)
        most = max(1, min(wanted, _LONGEST_TEXTS[kind]))
        if most != wanted:
            context.report.changed(
                "text_limited", row.place("constraint"), name=line.name, wanted=wanted, most=most
            )
    elif not context.as_written:
        context.unlimited_texts.append(row)
    common = _common(line, rule, context)
    context.scope.add(line.name, Known(common["code"], Answers.TEXT))
    return kind(**common, max_length=most)


def _date(line: Line, rule: Rule | None, context: Context) -> Question:
    limits: Limits = context.limits(line.row, "first_day", "last_day")
    context.appearance(line.row)
    context.parameters(line.row)
    first, last = limits.first_day, limits.last_day
    if first is not None and last is not None and first > last:
        context.report.dropped("bounds_crossed", line.row.place("constraint"), name=line.name)
        first, last = None, None
    common = _common(line, rule, context)
    context.scope.add(line.name, Known(common["code"], Answers.DAY))
    return DateQuestion(**common, earliest=first, latest=last)


def _note(line: Line, rule: Rule | None, context: Context) -> Question | None:
    context.appearance(line.row)
    if not context.texts.peek(line.row, "label") and not context.texts.peek(line.row, "hint"):
        context.report.dropped("note_without_text", line.row.place("label"), name=line.name)
        return None
    if line.type.type is Type.ACKNOWLEDGE:
        context.report.changed("acknowledge", line.row.place("type"), name=line.name)
    context.scope.drop(line.name)
    return statement(line.row, rule, context)


def statement(row: Row, rule: Rule | None, context: Context) -> Statement:
    """Return the words of a note, or of a group inside a group."""
    text, hint = context.texts.read(row, "label"), context.texts.read(row, "hint")
    code = context.code(row, context.codes, "note")
    return Statement(code=code, text=text or hint or named(code), help=hint if text else Text(), shown_if=rule)


_READERS: Mapping[Type, Callable[[Line, Rule | None, Context], Question | None]] = {
    Type.ONE: _one,
    Type.SEVERAL: _several,
    Type.RANK: _rank,
    Type.INTEGER: _integer,
    Type.PERCENTAGE: _integer,
    Type.DECIMAL: _decimal,
    Type.RANGE: _range,
    Type.TEXT: _text,
    Type.PHONE: _text,
    Type.DATE: _date,
    Type.NOTE: _note,
    Type.ACKNOWLEDGE: _note,
}
