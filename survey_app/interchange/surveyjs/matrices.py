"""Tables of SurveyJS → matrices, and fields side by side → questions one after another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from survey_app.interchange.findings import Place
from survey_app.interchange.scope import Answers, CannotSay, Known
from survey_app.interchange.surveyjs.choices import Choices, read_list
from survey_app.interchange.surveyjs.conditions import read_rule
from survey_app.interchange.surveyjs.context import Context
from survey_app.interchange.surveyjs.nodes import Node, scalar
from survey_app.interchange.surveyjs.scales import differs, marked_scale, plain_scale
from survey_app.interchange.surveyjs.values import text_of
from survey_app.questionnaire.definition import CODE, Item, Matrix, Question
from survey_app.questionnaire.rules import Is, Rule
from survey_app.questionnaire.text import EMPTY, Text

MAX_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table. `when` is the question and option that bring it up."""

    value: str
    text: Text
    place: Place
    when: Is | None = None


def matrix_of(node: Node, rule: Rule | None, context: Context) -> Question | None:
    """Return the matrix that a table with one choice a row is."""
    if node.string("cellType") == "checkbox":
        context.leave_out(node, "matrix_of_several", node.place("cellType"))
        return None
    if condition := node.first("columnsVisibleIf"):
        context.leave_out(node, "choices_conditional", node.place(condition), property=condition)
        return None
    columns = read_list(node, "columns", context)
    if columns is None or len(columns.items) < 2:
        context.leave_out(node, "too_few_choices", node.place("columns"))
        return None
    rows = _rows(node, context)
    if not rows:
        context.leave_out(node, "matrix_without_rows", node.place("rows"))
        return None
    sources = {row.when.question for row in rows if row.when is not None}
    fields = context.common(node, rule)
    fields["required"] = _is_required(node, context)
    scale = _scale_code(node, columns, fields["text"], context)
    items = tuple(_items(node, rows, columns, rule, context))
    context.scope.drop(node.name("name"))
    return Matrix(**fields, scale=scale, items=items, rows_from=next(iter(sources), None))


def _is_required(node: Node, context: Context) -> bool:
    """Tell whether every row must be answered; where only some row must, ours ask for all, and say so."""
    every = node.flag("isAllRowRequired", "eachRowRequired")
    some = node.flag("isRequired")
    if some and not every:
        context.report.changed("matrix_required", node.place("isRequired"), name=context.name_of(node))
    return every or some


def _scale_code(node: Node, columns: Choices, title: Text, context: Context) -> str:
    scale = marked_scale(node, columns, context)
    if scale is None:
        scale = plain_scale(context.name_of(node), title, columns)
        context.report.changed("scale_without_marks", node.place("columns"), name=context.name_of(node))
    elif columns.scale is not None and differs(columns):
        context.tell_scale(node, scale)
    return context.scale_code(scale, node.place())


# --- rows ------------------------------------------------------------------------------------------


def _rows(node: Node, context: Context) -> list[_Row]:
    """Return the rows, all under a condition or none; others are left out and reported."""
    every = node.string("rowsVisibleIf")
    given = node.items("rows")
    if len(given) > MAX_ROWS:
        context.report.dropped("too_many_rows", node.place("rows"), most=MAX_ROWS, name=context.name_of(node))
    rows = [row for value, path in given[:MAX_ROWS] if (row := _row(value, path, every, context)) is not None]
    sources = [row.when.question if row.when is not None else None for row in rows]
    if len(set(sources)) <= 1:
        return rows
    # Ours take all rows from one question; the rows asked of everybody stay, or those of the first question.
    kept = None if None in sources else sources[0]
    for row, source in zip(rows, sources, strict=True):
        if source != kept:
            context.report.dropped("row_conditional", row.place, name=row.value[:80], expression="")
    return [row for row, source in zip(rows, sources, strict=True) if source == kept]


