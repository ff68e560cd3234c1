"""SurveyJS as other people write it: what becomes of each element, and what is said about the rest."""

from typing import Any

import pytest

from survey_app import library
from survey_app.interchange.findings import Severity
from survey_app.questionnaire.definition import (
    DateQuestion,
    Item,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
)
from survey_app.questionnaire.rules import All, Answered, AnyOf, AtLeast, Is
from survey_app.questionnaire.text import EMPTY, Text
from tests.support.sound import unsound
from tests.support.surveyjs import S5X, form_of, kinds_of, question_of, read, read_elements, without_language, zh

# --- kinds of questions ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["radiogroup", "dropdown", "buttongroup"])
def test_one_choice(kind: str) -> None:
    question, findings = question_of(
        {
            "type": kind,
            "name": "sex",
            "title": "性别",
            "description": "请选一项",
            "isRequired": True,
            "choices": [{"value": "m", "text": "男"}, {"value": 2, "text": "女"}, "保密", "x|其他情况"],
        }
    )
    assert question == SingleChoice(
        code="sex",
        text=zh("性别"),
        help=zh("请选一项"),
        required=True,
        options=(
            Option("m", zh("男")), Option("2", zh("女")), Option("1", zh("保密")), Option("x", zh("其他情况")),
        ),
    )  # fmt: skip
    (renamed,) = findings
    assert (renamed.kind, renamed.place.path, renamed.params) == (
        "option_renamed", "$.pages[0].elements[0].choices[2]", {"old": "保密", "new": "1"},
    )  # fmt: skip


def test_several_choices_with_all_that_they_may_have() -> None:
    question, findings = question_of(
        {
            "type": "checkbox",
            "name": "w",
            "title": "收获",
            "choices": ["a", "b", {"value": "c", "text": "丙", "isExclusive": True}],
            "hasOther": True,
            "otherText": "别的",
            "showNoneItem": True,
            "choicesOrder": "random",
            "minSelectedChoices": 1,
            "maxSelectedChoices": 3,
        }
    )
    assert question == MultipleChoice(
        code="w",
        text=zh("收获"),
        options=(
            Option("a", zh("a")), Option("b", zh("b")), Option("c", zh("丙"), exclusive=True),
            Option("none", zh("无"), exclusive=True), Option("other", zh("别的"), specify=True),
        ),
        min_choices=1,
        max_choices=3,
        random_order=True,
    )  # fmt: skip
    assert findings == ()


def test_a_validator_limits_the_number_of_choices() -> None:
    question, findings = question_of(
        {
            "type": "tagbox",
            "name": "w",
            "title": "收获",
            "choices": ["a", "b", "c"],
            "validators": [{"type": "answercount", "minCount": 1, "maxCount": 2}, {"type": "expression"}],
            "showSelectAllItem": True,
        }
    )
    assert isinstance(question, MultipleChoice)
    assert (question.min_choices, question.max_choices) == (1, 2)
    assert kinds_of(findings) == ["validator_dropped", "property_dropped"]


def test_options_that_are_a_shipped_scale_become_it() -> None:
    question, findings = question_of({"type": "radiogroup", "name": "s", "title": "满意吗", "choices": S5X})
    assert question == ScaleQuestion(code="s", text=zh("满意吗"), scale="S5X")
    assert findings[0].params == {"name": "s", "scale": "满意度五级量表（无“不了解”）", "code": "S5X"}


def test_a_shipped_scale_with_its_own_codes_and_words_needs_no_finding() -> None:
    scale = next(each for each in library.scales() if each.code == "S3")
    choices = [{"value": grade.code, "text": grade.text.zh} for grade in scale.grades]
    question, findings = question_of({"type": "radiogroup", "name": "s", "title": "满意吗", "choices": choices})
    assert isinstance(question, ScaleQuestion)
    assert findings == ()


def test_a_rating_from_0_to_10_asks_how_likely_people_recommend() -> None:
    question, findings = question_of(
        {"type": "rating", "name": "n", "title": "推荐", "rateMin": 0, "rateMax": 10, "minRateDescription": "不",
         "maxRateDescription": "会"}
    )  # fmt: skip
    assert question == Nps(code="n", text=zh("推荐"), low=zh("不"), high=zh("会"))
    assert findings == ()


