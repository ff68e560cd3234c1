"""When more is sent from one network to one collector than people can send: work before each answer, and no wall.

A whole workshop may sit behind one address, so nobody is shut out. Past the limit, whoever sends does some work
first: a phone squares a number again and again (Rivest, Shamir, Wagner, "Time-lock puzzles and timed-release
crypto", MIT 1996), for about a second; a browser without script waits for its turn instead. Both are tied to the
submission's id, so that one piece of work brings in one response.

What is counted is in the memory of one process, under a digest whose salt is drawn anew every few minutes: no
address is kept, and none can be found again. The puzzle's modulus follows from the application's secret, so that
all processes set and check the same ones.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from uuid import UUID

MINUTE = 60.0
SALT_MINUTES = 10
SQUARINGS = 150_000
"""About a second on a phone of 2021; a server checks the outcome in a fraction of a millisecond."""
PUZZLE_SECONDS = 600
"""How long a puzzle can be answered."""
FIRST_TURN = 20.0
BETWEEN_TURNS = 1.0
"""Seconds to wait without a script, and between two who wait in one network."""
MOST_COUNTED = 10_000
_PRIME_BITS = 256


@dataclass(frozen=True, slots=True)
class Needed:
    """What a submission has to bring: the answer to a puzzle, or a ticket whose time has come.

    `puzzle` is what the page's script takes: ticket, base, modulus (both hexadecimal) and how many squarings;
    `ticket` is good after `seconds`.
    """

    puzzle: str
    ticket: str
    seconds: int


class Gate:
    """Counts what is sent, and asks for work when it is too much. One for each application."""

    def __init__(self, key: str, *, most: int, clock: Callable[[], float] = time.time) -> None:
        """`most` submissions a minute from one network to one collector go in without work."""
        self._key = key.encode()
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._salt = (-1, b"")
        self._counts: dict[bytes, tuple[int, int]] = {}
        self._turns: dict[bytes, float] = {}

    def is_flooded(self, code: str, network: str) -> bool:
        """Count one submission; tell whether this network has sent too many to this collector in this minute."""
        minute = int(self._clock() // MINUTE)
        with self._lock:
            place = self._digest(minute, code, network)
            began, count = self._counts.get(place, (minute, 0))
            count = count + 1 if began == minute else max(0, count - self._most * (minute - began)) + 1
            if len(self._counts) >= MOST_COUNTED and place not in self._counts:
                self._counts = {name: each for name, each in self._counts.items() if each[0] == minute}
            self._counts[place] = (minute, count)
        return count > self._most

    def needed(self, code: str, network: str, submission_id: UUID) -> Needed:
        """Return the work that this submission has to bring, and the other way for a browser without script."""
        now = self._clock()
        expires = int(now) + PUZZLE_SECONDS
        with self._lock:
            place = self._digest(int(now // MINUTE), code, network)
            turn = max(now + FIRST_TURN, self._turns.get(place, 0.0) + BETWEEN_TURNS)
            self._turns[place] = turn
        ready = int(turn) + 1
        puzzle = f"{expires} {self._base(submission_id, expires):x} {self._modulus:x} {SQUARINGS}"
        return Needed(puzzle, f"{ready}.{self._signature('wait', submission_id, ready)}", ready - int(now))

    def is_worked(self, submission_id: UUID, answer: str) -> bool:
        """Tell whether `answer` (the puzzle's ticket, a full stop, the last square) is this submission's work."""
        ticket, _, value = answer.partition(".")
        if not _is_number(ticket) or not 0 < len(value) <= _PRIME_BITS or int(ticket) < self._clock():
            return False
        try:
            given = int(value, 16)
        except ValueError:
            return False
        base = self._base(submission_id, int(ticket))
        return given == pow(base, pow(2, SQUARINGS, self._order), self._modulus)

    def is_turn(self, submission_id: UUID, ticket: str) -> bool:
        """Tell whether this submission has waited until its turn, and not for too long after."""
        ready, _, signature = ticket.partition(".")
        if not _is_number(ready) or not signature.isascii():
            return False
        now = self._clock()
        is_ours = hmac.compare_digest(signature, self._signature("wait", submission_id, int(ready)))
        return is_ours and int(ready) <= now < int(ready) + PUZZLE_SECONDS

    def _digest(self, minute: int, code: str, network: str) -> bytes:
        """Return what a collector and a network are counted under, for some minutes."""
        period = minute // SALT_MINUTES
        if self._salt[0] != period:
            self._salt = (period, secrets.token_bytes(16))
            self._counts.clear()
            self._turns.clear()
        return hashlib.blake2b(f"{code} {network}".encode(), key=self._salt[1], digest_size=12).digest()

    def _signature(self, kind: str, submission_id: UUID, moment: int) -> str:
        words = f"flood {kind} {submission_id} {moment}"
        return hmac.new(self._key, words.encode(), hashlib.sha256).hexdigest()[:32]

    def _base(self, submission_id: UUID, expires: int) -> int:
        """Return the number to square: drawn for one submission and one time."""
        return int(self._signature("base", submission_id, expires) * 3, 16) % self._modulus

    @cached_property
    def _primes(self) -> tuple[int, int]:
        drawn = random.Random(hmac.new(self._key, b"flood primes", hashlib.sha256).digest())  # noqa: S311  # seeded by a secret
        return _prime(drawn), _prime(drawn)

    @cached_property
    def _modulus(self) -> int:
        return self._primes[0] * self._primes[1]

    @cached_property
    def _order(self) -> int:
        """The secret that makes checking cheap: exponents count modulo (p - 1)(q - 1)."""
        return (self._primes[0] - 1) * (self._primes[1] - 1)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 13


def _prime(drawn: random.Random) -> int:
    """Return a random prime of 256 bits."""
    while True:
        candidate = drawn.getrandbits(_PRIME_BITS) | 1 | 3 << (_PRIME_BITS - 2)
        if _is_probably_prime(candidate, drawn):
            return candidate


def _is_probably_prime(number: int, drawn: random.Random) -> bool:
    """Miller-Rabin with 24 bases: wrong once in 4^24 at most."""
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(24):
        value = pow(drawn.randrange(2, number - 1), odd, number)
        if value in {1, number - 1}:
            continue
        for _ in range(twos - 1):
            value = value * value % number
            if value == number - 1:
                break
        else:
            return False
    return True
