"""A rated question by the answers to one or two others, as cells of counts that the gate tells apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.analysis.explore import Topic, where_of
from survey_app.analysis.gate import NOTHING, CrossCounted, Gated, Where, together
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import Entry
from survey_app.analysis.selection import Selection

Group = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Profiled:
    """Ballots that answered all of the questions, by cell: `n`, and `x`, the sum of their values; none is empty.

    Where answers of several values are not told apart, `x` is the least that the sum can be, and `most` the most.
    `categories` holds for each cell its group of answers to every question, `groups` all groups by question.
    """

    x: Array
    most: Array
    n: Array
    categories: tuple[tuple[Group, ...], ...]
    groups: tuple[tuple[Group, ...], ...]

    @property
    def is_exact(self) -> bool:
        """Tell whether every sum is known."""
        return bool((self.x == self.most).all())


def profiled(
    topic: Topic, selection: Selection, entry: Entry, questions: Sequence[str], values: Mapping[str, float]
) -> Gated[Profiled | None]:
    """Return a rated question by one or two questions; None where the gate does not tell that apart.

    `values` holds what each answer is worth: 1 or 0 for a rate, its score for an index; others are left out.

    Raises `OutOfScope`, `ValueError` for more questions.
    """
    if len(questions) not in (1, 2):
        raise ValueError("one or two questions")
    where = where_of(topic, selection)
    names = [*questions, entry.name]
    if len(set(names)) < len(names) or not set(names) <= set(topic.gate.asked):
        return NOTHING.map(lambda _: None)
    if len(questions) == 1:
        return topic.gate.cross(questions[0], entry.name, where).map(lambda table: _joined([((), table)], values))
    first, second = questions
    chosen = topic.gate.categories(entry.name, second, [first])
    labels = [_codes(topic, second, each) for each in chosen]
    tables = together(
        topic.gate.cross(first, entry.name, Where(where.leaves, where.node, {second: each})) for each in chosen
    )
    return tables.map(
        lambda found: _joined([((group,), table) for group, table in zip(labels, found, strict=True)], values)
    )


def _codes(topic: Topic, name: str, chosen: Array) -> Group:
    codes = topic.gate.cut(name).codes
    return tuple(codes[place] for place in np.flatnonzero(chosen[: len(codes)]).tolist())


def _joined(
    tables: Sequence[tuple[tuple[Group, ...], CrossCounted | None]], values: Mapping[str, float]
) -> Profiled | None:
    """Return the cells of some tables, each with the group of the second question that it is of."""
    x, most, n, categories = [], [], [], []
    for others, table in tables:
        if table is None:
            return None
        worth = [[values.get(code, np.nan) for code in group] for group in table.columns]
        if any(np.isnan(each).any() and not np.isnan(each).all() for each in worth):
            return None
        least, highest = np.array([min(each) for each in worth]), np.array([max(each) for each in worth])
        is_valued = ~np.isnan(least)
        for row, group in zip(table.table[:, is_valued], table.rows, strict=True):
            if row.sum():
                x.append(float(row @ least[is_valued]))
                most.append(float(row @ highest[is_valued]))
                n.append(float(row.sum()))
                categories.append((group, *others))
    if not categories:
        return None
    groups = tuple(tuple(dict.fromkeys(column)) for column in zip(*categories, strict=True))
    return Profiled(np.array(x), np.array(most), np.array(n), tuple(categories), groups)
