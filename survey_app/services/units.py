"""The union tree: making, changing, moving and closing units. History is kept when a unit moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from survey_app.services import audit
from survey_app.services.access import Actor, Forbidden, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.days import today
from survey_app.storage.models import Unit, UnitPlacement
from survey_app.storage.queries import units as queries
from survey_app.storage.session import Session
from survey_app.words import UnitKind

LONGEST_PATH = 400
"""Characters of `Unit.path`: about sixty levels, far more than any union has."""
MOST_FOUND = 100


class CannotMove(Exception):
    """The unit cannot stand there; `kind`: "root", "below_itself", "too_deep", "closed"."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class CannotClose(Exception):
    """The unit is a root, or has units below it that are open (`below`)."""

    def __init__(self, below: int) -> None:
        super().__init__(below)
        self.below = below


@dataclass(slots=True)
class Node:
    """A unit with the units below it. `workers` is its headcount, or else what its units add up to."""

    unit: Unit
    depth: int
    children: list[Node] = field(default_factory=list)
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stood; the parent is None for a root, and where the reader may not know it."""

    parent: Unit | None
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit with its surroundings, as far as the reader may see them."""

    unit: Unit
    ancestors: tuple[Unit, ...]
    children: tuple[Unit, ...]
    places: tuple[Place, ...]
    may_manage: bool
    may_move: bool


def scope(actor: Actor) -> tuple[str, ...]:
    """Return the paths of the subtrees in which the person has any role: what lies outside is not shown."""
    found = {grant.unit_path for grant in actor.grants}
    return tuple(sorted(p for p in found if not any(p != q and p.startswith(q) for q in found)))


def sees(actor: Actor, path: str) -> bool:
    """Tell whether the unit with this path lies in a subtree in which the person has a role."""
    return any(path.startswith(grant.unit_path) for grant in actor.grants)


def known(session: Session, actor: Actor, unit_id: int) -> Unit:
    """Return the unit. Raises `NotFound` if there is none, or none that the person may know of."""
    unit = queries.unit(session, unit_id)
    if unit is None or not sees(actor, unit.path):
        raise NotFound("unit")
    return unit


def create_unit(
    database: Database,
    *,
    actor: Actor,
    parent_id: int | None,
    kind: UnitKind,
    name: str,
    name_en: str = "",
    code: str | None = None,
    headcount: int | None = None,
    is_sample: bool = False,
    now: datetime,
) -> Unit:
    """Add a unit below `parent_id`. Only the system itself makes a root (`parent_id` None).

    Raises `CannotMove("too_deep" | "closed")`, and `ConstraintViolated("uq_unit_code")` for a code in use.
    """
    with database.transaction() as session:
        queries.hold_tree(session)
        parent = _parent(session, actor, parent_id)
        unit = Unit(
            parent_id=parent_id,
            kind=kind,
            name=name,
            name_en=name_en,
            code=code or None,
            headcount=headcount,
            is_sample=is_sample,
        )
        session.add(unit)
        session.flush()
        unit.path = f"{parent.path if parent is not None else '/'}{unit.id}/"
        if len(unit.path) > LONGEST_PATH:
            raise CannotMove("too_deep")
        session.add(UnitPlacement(unit_id=unit.id, parent_id=parent_id, since=today(now)))
        _record(session, actor, "unit_created", unit, now)
    return unit


def change_unit(
    database: Database,
    *,
    actor: Actor,
    unit_id: int,
    kind: UnitKind,
    name: str,
    name_en: str = "",
    code: str | None = None,
    headcount: int | None = None,
    now: datetime,
) -> Unit:
    """Change what is said of a unit. Postings keep the headcount that they were given."""
    with database.transaction() as session:
        unit = known(session, actor, unit_id)
        actor.require(Permission.MANAGE_UNITS, unit.path)
        before = unit.name
        unit.kind, unit.name, unit.name_en = kind, name, name_en
        unit.code, unit.headcount = code or None, headcount
        _record(session, actor, "unit_changed", unit, now, before=before)
    return unit


