"""Spans of days: every day is in one, which says truly where it lies; dates are explored by them."""

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.analysis import explore
from survey_app.analysis.classes import classed, codes_of_classes, column_of_classes, name_of_classes
from survey_app.analysis.layout import MISSING, NOT_ASKED, Column, Sort
from survey_app.analysis.selection import AnswerFilter
from survey_app.questionnaire.definition import DateQuestion
from tests.support import tiny
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, Ballot, Union

DAYS = Column("D", Sort.DAY)


def _asked(earliest: str | None = None, latest: str | None = None) -> DateQuestion:
    return DateQuestion(code="D", text=tiny.WORDS, earliest=earliest, latest=latest)


@pytest.mark.parametrize(
    ("question", "many", "first", "second", "last"),
    [
        (_asked("2026-03-05", "2026-03-07"), 3, "2026年3月5日", "2026年3月6日", "2026年3月7日"),
        (_asked("2026-01-10", "2026-04-02"), 4, "2026年1月", "2026年2月", "2026年4月"),
        (_asked("2022-02-01", "2026-04-02"), 18, "2022年1月至3月", "2022年4月至6月", "2026年4月至6月"),
        (_asked("2010-02-01", "2026-04-02"), 17, "2010年", "2011年", "2026年"),
        (_asked("1926-02-01", "2026-04-02"), 21, "1925年至1929年", "1930年至1934年", "2025年至2029年"),
        (_asked("2025-11-30"), 25, "2025年11月", "2025年12月", "2037年及以后"),
        (_asked(latest="2012-05-01"), 12, "1949年及以前", "1950年至1959年", "2012年"),
        (_asked(), 40, "1949年及以前", "1950年至1959年", "2040年及以后"),
    ],
)
def test_spans_follow_from_the_question(
    question: DateQuestion, many: int, first: str, second: str, last: str
) -> None:
    every = codes_of_classes(question)
    names = [name_of_classes(question, [code]).zh for code in every]
    assert (len(every), names[0], names[1], names[-1]) == (many, first, second, last)


@pytest.mark.parametrize(
    ("question", "ends", "zh", "en"),
    [
        (_asked("2026-03-05", "2026-03-09"), (0, 2), "2026年3月5日至3月7日", "5 Mar to 7 Mar 2026"),
        (_asked("2025-10-10", "2026-04-02"), (0, 3), "2025年10月至2026年1月", "Oct 2025 to Jan 2026"),
        (_asked("2025-01-10", "2026-12-02"), (0, 11), "2025年", "2025"),
        (_asked(), (0, 1), "1959年及以前", "1959 or earlier"),
        (_asked(), (9, 39), "2010年及以后", "2010 or later"),
        (_asked(), (0, 39), "任何日期", "any date"),
    ],
)
def test_neighbours_are_named_as_one(question: DateQuestion, ends: tuple[int, int], zh: str, en: str) -> None:
    name = name_of_classes(question, codes_of_classes(question)[ends[0] : ends[1] + 1])
    assert (name.zh, name.en) == (zh, en)


@given(st.data())
def test_every_day_is_in_one_span(data: st.DataObject) -> None:
    earliest = data.draw(st.none() | st.dates())
    latest = data.draw(st.none() | st.dates(min_value=earliest or date.min))
    question = _asked(*(None if day is None else day.isoformat() for day in (earliest, latest)))
    codes = codes_of_classes(question)
    assert len(codes) <= 40
    ends = [date.max if code == "inf" else date.fromisoformat(code) for code in codes]
    assert ends == sorted(set(ends))
    assert all(name_of_classes(question, [code]).zh for code in codes)
    day = data.draw(st.dates(earliest or date.min, latest or date.max))
    (place,) = classed(DAYS.encode([day.isoformat()]), column_of_classes(question)).tolist()
    assert day <= ends[place]
    assert place == 0 or day > ends[place - 1]


def test_marks_stay() -> None:
    values = np.array([DAYS.missing, DAYS.not_asked], DAYS.dtype)
    assert classed(values, column_of_classes(_asked())).tolist() == [MISSING, NOT_ASKED]


def test_a_date_is_filtered_grouped_and_crossed_by_its_spans() -> None:
    draw, begin = Random(4), date(2025, 11, 3)
    question = _asked("2025-11-01", "2026-06-30")
    ballots = [
        Ballot(
            draw.choice(ENTERPRISES),
            {"A": draw.choice("12")}
            | ({"D": (begin + timedelta(draw.randint(0, 200))).isoformat()} if draw.random() > 0.1 else {}),
        )
        for _ in range(700)
    ]
    union = Union(tiny.questionnaire(tiny.single("A"), question), ballots)

    def true(codes: tuple[str, ...], answer: str) -> int:
        every = codes_of_classes(question)
        low = every.index(codes[0])
        after = every[low - 1] if low else ""
        return sum(
            each.answers["A"] == answer and after < str(each.answers.get("D", "")) <= codes[-1] for each in ballots
        )

    groups = explore.grouped(union.topic, SURVEY, "D", ["A"]).value.groups
    assert len(groups) > 3
    for group in groups:
        for codes, count in group.readings[0].counts or ():
            assert count == sum(true(group.key, code) for code in codes)
    chosen = AnswerFilter("D", groups[-1].key)
    selection = explore.Selection(survey=1, audience=SURVEY.audience, answers=(chosen,))
    assert explore.one(union.topic, selection, "A").value.counts == groups[-1].readings[0].counts
    table = explore.cross(union.topic, SURVEY, "D", "A").value
    assert table.table is not None
    for row, counts in zip(table.rows, table.table, strict=True):
        assert list(counts) == [sum(true(row, code) for code in codes) for codes in table.columns]
    (counted,) = [each for each in explore.view(union.topic, SURVEY).value.readings if each.name == "D"]
    assert counted.n == sum("D" in each.answers for each in ballots)
