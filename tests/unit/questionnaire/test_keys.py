"""Keys on paper: one digit for an answer wherever it goes, and the same answer back from what was typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.library import template
from survey_app.questionnaire import answers, keys
from survey_app.questionnaire.definition import (
    Field,
    MultipleChoice,
    Option,
    Questionnaire,
    Ranking,
    Section,
    SingleChoice,
)
from survey_app.questionnaire.text import Text

A_W = template("A_W").questionnaire


def _options(count: int) -> tuple[Option, ...]:
    # Codes that say something else than the place, so that keys and codes cannot be mixed up unnoticed.
    return tuple(Option(str(count - number), Text(f"第{number}项", "")) for number in range(count))


def _asks(*questions: SingleChoice | MultipleChoice | Ranking) -> Questionnaire:
    return Questionnaire("Q", Text("问卷", ""), (Section("s", Text("一", ""), questions),))


@pytest.mark.parametrize(
    ("count", "first", "last"), [(1, "1", "1"), (9, "1", "9"), (10, "1", "0"), (11, "01", "11"), (40, "01", "40")]
)
def test_keys_follow_the_place(count: int, first: str, last: str) -> None:
    one = SingleChoice(code="q", text=Text("问", ""), options=_options(count))
    boxes = keys.keys_of(Field("q", one), _asks(one))
    assert (boxes[0].key, boxes[-1].key) == (first, last)
    assert [each.code for each in boxes] == [each.code for each in one.options]
    assert len({each.key for each in boxes}) == count


@pytest.mark.parametrize(
    ("typed", "codes"),
    [("", []), ("1", ["5"]), ("125", ["5", "4", "1"]), ("５ １", ["5", "1"]), ("1,2、3", ["5", "4", "3"]),
     ("11", ["5"])],
)  # fmt: skip
def test_several_keys_of_a_multiple_choice(typed: str, codes: list[str]) -> None:
    many = MultipleChoice(code="q", text=Text("问", ""), options=_options(5))
    assert sorted(keys.values_of(Field("q", many), typed, _asks(many))) == sorted(codes)


@pytest.mark.parametrize(("typed", "codes"), [("0112", ["12", "1"]), ("1 12", ["12", "1"]), ("12", ["1"])])
def test_keys_of_two_digits(typed: str, codes: list[str]) -> None:
    many = MultipleChoice(code="q", text=Text("问", ""), options=_options(12))
    assert keys.values_of(Field("q", many), typed, _asks(many)) == codes


@pytest.mark.parametrize("typed", ["6", "x", "16", "１２３４５６"])
def test_a_key_that_stands_in_no_box_is_refused_even_where_a_code_looks_like_it(typed: str) -> None:
    many = MultipleChoice(code="q", text=Text("问", ""), options=(*_options(4), Option("6", Text("其他", ""))))
    with pytest.raises(keys.NoSuchKey):
        keys.values_of(Field("q", many), typed, _asks(many))


def test_a_ranking_keeps_the_order_and_what_stands_twice() -> None:
    ranked = Ranking(code="q", text=Text("问", ""), options=_options(4), top=2)
    assert keys.values_of(Field("q", ranked), "31", _asks(ranked)) == ["2", "4"]
    raw, _problems = keys.raw_of(_asks(ranked), {"q": "33"})
    assert [each.kind for each in answers.clean(_asks(ranked), raw).problems] == ["ranked_twice"]


def test_a_ballot_of_the_shipped_questionnaire() -> None:
    typed = {"W01": "1", "W02": "1", "W10": "1", "W11": "6", "W30": "10", "W32a": "补贴 3 天到账"}
    raw, problems = keys.raw_of(A_W, typed)
    cleaned = answers.clean(A_W, raw)
    assert problems == {}
    assert cleaned.answers["W30"] == 10
    assert cleaned.answers["W32a"] == "补贴 3 天到账"
    assert {each.kind for each in cleaned.problems} == {"required"}


@settings(max_examples=60)
@given(st.data())
def test_every_answer_comes_back_from_what_is_typed_for_it(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 15))
    options = _options(count)
    chosen = data.draw(st.lists(st.sampled_from([each.code for each in options]), unique=True, min_size=1))
    one = SingleChoice(code="a", text=Text("问", ""), options=options)
    many = MultipleChoice(code="b", text=Text("问", ""), options=options)
    ranked = Ranking(code="c", text=Text("问", ""), options=options, top=count)
    questionnaire = _asks(one, many, ranked)
    in_order = [each.code for each in options if each.code in chosen]
    given_answers = {"a": chosen[0], "b": in_order, "c": chosen}
    typed = {
        code: keys.typed_of(questionnaire.fields[code], answer, questionnaire)
        for code, answer in given_answers.items()
    }
    raw, problems = keys.raw_of(questionnaire, typed)
    assert problems == {}
    assert answers.clean(questionnaire, raw).answers == given_answers


@pytest.mark.parametrize(
    ("typed", "near", "day"),
    [
        ("11月20日", "2026-11-21", "2026-11-20"),
        ("11月20号", "2026-11-21", "2026-11-20"),
        ("11-20", "2026-11-21", "2026-11-20"),
        ("12月28日", "2026-01-05", "2025-12-28"),
        ("1月3日", "2026-12-30", "2027-01-03"),
        ("2月29日", "2024-03-01", "2024-02-29"),
        ("２０２６１１２０", "2020-01-01", "2026-11-20"),
        ("2026年11月20日", "2020-01-01", "2026年11月20日"),
        ("13月40日", "2026-11-21", "13月40日"),
        ("上周", "2026-11-21", "上周"),
        ("", "2026-11-21", ""),
    ],
)
def test_a_day_is_written_in_full_near_the_day_of_its_batch(typed: str, near: str, day: str) -> None:
    assert keys.whole_day(typed, date.fromisoformat(near)) == day
