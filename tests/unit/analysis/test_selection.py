"""The text of a selection reproduces the exact view, and only what the instrument has can be asked."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis.readings import filterable
from survey_app.analysis.selection import (
    AnswerFilter,
    BadSelection,
    Selection,
    Trouble,
    check,
    from_pairs,
    parse,
)
from survey_app.words import Audience, Mode
from tests.support import tiny

DESIGN = tiny.questionnaire(tiny.single("W01"), tiny.multiple("W20"), tiny.rating("W10"))

_filters = st.lists(
    st.builds(
        AnswerFilter,
        st.sampled_from(["W01", "W20.3", "W10"]),
        st.lists(st.sampled_from(["0", "1", "2"]), min_size=1, max_size=3).map(tuple),
    ),
    max_size=4,
).map(tuple)
_selections = st.builds(
    Selection,
    survey=st.integers(1, 10**9),
    audience=st.sampled_from(Audience),
    unit=st.none() | st.integers(1, 10**9),
    team=st.none() | st.integers(1, 10**9),
    modes=st.lists(st.sampled_from(Mode), max_size=3).map(tuple),
    since=st.none() | st.dates(date(2017, 1, 2), date(2030, 1, 1)),
    until=st.none() | st.dates(date(2017, 1, 2), date(2030, 1, 1)),
    answers=_filters,
)


@given(_selections)
@settings(max_examples=100)
def test_text_and_back(selection: Selection) -> None:
    normal = selection.normal()
    if any(not each.codes for each in normal.answers):
        return  # filters that exclude each other have no text; `check` refuses them
    assert parse(selection.text()) == normal
    assert normal.normal() == normal
    assert parse(selection.text()).text() == selection.text()


def test_the_same_ballots_have_one_text() -> None:
    first = parse("survey=3&audience=workers&mode=paper,web&q.W10=2,1&q.W01=1&since=2026-06-17")
    second = parse("q.W01=1&since=2026-06-15&q.W10=1,2,2&mode=web,paper&audience=workers&survey=3")
    assert first.text() == second.text()
    assert first.text() == "survey=3&audience=workers&mode=paper,web&since=2026-06-15&q.W01=1&q.W10=1,2"


def test_two_filters_on_a_question_are_one_narrower() -> None:
    filters = (AnswerFilter("W01", ("1", "2")), AnswerFilter("W01", ("2", "3")))
    selection = Selection(survey=1, audience=Audience.WORKERS, answers=filters)
    assert selection.normal().answers == (AnswerFilter("W01", ("2",)),)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("audience=workers", "survey"),
        ("survey=x&audience=workers", "survey"),
        ("survey=1", "audience"),
        ("survey=1&audience=bosses", "audience"),
        ("survey=1&audience=workers&mode=pigeon", "mode"),
        ("survey=1&audience=workers&since=2026-13-01", "since"),
        ("survey=1&audience=workers&unit=-1", "unit"),
        ("survey=1&audience=workers&unit=1&unit=2", "unit"),
        ("survey=1&audience=workers&colour=red", "colour"),
        ("survey=1&audience=workers&q.W01=", "q.W01"),
        ("survey=1&audience=workers&q.=1", "q."),
        ("survey=1&audience=workers&q.W01=%27", "q.W01"),
    ],
)
def test_malformed_texts_are_refused(text: str, where: str) -> None:
    with pytest.raises(BadSelection) as refused:
        parse(text)
    assert (refused.value.where, refused.value.trouble) == (where, Trouble.MALFORMED)


def test_what_the_instrument_has_not_is_refused() -> None:
    fine = from_pairs([("survey", "1"), ("audience", "workers"), ("q.W20.3", "1"), ("q.W10", "1,2")])
    check(fine, filterable(DESIGN))
    for answers, where, trouble in (
        ((AnswerFilter("W99", ("1",)),), "q.W99", Trouble.UNKNOWN_FIELD),
        ((AnswerFilter("W20", ("1",)),), "q.W20", Trouble.UNKNOWN_FIELD),
        ((AnswerFilter("W01", ("7",)),), "q.W01", Trouble.UNKNOWN_CODE),
        ((AnswerFilter("W01", ()),), "q.W01", Trouble.UNKNOWN_CODE),
    ):
        with pytest.raises(BadSelection) as refused:
            check(replace(fine, answers=answers), filterable(DESIGN))
        assert (refused.value.where, refused.value.trouble) == (where, trouble)
    with pytest.raises(BadSelection) as refused:
        check(replace(fine, modes=(Mode.WEB,)), filterable(DESIGN))
    assert refused.value.trouble is Trouble.TOO_MANY
    with pytest.raises(BadSelection) as refused:
        check(replace(fine, answers=(), since=date(2026, 6, 15), until=date(2026, 6, 14)), filterable(DESIGN))
    assert refused.value.trouble is Trouble.DAYS_REVERSED


def test_what_can_be_filtered() -> None:
    assert list(filterable(DESIGN)) == ["W01", "W20.1", "W20.2", "W20.3", "W20.4", "W10"]
    assert filterable(DESIGN)["W10"] == ("1", "2")  # who does not know is no group of its own
