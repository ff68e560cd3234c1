"""Enterprises as a sample of all: their strata, errors as of single ballots, and nothing that is withheld."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from survey_app.analysis.explore import OutOfScope, Topic
from survey_app.analysis.sampling import Frame, Level, Listed, Plan, Stratum, frame_of, levels
from survey_app.analysis.selection import Selection
from survey_app.analysis.weights import Outcome, Refusal, Way, weighed
from survey_app.scoring.design import Design, mean
from survey_app.words import Mode, UnitKind
from tests.unit.analysis.explored import ENTERPRISES, SURVEY, UNITS, Ballot, Union, drawn

KINDS = {1: UnitKind.FEDERATION, 2: UnitKind.DISTRICT, 3: UnitKind.DISTRICT}
LISTED = [Listed(unit, KINDS.get(unit, UnitKind.ENTERPRISE), is_open=True) for unit in UNITS]
BY_UNION = Plan(level=Level.ABOVE, is_finite=True)
MOST = (60, 45, 0, 80, 70, 55)
"""Ballots of the enterprises: of the three of the first district, one has none."""


def frame_at(
    topic: Topic, plan: Plan = BY_UNION, *, listed: Sequence[Listed] = LISTED, top: str = "/1/", **chosen: object
) -> Frame:
    return frame_of(topic, replace(SURVEY, **chosen), listed, top=top, plan=plan)


def outcomes(union: Union, plan: Plan = BY_UNION, selection: Selection = SURVEY) -> dict[Way, Outcome]:
    topic = union.topic
    frame = frame_of(topic, selection, LISTED, top="/1/", plan=plan)
    found = weighed(topic, selection, [], frame).value
    return {each.way: one for each, one in zip(found.weightings, found.lines[0].outcomes, strict=True)}


def test_strata_are_the_unions_above_with_all_of_their_enterprises() -> None:
    topic = drawn(7, MOST).topic
    assert frame_at(topic).strata == (
        Stratum(unit=1, asked=1, all=1),
        Stratum(unit=2, asked=2, all=3),
        Stratum(unit=3, asked=2, all=2),
    )
    by_district = Plan(level=Level.DISTRICT, is_finite=True)
    others = Stratum(unit=None, asked=1, all=1)
    assert frame_at(topic, by_district).strata[-1] == others
    assert frame_at(topic, Plan(is_finite=True)).strata == (Stratum(unit=None, asked=5, all=6),)
    assert frame_at(topic, unit=2).strata == (Stratum(unit=2, asked=2, all=3),)
    # A team has been to some; the ways of answering make no difference to where anybody has been.
    assert frame_at(topic, team=1).strata[1] == Stratum(unit=2, asked=1, all=3)
    assert frame_at(topic, modes=(Mode.PAPER,)).strata == frame_at(topic).strata


def test_closed_enterprises_are_none_of_all_unless_they_have_ballots() -> None:
    topic = drawn(7, MOST).topic
    closed = [replace(each, is_open=each.id not in (4, 6)) for each in LISTED]
    assert frame_at(topic, listed=closed).strata[1] == Stratum(unit=2, asked=2, all=2)
    assert frame_at(topic, listed=closed).is_census
    assert not frame_at(topic).is_census


def test_a_reader_of_a_part_is_told_of_that_part_only() -> None:
    topic = drawn(7, MOST).topic_of("/1/2/")
    assert frame_at(topic).strata == (Stratum(unit=2, asked=2, all=3),)
    with pytest.raises(OutOfScope):
        frame_at(topic, unit=3)
    # Nobody says of what places outside the campaign's unit are a sample.
    outside = frame_at(drawn(7, MOST).topic, top="/1/2/")
    assert outside.strata == (Stratum(unit=2, asked=2, all=3), Stratum(unit=None, asked=3, all=None))


def test_a_reader_of_the_last_part_of_the_tree_has_weights_too() -> None:
    """The bounds of the last units are the end of all ballots."""
    topic = drawn(7, (60, 45, 30, 80, 70, 0)).topic_of("/1/3/")
    found = weighed(topic, SURVEY, [], frame_at(topic)).value
    assert found.frame is not None
    assert found.frame.strata == (Stratum(unit=3, asked=2, all=2),)
    assert found.lines[0].outcomes[1].figure.clusters == 2


def test_levels_are_offered_where_they_tell_units_apart() -> None:
    assert levels({"district": 2, "industry": 1}) == (Level.ABOVE, Level.DISTRICT)


def recount(union: Union, *, finite: bool) -> tuple[float, float]:
    """The rate's linearised error of single ballots by stratum and enterprise, and what is within enterprises."""
    rows = [each for each in union.ballots if each.answers.get("B") in ("1", "2")]
    above = {unit: UNITS[unit].split("/")[-3] for unit in ENTERPRISES}
    every = {"1": 1, "2": 3, "3": 2}
    design = Design.of(
        len(rows),
        strata=[above[each.unit] for each in rows],
        clusters=[each.unit for each in rows],
        cluster_population=[every[above[each.unit]] for each in rows] if finite else None,
    )
    within = 0.0
    for unit in {each.unit for each in rows}:
        own = np.array([each.answers["B"] == "1" for each in rows if each.unit == unit], dtype=np.float64)
        asked = {"1": 1, "2": 2, "3": 2}[above[unit]]
        within += asked / every[above[unit]] * len(own) * own.var(ddof=1) / len(rows) ** 2
    found = mean(design, np.array([float(each.answers["B"] == "1") for each in rows]))
    return found.standard_error, within if finite else 0.0


