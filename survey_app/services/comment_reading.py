"""Reading comments: what was written is masked at once, and only the masked words are kept.

The database counts equal texts; each distinct one is masked once. Nothing says afterwards which response a comment
is from. What is taken up when is told by `analysis.comments.taking`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from survey_app.analysis.comments.masks import masked, says_something
from survey_app.analysis.comments.taking import LEAST, taken_up
from survey_app.questionnaire.definition import Field
from survey_app.services import seals, surveys
from survey_app.services.access import Actor
from survey_app.services.collect import questionnaire_of
from survey_app.services.comments import text_fields
from survey_app.services.context import Database
from survey_app.storage.models import Comment, CommentReading, Survey
from survey_app.storage.queries import comments as queries
from survey_app.storage.session import Session

MOST = 50_000
"""Distinct comments that are taken up of one question at most; offices read no more, and pages must answer."""


class StillSealed(Exception):
    """Nobody reads comments of a sealed survey before it is over."""


class IsErased(Exception):
    """The survey's ballots were erased, and its comments with them."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading brought: distinct new comments, and comments that wait until there are enough of them."""

    fresh: int
    waiting: int


@dataclass
class _Plan:
    """What has to be written for one field."""

    added: dict[str, tuple[str, int]] = field(default_factory=dict)
    recounted: dict[str, int] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    total: int = 0
    waiting: int = 0


def read(database: Database, *, actor: Actor, survey_id: int, key: str, now: datetime) -> Read:
    """Take up what was written since the last reading, masked. `key` is the application's secret.

    Comments that nobody has written any more, because their ballots were erased, go. A few hundred rows are written
    at a time; a reading that was interrupted is made whole by the next one.
    Raises `NotFound`, `StillSealed`, `IsErased`.
    """
    with database.reading() as session:
        survey = _readable(session, actor, survey_id, now)
        ballots, left_out = queries.ballots(session, survey.id), queries.left_out(session, survey.id)
        last = queries.reading(session, survey.id)
        known: dict[str, dict[str, Comment]] = {}
        for row in queries.comments(session, survey.id):
            known.setdefault(row.field, {})[row.digest] = row
        is_over = seals.closed_since(survey, now) is not None
        changed = last is None or last.left_out != left_out
        plans = {}
        for code in _fields(session, survey):
            counts = _counted(session, survey.id, code, key)
            before = int(last.totals.get(code, 0)) if last is not None else 0
            plans[code] = _plan(counts, known.pop(code, {}), before, is_over=is_over, must_recount=changed)
        for code, rows in known.items():  # fields that nobody is asked and nobody has answered
            plans[code] = _Plan(gone=sorted(rows))
    for code, plan in plans.items():
        _write(database, actor, survey_id, code, plan, now)
    found = Read(sum(len(plan.added) for plan in plans.values()), sum(plan.waiting for plan in plans.values()))
    with database.transaction() as session:
        survey = _readable(session, actor, survey_id, now, for_change=True)
        _note(session, survey, plans, ballots, left_out, found, now)
        surveys.record(session, actor, "comments_read", survey, now, comments=found.fresh)
    return found


def digest_of(key: str, survey_id: int, code: str, words: str) -> str:
    """Return by what masked words are found again; nobody without the secret can tell words by it."""
    return hmac.new(key.encode(), f"comment:{survey_id}:{code}:{words}".encode(), hashlib.sha256).hexdigest()


def _readable(session: Session, actor: Actor, survey_id: int, now: datetime, *, for_change: bool = False) -> Survey:
    survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=for_change)
    if survey.erased_at is not None:
        raise IsErased
    if seals.is_sealed(survey, now):
        raise StillSealed
    return survey


def _fields(session: Session, survey: Survey) -> Mapping[str, Field]:
    """Return the text fields of all versions that have answers."""
    found: dict[str, Field] = {}
    for version in queries.versions(session, survey.id):
        for code, each in text_fields(questionnaire_of(version)).items():
            found.setdefault(code, each)
    return found


def _counted(session: Session, survey_id: int, code: str, key: str) -> dict[str, tuple[str, int]]:
    """Return masked words and how many ballots that count say them, by digest."""
    copies: Counter[str] = Counter()
    for text, count in queries.said(session, survey_id, code):
        words = masked(" ".join(text.split()))
        if says_something(words):
            copies[words] += count
    return {digest_of(key, survey_id, code, words): (words, count) for words, count in copies.items()}


def _plan(
    counts: Mapping[str, tuple[str, int]],
    known: Mapping[str, Comment],
    before: int,
    *,
    is_over: bool,
    must_recount: bool,
) -> _Plan:
    fresh = {digest: count for digest, (_, count) in counts.items() if digest not in known and count}
    taken = sorted(taken_up(fresh, is_first=not known, is_over=is_over))[: MOST - len(known)]
    kept = {digest: counts[digest][1] for digest in known if digest in counts}
    plan = _Plan(added={digest: counts[digest] for digest in taken}, gone=sorted(set(known) - set(counts)))
    total = sum(kept.values()) + sum(fresh[digest] for digest in taken)
    if must_recount or taken or abs(total - before) >= LEAST:
        plan.recounted = {digest: count for digest, count in kept.items() if known[digest].copies != count}
        plan.total = total
    else:  # one more copy of known words would tell what the newest ballot says
        plan.total = before
    plan.waiting = sum(fresh.values()) - sum(fresh[digest] for digest in taken)
    return plan


def _write(database: Database, actor: Actor, survey_id: int, code: str, plan: _Plan, now: datetime) -> None:
    """Write a plan, some rows a transaction; each makes sure that the survey may still be read."""
    added, recounted = sorted(plan.added), sorted(plan.recounted)
    starts = range(0, max(len(added), len(recounted), len(plan.gone)), queries.AT_ONCE)
    for start in starts:
        some = slice(start, start + queries.AT_ONCE)
        with database.transaction() as session:
            _readable(session, actor, survey_id, now, for_change=True)
            present = {row.digest for row in queries.chosen(session, survey_id, code, added[some])}
            queries.add(
                session,
                survey_id,
                code,
                {digest: plan.added[digest] for digest in added[some] if digest not in present},
            )
            queries.recount(session, survey_id, code, {each: plan.recounted[each] for each in recounted[some]})
            queries.remove(session, survey_id, code, plan.gone[some])


def _note(
    session: Session,
    survey: Survey,
    plans: Mapping[str, _Plan],
    ballots: int,
    left_out: str,
    found: Read,
    now: datetime,
) -> None:
    reading = queries.reading(session, survey.id) or CommentReading(survey_id=survey.id)
    reading.at, reading.ballots, reading.waiting, reading.left_out = now, ballots, found.waiting, left_out
    reading.totals = {code: plan.total for code, plan in plans.items() if plan.total}
    session.add(reading)
