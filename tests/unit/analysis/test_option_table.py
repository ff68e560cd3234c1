"""A whole multiple choice against another question: a recount, showing nothing but its options' cross-tabs."""

from random import Random

import pytest
from scipy.stats import chi2_contingency

from survey_app.analysis import explore
from survey_app.analysis.option_table import OptionLine, option_table
from survey_app.analysis.selection import Selection
from tests.support import tiny
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, Ballot, Union

OPTIONS = ("1", "2", "3", "4")


def _union(size: int = 900) -> Union:
    """Ballots of a multiple choice M, whose last option is rare, and of a single choice A; some leave one out."""
    draw, ballots = Random(size), []
    for _ in range(size):
        answer = draw.choices(["1", "2", "3", ""], [6, 5, 2, 1])[0]
        chosen = [
            each
            for each, often in zip(OPTIONS, (0.6, 0.3 if answer == "1" else 0.6, 0.4, 0.02), strict=True)
            if draw.random() < often
        ]
        given = {"M": chosen} if chosen else {}
        ballots.append(Ballot(draw.choice(ENTERPRISES), {**given, **({"A": answer} if answer else {})}))
    return Union(tiny.questionnaire(tiny.multiple("M"), tiny.single("A")), ballots)


def _lines(union: Union, selection: Selection = SURVEY) -> tuple[OptionLine, ...]:
    return option_table(union.topic, selection, "M", "A").value.lines


def test_each_cell_is_a_recount_over_those_who_answered_both() -> None:
    union = _union()
    lines = _lines(union)
    assert [line.name for line in lines] == [f"M.{option}" for option in OPTIONS]
    assert not any(line.is_withheld for line in lines[:3])
    for line in lines:
        option = line.name.partition(".")[2]
        for codes, chosen, base in zip(line.columns, line.chosen, line.bases, strict=True):
            both = [each for each in union.ballots if "M" in each.answers and each.answers.get("A") in codes]
            assert base == len(both)
            assert chosen == sum(option in each.answers["M"] for each in both)


def test_shares_add_up_to_more_than_one() -> None:
    shown = [line for line in _lines(_union()) if line.columns]
    assert sum(line.chosen[0] / line.bases[0] for line in shown) > 1


@pytest.mark.parametrize("place", [SURVEY, Selection(survey=1, audience=SURVEY.audience, unit=2)], ids=str)
def test_it_shows_what_the_options_own_cross_tabs_show(place: Selection) -> None:
    union = _union()
    for line in _lines(union, place):
        table = explore.cross(union.topic, place, line.name, "A").value
        if line.is_withheld:
            assert table.table is None or ("1",) not in table.rows
            continue
        assert table.table is not None
        assert (line.columns, line.chosen) == (table.columns, table.table[table.rows.index(("1",))])


def test_a_rare_option_is_told_apart_no_further_than_by_itself() -> None:
    rare = _lines(_union())[-1]
    assert rare.is_withheld or all(number == 0 or number >= 11 for number in rare.chosen)


def test_each_option_has_its_own_test_adjusted_for_their_number() -> None:
    lines = [line for line in _lines(_union()) if line.association is not None]
    raw = [
        chi2_contingency(
            [line.chosen, [base - many for many, base in zip(line.chosen, line.bases, strict=True)]],
            correction=False,
        ).pvalue
        for line in lines
    ]
    assert len(raw) > 2
    steps = [p * (len(raw) - place) for place, p in enumerate(sorted(raw))]
    expected = [min(1, max(steps[: sorted(raw).index(p) + 1])) for p in raw]
    assert [line.p_adjusted for line in lines] == pytest.approx(expected)
    second = next(line for line in lines if line.name == "M.2")
    assert second.p_adjusted is not None
    assert second.p_adjusted < 0.05


def test_only_a_multiple_choice_has_options() -> None:
    with pytest.raises(explore.NoSuchQuestion):
        option_table(_union(60).topic, SURVEY, "A", "M.1")


def test_the_question_itself_is_no_other_question() -> None:
    """An option against itself has no table; against the others of its question it has."""
    lines = option_table(_union().topic, SURVEY, "M", "M.1").value.lines
    assert [line.is_withheld for line in lines[:3]] == [True, False, False]
