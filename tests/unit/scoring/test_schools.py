"""Three samples of Californian schools against R survey: strata, finite populations, clusters, post-strata."""

import json

import numpy as np
import pytest

from survey_app.scoring.design import Design, Estimate, mean, total
from survey_app.scoring.weighting import post_stratify
from tests.unit.scoring.reference_cases import FILE, case

SCHOOLS = {"E": 4421, "H": 755, "M": 1018}
"""Schools in the population by type: elementary, high, middle."""
DISTRICTS = 757
WEIGHTS = {kind: float(np.float32(weight)) for kind, weight in {"E": 44.21, "H": 15.10, "M": 20.36}.items()}
OF_A_DISTRICT = float(np.float32(33.847))
"""Weights as published: in single precision."""


def sample(name: str) -> dict[str, list]:
    return json.loads((FILE.parent / "schools.json").read_text(encoding="utf-8"))[name]


def column(data: dict[str, list], name: str) -> np.ndarray:
    return np.array(data[name], dtype=np.float64)


def stratified() -> tuple[Design, dict[str, list]]:
    data = sample("stratified")
    kinds = list(data["type"])
    population = [SCHOOLS[kind] for kind in kinds]
    weights = [WEIGHTS[kind] for kind in kinds]
    return Design.of(len(kinds), weights=weights, strata=kinds, cluster_population=population), data


def clustered() -> tuple[Design, dict[str, list]]:
    data = sample("clustered")
    size = len(data["type"])
    design = Design.of(
        size, weights=[OF_A_DISTRICT] * size, clusters=data["district"], cluster_population=[DISTRICTS] * size
    )
    return post_stratify(design, list(data["type"]), SCHOOLS).design, data


def agrees(name: str, found: Estimate, value: str = "mean") -> None:
    _inputs, expected, tolerance = case(name)
    # Totals of millions are given to twelve digits.
    near = {"abs": tolerance, "rel": 1e-12}
    assert found.value == pytest.approx(expected[value], **near)
    assert found.standard_error == pytest.approx(expected["se"], **near)
    if "deff" in expected:
        assert found.design_effect == pytest.approx(expected["deff"], **near)


def test_strata_of_a_finite_population() -> None:
    design, data = stratified()
    agrees("R_api_strat", mean(design, column(data, "score"), without_replacement=True))
    agrees("R_api_strat_total", total(design, column(data, "pupils")), "t")


def test_a_simple_sample_of_a_finite_population() -> None:
    data = sample("simple")
    size, population = len(data["type"]), sum(SCHOOLS.values())
    design = Design.of(size, weights=[population / size] * size, cluster_population=[population] * size)
    agrees("R_api_srs", mean(design, column(data, "score")))


def test_post_strata_of_clusters() -> None:
    design, data = clustered()
    agrees("R_api_clus1_ps", mean(design, column(data, "score")))
    agrees("R_api_clus1_ps_total", total(design, column(data, "pupils")), "t")
