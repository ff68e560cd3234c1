"""Groups laid out as a table of selects on one list → a matrix."""

from __future__ import annotations

from survey_app.interchange.scope import Answers, CannotSay, Known
from survey_app.interchange.xlsform.choices import ChoiceList
from survey_app.interchange.xlsform.conditions import read_rule
from survey_app.interchange.xlsform.context import Context
from survey_app.interchange.xlsform.tree import Group, Line
from survey_app.interchange.xlsform.types import Type
from survey_app.questionnaire.definition import Item, Matrix
from survey_app.questionnaire.rules import Is, Rule

_SEVERAL = (Answers.SEVERAL, Answers.RANKED)
_TABLE, _HEAD, _ROW = "table-list", "label", "list-nolabel"


def matrix_of(group: Group, rule: Rule | None, context: Context) -> Matrix | None:
    """Return the matrix that a group is, or None for groups that are none.

    A group that wants to be a table and cannot be a matrix of ours is reported.
    """
    appearance = group.row.get("appearance").casefold().split()
    lines = [child for child in group.children if isinstance(child, Line)]
    has_rows = any(_ROW in _appearance(line) for line in lines)
    if _TABLE not in appearance and not has_rows:
        return None
    head = lines[0] if lines and _HEAD in _appearance(lines[0]) else None
    rows = lines[1:] if head is not None else lines
    choices = _common_list(rows, context)
    sources = _sources(rows, context)
    if choices is None or sources is None or len(lines) < len(group.children):
        context.report.changed("table_not_matrix", group.row.place("appearance"), name=group.name)
        return None
    return _matrix(group, head, rows, rule, choices, sources, context)


def _appearance(line: Line) -> list[str]:
    return line.row.get("appearance").casefold().split()


def _common_list(rows: list[Line], context: Context) -> ChoiceList | None:
    """Return the list that all rows share, None where they do not."""
    names = {row.type.list_name for row in rows}
    is_plain = all(row.type.type is Type.ONE and not row.type.has_other for row in rows)
    if len(names) != 1 or not is_plain or any(row.row.get("choice_filter") for row in rows):
        return None
    found = context.choices.get(names.pop())
    return found if found is not None and len(found.choices) >= 2 else None


def _sources(rows: list[Line], context: Context) -> list[Is] | None:
    """Return for each row the choice that brings it up; [] where no row has a condition, None for other ones."""
    written = [row.row.get("relevant") for row in rows]
    if not any(written):
        return []
    found: list[Is] = []
    for expression in written:
        try:
            rule = read_rule(expression, context.scope)
        except CannotSay:
            return None
        if not isinstance(rule, Is) or context.scope.answers(rule.question) not in _SEVERAL:
            return None
        found.append(rule)
    return found if len({rule.question for rule in found}) == 1 else None


def _matrix(
    group: Group,
    head: Line | None,
    rows: list[Line],
    rule: Rule | None,
    choices: ChoiceList,
    sources: list[Is],
    context: Context,
) -> Matrix:
    titled = group.row
    if head is not None:
        context.scope.drop(head.name)
        context.report.changed("table_head", head.row.place("appearance"), name=head.name)
        if not context.texts.peek(group.row, "label"):
            titled = head.row
    code = context.code(group.row, context.codes, "matrix")
    required = {context.is_required(row.row) for row in rows}
    if len(required) > 1:
        context.report.changed("table_required", group.row.place("name"), name=group.name)
    scale = context.scale_code(choices, group.row)
    items = tuple(
        Item(
            context.code(row.row, context.codes, "Q"),
            context.label(row.row),
            sources[index].value if sources else None,
        )
        for index, row in enumerate(rows)
    )
    for row, item in zip(rows, items, strict=True):
        context.scope.add(row.name, Known(item.code, Answers.ONE, choices.codes))
        context.limits(row.row)
        context.parameters(row.row)
        context.appearance(row.row, _ROW)
        if context.texts.peek(row.row, "hint"):
            context.report.dropped("table_row_hint", row.row.place("hint"), name=row.name)
    context.scope.drop(group.name)
    return Matrix(
        code=code,
        text=context.label(titled),
        help=context.texts.read(titled, "hint"),
        required=required == {True},
        shown_if=rule,
        scale=scale,
        items=items,
        rows_from=sources[0].question if sources else None,
    )
