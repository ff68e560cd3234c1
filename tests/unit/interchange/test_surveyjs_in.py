"""SurveyJS as other people write it: what becomes of each element, and what is said about the rest."""

import json
from typing import Any

import pytest

from survey_app import library
from survey_app.interchange import surveyjs
from survey_app.interchange.findings import Finding, Imported, Severity
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
    Questionnaire,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
)
from survey_app.questionnaire.rules import All, Answered, AnyOf, AtLeast, AtMost, Is, Not, Rule
from survey_app.questionnaire.rules import Any as AnyRule
from survey_app.questionnaire.text import EMPTY, Text
from tests.support.sound import unsound

_S5X = ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]


def _read(survey: dict[str, Any]) -> Imported:
    return surveyjs.read(json.dumps(survey, ensure_ascii=False).encode())


def _of(*elements: dict[str, Any], **more: Any) -> Imported:
    return _read({"title": "问卷", "pages": [{"name": "p", "elements": list(elements)}], **more})


def _form(imported: Imported) -> Questionnaire:
    assert imported.questionnaire is not None, imported.findings
    return imported.questionnaire


def _one(*elements: dict[str, Any], **more: Any) -> tuple[Question, tuple[Finding, ...]]:
    """Return the last question that comes of elements, and all findings but the one on the language."""
    imported = _of(*elements, **more)
    return _form(imported).questions[-1], _without_language(imported)


def _without_language(imported: Imported) -> tuple[Finding, ...]:
    return tuple(each for each in imported.findings if not each.kind.startswith("taken_as"))


def _kinds(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.kind for finding in findings]


def _zh(words: str) -> Text:
    return Text(zh=words)


# --- kinds of questions ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["radiogroup", "dropdown", "buttongroup"])
def test_one_choice(kind: str) -> None:
    question, findings = _one(
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
        text=_zh("性别"),
        help=_zh("请选一项"),
        required=True,
        options=(
            Option("m", _zh("男")), Option("2", _zh("女")), Option("1", _zh("保密")), Option("x", _zh("其他情况")),
        ),
    )  # fmt: skip
    (renamed,) = findings
    assert (renamed.kind, renamed.place.path, renamed.params) == (
        "option_renamed", "$.pages[0].elements[0].choices[2]", {"old": "保密", "new": "1"},
    )  # fmt: skip


def test_several_choices_with_all_that_they_may_have() -> None:
    question, findings = _one(
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
        text=_zh("收获"),
        options=(
            Option("a", _zh("a")), Option("b", _zh("b")), Option("c", _zh("丙"), exclusive=True),
            Option("none", _zh("无"), exclusive=True), Option("other", _zh("别的"), specify=True),
        ),
        min_choices=1,
        max_choices=3,
        random_order=True,
    )  # fmt: skip
    assert findings == ()


