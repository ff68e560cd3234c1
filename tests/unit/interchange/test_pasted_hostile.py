"""Texts of bad will, or of no sense: read in a bounded number of steps, refused with a reason, nothing unsaid."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.interchange import condition_words, pasted
from survey_app.interchange.findings import Severity
from survey_app.interchange.labels import normal
from survey_app.interchange.pasted import MAX_CHARACTERS, MAX_QUESTIONS, Understood, read
from survey_app.interchange.pasted.reader import MAX_LINE, MAX_LINES
from survey_app.web.author.import_words_pasted import WORDS

_parser: Any = importlib.import_module("re._parser")


def _kinds(text: str) -> set[str]:
    return {each.kind for each in read(text).imported.findings}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty_text"),
        ("\n \t\u200b\n", "empty_text"),
        ("好" * (MAX_CHARACTERS + 1), "text_too_long"),
        ("\n" * MAX_LINES + "1. 题", "too_many_lines"),
        ("各位工友：\n大家好。", "no_questions"),
        ("1. 题____\n" * (MAX_QUESTIONS + 1), "too_many_questions"),
        ("（" * 1000, "no_questions"),
    ],
)
def test_a_text_that_is_no_questionnaire_is_refused_with_the_reason(text: str, kind: str) -> None:
    imported = read(text).imported
    assert imported.questionnaire is None
    assert kind in {each.kind for each in imported.findings if each.severity is Severity.ERROR}


_MISSED = {
    "1. 题？\nA. 甲\nB. 乙\n\n这一行\nC. 丙": "loose_line",
    f"1. 题？\n2. {'长' * MAX_LINE}": "line_too_long",
    "1. 题[单选题]": "choice_without_options",
    "1. 题[填空题]\nA. 甲": "options_not_for_this",
    "1. 题[矩阵题]\n满意/不满意/一般": "matrix_without_rows",
    "1. 题[矩阵题]\n甲\n乙": "matrix_without_scale",
    "1. 题[量表题][量表:没有的]": "unknown_scale",
    "1. 请拍照[文件上传题]\n2. 好吗？": "kind_unknown",
    "1. 题\nA. 甲（跳到第99题）\nB. 乙": "jump_target_unknown",
    "1. 甲____\n2. 题\nA. 甲（跳到第1题）\nB. 乙": "jump_back",
    "1. 题？\n2. 题（第9题选A时填写）____": "condition_unknown_question",
    "1. 题（第2题选A时填写）____\n2. 题？": "condition_later_question",
    "1. 题\nA. 甲\nB. 乙\n2. 题（第1题选丁时填写）____": "condition_unknown_option",
    "1. 题\nA. 甲\nB. 乙\n2. 题____\n【逻辑】（第1题选A": "condition_bracket",
    "1. 题____\n【逻辑】选A时填写": "condition_without_question",
    "1. 用餐吗？\nA. 用餐\nB. 不用餐\n2. 题____\n3. （选“不在家吃”的填写）原因____": "condition_no_such_answer",
    "1. 题____\n2. （选“不用餐”的填写）原因____": "condition_without_question",
    "1. 题\nA. 甲[排他]\nB. 乙": "exclusive_not_multiple",
    "1. 题？\n【预计时长】很快": "not_minutes",
    "1. 题？\n【编码】一二三": "not_a_code",
    "姓名：＿＿＿　部门：＿＿＿\n1. 题？": "field_without_question",
    "单位：        时间：   年  月  日\n1. 题？": "field_without_question",
    "一、基本信息\n企业名称：\n1. 题？": "field_without_question",
    "附件2\n问卷\n1. 题？": "attachment_mark",
}


@pytest.mark.parametrize("text", _MISSED)
def test_what_is_not_understood_is_marked_at_its_line(text: str) -> None:
    pasted_text = read(f"问卷\n{text}" if not text.startswith("附件") else text)
    kind = _MISSED[text]
    (finding,) = [each for each in pasted_text.imported.findings if each.kind == kind]
    (line,) = [each for each in pasted_text.lines if each.reason == kind]
    assert finding.severity is Severity.DROPPED
    assert (line.number, line.understood) == (finding.place.row, Understood.NOT_UNDERSTOOD)
    assert str(WORDS[kind]) % finding.params


_PIECES = (
    "1. |2、|（3）|④|Q5：|W06.|一、|（二）|第三部分|#|A.|B、|C |□|○|-|*|满意吗？|您的建议|是/否|男|____|____年",
    "很满意 满意 一般 不满意|（  ）|其他____|\t|  |\n|\n\n|\n|[单选题]|[多选题]|[矩阵题]|[填空题]|（必答）",
    "（可多选，最多选3项）|[排他]|【提示】|【逻辑】|【量表 S1】|（跳到第2题）|如选A，跳至第3题|W06=1",
    "（第1题选A时填写）|Your opinion?|> |1 2 3 4 5|（1-5分）|（|）|[|]|【|】|“|”|：|/|、|，|。|分|谢谢|1月5日前",
)
_WORDS = st.sampled_from([*(piece for line in _PIECES for piece in line.split("|")), " | ", "| "])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_WORDS, max_size=40).map("".join))
def test_no_text_makes_the_reader_fall_over_or_lose_a_line(text: str) -> None:
    found = read(text)
    assert all(each.kind in WORDS and str(WORDS[each.kind]) % each.params for each in found.imported.findings)
    if not found.lines:
        return
    assert "\n".join(each.text for each in found.lines).count("\n") == text.count("\n")
    made = found.imported.questionnaire
    if made is None:
        assert any(each.severity is Severity.ERROR for each in found.imported.findings)
        return
    rows = {each.place.row for each in found.imported.findings}
    for line in found.lines:
        if line.understood is Understood.NOT_UNDERSTOOD:
            assert line.number in rows
        elif line.understood in {Understood.NOTE, Understood.BLANK}:
            assert not re.search(r"[\u3400-\u9fff]", line.text)


def test_words_that_got_lost_on_the_way_are_told() -> None:
    found = read("问卷\n1. 请打√\n不常见的表头\t优\t良\t差\n甲\n乙")
    (finding,) = [each for each in found.imported.findings if each.kind == "words_left_out"]
    assert finding.place.row == 3
    assert normal(str(finding.params["words"])) == "不常见的表头"


# --- a bounded number of steps ---------------------------------------------------------------------


def _calls(text: str) -> int:
    """Return how many functions reading a text calls, built-in ones among them."""
    count = 0

    def note(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return count


_LONG = {
    "questions": "{n}. 您满意吗？\nA. 满意\nB. 不满意（跳到第{n}题）\n",
    "bare numbers": "{n} 题目\n",
    "lines": "甲乙\n",
    "options": "- 选项{n}\n",
    "sections": "一、甲\n1. 题？\n",
    "rows": "服务{n}\t○\t○\t○\n",
    "more": "> 更多\n",
    "conditions": "{n}. 题（第1题选A时填写）____\n",
}


@pytest.mark.parametrize("name", _LONG)
def test_twice_the_text_takes_twice_the_steps(name: str) -> None:
    start = "问卷\n1. 题？\nA. 甲\nB. 乙\n"
    once, twice = (start + "".join(_LONG[name].format(n=n) for n in range(2, count)) for count in (150, 298))
    read(once)
    assert _calls(twice) < 2.4 * _calls(once)


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    modules = [
        importlib.import_module(f"{pasted.__name__}.{each.name}") for each in pkgutil.iter_modules(pasted.__path__)
    ]
    for module in [*modules, condition_words]:
        for name, value in vars(module).items():
            for each in _in(value):
                yield f"{module.__name__}.{name}", each


def _in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _in(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _in(each)


def _nested(parsed: Any, *, is_inside: bool = False) -> bool:
    """Tell whether a repetition without an end stands inside another: what takes exponential time to fail."""
    for operator, argument in parsed:
        parts: list[Any]
        if str(operator) in {"MAX_REPEAT", "MIN_REPEAT"}:
            _, most, inner = argument
            is_endless = most > 1000
            if (is_endless and is_inside) or _nested(inner, is_inside=is_inside or is_endless):
                return True
            continue
        if str(operator) == "BRANCH":
            parts = argument[1]
        elif str(operator) == "SUBPATTERN":
            parts = [argument[-1]]
        elif str(operator) in {"ASSERT", "ASSERT_NOT"}:
            parts = [argument[1]]
        else:
            continue
        if any(_nested(part, is_inside=is_inside) for part in parts):
            return True
    return False


def test_no_pattern_repeats_a_repetition_without_end() -> None:
    found = dict(_patterns())
    assert len(found) > 60
    assert not [name for name, pattern in found.items() if _nested(_parser.parse(pattern.pattern, pattern.flags))]


_TELLS = re.compile(r'(?:changed|refuse|doubt|error|_refused|NotUnderstood)\(\s*f?"([a-z_]+)"')


def test_every_kind_of_finding_has_words_and_none_is_left_over() -> None:
    folder = Path(pasted.__path__[0])
    sources = [*folder.glob("*.py"), *folder.parent.glob("condition*.py"), folder.parent / "comparisons.py"]
    told = {kind for source in sources for kind in _TELLS.findall(source.read_text(encoding="utf-8"))}
    told |= {"guessed_short_text", "guessed_long_text", "replaced_by_short_text", "replaced_by_number"}
    told -= {"guessed_", "replaced_by_"}
    told |= {"condition_unknown_question"}  # one of two in an expression
    assert told == set(WORDS)
