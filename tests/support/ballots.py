"""Files of ballots and questionnaires for them."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from survey_app.questionnaire.definition import (
    DateQuestion,
    Grade,
    Item,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Questionnaire,
    Ranking,
    Scale,
    ScaleQuestion,
    Section,
    ShortText,
    SingleChoice,
)
from survey_app.questionnaire.rules import IsNot
from survey_app.questionnaire.text import Text

JOB_SATISFACTION = Path(__file__).resolve().parents[1] / "data" / "job_satisfaction.csv"
"""Counts of 715 workers in Danish industry, 1968 (Petersen; Andersen 1991, table 5.4): facts, in eight rows."""


def job_satisfaction() -> Questionnaire:
    """The questionnaire of three questions that the 715 workers answered."""
    scale = Scale(
        "HL",
        Text("高低", "High or low"),
        (
            Grade("high", Text("高", "High"), 100, satisfied=True, strict=True),
            Grade("low", Text("低", "Low"), 0),
        ),
    )
    quality = (Option("good", Text("好", "Good")), Option("bad", Text("差", "Bad")))
    questions = (
        SingleChoice(
            code="management", text=Text("管理质量", "Quality of management"), options=quality, required=True
        ),
        ScaleQuestion(
            code="supervisor",
            text=Text("班组长的工作满意度", "The supervisor's job satisfaction"),
            scale="HL",
            required=True,
        ),
        ScaleQuestion(
            code="own", text=Text("本人的工作满意度", "One's own job satisfaction"), scale="HL", required=True
        ),
    )
    return Questionnaire(
        code="JOBS",
        title=Text("工作满意度", "Job satisfaction"),
        sections=(Section("s1", Text("工作", "Work"), questions),),
        scales=(scale,),
        headline="own",
    )


def every_kind() -> Questionnaire:
    """One question of each kind that a column can hold."""
    scale = Scale(
        "S",
        Text("满意", "Satisfaction"),
        (
            Grade("1", Text("满意", "Satisfied"), 100, satisfied=True, strict=True),
            Grade("2", Text("不满意", "Dissatisfied"), 0),
            Grade("9", Text("不了解、未参与", "Do not know"), None, in_base=False),
        ),
    )
    return Questionnaire(
        code="EVERY",
        title=Text("各种题型", "Every kind"),
        sections=(Section("s1", Text("一", "One"), _of_every_kind()),),
        scales=(scale,),
    )


def _of_every_kind() -> tuple[Question, ...]:
    seek = (
        Option("1", Text("工会", "The union")),
        Option("2", Text("12345、12351 热线", "The 12345 or 12351 hotline")),
        Option("3", Text("谁也不找", "Nobody"), exclusive=True),
        Option("4", Text("其他", "Other"), specify=True),
    )
    order = (*seek[:2], Option("3", Text("工友", "Colleagues")))
    return (
        SingleChoice(
            code="K1",
            text=Text("您知道吗", "Do you know"),
            options=(Option("1", Text("知道", "Yes")), Option("2", Text("不知道", "No"))),
            required=True,
        ),
        ScaleQuestion(
            code="K2", text=Text("总的来看", "All in all"), scale="S", required=True, shown_if=IsNot("K1", "2")
        ),
        MultipleChoice(code="K3", text=Text("遇到困难找谁", "Whom do you turn to"), options=seek),
        Matrix(
            code="K4",
            text=Text("各方面", "Aspects"),
            scale="S",
            items=(Item("K4a", Text("宣传", "Information")), Item("K4b", Text("办实事", "Deeds"))),
        ),
        Nps(code="K5", text=Text("推荐", "Recommend")),
        Number(code="K6", text=Text("条数", "Number of items"), minimum=0, maximum=999),
        ShortText(code="K7", text=Text("意见", "Comment"), max_length=20),
        DateQuestion(code="K8", text=Text("日子", "Day"), latest="2017-12-31"),
        Ranking(
            code="K9",
            text=Text("排序", "Order"),
            options=order,
            top=2,
        ),
    )


def csv_file(*rows: str, encoding: str = "utf-8") -> bytes:
    """A text file of these lines."""
    return "\r\n".join(rows).encode(encoding)


def xlsx_file(
    *rows: Sequence[Any], change: Callable[[Workbook], None] | None = None, title: str = "Ballots"
) -> bytes:
    """A workbook with these rows; `change` does more to it before it is saved."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_parts(workbook: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook with these parts put in or replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return stream.getvalue()
