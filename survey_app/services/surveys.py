"""Surveys in the field and their collectors: opened, paused, closed, moved; each deed in the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from survey_app.scoring import rules
from survey_app.services import audit, collectors, questionnaires, seals
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.storage.models import Campaign, MetricRule, Posting, Survey
from survey_app.storage.queries import surveys as queries
from survey_app.storage.session import Session
from survey_app.words import Anonymity, Audience, Purpose, SurveyState

DEFAULT_THRESHOLD = 5
MOOD_THRESHOLD = 11
"""What workers say of their mood could cost them more: their groups are larger."""
SMALLEST_ANONYMOUS_THRESHOLD = 5
"""What respondents are promised: no group of fewer is shown (the notice of the shipped questionnaires)."""


class ThresholdTooLow(Exception):
    """Smaller groups would be shown than respondents of a survey without names are promised."""


class Standing(StrEnum):
    """What a survey does at this moment: its state, together with its times."""

    PREPARED = "prepared"
    WAITING = "waiting"
    TAKING = "taking"
    PAUSED = "paused"
    OVER = "over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A survey in the list, with the number of its responses."""

    survey: Survey
    responses: int

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Who is asked, in the usual order."""
        return collectors.in_order(collector.audience for collector in self.survey.collectors)


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything about one survey. `missing` counts postings and audiences that have no collector yet."""

    survey: Survey
    ways: tuple[collectors.Way, ...]
    missing: int

    @property
    def responses(self) -> int:
        """How many responses the survey has."""
        return sum(way.responses for way in self.ways)

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Who is asked, in the usual order."""
        return collectors.in_order(way.collector.audience for way in self.ways)


_NEXT: Mapping[SurveyState, tuple[SurveyState, ...]] = {
    SurveyState.PREPARED: (SurveyState.OPEN,),
    SurveyState.OPEN: (SurveyState.PAUSED, SurveyState.CLOSED),
    SurveyState.PAUSED: (SurveyState.OPEN, SurveyState.CLOSED),
    SurveyState.CLOSED: (SurveyState.OPEN,),
}


def standing(survey: Survey, now: datetime) -> Standing:
    """Return what the survey does at `now`."""
    if survey.state == SurveyState.OPEN:
        if survey.opens_at is not None and now < survey.opens_at:
            return Standing.WAITING
        return Standing.OVER if survey.closes_at is not None and now >= survey.closes_at else Standing.TAKING
    return Standing(survey.state)


def entries(
    database: Database, *, actor: Actor, search: str = "", campaign_id: int | None = None
) -> tuple[Entry, ...]:
    """Return the surveys of the campaigns that the person organises, newest first."""
    with database.reading() as session:
        paths = actor.paths(Permission.DESIGN)
        found = queries.surveys_within(session, paths, search=search, campaign_id=campaign_id)
        counts = queries.responses_by_survey(session, [survey.id for survey in found])
    return tuple(Entry(survey, counts.get(survey.id, 0)) for survey in found)


def detail(database: Database, *, actor: Actor, survey_id: int) -> Detail:
    """Return the survey with its collectors, by posting and audience. Raises `NotFound`."""
    with database.reading() as session:
        survey = readable(session, actor=actor, survey_id=survey_id)
        counts = queries.responses_by_collector(session, survey.id)
        missing = len(collectors.places_without(session, survey, ()))
    ways = (collectors.Way(collector, counts.get(collector.id, 0)) for collector in survey.collectors)
    return Detail(survey, tuple(sorted(ways, key=_place_in_list)), missing)


def campaigns(database: Database, *, actor: Actor) -> Sequence[Campaign]:
    """Return the campaigns for which the person may open surveys, the last begun first."""
    with database.reading() as session:
        return queries.campaigns_within(session, actor.paths(Permission.DESIGN))


def campaign(database: Database, *, actor: Actor, campaign_id: int) -> Campaign:
    """Return a campaign for which the person may open surveys. Raises `NotFound`."""
    with database.reading() as session:
        return _campaign(session, actor, campaign_id)


def postings(database: Database, *, actor: Actor, campaign_id: int) -> Sequence[Posting]:
    """Return the postings of a campaign that the person organises. Raises `NotFound`."""
    with database.reading() as session:
        return queries.postings(session, _campaign(session, actor, campaign_id).id)


def create_survey(
    database: Database,
    *,
    actor: Actor,
    campaign_id: int,
    version_id: int,
    title: str,
    title_en: str = "",
    purpose: Purpose,
    wave: int | None = None,
    audiences: Sequence[Audience],
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    anonymity: Anonymity = Anonymity.ANONYMOUS,
    threshold: int = DEFAULT_THRESHOLD,
    is_sealed: bool = False,
    now: datetime,
) -> Survey:
    """Prepare a survey, with one collector for every posting of the campaign and every audience.

    A return visit's survey (`wave` = month, None for every other purpose) is given to the visits of its wave.
    Raises `NotFound` where the person may not read the campaign or the version, `ThresholdTooLow`, and
    `ConstraintViolated` for times and numbers that the schema refuses.
    """
    _keep_promise(anonymity, threshold)
    with database.transaction() as session:
        _campaign(session, actor, campaign_id)
        version = questionnaires.readable_version(session, actor=actor, version_id=version_id)
        made = Survey(
            campaign_id=campaign_id,
            version_id=version.id,
            title=title,
            title_en=title_en,
            purpose=purpose,
            wave=wave,
            state=SurveyState.PREPARED,
            anonymity=anonymity,
            threshold=threshold,
            is_sealed=is_sealed,
            opens_at=opens_at,
            closes_at=closes_at,
            created_at=now,
            **_rule_keys(session),
        )
        session.add(made)
        session.flush()
        survey = readable(session, actor=actor, survey_id=made.id)
        record(session, actor, "survey_created", survey, now, version_id=version.id, sha256=version.sha256)
        collectors.complete(session, survey=survey, audiences=audiences, now=now)
    return survey


def _keep_promise(anonymity: Anonymity, threshold: int) -> None:
    if anonymity != Anonymity.NAMED and threshold < SMALLEST_ANONYMOUS_THRESHOLD:
        raise ThresholdTooLow


def change_state(database: Database, *, actor: Actor, survey_id: int, state: SurveyState, now: datetime) -> Survey:
    """Open, pause, close or reopen a survey.

    Into the state that it has already: nothing happens, so that a second tap does no harm. A survey whose
    responses were erased stays closed. Raises `NotFound`, `collectors.NotPossible`, or `seals.SealHolds` for
    closing a sealed survey before its time.
    """
    with database.transaction() as session:
        survey = readable(session, actor=actor, survey_id=survey_id, for_change=True)
        if survey.state == state:
            return survey
        before, over_since = SurveyState(survey.state), seals.closed_since(survey, now)
        if state not in _NEXT[before] or survey.erased_at is not None:
            raise collectors.NotPossible(before, state)
        if state == SurveyState.CLOSED:
            seals.require_no_ballots(session, survey, now)
        if before == SurveyState.CLOSED:
            seals.record_end(session, survey, now)
            seals.record_reopening(survey, now)
        survey.state = state
        survey.closed_at = now if state == SurveyState.CLOSED else None
        seals.record_resumption(session, survey, over_since, now)
        record(session, actor, collectors.deed("survey", before, state), survey, now)
    return survey


def revise_survey(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    title: str,
    title_en: str,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
) -> Survey:
    """Change what may change once a survey is there: its title and its times.

    Who is asked, what, under which promise of anonymity and threshold stays as respondents were told.
    Raises `NotFound`, `ConstraintViolated` for a closing time before the opening time, or `seals.SealHolds` for one
    that would end a sealed survey earlier than it was to end.
    """
    with database.transaction() as session:
        survey = readable(session, actor=actor, survey_id=survey_id, for_change=True)
        seals.require_not_shortened(session, survey, closes_at, now)
        seals.record_end(session, survey, now)
        over_since = seals.closed_since(survey, now)
        before = {"opens_at": _written(survey.opens_at), "closes_at": _written(survey.closes_at)}
        survey.title, survey.title_en = title, title_en
        survey.opens_at, survey.closes_at = opens_at, closes_at
        if over_since is not None and seals.closed_since(survey, now) is None:
            seals.record_reopening(survey, now)
        seals.record_resumption(session, survey, over_since, now)
        after = {"opens_at": _written(opens_at), "closes_at": _written(closes_at)}
        record(session, actor, "survey_revised", survey, now, before=before, after=after)
    return survey


def add_missing_collectors(
    database: Database, *, actor: Actor, survey_id: int, audiences: Sequence[Audience] = (), now: datetime
) -> int:
    """Give a collector to every posting and audience without one, and return how many were made.

    The audiences are those that the survey has, and `audiences`. Raises `NotFound`.
    """
    with database.transaction() as session:
        survey = readable(session, actor=actor, survey_id=survey_id, for_change=True)
        return collectors.complete(session, survey=survey, audiences=audiences, now=now)


def _rule_keys(session: Session) -> dict[str, int]:
    rate, strict, index = default_rules(session)
    nps = queries.rule(session, rules.NPS.name, rules.NPS.version)
    return {"rate_rule_id": rate.id, "strict_rule_id": strict.id, "index_rule_id": index.id, "nps_rule_id": nps.id}


def default_threshold(purpose: Purpose, audience: Audience) -> int:
    """Return the smallest group that is shown, where nobody chose another."""
    is_mood = purpose == Purpose.PULSE and audience == Audience.WORKERS
    return MOOD_THRESHOLD if is_mood else DEFAULT_THRESHOLD


def default_rules(session: Session) -> tuple[MetricRule, MetricRule, MetricRule]:
    """Return the rules that a survey starts with: rate, strict rate, index; all shipped rules are kept first."""
    queries.keep_rules(session, [rules.encode(rule) for rule in rules.SHIPPED.values()], datetime.now(UTC))
    rate, strict, index = (
        queries.rule(session, rule.name, rule.version)
        for rule in (rules.SATISFACTION_RATE, rules.STRICT_SATISFACTION_RATE, rules.SATISFACTION_INDEX)
    )
    return rate, strict, index


def readable(session: Session, *, actor: Actor, survey_id: int, for_change: bool = False) -> Survey:
    """Return the survey, with all that its page shows, if the person organises its campaign.

    Raises `NotFound`.
    """
    survey = queries.survey(session, survey_id, for_change=for_change)
    if survey is None or not actor.may(Permission.DESIGN, survey.campaign.unit.path):
        raise NotFound
    return survey


def record(session: Session, actor: Actor, action: str, survey: Survey, now: datetime, **detail: object) -> None:
    """Put a deed on a survey into the audit log."""
    audit.record(
        session,
        actor=actor,
        action=action,
        subject_kind="survey",
        subject_id=survey.id,
        now=now,
        unit_id=survey.campaign.unit_id,
        **detail,
    )


def _campaign(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    found = queries.campaign(session, campaign_id)
    if found is None or not actor.may(Permission.DESIGN, found.unit.path):
        raise NotFound
    return found


def _place_in_list(way: collectors.Way) -> tuple[int, int, int, str, int]:
    """By round, posting, audience and label; collectors of units come last."""
    found = way.collector
    number = found.posting.round.number if found.posting is not None else 10**9
    audience = list(Audience).index(Audience(found.audience))
    return number, found.posting_id or 0, audience, found.label, found.id


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
