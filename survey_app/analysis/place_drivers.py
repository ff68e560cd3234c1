"""What matters at a place, to a team, by a way of answering or in some weeks: from cross-tabs, and nothing else.

A correlation of two questions that few are dissatisfied with tells how many of these few are the same people,
however it is rounded. So at a part it is that of the cross-tab which may be shown there: merged answers stand for
their mean score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from survey_app.analysis.drivers import Driver, DriverMap, items_of, scores_of
from survey_app.analysis.explore import CrossTab, Topic, View, cross, view
from survey_app.analysis.gate import Gated, both, together
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import Reading
from survey_app.analysis.selection import Selection
from survey_app.scoring.drivers import quadrants

_TWO = 2


def place_map(topic: Topic, selection: Selection) -> Gated[DriverMap | None]:
    """Return the map of a part, with correlations as importance; None where fewer than two items may be shown.

    Items whose cross-tab with the verdict is withheld, or shows one answer only, are left out.

    Raises `OutOfScope`, `NoSuchQuestion`.
    """
    seen = view(topic, selection)
    names = items_of(topic, {each.name: each for each in seen.value.readings})
    tables = together(cross(topic, selection, name, names[-1]) for name in names[:-1])
    scores = {name: scores_of(topic.by_name[name], topic.rules.index) for name in names}
    return both(seen, tables).map(lambda found: _mapped(names, scores, *found))


def _mapped(
    names: Sequence[str], scores: Mapping[str, Mapping[str, float]], seen: View, tables: Sequence[CrossTab]
) -> DriverMap | None:
    readings = {each.name: each for each in seen.readings}
    items = [
        found
        for table in tables
        if (found := _driver(table, readings[table.row], readings[table.column], scores)) is not None
    ]
    if len(items) < _TWO:
        return None
    correlations = np.array([each.correlation for each in items])
    performance = np.array([float(each.performance.index or 0) for each in items])
    where = quadrants(correlations, performance)
    return DriverMap(
        overall=names[-1],
        items=tuple(replace(each, quadrant=own) for each, own in zip(items, where, strict=True)),
        mean_correlation=round(float(correlations.mean()), 2),
        mean_performance=round(float(performance.mean()), 1),
    )


def _driver(
    table: CrossTab, item: Reading, verdict: Reading, scores: Mapping[str, Mapping[str, float]]
) -> Driver | None:
    if table.table is None or item.rated is None or item.rated.index.withheld is not None:
        return None
    rows, columns = (
        _values(groups, each.counts, scores[each.name])
        for groups, each in ((table.rows, item), (table.columns, verdict))
    )
    known = np.ix_(~np.isnan(rows), ~np.isnan(columns))
    found = _correlation(np.array(table.table)[known], rows[known[0][:, 0]], columns[known[1][0]])
    if found is None:
        return None
    correlation, n = found
    return Driver(name=item.name, correlation=round(correlation, 2), n=n, performance=item.rated.index)


def _values(
    groups: Sequence[tuple[str, ...]],
    counts: Sequence[tuple[tuple[str, ...], int]] | None,
    scores: Mapping[str, float],
) -> Array:
    """Return the score of each group of answers: the mean of those who gave one; nan where one has no score."""
    known = {codes[0]: count for codes, count in counts or () if len(codes) == 1}
    found = []
    for group in groups:
        weights = np.array([known.get(code, 0) for code in group], np.float64)
        own = np.array([scores.get(code, np.nan) for code in group])
        found.append(float(own @ weights / weights.sum()) if weights.any() else float(own.mean()))
    return np.array(found)


def _correlation(table: Array, rows: Array, columns: Array) -> tuple[float, int] | None:
    """Return Pearson's correlation of the ballots of a table, and their number; None without variation."""
    n = int(table.sum())
    if not n:
        return None
    by_row, by_column = table.sum(axis=1) / n, table.sum(axis=0) / n
    x, y = rows - rows @ by_row, columns - columns @ by_column
    spread = np.sqrt((x**2 @ by_row) * (y**2 @ by_column))
    return (float(x @ table @ y / n / spread), n) if spread > 0 else None
