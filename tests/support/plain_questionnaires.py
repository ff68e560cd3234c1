"""Hypothesis strategy of questionnaires worded as people word them, which text formats for people can express.

Like `strategies.questionnaires`, but for the wording: real phrases, no signs that mean something to the formats.
"""

from typing import Any as Anything

from hypothesis import strategies as st

from survey_app import library
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import EMPTY, Text
from tests.support import strategies

_ZH = (
    "您对工作队是否满意？",
    "工作队做得最好的一件事",
    "您的岗位类型",
    "其他",
    "不了解、未参与",
    "30 岁及以下",
    "知道，并接触过",
    "不超过 3 人，含 3 人",
    "“六小”活动",
    "合同制（含派遣）",
    "都没有",
    "其他（请注明）",
    "12351 热线",
    "您参加过哪些？（可多选）",
    "最期盼的事（最多选 3 项）",
    "200 字以内，请不要写姓名。",
    "是",
    "非常满意",
    "很满意",
    "满意",
    "不满意",
    "3 分",
    "2 分",
    "{unit}的{team}",
    "第二项：说明",
    "按 A4 纸计",
)
_EN = (
    "Are you satisfied with the work team?",
    "The best thing it did",
    "Other",
    "Don't know, took no part",
    "30 or younger",
    "Three at most (3 included)",
    "None of them",
    "Yes",
    "Very satisfied",
    "{unit}: the team",
    "e.g. a hotline",
)
_several_lines = st.lists(st.sampled_from(_ZH), min_size=2, max_size=3).map("\n".join)
_zh = st.one_of(st.sampled_from(_ZH), st.sampled_from(_ZH), _several_lines)
_line = st.sampled_from(_ZH)
_texts = st.one_of(st.builds(Text, _zh, st.sampled_from(_EN)), st.builds(Text, _zh), st.builds(Text, _line))


@st.composite
def plain_questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Draw a questionnaire whose wording is plain, its structure any that there is."""
    structure = draw(strategies.questionnaires())
    return _reworded(structure, draw)


def _reworded(value: Anything, draw: st.DrawFn) -> Anything:
    """Replace every text that has words."""
    if isinstance(value, Text):
        return draw(_texts) if value else EMPTY
    if isinstance(value, tuple):
        return tuple(_reworded(each, draw) for each in value)
    names = getattr(value, "__dataclass_fields__", None)
    if names is None:
        return value
    return type(value)(**{name: _reworded(getattr(value, name), draw) for name in names})


SHIPPED = [each.questionnaire for each in library.templates()]
