"""A rated question by the answers to one or two others, as cells of counts that the gate tells apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_app.analysis.explore import Topic, where_of
from survey_app.analysis.gate import NOTHING, CrossCounted, Gated, Where, together
from survey_app.analysis.layout import Array
from survey_app.analysis.readings import Entry
from survey_app.analysis.selection import Selection
from survey_app.scoring.measure import counted_grades

Group = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Profiled:
    """Ballots that answered all of the questions: `x` of `n` count, by cell; no cell is empty.

    `categories` holds for each cell its group of answers to every question, `groups` all groups by question.
    """

    x: Array
    n: Array
    categories: tuple[tuple[Group, ...], ...]
    groups: tuple[tuple[Group, ...], ...]


def profiled(topic: Topic, selection: Selection, entry: Entry, questions: Sequence[str]) -> Gated[Profiled | None]:
    """Return a rated question by one or two questions; None where the gate does not tell that apart.

    Raises `OutOfScope`, `ValueError` for more questions.
    """
    if len(questions) not in (1, 2):
        raise ValueError("one or two questions")
    where = where_of(topic, selection)
    names = [*questions, entry.name]
    if len(set(names)) < len(names) or not set(names) <= set(topic.gate.asked):
        return NOTHING.map(lambda _: None)
    counted = frozenset(() if entry.scale is None else counted_grades(topic.rules.rate, entry.scale))
    if len(questions) == 1:
        return topic.gate.cross(questions[0], entry.name, where).map(lambda table: _joined([((), table)], counted))
    first, second = questions
    chosen = topic.gate.categories(entry.name, second, [first])
    labels = [_codes(topic, second, each) for each in chosen]
    tables = together(
        topic.gate.cross(first, entry.name, Where(where.leaves, where.node, {second: each})) for each in chosen
    )
    return tables.map(
        lambda found: _joined([((group,), table) for group, table in zip(labels, found, strict=True)], counted)
    )


def _codes(topic: Topic, name: str, chosen: Array) -> Group:
    codes = topic.gate.cut(name).codes
    return tuple(codes[place] for place in np.flatnonzero(chosen[: len(codes)]).tolist())


def _joined(
    tables: Sequence[tuple[tuple[Group, ...], CrossCounted | None]], counted: frozenset[str]
) -> Profiled | None:
    """Return the cells of some tables, each with the group of the second question that it is of."""
    x, n, categories = [], [], []
    for others, table in tables:
        if table is None:
            return None
        is_counted = [counted.issuperset(group) for group in table.columns]
        mixed = [
            not whole and not counted.isdisjoint(group)
            for whole, group in zip(is_counted, table.columns, strict=True)
        ]
        if any(mixed):
            return None
        for row, group in zip(table.table, table.rows, strict=True):
            if row.sum():
                x.append(float(row[is_counted].sum()))
                n.append(float(row.sum()))
                categories.append((group, *others))
    if not categories:
        return None
    groups = tuple(tuple(dict.fromkeys(column)) for column in zip(*categories, strict=True))
    return Profiled(np.array(x), np.array(n), tuple(categories), groups)
