"""How answers are laid out on the narrowest phone."""

import pytest

from survey_app import library
from survey_app.web.respond.shapes import breakable, choice_class, row_class

SCALES = {scale.code: scale for scale in library.scales()}


@pytest.mark.parametrize(
    ("scale", "zh", "en"),
    [
        ("S5", "r", "r t"),  # six grades in one row; English words need two rows of three
        ("A5", "r", "r t"),
        ("S3", "r", "r h"),
        ("K4", "r", "r"),
        ("R4", "r", "r"),
        ("SCORE10", "r d", "r d"),
        ("S5STAR", "", ""),
    ],
)
def test_scales(scale: str, zh: str, en: str) -> None:
    grades = SCALES[scale].grades
    assert row_class([grade.text.zh for grade in grades]) == zh
    assert row_class([grade.text.en for grade in grades]) == en


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("非常满意", ["非常", "满意"]),
        ("非常不满意", ["非常", "不满意"]),
        ("没有反映过问题", ["没有反映", "过问题"]),
        ("满意", ["满意"]),
        ("不满意", ["不满意"]),
        ("不了解、未参与", ["不了解、未参与"]),
        ("Very satisfied", ["Very satisfied"]),
    ],
)
def test_chinese_words_break_in_the_middle(text: str, parts: list[str]) -> None:
    assert breakable(text).split("\u200b") == parts


def test_short_options_stand_in_two_columns() -> None:
    assert choice_class(["没有", "有一点", "比较多"]) == "o w"
    assert choice_class(["没有", "灵活就业或新就业形态", "其他"]) == "o"
    assert choice_class(["是", "不是"]) == "o"
