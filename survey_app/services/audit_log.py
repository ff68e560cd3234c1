"""Reading the audit log: newest first, limited to what the reader's units did."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.services.access import Actor, Permission
from survey_app.services.context import Database
from survey_app.storage.models import User
from survey_app.storage.queries import accounts as account_queries
from survey_app.storage.queries import audit as queries
from survey_app.storage.queries.audit import AuditFilter, AuditLine

__all__ = ["AuditFilter", "AuditLine", "AuditPage", "read"]

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the log. `older` is the key to go on before, or None at the end.

    `actions` and `people` are what filters can name.
    """

    lines: tuple[AuditLine, ...]
    older: int | None
    actions: tuple[str, ...]
    people: tuple[User, ...]


def read(database: Database, *, actor: Actor, wanted: AuditFilter, before: int | None = None) -> AuditPage:
    """Return one page of the log, as far as the person may read it."""
    paths = actor.paths(Permission.READ_AUDIT)
    is_whole = any(_is_root(path) for path in paths)
    with database.reading() as session:
        lines = queries.entries(session, paths, wanted, is_whole=is_whole, before=before, most=PAGE + 1)
        actions = queries.actions(session, paths, is_whole=is_whole)
        people = account_queries.users_within(session, paths)
    shown = lines[:PAGE]
    older = shown[-1].entry.id if len(lines) > PAGE else None
    return AuditPage(tuple(shown), older, tuple(actions), tuple(people))


def _is_root(path: str) -> bool:
    """Tell whether a path is that of a root ("/1/") or of the system itself ("/")."""
    return path.count("/") <= 2
