"""The figures of a service review (好差评) besides its rating, from counts that an office keeps elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from survey_app.reporting.words import Reader, named
from survey_app.scoring.figure import Figure
from survey_app.scoring.measure import share
from survey_app.scoring.rules import SHARES
from survey_app.web import context


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Shares of things that were counted in full, in the order of the rules."""

    shares: tuple[Figure, ...]
    is_doubtful: bool = False

    @property
    def verdict(self) -> str:
        """Say it in one line."""
        return " · ".join(f"{self._named(each)} {each.percent_text}" for each in self.shares)

    @property
    def sentences(self) -> list[str]:
        """Say what each is a share of."""
        return [
            _(
                "%(base)s, by %(name)s: %(rule)s",
                base=each.base_text,
                name=named(each.rule, Reader(context.locale(), _)),
                rule=each.rule.description.in_locale(context.locale()),
            )
            for each in self.shares
        ]

    def _named(self, found: Figure) -> str:
        return found.label.in_locale(context.locale())


def reviewed(counts: Mapping[str, tuple[int, int]], now: datetime) -> Reviewed:
    """Return the share of each rule, given by name: (part, whole), the whole at least 1."""
    return Reviewed(tuple(share(*counts[rule.name], rule, as_of=now) for rule in SHARES if rule.name in counts))
