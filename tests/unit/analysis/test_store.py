"""The column cache equals the database at every moment, whatever happened to either."""

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis.columns import By, Columns, tallied
from survey_app.analysis.encode import ResponseRow
from survey_app.analysis.layout import Column, Sort
from survey_app.analysis.store import MARGIN, ColumnStore
from survey_app.questionnaire.rules import Is
from tests.support import tiny
from tests.unit.analysis.stored import NOW, Stored, response

FIRST = tiny.questionnaire(tiny.single("A"), tiny.rating("B", shown_if=Is("A", "1")), tiny.multiple("C"))
SECOND = tiny.questionnaire(tiny.single("A"), tiny.rating("B", shown_if=Is("A", "1")), tiny.rating("D"))
LONG_AGO = NOW - timedelta(days=6)
JUST_NOW = NOW - timedelta(minutes=3)


@pytest.fixture
def stored() -> Stored:
    """No responses yet, of a survey with two versions."""
    return Stored({1: FIRST, 2: SECOND})


@pytest.fixture
def store(tmp_path: Path) -> ColumnStore:
    """An empty cache."""
    return ColumnStore(tmp_path / "columns")


def _counts(columns: Columns, field: str) -> Counter[str]:
    column = columns.column(field, Sort.CODED)
    if column is None:
        return Counter()
    by_code, blank, not_asked = tallied(column, columns.counts(column)[0])
    return Counter({**by_code, "blank": blank, "not asked": not_asked})


def _recount(rows: list[ResponseRow], field: str) -> Counter[str]:
    """The slow way: read every answer."""
    found: Counter[str] = Counter()
    for row in rows:
        if field == "B":
            asked = row.answers.get("A") == "1"
        else:
            asked = field == "A" or (field == "D" and row.version_id == 2)
        found[row.answers.get(field, "blank") if asked else "not asked"] += 1
    return found


def _check(store: ColumnStore, stored: Stored) -> None:
    found = store.snapshot(stored, NOW)
    rows = stored.counting()
    assert found.columns.size == len(rows)
    assert found.voided == len(stored.responses) - len(rows)
    for field in ("A", "B", "D"):
        if found.columns.column(field, Sort.CODED) is not None:
            assert +_counts(found.columns, field) == +_recount(rows, field)
            assert +_counts(found.with_voided, field) == +_recount(list(stored.responses.values()), field)


def _answers(number: int) -> dict[str, str]:
    return [{"A": "1", "B": "1"}, {"A": "1", "B": "2"}, {"A": "1"}, {"A": "2"}, {}][number % 5]


def test_settled_and_new_responses_count_alike(store: ColumnStore, stored: Stored) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(10)))
    stored.add(*(response(n, JUST_NOW, _answers(n)) for n in range(20, 27)))
    _check(store, stored)


def test_each_response_is_read_once(store: ColumnStore, stored: Stored) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(10)), response(10, JUST_NOW, {"A": "1"}))
    _check(store, stored)
    stored.add(response(11, JUST_NOW, {"A": "2"}))
    _check(store, stored)
    _check(store, stored)
    assert stored.rows_read == 12


def test_another_process_finds_what_is_settled(store: ColumnStore, stored: Stored, tmp_path: Path) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(10)))
    _check(store, stored)
    _check(ColumnStore(tmp_path / "columns"), stored)
    assert stored.rows_read == 10


def test_nothing_of_the_newest_slots_is_written(store: ColumnStore, stored: Stored, tmp_path: Path) -> None:
    """Rows written as they come would stand in the order of arrival, finer than ten minutes."""
    stored.add(*(response(n, JUST_NOW, _answers(n)) for n in range(10)))
    _check(store, stored)
    assert sum(each.stat().st_size for each in tmp_path.rglob("*.bin")) == 0


def test_settled_rows_stand_by_slot_and_id(store: ColumnStore, stored: Stored) -> None:
    for number in (5, 3, 4):  # arrived in this order, seen one by one
        stored.add(response(number, JUST_NOW, {"A": "1"}))
        _check(store, stored)
    later = store.snapshot(stored, NOW + timedelta(hours=1)).columns
    assert len(later.pieces) == 1
    highs = later.dimension("id_high").tolist()
    assert highs == sorted(highs)


def test_a_response_with_an_earlier_moment_is_found(store: ColumnStore, stored: Stored) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(4)))
    _check(store, stored)
    stored.add(response(9, LONG_AGO - timedelta(days=3), {"A": "1", "B": "1"}, batch_id=4))
    _check(store, stored)


def test_erased_responses_leave_no_trace_on_disk(store: ColumnStore, stored: Stored, tmp_path: Path) -> None:
    rows = [response(n, LONG_AGO, _answers(n)) for n in range(6)]
    stored.add(*rows)
    _check(store, stored)
    stored.erase(rows[2].id)
    _check(store, stored)
    raw = b"".join(each.read_bytes() for each in tmp_path.rglob("*.bin"))
    assert rows[3].id.bytes[8:][::-1] in raw
    assert rows[2].id.bytes[8:][::-1] not in raw


def test_voided_responses_are_masked_and_come_back(store: ColumnStore, stored: Stored) -> None:
    rows = [response(n, LONG_AGO if n % 2 else JUST_NOW, _answers(n)) for n in range(8)]
    stored.add(*rows)
    stored.voidings = {rows[0].id, rows[3].id}
    _check(store, stored)
    stored.voidings = {rows[3].id}
    _check(store, stored)
    assert stored.rows_read == 8


