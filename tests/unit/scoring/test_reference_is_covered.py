"""Every case of the reference figures is asked for by some test."""

from pathlib import Path

from tests.unit.scoring.reference_cases import cases


def test_every_case_is_asked_for():
    here = Path(__file__)
    sources = "".join(path.read_text(encoding="utf-8") for path in here.parent.glob("test_*.py") if path != here)
    families = {"single_proportion_ci": "single_proportion_ci", "newcombe1998": "newcombe1998"}
    families["stratified_srs_fpc"] = "stratified_srs_fpc_{"
    missing = {
        name
        for name in cases()
        if f'"{name}"' not in sources
        and not any(name.startswith(start) and text in sources for start, text in families.items())
    }
    assert missing == set()
