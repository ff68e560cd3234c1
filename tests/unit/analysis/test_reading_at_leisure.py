"""Who asks for figures of many responses that are not read yet is told so; whoever reads them does it once."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from survey_app.analysis.store import ColumnStore, StillReading
from tests.support import tiny
from tests.unit.analysis.stored import NOW, Stored, response

FIRST = tiny.questionnaire(tiny.single("A"))
SECOND = tiny.questionnaire(tiny.single("A"), tiny.single("B"))
LONG_AGO = NOW - timedelta(days=6)


@pytest.fixture
def stored() -> Stored:
    """Eight responses of long ago."""
    found = Stored({1: FIRST, 2: SECOND})
    found.add(*(response(number, LONG_AGO, {"A": "1"}) for number in range(8)))
    return found


@pytest.fixture
def store(tmp_path: Path) -> ColumnStore:
    """An empty cache, whose readers wait for four responses at most."""
    return ColumnStore(tmp_path, at_once=4)


def _told(store: ColumnStore, stored: Stored, now: datetime = NOW) -> tuple[int, int]:
    with pytest.raises(StillReading) as told:
        store.snapshot(stored, now)
    return told.value.done, told.value.total


def test_many_are_read_at_leisure_and_then_at_once(store: ColumnStore, stored: Stored, tmp_path: Path) -> None:
    assert _told(store, stored) == (0, 8)
    assert not stored.rows_read
    assert store.snapshot(stored, NOW, at_leisure=True).columns.size == 8
    assert store.snapshot(stored, NOW).columns.size == 8
    assert ColumnStore(tmp_path, at_once=4).snapshot(stored, NOW).columns.size == 8


def test_without_a_limit_all_are_read(stored: Stored, tmp_path: Path) -> None:
    assert ColumnStore(tmp_path).snapshot(stored, NOW).columns.size == 8


def test_few_new_ones_are_read_at_once_and_many_are_not(store: ColumnStore, stored: Stored) -> None:
    store.snapshot(stored, NOW, at_leisure=True)
    stored.add(*(response(number, NOW, {"A": "2"}) for number in range(10, 14)))
    assert store.snapshot(stored, NOW + timedelta(hours=3)).columns.size == 12
    stored.add(*(response(number, NOW + timedelta(hours=4), {"A": "2"}) for number in range(20, 25)))
    assert _told(store, stored, NOW + timedelta(hours=8)) == (12, 17)
    assert store.snapshot(stored, NOW + timedelta(hours=8), at_leisure=True).columns.size == 17


def test_a_new_version_has_all_read_anew(store: ColumnStore, stored: Stored) -> None:
    store.snapshot(stored, NOW, at_leisure=True)
    stored.add(response(30, NOW, {"A": "1", "B": "2"}, version_id=2))
    assert _told(store, stored) == (0, 8)
    assert store.snapshot(stored, NOW, at_leisure=True).columns.size == 9
    assert store.snapshot(stored, NOW).columns.size == 9


def test_meanwhile_others_are_told_how_far_it_is(store: ColumnStore, stored: Stored) -> None:
    assert store.claim(stored.survey_id)
    assert not store.claim(stored.survey_id)
    assert _told(store, stored) == (0, 8)
    store.snapshot(stored, NOW, at_leisure=True)
    assert _told(store, stored) == (8, 8)
    store.release(stored.survey_id, has_failed=False)
    assert store.snapshot(stored, NOW).columns.size == 8
    assert store.claim(stored.survey_id)


def test_after_a_failure_the_next_reader_reads(store: ColumnStore, stored: Stored) -> None:
    assert store.claim(stored.survey_id)
    store.release(stored.survey_id, has_failed=True)
    assert store.snapshot(stored, NOW).columns.size == 8
    assert store.claim(stored.survey_id)
