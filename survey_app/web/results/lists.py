"""The long lists of the results page: each cut to what the address asks for, all searched by the same name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import url_for

from survey_app.web.results.explore.paging import ALL, Asking, Paged, cut

T = TypeVar("T")

TEAMS, WAVES, PLACES, FIND = "teams", "wave-teams", "places", "find"
"""The arguments of the page: which part of each list, and what names have to contain."""


@dataclass(frozen=True)
class Lists:
    """What an address asks for of the lists of a campaign; nothing asked for is the first page of each."""

    campaign_id: int
    asked: Mapping[str, str]

    @property
    def find(self) -> str:
        """What the names have to contain."""
        return self.asked.get(FIND, "").strip()

    def cut(self, name: str, rows: Sequence[T], name_of: Callable[[T], str]) -> Paged[T]:
        """Return the part of a list that is shown."""
        return cut(
            rows, name_of, Asking(self.asked.get(name, ""), self.find, lambda page: self._address(name, page))
        )

    def _address(self, name: str, page: str | None) -> str:
        kept: dict[str, Any] = {
            each: self.asked[each] for each in (TEAMS, WAVES, PLACES, FIND) if self.asked.get(each)
        }
        kept.pop(name, None)
        if page is not None:
            kept[name] = page
        return url_for("results.campaign", campaign_id=self.campaign_id, _anchor=f"list-{name}", **kept)


def everything(campaign_id: int) -> Lists:
    """Return lists that are not cut."""
    return Lists(campaign_id, dict.fromkeys((TEAMS, WAVES, PLACES), ALL))
