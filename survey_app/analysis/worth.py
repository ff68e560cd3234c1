"""What one ballot adds to x and n of a rate, so that sums over places follow the rule as single figures do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_app.analysis.columns import MARKS
from survey_app.analysis.layout import MISSING, Array, Column
from survey_app.analysis.world import codes_of
from survey_app.questionnaire.definition import Scale
from survey_app.scoring.measure import counts
from survey_app.scoring.rules import RateRule
from survey_app.scoring.tally import Tally


@dataclass(frozen=True, eq=False)
class Worth:
    """By value of a question's column, marks first, what a ballot adds to x (first column) and to n (second).

    `spoilt` and `abstained` are what a paper without answers adds.
    """

    by_value: Array
    spoilt: Array
    abstained: Array

    def of(self, ballots: Array, spoilt: Array | int = 0, abstained: Array | int = 0) -> tuple[Array, Array]:
        """Return x and n of groups, from their ballots by value (last axis) and their papers without answers."""
        found = np.asarray(ballots) @ self.by_value
        found = found + np.multiply.outer(spoilt, self.spoilt) + np.multiply.outer(abstained, self.abstained)
        return np.asarray(found[..., 0]), np.asarray(found[..., 1])


def worth(rule: RateRule, scale: Scale, column: Column) -> Worth:
    """Return what a ballot with each value of a column is worth: the counts of that one ballot under the rule."""
    by_value = np.zeros((MARKS + len(codes_of(column)), 2), np.int64)
    by_value[MARKS + MISSING] = counts(Tally(blank=1), scale, rule)
    for place, code in enumerate(codes_of(column), start=MARKS):
        by_value[place] = counts(Tally(counts={code: 1}), scale, rule)
    papers = (np.array(counts(each, scale, rule), np.int64) for each in (Tally(spoilt=1), Tally(abstained=1)))
    return Worth(by_value, *papers)
