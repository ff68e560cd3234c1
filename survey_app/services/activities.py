"""The activity ledger (活动台账): kinds, entries with their bounds, totals computed from the entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from survey_app.reporting.amounts import combined
from survey_app.services import audit, campaigns
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.units import scope, sees
from survey_app.storage.models import ActivityKind, ActivityRecord, Campaign, Posting
from survey_app.storage.queries import campaigns as queries
from survey_app.storage.queries.units import hold_tree
from survey_app.storage.session import Session
from survey_app.words import Bound

FAMILIES = ("six_together", "six_small", "six_have", "output", "coverage")
"""六同, 六小, 六有, 产出, and what lower unions report to have reached; in the order in which they are shown."""

_HOURS = ("小时", "hours")
_TIMES = ("次", "times")
_PERSON_TIMES = ("人次", "person-times")

SHIPPED_KINDS: tuple[tuple[str, str, str, str, tuple[str, str]], ...] = (
    ("six_together", "together_eat", "同吃", "Eating together", _PERSON_TIMES),
    ("six_together", "together_live", "同住", "Living together", ("人·夜", "person-nights")),
    ("six_together", "together_work", "同劳动", "Working together", _HOURS),
    ("six_together", "together_learn", "同学习", "Learning together", _PERSON_TIMES),
    ("six_together", "together_act", "同活动", "Joining in activities", _PERSON_TIMES),
    ("six_together", "together_grow", "同成长", "Growing together", _PERSON_TIMES),
    ("six_small", "small_lecture", "小讲堂", "Small lectures", ("场", "sessions")),
    ("six_small", "small_exchange", "小互动", "Small exchanges", ("场", "sessions")),
    ("six_small", "small_care", "小关爱", "Small acts of care", _PERSON_TIMES),
    ("six_small", "small_proposal", "小建议", "Small proposals", ("条", "proposals")),
    ("six_small", "small_activity", "小活动", "Small activities", ("场", "sessions")),
    ("six_small", "small_example", "小典型", "Small role models", ("个", "examples")),
    ("six_have", "have_guidance", "宣传教育有引领", "Guidance in publicity and education", ("项", "items")),
    ("six_have", "have_friends", "贴近职工有朋友", "Friends among workers", ("人", "people")),
    ("six_have", "have_facts", "广泛调研有实情", "Facts from wide inquiry", ("项", "items")),
    ("six_have", "have_deeds", "维护权益有实事", "Deeds in defence of rights", ("件", "deeds")),
    ("six_have", "have_experience", "走进车间有体验", "Experience on the shop floor", _TIMES),
    ("six_have", "have_effect", "服务基层有成效", "Results for the grassroots", ("项", "items")),
    ("output", "labour_hours", "劳动体验", "Hours of work alongside workers", _HOURS),
    ("output", "interviews", "访谈职工", "Interviews with workers", _PERSON_TIMES),
    ("output", "field_notes", "民情笔记", "Field notes", ("篇", "notes")),
    ("output", "research_reports", "调研报告", "Research reports", ("篇", "reports")),
    ("output", "deeds", "办实事", "Practical deeds", ("件", "deeds")),
    ("output", "opinions", "收集意见建议", "Opinions and proposals collected", ("条", "items")),
    ("output", "media_items", "媒体报道", "Media reports", ("篇", "items")),
    ("output", "live_viewers", "直播观看网友", "Viewers of live broadcasts", ("人次", "viewers")),
    ("coverage", "cadres_sent", "参与干部", "Cadres taking part", ("名", "cadres")),
    ("coverage", "enterprises_visited", "走访企业", "Enterprises visited", ("个", "enterprises")),
    ("coverage", "workers_covered", "覆盖职工", "Workers reached", ("人", "workers")),
)
"""Family, code, Chinese and English name, measure word of the kinds that every campaign can use."""


@dataclass(frozen=True, slots=True)
class KindTotal:
    """The entries of one kind and their sum, never written down anywhere else.

    `participants` is None unless some entry tells it.
    """

    kind: ActivityKind
    records: tuple[ActivityRecord, ...]
    amount: Decimal
    bound: Bound
    participants: int | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """A campaign's ledger by family: (family, totals)."""

    campaign: Campaign
    families: tuple[tuple[str, tuple[KindTotal, ...]], ...]
    may_record: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What an entry can be about: the kinds, the postings, and whether the campaign as a whole."""

    campaign: Campaign
    kinds: tuple[ActivityKind, ...]
    postings: tuple[Posting, ...]
    may_keep_whole: bool


def default_activity_kinds(session: Session) -> Sequence[ActivityKind]:
    """Return the shipped kinds of the ledger; those that are missing are put in."""
    if _missing(queries.activity_kinds(session, None)):
        hold_tree(session)  # no constraint stops two rows of one code without a campaign: one at a time, then
        session.add_all(_missing(queries.activity_kinds(session, None)))
        session.flush()
    return queries.activity_kinds(session, None)


def record_activity(
    database: Database,
    *,
    actor: Actor,
    campaign_id: int,
    posting_id: int | None = None,
    kind_code: str,
    amount: Decimal,
    bound: Bound = Bound.EXACT,
    participants: int | None = None,
    on_date: date | None = None,
    title: str = "",
    note: str = "",
    source: str = "",
    now: datetime,
) -> ActivityRecord:
    """Enter something done in the ledger, for a posting or (without one) for the campaign as a whole.

    Raises `NotFound` for an unknown kind or a posting of another campaign.
    """
    with database.transaction() as session:
        campaign, posting = _place(session, actor, campaign_id, posting_id)
        entry = ActivityRecord(
            campaign_id=campaign_id,
            posting=posting,
            kind=_kind(session, campaign_id, kind_code),
            amount=amount,
            bound=bound,
            participants=participants,
            on_date=on_date,
            title=title,
            note=note,
            source=source,
            recorded_by=actor.user_id,
            recorded_at=now,
        )
        session.add(entry)
        _record(session, actor, "activity_recorded", entry, campaign, now)
    return entry


def change_activity(
    database: Database,
    *,
    actor: Actor,
    record_id: int,
    posting_id: int | None = None,
    kind_code: str,
    amount: Decimal,
    bound: Bound = Bound.EXACT,
    participants: int | None = None,
    on_date: date | None = None,
    title: str = "",
    note: str = "",
    source: str = "",
    now: datetime,
) -> ActivityRecord:
    """Correct an entry of the ledger; the audit log keeps the amount that stood there before."""
    with database.transaction() as session:
        entry = _known_entry(session, actor, record_id)
        _place(session, actor, entry.campaign_id, entry.posting_id)
        campaign, entry.posting = _place(session, actor, entry.campaign_id, posting_id)
        before = f"{entry.amount:f}"
        entry.kind = _kind(session, entry.campaign_id, kind_code)
        entry.amount, entry.bound, entry.participants = amount, bound, participants
        entry.on_date, entry.title, entry.note, entry.source = on_date, title, note, source
        _record(session, actor, "activity_changed", entry, campaign, now, before=before)
    return entry


def remove_activity(database: Database, *, actor: Actor, record_id: int, now: datetime) -> int:
    """Take an entry out of the ledger, and return the campaign's key."""
    with database.transaction() as session:
        entry = _known_entry(session, actor, record_id)
        campaign, _ = _place(session, actor, entry.campaign_id, entry.posting_id)
        _record(session, actor, "activity_removed", entry, campaign, now)
        session.delete(entry)
    return entry.campaign_id


