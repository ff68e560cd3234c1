"""Which scale a question of the file is answered on."""

from __future__ import annotations

from dataclasses import replace

from survey_app.interchange.known_scales import shipped_scale
from survey_app.interchange.surveyjs.choices import Choices
from survey_app.interchange.surveyjs.context import Context
from survey_app.interchange.surveyjs.marks import SCALE
from survey_app.interchange.surveyjs.nodes import Node
from survey_app.questionnaire.definition import Grade, Scale
from survey_app.questionnaire.text import Text

__all__ = ["differs", "marked_scale", "plain_scale", "shipped_scale"]


def marked_scale(node: Node, choices: Choices, context: Context) -> Scale | None:
    """Return the scale that our own object names, if it still has these items; else the shipped one that they are.

    Where the items have been edited, those that are left keep what they count for.
    """
    marked = context.marks.of_question(node.name("name")).get(SCALE)
    if not isinstance(marked, str):
        return choices.scale
    scale = context.scales.get(marked)
    if scale is not None and [(each.code, each.text) for each in choices.items] == [
        (grade.code, grade.text) for grade in scale.grades
    ]:
        return scale
    context.report.changed("scale_edited", node.place(), scale=marked[:80], name=context.name_of(node))
    if scale is None or len(choices.items) < 2:
        return None
    plain = plain_scale(marked, scale.name, choices)
    grades = tuple(
        replace(scale.by_code[each.code], text=each.text) if each.code in scale.by_code else each
        for each in plain.grades
    )
    return replace(plain, grades=grades)


def differs(choices: Choices) -> bool:
    """Tell whether items that became a scale have other names or words than the scale."""
    grades = choices.scale.grades if choices.scale is not None else ()
    return any(
        item.value != grade.code
        or (item.text.zh and item.text.zh != grade.text.zh)
        or (item.text.en and item.text.en != grade.text.en)
        for item, grade in zip(choices.items, grades, strict=False)
    )


def plain_scale(code: str, name: Text, choices: Choices) -> Scale:
    """Return a scale of plain options: nothing counts as satisfied yet."""
    return Scale(code, name, tuple(Grade(each.code, each.text, None) for each in choices.items))
