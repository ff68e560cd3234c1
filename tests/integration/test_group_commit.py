"""Many writes in one durable commit: each is told its own outcome, and only once it is on disk."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, event

from survey_app.storage.failures import Unavailable
from survey_app.storage.group_commit import GroupCommit, Turns
from survey_app.storage.session import Database

INSERT = "INSERT INTO kept (id, words) VALUES (?, ?) ON CONFLICT (id) DO NOTHING RETURNING id"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    database = Database(f"sqlite:///{tmp_path / 'kept.sqlite3'}")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id INTEGER PRIMARY KEY, words TEXT CHECK (words <> 'bad'))")
    yield database.engine
    database.dispose()


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def group(engine: Engine, turns: Turns) -> Iterator[GroupCommit]:
    made = GroupCommit(engine, turns, patience=30)
    yield made
    made.close()


def _stored(engine: Engine) -> list[int]:
    """What another connection sees: what is committed."""
    with engine.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT id FROM kept ORDER BY id")]


def test_many_at_once_are_all_there_when_told(engine: Engine, group: GroupCommit) -> None:
    def write(number: int) -> bool:
        has_row = group.execute(INSERT, (number, "good"))
        assert number in _stored(engine)
        return has_row

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(write, range(200)))
    assert _stored(engine) == list(range(200))


def test_the_same_again_gives_no_row(engine: Engine, group: GroupCommit) -> None:
    assert [group.execute(INSERT, (1, "first")), group.execute(INSERT, (1, "second"))] == [True, False]
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT words FROM kept").scalar_one() == "first"


def _waiting(group: GroupCommit, turns: Turns, statements: list[tuple[int, str]]) -> list[bool | Exception]:
    """Let all statements wait for one commit; give the outcome of each."""
    outcomes: list[bool | Exception] = [False] * len(statements)

    def write(place: int, number: int, words: str) -> None:
        try:
            outcomes[place] = group.execute(INSERT, (number, words))
        except Exception as error:
            outcomes[place] = error

    with turns.turn(30):
        threads = [Thread(target=write, args=(i, *each)) for i, each in enumerate(statements)]
        for each in threads:
            each.start()
    for each in threads:
        each.join(30)
    return outcomes


def test_one_that_fails_takes_nobody_with_it(engine: Engine, group: GroupCommit, turns: Turns) -> None:
    outcomes = _waiting(group, turns, [(1, "good"), (2, "bad"), (3, "good"), (4, "bad"), (5, "good")])
    assert [isinstance(each, sqlite3.IntegrityError) for each in outcomes] == [False, True, False, True, False]
    assert _stored(engine) == [1, 3, 5]


def test_a_full_disk_is_told_to_all_it_met_and_later_ones_are_written(engine: Engine, group: GroupCommit) -> None:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {most}")

    most = pages + 2
    event.listen(engine, "checkout", limit)
    with pytest.raises(Unavailable) as caught:
        group.execute(INSERT, (1, "x" * 100_000))
    assert caught.value.kind == "full"
    assert "x" * 10 not in caught.value.reason
    assert _stored(engine) == []
    most = 1_000_000
    assert group.execute(INSERT, (2, "x" * 100_000))
    assert _stored(engine) == [2]


def test_too_many_waiting_are_refused_at_once(engine: Engine, turns: Turns) -> None:
    group = GroupCommit(engine, turns, patience=30, most_waiting=2)
    refused = Event()

    def write(number: int) -> None:
        try:
            group.execute(INSERT, (number, "good"))
        except Unavailable:
            refused.set()

    with turns.turn(30):
        threads = [Thread(target=write, args=(number,)) for number in range(6)]
        for each in threads:
            each.start()
        assert refused.wait(30)  # while nothing can be written
    for each in threads:
        each.join(30)
    group.close()
    assert 2 <= len(_stored(engine)) < 6


def test_patience_ends_and_what_was_given_up_is_not_written(engine: Engine, turns: Turns) -> None:
    group = GroupCommit(engine, turns, patience=0.05)
    with turns.turn(30), pytest.raises(Unavailable) as caught:
        group.execute(INSERT, (1, "good"))
    group.close()
    assert caught.value.kind == "locked"
    assert _stored(engine) == []


def test_another_process_that_holds_the_database_is_waited_for(engine: Engine, group: GroupCommit) -> None:
    other = sqlite3.connect(engine.url.database or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(group.execute, INSERT, (1, "good"))
        assert _stored(engine) == []
        other.execute("ROLLBACK")
        assert written.result(30)
    other.close()
    assert _stored(engine) == [1]


def test_closing_writes_what_waits_and_takes_no_more(engine: Engine, turns: Turns) -> None:
    group = GroupCommit(engine, turns, patience=30)
    outcomes = _waiting(group, turns, [(number, "good") for number in range(20)])
    group.close()
    assert outcomes == [True] * 20
    with pytest.raises(Unavailable):
        group.execute(INSERT, (99, "good"))
    assert _stored(engine) == list(range(20))


def test_turns_are_given_in_order(turns: Turns) -> None:
    order: list[int] = []

    def wait(number: int) -> None:
        with turns.turn(30):
            order.append(number)

    with turns.turn(30):
        threads = []
        for number in range(5):
            threads.append(Thread(target=wait, args=(number,)))
            threads[-1].start()
            while len(turns._waiting) <= number:
                pass
    for each in threads:
        each.join(30)
    assert order == [0, 1, 2, 3, 4]


def test_a_turn_that_does_not_come_is_told(turns: Turns) -> None:
    def want() -> None:
        with turns.turn(0.01):
            raise AssertionError("it is held")

    with turns.turn(1), ThreadPoolExecutor(1) as pool, pytest.raises(Unavailable):
        pool.submit(want).result(30)
    with turns.turn(0.01):
        pass  # and the one who gave up is not waited for
