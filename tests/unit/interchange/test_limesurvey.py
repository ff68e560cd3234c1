"""LimeSurvey's files as they come: what becomes of each question, and what is said about the rest."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from survey_app.interchange import limesurvey
from survey_app.interchange.findings import Finding, Imported, Severity
from survey_app.questionnaire.definition import (
    DateQuestion,
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
from survey_app.questionnaire.rules import Is
from survey_app.questionnaire.text import Text
from survey_app.web.author.import_words_limesurvey import WORDS
from tests.support.limesurvey import Ask, Group, lss
from tests.support.sound import unsound
from tests.support.tree import PACKAGE, ROOT

_CASES = ROOT / "tests" / "cases" / "limesurvey"
_S5X = [
    (str(code), words)
    for code, words in enumerate(["非常满意", "满意", "基本满意", "不满意", "非常不满意"], start=1)
]
_AB = [("A1", "甲"), ("A2", "乙")]
_PARTS = [("SQ001", "甲"), ("SQ002", "乙"), ("SQ003", "丙")]


def _read(*groups: Group, **more: Any) -> Imported:
    imported = limesurvey.read(lss(*groups, **more))
    _say(imported)
    return imported


def _say(imported: Imported) -> None:
    """Everything that is told has words, and these have all that they need."""
    for each in imported.findings:
        assert str(WORDS[each.kind]) % each.params


def _form(imported: Imported) -> Questionnaire:
    assert imported.questionnaire is not None, imported.findings
    assert not unsound(imported.questionnaire)
    return imported.questionnaire


def _of(*questions: Ask, **more: Any) -> Imported:
    return _read(Group("组", questions), **more)


def _kinds(findings: tuple[Finding, ...]) -> list[str]:
    return [each.kind for each in findings if each.kind not in {"texts_limited", "decimals_limited"}]


def _one(question: Ask, **more: Any) -> tuple[Question, list[str]]:
    """Return the first question that comes of one, and the kinds of all that is told."""
    imported = _of(question, **more)
    return _form(imported).questions[0], _kinds(imported.findings)


# --- the sample files ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["version_2.lss", "version_6.lss"])
def test_a_survey_of_old_and_of_new_structure_is_read_the_same(name: str) -> None:
    imported = limesurvey.read((_CASES / name).read_bytes())
    _say(imported)
    form = _form(imported)
    assert form.title == Text("职工之家使用情况调查", "Use of the workers' home")
    assert [section.title.zh for section in form.sections] == ["基本情况", "使用情况", "意见"]
    assert form.sections[1].shown_if == Is("heard", "A1")
    kinds = {code: type(question) for code, question in form.question_by_code.items()}
    assert kinds == {
        "heard": SingleChoice, "used": MultipleChoice, "rate": Matrix, "times": Number, "best": Ranking,
        "overall": ScaleQuestion, "why": LongText, "recommend": Nps, "when": DateQuestion, "end": Statement,
    }  # fmt: skip
    told = {each.kind for each in imported.findings}
    assert told == {"language_dropped", "html_removed", "looks_ignored", "calculation", "list_as_nps"}
    assert form.notice == Text("问卷不记名。", "The survey is anonymous.")
    assert form.closing.zh == "谢谢您的参与。"
    assert form.paged


def test_both_structures_give_one_questionnaire() -> None:
    old, new = (limesurvey.read((_CASES / f"version_{number}.lss").read_bytes()) for number in (2, 6))
    assert old.questionnaire == new.questionnaire
    assert old.findings == new.findings


# --- types -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["L", "!"])
@pytest.mark.parametrize("is_old", [True, False])
def test_lists(kind: str, is_old: bool) -> None:
    question, told = _one(
        Ask(kind, "Q1", "好吗？", answers=_AB, data={"mandatory": "Y"}, help="请选"), is_old=is_old
    )
    assert question == SingleChoice(
        code="Q1",
        text=Text("好吗？"),
        help=Text("请选"),
        required=True,
        options=(Option("A1", Text("甲")), Option("A2", Text("乙"))),
    )
    assert told == []


def test_other_asks_what() -> None:
    attributes: Mapping[str, Any] = {"other_replace_text": {"zh-Hans": "别的"}}
    question, told = _one(Ask("L", "Q1", answers=_AB, data={"other": "Y"}, attributes=attributes))
    assert isinstance(question, SingleChoice)
    assert question.options[2] == Option("oth", Text("别的"), specify=True)
    assert told == []


def test_a_comment_below_a_list_is_a_question_of_its_own() -> None:
    imported = _of(Ask("O", "Q1", answers=_AB), Ask("S", "Q2", data={"relevance": "!is_empty(Q1_comment.NAOK)"}))
    one, comment, after = _form(imported).questions
    assert (type(one), type(comment), comment.code) == (SingleChoice, LongText, "Q1_comment")
    assert str(after.shown_if) == "Answered(question='Q1_comment')"
    assert "comment_split" in _kinds(imported.findings)


def test_answers_that_are_a_shipped_scale() -> None:
    question, told = _one(Ask("L", "Q1", "？", answers=_S5X))
    assert (question, told) == (ScaleQuestion(code="Q1", text=Text("？"), scale="S5X"), [])
    question, told = _one(Ask("L", "Q1", "？", answers=[(f"A{code}", words) for code, words in _S5X]))
    assert (type(question), told) == (ScaleQuestion, ["scale_recognised"])


def test_several_choices() -> None:
    attributes = {"max_answers": "2", "min_answers": "1", "exclude_all_others": "SQ003", "answer_order": "random"}
    question, told = _one(Ask("M", "Q1", parts=_PARTS, attributes=attributes, data={"other": "Y"}))
    assert isinstance(question, MultipleChoice)
    assert (question.min_choices, question.max_choices, question.random_order) == (1, 2, True)
    assert [(each.code, each.exclusive, each.specify) for each in question.options] == [
        ("SQ001", False, False),
        ("SQ002", False, False),
        ("SQ003", True, False),
        ("other", False, True),
    ]
    assert told == []


@pytest.mark.parametrize(
    ("attributes", "is_random", "told"),
    [
        ({"random_order": "0", "answer_order": "random"}, True, []),
        ({"random_order": "1"}, True, []),
        ({"answer_order": "alphabetical"}, False, ["property_dropped"]),
        ({"answer_order": "normal", "statistics_showgraph": "1", "save_as_default": "Y"}, False, []),
    ],
)
def test_the_order_of_answers(attributes: dict[str, str], is_random: bool, told: list[str]) -> None:
    question, kinds = _one(Ask("L", "Q1", answers=_AB, attributes=attributes))
    assert isinstance(question, SingleChoice)
    assert (question.random_order, kinds) == (is_random, told)


def test_comments_on_options() -> None:
    imported = _of(Ask("P", "Q1", parts=_PARTS), Ask("S", "Q2", data={"relevance": 'Q1_SQ001comment != ""'}))
    first, second = _form(imported).questions
    assert all(option.specify for option in first.options)  # type: ignore[union-attr]  # a multiple choice
    assert str(second.shown_if) == "Answered(question='Q1_SQ001_text')"


def test_arrays() -> None:
    question, told = _one(Ask("F", "Q1", parts=_PARTS, answers=_S5X, data={"mandatory": "Y"}))
    assert isinstance(question, Matrix)
    assert (question.scale, question.required) == ("S5X", True)
    assert [(item.code, item.text.zh) for item in question.items] == [
        ("Q1_SQ001", "甲"), ("Q1_SQ002", "乙"), ("Q1_SQ003", "丙")
    ]  # fmt: skip
    assert told == []


@pytest.mark.parametrize(("kind", "count"), [("A", 5), ("B", 10), ("C", 3), ("E", 3), ("H", 2)])
def test_arrays_with_answers_of_their_own(kind: str, count: int) -> None:
    imported = _of(Ask(kind, "Q1", parts=_PARTS, answers=_AB))
    (scale,) = _form(imported).scales
    assert len(scale.grades) == count
    assert _kinds(imported.findings) == ["scale_without_marks"]


def test_an_array_of_what_was_chosen_before() -> None:
    imported = _of(
        Ask("M", "Q1", parts=_PARTS),
        Ask("F", "Q2", parts=[*_PARTS[:2], ("X", "别的")], answers=_S5X, attributes={"array_filter": "Q1"}),
    )
    matrix = _form(imported).questions[1]
    assert isinstance(matrix, Matrix)
    assert matrix.rows_from == "Q1"
    assert [(item.code, item.when) for item in matrix.items] == [("Q2_SQ001", "SQ001"), ("Q2_SQ002", "SQ002")]
    (told,) = imported.findings
    assert (told.kind, told.place.path) == ("row_conditional", "组 / Q2 / X")


def test_an_array_with_two_scales() -> None:
    answers = [("1", "常", 0), ("2", "少", 0), ("1", "好", 1), ("2", "差", 1)]
    headers = {"dualscale_headerA": {"zh-Hans": "多久"}, "dualscale_headerB": {"zh-Hans": "怎样"}}
    imported = _of(
        Ask("1", "Q1", "评", parts=_PARTS[:2], answers=answers, attributes=headers),
        Ask("S", "Q2", data={"relevance": 'Q1_SQ002_1.NAOK == "2"'}),
    )
    first, second, after = _form(imported).questions
    assert [(each.code, each.text.zh) for each in (first, second)] == [("Q1_0", "评\n多久"), ("Q1_1", "评\n怎样")]
    assert after.shown_if == Is("Q1_SQ002_1", "2")


@pytest.mark.parametrize(("kind", "options"), [("Y", ["Y", "N"]), ("G", ["F", "M"])])
def test_lists_that_need_no_answers(kind: str, options: list[str]) -> None:
    question, _ = _one(Ask(kind, "Q1"), languages=("zh-CN", "en"))
    assert isinstance(question, SingleChoice)
    assert [each.code for each in question.options] == options
    assert all(each.text.zh and each.text.en for each in question.options)


def test_five_points_are_a_scale() -> None:
    imported = _of(Ask("5", "Q1"), Ask("A", "Q2", parts=_PARTS))
    assert [len(scale.grades) for scale in _form(imported).scales] == [5]


def test_numbers() -> None:
    attributes = {"min_num_value_n": "0", "max_num_value_n": "60.5", "num_value_int_only": "1", "suffix": "年"}
    question, told = _one(Ask("N", "Q1", "？", attributes=attributes))
    assert question == Number(code="Q1", text=Text("？"), minimum=0, maximum=60.5, unit=Text("年"))
    question, told = _one(Ask("N", "Q1", attributes={"max_num_value_n": "{Q0 + 1}", "prefix": "约"}))
    assert (question.maximum, question.decimals) == (None, 6)  # type: ignore[union-attr]  # a number
    assert sorted(told) == ["bound_dropped", "property_dropped"]


def test_several_fields_are_asked_one_by_one() -> None:
    imported = _of(Ask("K", "Q1", "家庭", parts=_PARTS[:2]), Ask("Q", "Q2", "意见", parts=_PARTS[:2]))
    form = _form(imported)
    assert [(type(each), each.code) for each in form.questions] == [
        (Statement, "Q1"),
        (Number, "Q1_SQ001"),
        (Number, "Q1_SQ002"),
        (Statement, "Q2"),
        (ShortText, "Q2_SQ001"),
        (ShortText, "Q2_SQ002"),
    ]
    assert _kinds(imported.findings).count("texts_split") == 2


@pytest.mark.parametrize(
    ("kind", "most", "expected"),
    [
        ("S", "", (ShortText, 200)),
        ("S", "80", (ShortText, 80)),
        ("S", "900", (LongText, 900)),
        ("T", "", (LongText, 2000)),
        ("U", "9000", (LongText, 5000)),
    ],
)
def test_texts(kind: str, most: str, expected: tuple[type, int]) -> None:
    question, _ = _one(Ask(kind, "Q1", attributes={"maximum_chars": most} if most else {}))
    assert isinstance(question, ShortText | LongText)
    assert (type(question), question.max_length) == expected


def test_a_text_of_digits_is_a_number() -> None:
    assert isinstance(_one(Ask("S", "Q1", attributes={"numbers_only": "1"}))[0], Number)


def test_days() -> None:
    attributes = {"date_min": "2017-04-11", "date_max": "{Q0}", "date_format": "yyyy-mm-dd HH:MM"}
    question, told = _one(Ask("D", "Q1", "？", attributes=attributes))
    assert question == DateQuestion(code="Q1", text=Text("？"), earliest="2017-04-11")
    assert sorted(told) == ["bound_dropped", "time_dropped"]


def test_rankings() -> None:
    question, told = _one(
        Ask("R", "Q1", answers=[("a", "甲"), ("b", "乙"), ("c", "丙")], attributes={"max_answers": "2"})
    )
    assert isinstance(question, Ranking)
    assert (question.top, [each.code for each in question.options], told) == (2, ["a", "b", "c"], [])


def test_zero_to_ten_is_how_likely_one_recommends() -> None:
    answers = [(f"A{number}", str(number)) for number in range(11)]
    imported = _of(
        Ask("L", "Q1", "愿意推荐吗？", answers=answers), Ask("S", "Q2", data={"relevance": 'Q1 == "A9"'})
    )
    first, second = _form(imported).questions
    assert (type(first), second.shown_if) == (Nps, Is("Q1", "9"))
    assert not isinstance(_one(Ask("L", "Q1", "打几分？", answers=answers))[0], Nps)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("*", "calculation"),
        (";", "array_of_fields"),
        (":", "array_of_fields"),
        ("|", "file_upload"),
        ("I", "language_switch"),
        ("Z", "type_unknown"),
    ],
)
def test_what_cannot_be_asked_is_left_out_and_told(kind: str, told: str) -> None:
    imported = _of(Ask(kind, "Q1", parts=_PARTS), Ask("S", "Q2", data={"relevance": 'Q1 == "x"'}), Ask("S", "Q3"))
    assert [each.code for each in _form(imported).questions] == ["Q3"]
    found = [
        (each.severity, each.kind, each.place.path) for each in imported.findings if each.kind != "texts_limited"
    ]
    assert found == [(Severity.DROPPED, told, "组 / Q1"), (Severity.DROPPED, "rule_on_dropped", "组 / Q2")]


def test_hidden_questions_are_left_out() -> None:
    imported = _of(Ask("S", "Q1", attributes={"hidden": "1"}), Ask("S", "Q2"))
    assert [each.code for each in _form(imported).questions] == ["Q2"]
    assert "hidden" in _kinds(imported.findings)


# --- words and settings ----------------------------------------------------------------------------


def test_html_expressions_and_braces_come_out_of_words() -> None:
    words = (
        '<p onclick="x()">您对<b>{TOKEN:FIRSTNAME}</b>&nbsp;满意吗？<br>{if(Q0 == 1, "{Q0.shown}", "")} { } {}</p>'
    )
    question, told = _one(Ask("S", "Q1", words + "<script>alert(1)</script><img src=x>"))
    assert question.text == Text("您对… 满意吗？\n… { } ()")
    assert sorted(set(told)) == ["braces", "markup_lost", "reference_in_text"]


def test_languages() -> None:
    words = {"de": "Frage", "zh-Hant-TW": "問題", "en": "Question", "zh-Hans": "问题"}
    imported = _of(Ask("S", "Q1", words), languages=("de", "zh-Hant-TW", "en", "zh-Hans"))
    assert _form(imported).questions[0].text == Text("问题", "Question")
    dropped = [str(each.params["language"]) for each in imported.findings if each.kind == "language_dropped"]
    assert sorted(dropped) == ["de", "zh-Hant-TW"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_chinese_under_the_name_of_another_language(language: str) -> None:
    imported = _of(Ask("S", "Q1", "您满意吗？"), Ask("S", "Q2", "原因"), languages=(language,))
    assert [each.text for each in _form(imported).questions] == [Text("您满意吗？"), Text("原因")]
    assert _kinds(imported.findings) == ["language_is_chinese"]


def test_a_survey_in_neither_language_is_refused() -> None:
    imported = _read(Group("Gruppe", [Ask("S", "Q1", "Frage")]), languages=("de",))
    assert imported.questionnaire is None
    assert imported.findings[0].kind == "no_language"


def test_settings_that_change_what_is_asked_are_told_one_by_one() -> None:
    attributes = {
        "em_validation_q": "Q1 > 3",
        "hide_tip": "1",
        "text_input_width": "6",
        "array_filter_exclude": "Q0",
    }
    imported = _of(Ask("S", "Q1", attributes=attributes, data={"preg": "/^a/", "mandatory": "S"}))
    told = {each.kind: each.params for each in imported.findings}
    lost = [str(each.params["property"]) for each in imported.findings if each.kind == "property_dropped"]
    assert sorted(lost) == ["array_filter_exclude", "em_validation_q", "preg"]
    assert told["looks_ignored"]["count"] == 2
    assert "soft_mandatory" in told


def test_codes_that_cannot_be_are_changed_and_told() -> None:
    imported = _of(Ask("L", "1题", answers=[("-1", "甲"), ("好", "乙")]), Ask("S", "Q1"), Ask("S", "q1"))
    codes = [each.code for each in _form(imported).questions]
    assert len({code.casefold() for code in codes}) == 3
    assert {"renamed", "option_renamed"} <= set(_kinds(imported.findings))


def test_texts_and_tables_around_the_questions() -> None:
    imported = _of(
        Ask("S", "Q1"),
        settings={
            "description": "说明", "welcometext": "<p>欢迎</p>", "endtext": "谢谢", "policy_notice": "匿名",
            "policy_notice_label": "我同意",
        },
        survey={"showsurveypolicynotice": "1", "format": "S"},
        tables={"quota": [{"id": 1}], "assessments": [{"id": 1}, {"id": 2}], "defaultvalues": [{"qid": 1}]},
    )  # fmt: skip
    form = _form(imported)
    assert (form.description, form.notice, form.consent, form.closing) == (
        Text("说明\n欢迎"), Text("匿名"), Text("我同意"), Text("谢谢")
    )  # fmt: skip
    assert {"quotas_dropped", "assessments_dropped", "defaults_dropped", "one_by_one"} <= set(
        _kinds(imported.findings)
    )


def test_groups() -> None:
    imported = _read(
        Group("后", [Ask("S", "Q2")], data={"group_order": "2"}),
        Group("先", [Ask("S", "Q1")], "导语", data={"group_order": "1", "randomization_group": "r"}),
        Group("空", [Ask("*", "Q3")]),
    )
    form = _form(imported)
    assert [(each.code, each.title.zh, each.intro.zh) for each in form.sections] == [
        ("g2", "先", "导语"),
        ("g1", "后", ""),
    ]
    assert {"group_random", "group_empty"} <= set(_kinds(imported.findings))


def test_nothing_left() -> None:
    imported = _of(Ask("*", "Q1"))
    assert imported.questionnaire is None
    assert "no_questions" in _kinds(imported.findings)


def test_every_kind_of_finding_has_words() -> None:
    sources = Path(PACKAGE, "interchange", "limesurvey").glob("*.py")
    call = r'(?:error|changed|dropped|drop|CannotSay|UnreadableFile)\(\s*(?:question, )?"(\w+)"'
    told = {kind for path in sources for kind in re.findall(call, path.read_text(encoding="utf-8"))}
    assert told - set(WORDS) == set()
    assert len(told) > 40
