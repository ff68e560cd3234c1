"""Evidence against proxy filling (代填): what stands out, the figures with and without it, and leaving it out.

A flag is a reason to look, and changes no figure by itself. A person leaves flagged ballots out and lets them count
again, with a reason, in the audit log. Nothing of that may show what a few people answered: ballots are left out by
collector and posting, at least k at a time, and never so that two acts or two limits differ by fewer than k.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from survey_app.analysis import evidence as analysis
from survey_app.analysis.columns import Columns, Snapshot
from survey_app.analysis.evaluation import Headline, headlines
from survey_app.analysis.evidence import Counts, Group, Judgement, Slot
from survey_app.analysis.steering import steering
from survey_app.analysis.store import ColumnStore
from survey_app.scoring.proxy import Limits
from survey_app.services import seals, surveys
from survey_app.services.access import Actor, NotFound
from survey_app.services.collect import questionnaire_of
from survey_app.services.context import Database
from survey_app.services.evaluate import DatabaseSource, campaign_facts, gates
from survey_app.services.explore_ground import ground
from survey_app.storage.models import Collector, ProxyLimits, Survey
from survey_app.storage.queries import columns as column_queries
from survey_app.storage.queries import evidence as queries
from survey_app.storage.queries import results
from survey_app.storage.session import Session
from survey_app.words import Audience

_SECOND = 1000


class ReasonMissing(Exception):
    """Nothing is left out, restored or changed without saying why."""


class ChangedMeanwhile(Exception):
    """Somebody has changed the limits, or what is left out, since the page was shown."""


class TooFew(Exception):
    """This would show what fewer than `threshold` people answered."""

    def __init__(self, threshold: int) -> None:
        super().__init__(threshold)
        self.threshold = threshold


@dataclass(frozen=True, slots=True)
class Version:
    """The limits that hold, and their version; 0 are those that every survey starts with."""

    number: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class Line:
    """What stands out at one collector; `may_void` is how many of these ballots may be left out."""

    collector: Collector
    counts: Counts
    may_void: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A headline with all ballots that count, and without the flagged; None where that would show a few answers."""

    before: Headline
    without: Headline | None


@dataclass(frozen=True, slots=True)
class Act:
    """Ballots that somebody left out at once; `restored_at` is None while they are."""

    voided_at: datetime
    reason: str
    by: str | None
    ballots: int
    restored_at: datetime | None
    restored_by: str | None


