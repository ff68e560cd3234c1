"""One element of a SurveyJS file → our question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from survey_app.interchange.scope import Answers, Known
from survey_app.interchange.surveyjs.choices import Choice, Choices, read_choices, read_list
from survey_app.interchange.surveyjs.context import Context
from survey_app.interchange.surveyjs.nodes import Node
from survey_app.interchange.surveyjs.scales import differs, marked_scale, plain_scale, shipped_scale
from survey_app.interchange.surveyjs.statements import statement_of
from survey_app.interchange.surveyjs.values import comment_of, number_of, text_of
from survey_app.interchange.xlsform.codes import LONGEST
from survey_app.questionnaire.definition import (
    MultipleChoice,
    Nps,
    Option,
    Question,
    Ranking,
    Scale,
    ScaleQuestion,
    SingleChoice,
    specify_code,
)
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import Text

_YES, _NO = Text("是", "Yes"), Text("否", "No")
_MOST_RATES = 101

Reader = Callable[[Node, Rule | None, Context], Question | None]


# --- choices ---------------------------------------------------------------------------------------


def _one(node: Node, rule: Rule | None, context: Context) -> Question | None:
    choices = read_choices(node, context)
    if choices is None or _is_too_short(choices, node, context):
        return None
    if (scale := marked_scale(node, choices, context)) is not None:
        if choices.scale is not None and differs(choices):
            context.tell_scale(node, choices.scale)
        return _scale_question(node, rule, choices, scale, context)
    return _single(node, rule, choices, context)


def _single(node: Node, rule: Rule | None, choices: Choices, context: Context) -> Question:
    fields = context.common(node, rule, longest=_room(choices.options()))
    name, code = node.name("name"), fields["code"]
    context.scope.add(name, Known(code, Answers.ONE, choices.names, asked=rule))
    context.field(name, code, Answers.ONE)
    options = tuple(replace(each, exclusive=False) for each in choices.options())
    is_random = _is_random(node, context)
    return SingleChoice(**fields, options=_specified(node, code, options, context), random_order=is_random)


def _several(node: Node, rule: Rule | None, context: Context) -> Question | None:
    choices = read_choices(node, context)
    if choices is None or _is_too_short(choices, node, context):
        return None
    if choices.scale is not None:
        choices = replace(choices, scale=None)
    fields = context.common(node, rule, longest=_room(choices.options()))
    name, code = node.name("name"), fields["code"]
    context.scope.add(name, Known(code, Answers.SEVERAL, choices.names, asked=rule))
    context.field(name, code, Answers.SEVERAL)
    options = _specified(node, code, choices.options(), context)
    fewest, most = _bounds(node, context)
    if most is not None and not 1 <= most <= len(options):
        most = None
    ordinary = sum(not each.exclusive for each in options)
    return MultipleChoice(
        **fields,
        options=options,
        min_choices=max(0, min(fewest, most or ordinary)),
        max_choices=most,
        random_order=_is_random(node, context),
    )


def _bounds(node: Node, context: Context) -> tuple[int, int | None]:
    """Return the fewest and the most choices: of the question itself, or of a validator."""
    fewest, most = node.whole("minSelectedChoices") or 0, node.whole("maxSelectedChoices") or None
    for each in node.nodes("validators"):
        if each.string("type") == "answercount":
            fewest = max(fewest, each.whole("minCount") or 0)
            limit = each.whole("maxCount")
            most = limit if limit and (most is None or limit < most) else most
        else:
            context.report.dropped(
                "validator_dropped", each.place(), validator=each.string("type")[:40], name=context.name_of(node)
            )
    return fewest, most


def _ranking(node: Node, rule: Rule | None, context: Context) -> Question | None:
    choices = read_choices(node, context, with_special=False)
    if choices is None or _is_too_short(choices, node, context):
        return None
    fields = context.common(node, rule)
    name, code = node.name("name"), fields["code"]
    context.scope.add(name, Known(code, Answers.RANKED, choices.names, asked=rule))
    context.field(name, code, Answers.RANKED)
    options = choices.options()
    top = len(options)
    if node.flag("selectToRankEnabled"):
        most = node.whole("maxSelectedChoices")
        top = most if most is not None and 1 <= most <= len(options) else top
    return Ranking(**fields, options=options, top=top)


def _image_picker(node: Node, rule: Rule | None, context: Context) -> Question | None:
    return (_several if node.flag("multiSelect") else _one)(node, rule, context)


def _boolean(node: Node, rule: Rule | None, context: Context) -> Question:
    items = []
    for names, label, standard, value in (
        (("valueTrue",), "labelTrue", _YES, "true"),
        (("valueFalse",), "labelFalse", _NO, "false"),
    ):
        given = node.name(*names) or value
        text = context.texts.read(node, label) or context.spoken(standard)
        code = given if re.fullmatch(r"[A-Za-z0-9_]{1,32}", given) else value
        if code != given:
            context.report.changed("option_renamed", node.place(names[0]), old=given[:80], new=code)
        items.append(Choice(given, code, text, node.place(label)))
    if items[0].code == items[1].code:
        items = [replace(each, code=code) for each, code in zip(items, ("true", "false"), strict=True)]
    fields = context.common(node, rule)
    name, code = node.name("name"), fields["code"]
    yes = items[0].code if items[0].value == "true" else None
    names_of = {each.value: each.code for each in items}
    context.scope.add(name, Known(code, Answers.ONE, names_of, yes=yes, asked=rule))
    return SingleChoice(**fields, options=tuple(Option(each.code, each.text) for each in items))


def _is_too_short(choices: Choices, node: Node, context: Context) -> bool:
    """Tell whether there is nothing to choose between; that is reported."""
    if len(choices.items) >= 2 or context.as_written:
        return False
    context.leave_out(node, "too_few_choices", node.place("choices"))
    return True


def _is_random(node: Node, context: Context) -> bool:
    order = node.string("choicesOrder")
    if order not in {"", "none", "random"}:
        context.report.dropped("order_dropped", node.place("choicesOrder"), name=context.name_of(node))
    return order == "random"


def _room(options: tuple[Option, ...]) -> int:
    """Return the most characters of the question's code: the code of what is said to "other" builds on it."""
    return min([LONGEST - len(specify_code("", each.code)) for each in options if each.specify], default=LONGEST)