def _row(value: object, path: str, every: str, context: Context) -> _Row | None:
    place = Place(path=path)
    condition = every
    if isinstance(value, dict):
        row = Node(value, path)
        name = row.name("value") or row.string("text")
        text = context.texts.read(row, "text")
        condition = row.string("visibleIf", "enableIf") or every
        context.ignore(row)
    else:
        written = scalar(value) or ""
        name, bar, words = written.partition("|") if isinstance(value, str) else (written, "", "")
        name = name if bar and words else written
        text = context.texts.of(words if bar and words else written, place)
    if not name:
        context.report.dropped("choice_broken", place)
        return None
    text = text or (EMPTY if context.as_written else context.texts.named(name))
    if not condition.strip():
        return _Row(name, text, place)
    when = _chosen_before(condition, name, context)
    if when is None:
        context.report.dropped("row_conditional", place, name=name[:80], expression=condition[:200])
        return None
    return _Row(name, text, place, when)


def _chosen_before(condition: str, name: str, context: Context) -> Is | None:
    """Return the option of an earlier question of several choices that a row's condition asks for."""
    quoted = "'" + name.replace("'", "\\'") + "'"
    try:
        rule = read_rule(condition.replace("{item}", quoted), context.scope)
    except CannotSay:
        return None
    is_listed = isinstance(rule, Is) and context.answers(rule.question) in {Answers.SEVERAL, Answers.RANKED}
    return rule if isinstance(rule, Is) and is_listed else None


def _items(node: Node, rows: list[_Row], columns: Choices, rule: Rule | None, context: Context) -> list[Item]:
    """Return the rows as items, each a field of its own."""
    found = []
    name = node.name("name")
    for row in rows:
        code = _row_code(name, row, context)
        field_name = f"{name}.{row.value}"
        context.scope.add(field_name, Known(code, Answers.ONE, columns.names, asked=rule))
        context.field(field_name, code, Answers.ONE)
        found.append(Item(code, row.text, row.when.value if row.when is not None else None))
    return found


def _row_code(name: str, row: _Row, context: Context) -> str:
    """Return the code of a row: its name where no question has it, and else with the table's name before it."""
    is_free = CODE.match(row.value) and row.value not in context.codes
    if is_free and (context.as_written or context.names[row.value.casefold()] == 0):
        context.codes.take(row.value)
        return row.value
    code = context.codes.make(f"{name}_{row.value}", "R")
    context.report.changed("row_renamed", row.place, old=row.value[:80], new=code)
    return code


# --- several texts ---------------------------------------------------------------------------------


def texts_of(node: Node, rule: Rule | None, context: Context) -> list[Question]:
    """Return the fields of a question with several texts, each as a question."""
    name = node.name("name")
    stem, help_text = context.texts.read(node, "title"), context.texts.read(node, "description")
    is_required = node.flag("isRequired")
    found: list[Question] = []
    for number, item in enumerate(node.nodes("items")[:MAX_ROWS], start=1):
        item_name = item.name("name") or str(number)
        title = context.texts.read(item, "title") or context.texts.named(item_name)
        single = Node({**item.data, "name": f"{name}_{item_name}", "title": item_name}, item.path)
        question = text_of(single, rule, context)
        found.append(
            replace(
                question,
                text=_titled(stem, title),
                help=help_text if not found else EMPTY,
                required=question.required or is_required,
            )
        )
        known = Known(question.code, context.answers(question.code), asked=rule)
        context.scope.add(f"{name}.{item_name}", known)
        context.ignore(single)
    if found:
        context.scope.drop(name)
        codes = "、".join(each.code for each in found)
        context.report.changed("texts_split", node.place("items"), name=context.name_of(node), codes=codes[:200])
    else:
        context.leave_out(node, "matrix_without_rows", node.place("items"))
    return found


def _titled(stem: Text, title: Text) -> Text:
    """Return the words of one field with those of the whole question before them."""
    zh = "：".join(filter(None, (stem.zh, title.zh or (title.en if stem.zh else ""))))
    en = ": ".join(filter(None, (stem.en, title.en or (title.zh if stem.en else ""))))
    return Text(zh, en)
