"""Floods: counted without an address, answered with work and never with a wall."""

from uuid import uuid4

import pytest

from survey_app.services import flood
from survey_app.services.flood import Gate

HOME, OTHER = "203.0.113.7", "198.51.100.9"


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> Gate:
    return Gate("a secret", most=30, clock=clock)


def _worked(puzzle: str) -> str:
    """What the page's script does."""
    ticket, base, modulus, squarings = puzzle.split()
    value = int(base, 16)
    for _ in range(int(squarings)):
        value = value * value % int(modulus, 16)
    return f"{ticket}.{value:x}"


def test_a_workshop_behind_one_address_goes_in_and_others_are_not_touched(gate: Gate, clock: Clock) -> None:
    assert not any(gate.is_flooded("CODE", HOME) for _ in range(30))
    assert gate.is_flooded("CODE", HOME)
    assert not gate.is_flooded("CODE", OTHER)
    assert not gate.is_flooded("ELSE", HOME)
    clock.seconds += 60
    assert not gate.is_flooded("CODE", HOME)


def test_a_flood_that_goes_on_stays_one_and_is_over_when_it_ends(gate: Gate, clock: Clock) -> None:
    for _ in range(300):
        gate.is_flooded("CODE", HOME)
    clock.seconds += 60
    assert gate.is_flooded("CODE", HOME)
    clock.seconds += 600
    assert not gate.is_flooded("CODE", HOME)


def test_work_is_for_one_submission_and_some_minutes(gate: Gate, clock: Clock) -> None:
    number = uuid4()
    answer = _worked(gate.needed("CODE", HOME, number).puzzle)
    assert gate.is_worked(number, answer)
    assert Gate("a secret", most=1, clock=clock).is_worked(number, answer)  # in another process
    assert not gate.is_worked(uuid4(), answer)
    assert not gate.is_worked(number, answer[:-1] + ("0" if answer[-1] != "0" else "1"))
    clock.seconds += flood.PUZZLE_SECONDS + 1
    assert not gate.is_worked(number, answer)


@pytest.mark.parametrize(
    "answer", ["", ".", "1.1", "x.1", "99999999999.", "99999999999.zz", "９.1", "1." + "f" * 999]
)
def test_what_is_no_work(gate: Gate, answer: str) -> None:
    assert not gate.is_worked(uuid4(), answer)
    assert not gate.is_turn(uuid4(), answer)


def test_without_a_script_one_waits_for_a_turn(gate: Gate, clock: Clock) -> None:
    numbers = [uuid4() for _ in range(3)]
    waits = [gate.needed("CODE", HOME, number) for number in numbers]
    assert [each.seconds for each in waits] == sorted({each.seconds for each in waits})
    assert not gate.is_turn(numbers[0], waits[0].ticket)
    clock.seconds += waits[0].seconds
    assert gate.is_turn(numbers[0], waits[0].ticket)
    assert not gate.is_turn(numbers[0], waits[1].ticket)
    assert not gate.is_turn(numbers[2], waits[2].ticket)


def test_nothing_that_is_kept_names_an_address(gate: Gate) -> None:
    gate.is_flooded("CODE", HOME)
    gate.needed("CODE", HOME, uuid4())
    assert HOME not in repr(vars(gate))
    assert HOME.encode() not in repr(vars(gate)).encode()