def test_a_validator_limits_the_number_of_choices() -> None:
    question, findings = _one(
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
    assert _kinds(findings) == ["validator_dropped", "property_dropped"]


def test_options_that_are_a_shipped_scale_become_it() -> None:
    question, findings = _one({"type": "radiogroup", "name": "s", "title": "满意吗", "choices": _S5X})
    assert question == ScaleQuestion(code="s", text=_zh("满意吗"), scale="S5X")
    assert findings[0].params == {"name": "s", "scale": "满意度五级量表（无“不了解”）", "code": "S5X"}


def test_a_shipped_scale_with_its_own_codes_and_words_needs_no_finding() -> None:
    scale = next(each for each in library.scales() if each.code == "S3")
    choices = [{"value": grade.code, "text": grade.text.zh} for grade in scale.grades]
    question, findings = _one({"type": "radiogroup", "name": "s", "title": "满意吗", "choices": choices})
    assert isinstance(question, ScaleQuestion)
    assert findings == ()


def test_a_rating_from_0_to_10_asks_how_likely_people_recommend() -> None:
    question, findings = _one(
        {"type": "rating", "name": "n", "title": "推荐", "rateMin": 0, "rateMax": 10, "minRateDescription": "不",
         "maxRateDescription": "会"}
    )  # fmt: skip
    assert question == Nps(code="n", text=_zh("推荐"), low=_zh("不"), high=_zh("会"))
    assert findings == ()


def test_other_ratings_become_scales_best_first() -> None:
    imported = _of({"type": "rating", "name": "n", "title": "打分", "minRateDescription": "差", "rateMax": 3})
    assert _form(imported).questions == (ScaleQuestion(code="n", text=_zh("打分"), scale="n"),)
    (scale,) = _form(imported).scales
    assert [(grade.code, grade.text.zh, grade.score) for grade in scale.grades] == [
        ("3", "3", None), ("2", "2", None), ("1", "1（差）", None),
    ]  # fmt: skip
    assert "scale_without_marks" in _kinds(imported.findings)


def test_a_rating_worst_first_is_the_shipped_scale_turned() -> None:
    values = [{"value": number, "text": words} for number, words in enumerate(reversed(_S5X), start=1)]
    imported = _of(
        {"type": "rating", "name": "s", "title": "满意吗", "rateValues": values},
        {"type": "comment", "name": "c", "title": "原因", "visibleIf": "{s} <= 2"},
    )
    first, second = _form(imported).questions
    assert first == ScaleQuestion(code="s", text=_zh("满意吗"), scale="S5X")
    assert second.shown_if == AnyOf("s", ("4", "5"))


def test_yes_and_no() -> None:
    question, findings = _one({"type": "boolean", "name": "b", "title": "入会了吗", "labelTrue": "入了"})
    assert question == SingleChoice(
        code="b", text=_zh("入会了吗"), options=(Option("true", _zh("入了")), Option("false", _zh("否")))
    )
    assert findings == ()


@pytest.mark.parametrize(
    ("element", "expected", "kinds"),
    [
        ({"type": "text"}, ShortText(code="q", text=_zh("问")), ["texts_limited"]),
        ({"type": "text", "maxLength": 80}, ShortText(code="q", text=_zh("问"), max_length=80), []),
        ({"type": "text", "maxLength": 800}, LongText(code="q", text=_zh("问"), max_length=800),
         ["text_made_long"]),
        ({"type": "comment", "maxLength": 9000}, LongText(code="q", text=_zh("问"), max_length=5000),
         ["text_limited"]),
        (
            {"type": "text", "validators": [{"type": "text", "maxLength": 9}, {"type": "regex", "regex": "."}]},
            ShortText(code="q", text=_zh("问"), max_length=9),
            ["validator_dropped"],
        ),
        ({"type": "text", "inputType": "email", "maxLength": 9}, ShortText(code="q", text=_zh("问"), max_length=9),
         ["input_type_as_text"]),
        ({"type": "text", "inputType": "number", "min": 0, "max": 5, "step": 1},
         Number(code="q", text=_zh("问"), minimum=0, maximum=5), []),
        ({"type": "text", "inputType": "number", "step": 0.01}, Number(code="q", text=_zh("问"), decimals=2), []),
        ({"type": "text", "inputType": "number", "step": 5}, Number(code="q", text=_zh("问")), ["step_dropped"]),
        ({"type": "text", "inputType": "number"}, Number(code="q", text=_zh("问")), ["decimals_assumed"]),
        (
            {"type": "text", "inputType": "number", "step": 1, "min": 9, "validators": [
                {"type": "numeric", "minValue": 10, "maxValue": 5}]},
            Number(code="q", text=_zh("问")), ["bounds_crossed"],
        ),
        ({"type": "slider", "step": 1}, Number(code="q", text=_zh("问"), minimum=0, maximum=100),
         ["slider_as_number"]),
        ({"type": "text", "inputType": "date", "min": "2017-04-01", "max": "=today()"},
         DateQuestion(code="q", text=_zh("问"), earliest="2017-04-01"), ["bound_dropped"]),
        ({"type": "ranking", "choices": ["a", "b"]},
         Ranking(code="q", text=_zh("问"), options=(Option("a", _zh("a")), Option("b", _zh("b"))), top=2), []),
        (
            {"type": "ranking", "choices": ["a", "b"], "selectToRankEnabled": True, "maxSelectedChoices": 1},
            Ranking(code="q", text=_zh("问"), options=(Option("a", _zh("a")), Option("b", _zh("b"))), top=1), [],
        ),
        ({"type": "html", "html": "<h3>请看</h3><p>第一<br>第二</p>"},
         Statement(code="q", text=_zh("请看\n第一\n第二")), ["html_as_text"]),
    ],
)  # fmt: skip
def test_other_kinds(element: dict[str, Any], expected: Question, kinds: list[str]) -> None:
    question, findings = _one({"name": "q", "title": "问", **element})
    assert question == expected
    assert _kinds(findings) == kinds


def test_a_table_becomes_a_matrix() -> None:
    imported = _of(
        {
            "type": "matrix",
            "name": "m",
            "title": "评价",
            "isAllRowRequired": True,
            "columns": _S5X,
            "rows": [{"value": "attitude", "text": "作风"}, {"value": "1", "text": "成效"}],
        }
    )
    assert _form(imported).questions == (
        Matrix(
            code="m", text=_zh("评价"), required=True, scale="S5X",
            items=(Item("attitude", _zh("作风")), Item("m_1", _zh("成效"))),
        ),
    )  # fmt: skip
    assert [each.params for each in imported.findings if each.kind == "row_renamed"] == [{"old": "1", "new": "m_1"}]


def test_rows_that_an_earlier_choice_brings_up() -> None:
    choice = {"type": "checkbox", "name": "took", "title": "参加", "choices": ["a", "b"]}
    table = {
        "type": "matrix", "name": "m", "title": "评价", "columns": _S5X,
        "rows": [{"value": "a", "text": "甲"}, {"value": "b", "text": "乙"}],
        "rowsVisibleIf": "{took} contains {item}",
    }  # fmt: skip
    question, _ = _one(choice, table)
    assert isinstance(question, Matrix)
    assert (question.rows_from, [item.when for item in question.items]) == ("took", ["a", "b"])


def test_a_row_whose_condition_cannot_be_said_is_left_out() -> None:
    table = {
        "type": "matrix", "name": "m", "title": "评价", "columns": _S5X,
        "rows": ["甲", {"value": "b", "text": "乙", "visibleIf": "{age} > 3"}],
    }  # fmt: skip
    question, findings = _one(table)
    assert isinstance(question, Matrix)
    assert [item.text.zh for item in question.items] == ["甲"]
    found = next(each for each in findings if each.kind == "row_conditional")
    assert found.place.path == "$.pages[0].elements[0].rows[1]"


def test_several_fields_are_asked_one_by_one() -> None:
    imported = _of(
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
    first, second, third = _form(imported).questions
    assert first == ShortText(code="who_n", text=_zh("联系人：姓名"), required=True, max_length=20)
    assert second == Number(code=second.code, text=_zh("联系人：年龄"), required=True)
    assert third.shown_if == AtLeast(second.code, 18)
    assert {"texts_split", "renamed"} <= set(_kinds(imported.findings))


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
    imported = _of(
        {"name": "gone", "title": "去", **element},
        {"type": "text", "name": "after", "title": "后", "maxLength": 9, "visibleIf": "{gone} = 'a'"},
        {"type": "text", "name": "stays", "title": "留", "maxLength": 9},
    )
    assert [question.code for question in _form(imported).questions] == ["stays"]
    found = {each.kind: each for each in imported.findings if each.severity is Severity.DROPPED}
    assert {kind, "rule_on_dropped"} <= set(found)
    assert str(found[kind].place.path).startswith("$.pages[0].elements[0]")
    assert found["rule_on_dropped"].place.path == "$.pages[0].elements[1].visibleIf"


# --- pages, panels, comments ---------------------------------------------------------------------------


def test_pages_become_sections_and_panels_lose_their_frame() -> None:
    text = {"type": "text", "maxLength": 9}
    imported = _read(
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
    form = _form(imported)
    assert (form.closing, form.paged) == (_zh("谢谢"), True)
    one, two = form.sections
    assert (one.code, one.title, one.intro, one.shown_if) == ("one", _zh("第一页"), _zh("说明"), None)
    assert two.shown_if == Answered("a")
    assert [(each.code, each.shown_if) for each in two.questions] == [
        ("box", Is("a", "1")), ("b", Is("a", "1")), ("c", All((Is("a", "1"), Answered("b")))),
    ]  # fmt: skip
    assert not unsound(form)


def test_elements_without_a_page() -> None:
    imported = _read({"elements": [{"type": "comment", "name": "c", "title": "意见", "maxLength": 5}]})
    assert [section.code for section in _form(imported).sections] == ["page1"]
    assert _form(imported).paged is False


def test_the_field_for_comments_becomes_a_question() -> None:
    imported = _of(
        {"type": "rating", "name": "r", "title": "打分", "rateMax": 3, "hasComment": True, "commentText": "为什么"},
        {"type": "text", "name": "x", "title": "备注", "maxLength": 9, "visibleIf": "{r-Comment} notempty"},
    )
    _, comment, last = _form(imported).questions
    assert comment == LongText(code="r_comment", text=_zh("为什么"))
    assert last.shown_if == Answered("r_comment")


def test_what_is_said_to_other_can_be_asked_about() -> None:
    question, _ = _one(
        {"type": "radiogroup", "name": "q", "title": "问", "choices": ["a"], "showOtherItem": True},
        {"type": "text", "name": "x", "title": "备注", "maxLength": 9, "visibleIf": "{q-Comment} notempty"},
    )
    assert question.shown_if == Answered("q_other_text")


def test_what_surveyjs_does_by_itself_is_reported() -> None:
    imported = _of(
        {"type": "text", "name": "t", "title": "问", "maxLength": 9, "defaultValue": "x", "width": "50%",
         "requiredIf": "{a} = 1"},
        {"type": "text", "name": "u", "title": "问", "maxLength": 9, "width": "50%"},
        triggers=[{"type": "complete"}],
        calculatedValues=[{"name": "sum", "expression": "1"}],
        navigateToUrl="http://x",
    )  # fmt: skip
    found = [(each.kind, each.params.get("property"), each.place.path) for each in _without_language(imported)]
    assert ("property_dropped", "defaultValue", "$.pages[0].elements[0].defaultValue") in found
    assert ("property_dropped", "requiredIf", "$.pages[0].elements[0].requiredIf") in found
    assert ("property_dropped", "navigateToUrl", "$.navigateToUrl") in found
    assert [each for each in found if each[0] == "property_ignored"] == [
        ("property_ignored", "width", "$.pages[0].elements[0].width")
    ]
    assert {"trigger_dropped", "calculation"} <= {kind for kind, _, _ in found}


# --- conditions ----------------------------------------------------------------------------------------

_ASKED: list[dict[str, Any]] = [
    {"type": "radiogroup", "name": "one", "title": "一", "choices": ["a", "b", "ab", {"value": 10, "text": "十"}]},
    {"type": "checkbox", "name": "many", "title": "多", "choices": ["a", "b", "c"]},
    {"type": "rating", "name": "nps", "title": "荐", "rateMin": 0, "rateMax": 10},
    {"type": "text", "inputType": "number", "name": "age", "title": "龄", "step": 1},
    {"type": "text", "inputType": "number", "name": "pay", "title": "薪", "step": 0.1},
    {"type": "text", "name": "name", "title": "名", "maxLength": 9},
    {"type": "text", "inputType": "date", "name": "day", "title": "日"},
    {"type": "boolean", "name": "yes", "title": "是否"},
    {"type": "matrix", "name": "m", "title": "表", "columns": _S5X, "rows": [{"value": "r1", "text": "行"}]},
]


def _rule_of(expression: str) -> Rule | str:
    """Return the rule that an expression becomes, or the reason why the question is left out."""
    imported = _of(*_ASKED, {"type": "html", "name": "last", "html": "末", "visibleIf": expression})
    if "last" in _form(imported).question_by_code:
        assert not unsound(_form(imported))
        return _form(imported).question_by_code["last"].shown_if or "always"
    (found,) = [each for each in imported.findings if each.place.path == "$.pages[0].elements[9].visibleIf"]
    assert found.severity is Severity.DROPPED
    assert found.params["name"] == "last"
    assert found.params["expression"] == expression[:200]
    return found.kind


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("{one} = 'a'", Is("one", "a")),
        ('{one} == "a"', Is("one", "a")),
        ("'a' = {one}", Is("one", "a")),
        ("{One} equal A", Is("one", "a")),
        ("{one} = 10", Is("one", "10")),
        ("{one} <> 'a'", Not(Is("one", "a"))),
        ("{one} != 'a' and {one} notempty", All((Not(Is("one", "a")), Answered("one")))),
        ("{one} anyof ['a', 'b']", AnyOf("one", ("a", "b"))),
        ("{one} noneof ['a','b']", Not(AnyOf("one", ("a", "b")))),
        ("{one} contains 'b'", AnyOf("one", ("b", "ab"))),
        ("{one} > 3", Is("one", "10")),
        ("['a','b'] contains {one}", AnyOf("one", ("a", "b"))),
        ("{many} contains 'a'", Is("many", "a")),
        ("{many} *= 'a'", Is("many", "a")),
        ("{many} notcontains 'a'", Not(Is("many", "a"))),
        ("{many} allof ['a','b']", All((Is("many", "a"), Is("many", "b")))),
        ("{many} = ['a']", All((Is("many", "a"), Not(AnyOf("many", ("b", "c")))))),
        ("{many} anyof ['c']", AnyOf("many", ("c",))),
        ("{nps} >= 9", AtLeast("nps", 9)),
        ("{nps} < 7", AtMost("nps", 6)),
        ("9 <= {nps}", AtLeast("nps", 9)),
        ("{nps} = 3", Is("nps", "3")),
        ("{age} > 17.5", AtLeast("age", 18)),
        ("{pay} > 17.5", All((Answered("pay"), Not(AtMost("pay", 17.5))))),
        ("{pay} greaterorequal -1.5", AtLeast("pay", -1.5)),
        ("{name} = '张'", Is("name", "张")),
        ("{day} = '2017-04-11'", Is("day", "2017-04-11")),
        ("{yes} = true", Is("yes", "true")),
        ("{yes} = 'false'", Is("yes", "false")),
        ("{yes}", Is("yes", "true")),
        ("!{yes}", Not(Is("yes", "true"))),
        ("{m.r1} = '满意'", Is("r1", "2")),
        ("{one} empty", Not(Answered("one"))),
        ("{one} = ''", Not(Answered("one"))),
        ("{one} = 'a' or {one} = 'b' and {yes}",
         AnyRule((Is("one", "a"), All((Is("one", "b"), Is("yes", "true")))))),
        ("({one} = 'a' || {one} = 'b') && !({yes} = true)",
         All((AnyRule((Is("one", "a"), Is("one", "b"))), Not(Is("yes", "true"))))),
        ("not ({one} = 'a')", Not(Is("one", "a"))),
        ("true", All(())),
    ],
)  # fmt: skip
def test_conditions_that_mean_the_same(expression: str, rule: Rule) -> None:
    assert _rule_of(expression) == rule


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("{one} =", "rule_not_understood"),
        ("{one} = 'a", "rule_not_understood"),
        ("{one} = 'a' 'b'", "rule_not_understood"),
        ("{age} + 1 > 3", "rule_not_understood"),
        ("(" * 60 + "{one} = 'a'" + ")" * 60, "rule_not_understood"),
        ("!({one} = 'a') and {yes}", "rule_not_certain"),
        ("!{one} = 'a'", "rule_not_certain"),
        ("iif({one} = 'a', 1, 2) = 1", "rule_function"),
        ("today() > {day}", "rule_function"),
        ("{one} = {name}", "rule_two_answers"),
        ("{age}", "rule_comparison"),
        ("{day} > '2017-04-11'", "rule_comparison"),
        ("{name} > 3", "rule_comparison"),
        ("1 = 1", "rule_comparison"),
        ("{many} = 'a'", "rule_never"),
        ("{one} > 99", "rule_never"),
        ("{name} contains '张'", "rule_part_of_text"),
        ("{name} = 'Zhang'", "rule_case"),
        ("{one} = 'z'", "rule_unknown_option"),
        ("{nps} = 11", "rule_unknown_option"),
        ("{nobody} = 1", "rule_on_unknown"),
        ("{last} = 1", "rule_on_later"),
        (" or ".join(["{one} = 'a'"] * 300), "rule_too_long"),
    ],
)
def test_a_condition_that_cannot_be_said_leaves_the_question_out(expression: str, kind: str) -> None:
    assert _rule_of(expression) == kind


