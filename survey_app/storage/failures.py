"""When the database does not do its part: what is the matter, without a word of what was to be written."""

from __future__ import annotations

import sqlite3

import psycopg

FULL = "full"
LOCKED = "locked"
AWAY = "away"

_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_READONLY: AWAY,
    sqlite3.SQLITE_NOTADB: AWAY,
    sqlite3.SQLITE_CORRUPT: AWAY,
}
_POSTGRESQL = {
    "53100": FULL,
    "55P03": LOCKED,
    "57014": LOCKED,  # cancelled: a statement or lock took longer than allowed
    "40P01": LOCKED,
    "40001": LOCKED,
    "53300": AWAY,
    "25006": AWAY,  # a standby, which takes no writes
}
_POSTGRESQL_CLASSES = {"08": AWAY, "53": FULL, "57": AWAY, "58": AWAY}


class Unavailable(Exception):
    """The database cannot do it now, through no fault of what was asked; later it may.

    `kind`: "full" (no room on the disk), "locked" (somebody else holds it, or too many wait), "away" (it cannot be
    reached or written to). `reason` is for the log: it quotes no values.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason


def failure_of(error: BaseException | None) -> Unavailable | None:
    """Return what a driver's error says about the database itself; None when it is about the statement."""
    if isinstance(error, Unavailable):
        return error
    kind = None
    if isinstance(error, sqlite3.Error):
        kind = _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    elif isinstance(error, psycopg.Error):
        state = error.sqlstate
        if state is not None:
            kind = _POSTGRESQL.get(state) or _POSTGRESQL_CLASSES.get(state[:2])
        elif isinstance(error, psycopg.OperationalError):
            kind = AWAY  # the line broke before the server could say anything
    return Unavailable(kind, _first_line(error)) if kind is not None else None


def _first_line(error: BaseException | None) -> str:
    """Return the driver's message without its details, which may quote a row."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
