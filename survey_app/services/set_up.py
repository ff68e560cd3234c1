"""What a new machine needs: a root unit, the sample campaign, the first administrator. Each is made once."""

from __future__ import annotations

from datetime import datetime

from survey_app.services import accounts, sample, units, users
from survey_app.services.access import SYSTEM
from survey_app.services.context import Database
from survey_app.services.passwords import ONE_TIME_HOURS
from survey_app.services.sample import SampleIncomplete
from survey_app.storage.queries import accounts as account_queries
from survey_app.storage.queries import set_up as queries
from survey_app.words import UnitKind

__all__ = [
    "ADMINISTRATOR",
    "DEFAULT_ROOT",
    "SampleIncomplete",
    "ensure_root",
    "first_administrator",
    "is_first_run",
    "load_sample",
    "reset_password",
]

DEFAULT_ROOT = "总工会"
DEFAULT_ROOT_ENGLISH = "Federation of Trade Unions"
ADMINISTRATOR = "admin"


def is_first_run(database: Database) -> bool:
    """Tell whether nobody can sign in yet: the set-up has never come to its end."""
    with database.reading() as session:
        return not account_queries.any_user(session)


def ensure_root(database: Database, *, name: str, now: datetime) -> int:
    """Return the key of the root of the union tree, made with this name where there is none."""
    with database.reading() as session:
        root = queries.root(session)
    if root is not None:
        return root.id
    english = DEFAULT_ROOT_ENGLISH if name == DEFAULT_ROOT else ""
    made = units.create_unit(
        database, actor=SYSTEM, parent_id=None, kind=UnitKind.FEDERATION, name=name, name_en=english, now=now
    )
    return made.id


def load_sample(database: Database, *, now: datetime) -> bool:
    """Load the sample campaign below the root; False if it is there already. Raises `SampleIncomplete`."""
    if sample.is_loaded(database):
        return False
    sample.load(database, root_unit_id=ensure_root(database, name=DEFAULT_ROOT, now=now), now=now)
    return True


def first_administrator(database: Database, *, now: datetime, hours: int = ONE_TIME_HOURS) -> str | None:
    """Make the user "admin" over the whole tree, and return the one-time password; None if there are users."""
    root = ensure_root(database, name=DEFAULT_ROOT, now=now)
    return accounts.create_first_administrator(database, root_unit_id=root, now=now, hours=hours)


def reset_password(database: Database, *, username: str, now: datetime, hours: int = ONE_TIME_HOURS) -> str | None:
    """Give the user a new one-time password for some `hours` and return it; None if there is no such user."""
    with database.reading() as session:
        user = account_queries.user_by_name(session, username.strip())
    if user is None:
        return None
    return users.reset_password(database, actor=SYSTEM, user_id=user.id, now=now, hours=hours)[1]
