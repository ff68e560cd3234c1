"""Two stages, enterprises from strata and people from enterprises: against R, and against every possible sample."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
import pytest

from survey_app.scoring.cells import Cells, cluster_rate
from survey_app.scoring.design_intervals import effective_wilson, logit_t
from survey_app.scoring.intervals import Floats
from survey_app.scoring.stages import Stages, staged_rate
from tests.unit.scoring.reference_cases import case

DRAWN = 4
"""Enterprises of each stratum of the reference's clustered sample."""


def numbered(names: list[str]) -> np.ndarray:
    return np.unique(names, return_inverse=True)[1]


def reference() -> tuple[Cells, Stages, Floats]:
    """The reference's clustered sample as one cell for each enterprise, with its published weights."""
    data = case("cluster_dataset")[0]["data"]
    cell = numbered(data["enterprise"])
    first = np.unique(cell, return_index=True)[1]
    of = {
        name: np.array(data[name], dtype=np.float64)[first] for name in ("enterprises_in_stratum", "headcount", "m")
    }
    cells = Cells(np.bincount(cell, data["y"]).astype(np.float64), np.bincount(cell).astype(np.float64))
    stages = Stages(
        numbered(data["stratum"])[first],
        np.arange(len(first)),
        DRAWN / of["enterprises_in_stratum"],
        np.full(len(first), np.nan),
    )
    return cells, stages, of["enterprises_in_stratum"] / DRAWN * of["headcount"] / of["m"]


@pytest.mark.parametrize("name", ["clustered_noFPC", "clustered_FPC1"])
def test_first_stage_is_that_of_the_reference(name: str) -> None:
    cells, stages, weights = reference()
    _, expected, tolerance = case(name)
    sampled = stages.sampled if name == "clustered_FPC1" else 0 * stages.sampled
    # Everybody counts as having answered, as where only the first stage is described.
    found = staged_rate(cells, Stages(stages.strata, stages.clusters, sampled, cells.n), weights)
    assert found.estimate.value == pytest.approx(expected["p"], abs=tolerance)
    assert found.estimate.standard_error == pytest.approx(expected["se_p"], abs=tolerance)
    assert found.estimate.df == expected["df"]
    interval = logit_t(found.estimate)
    assert (interval.low, interval.high) == pytest.approx(expected["ci_logit_t"], abs=tolerance)
    if name == "clustered_noFPC":
        wilson = effective_wilson(found.estimate, found.n)
        assert (wilson.low, wilson.high) == pytest.approx(expected["ci_svy_wilson"], abs=tolerance)


def test_without_strata_or_ends_it_is_the_rate_of_clusters() -> None:
    cells, stages, weights = reference()
    nothing = np.zeros(len(weights))
    plain = Stages(np.zeros_like(stages.strata), stages.clusters, nothing, stages.people)
    found, clusters = staged_rate(cells, plain, weights), cluster_rate(cells, weights)
    assert found == clusters


Enterprise = tuple[int, ...]
STRATA: tuple[tuple[Enterprise, ...], ...] = (
    ((0, 1, 1), (1, 1, 0), (0, 0, 1), (1, 1, 1)),
    ((0, 0, 0), (1, 0, 0), (1, 1, 0)),
)
"""A population: strata of enterprises of three people; all of one size, so that the rate is linear."""


def samples(enterprises: tuple[int, ...], people: int) -> Iterator[list[tuple[int, Enterprise]]]:
    """Every sample of so many enterprises of each stratum, and so many people of each, with the stratum."""
    by_stratum = []
    for at, stratum in enumerate(STRATA):
        found: list[list[tuple[int, Enterprise]]] = []
        for chosen in combinations(stratum, enterprises[at]):
            ways = product(*(combinations(each, people) for each in chosen))
            found += [[(at, answers) for answers in way] for way in ways]
        by_stratum.append(found)
    for parts in product(*by_stratum):
        yield [each for part in parts for each in part]


