"""Replicate errors: the stratified jackknife, for figures without a formula for their error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from survey_app.scoring.design import Design, Estimate
from survey_app.scoring.intervals import Floats


def jackknife(design: Design, statistic: Callable[[Floats], float]) -> Estimate:
    """Return `statistic` (a function of the weights) with its JKn error, dropping one cluster at a time.

    Strata need two clusters each; others add nothing, as there is nothing to drop a cluster against.
    Source: Rust & Rao 1996; Lumley 2010, 2.3. Deviations are from the mean of the replicates.
    """
    count = np.bincount(design.stratum_of_cluster)
    replicates: list[float] = []
    scales: list[float] = []
    for cluster, stratum in enumerate(design.stratum_of_cluster):
        m = int(count[stratum])
        if m < 2:
            continue
        factors = np.where(design.strata == stratum, m / (m - 1), 1.0)
        factors[design.clusters == cluster] = 0.0
        replicates.append(statistic(design.weights * factors))
        scales.append((m - 1) / m * (1 - float(design.sampled[stratum])))
    found = np.array(replicates)
    variance = float(np.array(scales) @ (found - found.mean()) ** 2) if replicates else float("nan")
    return Estimate(statistic(design.weights), float(np.sqrt(variance)), design.df)
