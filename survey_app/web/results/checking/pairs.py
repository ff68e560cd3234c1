"""The same people asked twice: what the tool finds of pairs that somebody matched by repeat codes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from survey_app.scoring.comparison import Change, Paired, Verdict, mcnemar
from survey_app.scoring.rounding import p_said, percent_text, points_text


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs of answers, and the change from the first time to the second."""

    pairs: Paired
    change: Change
    is_doubtful: bool = False

    @property
    def first(self) -> Fraction:
        """Share satisfied the first time."""
        return Fraction(self.pairs.both + self.pairs.only_first, self.pairs.n)

    @property
    def second(self) -> Fraction:
        """Share satisfied the second time."""
        return Fraction(self.pairs.both + self.pairs.only_second, self.pairs.n)

    @property
    def verdict(self) -> str:
        """Say it in one sentence."""
        rates = {"first": percent_text(self.first), "second": percent_text(self.second)}
        match self.change.verdict:
            case Verdict.RISE:
                return _("%(first)s, then %(second)s: a significant rise", **rates)
            case Verdict.FALL:
                return _("%(first)s, then %(second)s: a significant fall", **rates)
            case Verdict.NO_CHANGE:
                return _("%(first)s, then %(second)s: no significant change", **rates)

    @property
    def sentences(self) -> list[str]:
        """Say what that rests on, and how it was made."""
        found = self.change.interval
        return [
            _(
                "Change: %(change)s percentage points, 95%% interval %(low)s to %(high)s; exact McNemar test: "
                "p %(p)s.",
                change=points_text(self.change.difference),
                low=points_text(found.low),
                high=points_text(found.high),
                p=p_said(self.change.p_value),
            ),
            _(
                "Of %(n)s people, %(better)s were satisfied the second time only and %(worse)s the first time "
                "only; the test rests on these alone.",
                n=self.pairs.n,
                better=self.pairs.only_second,
                worse=self.pairs.only_first,
            ),
            _("Leave people out whose two answers cannot be matched; say how many they are."),
        ]


def matched(both: int, only_first: int, only_second: int, neither: int) -> Matched:
    """Return the change within pairs, by when they were satisfied: exact McNemar test, Newcombe's interval.

    Raises `ValueError` where there is no pair.
    """
    pairs = Paired(both, only_first, only_second, neither)
    return Matched(pairs, mcnemar(pairs))
