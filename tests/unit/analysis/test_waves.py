"""Return visits against the first evaluation: the same enterprises, counted again by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from survey_app.analysis.evaluation import evaluate
from survey_app.analysis.store import ColumnStore
from survey_app.scoring.comparison import Group, same_clusters, two_proportions
from survey_app.scoring.evaluation import Comparability, Trust, Wave, Waves
from survey_app.words import Purpose
from tests.support import tiny
from tests.unit.analysis.campaigns import AS_OF, TODAY, campaign, gate_of, survey
from tests.unit.analysis.stored import Stored, response
from tests.unit.scoring.reference_cases import case

FIRST = replace(tiny.questionnaire(tiny.rating("W10")), headline="W10")
LATER = replace(tiny.questionnaire(tiny.rating("F03")), headline="F03", wave_link="W10")
SATISFIED, DISSATISFIED = "1", "2"

Counts = Sequence[tuple[int, int]]
"""Satisfied and valid by enterprise; each has a team of its own."""


def _waves(first: Counts, *visits: Counts) -> Waves:
    postings = len(first)
    surveys = [survey(FIRST, postings=postings)]
    stored = [Stored({1: FIRST})]
    for key, _visit in enumerate(visits, start=2):
        surveys.append(survey(LATER, key=key, postings=postings, purpose=Purpose.RETURN_VISIT, wave=key - 1))
        stored.append(Stored({key: LATER}, survey_id=key, first_version=key))
    for key, (wave, into) in enumerate(zip((first, *visits), stored, strict=True), start=1):
        field, number = ("W10" if key == 1 else "F03"), 0
        for posting, (x, n) in enumerate(wave, start=1):
            for ballot in range(n):
                number += 1
                answer = SATISFIED if ballot < x else DISSATISFIED
                into.add(
                    response(10_000 * key + number, AS_OF, {field: answer}, posting_id=posting, version_id=key)
                )
    with TemporaryDirectory() as folder:
        store = ColumnStore(Path(folder))
        snapshots = {each.survey_id: store.snapshot(each, AS_OF) for each in stored}
        facts = campaign(postings, *surveys)
        gate = gate_of(facts, snapshots)
        (found,) = evaluate(facts, snapshots, as_of=AS_OF, today=TODAY, gate_of=gate).waves
    return found


def _reference() -> tuple[list[tuple[int, int]], list[tuple[int, int]], dict[str, float], float]:
    inputs, expected, tolerance = case("wave_change_same_enterprises")
    before, after = (list(zip(inputs[wave]["x"], inputs[wave]["n"], strict=True)) for wave in ("wave1", "wave2"))
    return before, after, expected, tolerance


def _visit(found: Waves) -> Wave:
    (visit,) = found.visits
    return visit


def test_a_change_is_that_of_the_same_enterprises() -> None:
    before, after, expected, tolerance = _reference()
    dropped = [(8, 20), (10, 20)]
    found = _waves([*before, *dropped], [*after, (0, 0), (0, 0)])
    visit = _visit(found)
    assert visit.contrast.same is not None
    assert visit.contrast.rate is not None
    assert found.first.rated.rate.base_text == "116/158"
    assert visit.rated.rate.base_text == visit.contrast.same.second.rate.base_text == "112/120"
    assert (visit.contrast.same.places, visit.contrast.same.first.rate.base_text) == (6, "98/118")
    assert visit.contrast.rate.difference == pytest.approx(expected["diff"], abs=tolerance)
    assert (visit.contrast.same.first.rate.percent_text, visit.contrast.same.second.rate.percent_text) == (
        "83.1%",
        "93.3%",
    )
    assert visit.contrast.rate.interval.standard_error == pytest.approx(expected["se_diff"], abs=tolerance)
    assert visit.contrast.rate.interval.df == expected["df"]
    assert [team.zh for team in visit.missing] == ["team7", "team8"]


def test_participation_counts_the_enterprises_measured() -> None:
    found = _waves([(20, 20), (20, 20), (20, 20)], [(10, 10), (12, 12), (0, 0)])
    visit = _visit(found)
    assert (found.first.returned, found.first.headcount) == (60, 120)
    assert (visit.returned, visit.headcount, visit.trust) == (22, 80, Trust.LOW)


def test_what_few_said_cannot_be_had_by_subtraction() -> None:
    """The third enterprise stands together with the second, as long as fewer than five answered there."""
    visit = _visit(_waves([(20, 22), (18, 20), (1, 3)], [(20, 20), (20, 20), (0, 0)]))
    assert visit.contrast.same is not None
    assert (visit.contrast.same.places, visit.contrast.same.first.rate.base_text) == (1, "20/22")
    assert visit.contrast.rate is not None
    assert visit.contrast.rate.interval.method == "newcombe"
    none = _visit(_waves([(20, 20), (1, 3)], [(20, 20), (0, 0)])).contrast
    assert (none.comparability, none.same, none.rate) == (Comparability.TOO_FEW, None, None)


def test_enterprises_that_cannot_be_told_apart_count_as_one() -> None:
    """The error of a contrast would give away two enterprises whose sum alone is shown."""
    visit = _visit(_waves([(20, 20), (30, 40), (1, 3)], [(20, 22), (35, 40), (3, 3)]))
    assert visit.contrast.same is not None
    assert (visit.contrast.same.places, visit.contrast.same.first.rate.base_text) == (3, "51/63")
    assert visit.contrast.rate is not None
    expected = same_clusters([Group(21, 23), Group(30, 40)], [Group(23, 25), Group(35, 40)])
    assert visit.contrast.rate == expected


def test_different_enterprises_are_independent_groups() -> None:
    visit = _visit(_waves([(20, 20), (30, 40), (0, 0), (0, 0)], [(0, 0), (0, 0), (20, 22), (30, 38)]))
    assert visit.contrast.same is None
    assert visit.contrast.rate == two_proportions(50, 60, 50, 60)


def test_a_team_that_fell_is_found_among_all() -> None:
    first = [(151, 153), (125, 126), (88, 90)]
    later = [(48, 54), (49, 49), (29, 30)]
    found = _waves(first, [(64, 65), (53, 54), (40, 40)], later)
    p_value = two_proportions(151, 153, 48, 54).p_value
    (fall,) = [each for each in found.team_changes if each.is_fall]
    assert (fall.team.zh, fall.month, fall.first.base_text, fall.second.base_text) == (
        "team1",
        2,
        "151/153",
        "48/54",
    )
    assert fall.adjusted == pytest.approx(6 * p_value)
    assert len(found.team_changes) == 6


def test_a_fall_that_chance_explains_is_no_alarm() -> None:
    steady = [(19, 20)] * 12
    first, later = [(39, 40), *steady], [(33, 40), *steady]
    found = _waves(first, later)
    assert [each.team.zh for each in found.team_changes if each.is_dip] == ["team1"]
    assert not any(each.is_fall for each in found.team_changes)


def test_surveys_that_are_over_are_cut_off_at_their_end() -> None:
    end = AS_OF - timedelta(days=30)
    stored = Stored({1: FIRST})
    for number in range(20):
        stored.add(response(number, AS_OF - timedelta(days=40), {"W10": SATISFIED}, posting_id=1))
    asked = survey(FIRST, postings=1)
    with TemporaryDirectory() as folder:
        snapshots = {1: ColumnStore(Path(folder)).snapshot(stored, AS_OF)}
        taking = evaluate(campaign(1, asked), snapshots, as_of=AS_OF, today=TODAY)
        over = evaluate(campaign(1, replace(asked, over_since=end)), snapshots, as_of=AS_OF, today=TODAY)
    assert [found.as_of for found in (taking, over)] == [AS_OF, end]
    assert [found.parts[0].headline.rated.rate.as_of for found in (taking, over) if found.parts[0].headline] == [
        AS_OF,
        end,
    ]