def test_a_page_whose_condition_cannot_be_said_is_left_out_with_all_its_questions() -> None:
    imported = _read(
        {
            "pages": [
                {"name": "p", "elements": [{"type": "html", "name": "h", "html": "字"}]},
                {"name": "q", "visibleIf": "age({x}) > 3", "elements": [
                    {"type": "panel", "name": "box", "elements": [{"type": "comment", "name": "a"}]},
                    {"type": "comment", "name": "b"},
                ]},
                {"name": "r", "elements": [
                    {"type": "html", "name": "i", "html": "字", "visibleIf": "{b} notempty"},
                ]},
            ]
        }
    )  # fmt: skip
    assert [section.code for section in _form(imported).sections] == ["p"]
    found = {each.kind: each for each in imported.findings}
    assert found["rule_function"].params["name"] == "a、b"
    assert found["rule_function"].place.path == "$.pages[1].visibleIf"
    assert "rule_on_dropped" in found


def test_what_could_not_be_answered_is_not_shown() -> None:
    question, findings = _one(
        _ASKED[0],
        {"type": "text", "name": "x", "title": "备注", "maxLength": 9, "visibleIf": "{one} = 'a'",
         "enableIf": "{one} notempty"},
    )  # fmt: skip
    assert question.shown_if == All((Is("one", "a"), Answered("one")))
    assert "enable_as_shown" in _kinds(findings)