def move_unit(database: Database, *, actor: Actor, unit_id: int, parent_id: int, now: datetime) -> Unit:
    """Move a unit with all below it under another parent, and remember where it stood.

    The person must manage the unit, its present parent and the new one: a unit is not taken from a level above.
    Raises `CannotMove`.
    """
    with database.transaction() as session:
        queries.hold_tree(session)
        unit = known(session, actor, unit_id)
        old_parent = _present_parent(session, actor, unit)
        parent = known(session, actor, parent_id)
        actor.require(Permission.MANAGE_UNITS, parent.path)
        if parent.path.startswith(unit.path):
            raise CannotMove("below_itself")
        if parent.closed_on is not None:
            raise CannotMove("closed")
        if parent.id == old_parent.id:
            return unit
        old, new = unit.path, f"{parent.path}{unit.id}/"
        if queries.longest_path(session, old) + len(new) - len(old) > LONGEST_PATH:
            raise CannotMove("too_deep")
        unit.parent_id = parent.id
        _replace(session, unit, today(now))
        session.flush()
        queries.rewrite_paths(session, old, new)
        session.refresh(unit)
        _record(session, actor, "unit_moved", unit, now, parent_before=old_parent.id, parent_after=parent.id)
    return unit


def close_unit(database: Database, *, actor: Actor, unit_id: int, now: datetime) -> Unit:
    """Take a unit out of use; what it did stays. Raises `CannotClose`."""
    with database.transaction() as session:
        queries.hold_tree(session)
        unit = known(session, actor, unit_id)
        actor.require(Permission.MANAGE_UNITS, unit.path)
        below = queries.open_units_below(session, unit.path)
        if unit.parent_id is None or below:
            raise CannotClose(below)
        _present_parent(session, actor, unit)
        if unit.closed_on is None:
            unit.closed_on = today(now)
            _record(session, actor, "unit_closed", unit, now)
    return unit


def reopen_unit(database: Database, *, actor: Actor, unit_id: int, now: datetime) -> Unit:
    """Take a closed unit into use again. Raises `CannotMove("closed")` while its parent is closed."""
    with database.transaction() as session:
        queries.hold_tree(session)
        unit = known(session, actor, unit_id)
        actor.require(Permission.MANAGE_UNITS, unit.path)
        if unit.closed_on is not None:
            if _present_parent(session, actor, unit).closed_on is not None:
                raise CannotMove("closed")
            unit.closed_on = None
            _record(session, actor, "unit_reopened", unit, now)
    return unit


def tree(database: Database, *, actor: Actor) -> tuple[Node, ...]:
    """Return the subtrees in which the person has a role, each as a tree."""
    with database.reading() as session:
        return _grown(queries.units_within(session, scope(actor)))


def found(database: Database, *, actor: Actor, words: str) -> tuple[tuple[Unit, str], ...]:
    """Return the units whose name or code holds `words`, each with the names above it that the person sees."""
    with database.reading() as session:
        units = queries.units_named(session, scope(actor), words, MOST_FOUND)
        keys = {key for unit in units for key in _keys(unit.path)}
        above = queries.units_by_key(session, keys)
    return tuple((unit, _way(unit, above, actor)) for unit in units)


def page(database: Database, *, actor: Actor, unit_id: int) -> UnitPage:
    """Return a unit with what stands above and below it and where it stood before. Raises `NotFound`."""
    with database.reading() as session:
        unit = known(session, actor, unit_id)
        places = queries.placements(session, unit_id)
        keys = {*_keys(unit.path), *(place.parent_id for place in places if place.parent_id is not None)}
        around = {key: each for key, each in queries.units_by_key(session, keys).items() if sees(actor, each.path)}
        below = queries.units_within(session, [unit.path])
    ancestors = tuple(around[key] for key in _keys(unit.path) if key in around and key != unit.id)
    return UnitPage(
        unit=unit,
        ancestors=ancestors,
        children=tuple(each for each in below if each.parent_id == unit.id),
        places=tuple(
            Place(around.get(each.parent_id) if each.parent_id else None, each.since, each.until) for each in places
        ),
        may_manage=actor.may(Permission.MANAGE_UNITS, unit.path),
        may_move=bool(ancestors) and actor.may(Permission.MANAGE_UNITS, ancestors[-1].path),
    )


