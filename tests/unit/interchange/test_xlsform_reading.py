"""Other people's XLSForms: sheets, columns, languages and cells; what is left out is named with its place."""

from datetime import date, datetime
from pathlib import Path

import pytest

from survey_app.interchange.findings import Severity, UnreadableFile
from survey_app.interchange.xlsform import read, write
from survey_app.questionnaire.definition import Number, options_of
from survey_app.questionnaire.rules import Any, AtLeast, Is
from survey_app.questionnaire.text import Text
from tests.support.tree import ROOT
from tests.support.xlsform import (
    HEAD,
    ONE,
    YES_NO,
    checked,
    design,
    finding,
    imported,
    kinds,
    question,
    xls,
    xlsx,
)

_OTHERS = ROOT.parent / "shared" / "data" / "xlsforms"
"""Forms that other people wrote; they lie beside the project where it is developed."""


# --- sheets and headers ----------------------------------------------------------------------------


def test_names_of_sheets_and_columns_are_forgiven() -> None:
    form = xlsx(
        **{
            " SURVEY ": [("Type", " Name", "LABEL", "Bind::Relevant"), ONE, ("text", "why", "Why?", "${q}='no'")],
            "Choices": [("List Name", "VALUE", "caption"), ("yn", "yes", "Yes"), ("yn", "no", "No")],
            "Settings": [("Form Title", "ID_string"), ("A form", "f1")],
        }
    )
    result = checked(read(form, filename="x.xlsx"))
    assert kinds(result) == []
    assert design(result).code == "f1"
    assert design(result).title == Text(en="A form")
    assert question(result, "why").shown_if == Is("q", "no")


def test_a_form_of_the_old_format() -> None:
    form = xls(
        survey=[(*HEAD, "relevant"), ONE, ("date", "day", "When?", "selected(${q}, 'yes')")],
        choices=[*YES_NO, ("years", 2016.0, "2016"), ("years", 2017, "2017")],
        settings=[("form_title", "version"), ("日程", date(2017, 4, 11))],
    )
    result = checked(read(form, filename="日程.xls"))
    assert kinds(result) == []
    assert question(result, "day").shown_if == Is("q", "yes")
    assert design(result).title == Text("日程")


@pytest.mark.parametrize(("wrong", "meant"), [("surveys", "survey"), ("Survy", "survey"), ("choice", "choices")])
def test_a_misspelt_sheet_is_suggested(wrong: str, meant: str) -> None:
    sheets = {"survey": [HEAD, ONE], "choices": YES_NO}
    sheets[wrong] = sheets.pop(meant)
    result = checked(read(xlsx(**sheets), filename="x.xlsx"))
    assert result.questionnaire is None
    assert finding(result, "sheet_misspelt").place.sheet == wrong
    assert finding(result, "sheet_misspelt").params == {"meant": meant}


def test_other_sheets_are_named() -> None:
    result = imported([HEAD, ("text", "a", "A")], notes=[("x",)], external_choices=[("y",)])
    assert [each.place.sheet for each in result.findings if each.kind == "sheet_ignored"] == [
        "notes",
        "external_choices",
    ]


def test_no_header() -> None:
    result = imported([("A survey about work",), HEAD, ("text", "a", "A")])
    assert finding(result, "no_column").params == {"column": "type", "headers": "A survey about work"}


def test_two_columns_with_one_meaning() -> None:
    result = imported([(*HEAD, "Label"), ("text", "a", "first", "second")])
    assert finding(result, "column_twice").params == {"other": "label", "letter": "D"}
    assert question(result, "a").text == Text(en="first")


def test_columns_that_mean_nothing_are_named_with_their_rows() -> None:
    result = imported(
        [
            (*HEAD, "default", "my notes", "media::image", "constraint_message::English (en)", None),
            ("text", "a", "A", "x", None, None, "Wrong."),
            ("text", "b", "B", "y", "ask Li", "b.png", None, "stray"),
        ]
    )
    found = {
        each.place.column: (each.kind, each.params["rows"]) for each in result.findings if "rows" in each.params
    }
    assert found["default"] == ("column_dropped", "2、3")
    assert found["my notes"] == ("column_dropped", "3")
    assert found["media::image"] == ("media_dropped", "3")
    assert found["constraint_message::English (en)"] == ("column_dropped", "2")
    assert found["H"] == ("column_without_header", "3")


