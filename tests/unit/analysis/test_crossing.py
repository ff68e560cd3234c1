"""Two questions against each other: sums, Pearson's test, and a word for how strong it is."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from scipy.stats.contingency import association

from survey_app.analysis.crossing import Strength, crossing

TABLE = np.array([[40, 30, 11], [20, 50, 60], [15, 25, 12]])


def test_lines_add_up() -> None:
    found = crossing(TABLE)
    assert found.cells == ((40, 30, 11), (20, 50, 60), (15, 25, 12))
    assert (found.rows, found.columns, found.total) == ((81, 130, 52), (75, 105, 83), 263)


def test_it_is_pearsons_test_over_the_table_that_is_shown() -> None:
    tested, expected = crossing(TABLE).association, chi2_contingency(TABLE, correction=False)
    assert tested is not None
    assert (tested.test.statistic, tested.test.df) == (pytest.approx(expected.statistic), expected.dof)
    assert tested.test.p_value == pytest.approx(expected.pvalue)
    assert tested.cramers_v == pytest.approx(association(TABLE))
    assert tested.is_significant


@pytest.mark.parametrize(
    ("table", "strength"),
    [
        ([[50, 50], [50, 50]], Strength.NONE),
        ([[60, 40], [45, 55]], Strength.WEAK),
        ([[70, 30], [35, 65]], Strength.MIDDLING),
        ([[90, 10], [15, 85]], Strength.STRONG),
    ],
)
def test_strength_has_a_word(table: list[list[int]], strength: Strength) -> None:
    tested = crossing(np.array(table)).association
    assert tested is not None
    assert tested.strength is strength


@pytest.mark.parametrize("table", [[[40, 30], [0, 0]], [[40, 0], [20, 0]]])
def test_an_empty_line_leaves_nothing_to_test(table: list[list[int]]) -> None:
    assert crossing(np.array(table)).association is None
