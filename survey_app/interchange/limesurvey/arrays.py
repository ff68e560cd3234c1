"""Arrays of LimeSurvey → matrices: rows on one scale, or on two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey_app.interchange.limesurvey.choices import answers_of, coded, fixed, numbered, rows_of
from survey_app.interchange.limesurvey.context import Choice, Context
from survey_app.interchange.limesurvey.questions import Reader, shuffled
from survey_app.interchange.limesurvey.structure import Part, Question
from survey_app.interchange.scope import Answers, CannotSay, Known
from survey_app.interchange.xlsform.codes import LONGEST
from survey_app.questionnaire.definition import Item, Matrix
from survey_app.questionnaire.definition import Question as OurQuestion
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import Text

_UNCERTAIN = (("Y", Text("是", "Yes")), ("U", Text("不确定", "Uncertain")), ("N", Text("否", "No")))
_CHANGE = (("I", Text("增加", "Increase")), ("S", Text("不变", "Same")), ("D", Text("减少", "Decrease")))
_BAR = "|"


def _answers(question: Question, context: Context) -> list[Choice]:
    match question.type:
        case "A":
            return numbered(1, 5, context)
        case "B":
            return numbered(1, 10, context)
        case "C":
            return fixed(_UNCERTAIN, context)
        case "E":
            return fixed(_CHANGE, context)
    return coded(question, answers_of(question, context), context)


def _array(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    choices, rows = _answers(question, context), rows_of(question, context)
    if not _is_complete(question, choices, rows, context):
        return []
    _note_order(question, context)
    source, when = _source(question, rows, context)
    rows = [part for part in rows if source is None or part.code in when]
    if not rows:
        context.drop(question, "matrix_without_rows")
        return []
    fields = context.common(question, rule)
    scale, names = context.scale_of(question, choices)
    items = [
        _item(question, part, f"{question.code}_{part.code}", Known("", Answers.ONE, names, asked=rule), context)
        for part in rows
    ]
    items = [Item(item.code, item.text, when.get(part.code)) for item, part in zip(items, rows, strict=True)]
    context.names.drop(question.code)
    return [Matrix(**fields, scale=scale, items=tuple(items), rows_from=source)]


def _item(question: Question, part: Part, name: str, known: Known, context: Context) -> Item:
    """Return one row, which conditions further down may ask about by `name`."""
    code = context.code(question, name, longest=LONGEST)
    context.names.add(name, Known(code, known.answers, known.options, asked=known.asked))
    words = context.label(question, part)
    # What stands behind a bar is at the other end of a semantic differential.
    return Item(code, Text(*(each.replace(_BAR, " – ") for each in (words.zh, words.en))))


def _is_complete(question: Question, choices: Sequence[Choice], rows: Sequence[Part], context: Context) -> bool:
    if len(choices) < 2:
        context.drop(question, "too_few_choices")
        return False
    if not rows:
        context.drop(question, "matrix_without_rows")
        return False
    return True


def _note_order(question: Question, context: Context) -> None:
    if shuffled(question, context):
        context.lost(question, "random_order")


def _source(question: Question, rows: Sequence[Part], context: Context) -> tuple[str | None, dict[str, str]]:
    """Return the question whose chosen options bring rows up, and which option brings up which row."""
    written = question.take("array_filter")
    if not written:
        return None, {}
    try:
        known = context.names.find(written)
    except CannotSay:
        known = None
    if known is None or known.answers is not Answers.SEVERAL:
        context.lost(question, "array_filter")
        return None, {}
    when = {part.code: known.options[part.code] for part in rows if part.code in known.options}
    for part in rows:
        if part.code not in when:
            context.report.dropped(
                "row_conditional", context.place(question, part.code), name=part.code[:80], expression=written[:80]
            )
    return known.code, when


def _dual(question: Question, rule: Rule | None, context: Context) -> list[OurQuestion]:
    """An array with two scales becomes two matrices with the same rows."""
    sides = [coded(question, answers_of(question, context, scale=scale), context) for scale in ("0", "1")]
    rows = rows_of(question, context)
    if not all(_is_complete(question, side, rows, context) for side in sides):
        return []
    _note_order(question, context)
    title, note = context.title(question), context.texts.read(question.helps, context.place(question))
    found: list[OurQuestion] = []
    for number, choices in enumerate(sides):
        head = context.texts.read(question.take_words(f"dualscale_header{'AB'[number]}"), context.place(question))
        text = Text(*(_headed(words, of) for words, of in ((title.zh, head.zh), (title.en, head.en))))
        code = context.code(question, f"{question.code}_{number}")
        scale, names = context.scale_of(question, choices)
        known = Known("", Answers.ONE, names, asked=rule)
        items = tuple(
            _item(question, part, f"{question.code}_{part.code}_{number}", known, context) for part in rows
        )
        required = context.is_required(question) if number == 0 else found[0].required
        found.append(
            Matrix(code=code, text=text, help=note, required=required, shown_if=rule, scale=scale, items=items)
        )
    context.names.drop(question.code)
    codes = "、".join(each.code for each in found)
    context.report.changed("dual_split", context.place(question), name=question.code[:80], codes=codes)
    return found


def _headed(words: str, head: str) -> str:
    return f"{words}\n{head}" if words and head else words or head


READERS: Mapping[str, Reader] = {**dict.fromkeys("ABCEFH", _array), "1": _dual}
"""How an array of each type is read, by LimeSurvey's sign for it."""