def test_blank_rows_comments_and_disabled_rows() -> None:
    result = imported(
        [
            (*HEAD, "disabled", "note"),
            (None,),
            ("text", "a", "A", None, None),
            (None, None, None, None, "the next one is for managers"),
            ("text", "b", "B", "yes", None),
            (None, "c", "no type", None, None),
        ]
    )
    assert [each.code for each in design(result).questions] == ["a"]
    assert finding(result, "row_without_type").params == {"rows": "4、6"}
    assert finding(result, "row_disabled").place.row == 5


# --- languages and texts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "chinese", ["中文", "中文 (zh)", "Chinese (zh-CN)", "zh", "zh_CN", "简体中文", "Mandarin", "汉语"]
)
@pytest.mark.parametrize("english", ["English", "English (en)", "en", "EN-us", "英文"])
def test_the_names_of_our_languages(chinese: str, english: str) -> None:
    result = imported([("type", "name", f"label::{chinese}", f"label::{english}"), ("text", "a", "好", "good")])
    assert kinds(result) == []
    assert question(result, "a").text == Text("好", "good")


def test_other_languages_are_left_out_and_named() -> None:
    result = imported(
        [
            ("type", "name", "label::English (en)", "label::Français (fr)", "hint::Français (fr)"),
            ("text", "a", "A", "B", "C"),
        ]
    )
    assert finding(result, "language_dropped").params == {"language": "Français (fr)"}
    assert question(result, "a").text == Text(en="A")


def test_a_form_in_no_language_of_ours_is_refused() -> None:
    result = imported([("type", "name", "label::Français (fr)"), ("text", "a", "Quoi?")])
    assert finding(result, "no_language").severity is Severity.ERROR
    result = imported([HEAD, ("text", "a", "Quoi?")], settings=[("default_language",), ("French (fr)",)])
    assert finding(result, "no_language").severity is Severity.ERROR


@pytest.mark.parametrize(
    ("label", "default", "text"),
    [
        ("您满意吗？", None, Text("您满意吗？")),
        ("Are you?", None, Text(en="Are you?")),
        ("WIFI?", "中文 (zh)", Text("WIFI?")),
        ("好吗", "English (en)", Text(en="好吗")),
    ],
)
def test_a_label_without_a_language(label: str, default: str | None, text: Text) -> None:
    result = imported([HEAD, ("text", "a", label)], settings=[("default_language",), (default,)])
    assert question(result, "a").text == text


def test_a_label_with_and_without_its_language() -> None:
    result = imported(
        [
            ("type", "name", "label", "label::English (en)"),
            ("text", "a", "plain", "named"),
            ("text", "b", "plain", None),
        ]
    )
    assert question(result, "a").text == Text(en="named")
    assert question(result, "b").text == Text(en="plain")
    assert finding(result, "text_twice").place.row == 2


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<b>Name</b> of <span style='color:red'>team</span>", "Name of team"),
        ("<script>alert('x')</script>Name", "Name"),
        ("One<br/>two", "One\ntwo"),
        ("# Title\n**bold** words", "Title\nbold words"),
        ("[see](https://example.org/x)", "see"),
        ("<img src=x onerror=alert(1)>Name", "Name"),
    ],
)
def test_markup_is_taken_out(written: str, text: str) -> None:
    result = imported([HEAD, ("text", "a", written)])
    assert question(result, "a").text == Text(en=text)
    assert finding(result, "markup_removed").place.row == 2


@pytest.mark.parametrize("written", ["a < b > c", "5 * 3 ** 2", "<3", "if x <y", "姓名____电话____", "[1] (one)"])
def test_signs_that_are_no_markup_stay(written: str) -> None:
    result = imported([HEAD, ("text", "a", written)])
    assert kinds(result) == []
    assert question(result, "a").text.in_locale("en") == written


def test_references_and_braces_in_texts() -> None:
    result = imported([HEAD, ("text", "a", "A"), ("note", "b", "You said ${a} {x} about {unit}")])
    assert question(result, "b").text == Text(en="You said … (x) about {unit}")
    assert finding(result, "reference_in_text").params == {"name": "a"}
    assert finding(result, "braces").params == {"name": "x"}


def test_blanks_around_cells_mean_nothing() -> None:
    result = imported([HEAD, (" text ", " a ", "  A  "), ("select_one  yn ", "b\n", "B")])
    assert kinds(result) == []
    assert question(result, "a").text == Text(en="A")


