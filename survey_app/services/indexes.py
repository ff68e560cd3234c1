"""Index trees (一级/二级指标) of a campaign: kept whole, edited by pure functions, and their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from survey_app.analysis import indexes
from survey_app.analysis.explore import BY_TEAM, BY_UNIT
from survey_app.analysis.gate import Gated
from survey_app.analysis.index_weights import WeightedTree, weighted_trees
from survey_app.analysis.indexes import Indexed, Node
from survey_app.analysis.readings import Entry, entries
from survey_app.analysis.weights import KnownTotal
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.services import audit, campaigns, weights
from survey_app.services.access import Actor, NotFound
from survey_app.services.context import Database
from survey_app.services.explore import Exploration, OutOfScope
from survey_app.storage.models import Campaign, Indicator
from survey_app.storage.queries import indicators as queries
from survey_app.storage.session import Session

MOST_LEVELS = 3
MOST_NODES = 200

Tree = tuple[Node, ...]
Change = Callable[[Tree], Tree]


class BadTree(ValueError):
    """The tree is too deep or too large, or a weight is not above 0."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a tree, by team or unit too, and the tree before and after weights."""

    indexed: Gated[Indexed]
    weighted: Gated[tuple[WeightedTree, ...]]


def values(database: Database, exploration: Exploration, surveys: Sequence[int]) -> Values | None:
    """Return the values of what is opened, and of its teams (units where it has one team only); it sets no answers.

    `surveys` are those whose ballots count together, their campaign's tree is valued; None where that has none.
    Raises `NotFound`, also for another reader's place.
    """
    with database.reading() as session:
        tree = _read(session, queries.campaign_of(session, surveys[0]))
    if not tree:
        return None
    try:
        return _values(exploration, tree, weights.usable(exploration, weights.known_totals(database, surveys)))
    except OutOfScope as error:
        raise NotFound from error


def _values(exploration: Exploration, tree: Tree, totals: Sequence[KnownTotal]) -> Values:
    topic, selection = exploration.topic, exploration.selection
    found = indexes.indexed(topic, selection, tree, BY_TEAM)
    if len(found.value.groups) < _TWO:
        found = indexes.indexed(topic, selection, tree, BY_UNIT)
    return Values(found, weighted_trees(topic, selection, tree, totals))


_TWO = 2


def edit(database: Database, *, actor: Actor, campaign_id: int, change: Change, now: datetime) -> Tree:
    """Change a campaign's tree, in the audit log with what it was. Raises `NotFound`, `Forbidden`, `BadTree`."""
    with database.transaction() as session:
        campaign = campaigns.managed(session, actor, campaign_id)
        before = _read(session, campaign_id)
        after = numbered(change(before))
        _check(after)
        if after == before:
            return after
        queries.remove_all(session, campaign_id)
        _write(session, campaign, after, None)
        audit.record(
            session,
            actor=actor,
            action="indicators_changed",
            subject_kind="campaign",
            subject_id=campaign_id,
            now=now,
            unit_id=campaign.unit_id,
            before=[_line(node) for node in before],
            after=[_line(node) for node in after],
        )
        return after


def managed_tree(database: Database, *, actor: Actor, campaign_id: int) -> tuple[Campaign, Tree]:
    """Return a campaign with its tree for who may change it. Raises `NotFound`, `Forbidden`."""
    with database.reading() as session:
        campaign = campaigns.managed(session, actor, campaign_id)
        return campaign, _read(session, campaign_id)


def from_questionnaire(questionnaire: Questionnaire) -> Tree:
    """Return a tree to start from: sections with rated questions, and these, all of equal weight."""
    by_name = {entry.name: entry for entry in rated(questionnaire)}
    sections = []
    for section in questionnaire.sections:
        asked = {
            name: entry
            for question in section.questions
            for name, entry in by_name.items()
            if name == question.code or name in {item.code for item in getattr(question, "items", ())}
        }
        parts = tuple(
            Node(code="", name=entry.label, weight=Fraction(1), fields=(name,)) for name, entry in asked.items()
        )
        if parts:
            sections.append(Node(code="", name=section.title, weight=Fraction(1), parts=parts))
    return numbered(tuple(sections))


