"""One object of the JSON with its path, which knows what of it has been read: whatever has not is reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from survey_app.interchange.findings import Place
from survey_app.interchange.scope import number_in
from survey_app.questionnaire.rules import LARGEST


class Node:
    """An object of the file. Reading a property marks it as understood, unless its value is of another kind."""

    def __init__(self, data: Mapping[str, Any], path: str) -> None:
        self.data = data
        self.path = path
        self._read: set[str] = set()

    def place(self, name: str | None = None) -> Place:
        """Return where the object, or one of its properties, stands."""
        return Place(path=self.path if name is None else f"{self.path}.{name}")

    def first(self, *names: str) -> str:
        """Return the first of these names that the object has; a property may have had several. "" for none."""
        return next((name for name in names if self.data.get(name) is not None), "")

    def has(self, *names: str) -> bool:
        """Tell whether the object has one of these."""
        return bool(self.first(*names))

    def take(self, *names: str) -> Any:
        """Return a property, of whatever kind."""
        name = self.first(*names)
        self.mark(*names)
        return self.data.get(name)

    def mark(self, *names: str) -> None:
        """Take these as read."""
        self._read.update(names)

    def string(self, *names: str) -> str:
        """Return a property that is a text; "" for none."""
        value = self.data.get(self.first(*names))
        if isinstance(value, str):
            self.mark(*names)
            return value
        return ""

    def name(self, *names: str) -> str:
        """Return a property that is a name: a text, or a number or truth written as one."""
        value = self.data.get(self.first(*names))
        if isinstance(value, str | int | float):
            self.mark(*names)
        return scalar(value) or ""

    def flag(self, *names: str, default: bool = False) -> bool:
        """Return a property that is true or false, or `default`."""
        value = self.data.get(self.first(*names))
        if isinstance(value, bool):
            self.mark(*names)
            return value
        if value in {"true", "false"} if isinstance(value, str) else False:
            self.mark(*names)
            return value == "true"
        return default

    def number(self, *names: str) -> float | None:
        """Return a property that is a number, or looks like one, and is none that only a computer would write."""
        value = self.data.get(self.first(*names))
        if isinstance(value, str):
            value = number_in(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST:
            self.mark(*names)
            return value
        return None

    def whole(self, *names: str) -> int | None:
        """Return a property that is a whole number."""
        value = self.number(*names)
        return int(value) if value is not None and float(value).is_integer() else None

    def items(self, *names: str) -> Sequence[tuple[Any, str]]:
        """Return what a list holds, each with its path; nothing where there is no list."""
        name = self.first(*names)
        value = self.data.get(name)
        if not isinstance(value, list):
            return ()
        self.mark(*names)
        return [(each, f"{self.path}.{name}[{index}]") for index, each in enumerate(value)]

    def nodes(self, *names: str) -> list[Node]:
        """Return the objects in a list."""
        return [Node(each, path) for each, path in self.items(*names) if isinstance(each, dict)]

    def node(self, *names: str) -> Node | None:
        """Return a property that is an object."""
        name = self.first(*names)
        value = self.data.get(name)
        if not isinstance(value, dict):
            return None
        self.mark(*names)
        return Node(value, f"{self.path}.{name}")

    def unread(self) -> Iterator[str]:
        """Yield the properties that hold something and have not been read."""
        for name, value in self.data.items():
            if name not in self._read and value not in _NOTHING:
                yield name


_NOTHING: tuple[object, ...] = (None, "", [], {})


def scalar(value: object) -> str | None:
    """Return a text, number or truth as the text that it is compared by; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None
