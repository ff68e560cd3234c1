"""Views of selections against a plain recount; what the gate lets out, and to whom."""

import pytest

from survey_app.analysis import explore
from survey_app.analysis.compare import SelectionsOverlap, compare
from survey_app.analysis.explore import NoSuchQuestion, OutOfScope
from survey_app.analysis.gate import Gated
from survey_app.analysis.readings import Reading
from survey_app.analysis.selection import AnswerFilter, Selection
from survey_app.analysis.unit_table import unit_table
from survey_app.words import Audience, Mode
from tests.unit.analysis.explored import SURVEY, Union, drawn

LARGE = (120, 90, 150, 200, 80, 60)


@pytest.fixture(scope="module")
def union() -> Union:
    return drawn(1, LARGE)


def _where(**conditions: object) -> Selection:
    answers = tuple(
        AnswerFilter(name, tuple(str(codes).split())) for name, codes in conditions.items() if name in "ABC"
    )
    rest = {name: value for name, value in conditions.items() if name not in "ABC"}
    return Selection(survey=1, audience=Audience.WORKERS, answers=answers, **rest)


def _readings(union: Union, selection: Selection) -> dict[str, Reading]:
    return {each.name: each for each in explore.view(union.topic, selection).value.readings}


@pytest.mark.parametrize(
    "selection",
    [
        SURVEY,
        _where(unit=2),
        _where(unit=7),
        _where(team=2),
        _where(unit=3, team=3),
        _where(modes=(Mode.PAPER,)),
        _where(A="2"),
        _where(unit=2, A="1"),
        _where(A="2 3", modes=(Mode.WEB,)),
        _where(A="1", C="3"),
    ],
    ids=str,
)
def test_a_view_is_a_recount(union: Union, selection: Selection) -> None:
    for name, found in _readings(union, selection).items():
        if any(each.field == name for each in selection.answers):
            assert found.counts is None
            continue
        assert found.counts is not None, name
        for codes, count in found.counts:
            assert count == union.count(name, codes, selection)
        if name == "B":
            assert found.rated is not None
            assert found.rated.rate.x == union.count("B", ["1"], selection)
            assert found.rated.rate.n == union.count("B", ["1", "2"], selection)
            assert found.rated.rate.interval is not None


@pytest.mark.parametrize("seed", range(6))
def test_bounds_hold_the_rate_and_follow_from_what_is_shown(seed: int) -> None:
    """Where few are dissatisfied, a group by answers shows where its rate lies, as anybody could work out."""
    union = drawn(seed, (150, 90, 140, 70, 60, 130), dissatisfied=0.15)
    whole = _readings(union, SURVEY)["B"].rated
    assert whole is not None
    assert whole.rate.x is not None
    assert whole.rate.n is not None
    groups = explore.grouped(union.topic, SURVEY, "A", ["B"]).value.groups
    widths = []
    for group in groups:
        reading, chosen = group.readings[0], _where(A=" ".join(group.key))
        assert reading.rated is not None
        assert reading.rated.rate.x is None
        assert reading.counts == ((("1", "2"), union.count("B", ["1", "2"], chosen)),)
        low = max(0, (reading.n or 0) - (whole.rate.n - whole.rate.x))
        high = min(reading.n or 0, whole.rate.x)
        bounds = reading.rated.rate.bounds
        if (high - low) * 10 > (reading.n or 0):
            assert bounds is None
            continue
        assert bounds is not None
        assert (bounds.low * bounds.n, bounds.high * bounds.n, bounds.n) == (low, high, reading.n)
        assert low <= union.count("B", ["1"], chosen) <= high
        widths.append(high - low)
    assert widths


def test_only_whole_views_tell_who_did_not_answer(union: Union) -> None:
    whole, cut = _readings(union, SURVEY)["B"], _readings(union, _where(A="1"))["B"]
    assert (whole.unknown, whole.blank) == (
        union.count("B", ["3"]),
        sum("B" not in each.answers for each in union.ballots),
    )
    assert (cut.unknown, cut.blank) == (None, None)


def test_weeks_are_the_finest_dates(union: Union) -> None:
    found = explore.grouped(union.topic, SURVEY, explore.BY_PERIOD, ["A"]).value
    assert [group.key for group in found.groups] == [("2017-04-10",), ("2017-04-17",)]
    for group, weeks in zip(found.groups, (1, 0), strict=True):
        expected = sum(each.weeks == weeks and "A" in each.answers for each in union.ballots)
        assert group.readings[0].n == expected


