"""Tiny questionnaires for tests: one feature each, words that say nothing."""

from survey_app.questionnaire.definition import (
    Grade,
    Item,
    Matrix,
    MultipleChoice,
    Option,
    Question,
    Questionnaire,
    Scale,
    ScaleQuestion,
    Section,
    SingleChoice,
)
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import Text

WORDS = Text("文字", "words")

YES_NO = Scale(
    "YN",
    WORDS,
    (
        Grade("1", Text("满意", "Satisfied"), 100, satisfied=True, strict=True),
        Grade("2", Text("不满意", "Dissatisfied"), 0),
        Grade("3", Text("不了解", "Don't know"), None, in_base=False),
    ),
)


def options(*codes: str, exclusive: str = "", specify: str = "") -> tuple[Option, ...]:
    """Options with these codes; those named in `exclusive` and `specify` (one code each) are so marked."""
    return tuple(Option(code, WORDS, exclusive=code == exclusive, specify=code == specify) for code in codes)


def single(code: str, *, shown_if: Rule | None = None, required: bool = False, specify: str = "") -> SingleChoice:
    """A single choice of "1", "2" and "3"."""
    return SingleChoice(
        code=code,
        text=WORDS,
        options=options("1", "2", "3", specify=specify),
        shown_if=shown_if,
        required=required,
    )


def multiple(code: str, *, exclusive: str = "", specify: str = "", most: int | None = None) -> MultipleChoice:
    """A multiple choice of "1", "2", "3" and "4"."""
    return MultipleChoice(
        code=code,
        text=WORDS,
        options=options("1", "2", "3", "4", exclusive=exclusive, specify=specify),
        max_choices=most,
    )


def rating(code: str, *, shown_if: Rule | None = None, required: bool = False) -> ScaleQuestion:
    """One grade of `YES_NO`."""
    return ScaleQuestion(code=code, text=WORDS, scale="YN", shown_if=shown_if, required=required)


def matrix(
    code: str, *rows: str, rows_from: str | None = None, required: bool = False, shown_if: Rule | None = None
) -> Matrix:
    """Rows rated on `YES_NO`; with `rows_from`, the first row comes up with option "1", and so on."""
    items = tuple(
        Item(row, WORDS, when=str(number) if rows_from else None) for number, row in enumerate(rows, start=1)
    )
    return Matrix(
        code=code, text=WORDS, scale="YN", items=items, rows_from=rows_from, required=required, shown_if=shown_if
    )


def section(code: str, *questions: Question, shown_if: Rule | None = None) -> Section:
    """A section of these questions."""
    return Section(code, WORDS, questions, shown_if=shown_if)


def questionnaire(*parts: Question | Section) -> Questionnaire:
    """A questionnaire of these sections; questions that stand alone become one section."""
    sections = [part for part in parts if isinstance(part, Section)]
    loose = tuple(part for part in parts if not isinstance(part, Section))
    if loose:
        sections.insert(0, Section("s0", WORDS, loose))
    return Questionnaire(code="T", title=WORDS, sections=tuple(sections), scales=(YES_NO,))
