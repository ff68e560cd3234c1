"""Signing in, passwords, users and their roles."""

from __future__ import annotations

from datetime import datetime, timedelta

from survey_app.services import audit, passwords, throttle
from survey_app.services.access import Actor, Grant
from survey_app.services.context import Database
from survey_app.storage.models import RoleGrant, Unit, User
from survey_app.storage.queries import accounts as queries
from survey_app.words import Role

ATTEMPT_WINDOW = timedelta(minutes=15)
SIGN_INS_PER_NAME_AND_ADDRESS = 10
"""Few, because this is what somebody who guesses one person's password from one place meets first."""
SIGN_INS_PER_NAME = 50
"""More than from one place: a stranger elsewhere must not lock a person out too easily."""
SIGN_INS_PER_ADDRESS = 300
"""Many, because a whole office signs in from one address behind its router in the same quarter of an hour."""
PASSWORD_CHANGES = 10
"""Attempts to change one's password: whoever finds an open desk must not guess the present one."""


class SignInRefused(Exception):
    """Name or password is wrong, or the account is closed: which one is not told."""


class OneTimeExpired(Exception):
    """Name and one-time password are right, and its time is over: an administrator makes another."""


class WrongPassword(Exception):
    """The present password is not this one."""


def actor_of(user: User) -> Actor:
    """Return the person as verbs see them; grants and their units must be loaded."""
    return Actor(
        user_id=user.id,
        username=user.username,
        name=user.name,
        locale=user.locale,
        must_change_password=user.must_change_password,
        session_epoch=user.session_epoch,
        grants=tuple(
            Grant(Role(grant.role), grant.unit_id, grant.unit.path, grant.unit.name) for grant in user.grants
        ),
    )


def actor_for_session(database: Database, *, user_id: int, session_epoch: int) -> Actor | None:
    """Return the person of a signed-in session, or None if the account is closed or the session was ended."""
    with database.reading() as session:
        user = queries.user(session, user_id)
        if user is None or not user.is_active or user.session_epoch != session_epoch:
            return None
        return actor_of(user)


def sign_in(database: Database, *, key: str, username: str, password: str, address: str, now: datetime) -> Actor:
    """Return the person with this name and password.

    Raises `SignInRefused`, `OneTimeExpired`, or `throttle.TooManyAttempts` when a name or an address tries too
    often. Attempts are counted before the password is looked at, so that many at once gain nothing.
    """
    name = username.strip().lower()
    limits = (
        ("sign_in", f"{name} {address}", SIGN_INS_PER_NAME_AND_ADDRESS),
        ("sign_in_address", address, SIGN_INS_PER_ADDRESS),
        ("sign_in_name", name, SIGN_INS_PER_NAME),
    )
    for purpose, subject, most in limits:
        throttle.attempt(
            database, key=key, purpose=purpose, subject=subject, most=most, window=ATTEMPT_WINDOW, now=now
        )
    with database.reading() as session:
        user = queries.user_by_name(session, name)
    is_right = passwords.matches(password, user.password_hash if user is not None else None)
    has_expired = user is not None and user.one_time_until is not None and user.one_time_until <= now
    if user is None or not is_right or not user.is_active or has_expired:
        with database.transaction() as session:
            audit.record(
                session,
                actor=None,
                action="sign_in_refused",
                subject_kind="user",
                subject_id=user.id if user is not None else "",
                now=now,
            )
        # Only who knows the password is told that its time is over.
        raise OneTimeExpired if has_expired and is_right and user is not None and user.is_active else SignInRefused
    actor = actor_of(user)
    for purpose, subject, _ in limits:
        if purpose != "sign_in_address":  # whoever knows one password must not go on guessing others from there
            throttle.forgive(database, key=key, purpose=purpose, subject=subject)
    with database.transaction() as session:
        session.get_one(User, user.id).signed_in_at = now
        audit.record(session, actor=actor, action="signed_in", subject_kind="user", subject_id=user.id, now=now)
    return actor


def end_sessions(database: Database, *, actor: Actor) -> None:
    """End all sessions of the person; one that has been ended already cannot end newer ones."""
    with database.transaction() as session:
        user = queries.user(session, actor.user_id) if actor.user_id is not None else None
        if user is not None and user.session_epoch == actor.session_epoch:
            user.session_epoch += 1


def prove(database: Database, *, key: str, actor: Actor, present: str, now: datetime) -> None:
    """Make sure that whoever sits there knows the person's password.

    Raises `WrongPassword`, or `throttle.TooManyAttempts`: attempts are counted before the password is looked at.
    """
    throttle.attempt(
        database,
        key=key,
        purpose="password",
        subject=str(actor.user_id),
        most=PASSWORD_CHANGES,
        window=ATTEMPT_WINDOW,
        now=now,
    )
    with database.reading() as session:
        user = queries.user(session, actor.user_id) if actor.user_id is not None else None
    if user is None or not passwords.matches(present, user.password_hash):
        raise WrongPassword


def change_password(database: Database, *, actor: Actor, new: str, now: datetime) -> Actor:
    """Give the person a new password and end all other sessions. Returns the person with the new epoch.

    Only for somebody who has proved to know the present one, by `prove` or by having just signed in. Raises
    `passwords.WeakPassword`, or `WrongPassword` when the session was ended meanwhile.
    """
    passwords.require_strong(new, actor.username)
    with database.transaction() as session:
        user = queries.user(session, actor.user_id) if actor.user_id is not None else None
        if user is None or user.session_epoch != actor.session_epoch:
            raise WrongPassword
        if passwords.matches(new, user.password_hash):
            raise passwords.WeakPassword("unchanged")
        user.password_hash = passwords.hashed(new)
        user.must_change_password, user.one_time_until = False, None
        user.session_epoch += 1
        audit.record(
            session, actor=actor, action="password_changed", subject_kind="user", subject_id=user.id, now=now
        )
        return actor_of(user)


def choose_language(database: Database, *, actor: Actor, locale: str) -> None:
    """Remember the person's language for the next sign-in."""
    with database.transaction() as session:
        user = session.get(User, actor.user_id)
        if user is not None:
            user.locale = locale


def create_first_administrator(
    database: Database, *, root_unit_id: int, now: datetime, hours: int = passwords.ONE_TIME_HOURS
) -> str | None:
    """Make the user "admin" over the whole tree, and return the one-time password; None if there are users."""
    password = passwords.one_time()
    with database.transaction() as session:
        if queries.any_user(session):
            return None
        user = User(
            username="admin",
            name="系统管理员",
            password_hash=passwords.hashed(password),
            must_change_password=True,
            one_time_until=now + timedelta(hours=hours),
            is_active=True,
            session_epoch=0,
            created_at=now,
            grants=[RoleGrant(role=Role.ADMINISTRATOR, unit_id=session.get_one(Unit, root_unit_id).id)],
        )
        session.add(user)
        session.flush()
        audit.record(session, actor=None, action="user_created", subject_kind="user", subject_id=user.id, now=now)
    return password