def described(sample: list[tuple[int, Enterprise]]) -> tuple[Cells, Stages, Floats]:
    strata = np.array([at for at, _ in sample])
    size = np.array([len(each) for each in STRATA])
    drawn = np.bincount(strata, minlength=len(STRATA))
    cells = Cells(
        np.array([float(sum(each)) for _, each in sample]), np.array([float(len(each)) for _, each in sample])
    )
    stages = Stages(strata, np.arange(len(sample)), (drawn / size)[strata], np.full(len(sample), 3.0))
    return cells, stages, (size / drawn)[strata]


@pytest.mark.parametrize(("enterprises", "people"), [((2, 2), 2), ((3, 2), 3), ((4, 3), 2), ((2, 3), 2)])
def test_variance_is_on_average_that_of_all_samples(enterprises: tuple[int, ...], people: int) -> None:
    values, variances = [], []
    for sample in samples(enterprises, people):
        cells, stages, weights = described(sample)
        found = staged_rate(cells, stages, weights).estimate
        values.append(found.value)
        variances.append(found.standard_error**2)
    truth = np.mean([np.mean(each) for stratum in STRATA for each in stratum])
    assert np.mean(values) == pytest.approx(truth)
    assert np.mean(variances) == pytest.approx(np.var(values))


def test_census_leaves_only_those_who_did_not_answer() -> None:
    cells, strata = Cells(np.array([3.0, 1.0]), np.array([4.0, 4.0])), np.zeros(2, np.intp)
    clusters, all_of_them = np.arange(2), np.ones(2)
    some = staged_rate(cells, Stages(strata, clusters, all_of_them, np.array([8.0, 4.0])))
    # Of the first, half answered; of the second everybody: (1 - 1/2) x 4² x 3/16 / 3 of the total, over 8².
    assert some.estimate.standard_error**2 == pytest.approx(0.5 * 16 * (3 / 16) / 3 / 64)
    assert some.estimate.df == 6
    everybody = staged_rate(cells, Stages(strata, clusters, all_of_them, np.array([4.0, 4.0])))
    assert everybody.estimate.standard_error == 0
    alone = staged_rate(
        Cells(cells.x[:1], cells.n[:1]), Stages(strata[:1], clusters[:1], all_of_them[:1], cells.n[:1])
    )
    assert (alone.estimate.standard_error, alone.estimate.df) == (0, 3)


def test_stratum_with_one_enterprise_is_compared_with_the_mean_of_all() -> None:
    cells = Cells(np.array([9.0, 5.0, 8.0]), np.full(3, 10.0))
    strata, clusters, people = np.array([0, 0, 1]), np.arange(3), np.full(3, np.nan)
    lonely = staged_rate(cells, Stages(strata, clusters, np.zeros(3), people)).estimate
    residuals = cells.x - cells.n * cells.x.sum() / 30
    own = 2 * ((residuals[:2] - residuals[:2].mean()) ** 2).sum() + residuals[2] ** 2
    assert lonely.standard_error == pytest.approx(np.sqrt(own) / 30)
    assert lonely.df == 1
    # The only enterprise that its stratum has is certain, and so adds nothing.
    certain = staged_rate(
        cells, Stages(strata, clusters, np.array([0.0, 0.0, 1.0]), np.array([np.nan, np.nan, 10.0]))
    )
    assert certain.estimate.standard_error == pytest.approx(np.sqrt(own - residuals[2] ** 2) / 30)
    assert certain.estimate.df == 1


def test_strata_of_one_enterprise_each_leave_no_degree_of_freedom() -> None:
    cells = Cells(np.array([9.0, 5.0]), np.full(2, 10.0))
    apart = Stages(np.arange(2), np.arange(2), np.zeros(2), np.full(2, np.nan))
    assert staged_rate(cells, apart).estimate.df == 0


def test_cells_of_one_enterprise_are_one_cluster() -> None:
    cells = Cells(np.array([4.0, 5.0, 8.0, 2.0]), np.full(4, 10.0))
    strata, clusters = np.zeros(4, np.intp), np.array([0, 0, 1, 2])
    found = staged_rate(cells, Stages(strata, clusters, np.zeros(4), np.full(4, np.nan)))
    joined = cluster_rate(Cells(np.array([9.0, 8.0, 2.0]), np.array([20.0, 10.0, 10.0])))
    assert found.clusters == 3
    assert found.estimate.standard_error == pytest.approx(joined.estimate.standard_error)