def _specified(node: Node, code: str, options: tuple[Option, ...], context: Context) -> tuple[Option, ...]:
    """Reserve the codes of what is said to "other"."""
    found = []
    for option in options:
        said = specify_code(code, option.code)
        if option.specify and said in context.codes:
            context.report.dropped("specify_dropped", node.place(), name=context.name_of(node), option=option.code)
            option = replace(option, specify=False)
        elif option.specify:
            context.codes.take(said)
            context.scope.add(f"{node.name('name')}-Comment", Known(said, Answers.TEXT))
        found.append(option)
    return tuple(found)


# --- scales ----------------------------------------------------------------------------------------


def _scale_question(
    node: Node, rule: Rule | None, choices: Choices, scale: Scale, context: Context
) -> ScaleQuestion:
    if _is_random(node, context):
        context.report.dropped("order_dropped", node.place("choicesOrder"), name=context.name_of(node))
    fields = context.common(node, rule)
    name, code = node.name("name"), fields["code"]
    context.scope.add(name, Known(code, Answers.ONE, choices.names, asked=rule))
    context.field(name, code, Answers.ONE)
    return ScaleQuestion(**fields, scale=context.scale_code(scale, node.place()))


def _rating(node: Node, rule: Rule | None, context: Context) -> Question | None:
    low, high = context.texts.read(node, "minRateDescription"), context.texts.read(node, "maxRateDescription")
    node.mark("rateCount", "autoGenerate", "rateType", "displayMode")
    rates = read_list(node, "rateValues", context)
    least, most, step = _rates(node)
    if rates is None or not rates.items:
        if (least, most, step) == (0, 10, 1):
            return _nps(node, rule, low, high, context)
        rates = _numbered(least, most, step, low, high, node, context)
    if _is_too_short(rates, node, context):
        return None
    scale = rates.scale
    if scale is None:
        # Ratings go from the worst to the best, our scales from the best to the worst.
        turned = tuple(reversed(rates.items))
        scale = shipped_scale([each.text for each in turned])
        if scale is not None:
            names = {each.value: grade.code for each, grade in zip(turned, scale.grades, strict=True)}
            rates = Choices(turned, scale, names)
            context.tell_scale(node, scale)
        else:
            rates = replace(rates, items=turned)
            title = context.texts.read(node, "title") or context.texts.named(context.name_of(node))
            scale = plain_scale(context.name_of(node), title, rates)
            context.report.changed("scale_without_marks", node.place(), name=context.name_of(node))
    return _scale_question(node, rule, rates, scale, context)


def _rates(node: Node) -> tuple[int, int, int]:
    least = node.whole("rateMin")
    least = 1 if least is None else least
    step = max(1, node.whole("rateStep") or 1)
    most = node.whole("rateMax")
    if most is None:
        count = node.whole("rateCount")
        most = least + (count - 1) * step if count is not None and count > 1 else least + 4 * step
    return least, most, step


def _numbered(least: int, most: int, step: int, low: Text, high: Text, node: Node, context: Context) -> Choices:
    """Return the numbers of a rating as items, with the words for the two ends at the first and the last."""
    numbers = range(least, most + 1, step)[:_MOST_RATES]
    items = []
    for number in numbers:
        words = low if number == numbers[0] else high if number == numbers[-1] else Text()
        plain = context.spoken(Text(str(number), str(number))) or Text(str(number), str(number))
        text = Text(
            f"{number}（{words.zh}）" if words.zh else plain.zh, f"{number} ({words.en})" if words.en else plain.en
        )
        code = str(number) if number >= 0 else f"m{-number}"
        items.append(Choice(str(number), code, text, node.place()))
    return Choices(tuple(items), None, {each.value: each.code for each in items})


def _nps(node: Node, rule: Rule | None, low: Text, high: Text, context: Context) -> Nps:
    fields = context.common(node, rule)
    numbers = {str(number): str(number) for number in range(11)}
    name, code = node.name("name"), fields["code"]
    context.scope.add(name, Known(code, Answers.NUMBER, numbers, asked=rule))
    context.field(name, code, Answers.NUMBER)
    return Nps(**fields, low=low, high=high)


READERS: Mapping[str, Reader] = {
    "radiogroup": _one,
    "dropdown": _one,
    "buttongroup": _one,
    "checkbox": _several,
    "tagbox": _several,
    "imagepicker": _image_picker,
    "boolean": _boolean,
    "ranking": _ranking,
    "rating": _rating,
    "text": text_of,
    "comment": comment_of,
    "slider": number_of,
    "html": statement_of,
}
"""How an element of each type becomes one question."""