def test_labels_that_are_no_texts() -> None:
    result = imported(
        [HEAD, ("text", "a", 2017), ("text", "b", True), ("text", "c", date(2017, 4, 11)), ("text", "d", 1.5)]
    )
    labels = [each.text.in_locale("en") for each in design(result).questions]
    assert labels == ["2017", "TRUE", "2017-04-11", "1.5"]


# --- names -----------------------------------------------------------------------------------------


def test_names_that_cannot_be_codes_are_changed_and_named() -> None:
    result = imported(
        [
            (*HEAD, "relevant"),
            ("integer", "满意度", "A", None),
            ("text", "my-name", "B", "${满意度} > 3"),
            ("text", "x" * 60, "C", "${my-name} = 'a'"),
            ("text", "1st", "D", None),
            ("text", None, "E", None),
            ("text", "MY_NAME", "F", None),
        ]
    )
    asked = design(result).questions
    assert [each.code for each in asked] == ["Q1", "my_name", "x" * 40, "Q_1st", "Q2", "MY_NAME_2"]
    assert asked[1].shown_if == AtLeast("Q1", 4)
    assert asked[2].shown_if == Is("my_name", "a")
    renamed = [(each.params["old"], each.place.row) for each in result.findings if each.kind == "renamed"]
    assert renamed == [("满意度", 2), ("my-name", 3), ("x" * 60, 4), ("1st", 5), ("MY_NAME", 7)]
    assert finding(result, "name_made").place.row == 6


def test_one_name_in_two_groups() -> None:
    result = imported(
        [
            (*HEAD, "relevant"),
            ("begin_group", "g1", "One", None),
            ("text", "why", "Why?", None),
            ("end_group", None, None, None),
            ("begin_group", "g2", "Two", None),
            ("text", "why", "Why?", None),
            ("text", "more", "More?", "${why} != ''"),
            ("end_group", None, None, None),
        ]
    )
    assert [each.code for each in design(result).questions] == ["why", "why_2", "more"]
    assert finding(result, "rule_on_ambiguous").params["question"] == "why"


def test_names_of_choices() -> None:
    choices = [
        ("list_name", "name", "label"),
        *[("l", name, "x") for name in (1.0, True, "a-b", "a_b", "一", "a b", 2017.5, "x" * 40, "a_b")],
    ]
    result = imported([HEAD, ("select_multiple l", "q", "Q")], choices)
    codes = [each.code for each in options_of(question(result, "q"))]
    assert codes == ["1", "TRUE", "a_b_2", "a_b", "2", "a_b_3", "2017_5", "x" * 32, "a_b_4"]
    assert sum(each.kind == "option_renamed" for each in result.findings) == 6


def test_choices_without_words_or_a_list() -> None:
    choices = [
        ("list_name", "name", "label"),
        ("yn", "yes", None),
        ("yn", "no", "No"),
        (None, "x", "X"),
        ("yn", None, "Y"),
    ]
    result = imported([HEAD, ONE], choices)
    assert [each.text for each in options_of(question(result, "q"))] == [Text(en="yes"), Text(en="No")]
    assert finding(result, "choice_without_label").params == {"rows": "2"}
    assert finding(result, "choice_incomplete").params == {"rows": "4、5"}


# --- cells -----------------------------------------------------------------------------------------


def test_formulas_are_left_out_except_true_and_false() -> None:
    result = imported(
        [
            (*HEAD, "required", "relevant"),
            ("text", "a", '="A"&"B"', "=TRUE()", "=FALSE()"),
            ("text", "b", "B", "=1=1", None),
        ]
    )
    found = {each.place.column: each.params["rows"] for each in result.findings if each.kind == "formula"}
    assert found == {"C": "2", "D": "3"}
    assert question(result, "a").required
    assert question(result, "a").shown_if == Any(())
    assert finding(result, "no_label").place.row == 2


def test_days_with_and_without_a_time() -> None:
    choices = [
        ("list_name", "name", "label"),
        ("l", date(2017, 4, 11), "A"),
        ("l", datetime.fromisoformat("2017-04-11 08:30"), "B"),
    ]
    result = imported([HEAD, ("select_one l", "q", "Q")], choices)
    assert [each.code for each in options_of(question(result, "q"))] == ["2017_04_11", "2017_04_11T08_30_00"]


