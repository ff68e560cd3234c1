"""Weighted index trees over the questions of a survey: values, covered weights, and the same by team or unit.

A leaf is the mean of the satisfaction indices of its questions, all weighing the same. What is withheld or not
asked has no value: the weights of the rest are renormalised, and the weight that is covered is said. All of it is
`Gated`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from survey_app.analysis.explore import Grouping, Topic, View, grouped, view
from survey_app.analysis.gate import Gated, both
from survey_app.analysis.readings import Reading
from survey_app.analysis.selection import Selection
from survey_app.questionnaire.text import Text
from survey_app.scoring.indicators import Indicator, Score, evaluate

TOTAL = "total"
"""Code of the whole tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """指标: its weight among sisters, the questions that a leaf reads (by name), or its parts."""

    code: str
    name: Text
    weight: Fraction
    fields: tuple[str, ...] = ()
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """A node with its value (0-100; None: nothing beneath is known) and the share of its weight that is covered.

    `share` is its weight among its sisters, `of_whole` in the whole tree; `depth` counts from 0, the tree itself.
    `least_n` and `most_n` are the fewest and most valid ballots of the questions that its value rests on.
    """

    code: str
    name: Text
    depth: int
    share: Fraction
    of_whole: Fraction
    value: Fraction | None
    coverage: Fraction
    least_n: int | None
    most_n: int | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """An index tree of one place, the whole tree first; `groups` by key, each in the same order of nodes."""

    selection: Selection
    nodes: tuple[Valued, ...]
    by: str
    groups: tuple[tuple[str, tuple[Valued, ...]], ...]
    rule: Text
    rule_version: int
    ballots: int | None
    threshold: int
    as_of: datetime


def indexed(topic: Topic, selection: Selection, tree: Sequence[Node], by: str) -> Gated[Indexed]:
    """Return the tree's values of a selection and of each team or unit (`by`) in it.

    Raises `OutOfScope`, `NoSuchQuestion`.
    """
    known = [entry.name for entry in topic.entries if entry.is_rated]
    names = [name for name in fields_of(tree) if name in known]
    whole, parts = view(topic, selection), grouped(topic, selection, by, names)
    return both(whole, parts).map(lambda found: _indexed(topic, tree, found[0], found[1]))


def fields_of(tree: Sequence[Node]) -> Iterator[str]:
    """Yield the names of the questions that a tree reads, each once."""
    seen = set()
    for node in tree:
        for name in (*node.fields, *fields_of(node.parts)):
            if name not in seen:
                seen.add(name)
                yield name


def normalised(nodes: Sequence[Node]) -> list[Fraction]:
    """Return the weights of sisters as shares of their sum."""
    total = sum((node.weight for node in nodes), Fraction())
    return [node.weight / total for node in nodes]


def _indexed(topic: Topic, tree: Sequence[Node], whole: View, parts: Grouping) -> Indexed:
    return Indexed(
        selection=whole.selection,
        nodes=valued(tree, whole.readings),
        by=parts.by,
        groups=tuple((group.key[0], valued(tree, group.readings)) for group in parts.groups),
        rule=topic.rules.index.label,
        rule_version=topic.rules.index.version,
        ballots=whole.ballots,
        threshold=whole.threshold,
        as_of=whole.as_of,
    )


def valued(tree: Sequence[Node], readings: Sequence[Reading]) -> tuple[Valued, ...]:
    """Return every node with its value, the whole tree first, parents before their parts."""
    return valued_by(tree, values_of(readings))


Known = tuple[Fraction, int]
"""The value of a question (0-100), and the valid ballots that it rests on."""


def values_of(readings: Sequence[Reading]) -> dict[str, Known]:
    """Return what is known of the questions, by name; those that are withheld are not among them."""
    found = {}
    for each in readings:
        figure = None if each.rated is None else each.rated.index
        if figure is not None and figure.index is not None and figure.n is not None:
            found[each.name] = figure.index, figure.n
    return found


def valued_by(tree: Sequence[Node], known: Mapping[str, Known]) -> tuple[Valued, ...]:
    """Return every node with the value that these questions give it, the whole tree first."""
    root = Node(code=TOTAL, name=Text("总指数", "Total index"), weight=Fraction(1), parts=tuple(tree))
    return tuple(_valued(root, evaluate(_indicator(root, known)), 0, Fraction(1), Fraction(1), known))


def _indicator(node: Node, known: Mapping[str, Known]) -> Indicator:
    parts = tuple(_indicator(part, known) for part in node.parts)
    parts += tuple(Indicator(name, Fraction(1), known[name][0] if name in known else None) for name in node.fields)
    return Indicator(node.code, node.weight, parts=parts)


def _valued(
    node: Node, score: Score, depth: int, share: Fraction, of_whole: Fraction, known: Mapping[str, Known]
) -> Iterator[Valued]:
    ballots = [known[name][1] for name in (*node.fields, *fields_of(node.parts)) if name in known]
    yield Valued(
        code=node.code,
        name=node.name,
        depth=depth,
        share=share,
        of_whole=of_whole,
        value=score.value,
        coverage=score.coverage,
        least_n=min(ballots, default=None),
        most_n=max(ballots, default=None),
        fields=node.fields,
    )
    for part, found, own in zip(node.parts, score.parts[: len(node.parts)], normalised(node.parts), strict=True):
        yield from _valued(part, found, depth + 1, own, of_whole * own, known)