def test_other_ratings_become_scales_best_first() -> None:
    imported = read_elements(
        {"type": "rating", "name": "n", "title": "打分", "minRateDescription": "差", "rateMax": 3}
    )
    assert form_of(imported).questions == (ScaleQuestion(code="n", text=zh("打分"), scale="n"),)
    (scale,) = form_of(imported).scales
    assert [(grade.code, grade.text.zh, grade.score) for grade in scale.grades] == [
        ("3", "3", None), ("2", "2", None), ("1", "1（差）", None),
    ]  # fmt: skip
    assert "scale_without_marks" in kinds_of(imported.findings)


def test_a_rating_worst_first_is_the_shipped_scale_turned() -> None:
    values = [{"value": number, "text": words} for number, words in enumerate(reversed(S5X), start=1)]
    imported = read_elements(
        {"type": "rating", "name": "s", "title": "满意吗", "rateValues": values},
        {"type": "comment", "name": "c", "title": "原因", "visibleIf": "{s} <= 2"},
    )
    first, second = form_of(imported).questions
    assert first == ScaleQuestion(code="s", text=zh("满意吗"), scale="S5X")
    assert second.shown_if == AnyOf("s", ("4", "5"))


def test_yes_and_no() -> None:
    question, findings = question_of({"type": "boolean", "name": "b", "title": "入会了吗", "labelTrue": "入了"})
    assert question == SingleChoice(
        code="b", text=zh("入会了吗"), options=(Option("true", zh("入了")), Option("false", zh("否")))
    )
    assert findings == ()


@pytest.mark.parametrize(
    ("element", "expected", "kinds"),
    [
        ({"type": "text"}, ShortText(code="q", text=zh("问")), ["texts_limited"]),
        ({"type": "text", "maxLength": 80}, ShortText(code="q", text=zh("问"), max_length=80), []),
        ({"type": "text", "maxLength": 800}, LongText(code="q", text=zh("问"), max_length=800),
         ["text_made_long"]),
        ({"type": "comment", "maxLength": 9000}, LongText(code="q", text=zh("问"), max_length=5000),
         ["text_limited"]),
        (
            {"type": "text", "validators": [{"type": "text", "maxLength": 9}, {"type": "regex", "regex": "."}]},
            ShortText(code="q", text=zh("问"), max_length=9),
            ["validator_dropped"],
        ),
        ({"type": "text", "inputType": "email", "maxLength": 9}, ShortText(code="q", text=zh("问"), max_length=9),
         ["input_type_as_text"]),
        ({"type": "text", "inputType": "number", "min": 0, "max": 5, "step": 1},
         Number(code="q", text=zh("问"), minimum=0, maximum=5), []),
        ({"type": "text", "inputType": "number", "step": 0.01}, Number(code="q", text=zh("问"), decimals=2), []),
        ({"type": "text", "inputType": "number", "step": 5}, Number(code="q", text=zh("问")), ["step_dropped"]),
        ({"type": "text", "inputType": "number"}, Number(code="q", text=zh("问")), ["decimals_assumed"]),
        (
            {"type": "text", "inputType": "number", "step": 1, "min": 9, "validators": [
                {"type": "numeric", "minValue": 10, "maxValue": 5}]},
            Number(code="q", text=zh("问")), ["bounds_crossed"],
        ),
        ({"type": "slider", "step": 1}, Number(code="q", text=zh("问"), minimum=0, maximum=100),
         ["slider_as_number"]),
        ({"type": "text", "inputType": "date", "min": "2017-04-01", "max": "=today()"},
         DateQuestion(code="q", text=zh("问"), earliest="2017-04-01"), ["bound_dropped"]),
        ({"type": "ranking", "choices": ["a", "b"]},
         Ranking(code="q", text=zh("问"), options=(Option("a", zh("a")), Option("b", zh("b"))), top=2), []),
        (
            {"type": "ranking", "choices": ["a", "b"], "selectToRankEnabled": True, "maxSelectedChoices": 1},
            Ranking(code="q", text=zh("问"), options=(Option("a", zh("a")), Option("b", zh("b"))), top=1), [],
        ),
        ({"type": "html", "html": "<h3>请看</h3><p>第一<br>第二</p>"},
         Statement(code="q", text=zh("请看\n第一\n第二")), ["html_as_text"]),
    ],
)  # fmt: skip
def test_other_kinds(element: dict[str, Any], expected: Question, kinds: list[str]) -> None:
    question, findings = question_of({"name": "q", "title": "问", **element})
    assert question == expected
    assert kinds_of(findings) == kinds