# --- other people's files --------------------------------------------------------------------------


def _own_files() -> dict[str, bytes]:
    """Forms that exercise what the files of other people do, in both formats."""
    survey = [
        ("type", "name", "label:english", "hint", "bind:relevant", "appearance", None),
        ("start", "start", None, None, None, None, None),
        ("begin group", "name", None, None, None, "table-list", None),
        ("select_one yn", "list-question", "Question", "hint", None, None, None),
        ("end_group", None, None, None, None, None, None),
        ("select one from yn or specify other", "q", "Q", None, None, "minimal", None),
        ("text", "t", "T ${q}", None, "../q = 'yes'", None, "stray"),
        ("begin repeat", "r", "R", None, None, None, None),
        ("string", "s", "S", None, None, None, None),
        ("end repeat", None, None, None, None, None, None),
        ("unknown", "u", None, None, None, None, None),
    ]
    choices = [("list name", "name", "label:english"), (None, None, None), ("yn", "yes", "Yes"), ("yn", "no", "No")]
    settings = [("form_title", "form_id", "flat"), ("A test", "A test", True)]
    return {
        "own.xlsx": xlsx(survey=survey, choices=choices, settings=settings),
        "own.xls": xls(survey=survey, choices=choices, settings=settings),
    }


def test_files_of_other_people_come_in_with_a_report_or_are_refused_with_a_reason() -> None:
    files = _own_files()
    if _OTHERS.is_dir():
        files |= {
            path.name: path.read_bytes() for path in sorted(_OTHERS.iterdir()) if path.suffix in {".xls", ".xlsx"}
        }
    outcomes = {}
    for name, data in files.items():
        result = checked(read(data, filename=name))
        outcomes[name] = [each.kind for each in result.findings if each.severity is Severity.ERROR]
        for each in result.findings:
            assert each.place.sheet or each.kind == "no_choices_sheet"
        if result.questionnaire is not None:
            assert read(write(result.questionnaire), filename="x").questionnaire == result.questionnaire
    assert outcomes["own.xlsx"] == outcomes["own.xls"] == []
    assert {name for name, errors in outcomes.items() if errors} <= {"tutorial.xls"}
    assert outcomes.get("tutorial.xls", ["no_questions"]) == ["no_questions"]


def test_the_same_form_in_both_formats_is_the_same_questionnaire() -> None:
    files = _own_files()
    first, second = (read(files[name], filename="own") for name in ("own.xlsx", "own.xls"))
    assert first == second


def test_the_file_names_what_does_not_name_itself() -> None:
    form = xlsx(survey=[HEAD, ("text", "a", "您好")])
    result = checked(read(form, filename="C:\\表格\\回访 2017.xlsx"))
    assert design(result).title == Text("回访 2017")
    assert Path(design(result).code).name == design(result).code
    with pytest.raises(UnreadableFile):
        read(b"type,name,label\ntext,a,A\n", filename="form.xlsx")


def test_words_in_our_own_columns_are_cleaned_in_a_file_from_elsewhere() -> None:
    result = imported([(*HEAD, "survey_app_unit_zh"), ("integer", "n", "多少？", "<b>{x}</b>${q}人")])
    (number,) = design(result).questions
    assert isinstance(number, Number)
    assert number.unit == Text("(x)…人")
    assert {"markup_removed", "reference_in_text", "braces"} <= {each.kind for each in result.findings}


@pytest.mark.parametrize("name", ["{x} 问卷.xlsx", "<b>{x} 问卷.xlsx"])
def test_titles_are_cleaned_as_all_words_are(name: str) -> None:
    survey = [HEAD, ("text", "a", "您好")]
    from_file = checked(read(xlsx(survey=survey), filename=name))
    assert design(from_file).title == Text("(x) 问卷")
    settings = [("form_title",), ("${a}：<i>{x}</i> 问卷",)]
    assert design(imported(survey, settings=settings)).title == Text("…：(x) 问卷")


def test_a_name_that_stands_for_words_makes_no_variable() -> None:
    result = imported([HEAD, ("select_one l", "a{b}", None)], [YES_NO[0], ("l", "{x}", None), ("l", "y", "Y")])
    (question,) = design(result).questions
    assert question.text == Text("", "a(b)")
    assert options_of(question)[0].text == Text("", "(x)")
