"""Files with questionnaires in sheets, from wherever they come: made by hand, not workbooks at all, or hostile."""

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.interchange import sheet
from survey_app.interchange.findings import UnreadableFile
from survey_app.questionnaire.definition import MultipleChoice, ScaleQuestion
from survey_app.questionnaire.rules import Any as AnyRule
from survey_app.questionnaire.rules import AnyOf, Is
from survey_app.questionnaire.text import Text
from survey_app.web.author.import_words_sheet import WORDS
from tests.support.sheets import HEADER, TITLED, book_of, bytes_of, errors_of, form_of, say
from tests.support.sound import unsound
from tests.support.tree import PACKAGE, ROOT

# --- files made by hand ----------------------------------------------------------------------------


@pytest.mark.parametrize(("ending", "above"), [("xlsx", 3), ("xls", 3), ("csv", 1)])
def test_a_sheet_made_by_hand(ending: str, above: int) -> None:
    """A title and merged cells, options in rows of their own, full-width labels, numbers for codes, days."""
    data = (ROOT / "tests" / "cases" / "sheet" / f"by_hand.{ending}").read_bytes()
    if ending == "csv":  # as Excel saves it in Chinese Windows
        data = data.decode().encode("gb18030")
    imported = sheet.read(data, filename=f"职工之家.{ending}")
    say(imported)
    form = form_of(imported)
    assert form.title.zh == ("职工之家" if ending == "csv" else "职工之家使用情况调查表")
    assert [(each.title.zh, len(each.questions)) for each in form.sections] == [
        ("一、基本情况", 2),
        ("二、满意度", 4),
    ]
    heard, used, overall, why, times, when = form.questions
    assert [each.text.zh for each in heard.options] == ["知道", "不知道"]  # type: ignore[union-attr]  # a single choice
    assert used.shown_if == Is("Q1", "1")
    assert isinstance(used, MultipleChoice)
    assert [(each.text.zh, each.specify, each.exclusive) for each in used.options] == [
        ("职工书屋", False, False),
        ("健身房", False, False),
        ("其他", True, False),
        ("都没有", False, True),
    ]
    assert (overall.required, used.required, why.required) == (True, True, False)
    assert isinstance(overall, ScaleQuestion)
    assert (why.shown_if, times.shown_if) == (AnyOf("Q3", ("4", "5")), AnyRule((Is("Q2", "1"), Is("Q2", "2"))))
    assert (times.minimum, times.maximum) == (0, 60)  # type: ignore[union-attr]  # a number
    assert (when.earliest, when.latest) == ("2016-01-01", "2017-12-31")  # type: ignore[union-attr]  # a day
    told = {
        each.kind: each.place.row for each in imported.findings if each.kind in {"column_unknown", "labels_off"}
    }
    assert told == {"column_unknown": above + 7, "labels_off": above + 1}


# --- other files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_as_the_sheet_of_questions(encoding: str) -> None:
    data = '编号,题干,题型,选项\nQ1,满意吗？,单选题,"是\n不是"\n'.encode(encoding)
    form = form_of(sheet.read(data, filename="问卷.csv"))
    assert (form.title, [each.code for each in form.questions]) == (Text("问卷"), ["Q1"])


def test_hidden_and_other_sheets_are_told() -> None:
    book = book_of([HEADER, ["Q1", "？", "数字题"]], **TITLED, 备注=[["x"]], 分节=[["标题", "说明"], ["甲", ""]])
    book["分节"].sheet_state = "hidden"
    imported = sheet.read(bytes_of(book), filename="x.xlsx")
    say(imported)
    assert {(each.kind, each.place.sheet) for each in imported.findings} == {
        ("hidden_sheet", "分节"),
        ("sheet_ignored", "备注"),
    }


