"""Net promoter score: promoters minus detractors, in points from -100 to 100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import LEVEL, Interval
from survey_app.scoring.means import ScoreCounts, mean_interval
from survey_app.scoring.measure import withhold_if_small
from survey_app.scoring.rules import HIGHEST, NPS, NpsRule
from survey_app.scoring.suppression import THRESHOLD


@dataclass(frozen=True, slots=True)
class Camps:
    """How many promote, are passive, detract."""

    promoters: int
    passives: int
    detractors: int

    @property
    def n(self) -> int:
        """All who answered."""
        return self.promoters + self.passives + self.detractors

    @property
    def scores(self) -> ScoreCounts:
        """The camps as scores of +100, 0 and -100, whose mean is the NPS."""
        return ScoreCounts.of((100, 0, -100), (self.promoters, self.passives, self.detractors))

    @property
    def value(self) -> Fraction | None:
        """The NPS; None if nobody answered."""
        return self.scores.mean

    @property
    def standard_error(self) -> float | None:
        """100·sqrt(((P+D)/n - NPS²)/n) with P, D as counts and NPS as a fraction: the multinomial form."""
        variance = self.scores.variance(unbiased=False)
        return None if variance is None else float(variance / self.n) ** 0.5

    def interval(self, level: float = LEVEL, *, population: int | None = None) -> Interval | None:
        """Return the t interval; its `standard_error` divides by n - 1, as samples ask."""
        return mean_interval(self.scores, level, population=population)


def camps(answers: Mapping[int, int], rule: NpsRule = NPS) -> Camps:
    """Sort counts by answer (0-10) into camps. Raises `ValueError` for another answer."""
    if not all(0 <= answer <= HIGHEST for answer in answers):
        raise ValueError("answers are whole numbers from 0 to 10")
    promoters = sum(count for answer, count in answers.items() if answer >= rule.promoters_from)
    detractors = sum(count for answer, count in answers.items() if answer <= rule.detractors_to)
    return Camps(promoters, sum(answers.values()) - promoters - detractors, detractors)


def nps(
    answers: Mapping[int, int],
    rule: NpsRule = NPS,
    *,
    as_of: datetime,
    threshold: int = THRESHOLD,
    blank: int = 0,
    issued: int | None = None,
    headcount: int | None = None,
    level: float = LEVEL,
) -> Figure:
    """Return the NPS of counts by answer (0-10) as a Figure; `blank` were returned without this answer."""
    found = camps(answers, rule)
    returned = found.n + blank
    census = returned == headcount
    population = headcount if headcount is not None and returned < headcount else None
    figure = Figure(
        rule=rule,
        as_of=as_of,
        issued=issued,
        headcount=headcount,
        returned=returned,
        blank=blank,
        n=found.n,
        index=found.value,
        interval=None if census else found.interval(level, population=population),
        census=census,
    )
    return withhold_if_small(figure, found.n, threshold)