def test_a_table_becomes_a_matrix() -> None:
    imported = read_elements(
        {
            "type": "matrix",
            "name": "m",
            "title": "评价",
            "isAllRowRequired": True,
            "columns": S5X,
            "rows": [{"value": "attitude", "text": "作风"}, {"value": "1", "text": "成效"}],
        }
    )
    assert form_of(imported).questions == (
        Matrix(
            code="m", text=zh("评价"), required=True, scale="S5X",
            items=(Item("attitude", zh("作风")), Item("m_1", zh("成效"))),
        ),
    )  # fmt: skip
    assert [each.params for each in imported.findings if each.kind == "row_renamed"] == [{"old": "1", "new": "m_1"}]


def test_rows_that_an_earlier_choice_brings_up() -> None:
    choice = {"type": "checkbox", "name": "took", "title": "参加", "choices": ["a", "b"]}
    table = {
        "type": "matrix", "name": "m", "title": "评价", "columns": S5X,
        "rows": [{"value": "a", "text": "甲"}, {"value": "b", "text": "乙"}],
        "rowsVisibleIf": "{took} contains {item}",
    }  # fmt: skip
    question, _ = question_of(choice, table)
    assert isinstance(question, Matrix)
    assert (question.rows_from, [item.when for item in question.items]) == ("took", ["a", "b"])


def test_a_row_whose_condition_cannot_be_said_is_left_out() -> None:
    table = {
        "type": "matrix", "name": "m", "title": "评价", "columns": S5X,
        "rows": ["甲", {"value": "b", "text": "乙", "visibleIf": "{age} > 3"}],
    }  # fmt: skip
    question, findings = question_of(table)
    assert isinstance(question, Matrix)
    assert [item.text.zh for item in question.items] == ["甲"]
    found = next(each for each in findings if each.kind == "row_conditional")
    assert found.place.path == "$.pages[0].elements[0].rows[1]"


