"""Files as people really send them: broken, foreign, half filled in, or made by a program that nobody expected.

`odd_files` yields each with a name and what must come of it: "read", "refused", or None where either will do.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import xlwt
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.limesurvey import Ask, Group, lss
from tests.support.xlsform import HEAD, YES_NO, xls, xlsx


@dataclass(frozen=True)
class Odd:
    """A file, and what becomes of it. `says` are kinds of findings, or of the refusal, that it must come with."""

    name: str
    content: bytes
    becomes: str | None
    says: tuple[str, ...] = ()


_TEXT = "职工食堂满意度\n1. 您的性别\nA. 男\nB. 女\n2. 您满意吗？\nA. 满意\nB. 不满意\n"
_SHEET = ("编号", "题型", "题干", "选项", "显示条件")


def odd_files() -> Iterator[Odd]:
    """Yield all of them."""
    yield from _nothing_much()
    yield from _texts()
    yield from _workbooks()
    yield from _forms()
    yield from _surveyjs()
    yield from _limesurvey()
    yield from _own()


def _nothing_much() -> Iterator[Odd]:
    yield Odd("empty.xlsx", b"", "refused", ("empty_file",))
    yield Odd("blank.txt", b"\xef\xbb\xbf \r\n\t", "refused", ("empty_file",))
    yield Odd("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200), "refused", ("not_recognised",))
    yield Odd("truncated.xlsx", _book(lambda sheet: sheet.append(_SHEET))[:700], "refused")
    yield Odd("truncated.xls", xls(survey=(HEAD, ("text", "q", "Q")), choices=YES_NO)[:900], "refused")
    yield Odd("word.docx", _archive({"word/document.xml": b"<w:document/>"}), "refused")


def _texts() -> Iterator[Odd]:
    yield Odd("gbk.txt", _TEXT.encode("gbk"), "read")
    yield Odd("gb18030.txt", (_TEXT + "3. 𠮷先生的意见____\n").encode("gb18030"), "read")
    yield Odd("utf16.txt", _TEXT.encode("utf-16"), "read")
    yield Odd("utf16-be.txt", b"\xfe\xff" + _TEXT.encode("utf-16-be"), "read")
    yield Odd("half-gbk.txt", _TEXT.encode() + "意见".encode("gbk"), "refused")
    yield Odd("mac-lines.txt", _TEXT.replace("\n", "\r").encode(), "read")
    yield Odd("prose.txt", "各单位要高度重视，认真组织。\n现将有关事项通知如下。".encode(), None)
    yield Odd("html.txt", f"<html><body>{_TEXT}<script>alert(1)</script></body></html>".encode(), None)


def _workbooks() -> Iterator[Odd]:
    yield Odd("columns.xlsx", _book(lambda sheet: sheet.append([*_SHEET, *map(str, range(900))])), "refused")
    yield Odd("merged.xlsx", _book(_merged), "read")
    yield Odd("hidden.xlsx", _book(_hidden), "read")
    yield Odd("formulas.xlsx", _book(_formulas), None)
    yield Odd("errors.xlsx", _book(_errors), None)
    yield Odd("numbers.xlsx", _book(_numbers), "read")
    yield Odd("cyclic.xlsx", _book(_cyclic), "refused")
    yield Odd("template-empty.xlsx", _book(lambda sheet: sheet.append(_SHEET)), "refused")
    yield Odd("sheet-gbk.csv", "编号,题型,题干,选项\nW1,单选题,满意吗？,满意;不满意\n".encode("gbk"), "read")
    yield Odd("old.xls", _old_book(), "read")
    yield Odd("chart-only.xlsx", _book(lambda sheet: None), "refused")


def _forms() -> Iterator[Odd]:
    several = (("list_name", "name", "label"), ("l", "a", "甲"), ("l", "b", "乙"), ("l", "other", "其他"))
    relevant = (*HEAD, "relevant")
    yield Odd(
        "multiple-relevant.xlsx",
        xlsx(
            survey=(
                relevant,
                ("select_multiple l", "q", "Which?", None),
                ("text", "why", "Why?", "${q} = 'a'"),
                ("text", "more", "More?", "selected(${q}, 'b')"),
            ),
            choices=several,
        ),
        "read",
    )
    yield Odd(
        "cyclic-relevant.xlsx",
        xlsx(survey=(relevant, ("text", "a", "A", "${b} != ''"), ("text", "b", "B", "${a} != ''")), choices=YES_NO),
        "read",
        ("rule_on_later",),
    )
    yield Odd(
        "or-other.xlsx", xlsx(survey=(HEAD, ("select_one l or_other", "q", "Which?")), choices=several), "read"
    )
    yield from _odd_columns()


def _odd_columns() -> Iterator[Odd]:
    """Forms with columns of their own, and with what has no end or no place."""
    yield Odd(
        "choice-filter.xlsx",
        xlsx(
            survey=(
                (*HEAD, "choice_filter"),
                ("select_one yn", "q", "Is it?", None),
                ("select_one l", "w", "Which?", "group = ${q}"),
            ),
            choices=(
                ("list_name", "name", "label", "group"),
                ("yn", "yes", "Yes", None),
                ("yn", "no", "No", None),
                ("l", "a", "甲", "yes"),
                ("l", "b", "乙", "no"),
            ),
        ),
        "read",
        ("choice_filter",),
    )
    yield Odd(
        "calculated.xlsx",
        xlsx(
            survey=(
                (*HEAD, "calculation"),
                ("calculate", "c", None, "pulldata('x','y','z',${q})"),
                ("text", "q", "Q", None),
            ),
            choices=YES_NO,
        ),
        "read",
    )
    yield Odd(
        "label-formula.xlsx", xlsx(survey=(HEAD, ("text", "q", '=HYPERLINK("http://x","y")')), choices=YES_NO), None
    )
    yield Odd("no-choices.xlsx", xlsx(survey=(HEAD, ("select_one nowhere", "q", "Q"))), None)
    yield Odd(
        "endless-groups.xlsx",
        xlsx(survey=(HEAD, *(("begin_group", f"g{n}", "G") for n in range(60)), ("text", "q", "Q"))),
        None,
    )


def _surveyjs() -> Iterator[Odd]:
    choices = ["a", "b"]
    yield _json("nested-panels.json", {"pages": [{"elements": [_panels(30)]}]}, "read")
    yield _json(
        "dynamic.json",
        {
            "elements": [
                {
                    "type": "matrixdynamic",
                    "name": "m",
                    "columns": [{"name": "c", "cellType": "text"}],
                    "rowCount": 2,
                },
                {"type": "paneldynamic", "name": "p", "templateElements": [{"type": "text", "name": "t"}]},
                {"type": "radiogroup", "name": "q", "choices": choices},
            ]
        },
        "read",
        ("repeat",),
    )
    yield _json(
        "dates.json",
        {
            "elements": [
                {
                    "type": "text",
                    "inputType": "date",
                    "name": "d",
                    "title": "日期",
                    "min": "2026-02-30",
                    "max": "today()",
                },
                {"type": "text", "inputType": "datetime-local", "name": "e"},
            ]
        },
        "read",
    )
    yield from _surveyjs_that_misleads()


def _surveyjs_that_misleads() -> Iterator[Odd]:
    """Scripts in words, values of other types than theirs, rules in a circle."""
    yield _json(
        "scripts.json",
        {
            "title": "<img src=x onerror=alert(1)>",
            "elements": [
                {"type": "html", "name": "h", "html": "<script>alert(1)</script><b>请看</b>"},
                {"type": "text", "name": "q", "title": {"default": "<b>意见</b>", "zh-cn": None}},
            ],
        },
        "read",
    )
    yield _json("wrong-types.json", {"pages": {"elements": "no"}, "title": 7, "elements": [None, 3, "x", []]}, None)
    yield _json(
        "loops.json",
        {
            "elements": [
                {"type": "text", "name": "a", "title": "甲", "visibleIf": "{b} notempty"},
                {"type": "text", "name": "b", "visibleIf": "{a} notempty"},
                {"type": "text", "name": "c"},
            ]
        },
        "read",
        ("rule_on_later",),
    )


def _limesurvey() -> Iterator[Odd]:
    html = '<p style="x">您<strong>满意</strong>吗？</p><script>x()</script>{TOKEN:FIRSTNAME}'
    asks = [Ask("L", "Q1", words=html, answers=[("A1", "<i>满意</i>"), ("A2", "不满意")])]
    yield Odd("html.lss", lss(Group("<b>组</b>", asks)), "read")
    yield Odd(
        "types.lss",
        lss(Group("组", [Ask(kind, f"K{n}") for n, kind in enumerate("15ABCDEFGHIKLMNOPQRSTUXY|*:;!")])),
        "read",
    )
    yield Odd("half.lss", lss(Group("组", asks))[:400], "refused")
    yield Odd(
        "loop.lss",
        lss(
            Group(
                "组",
                [
                    Ask("S", "A", data={"relevance": 'B.NAOK == "x"'}),
                    Ask("S", "B", data={"relevance": 'A.NAOK == "x"'}),
                ],
            )
        ),
        None,
    )


def _own() -> Iterator[Odd]:
    yield _json("own-future.json", {"format": "union-survey-questionnaire", "version": 99, "sections": []}, None)
    yield Odd("own-twice.json", b'{"format": 1, "format": 2}', None)
    yield Odd("list.json", b"[1, 2, 3]", None)


# --- how they are made -----------------------------------------------------------------------------


def _json(name: str, content: Mapping[str, Any], becomes: str | None, says: tuple[str, ...] = ()) -> Odd:
    return Odd(name, json.dumps(content, ensure_ascii=False).encode(), becomes, says)


def _panels(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "radiogroup", "name": "q", "title": "好吗？", "choices": ["a", "b"]}
    for number in range(depth):
        inner = {"type": "panel", "name": f"p{number}", "visibleIf": "true", "elements": [inner]}
    return inner


def _book(fill: Callable[[Worksheet], None]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "题目"
    fill(sheet)
    return _saved(book)


def _saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _merged(sheet: Worksheet) -> None:
    sheet.append(_SHEET)
    sheet.append(("W1", "单选题", "满意吗？", "满意\n不满意"))
    sheet.append((None, None, None, None))
    sheet.append(("W2", "短文本", "原因", None))
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("C4:D4")


def _hidden(sheet: Worksheet) -> None:
    sheet.append(_SHEET)
    sheet.append(("W1", "短文本", "原因", None))
    other = sheet.parent.create_sheet("草稿")  # type: ignore[union-attr]  # a sheet in a book has one
    other.append(("随便", "写写"))
    other.sheet_state = "veryHidden"


def _formulas(sheet: Worksheet) -> None:
    sheet.append(_SHEET)
    sheet.append(("W1", "单选题", '=CONCATENATE("满意","吗")', "=A1"))
    sheet.append(("W2", "短文本", "原因", None))


def _errors(sheet: Worksheet) -> None:
    sheet.append(_SHEET)
    sheet.append(("#REF!", "#N/A", "#VALUE!", "#DIV/0!"))


def _numbers(sheet: Worksheet) -> None:
    sheet.append(_SHEET)
    sheet.append((None, "单选题", 2026, "1\n2\n3"))
    sheet.append((None, "数字题", 1.5, None))


def _cyclic(sheet: Worksheet) -> None:
    sheet.append(_SHEET)
    sheet.append(("W1", "短文本", "甲", None, "W2 已答"))
    sheet.append(("W2", "短文本", "乙", None, "W1 已答"))


def _old_book() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("题目")
    for number, row in enumerate([_SHEET, ("W1", "单选题", "满意吗？", "满意\n不满意")]):
        for index, value in enumerate(row):
            sheet.write(number, index, value)
    return _saved(book)


def _archive(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()
