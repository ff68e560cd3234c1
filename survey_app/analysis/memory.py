"""What a process remembers of the last views, so that the next need not count it again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

MOST_BYTES = 48_000_000
"""Memory for counts that the next view may ask for again."""


class Memory:
    """Counts and openings of the last views, by the state of the ballots. One a process; safe with threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._lock = Lock()
        self._known: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """Return what is known for `key`, or make it; the longest unused is forgotten first."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                found: T = self._known[key][0]
                return found
        made = make()
        with self._lock:
            if key not in self._known:
                self._known[key] = (made, size(made))
                self._held += size(made)
            while self._held > self._most and len(self._known) > 1:
                _, (_, freed) = self._known.popitem(last=False)
                self._held -= freed
        return made

    def forget_state(self, state: Hashable) -> None:
        """Let go of what was made of ballots that are others by now: it would hold on to their columns."""
        with self._lock:
            for key in [key for key in self._known if _is_of(key, state)]:
                self._held -= self._known.pop(key)[1]

    def forget(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._known.clear()
            self._held = 0


def _is_of(key: Hashable, state: Hashable) -> bool:
    """Tell whether a key begins with a state of ballots, or with a view, which begins with one."""
    first = key[0] if isinstance(key, tuple) and key else None
    return first == state or (isinstance(first, tuple) and bool(first) and first[0] == state)
