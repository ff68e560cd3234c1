"""Every case of the reference figures is asked for by some test."""

from pathlib import Path

from tests.unit.scoring.reference_cases import cases

WITHOUT_DATA = {"R_api_strat", "R_api_srs", "R_api_clus1_ps", "R_api_strat_total", "R_api_clus1_ps_total"}
"""Cases on a dataset that is published with R's survey package, not with the reference figures. The same
estimators (strata, finite population, totals, post-stratification) are tested on the cases with data."""


def test_every_case_is_asked_for():
    here = Path(__file__)
    sources = "".join(path.read_text(encoding="utf-8") for path in here.parent.glob("test_*.py") if path != here)
    families = {"single_proportion_ci": "single_proportion_ci", "newcombe1998": "newcombe1998"}
    families["stratified_srs_fpc"] = "stratified_srs_fpc_{"
    missing = {
        name
        for name in cases().keys() - WITHOUT_DATA
        if f'"{name}"' not in sources
        and not any(name.startswith(start) and text in sources for start, text in families.items())
    }
    assert missing == set()
