"""Questions answered with words, numbers and days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from survey_app.interchange.scope import Answers, Known, is_day
from survey_app.interchange.surveyjs.context import Context
from survey_app.interchange.surveyjs.marks import UNIT
from survey_app.interchange.surveyjs.nodes import Node
from survey_app.questionnaire import codec
from survey_app.questionnaire.codec import MalformedDefinition
from survey_app.questionnaire.definition import (
    LONG_TEXT_LIMIT,
    SHORT_TEXT_LIMIT,
    DateQuestion,
    LongText,
    Number,
    Question,
    ShortText,
)
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import EMPTY, Text

MOST_DECIMALS = 6
_LONGEST = {ShortText: 500, LongText: 5000}
_AS_TEXT = {
    "color", "datetime", "datetime-local", "email", "month", "password", "tel", "time", "url", "week",
}  # fmt: skip


@dataclass(slots=True)
class _Limits:
    """What validators ask for."""

    least: float | None = None
    most: float | None = None
    longest: int | None = None


def text_of(node: Node, rule: Rule | None, context: Context) -> Question:
    """Return the question that a text field is: a number, a day, or one line of words."""
    kind = node.string("inputType") or "text"
    if kind in {"number", "range"}:
        return number_of(node, rule, context)
    if kind == "date":
        return _date(node, rule, context)
    if kind == "textarea":
        return comment_of(node, rule, context)
    if kind != "text":
        known = "input_type_as_text" if kind in _AS_TEXT else "input_type_unknown"
        context.report.changed(known, node.place("inputType"), type=kind[:40], name=context.name_of(node))
    return _words(ShortText, node, rule, context)


def comment_of(node: Node, rule: Rule | None, context: Context) -> Question:
    """Return the question that a field of several lines is."""
    return _words(LongText, node, rule, context)


def _words(kind: type[ShortText | LongText], node: Node, rule: Rule | None, context: Context) -> Question:
    limits = _validators(node, context)
    wanted = node.whole("maxLength")
    given = [each for each in (wanted, limits.longest) if each is not None and each > 0]
    longest = min(given, default=0)
    most = LONG_TEXT_LIMIT if kind is LongText else SHORT_TEXT_LIMIT
    if longest:
        if longest > _LONGEST[ShortText] and kind is ShortText:
            kind = LongText
            context.report.changed(
                "text_made_long", node.place("maxLength"), name=context.name_of(node), wanted=longest
            )
        most = min(longest, _LONGEST[kind])
        if most != longest:
            context.report.changed(
                "text_limited", node.place("maxLength"), name=context.name_of(node), wanted=longest, most=most
            )
    else:
        context.unlimited_texts.append(node)
    node.mark("rows")
    fields = context.common(node, rule)
    _known(node, fields, Answers.TEXT, rule, context)
    return kind(**fields, max_length=most)


def number_of(node: Node, rule: Rule | None, context: Context) -> Question:
    """Return the question that a number, or a slider, is."""
    is_slider = node.string("type") == "slider"
    node.mark("inputType")
    if is_slider:
        context.report.changed("slider_as_number", node.place("type"), name=context.name_of(node))
    limits = _validators(node, context)
    least = _bound(node, "min", 0 if is_slider else None, limits.least, max)
    most = _bound(node, "max", 100 if is_slider else None, limits.most, min)
    if least is not None and most is not None and least > most:
        context.report.dropped("bounds_crossed", node.place("min"), name=context.name_of(node))
        least, most = None, None
    decimals = _decimals(node, (least, most), context)
    fields = context.common(node, rule)
    _known(node, fields, Answers.NUMBER, rule, context, is_whole=decimals == 0)
    return Number(**fields, minimum=least, maximum=most, decimals=decimals, unit=_unit(node, context))


def _bound(node: Node, name: str, standard: float | None, other: float | None, closer: Any) -> float | None:
    """Return the closer of the question's own bound and a validator's."""
    own = node.number(name)
    own = standard if own is None else own
    given = [each for each in (own, other) if each is not None]
    return closer(given) if given else None


def _decimals(node: Node, bounds: tuple[float | None, ...], context: Context) -> int:
    """Return the decimals that the step allows; where there is none, those of the bounds."""
    step = node.number("step")
    if step is None or step <= 0:
        context.report.changed("decimals_assumed", node.place("step"), name=context.name_of(node))
        return max((_decimals_in(each) for each in bounds if each is not None), default=0)
    found = _decimals_in(step)
    if Decimal(str(step)) != Decimal(1).scaleb(-found):
        context.report.dropped("step_dropped", node.place("step"), name=context.name_of(node), step=str(step)[:20])
    return found


def _decimals_in(value: float) -> int:
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return min(MOST_DECIMALS, max(0, -exponent)) if isinstance(exponent, int) else 0


def _unit(node: Node, context: Context) -> Text:
    data = context.marks.of_question(node.name("name")).get(UNIT)
    if data is None:
        return EMPTY
    try:
        return codec.decode_text(data)
    except MalformedDefinition:
        return EMPTY


def _date(node: Node, rule: Rule | None, context: Context) -> Question:
    _validators(node, context)
    days: list[str | None] = []
    for name in ("min", "max"):
        day = node.string(name)
        if day and not is_day(day):
            context.report.dropped("bound_dropped", node.place(name), name=context.name_of(node), bound=day[:80])
        days.append(day if is_day(day) else None)
    first, last = days
    if first is not None and last is not None and first > last:
        context.report.dropped("bounds_crossed", node.place("min"), name=context.name_of(node))
        first, last = None, None
    fields = context.common(node, rule)
    _known(node, fields, Answers.DAY, rule, context)
    return DateQuestion(**fields, earliest=first, latest=last)


def _known(
    node: Node,
    fields: dict[str, Any],
    answers: Answers,
    rule: Rule | None,
    context: Context,
    *,
    is_whole: bool = True,
) -> None:
    name = node.name("name")
    context.scope.add(name, Known(fields["code"], answers, is_whole=is_whole, asked=rule))
    context.field(name, fields["code"], answers)


def _validators(node: Node, context: Context) -> _Limits:
    """Return what the validators ask for, as far as we have it; the others are reported."""
    limits = _Limits()
    for each in node.nodes("validators"):
        kind = each.string("type").removesuffix("validator")
        each.mark("text")
        if kind == "numeric":
            limits = replace(limits, least=each.number("minValue"), most=each.number("maxValue"))
        elif kind == "text":
            limits = replace(limits, longest=each.whole("maxLength") or None)
            for name in ("minLength", "allowDigits"):
                if each.number(name) or each.data.get(name) is False:
                    context.report.dropped(
                        "validator_dropped", each.place(name), validator=name, name=context.name_of(node)
                    )
        else:
            context.report.dropped(
                "validator_dropped", each.place(), validator=kind[:40] or "?", name=context.name_of(node)
            )
    return limits