def ledger(database: Database, *, actor: Actor, campaign_id: int) -> Ledger:
    """Return the campaign's ledger, as far as the person may see it, with its totals."""
    with database.reading() as session:
        campaign = campaigns.known(session, actor, campaign_id)
        entries = _seen(session, actor, campaign)
        may_record = _may_record(session, actor, campaign)
    return Ledger(campaign, _families(entries), may_record)


def entry(database: Database, *, actor: Actor, record_id: int) -> ActivityRecord:
    """Return an entry of the ledger. Raises `NotFound`."""
    with database.reading() as session:
        return _known_entry(session, actor, record_id)


def offer(database: Database, *, actor: Actor, campaign_id: int) -> Offer:
    """Return what the person may enter in the ledger of a campaign. Raises `NotFound`."""
    with database.reading() as session:
        campaign = campaigns.known(session, actor, campaign_id)
        present = queries.activity_kinds(session, campaign_id)
        postings = queries.postings_within(session, campaign_id, actor.paths(Permission.FIELDWORK))
    kinds = [*present, *_missing(present)]
    kinds.sort(key=lambda kind: FAMILIES.index(kind.family) if kind.family in FAMILIES else len(FAMILIES))
    whole = actor.may(Permission.FIELDWORK, campaign.unit.path)
    return Offer(campaign, tuple(kinds), tuple(postings), whole)


