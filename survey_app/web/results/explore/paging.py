"""Long lists of places page by page: a part of the rows, a way to all others, and a search by name.

Only what is laid out is cut: figures are worked out for all rows, and the JSON has them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask_babel import gettext as _

from survey_app.web.results.explore.desk import Desk, Link

T = TypeVar("T")

ROWS = 50
"""Rows on a page; a list that is not longer than that is shown whole and has no pages."""

CHOICES = ("page", "find")
"""The arguments of a page with a long list."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """The `rows` of a page, the first of which is number `first` of `total`; `every` counts those not searched out.

    `links` lead to the pages, empty where there is one only; `whole` to all rows at once, None where they are here.
    """

    rows: tuple[T, ...]
    first: int
    total: int
    every: int
    find: str
    links: tuple[Link, ...]
    whole: Link | None

    @property
    def is_long(self) -> bool:
        """Whether the list is cut or can be searched."""
        return self.every > ROWS

    @property
    def said(self) -> str:
        """Say which rows are shown."""
        if not self.total:
            return _("None of %(every)s has “%(find)s” in its name.", every=self.every, find=self.find)
        if self.find:
            return _(
                "%(first)s to %(last)s of %(total)s with “%(find)s” in their names",
                first=self.first, last=self._last, total=self.total, find=self.find,
            )  # fmt: skip
        return _("%(first)s to %(last)s of %(total)s", first=self.first, last=self._last, total=self.total)

    @property
    def _last(self) -> int:
        return self.first + len(self.rows) - 1


def paged(rows: Sequence[T], name_of: Callable[[T], str], desk: Desk) -> Paged[T]:
    """Return the part of `rows` that the address asks for; a page beyond the last is the last."""
    choices = desk.asked.choices
    asked = Asking(choices.get("page", ""), choices.get("find", ""), lambda page: desk.address(page=page))
    return cut(rows, name_of, asked)


@dataclass(frozen=True, slots=True)
class Asking:
    """Which part of a list an address asks for, and the `address` of another page (None: the first)."""

    page: str
    find: str
    address: Callable[[str | None], str]


def cut(rows: Sequence[T], name_of: Callable[[T], str], asked: Asking) -> Paged[T]:
    """Return the part of `rows` that is asked for; a page beyond the last is the last."""
    find = asked.find.strip() if len(rows) > ROWS else ""
    found = [row for row in rows if find.casefold() in name_of(row).casefold()] if find else list(rows)
    pages = max(1, -(-len(found) // ROWS))
    wanted = asked.page
    if wanted == ALL or pages == 1:
        return Paged(tuple(found), 1, len(found), len(rows), find, _links(asked, pages, None), None)
    number = min(max(1, int(wanted)), pages) if wanted.isdecimal() and len(wanted) < 9 else 1
    first = (number - 1) * ROWS
    return Paged(
        tuple(found[first : first + ROWS]),
        first + 1,
        len(found),
        len(rows),
        find,
        _links(asked, pages, number),
        Link(_("All at once"), asked.address(ALL)),
    )


def _links(asked: Asking, pages: int, current: int | None) -> tuple[Link, ...]:
    if pages == 1:
        return ()
    return tuple(
        Link(str(number), asked.address(str(number) if number > 1 else None), number == current)
        for number in range(1, pages + 1)
    )