@dataclass(frozen=True, slots=True)
class _Past:
    """What was left out before, restored or not: whoever saw the figures then can subtract.

    By act, and by act with the collector and posting of the ballots; `still` are those that are left out now.
    `collector_of` tells which way they came in by.
    """

    acts: tuple[frozenset[UUID], ...]
    groups: Mapping[tuple[int, int | None], tuple[frozenset[UUID], ...]]
    still: frozenset[UUID]
    collector_of: Mapping[UUID, int]

    @classmethod
    def of(cls, session: Session, survey_id: int) -> _Past:
        """Return what was ever left out of a survey."""
        rows = queries.voided(session, survey_id)
        acts: dict[datetime, set[UUID]] = {}
        groups: dict[tuple[int, int | None], dict[datetime, set[UUID]]] = {}
        for row in rows:
            acts.setdefault(row.voided_at, set()).add(row.response_id)
            of_place = groups.setdefault((row.collector_id, row.posting_id), {})
            of_place.setdefault(row.voided_at, set()).add(row.response_id)
        return cls(
            tuple(map(frozenset, acts.values())),
            {key: tuple(map(frozenset, found.values())) for key, found in groups.items()},
            frozenset(row.response_id for row in rows if not row.is_restored),
            {row.response_id: row.collector_id for row in rows},
        )

    def may_void(self, group: Group, threshold: int) -> bool:
        """Tell whether leaving a group out shows nobody: it is large, and far enough from what was left out."""
        return _is_apart(group.ids, self.groups.get((group.collector, group.posting), ()), threshold)

    def shows(
        self, found: Judgement, others: Sequence[Judgement], collectors: Collection[int], threshold: int
    ) -> bool:
        """Tell whether an audience's figure without the flagged may stand beside all that could be seen before.

        `collectors` are the audience's. What is told of its headline are the ballots that answer it.
        """
        flagged = found.flagged(collectors)
        if not _is_apart(flagged, [each.flagged(collectors) for each in others], threshold):
            return False
        if not _is_apart(found.counting(collectors), [each.counting(collectors) for each in others], threshold):
            return False
        still, *acts = (
            frozenset(each for each in ids if self.collector_of[each] in collectors)
            for ids in (self.still, *self.acts)
        )
        return not flagged or _is_apart(flagged | still, acts, threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that the page of one survey shows. `pairs` is None while the survey may take answers."""

    survey: Survey
    version: Version
    threshold: int
    total: Counts
    lines: tuple[Line, ...]
    slots: tuple[Slot, ...]
    pairs: tuple[Pair, ...] | None
    acts: tuple[Act, ...]


def evidence(database: Database, columns: ColumnStore, *, actor: Actor, survey_id: int, now: datetime) -> Evidence:
    """Return what stands out in a survey, for who organises it. Raises `NotFound`."""
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        versions = _versions(session, survey_id)
        snapshot = columns.snapshot(DatabaseSource.of(session, database, survey), now)
        found = _judge(session, survey, snapshot, versions[-1].limits)
        past = _Past.of(session, survey_id)
        acts = tuple(
            Act(row.voided_at, row.reason, row.by, row.ballots, row.restored_at, row.restored_by)
            for row in queries.acts(session, survey_id)
        )
        pairs = None
        if not _is_live(session, survey, now):
            others = [_judge(session, survey, snapshot, each.limits) for each in versions[:-1]]
            ways: dict[Audience, list[int]] = {}
            for each in survey.collectors:
                ways.setdefault(Audience(each.audience), []).append(each.id)
            shown = {key for key, own in ways.items() if past.shows(found, others, own, survey.threshold)}
            pairs = _pairs(session, database, columns, survey, found.rest, shown, now)
    return Evidence(
        survey=survey,
        version=versions[-1],
        threshold=survey.threshold,
        total=found.total,
        lines=_lines(survey, found, past),
        slots=found.slots,
        pairs=pairs,
        acts=acts,
    )


def _is_live(session: Session, survey: Survey, now: datetime) -> bool:
    """Tell whether a survey may take answers, or another whose ballots may count together with its own."""
    return any(
        seals.may_take(each, now)
        for each in results.surveys(session, survey.campaign_id)
        if each.version_id == survey.version_id
    )


def set_limits(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    limits: Limits,
    reason: str,
    seen: int,
    now: datetime,
) -> int:
    """Give a survey other limits, as its next version; return that. `seen` is the version that was shown.

    Raises `NotFound`, `ReasonMissing`, `ChangedMeanwhile`.
    """
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        words = _said(reason)
        present = _versions(session, survey_id)[-1]
        if present.number != seen:
            raise ChangedMeanwhile
        if present.limits == limits:
            return present.number
        session.add(
            ProxyLimits(
                survey_id=survey_id,
                version=seen + 1,
                burst=limits.burst,
                identical=limits.identical,
                identical_answers=limits.identical_answers,
                milliseconds=round(limits.seconds_per_answer * _SECOND),
                reason=words,
                made_at=now,
                made_by=actor.user_id,
            )
        )
        detail = {"version": seen + 1, "reason": words, **asdict(limits)}
        surveys.record(session, actor, "proxy_limits_changed", survey, now, **detail)
    return seen + 1


def void(
    database: Database,
    columns: ColumnStore,
    *,
    actor: Actor,
    survey_id: int,
    collector_ids: Collection[int],
    seen: int,
    reason: str,
    now: datetime,
) -> int:
    """Leave the flagged ballots of some collectors out of the figures; return how many.

    At a posting where that would show what a few answered they go on counting. Raises `NotFound`, `ReasonMissing`,
    `ChangedMeanwhile`, or `TooFew` where there is nothing left to leave out.
    """
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        words = _said(reason)
        version = _versions(session, survey_id)[-1]
        if version.number != seen:
            raise ChangedMeanwhile
        snapshot = columns.snapshot(DatabaseSource.of(session, database, survey), now)
        found = _judge(session, survey, snapshot, version.limits)
        past = _Past.of(session, survey_id)
        chosen = [
            each
            for each in found.groups
            if each.collector in collector_ids and past.may_void(each, survey.threshold)
        ]
        ids: frozenset[UUID] = frozenset().union(*(each.ids for each in chosen))
        if not ids:
            raise TooFew(survey.threshold)
        queries.void(session, survey_id=survey_id, ids=ids, reason=words, at=now, by=actor.user_id)
        surveys.record(
            session, actor, "responses_voided", survey, now, ballots=len(ids), limits=version.number, reason=words
        )
    return len(ids)


def restore(
    database: Database, *, actor: Actor, survey_id: int, voided_at: datetime, reason: str, now: datetime
) -> int:
    """Let all ballots of one act count again; return how many. Raises `NotFound`, `ReasonMissing`."""
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        words = _said(reason)
        count = queries.restore(session, survey_id=survey_id, voided_at=voided_at, at=now, by=actor.user_id)
        if not count:
            raise NotFound
        detail = {"ballots": count, "voided_at": voided_at.isoformat(), "reason": words}
        surveys.record(session, actor, "responses_restored", survey, now, **detail)
    return count


def _said(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise ReasonMissing
    return words


def _versions(session: Session, survey_id: int) -> list[Version]:
    """Return the limits that a survey has had, the first being those that all start with."""
    return [Version(0, Limits()), *(_version(each) for each in queries.limits(session, survey_id))]


def _version(row: ProxyLimits) -> Version:
    limits = Limits(
        burst=row.burst,
        identical=row.identical,
        identical_answers=row.identical_answers,
        seconds_per_answer=row.milliseconds / _SECOND,
    )
    return Version(row.version, limits)


def _judge(session: Session, survey: Survey, snapshot: Snapshot, limits: Limits) -> Judgement:
    version = column_queries.version(session, survey.version_id)
    return analysis.judge(snapshot.columns, questionnaire_of(version), limits)


def _lines(survey: Survey, found: Judgement, past: _Past) -> tuple[Line, ...]:
    collectors = {each.id: each for each in survey.collectors}
    may: dict[int, int] = {}
    for group in found.groups:
        if past.may_void(group, survey.threshold):
            may[group.collector] = may.get(group.collector, 0) + len(group.ids)
    lines = [
        Line(collectors[key], counts, may.get(key, 0))
        for key, counts in found.by_collector.items()
        if counts.flagged and key in collectors
    ]
    return tuple(sorted(lines, key=lambda each: (-each.counts.flagged, each.collector.id)))


def _is_apart(ids: frozenset[UUID], others: Iterable[frozenset[UUID]], threshold: int) -> bool:
    """Tell whether a set, and what it differs by from each of some others, is nothing or at least k ballots."""
    sizes = [len(ids), *(len(ids ^ other) for other in others)]
    return all(size == 0 or size >= threshold for size in sizes)


def _pairs(
    session: Session,
    database: Database,
    columns: ColumnStore,
    survey: Survey,
    rest: Columns,
    audiences: Collection[Audience],
    now: datetime,
) -> tuple[Pair, ...]:
    """Return the headlines as the results page has them; of some audiences, without the flagged (`rest`), too."""
    campaign = results.campaign(session, survey.campaign_id)
    if campaign is None:
        raise NotFound
    known = results.surveys(session, survey.campaign_id)
    facts = campaign_facts(session, columns.recent, campaign, known, now)
    snapshots = {
        each.id: columns.snapshot(DatabaseSource.of(session, database, each), now)
        for each in known
        if not seals.is_sealed(each, now)
    }
    base = ground(session, columns, survey.campaign_id)
    is_alone = not base.resumed and sum(each.version_id == survey.version_id for each in known) == 1
    questionnaire = questionnaire_of(survey.version)
    deciders = steering(questionnaire).get(questionnaire.headline or "")
    hangs_on_several = deciders is not None and deciders.is_several

    def shown(of: Mapping[int, Snapshot]) -> tuple[Headline, ...]:
        # The whole of a survey that counts alone needs no gate, unless two answers decide who is asked; making one
        # sorts all of its ballots.
        gate_of = None if is_alone and not hangs_on_several else gates(session, base, known, of, now)
        return headlines(facts, of, survey.id, as_of=now, gate_of=gate_of)

    before = shown(snapshots)
    without: Mapping[tuple[str, str], Headline] = {}
    if audiences:
        less = {**snapshots, survey.id: replace(snapshots[survey.id], columns=rest)}
        without = {(each.audience, each.field): each for each in shown(less) if each.audience in audiences}
    return tuple(_pair(each, without.get((each.audience, each.field)), survey.threshold) for each in before)


def _pair(before: Headline, without: Headline | None, threshold: int) -> Pair:
    """Leave the second out where the two differ by a few ballots, in any of the figures' bases."""
    if without is None or before.rated.is_withheld or without.rated.is_withheld:
        return Pair(before, None)
    bases = [
        (first.n or 0) - (second.n or 0)
        for first, second in (
            (before.rated.rate, without.rated.rate),
            (before.rated.strict, without.rated.strict),
            (before.rated.index, without.rated.index),
        )
    ]
    return Pair(before, without if all(size == 0 or size >= threshold for size in bases) else None)
