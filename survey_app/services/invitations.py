"""Invitations (一次性码): issued, printed once, used once, reissued, revoked; never tied to an answer.

Only a keyed hash of a code is stored. Codes follow from a seed that is given to whoever issues them, together with
the application's secret key: for as long as the person keeps the seed they can be printed again, afterwards nobody
can say them. Using one deletes a row (`open_invitation`) in the transaction that stores the response, and writes
none: no moment, no order, no transaction number stays beside the invitation. That an invitation has been used is
written down later, by the desk, for at least `LEAST_USED` at once, so that whoever looks at the list after every
answer learns nothing either.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey_app.services import collectors
from survey_app.services.access import Actor
from survey_app.services.collectors import CODE_ALPHABET, normalised_code
from survey_app.services.context import Database
from survey_app.storage.models import Collector
from survey_app.storage.queries import invitations as queries
from survey_app.storage.queries import surveys as survey_queries
from survey_app.storage.session import Session
from survey_app.words import Anonymity, InvitationState

CODE_LENGTH = 10
"""10 of 21 characters are 43.9 bits: with 5,000 codes out for a collector and 100 guesses a second, which the
limit on attempts does not allow, somebody finds one in about a year."""
MOST_AT_ONCE = 5_000
MOST = 50_000
"""Most invitations issued in one go, and of one collector in all."""
LEAST_USED = 5
"""As the smallest group that is shown: an invitation is listed as used together with at least four others."""


class Standing(StrEnum):
    """What a code that somebody gives is worth at a collector."""

    USABLE = "usable"
    USED = "used"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class NotUsable(Exception):
    """The invitation does not let its holder in; `standing` says why."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing)
        self.standing = standing


class NotByInvitation(Exception):
    """The collector lets everybody in, so that invitations to it mean nothing."""


class TooMany(Exception):
    """More than `most` are asked for."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class NotUnused(Exception):
    """These numbers do not stand as unused: never issued, used, or revoked."""

    def __init__(self, serials: Sequence[int]) -> None:
        super().__init__(serials)
        self.serials = serials


class TooFewUsed(Exception):
    """Some were used since the list was brought up to date, but too few to list them.

    To say which numbers can be revoked would say which of them were used just now.
    """


@dataclass(frozen=True, slots=True)
class Run:
    """Invitations issued in one go: numbers `first` to `last`. Whoever has the seed and the key can print them."""

    collector_id: int
    seed: str
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many there are."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Overview:
    """How many invitations were issued (revoked ones aside), and what is known of them.

    `used` and `unused` are as the list was last brought up to date; `is_behind` tells that more have been used.
    """

    collector: Collector
    used: int
    unused: int
    revoked: int
    responses: int
    is_behind: bool

    @property
    def issued(self) -> int:
        """How many were handed out and not revoked: the base of participation."""
        return self.used + self.unused


@dataclass(frozen=True, slots=True)
class Unused:
    """A number that stands as unused; `replaces` is the one that it was issued instead of."""

    serial: int
    issued_at: datetime
    replaces: int | None


def digest(key: str, code: str) -> str:
    """Return what is kept of a code: a hash keyed with the application's secret, so that no table helps."""
    return hmac.new(key.encode(), f"invitation:{normalised_code(code)}".encode(), hashlib.sha256).hexdigest()


def standing(session: Session, *, key: str, collector_id: int, code: str) -> Standing:
    """Return what a code is worth at a collector. Reads only, and locks nothing."""
    found = queries.find(session, collector_id, digest(key, code))
    if found is None:
        return Standing.UNKNOWN
    state, is_open = found
    if is_open:
        return Standing.USABLE
    return Standing.REVOKED if state == InvitationState.REVOKED else Standing.USED


def redeem(session: Session, *, key: str, collector_id: int, code: str) -> None:
    """Use an invitation, in the transaction that stores its holder's response. Raises `NotUsable`.

    Call it only where the response is new: one that is sent again has used its invitation before.
    """
    if not queries.use(session, collector_id, digest(key, code)):
        found = standing(session, key=key, collector_id=collector_id, code=code)
        raise NotUsable(Standing.USED if found == Standing.USABLE else found)


def codes(key: str, run: Run) -> list[tuple[int, str]]:
    """Return number and code of every invitation of a run."""
    return [(serial, _code(key, run.seed, serial)) for serial in range(run.first, run.last + 1)]


def issue(database: Database, *, actor: Actor, key: str, collector_id: int, count: int, now: datetime) -> Run:
    """Issue invitations. Raises `NotFound`, `NotByInvitation` or `TooMany`."""
    with database.transaction() as session:
        found = _held(session, actor, collector_id)
        run = _add(session, found, key, [None] * count, now)
        collectors.record(
            session, actor, "invitations_issued", found, found.survey, now, first=run.first, last=run.last
        )
    return run


def revoke(
    database: Database, *, actor: Actor, collector_id: int, serials: Collection[int] | None, now: datetime
) -> int:
    """Take unused invitations out of use: those with these numbers, or all (None). Return how many.

    Raises `NotFound`, `NotUnused` or `TooFewUsed`.
    """
    with database.transaction() as session:
        found = _held(session, actor, collector_id)
        gone = _revoked(session, found, serials)
        collectors.record(
            session, actor, "invitations_revoked", found, found.survey, now,
            count=len(gone), numbers=ranges([serial for _, serial in gone]),
        )  # fmt: skip
    return len(gone)


