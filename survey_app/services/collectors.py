"""Collectors (收集码): one code and link for a posting and audience; paused, closed, moved without reprinting."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from survey_app.services import audit, passwords
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.storage.models import Collector, Posting, Survey
from survey_app.storage.queries import surveys as queries
from survey_app.storage.session import Session
from survey_app.words import Audience, CollectorState, SurveyState

CODE_ALPHABET = "CDFHJKMNPQRTVWXY34679"
"""No letter or digit that is read as another one (0 O, 1 I L, 2 Z, 5 S, 8 B, 6 G, U V), and no vowel: a code
never spells a word."""
CODE_LENGTH = 12
"""12 of 21 characters are 52.7 bits: with 10,000 collectors in the field and 100 guesses a second, somebody
finds one in about 230 years."""


class NotPossible(Exception):
    """A survey or collector in this state cannot go into that one."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{state} -> {wanted}")
        self.state = state
        self.wanted = wanted


class WrongPlace(Exception):
    """The posting or unit is not one of the survey's campaign."""


@dataclass(frozen=True, slots=True)
class Way:
    """A collector with the number of responses that came in through it, wherever it stood at the time."""

    collector: Collector
    responses: int


_NEXT: Mapping[CollectorState, tuple[CollectorState, ...]] = {
    CollectorState.OPEN: (CollectorState.PAUSED, CollectorState.CLOSED),
    CollectorState.PAUSED: (CollectorState.OPEN, CollectorState.CLOSED),
    CollectorState.CLOSED: (CollectorState.OPEN,),
}

_INTO_OPEN: Mapping[SurveyState, str] = {
    SurveyState.PREPARED: "opened",
    SurveyState.PAUSED: "resumed",
    SurveyState.CLOSED: "reopened",
}


def collector(database: Database, *, actor: Actor, collector_id: int) -> Way:
    """Return one collector with its survey and posting. Raises `NotFound`."""
    with database.reading() as session:
        found = readable(session, actor=actor, collector_id=collector_id)
        counts = queries.responses_by_collector(session, found.survey_id)
    return Way(found, counts.get(found.id, 0))


def add(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    unit_id: int,
    audience: Audience,
    label: str = "",
    now: datetime,
) -> Collector:
    """Make a collector for a unit without a posting: a workshop, a service counter, the whole campaign.

    Raises `NotFound`, or `WrongPlace` if the unit is not in the subtree of the campaign's.
    """
    with database.transaction() as session:
        survey = queries.survey(session, survey_id, for_change=True)
        if survey is None or not actor.may(Permission.DESIGN, survey.campaign.unit.path):
            raise NotFound
        unit = queries.unit(session, unit_id)
        if unit is None or not unit.path.startswith(survey.campaign.unit.path):
            raise WrongPlace
        made = _collector(survey, unit_id=unit.id, audience=audience, label=label, now=now)
        session.add(made)
        session.flush()
        record(session, actor, "collector_added", made, survey, now)
    return made


def change_state(
    database: Database, *, actor: Actor, collector_id: int, state: CollectorState, now: datetime
) -> Collector:
    """Pause, close or reopen one collector. Raises `NotFound` or `NotPossible`."""
    with database.transaction() as session:
        found = readable(session, actor=actor, collector_id=collector_id, for_change=True)
        if found.state == state:
            return found
        before = CollectorState(found.state)
        if state not in _NEXT[before]:
            raise NotPossible(before, state)
        found.state = state
        record(session, actor, deed("collector", before, state), found, found.survey, now)
    return found


def move(database: Database, *, actor: Actor, collector_id: int, posting_id: int, now: datetime) -> Collector:
    """Let a printed code stand for another posting of the same campaign from now on.

    Responses, batches and invitations keep the posting that they belong to; and where people could answer, they
    go on being counted as asked. A posting that has a collector for this audience
    keeps it, and has two; the second is told by its label. Raises `NotFound`, or `WrongPlace` for a posting
    of another campaign.
    """
    with database.transaction() as session:
        found = readable(session, actor=actor, collector_id=collector_id, for_change=True)
        survey = queries.survey(session, found.survey_id, for_change=True) or found.survey
        target = {each.id: each for each in queries.postings(session, survey.campaign_id)}.get(posting_id)
        if target is None:
            raise WrongPlace
        if found.posting_id == target.id:
            return found
        before = found.posting_id
        if before is not None and survey.state != SurveyState.PREPARED:
            queries.keep_former_place(session, collector_id=found.id, posting_id=before, until=now)
        found.label = _free_label(survey, found, target)
        found.posting = target
        found.unit = target.unit
        session.flush()
        record(session, actor, "collector_moved", found, survey, now, from_posting=before, to_posting=target.id)
    return found