def test_groups_are_views(union: Union) -> None:
    for by, part in (("unit", "unit"), ("team", "team"), ("mode", "modes"), ("A", "A")):
        for group in explore.grouped(union.topic, SURVEY, by, ["B"]).value.groups:
            value: object = " ".join(group.key) if by == "A" else int(group.key[0]) if by != "mode" else ()
            value = tuple(Mode(each) for each in group.key) if by == "mode" else value
            assert group.readings[0] == _readings(union, _where(**{part: value}))["B"]


def test_units_right_below_are_the_groups(union: Union) -> None:
    for unit, below in ((None, ["2", "3", "9"]), (2, ["4", "5", "6"]), (9, [])):
        groups = explore.grouped(union.topic, _where(unit=unit), "unit", ["B"]).value.groups
        assert [group.key for group in groups] == [(key,) for key in below]


def test_cross_tab_is_a_recount_with_its_test(union: Union) -> None:
    found = explore.cross(union.topic, _where(unit=2), "A", "B").value
    assert found.table is not None
    for codes, row in zip(found.rows, found.table, strict=True):
        for others, count in zip(found.columns, row, strict=True):
            assert count == union.count("B", others, _where(unit=2, A=" ".join(codes)))
    assert found.found is not None
    tested = found.found.association
    assert tested is not None
    assert tested.test.df == 2
    assert tested.cramers_v == pytest.approx((tested.test.statistic / found.found.total) ** 0.5)
    across = explore.cross(union.topic, _where(unit=2), "B", "A").value
    assert across.table == tuple(zip(*found.table, strict=True))


def test_units_by_items_are_the_views_figures(union: Union) -> None:
    table = unit_table(union.topic).value
    assert table.units == (1, 2, 4, 5, 6, 3, 7, 8, 9)
    for place, unit in enumerate(table.units):
        rated = _readings(union, _where(unit=unit))["B"].rated
        assert rated is not None
        assert (table.x[place, 0], table.n[place, 0]) == (rated.rate.x, rated.rate.n)
        assert rated.rate.interval is not None
        assert (table.low[place, 0], table.high[place, 0]) == (rated.rate.interval.low, rated.rate.interval.high)


def test_comparison_of_groups_that_are_apart(union: Union) -> None:
    found = compare(union.topic, _where(unit=2), union.topic, _where(unit=3)).value
    (line,) = found.lines
    assert line.rate is not None
    assert line.first.rated is not None
    assert line.second.rated is not None
    first, second = line.first.rated.rate, line.second.rated.rate
    assert line.rate.difference == pytest.approx(float((second.rate or 0) - (first.rate or 0)))
    assert compare(union.topic, _where(A="1"), union.topic, _where(A="2", unit=2)).value.lines[0].rate is not None
    for other in (_where(unit=4), SURVEY, _where(A="1")):
        with pytest.raises(SelectionsOverlap):
            compare(union.topic, _where(unit=2), union.topic, other)


def test_a_reader_of_a_district_sees_their_own(union: Union) -> None:
    topic = union.topic_of("/1/2/")
    own = explore.view(topic, SURVEY).value
    assert own.ballots == sum(LARGE[:3])
    assert own.readings == explore.view(union.topic, _where(unit=2)).value.readings
    for unit in (1, 3, 7, 9, 77):
        with pytest.raises(OutOfScope):
            explore.view(topic, _where(unit=unit))
    with pytest.raises(NoSuchQuestion):
        explore.grouped(topic, SURVEY, "Z", ["B"])
    assert unit_table(topic).value.units == (2, 4, 5, 6)


def test_small_and_empty_units_look_alike() -> None:
    union = drawn(2, (60, 3, 40, 50, 0, 30))
    small, empty = (_readings(union, _where(unit=unit)) for unit in (5, 8))
    assert small["A"] == empty["A"]
    assert small["B"].counts is None
    assert small["B"].rated is not None
    assert small["B"].rated.is_withheld
    # Its smallest sibling goes with it, and nobody else.
    shown = [unit for unit in (1, 2, 3, 4, 5, 6, 7, 8, 9) if _readings(union, _where(unit=unit))["A"].n is not None]
    assert shown == [1, 2, 3, 4, 7, 9]
    # The team that has the hidden sibling cannot be told from the rest either.
    assert _readings(union, _where(team=3))["A"].n is not None
    assert _readings(union, _where(team=2))["A"].n is None


def test_only_the_gate_makes_what_may_be_shown() -> None:
    with pytest.raises(TypeError):
        Gated("a count", object())
