"""The Figure: one number with everything needed to check it, or the fact that it is withheld.

Language-free: words come from the rule's label or from the layer that shows it. Page, chart, API and
workbook print the same texts from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from survey_app.questionnaire.text import Text
from survey_app.scoring.intervals import Interval
from survey_app.scoring.rounding import NOTHING, between, percent_text, written
from survey_app.scoring.rules import NpsRule, RateRule, Rule, ShareRule


class Reason(StrEnum):
    """Why a figure is withheld.

    The first three are for the log and the tests only: readers see one and the same for all. The others follow from
    the rule alone, whatever was answered, and may be told: the question's scale lacks the rule's grades; the rule's
    base has ballots (unknown, abstained, blank, spoilt) that are not told apart where answers are.
    """

    BELOW_THRESHOLD = "below_threshold"
    COMPLEMENTARY = "complementary"
    EMPTY = "empty"
    OFF_SCALE = "off_scale"
    BASE_UNKNOWN = "base_unknown"

    @property
    def may_be_told(self) -> bool:
        """Tell whether it says nothing about answers."""
        return self in (Reason.OFF_SCALE, Reason.BASE_UNKNOWN)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A figure that is not shown: `threshold` is k, which may be printed; `reason` may not.

    To tell the reader that a cell is withheld only because another one is, or that it is empty, gives
    away part of what withholding protects.
    """

    reason: Reason
    threshold: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which shares (`low`, `high`) a withheld rate of `n` ballots lies.

    They follow from figures that are shown (Fréchet 1951): of a group, no more can be dissatisfied than are in all.
    """

    low: Fraction
    high: Fraction
    n: int

    @property
    def text(self) -> str:
        """The bounds of the rate as "≥97.8%", "≤12.4%" or "81.0%–93.5%", rounded away from each other."""
        texts = [f"{Decimal(tenths).scaleb(-1)}%" for tenths in (floor(1000 * self.low), ceil(1000 * self.high))]
        if self.high == 1:
            return f"≥{texts[0]}"
        return f"≤{texts[1]}" if not self.low else "–".join(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """指标值: x of n with its rule, base, interval and cut-off.

    `x` and `n` are ballots; `n` the rule's base. `index` is the value of an index (0-100) or of the
    NPS (-100 to 100), None for a rate. `issued` and `headcount` are None where nobody knows them. `census`
    says that everybody on the headcount answered: no sampling error, hence no interval. `interval` is in
    the unit of the value (shares 0-1 for a rate). Where n counts more than people (items pooled),
    `respondents` is the number of people, and `clusters` that of the groups that the interval allows for.
    `estimate` is the value of a weighted rate, which is not x/n, and `weighting` the name of its weights.

    A withheld figure keeps only what does not come from answers: rule, cut-off, issued, headcount; and `bounds`,
    where other figures that are shown narrow it down anyway.
    """

    rule: Rule
    as_of: datetime
    issued: int | None = None
    headcount: int | None = None
    withheld: Withheld | None = None
    x: int | None = None
    n: int | None = None
    returned: int | None = None
    blank: int | None = None
    abstained: int | None = None
    unknown: int | None = None
    spoilt: int | None = None
    index: Fraction | None = None
    interval: Interval | None = None
    census: bool = False
    respondents: int | None = None
    clusters: int | None = None
    estimate: float | None = None
    weighting: str = ""
    bounds: Bounds | None = None

    @property
    def metric(self) -> str:
        """What is measured: the rule's name."""
        return self.rule.name

    @property
    def rule_version(self) -> int:
        """Version of the rule that made the figure."""
        return self.rule.version

    @property
    def label(self) -> Text:
        """The rule's label in both languages."""
        return self.rule.label

    @property
    def description(self) -> Text:
        """The rule's words for the report, in both languages."""
        return self.rule.description

    @property
    def is_rate(self) -> bool:
        """Tell whether the value is a share (of ballots, or of things counted), not an index or NPS."""
        return isinstance(self.rule, RateRule | ShareRule)

    @property
    def rate(self) -> Fraction | None:
        """x/n, exactly; None for an index, an empty or a withheld figure."""
        return Fraction(self.x, self.n) if self.x is not None and self.n else None

    @property
    def value(self) -> Fraction | float | None:
        """The figure itself: the rate (0-1; the weighted one where there are weights), the index or the NPS."""
        if not self.is_rate:
            return self.index
        return self.rate if self.estimate is None else self.estimate

    @property
    def percent_text(self) -> str:
        """The value of a rate as "97.9%", never 100.0% for less than all; its bounds or a dash for none."""
        if self.bounds is not None:
            return self.bounds.text
        return percent_text(self.value) if self.is_rate else NOTHING

    @property
    def value_text(self) -> str:
        """The value as printed: "97.9%" for a rate, "90.6" for an index, "49.0" for an NPS."""
        return self.percent_text if self.is_rate else self._index_text(self.index)

    @property
    def low_text(self) -> str:
        """The lower limit of the interval, in the form of the value; a dash for none."""
        return self._limit_text(self.interval.low if self.interval else None)

    @property
    def high_text(self) -> str:
        """The upper limit of the interval, in the form of the value; a dash for none."""
        return self._limit_text(self.interval.high if self.interval else None)

    @property
    def base_text(self) -> str:
        """The base: "916/936" for a rate, "936" for an index; a dash for none."""
        if self.n is None:
            return NOTHING
        return f"{self.x}/{self.n}" if self.x is not None else str(self.n)

    @property
    def return_rate(self) -> Fraction | None:
        """Returned out of issued; None where issued is unknown, or fewer than returned."""
        if self.returned is None or not self.issued or self.returned > self.issued:
            return None
        return Fraction(self.returned, self.issued)

    @property
    def participation(self) -> Fraction | None:
        """Returned out of the headcount (参与率); above 1 where the headcount is out of date."""
        if self.returned is None or not self.headcount:
            return None
        return Fraction(self.returned, self.headcount)

    def withhold(self, reason: Reason, threshold: int, bounds: Bounds | None = None) -> Figure:
        """Return the figure without anything that comes from answers but `bounds`; a reason to be told stays."""
        if self.withheld is not None and self.withheld.reason.may_be_told:
            reason, bounds = self.withheld.reason, None
        return Figure(
            rule=self.rule,
            as_of=self.as_of,
            issued=self.issued,
            headcount=self.headcount,
            withheld=Withheld(reason, threshold),
            bounds=bounds,
        )

    def _index_text(self, value: Fraction | float | None) -> str:
        if value is None:
            return NOTHING
        lowest = -100 if isinstance(self.rule, NpsRule) else 0
        return written(between(value, lowest, 100))

    def _limit_text(self, limit: float | None) -> str:
        return percent_text(limit) if self.is_rate else self._index_text(limit)