def test_deleting_the_cache_loses_nothing(store: ColumnStore, stored: Stored, tmp_path: Path) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(10)))
    _check(store, stored)
    shutil.rmtree(tmp_path / "columns")
    _check(store, stored)


@pytest.mark.parametrize("damage", ["cut", "meta", "folder"])
def test_a_damaged_cache_is_built_again(store: ColumnStore, stored: Stored, tmp_path: Path, damage: str) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(10)))
    _check(store, stored)
    if damage == "cut":
        column = max(tmp_path.rglob("*.bin"), key=lambda each: each.stat().st_size)
        column.write_bytes(column.read_bytes()[:-1])
    elif damage == "meta":
        next(tmp_path.rglob("meta.json")).write_text("{")
    else:
        shutil.rmtree(next(tmp_path.rglob("rows-*")))
    _check(ColumnStore(tmp_path / "columns"), stored)


def test_the_rest_of_an_append_that_did_not_end_does_not_count(
    store: ColumnStore, stored: Stored, tmp_path: Path
) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(4)))
    _check(store, stored)
    for column in tmp_path.rglob("*.bin"):
        with column.open("ab") as file:
            file.write(b"\x07" * 64)
    fresh = ColumnStore(tmp_path / "columns")
    _check(fresh, stored)
    stored.add(response(5, LONG_AGO, {"A": "2"}))
    _check(fresh, stored)


def test_files_of_another_database_are_not_used(store: ColumnStore, stored: Stored) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(4)))
    _check(store, stored)
    _check(store, stored.of_another_database())


def test_a_new_version_widens_the_columns(store: ColumnStore, stored: Stored) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(4)))
    _check(store, stored)
    stored.add(response(20, JUST_NOW, {"A": "3", "D": "1"}, version_id=2))
    _check(store, stored)
    assert _counts(store.snapshot(stored, NOW).columns, "D")["1"] == 1


def test_rebuilding_counts_the_same(store: ColumnStore, stored: Stored) -> None:
    stored.add(*(response(n, LONG_AGO if n % 3 else JUST_NOW, _answers(n)) for n in range(10)))
    stored.voidings = {response(1, NOW, {}).id}
    _check(store, stored)
    assert store.rebuild(stored, NOW) == 10
    _check(store, stored)


def test_threads_and_processes_share_one_cache(stored: Stored, tmp_path: Path) -> None:
    stored.add(*(response(n, LONG_AGO, _answers(n)) for n in range(40)))
    stores = [ColumnStore(tmp_path / "columns") for _ in range(3)]
    errors: list[BaseException] = []

    def read(store: ColumnStore) -> None:
        try:
            for _ in range(5):
                _check(store, stored)
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=read, args=(store,)) for store in stores for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


_deeds = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 5000), st.integers(0, 4)),
        st.tuples(st.just("newer version"), st.integers(0, 5000), st.integers(0, 4)),
        st.tuples(st.sampled_from(["void", "restore", "erase", "look", "restart"]), st.integers(0, 99), st.just(0)),
    ),
    max_size=25,
)


@given(_deeds)
@settings(max_examples=60)
def test_any_history_equals_a_recount(deeds: list[tuple[str, int, int]]) -> None:
    stored = Stored({1: FIRST, 2: SECOND})
    with TemporaryDirectory() as folder:
        store = ColumnStore(Path(folder))
        for number, (deed, value, kind) in enumerate(deeds):
            ids = sorted(stored.responses)
            one = ids[value % len(ids)] if ids else UUID(int=0)
            if deed in {"add", "newer version"}:
                answers = _answers(kind) if deed == "add" else {"A": "3", "D": "2"}
                moment = NOW - timedelta(minutes=value)
                stored.add(response(number, moment, answers, version_id=1 if deed == "add" else 2))
            elif deed == "void" and ids:
                stored.voidings.add(one)
            elif deed == "restore":
                stored.voidings.discard(one)
            elif deed == "erase" and ids:
                stored.erase(one)
                stored.voidings.discard(one)
            elif deed == "look":
                _check(store, stored)
            elif deed == "restart":
                store = ColumnStore(Path(folder))
        _check(store, stored)


def test_groups_by_posting_include_those_without(store: ColumnStore, stored: Stored) -> None:
    postings = [7, 7, 8, None, 9, 99]
    stored.add(
        *(response(n, LONG_AGO, {"A": "1"}, posting_id=posting) for n, posting in enumerate(postings[:4])),
        *(response(n + 4, JUST_NOW, {"A": "2"}, posting_id=posting) for n, posting in enumerate(postings[4:])),
    )
    columns = store.snapshot(stored, NOW).columns
    by = By("posting", {7: 0, 8: 1, 9: 1}, size=3)
    assert columns.counts_by(by).tolist() == [2, 2, 2]
    assert columns.counts(Column("A", Sort.CODED, codes=("1", "2", "3")), by)[:, 2:].tolist() == [
        [2, 0, 0],
        [1, 1, 0],
        [1, 1, 0],
    ]


def test_selections_narrow_and_drop(store: ColumnStore, stored: Stored) -> None:
    batches = [None, 1, 1, 2]
    stored.add(*(response(n, LONG_AGO, {"A": "1"}, batch_id=batch) for n, batch in enumerate(batches)))
    columns = store.snapshot(stored, NOW).columns
    assert columns.where("batch", np.array([1]), drop=True).size == 2
    assert columns.where("batch", np.array([1])).where("batch", np.array([2])).size == 0


def test_margin_is_longer_than_a_slot() -> None:
    assert timedelta(minutes=10) < MARGIN