def rated(questionnaire: Questionnaire) -> tuple[Entry, ...]:
    """Return the questions that a leaf can read."""
    return tuple(entry for entry in entries(questionnaire) if entry.is_rated)


def found_at(tree: Tree, code: str) -> Node:
    """Return the node with a code. Raises `NotFound`."""
    for node in tree:
        if node.code == code:
            return node
        if code.startswith(f"{node.code}-"):
            return found_at(node.parts, code)
    raise NotFound(code)


def with_node(tree: Tree, under: str, node: Node) -> Tree:
    """Return the tree with a further node below the one with the code `under` ("": on top). Raises `NotFound`."""
    if not under:
        return (*tree, node)
    return replaced(tree, under, lambda above: (replace(above, parts=(*above.parts, node), fields=()),))


def replaced(tree: Tree, code: str, make: Callable[[Node], Tree]) -> Tree:
    """Return the tree with the node of a code made into others, or none. Raises `NotFound`."""
    found_at(tree, code)
    made: list[Node] = []
    for node in tree:
        if node.code == code:
            made += make(node)
        elif code.startswith(f"{node.code}-"):
            made.append(replace(node, parts=replaced(node.parts, code, make)))
        else:
            made.append(node)
    return tuple(made)


def moved(tree: Tree, code: str, *, up: bool) -> Tree:
    """Return the tree with a node before its elder sister, or behind the younger. Raises `NotFound`."""
    found_at(tree, code)
    codes = [node.code for node in tree]
    if code in codes:
        at = codes.index(code)
        to = max(0, at - 1) if up else min(len(codes) - 1, at + 1)
        order = list(tree)
        order[at], order[to] = order[to], order[at]
        return tuple(order)
    return tuple(
        replace(node, parts=moved(node.parts, code, up=up)) if code.startswith(f"{node.code}-") else node
        for node in tree
    )


def numbered(tree: Tree, above: str = "") -> Tree:
    """Return the tree with codes by place: 1, 1-1, 1-2, 2."""
    return tuple(
        replace(node, code=f"{above}{place}", parts=numbered(node.parts, f"{above}{place}-"))
        for place, node in enumerate(tree, start=1)
    )


def _check(tree: Tree) -> None:
    if _levels(tree) > MOST_LEVELS or _size(tree) > MOST_NODES or not _are_weighted(tree):
        raise BadTree


def _levels(tree: Tree) -> int:
    return 1 + max(_levels(node.parts) for node in tree) if tree else 0


def _size(tree: Tree) -> int:
    return sum(1 + _size(node.parts) for node in tree)


def _are_weighted(tree: Tree) -> bool:
    return all(node.weight > 0 and _are_weighted(node.parts) for node in tree)


def _line(node: Node) -> list[object]:
    """Write a node for the audit log."""
    own: list[object] = [node.code, node.name.zh, str(node.weight), list(node.fields)]
    return [*own, [_line(part) for part in node.parts]] if node.parts else own


def _read(session: Session, campaign_id: int) -> Tree:
    rows = queries.indicators(session, campaign_id)
    return _below(rows, None)


def _below(rows: Sequence[Indicator], parent: int | None) -> Tree:
    return tuple(
        Node(
            code=row.code,
            name=Text(row.name, row.name_en),
            weight=Fraction(row.weight),
            fields=tuple(row.fields or ()),
            parts=_below(rows, row.id),
        )
        for row in rows
        if row.parent_id == parent
    )


def _write(session: Session, campaign: Campaign, tree: Tree, parent: int | None) -> None:
    for node in tree:
        row = Indicator(
            campaign_id=campaign.id,
            parent_id=parent,
            code=node.code,
            name=node.name.zh,
            name_en=node.name.en,
            weight=Decimal(node.weight.numerator) / Decimal(node.weight.denominator),
            fields=list(node.fields) or None,
        )
        session.add(row)
        session.flush()
        _write(session, campaign, node.parts, row.id)