def complete(session: Session, *, survey: Survey, audiences: Iterable[Audience], now: datetime) -> int:
    """Add the collectors that are missing, link the return visits of the survey's wave; return how many."""
    places = places_without(session, survey, audiences)
    session.add_all(
        _collector(survey, posting=posting, unit_id=posting.unit_id, audience=audience, now=now)
        for posting, audience in places
    )
    if survey.wave is not None:
        queries.link_visits(session, survey, now)
    session.flush()
    return len(places)


def new_code() -> str:
    """Return a code for a collector: random, unguessable, easy to read aloud and to type."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def normalised_code(code: str) -> str:
    """Return a code, of a collector or an invitation, as it is kept: upper-case, without blanks and hyphens.

    Full-width letters and digits count as the plain ones. Characters that look like others (0 and O, 1 and I)
    are not in codes at all, so there is nothing to guess.
    """
    plain = unicodedata.normalize("NFKC", code).upper()
    return "".join(char for char in plain if char.isascii() and char.isalnum())[:64]


def hashed_password(password: str) -> str:
    """Return the Argon2id hash of a collector's password."""
    return passwords.hashed(_plain_password(password))


def password_matches(given: str, password_hash: str) -> bool:
    """Tell whether what somebody typed is the collector's password; full-width digits are as good as plain ones."""
    return passwords.matches(_plain_password(given), password_hash)


def _plain_password(password: str) -> str:
    return unicodedata.normalize("NFKC", password).strip()[: passwords.LONGEST]


def readable(session: Session, *, actor: Actor, collector_id: int, for_change: bool = False) -> Collector:
    """Return the collector with its survey if the person organises the campaign. Raises `NotFound`."""
    found = queries.collector(session, collector_id, for_change=for_change)
    if found is None or not actor.may(Permission.DESIGN, found.survey.campaign.unit.path):
        raise NotFound
    return found


def in_order(audiences: Iterable[str]) -> tuple[Audience, ...]:
    """Return the audiences, each once, in the order of the vocabulary."""
    found = set(audiences)
    return tuple(audience for audience in Audience if audience in found)


def places_without(
    session: Session, survey: Survey, audiences: Iterable[Audience]
) -> list[tuple[Posting, Audience]]:
    """Return the postings and audiences that have no collector in this survey."""
    there = {(each.posting_id, each.audience) for each in survey.collectors}
    wanted = in_order({*audiences, *(audience for _, audience in there)})
    return [
        (posting, audience)
        for posting in queries.postings(session, survey.campaign_id)
        for audience in wanted
        if (posting.id, audience) not in there
    ]


def _collector(
    survey: Survey,
    *,
    posting: Posting | None = None,
    unit_id: int,
    audience: Audience,
    label: str = "",
    now: datetime,
) -> Collector:
    return Collector(
        survey=survey,
        code=new_code(),
        posting=posting,
        unit_id=unit_id,
        audience=audience,
        label=label,
        state=CollectorState.OPEN,
        created_at=now,
    )


def _free_label(survey: Survey, moved: Collector, target: Posting) -> str:
    """Return "" for the only collector of its kind at the posting, then "2", "3", …"""
    taken = {
        each.label
        for each in survey.collectors
        if each.id != moved.id and each.posting_id == target.id and each.audience == moved.audience
    }
    if "" not in taken:
        return ""
    return next(str(number) for number in range(2, len(taken) + 3) if str(number) not in taken)


def deed(subject: str, before: str, after: str) -> str:
    """Return the past-tense name of a change of state for the audit log, as `survey_reopened`."""
    if after == SurveyState.OPEN:
        return f"{subject}_{_INTO_OPEN[SurveyState(before)]}"
    return f"{subject}_{after}"


def record(
    session: Session,
    actor: Actor,
    action: str,
    collector: Collector,
    survey: Survey,
    now: datetime,
    **detail: object,
) -> None:
    """Put a deed on a collector into the audit log."""
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="collector",
        subject_id=collector.id,
        now=now,
        unit_id=survey.campaign.unit_id,
        survey_id=survey.id,
        **detail,
    )