def choices(
    database: Database, *, actor: Actor, permission: Permission, below: str = "/"
) -> tuple[tuple[Unit, int], ...]:
    """Return the open units where the person has `permission`, in tree order, each with its depth.

    `below` limits them to the subtree of that path.
    """
    with database.reading() as session:
        units = queries.units_within(session, actor.paths(permission))
    nodes = _grown([unit for unit in units if unit.closed_on is None])
    return tuple((node.unit, node.depth) for node in flat(nodes) if node.unit.path.startswith(below))


def flat(nodes: Iterable[Node]) -> Iterable[Node]:
    """Give every node of the trees, each before the nodes below it."""
    for node in nodes:
        yield node
        yield from flat(node.children)


def _grown(units: Sequence[Unit]) -> tuple[Node, ...]:
    """Make trees of units; one whose parent is not among them is a top."""
    nodes = {unit.id: Node(unit, 0) for unit in units}
    tops: list[Node] = []
    for node in nodes.values():
        parent = nodes.get(node.unit.parent_id) if node.unit.parent_id is not None else None
        (parent.children if parent is not None else tops).append(node)
    for top in tops:
        _count(top, 0)
    return tuple(tops)


def _count(node: Node, depth: int) -> None:
    node.depth = depth
    for child in node.children:
        _count(child, depth + 1)
    below = [child.workers for child in node.children if child.workers is not None]
    node.workers = node.unit.headcount if node.unit.headcount is not None else (sum(below) if below else None)


def _parent(session: Session, actor: Actor, parent_id: int | None) -> Unit | None:
    if parent_id is None:
        if actor.user_id is not None:
            raise Forbidden(Permission.MANAGE_UNITS)
        return None
    parent = known(session, actor, parent_id)
    actor.require(Permission.MANAGE_UNITS, parent.path)
    if parent.closed_on is not None:
        raise CannotMove("closed")
    return parent


def _present_parent(session: Session, actor: Actor, unit: Unit) -> Unit:
    """Return the parent, which the person must manage: nobody moves or closes the unit that the role hangs on."""
    actor.require(Permission.MANAGE_UNITS, unit.path)
    parent = queries.unit(session, unit.parent_id) if unit.parent_id is not None else None
    if parent is None:
        raise CannotMove("root")
    actor.require(Permission.MANAGE_UNITS, parent.path)
    return parent


def _replace(session: Session, unit: Unit, day: date) -> None:
    """Begin a new placement today; a second move on one day replaces the first, as days are what history counts."""
    present = queries.present_placement(session, unit.id)
    if present is not None and present.since >= day:
        present.parent_id = unit.parent_id
        return
    if present is not None:
        present.until = day
    session.add(UnitPlacement(unit_id=unit.id, parent_id=unit.parent_id, since=day))


def _keys(path: str) -> list[int]:
    return [int(key) for key in path.split("/") if key]


def _way(unit: Unit, above: dict[int, Unit], actor: Actor) -> str:
    names = (above[key] for key in _keys(unit.path) if key in above and key != unit.id)
    return " / ".join(each.name for each in names if sees(actor, each.path))


def _record(session: Session, actor: Actor, action: str, unit: Unit, now: datetime, **detail: str | int) -> None:
    session.flush()
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="unit",
        subject_id=unit.id,
        unit_id=unit.id,
        now=now,
        name=unit.name,
        **detail,
    )