def reissue(
    database: Database,
    *,
    actor: Actor,
    key: str,
    collector_id: int,
    serials: Collection[int] | None,
    now: datetime,
) -> Run:
    """Revoke unused invitations and issue new ones instead, for slips that were lost or a reminder to all.

    Raises `NotFound`, `NotByInvitation`, `TooMany`, `NotUnused` or `TooFewUsed`.
    """
    with database.transaction() as session:
        found = _held(session, actor, collector_id)
        gone = _revoked(session, found, serials)
        run = _add(session, found, key, [invitation_id for invitation_id, _ in gone], now)
        collectors.record(
            session, actor, "invitations_reissued", found, found.survey, now,
            first=run.first, last=run.last, numbers=ranges([serial for _, serial in gone]),
        )  # fmt: skip
    return run


def bring_up_to_date(database: Database, *, actor: Actor, collector_id: int) -> int:
    """List as used what has been used, if it is enough at once; return how many were added. Raises `NotFound`."""
    with database.transaction() as session:
        return _settle(session, _held(session, actor, collector_id))


def overview(database: Database, *, actor: Actor, collector_id: int) -> Overview:
    """Return the counts of a collector's invitations. Raises `NotFound`."""
    with database.reading() as session:
        found = collectors.readable(session, actor=actor, collector_id=collector_id)
        states = queries.states(session, found.id)
        return Overview(
            collector=found,
            used=states.get(InvitationState.USED, 0),
            unused=states.get(InvitationState.UNUSED, 0),
            revoked=states.get(InvitationState.REVOKED, 0),
            responses=survey_queries.responses_by_collector(session, found.survey_id).get(found.id, 0),
            is_behind=bool(queries.newly_used(session, found.id)),
        )


def unused(database: Database, *, actor: Actor, collector_id: int) -> tuple[Unused, ...]:
    """Return the numbers that stand as unused, for reminders. Raises `NotFound`."""
    with database.reading() as session:
        found = collectors.readable(session, actor=actor, collector_id=collector_id)
        rows = queries.listed_unused(session, found.id)
    return tuple(Unused(row.serial, row.issued_at, row.replaces) for row in rows)


def least_used(collector: Collector) -> int:
    """Return how many uses are listed at once, at least: the threshold, if larger; with names, each one."""
    survey = collector.survey
    return 1 if survey.anonymity == Anonymity.NAMED else max(LEAST_USED, survey.threshold)


def ranges(serials: Collection[int]) -> str:
    """Write numbers in a short form: 1–24, 30, 41–43."""
    parts: list[list[int]] = []
    for serial in sorted(serials):
        if parts and serial == parts[-1][-1] + 1:
            parts[-1][1:] = [serial]
        else:
            parts.append([serial])
    return ", ".join("–".join(map(str, part)) for part in parts)


def _held(session: Session, actor: Actor, collector_id: int) -> Collector:
    """Return the collector, held so that two people at the desk do one thing after the other."""
    return collectors.readable(session, actor=actor, collector_id=collector_id, for_change=True)


def _add(session: Session, collector: Collector, key: str, replaced: Sequence[int | None], now: datetime) -> Run:
    if not collector.needs_invitation:
        raise NotByInvitation
    last = queries.last_serial(session, collector.id)
    most = min(MOST_AT_ONCE, MOST - last)
    if not 1 <= len(replaced) <= most:
        raise TooMany(most)
    run = Run(collector.id, secrets.token_hex(16), last + 1, last + len(replaced))
    made = [
        {
            "collector_id": collector.id,
            "posting_id": collector.posting_id,
            "serial": serial,
            "code_hash": digest(key, code),
            "state": InvitationState.UNUSED,
            "issued_at": now,
            "replaces_id": instead_of,
        }
        for (serial, code), instead_of in zip(codes(key, run), replaced, strict=True)
    ]
    queries.add(session, made)
    return run


def _revoked(session: Session, collector: Collector, serials: Collection[int] | None) -> list[tuple[int, int]]:
    """Revoke unused invitations; return their keys and numbers.

    What was used just now must not show by being the one that is left over: see `TooFewUsed`.
    """
    _settle(session, collector)
    if queries.newly_used(session, collector.id):
        raise TooFewUsed
    listed = {row.serial: row.id for row in queries.listed_unused(session, collector.id)}
    wanted = set(listed) if serials is None else set(serials)
    if not wanted <= set(listed):
        raise NotUnused(sorted(wanted - set(listed)))
    if not wanted:
        raise NotUnused([])
    keys = {listed[serial] for serial in wanted}
    if queries.close(session, keys) != keys:
        raise TooFewUsed
    queries.set_state(session, keys, InvitationState.REVOKED)
    return sorted((listed[serial], serial) for serial in wanted)


def _settle(session: Session, collector: Collector) -> int:
    """List as used what has been used, if it is enough at once."""
    keys = queries.newly_used(session, collector.id)
    if len(keys) < least_used(collector):
        return 0
    queries.set_state(session, keys, InvitationState.USED)
    return len(keys)


def _code(key: str, seed: str, serial: int) -> str:
    """Return the code that follows from a seed and a number; 256 bits modulo 21^10 favour no code measurably."""
    value = int.from_bytes(hmac.digest(key.encode(), f"invitation-code:{seed}:{serial}".encode(), "sha256"))
    signs = []
    for _ in range(CODE_LENGTH):
        value, place = divmod(value, len(CODE_ALPHABET))
        signs.append(CODE_ALPHABET[place])
    return "".join(signs)
