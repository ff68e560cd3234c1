"""Lists of choices, columns and rates of SurveyJS → options, and which of them are scales."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from survey_app.interchange.findings import Place
from survey_app.interchange.known_scales import shipped_scale
from survey_app.interchange.surveyjs.context import Context
from survey_app.interchange.surveyjs.nodes import Node, scalar
from survey_app.interchange.xlsform.codes import option_codes
from survey_app.questionnaire.definition import Option, Scale
from survey_app.questionnaire.text import Text

MAX_CHOICES = 1_000
"""Most choices of one question."""
_SPECIAL = (
    (("showNoneItem", "hasNone"), "none", "noneText", Text("无", "None"), True),
    (("showRefuseItem",), "refused", "refuseText", Text("拒绝回答", "Refuse to answer"), True),
    (("showDontKnowItem",), "dontknow", "dontKnowText", Text("不知道", "Don't know"), True),
    (("showOtherItem", "hasOther"), "other", "otherText", Text("其他（请注明）", "Other (please specify)"), False),
)
"""Items that a question has by a switch: its names, the item's value, its text, and whether it excludes others."""
_ELSEWHERE = ("choicesByUrl", "choicesFromQuestion", "choicesLazyLoadEnabled", "choiceValuesFromQuestion")


@dataclass(frozen=True, slots=True)
class Choice:
    """One item of a list. `value` is what expressions call it."""

    value: str
    code: str
    text: Text
    place: Place
    exclusive: bool = False
    specify: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """A list of items. `scale` is set where they are one, and then has the items' codes."""

    items: tuple[Choice, ...]
    scale: Scale | None = None
    names: dict[str, str] = field(default_factory=dict)

    def options(self) -> tuple[Option, ...]:
        """Return the items as options."""
        return tuple(Option(each.code, each.text, each.exclusive, each.specify) for each in self.items)


def read_choices(node: Node, context: Context, *, with_special: bool = True) -> Choices | None:
    """Return the choices of a question; None, and a finding, where they are not in the file."""
    if (elsewhere := node.first(*_ELSEWHERE)) and node.data[elsewhere]:
        context.leave_out(node, "choices_elsewhere", node.place(elsewhere), property=elsewhere)
        return None
    if condition := node.first("choicesVisibleIf", "choicesEnableIf"):
        context.leave_out(node, "choices_conditional", node.place(condition), property=condition)
        return None
    items = _items(node, "choices", context)
    if not items and node.has("choicesMax"):
        items = _counted(node, context)
    if with_special:
        items += _special(node, context)
    return _coded(items, node, context)


def read_list(node: Node, name: str, context: Context) -> Choices | None:
    """Return the columns of a table, or the rates of a rating."""
    return _coded(_items(node, name, context), node, context)


def _items(node: Node, name: str, context: Context) -> list[Choice]:
    found: list[Choice] = []
    for value, path in node.items(name)[:MAX_CHOICES]:
        choice = _item(value, path, context)
        if choice is not None:
            found.append(choice)
    if len(node.items(name)) > MAX_CHOICES:
        context.report.dropped("too_many_choices", node.place(name), most=MAX_CHOICES, name=context.name_of(node))
    return found


def _item(value: object, path: str, context: Context) -> Choice | None:
    place = Place(path=path)
    if isinstance(value, dict):
        return _full_item(Node(value, path), place, context)
    written = scalar(value)
    if written is None:
        context.report.dropped("choice_broken", place)
        return None
    name, bar, words = written.partition("|") if isinstance(value, str) else (written, "", "")
    if not bar or not name or not words:
        name = words = written
    return Choice(name, "", context.texts.of(words, place) or context.texts.named(name), place)


def _full_item(node: Node, place: Place, context: Context) -> Choice | None:
    given = node.take("value")
    name = scalar(given)
    if name is None and isinstance(given, dict | list):
        name = json.dumps(given, ensure_ascii=False)[:80]
    if name is None or name == "":
        name = node.string("text")
    if not name:
        context.report.dropped("choice_broken", place)
        return None
    if condition := node.string("visibleIf", "enableIf"):
        shown = condition[:200]
        context.report.dropped("choice_conditional", place, name=name[:80], expression=shown)
        return None
    if node.has("imageLink"):
        context.report.dropped("image_dropped", node.place("imageLink"), name=name[:80])
        node.mark("imageLink")
    text = context.texts.read(node, "text")
    if not text and not context.as_written:
        text = context.texts.named(name)
    choice = Choice(
        name,
        "",
        text,
        place,
        exclusive=node.flag("isExclusive"),
        specify=node.flag("showCommentArea"),
    )
    node.mark("isCommentRequired", "commentPlaceholder")
    context.ignore(node)
    return choice


def _counted(node: Node, context: Context) -> list[Choice]:
    """Return the numbers from `choicesMin` to `choicesMax`."""
    low, high = node.whole("choicesMin") or 0, node.whole("choicesMax") or 0
    step = max(1, node.whole("choicesStep") or 1)
    numbers = range(low, high + 1, step)
    if len(numbers) > MAX_CHOICES:
        context.report.dropped(
            "too_many_choices", node.place("choicesMax"), most=MAX_CHOICES, name=context.name_of(node)
        )
    place = node.place("choicesMax")
    return [Choice(str(number), "", Text(str(number), str(number)), place) for number in numbers[:MAX_CHOICES]]


def _special(node: Node, context: Context) -> list[Choice]:
    found = []
    for names, value, text_name, standard, exclusive in _SPECIAL:
        if node.flag(*names):
            text = context.texts.read(node, text_name) or context.spoken(standard)
            place = node.place(node.first(*names))
            found.append(Choice(value, "", text, place, exclusive=exclusive, specify=value == "other"))
        else:
            node.mark(text_name)
    return found


def _coded(items: Sequence[Choice], node: Node, context: Context) -> Choices:
    """Give the items codes: those of the scale that they are, or their own names."""
    codes = option_codes([each.value for each in items])
    coded = tuple(replace(each, code=code) for each, code in zip(items, codes, strict=True))
    scale = None if context.as_written else shipped_scale([each.text for each in coded])
    if scale is not None:
        names = _by_value(coded, [grade.code for grade in scale.grades])
        return Choices(coded, scale, names)
    for each in coded:
        if each.code != each.value:
            context.report.changed("option_renamed", each.place, old=each.value[:80], new=each.code)
    return Choices(coded, None, _by_value(coded, codes))


def _by_value(items: Sequence[Choice], codes: Sequence[str]) -> dict[str, str]:
    """Return codes by what the file calls the items; of a value that stands twice, the first counts."""
    found: dict[str, str] = {}
    for item, code in zip(items, codes, strict=True):
        found.setdefault(item.value, code)
    return found