def test_two_questions_of_one_name() -> None:
    text = {"type": "text", "name": "t", "title": "问", "maxLength": 9}
    imported = _of(text, text, {"type": "html", "name": "h", "html": "字", "visibleIf": "{t} notempty"})
    assert [question.code for question in _form(imported).questions] == ["t", "t_2"]
    assert {"renamed", "rule_on_ambiguous"} <= set(_kinds(imported.findings))


# --- texts ---------------------------------------------------------------------------------------------


def test_languages() -> None:
    imported = _read(
        {
            "locale": "zh-cn",
            "title": {"default": "Survey", "zh-tw": "問卷", "zh-cn": "问卷", "fr": "Enquête"},
            "elements": [
                {"type": "comment", "name": "a", "maxLength": 9, "title": {"default": "Why", "zh-cn": "原因"}},
                {"type": "comment", "name": "b", "maxLength": 9, "title": {"zh-cn": "其他", "en": "Other"}},
            ],
        }
    )
    form = _form(imported)
    assert form.title == Text("问卷", "Survey")
    assert [question.text for question in form.questions] == [Text("原因", "Why"), Text("其他", "Other")]
    dropped = {
        each.params["language"]: each.place.path for each in imported.findings if each.kind == "language_dropped"
    }
    assert dropped == {"zh-tw": "$.title.zh-tw", "fr": "$.title.fr"}