def _missing(present: Sequence[ActivityKind]) -> list[ActivityKind]:
    """Return new rows for the shipped kinds that are not among `present`."""
    codes = {kind.code for kind in present if kind.campaign_id is None}
    return [
        ActivityKind(family=family, code=code, name=name, name_en=name_en, measure=measure, measure_en=measure_en)
        for family, code, name, name_en, (measure, measure_en) in SHIPPED_KINDS
        if code not in codes
    ]


def _place(
    session: Session, actor: Actor, campaign_id: int, posting_id: int | None
) -> tuple[Campaign, Posting | None]:
    """Return campaign and posting, where the person may keep the ledger; the whole campaign asks for its unit."""
    campaign = campaigns.known(session, actor, campaign_id)
    if posting_id is None:
        actor.require(Permission.FIELDWORK, campaign.unit.path)
        return campaign, None
    posting = queries.posting(session, posting_id)
    if posting is None or posting.round.campaign_id != campaign_id or not sees(actor, posting.unit.path):
        raise NotFound("posting")
    actor.require(Permission.FIELDWORK, posting.unit.path)
    return campaign, posting


def _kind(session: Session, campaign_id: int, code: str) -> ActivityKind:
    default_activity_kinds(session)
    for kind in reversed(queries.activity_kinds(session, campaign_id)):
        if kind.code == code:
            return kind
    raise NotFound("activity kind")


def _known_entry(session: Session, actor: Actor, record_id: int) -> ActivityRecord:
    entry = queries.activity(session, record_id)
    if entry is None:
        raise NotFound("activity record")
    campaign = campaigns.known(session, actor, entry.campaign_id)
    path = entry.posting.unit.path if entry.posting is not None else campaign.unit.path
    if not sees(actor, path):
        raise NotFound("activity record")
    return entry


def _seen(session: Session, actor: Actor, campaign: Campaign) -> Sequence[ActivityRecord]:
    whole = sees(actor, campaign.unit.path)
    return queries.activities_within(session, campaign.id, scope(actor), with_whole=whole)


def _may_record(session: Session, actor: Actor, campaign: Campaign) -> bool:
    paths = actor.paths(Permission.FIELDWORK)
    return actor.may(Permission.FIELDWORK, campaign.unit.path) or queries.is_present(session, campaign.id, paths)


def _families(entries: Sequence[ActivityRecord]) -> tuple[tuple[str, tuple[KindTotal, ...]], ...]:
    by_kind: dict[tuple[str, str], list[ActivityRecord]] = {}
    for each in sorted(entries, key=lambda entry: entry.kind_id):
        by_kind.setdefault((each.kind.family, each.kind.code), []).append(each)
    totals = [_total(records) for records in by_kind.values()]
    named = [*FAMILIES, *sorted({total.kind.family for total in totals} - set(FAMILIES))]
    grouped = ((family, tuple(t for t in totals if t.kind.family == family)) for family in named)
    return tuple((family, members) for family, members in grouped if members)


def _total(records: Sequence[ActivityRecord]) -> KindTotal:
    told = [each.participants for each in records if each.participants is not None]
    return KindTotal(
        kind=records[0].kind,
        records=tuple(records),
        amount=sum((each.amount for each in records), Decimal(0)),
        bound=combined(each.bound for each in records),
        participants=sum(told) if told else None,
    )


def _record(
    session: Session,
    actor: Actor,
    action: str,
    entry: ActivityRecord,
    campaign: Campaign,
    now: datetime,
    **detail: str,
) -> None:
    session.flush()
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="activity_record",
        subject_id=entry.id,
        unit_id=entry.posting.unit_id if entry.posting is not None else campaign.unit_id,
        now=now,
        name=entry.kind.name,
        amount=f"{entry.amount:f}",
        **detail,
    )
