"""What was worked out last for each of a few keys, with what it was made of: the same again costs a comparison."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 24
"""How many keys are kept; that of which nobody has asked for longest is forgotten first."""


class One:
    """Equal to itself alone, by identity; holds on to the object, so that no other takes its place meanwhile."""

    __slots__ = ("held",)

    def __init__(self, held: object) -> None:
        """Hold the object."""
        self.held = held

    def __eq__(self, other: object) -> bool:
        """Tell whether the other holds the very same object."""
        return isinstance(other, One) and other.held is self.held

    def __hash__(self) -> int:
        """Return a number that is the same for the same object."""
        return id(self.held)


class Recent:
    """The last values by key. Safe with threads; two that ask at once may both work it out."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, tuple[object, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, made_of: object, make: Callable[[], T]) -> T:
        """Return what is known for `key` if it was made of the equal of `made_of`, or make it."""
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
        if known is not None and known[0] == made_of:
            found: T = known[1]
            return found
        made = make()
        with self._lock:
            self._known[key] = (made_of, made)
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return made
