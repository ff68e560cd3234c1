"""Rates from enterprises that were drawn from strata, and from the people who answered in each: two stages.

First stage: enterprises are drawn from the M_h of each stratum, and their linearised totals are compared within it
(`design.covariance`). Second stage: within an enterprise, those who answered are drawn from its people. With f_h =
m_h / M_h of a stratum's enterprises and f_hi = n_hi / N_hi of an enterprise's people, the variance is

    sum over strata of (1 - f_h) x (between enterprises) + f_h x sum of (1 - f_hi) x (within the enterprise)

so that a census of enterprises leaves only what those who did not answer make uncertain, and a first-stage sample
without an end (f_h = 0) has the usual ultimate clusters. Sources: Cochran 1977, 11.4 (eq. 11.24) and 5A.12 for
strata that are put together; Lumley 2010, ch. 2-3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from survey_app.scoring.cells import Cells, WeightedRate, with_effect
from survey_app.scoring.design import Design, Places, ratio
from survey_app.scoring.intervals import Floats
from survey_app.scoring.weighting import kish_factor


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """How cells of ballots came into the sample, cell by cell.

    `strata` and `clusters` (enterprises) are numbers; `sampled` is the share of its stratum's enterprises that are
    in the sample (0: as good as none, 1: all of them), `people` how many there are where the cell's ballots are
    from (nan: nobody knows, as good as no end of them).
    """

    strata: Places
    clusters: Places
    sampled: Floats
    people: Floats

    def chosen(self, kept: npt.NDArray[np.bool_]) -> Stages:
        """Return some of the cells, given by whether they are among them."""
        return Stages(self.strata[kept], self.clusters[kept], self.sampled[kept], self.people[kept])


def staged_rate(cells: Cells, stages: Stages, weights: Floats | None = None) -> WeightedRate:
    """Return the rate; `weights` holds the weight of a ballot of each cell, equal if left out.

    A stratum with one enterprise says nothing of how its enterprises differ: it is compared with the mean of all
    (R survey's `lonely.psu = "adjust"`; Lumley 2010, ch. 3), which errs on the safe side. Degrees of freedom:
    clusters minus strata, of strata that are no census, since in a census enterprises are not uncertain; where all
    are, ballots minus clusters. With none, the standard error says nothing (nan for one cluster alone).
    """
    each = np.ones(len(cells.n)) if weights is None else weights
    design = _design(stages, each)
    found = ratio(design, cells.x, cells.n)
    is_census = design.sampled >= 1
    within = _within(cells, stages, each) / float((each * cells.n).sum()) ** 2
    clusters = len(design.stratum_of_cluster)
    if is_census.all():
        between, df = 0.0, cells.ballots - clusters
    else:
        between = found.standard_error**2
        df = int((~is_census[design.stratum_of_cluster]).sum()) - int((~is_census).sum())
    estimate = with_effect(found.value, float(np.sqrt(between + within)), df, cells.ballots)
    return WeightedRate(estimate, cells.ballots, clusters, kish_factor(each, cells.n))


def _design(stages: Stages, weights: Floats) -> Design:
    design = Design.of(
        len(weights), weights=weights, strata=stages.strata.tolist(), clusters=stages.clusters.tolist()
    )
    sampled = np.zeros(len(design.sampled))
    sampled[design.strata] = stages.sampled
    return replace(design, sampled=sampled)


def _within(cells: Cells, stages: Stages, weights: Floats) -> float:
    """Return what the second stage adds to the variance of the weighted total; one ballot alone adds nothing."""
    share = cells.x / cells.n
    answered = np.where(np.isnan(stages.people), 0.0, np.minimum(1.0, cells.n / stages.people))
    spread = cells.n**2 * share * (1 - share) / np.maximum(cells.n - 1, 1)
    return float((stages.sampled * (1 - answered) * weights**2 * spread).sum())
