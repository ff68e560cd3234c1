"""Evidence against proxy filling (代填): ballots that look filled in by somebody else, flagged and never removed.

Looks only at what a response keeps anyway: its collector, its ten-minute slot, its answers, how long it took. No
address, no device. A flag is a reason to look, not a verdict: print the figure with and without the flagged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Flag(StrEnum):
    """Why a ballot stands out."""

    BURST = "burst"
    IDENTICAL = "identical"
    TOO_FAST = "too_fast"


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known of how one ballot came in.

    `slot` numbers the ten minutes in which it arrived; `answers` are its answers in order; `seconds` is the time
    from opening to sending, None where nobody knows.
    """

    collector: Hashable
    slot: int
    answers: tuple[Hashable, ...]
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where suspicion begins. What is common is not suspicious: tune per survey.

    `burst`: so many ballots of one collector in one slot. `identical`: so many equal ballots of one collector in
    one slot or the next, each with at least `identical_answers` answers that are not all the same.
    `seconds_per_answer`: less than this on average was not read.
    """

    burst: int = 30
    identical: int = 4
    identical_answers: int = 8
    seconds_per_answer: float = 1.0


def flag(traces: Sequence[Trace], limits: Limits | None = None) -> tuple[frozenset[Flag], ...]:
    """Return the flags of each ballot, in the order given; paper batches are not to be passed in.

    A ballot with one grade throughout (all 非常满意) is no evidence of copying, as many people answer so.
    """
    known = limits or Limits()
    arrivals = Counter((trace.collector, trace.slot) for trace in traces)
    copies = _copies(traces, known)
    return tuple(
        frozenset(
            name
            for name, holds in (
                (Flag.BURST, arrivals[trace.collector, trace.slot] >= known.burst),
                (Flag.IDENTICAL, number in copies),
                (Flag.TOO_FAST, _is_too_fast(trace, known)),
            )
            if holds
        )
        for number, trace in enumerate(traces)
    )


def _copies(traces: Sequence[Trace], limits: Limits) -> frozenset[int]:
    """Return the numbers of ballots that have enough equals near them."""
    groups: defaultdict[tuple[Hashable, tuple[Hashable, ...]], list[int]] = defaultdict(list)
    for number, trace in enumerate(traces):
        if len(trace.answers) >= limits.identical_answers and len(set(trace.answers)) > 1:
            groups[trace.collector, trace.answers].append(number)
    found: set[int] = set()
    for numbers in groups.values():
        slots = Counter(traces[number].slot for number in numbers)
        for slot in slots:
            if slots[slot] + slots[slot + 1] >= limits.identical:
                found.update(number for number in numbers if traces[number].slot in (slot, slot + 1))
    return frozenset(found)


def _is_too_fast(trace: Trace, limits: Limits) -> bool:
    return trace.seconds is not None and trace.seconds < limits.seconds_per_answer * len(trace.answers)