def test_several_fields_are_asked_one_by_one() -> None:
    imported = read_elements(
        {
            "type": "multipletext",
            "name": "who",
            "title": "联系人",
            "isRequired": True,
            "items": [
                {"name": "n", "title": "姓名", "maxLength": 20},
                {"name": "年龄", "inputType": "number", "step": 1},
            ],
        },
        {"type": "text", "name": "x", "title": "备注", "maxLength": 9, "visibleIf": "{who.年龄} >= 18"},
    )
    first, second, third = form_of(imported).questions
    assert first == ShortText(code="who_n", text=zh("联系人：姓名"), required=True, max_length=20)
    assert second == Number(code=second.code, text=zh("联系人：年龄"), required=True)
    assert third.shown_if == AtLeast(second.code, 18)
    assert {"texts_split", "renamed"} <= set(kinds_of(imported.findings))


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ({"type": "expression", "expression": "1+1"}, "calculation"),
        ({"type": "image", "imageLink": "http://x"}, "image_element"),
        ({"type": "signaturepad"}, "type_unsupported"),
        ({"type": "file"}, "type_unsupported"),
        ({"type": "teleport"}, "type_unknown"),
        ({"type": "paneldynamic", "templateElements": [{"type": "text", "name": "kid"}]}, "repeat"),
        ({"type": "matrixdynamic", "columns": [{"name": "c"}]}, "repeat"),
        ({"type": "matrixdropdown", "columns": [{"name": "c"}]}, "matrix_of_fields"),
        ({"type": "matrix", "cellType": "checkbox", "columns": ["a", "b"], "rows": ["c"]}, "matrix_of_several"),
        ({"type": "matrix", "columns": ["a", "b"]}, "matrix_without_rows"),
        ({"type": "dropdown", "choicesByUrl": {"url": "http://x"}}, "choices_elsewhere"),
        ({"type": "checkbox", "choicesFromQuestion": "a"}, "choices_elsewhere"),
        ({"type": "checkbox", "choices": ["a", "b"], "choicesVisibleIf": "{x} contains {item}"},
         "choices_conditional"),
        ({"type": "radiogroup", "choices": ["a"]}, "too_few_choices"),
        ({"type": "html", "html": "<img src=x>"}, "html_without_text"),
        ({"type": "text", "visible": False}, "hidden"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_left_out_and_so_is_what_depends_on_it(element: dict[str, Any], kind: str) -> None:
    imported = read_elements(
        {"name": "gone", "title": "去", **element},
        {"type": "text", "name": "after", "title": "后", "maxLength": 9, "visibleIf": "{gone} = 'a'"},
        {"type": "text", "name": "stays", "title": "留", "maxLength": 9},
    )
    assert [question.code for question in form_of(imported).questions] == ["stays"]
    found = {each.kind: each for each in imported.findings if each.severity is Severity.DROPPED}
    assert {kind, "rule_on_dropped"} <= set(found)
    assert str(found[kind].place.path).startswith("$.pages[0].elements[0]")
    assert found["rule_on_dropped"].place.path == "$.pages[0].elements[1].visibleIf"


# --- pages, panels, comments ---------------------------------------------------------------------------


def test_pages_become_sections_and_panels_lose_their_frame() -> None:
    text = {"type": "text", "maxLength": 9}
    imported = read(
        {
            "title": "问卷",
            "completedHtml": "<h3>谢谢</h3>",
            "pages": [
                {"name": "one", "title": "第一页", "description": "说明",
                 "elements": [{**text, "name": "a", "title": "甲"}]},
                {
                    "name": "two", "visibleIf": "{a} notempty",
                    "elements": [{
                        "type": "panel", "name": "box", "title": "框", "visibleIf": "{a} = '1'",
                        "elements": [
                            {**text, "name": "b", "title": "乙"},
                            {**text, "name": "c", "title": "丙", "visibleIf": "{b} notempty"},
                        ],
                    }],
                },
            ],
        }
    )  # fmt: skip
    form = form_of(imported)
    assert (form.closing, form.paged) == (zh("谢谢"), True)
    one, two = form.sections
    assert (one.code, one.title, one.intro, one.shown_if) == ("one", zh("第一页"), zh("说明"), None)
    assert two.shown_if == Answered("a")
    assert [(each.code, each.shown_if) for each in two.questions] == [
        ("box", Is("a", "1")), ("b", Is("a", "1")), ("c", All((Is("a", "1"), Answered("b")))),
    ]  # fmt: skip
    assert not unsound(form)


def test_elements_without_a_page() -> None:
    imported = read({"elements": [{"type": "comment", "name": "c", "title": "意见", "maxLength": 5}]})
    assert [section.code for section in form_of(imported).sections] == ["page1"]
    assert form_of(imported).paged is False


def test_the_field_for_comments_becomes_a_question() -> None:
    imported = read_elements(
        {"type": "rating", "name": "r", "title": "打分", "rateMax": 3, "hasComment": True, "commentText": "为什么"},
        {"type": "text", "name": "x", "title": "备注", "maxLength": 9, "visibleIf": "{r-Comment} notempty"},
    )
    _, comment, last = form_of(imported).questions
    assert comment == LongText(code="r_comment", text=zh("为什么"))
    assert last.shown_if == Answered("r_comment")


def test_what_is_said_to_other_can_be_asked_about() -> None:
    question, _ = question_of(
        {"type": "radiogroup", "name": "q", "title": "问", "choices": ["a"], "showOtherItem": True},
        {"type": "text", "name": "x", "title": "备注", "maxLength": 9, "visibleIf": "{q-Comment} notempty"},
    )
    assert question.shown_if == Answered("q_other_text")


def test_what_surveyjs_does_by_itself_is_reported() -> None:
    imported = read_elements(
        {"type": "text", "name": "t", "title": "问", "maxLength": 9, "defaultValue": "x", "width": "50%",
         "requiredIf": "{a} = 1"},
        {"type": "text", "name": "u", "title": "问", "maxLength": 9, "width": "50%"},
        triggers=[{"type": "complete"}],
        calculatedValues=[{"name": "sum", "expression": "1"}],
        navigateToUrl="http://x",
    )  # fmt: skip
    found = [(each.kind, each.params.get("property"), each.place.path) for each in without_language(imported)]
    assert ("property_dropped", "defaultValue", "$.pages[0].elements[0].defaultValue") in found
    assert ("property_dropped", "requiredIf", "$.pages[0].elements[0].requiredIf") in found
    assert ("property_dropped", "navigateToUrl", "$.navigateToUrl") in found
    assert [each for each in found if each[0] == "property_ignored"] == [
        ("property_ignored", "width", "$.pages[0].elements[0].width")
    ]
    assert {"trigger_dropped", "calculation"} <= {kind for kind, _, _ in found}


# --- texts ---------------------------------------------------------------------------------------------


def test_languages() -> None:
    imported = read(
        {
            "locale": "zh-cn",
            "title": {"default": "Survey", "zh-tw": "問卷", "zh-cn": "问卷", "fr": "Enquête"},
            "elements": [
                {"type": "comment", "name": "a", "maxLength": 9, "title": {"default": "Why", "zh-cn": "原因"}},
                {"type": "comment", "name": "b", "maxLength": 9, "title": {"zh-cn": "其他", "en": "Other"}},
            ],
        }
    )
    form = form_of(imported)
    assert form.title == Text("问卷", "Survey")
    assert [question.text for question in form.questions] == [Text("原因", "Why"), Text("其他", "Other")]
    dropped = {
        each.params["language"]: each.place.path for each in imported.findings if each.kind == "language_dropped"
    }
    assert dropped == {"zh-tw": "$.title.zh-tw", "fr": "$.title.fr"}


def test_a_file_in_another_language_is_refused() -> None:
    imported = read({"locale": "fr", "title": "Enquête", "elements": [{"type": "comment", "name": "a"}]})
    assert imported.questionnaire is None
    assert imported.findings[0].kind == "no_language"


def test_plain_english() -> None:
    imported = read({"elements": [{"type": "comment", "name": "why", "maxLength": 9, "title": "Why?"}]})
    assert form_of(imported).questions[0].text == Text(en="Why?")
    assert "taken_as_english" in kinds_of(imported.findings)


@pytest.mark.parametrize(
    ("title", "words", "kind"),
    [
        ("<b>满意</b>吗", "满意吗", "markup_removed"),
        ("满意<script>alert(1)</script>吗", "满意吗", "markup_lost"),
        ("满意吗<img src=x onerror=alert(1)>", "满意吗", "markup_lost"),
        ("满意吗<!-- 秘密 -->", "满意吗", "markup_removed"),
        ("满意\x00吗", "满意吗", "markup_lost"),
        ("{first}，满意吗", "…，满意吗", "reference_in_text"),
        ("{first.row}，满意吗", "…，满意吗", "reference_in_text"),
        ("{nobody}，满意吗", "(nobody)，满意吗", "braces"),
        ("{unit}的工会，满意吗", "{unit}的工会，满意吗", None),
        ("1 < 2 & 3 > 2，满意吗", "1 < 2 & 3 > 2，满意吗", None),
    ],
)
def test_labels_become_plain_text(title: str, words: str, kind: str | None) -> None:
    question, findings = question_of(
        {"type": "text", "name": "first", "title": "首", "maxLength": 9},
        {"type": "text", "name": "q", "title": title, "maxLength": 9},
    )
    assert question.text.zh == words
    assert kinds_of(findings) == ([kind] if kind else [])


def test_names_that_cannot_be_codes() -> None:
    imported = read_elements(
        {"type": "text", "name": "你的年龄", "title": "年龄", "maxLength": 9},
        {"type": "text", "name": "question 2", "maxLength": 9},
        {"type": "html", "name": "h", "html": "字", "visibleIf": "{你的年龄} notempty"},
    )
    first, second, third = form_of(imported).questions
    assert (first.code, second.code) == ("Q1", "question_2")
    assert second.text == zh("question 2")
    assert third.shown_if == Answered("Q1")
    assert [each.params for each in imported.findings if each.kind == "renamed"] == [
        {"old": "你的年龄", "new": "Q1"}, {"old": "question 2", "new": "question_2"},
    ]  # fmt: skip


def test_an_untitled_survey_gets_a_title_and_says_so() -> None:
    imported = read({"elements": [{"type": "html", "name": "h", "html": "<p>字</p>"}]})
    assert form_of(imported).title.zh
    assert "no_title" in kinds_of(imported.findings)


def test_nothing_left_is_an_error() -> None:
    imported = read_elements({"type": "file", "name": "f", "title": "照片"})
    assert imported.questionnaire is None
    assert "no_questions" in kinds_of(imported.findings)


def test_an_empty_title_is_the_name() -> None:
    assert question_of({"type": "comment", "name": "你好", "maxLength": 5, "help": EMPTY.zh})[0].text == zh("你好")
