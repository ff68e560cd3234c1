"""Who may do what, where. Every verb asks here; pages only hide what would be refused anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey_app.words import Role


class Permission(StrEnum):
    """Something that a person may do within a unit's subtree."""

    MANAGE_USERS = "manage_users"
    MANAGE_UNITS = "manage_units"
    DESIGN = "design"
    FIELDWORK = "fieldwork"
    KEY_BALLOTS = "key_ballots"
    READ_RESULTS = "read_results"
    READ_AUDIT = "read_audit"
    ERASE = "erase"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.ORGANISER: frozenset(
        {Permission.DESIGN, Permission.FIELDWORK, Permission.KEY_BALLOTS, Permission.READ_RESULTS}
    ),
    Role.TEAM_MEMBER: frozenset({Permission.FIELDWORK}),
    Role.LEADER: frozenset({Permission.READ_RESULTS}),
    Role.KEYER: frozenset({Permission.KEY_BALLOTS}),
}
"""What each role allows. A team neither reads the verdict on itself before its organiser shows it, nor keys it."""


class Forbidden(Exception):
    """The actor may not do this here."""


class NotFound(Exception):
    """There is no such thing, or none that the actor may know of: both look alike."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in the subtree of one unit; `unit_path` is that unit's path from the root."""

    role: Role
    unit_id: int | None
    unit_path: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, as verbs see them; without `user_id` it is the system itself (set-up, commands)."""

    user_id: int | None
    username: str
    name: str
    locale: str | None
    must_change_password: bool
    session_epoch: int
    grants: tuple[Grant, ...]

    def has(self, permission: Permission) -> bool:
        """Tell whether the person may do this anywhere."""
        return any(permission in PERMISSIONS[grant.role] for grant in self.grants)

    def paths(self, permission: Permission) -> tuple[str, ...]:
        """Return the paths of the units in whose subtrees the person may do this, none inside another."""
        found = {grant.unit_path for grant in self.grants if permission in PERMISSIONS[grant.role]}
        return tuple(sorted(p for p in found if not any(p != q and p.startswith(q) for q in found)))

    def may(self, permission: Permission, unit_path: str) -> bool:
        """Tell whether the person may do this for the unit with this path."""
        return any(unit_path.startswith(path) for path in self.paths(permission))

    def require(self, permission: Permission, unit_path: str) -> None:
        """Raise `Forbidden` unless the person may do this for the unit with this path."""
        if not self.may(permission, unit_path):
            raise Forbidden(permission)


SYSTEM = Actor(
    user_id=None,
    username="",
    name="",
    locale=None,
    must_change_password=False,
    session_epoch=0,
    grants=(Grant(Role.ADMINISTRATOR, None, "/", ""),),
)
"""Set-up and commands, which act with no person signed in, over the whole tree."""