@pytest.mark.parametrize("finite", [True, False])
def test_error_is_that_of_single_ballots_by_stratum(finite: bool) -> None:
    union = drawn(7, MOST)
    found = outcomes(union, Plan(level=Level.ABOVE, is_finite=finite))[Way.CLUSTERED]
    between, within = recount(union, finite=finite)
    assert found.figure.interval is not None
    assert found.figure.interval.standard_error == pytest.approx(np.sqrt(between**2 + within))
    # Of five enterprises in three strata; where all are known, only the first district is no census.
    assert found.figure.interval.df == (1 if finite else 2)
    assert (found.strata, found.joint, found.figure.clusters) == (3, 0, 5)


def test_strata_count_by_all_of_their_enterprises() -> None:
    union = drawn(7, MOST)
    found = outcomes(union)[Way.STRATA]
    rows = [each for each in union.ballots if each.answers.get("B") in ("1", "2")]
    weights = np.array([1.5 if each.unit in (4, 5, 6) else 1.0 for each in rows])
    wanted = np.average([each.answers["B"] == "1" for each in rows], weights=weights)
    assert found.figure.value == pytest.approx(wanted)
    assert Way.STRATA not in outcomes(union, Plan(level=Level.ABOVE))
    assert Way.STRATA not in outcomes(union, Plan(is_finite=True))


def test_census_of_enterprises_has_no_error_of_enterprises() -> None:
    union = drawn(7, (60, 45, 30, 80, 70, 55))
    plain = outcomes(union, Plan(is_finite=False, level=Level.ABOVE))[Way.CLUSTERED].figure.interval
    found = outcomes(union, Plan(is_finite=True))[Way.CLUSTERED].figure.interval
    rows = [each for each in union.ballots if each.answers.get("B") in ("1", "2")]
    apart = Design.of(len(rows), strata=[each.unit for each in rows])
    within = mean(apart, np.array([float(each.answers["B"] == "1") for each in rows]))
    assert found is not None
    assert plain is not None
    assert found.standard_error == pytest.approx(within.standard_error)
    assert found.df == within.df
    assert found.high - found.low < plain.high - plain.low


def test_strata_of_one_enterprise_each_are_refused() -> None:
    alone = drawn(7, (60, 0, 0, 80, 0, 55))
    found = outcomes(alone, Plan(level=Level.ABOVE))
    assert found[Way.CLUSTERED].refusal is Refusal.NO_FREEDOM
    assert outcomes(alone, Plan(is_finite=True))[Way.CLUSTERED].refusal is None


def test_strata_whose_places_stand_together_are_one() -> None:
    """The first district has too few ballots to be told apart from its neighbours."""
    found = outcomes(drawn(3, (2, 1, 0, 80, 70, 55)), Plan(level=Level.ABOVE))[Way.CLUSTERED]
    assert (found.strata, found.joint, found.figure.clusters) == (2, 2, 3)
    assert found.figure.interval is not None
    assert found.figure.interval.df == 1


def swapped(union: Union, one: int, other: int) -> Union:
    """Give a ballot of one unit the answers of one of the other that says otherwise, and the other way round."""
    ballots = list(union.ballots)
    first = next(at for at, each in enumerate(ballots) if each.unit == one and each.answers.get("B") == "1")
    second = next(at for at, each in enumerate(ballots) if each.unit == other and each.answers.get("B") == "2")
    ballots[first], ballots[second] = (
        Ballot(ballots[first].unit, ballots[second].answers, ballots[first].mode),
        Ballot(ballots[second].unit, ballots[first].answers, ballots[second].mode),
    )
    return replace(union, ballots=ballots)


@pytest.mark.parametrize("plan", [BY_UNION, Plan(level=Level.DISTRICT), Plan(is_finite=True)])
def test_what_is_withheld_makes_no_difference(plan: Plan) -> None:
    """Two places that stand together may change ballots: no figure of any sample tells."""
    union = drawn(3, (40, 4, 25, 30, 28, 26))
    before, after = outcomes(union, plan), outcomes(swapped(union, 6, 5), plan)
    assert before == after
    # Places that are told apart do make one.
    assert outcomes(swapped(union, 7, 4), plan) != before