def test_a_file_in_another_language_is_refused() -> None:
    imported = _read({"locale": "fr", "title": "Enquête", "elements": [{"type": "comment", "name": "a"}]})
    assert imported.questionnaire is None
    assert imported.findings[0].kind == "no_language"


def test_plain_english() -> None:
    imported = _read({"elements": [{"type": "comment", "name": "why", "maxLength": 9, "title": "Why?"}]})
    assert _form(imported).questions[0].text == Text(en="Why?")
    assert "taken_as_english" in _kinds(imported.findings)


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
    question, findings = _one(
        {"type": "text", "name": "first", "title": "首", "maxLength": 9},
        {"type": "text", "name": "q", "title": title, "maxLength": 9},
    )
    assert question.text.zh == words
    assert _kinds(findings) == ([kind] if kind else [])


def test_names_that_cannot_be_codes() -> None:
    imported = _of(
        {"type": "text", "name": "你的年龄", "title": "年龄", "maxLength": 9},
        {"type": "text", "name": "question 2", "maxLength": 9},
        {"type": "html", "name": "h", "html": "字", "visibleIf": "{你的年龄} notempty"},
    )
    first, second, third = _form(imported).questions
    assert (first.code, second.code) == ("Q1", "question_2")
    assert second.text == _zh("question 2")
    assert third.shown_if == Answered("Q1")
    assert [each.params for each in imported.findings if each.kind == "renamed"] == [
        {"old": "你的年龄", "new": "Q1"}, {"old": "question 2", "new": "question_2"},
    ]  # fmt: skip


def test_an_untitled_survey_gets_a_title_and_says_so() -> None:
    imported = _read({"elements": [{"type": "html", "name": "h", "html": "<p>字</p>"}]})
    assert _form(imported).title.zh
    assert "no_title" in _kinds(imported.findings)


def test_nothing_left_is_an_error() -> None:
    imported = _of({"type": "file", "name": "f", "title": "照片"})
    assert imported.questionnaire is None
    assert "no_questions" in _kinds(imported.findings)


def test_an_empty_title_is_the_name() -> None:
    assert _one({"type": "comment", "name": "你好", "maxLength": 5, "help": EMPTY.zh})[0].text == _zh("你好")