def test_a_sheet_of_another_name_may_hold_the_questions() -> None:
    book = book_of([HEADER, ["Q1", "？", "数字题"]])
    book["题目"].title = "Sheet1"
    assert len(form_of(sheet.read(bytes_of(book), filename="x.xlsx")).questions) == 1


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "nul"),
        ("题目".encode()[:-1] * 9, "encoding"),
        ('编号,题干\nQ1,"没有配对'.encode(), "broken_quotes"),
        (b"a,b\n1,\x00", "nul"),
    ],
)
def test_what_is_no_template_is_refused_with_the_reason(data: bytes, kind: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        sheet.read(data, filename="x.xlsx")
    assert refused.value.kind == kind
    assert str(WORDS[kind]) % refused.value.params


def test_a_workbook_without_questions() -> None:
    imported = sheet.read(bytes_of(book_of([["姓名", "电话"], ["张三", "1"]])), filename="x.xlsx")
    assert "no_question_sheet" in [each.kind for each in imported.findings]


def test_too_many_questions() -> None:
    rows = [HEADER, *([f"Q{number}", "？", "数字题"] for number in range(2_001))]
    assert errors_of(rows) == [("too_many_questions", None, None)]


# --- whatever comes --------------------------------------------------------------------------------

_CELLS = st.one_of(
    st.none(),
    st.text("甲a1;=|[排他]\n\\，.", max_size=12),
    st.integers(-3, 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(),
    st.sampled_from([
        "单选题", "多选题", "矩阵题", "量表题", "排序题", "日期", "数字题", "NPS", "S5", "W1", "W1=1", "Q1 已答",
        "是", "1=x", "A. x B. y", "甲 [对应:1]", "a=甲\na=乙", "非(W1=1)", "2017-02-30", "=SUM(A1)", "　",
        "{unit}", "0" * 400, "W1≥1",
    ]),
)  # fmt: skip
_KEYS = [
    "分节", "编号", "题型", "题干", "选项", "选项（英文）", "量表", "行项目", "行项目来自", "必答", "最少选",
    "最多选", "下限", "上限", "小数位", "单位", "显示条件", "说明", "选项随机", "别的",
]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_no_cells_make_the_reader_fall_over(data: st.DataObject) -> None:
    header = data.draw(st.permutations(_KEYS))
    rows = data.draw(st.lists(st.lists(_CELLS, max_size=len(header)), max_size=6))
    imported = sheet.read(bytes_of(book_of([list(header), *rows])), filename="x.xlsx")
    say(imported)
    if imported.questionnaire is not None:
        assert not unsound(imported.questionnaire)
        again = sheet.read(sheet.write(imported.questionnaire), filename="x.xlsx")
        assert again.questionnaire == imported.questionnaire


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fall_over(data: bytes) -> None:
    sheet.recognises(data)
    with suppress(UnreadableFile):
        say(sheet.read(data, filename="x.xlsx"))


def test_every_kind_of_finding_has_words() -> None:
    sources = Path(PACKAGE, "interchange", "sheet").glob("*.py")
    told = {
        kind for path in sources for kind in re.findall(r'(?:error|changed|dropped)\(\s*"(\w+)"', path.read_text())
    }
    assert told - set(WORDS) == set()
    assert len(told) > 40


@pytest.mark.parametrize(
    "words",
    [
        "甲" + " " * 30_000 + "乙",
        "[" * 30_000,
        "[甲]" * 10_000,
        "A " * 15_000,
        "\\" * 30_000,
        "a=" * 15_000,
        "_" * 30_000,
    ],
)
def test_hostile_cells_take_no_time(words: str) -> None:
    row = ["Q1", words, "多选题", words, words]
    data = bytes_of(book_of([[*HEADER, "显示条件"], row, ["Q2", "？", "矩阵", words, words]], **TITLED))
    begun = time.process_time()
    sheet.read(data, filename="x.xlsx")
    assert time.process_time() - begun < 5


def test_many_sections_and_questions_take_little_time() -> None:
    rows = [["分节", *HEADER], *([f"节{n}", f"Q{n}", "？", "单选题", "甲\n乙"] for n in range(1_000))]
    listed = [["编号", "标题"], *([f"s{n}", f"节{n}"] for n in range(2_000))]
    data = bytes_of(book_of(rows, **TITLED, 分节=listed))
    begun = time.process_time()
    form = form_of(sheet.read(data, filename="x.xlsx"))
    assert time.process_time() - begun < 10
    assert [section.code for section in form.sections] == [f"s{n}" for n in range(2_000)]
