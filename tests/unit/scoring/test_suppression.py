"""Nothing below the threshold can be had by subtraction. Checked by playing the reader who tries."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.optimize import linprog

from survey_app.scoring import rules
from survey_app.scoring.figure import Reason
from survey_app.scoring.measure import rate
from survey_app.scoring.suppression import Sum, hide, primary, protect, protect_list, protect_table
from tests.unit.scoring.figures import AS_OF, S5, ballots
from tests.unit.scoring.reference_cases import case

K = 5


def equations_of(sizes, sums, secret):
    """Return what a reader knows of the hidden cells, as a linear system."""
    place = {key: i for i, key in enumerate(secret)}
    equations, shown = np.zeros((len(sums), len(secret))), np.zeros(len(sums))
    for row, each in enumerate(sums):
        for key, sign in [(each.total, 1), *((part, -1) for part in each.parts)]:
            if key in place:
                equations[row, place[key]] += sign
            else:
                shown[row] -= sign * sizes[key]
    return equations, shown


def extremes(sizes, sums, withheld):
    """Return for each withheld cell the lowest and highest size that fits what is shown.

    A linear program, independent of how the cells were chosen. Empty cells are given to the reader, as
    somebody may know that nobody is there.
    """
    secret = [key for key in withheld if sizes[key]]
    equations, shown = equations_of(sizes, sums, secret)
    found = {}
    for i, key in enumerate(secret):
        aim = np.zeros(len(secret))
        aim[i] = 1
        ends = [linprog(sign * aim, A_eq=equations, b_eq=shown, bounds=(0, 10**6)).fun for sign in (1, -1)]
        found[key] = ends[0], -ends[1]
    return found


def determined_groups(sizes, sums, withheld, k):
    """Return the groups of withheld cells with fewer than k people whose sum follows from what is shown.

    A sum follows if no way of moving people between the withheld cells changes it. All groups are tried.
    """
    secret = [key for key in withheld if sizes[key]]
    moves = null_space(equations_of(sizes, sums, secret)[0]) if secret else np.zeros((0, 0))
    small = [i for i, key in enumerate(secret) if sizes[key] < k]
    return [
        [secret[i] for i in group]
        for number in range(1, min(k, len(small) + 1))
        for group in combinations(small, number)
        if sum(sizes[secret[i]] for i in group) < k and np.abs(moves[list(group)].sum(axis=0)).max(initial=0) < 1e-9
    ]


def assert_safe(sizes, sums, withheld, k=K):
    assert all(key in withheld for key, n in sizes.items() if n < k)
    for key, (low, high) in extremes(sizes, sums, withheld).items():
        assert high - low >= 1, f"{key} can be had from the rest"
    assert determined_groups(sizes, sums, withheld, k) == []


def margins(sizes):
    """Return the cells of a cross-tab with all its totals, and the sums that tie them."""
    rows = list(dict.fromkeys(row for row, _ in sizes))
    columns = list(dict.fromkeys(column for _, column in sizes))
    cells = dict(sizes)
    sums = [Sum((row, None), tuple((row, column) for column in columns)) for row in rows]
    sums += [Sum((None, column), tuple((row, column) for row in rows)) for column in columns]
    for each in sums:
        cells[each.total] = sum(cells[part] for part in each.parts)
    cells[None, None] = sum(sizes.values())
    sums.append(Sum((None, None), tuple((row, None) for row in rows)))
    sums.append(Sum((None, None), tuple((None, column) for column in columns)))
    return cells, sums


def test_published_example_hides_the_second_group_too():
    inputs, expected, _ = case("suppression_indirect_example1")
    withheld = protect_list(inputs["groups"], inputs["k"])
    assert sorted(key for key in withheld if key is not None) == expected["suppressed"]
    assert (None not in withheld) == expected["total_shown"]
    assert withheld["Sales"] == Reason.BELOW_THRESHOLD
    assert withheld["Technology"] == Reason.COMPLEMENTARY


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 9, "b": 30}, set()),
        ({"a": 3, "b": 4, "c": 60}, {"a", "b"}),
        ({"a": 1, "b": 2, "c": 60, "d": 90}, {"a", "b", "c"}),
        ({"a": 4, "b": 70, "c": 60}, {"a", "c"}),
        ({"a": 0, "b": 70, "c": 60}, {"a"}),
        ({"a": 0, "b": 4, "c": 60, "d": 99}, {"a", "b", "c"}),
        ({"a": 4}, {"a", None}),
        ({"a": 1, "b": 2}, {"a", "b", None}),
        ({"a": 0}, {"a", None}),
    ],
)
def test_one_way(sizes, hidden):
    assert set(protect_list(sizes, K)) == hidden


def test_without_a_total_only_the_small_are_hidden():
    assert set(protect_list({"a": 4, "b": 70}, K, total_shown=False)) == {"a"}


def test_threshold_is_the_smallest_size_shown():
    assert primary(5, 5) is None
    assert primary(4, 5) == Reason.BELOW_THRESHOLD
    assert primary(0, 5) == Reason.EMPTY
    assert "a" in protect_list({"a": 10, "b": 70, "c": 60}, 11)


def test_cross_tab_hides_a_rectangle():
    sizes = {(row, column): 20 for row in "abc" for column in "xyz"}
    sizes["a", "x"] = 2
    withheld = protect_table(sizes, K)
    assert withheld.pop(("a", "x")) == Reason.BELOW_THRESHOLD
    assert len(withheld) == 3
    assert all(None not in cell for cell in withheld)
    rows = {row for row, _ in withheld}
    assert len(rows) == 2


def test_small_margin_is_hidden_with_its_row():
    sizes = {("a", "x"): 1, ("a", "y"): 2, ("b", "x"): 20, ("b", "y"): 30, ("c", "x"): 40, ("c", "y"): 50}
    withheld = protect_table(sizes, K)
    assert ("a", None) in withheld
    assert any(row != "a" and column is None for row, column in withheld), "the total minus the rest gives row a"
    assert (None, None) not in withheld


def test_parent_minus_children_gives_nothing_away():
    sizes = {"top": 60, "A": 30, "B": 30, "a1": 3, "a2": 27, "b1": 10, "b2": 20}
    sums = [Sum("top", ("A", "B")), Sum("A", ("a1", "a2")), Sum("B", ("b1", "b2"))]
    withheld = protect(sizes, sums, K)
    assert set(withheld) == {"a1", "a2"}
    assert_safe(sizes, sums, withheld)


def test_small_parent_does_not_show_through_its_sisters():
    sizes = {"top": 63, "A": 3, "B": 30, "C": 30, "a1": 1, "a2": 2, "b1": 10, "b2": 20, "c1": 15, "c2": 15}
    sums = [
        Sum("top", ("A", "B", "C")),
        Sum("A", ("a1", "a2")),
        Sum("B", ("b1", "b2")),
        Sum("C", ("c1", "c2")),
    ]
    withheld = protect(sizes, sums, K)
    assert "top" not in withheld
    assert_safe(sizes, sums, withheld)


def test_later_date_minus_earlier_gives_nothing_away():
    sizes = {"to May": 40, "since May": 3, "to June": 43}
    withheld = protect(sizes, [Sum("to June", ("to May", "since May"))], K)
    assert withheld["since May"] == Reason.BELOW_THRESHOLD
    assert len(withheld) == 2


def test_groups_that_follow_from_several_sums_are_no_smaller_than_k():
    sizes = {"top": 63, "A": 3, "B": 30, "C": 30, "a1": 1, "a2": 2, "b1": 1, "b2": 29}
    sums = [Sum("top", ("A", "B", "C")), Sum("A", ("a1", "a2")), Sum("B", ("b1", "b2"))]
    withheld = protect(sizes, sums, K)
    shown = set(sizes) - set(withheld)
    assert not {"top", "C", "b2"} <= shown, "top minus C minus b2 would be the four of A and b1"
    assert_safe(sizes, sums, withheld)


def test_groups_hidden_among_rows_and_columns_are_found():
    rows = {"r0": (1, 35, 0), "r1": (31, 0, 35), "r2": (3, 2, 0)}
    sizes = {(row, str(i)): n for row, counts in rows.items() for i, n in enumerate(counts)}
    withheld = protect_table(sizes, K)
    assert_safe(*margins(sizes), withheld)


def test_sum_that_does_not_add_up_is_refused():
    with pytest.raises(ValueError, match="not the sum"):
        protect({"a": 3, "b": 4, "t": 9}, [Sum("t", ("a", "b"))], K)


def test_hidden_figures_tell_nothing():
    tallies = {"Sales": ballots(4, 0), "Technology": ballots(8, 1)}
    figures = {key: rate(each, S5, rules.SATISFACTION_RATE, as_of=AS_OF) for key, each in tallies.items()}
    hidden = hide(figures, protect_list({"Sales": 4, "Technology": 9}, K), K)
    assert {figure.percent_text for figure in hidden.values()} == {"—"}
    assert {figure.n for figure in hidden.values()} == {None}
    assert hidden["Technology"].withheld.reason == Reason.COMPLEMENTARY


SMALL = st.integers(0, 8)


@settings(max_examples=50)
@given(st.lists(SMALL, min_size=1, max_size=5))
def test_no_list_gives_a_hidden_group_away(values):
    sizes = {str(i): n for i, n in enumerate(values)}
    withheld = protect_list(sizes, K)
    total = {**sizes, None: sum(values)}
    assert_safe(total, [Sum(None, tuple(sizes))], withheld)


@settings(max_examples=50)
@given(st.lists(st.lists(st.integers(0, 4) | st.integers(5, 40), min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_cross_tab_gives_a_hidden_cell_away(table):
    sizes = {(str(r), str(c)): n for r, row in enumerate(table) for c, n in enumerate(row)}
    withheld = protect_table(sizes, K)
    assert_safe(*margins(sizes), withheld)


COUNTS = st.integers(0, 4) | st.integers(5, 40)


@settings(max_examples=60)
@given(st.lists(st.lists(COUNTS, min_size=1, max_size=3), min_size=2, max_size=4), st.sampled_from([3, 5, 11]))
def test_no_tree_of_units_gives_a_hidden_unit_away(districts, k):
    sizes = {f"{d}.{e}": n for d, counts in enumerate(districts) for e, n in enumerate(counts)}
    sizes |= {f"{d}": sum(counts) for d, counts in enumerate(districts)}
    sums = [Sum(f"{d}", tuple(f"{d}.{e}" for e in range(len(counts)))) for d, counts in enumerate(districts)]
    sizes["top"] = sum(map(sum, districts))
    sums.append(Sum("top", tuple(f"{d}" for d in range(len(districts)))))
    assert_safe(sizes, sums, protect(sizes, sums, k), k)


@given(st.lists(st.integers(0, 40), min_size=9, max_size=60))
def test_large_tables_end(values):
    sizes = {(str(i % 6), str(i // 6)): n for i, n in enumerate(values)}
    withheld = protect_table(sizes, K)
    assert all(cell in withheld for cell, n in sizes.items() if n < K)
