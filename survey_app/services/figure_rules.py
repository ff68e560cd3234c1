"""The rules of a survey's figures: which there are, which are chosen, and new ones. A version never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from survey_app.analysis.readings import entries
from survey_app.questionnaire.definition import Nps, Questionnaire, Scale
from survey_app.questionnaire.text import Text
from survey_app.scoring import rules
from survey_app.scoring.measure import counted_grades, reads
from survey_app.scoring.rules import IndexRule, NpsRule, RateRule, Rule
from survey_app.scoring.wording import worded
from survey_app.services import audit, surveys
from survey_app.services.access import Actor, NotFound
from survey_app.services.collect import questionnaire_of
from survey_app.services.context import Database
from survey_app.storage.models import MetricRule, Survey
from survey_app.storage.queries import declared as queries
from survey_app.storage.queries import seals as ballot_queries
from survey_app.storage.session import Session


class DoesNotFit(ValueError):
    """The rule has no figure on the scale of the survey's headline, or cannot be a headline.

    `titles` are the surveys that it does not fit.
    """

    def __init__(self, titles: tuple[Text, ...] = ()) -> None:
        super().__init__()
        self.titles = titles


class ReasonNeeded(ValueError):
    """The survey has ballots: whoever changes what its figures mean says why."""


_Keys: TypeAlias = tuple[int, int, int, int | None]
"""The keys of a survey's rules: rate, second rate, index, NPS."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule with its key."""

    key: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Other:
    """Another survey of the same campaign, and what it is read by: rate, second rate, index, NPS."""

    title: Text
    rules: tuple[Kept, ...]
    ballots: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a survey is read by, and what fits it: rules of rates, of indices, of the NPS. `ballots` are in so far.

    `nps` is None, and there are no `npses`, where nothing is asked from 0 to 10.

    `leading` is the headline's scale, which chosen rules must read; without a headline, one of `scales`.
    Figures are compared with those of `others`, of the same campaign, only while the rules are the same.
    """

    rate: Kept
    strict: Kept
    index: Kept
    rates: tuple[Kept, ...]
    indexes: tuple[Kept, ...]
    scales: tuple[Scale, ...]
    leading: tuple[Scale, ...]
    ballots: int
    others: tuple[Other, ...] = ()
    nps: Kept | None = None
    npses: tuple[Kept, ...] = ()

    @property
    def now(self) -> tuple[Kept, ...]:
        """The rules that the survey is read by."""
        return (self.rate, self.strict, self.index, *([] if self.nps is None else [self.nps]))

    @property
    def fitting(self) -> tuple[Kept, ...]:
        """All rules that it could have."""
        return (*self.rates, *self.indexes, *self.npses)


def chosen(database: Database, *, actor: Actor, survey_id: int) -> Chosen:
    """Return the rules of a survey and those that it could have. Raises `NotFound`."""
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        kept = {row.id: Kept(row.id, worded(rules.decode(row.definition))) for row in queries.rules(session)}
        questionnaire = questionnaire_of(queries.version(session, survey.version_id))
        scales, leading = scales_of(questionnaire), leading_of(questionnaire)
        fitting = [each for each in kept.values() if fits(each.rule, leading)]
        asks_nps = is_nps_asked(questionnaire)
        return Chosen(
            kept[survey.rate_rule_id],
            kept[survey.strict_rule_id],
            kept[survey.index_rule_id],
            tuple(each for each in fitting if isinstance(each.rule, RateRule)),
            tuple(each for each in fitting if isinstance(each.rule, IndexRule)),
            scales,
            leading,
            ballot_queries.ballots(session, survey_id),
            tuple(
                _other(session, each, kept, asks_nps=asks_nps)
                for each in _together(session, survey)
                if each.id != survey.id
            ),
            _nps_of(survey, kept) if asks_nps else None,
            tuple(each for each in kept.values() if asks_nps and isinstance(each.rule, NpsRule)),
        )


def _other(session: Session, survey: Survey, kept: Mapping[int, Kept], *, asks_nps: bool) -> Other:
    found = [kept[key] for key in (survey.rate_rule_id, survey.strict_rule_id, survey.index_rule_id)]
    nps = _nps_of(survey, kept) if asks_nps else None
    return Other(
        _title(survey), (*found, *([] if nps is None else [nps])), ballot_queries.ballots(session, survey.id)
    )


def _nps_of(survey: Survey, kept: Mapping[int, Kept]) -> Kept | None:
    """Return the rule of a survey's NPS: the one that we ship where none is named."""
    shipped = (each for each in kept.values() if each.rule == rules.NPS)
    return next(shipped, None) if survey.nps_rule_id is None else kept[survey.nps_rule_id]


def is_nps_asked(questionnaire: Questionnaire) -> bool:
    """Tell whether a question is asked from 0 to 10."""
    return any(isinstance(each, Nps) for each in questionnaire.questions)


def _title(survey: Survey) -> Text:
    return Text(survey.title, survey.title_en)


def _rules_of(survey: Survey) -> _Keys:
    return survey.rate_rule_id, survey.strict_rule_id, survey.index_rule_id, survey.nps_rule_id


def _together(session: Session, survey: Survey) -> Sequence[Survey]:
    """Return all surveys of the campaign, whose figures stand beside each other, by key."""
    return queries.surveys_of(session, survey.campaign_id)


def scales_of(questionnaire: Questionnaire) -> tuple[Scale, ...]:
    """Return the scales of the rated questions, each once."""
    found = {entry.scale.code: entry.scale for entry in entries(questionnaire) if entry.is_rated and entry.scale}
    return tuple(found.values())


def leading_of(questionnaire: Questionnaire) -> tuple[Scale, ...]:
    """Return the scale of the headline question; without one, the scales of all rated questions."""
    found = [each for each in entries(questionnaire) if each.is_headline and each.is_rated and each.scale]
    return tuple(each.scale for each in found if each.scale) or scales_of(questionnaire)


def fits(rule: Rule, scales: Sequence[Scale]) -> bool:
    """Tell whether a rule of a rate or index has a figure on one of the scales."""
    if not isinstance(rule, RateRule | IndexRule):
        return False
    return any(reads(rule, scale) for scale in scales)


def leads_nothing(rule: Rule, scales: Sequence[Scale]) -> bool:
    """Tell whether a rule is no headline: rankings put the highest first, and it counts who is not satisfied."""
    if not isinstance(rule, RateRule):
        return False
    return rule.is_of_bad or any(
        not any(scale.by_code[code].satisfied for code in counted_grades(rule, scale))
        for scale in scales
        if reads(rule, scale)
    )


def choose(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    rate: int,
    strict: int,
    index: int,
    reason: str,
    now: datetime,
    everywhere: bool = False,
    nps: int | None = None,
) -> None:
    """Read a survey by these rules, in the audit log with those before; `everywhere`, all surveys of its campaign.

    All of them change, or none; without `nps`, that one stays. Raises `NotFound`, `DoesNotFit`, and `ReasonNeeded`
    where a survey that changes has ballots and nothing is said.
    """
    with database.transaction() as session:
        found = _to_change(session, actor, survey_id, everywhere=everywhere)
        _choose(session, actor, found, (rate, strict, index, nps), reason, now)


def choose_set(
    database: Database,
    *,
    actor: Actor,
    survey_id: int,
    name: str,
    reason: str,
    now: datetime,
    everywhere: bool = False,
) -> None:
    """Read a survey by the rules of a set that we ship; `everywhere`, all surveys of its campaign.

    Raises `NotFound`, also for an unknown set, `DoesNotFit`, and `ReasonNeeded` as `choose` does.
    """
    found = rules.RULE_SETS.get(name)
    if found is None:
        raise NotFound
    with database.transaction() as session:
        changing = _to_change(session, actor, survey_id, everywhere=everywhere)
        surveys.default_rules(session)
        keys = {(row.name, row.version): row.id for row in queries.rules(session)}
        rate, strict, index = (keys[each.name, each.version] for each in (found.rate, found.strict, found.index))
        _choose(session, actor, changing, (rate, strict, index, None), reason, now)


def _to_change(session: Session, actor: Actor, survey_id: int, *, everywhere: bool) -> list[Survey]:
    """Return the surveys to change, nobody else meanwhile. Whoever changes several takes them in the same order."""
    keys = [survey_id]
    if everywhere:
        asked = surveys.readable(session, actor=actor, survey_id=survey_id)
        keys = [each.id for each in _together(session, asked)]
    return [surveys.readable(session, actor=actor, survey_id=key, for_change=True) for key in keys]


def _choose(
    session: Session,
    actor: Actor,
    found: Sequence[Survey],
    chosen: _Keys,
    reason: str,
    now: datetime,
) -> None:
    changing = [survey for survey in found if _rules_of(survey) != _with_nps(chosen, survey)]
    if not reason and any(ballot_queries.ballots(session, survey.id) for survey in changing):
        raise ReasonNeeded
    refused = []
    for survey in changing:
        try:
            _read_by(session, actor, survey, _with_nps(chosen, survey), reason, now, together=len(found))
        except DoesNotFit:
            refused.append(_title(survey))
    if refused:
        raise DoesNotFit(tuple(refused))


def _with_nps(chosen: _Keys, survey: Survey) -> _Keys:
    """Return the rules chosen for a survey, with its own for the NPS where none is chosen."""
    return chosen if chosen[-1] is not None else (*chosen[:3], survey.nps_rule_id)


def _read_by(
    session: Session,
    actor: Actor,
    survey: Survey,
    chosen: _Keys,
    reason: str,
    now: datetime,
    *,
    together: int,
) -> None:
    """Change the rules of one survey, one of so many that are changed `together`. Raises `DoesNotFit`."""
    wanted = _wanted(session, survey, chosen)
    before = [key for key in _rules_of(survey) if key is not None]
    survey.rate_rule_id, survey.strict_rule_id, survey.index_rule_id, survey.nps_rule_id = chosen
    names = {row.id: [row.name, row.version] for row in queries.rules(session)}
    surveys.record(
        session,
        actor,
        "figure_rules_chosen",
        survey,
        now,
        before=[names[key] for key in before],
        after=[[each.name, each.version] for each in wanted],
        reason=reason,
        together=together,
    )


def _wanted(session: Session, survey: Survey, chosen: _Keys) -> list[Rule]:
    known = {row.id: rules.decode(row.definition) for row in queries.rules(session)}
    keys = [key for key in chosen if key is not None]
    if not set(keys) <= set(known):
        raise NotFound
    wanted = [known[key] for key in keys]
    kinds = (RateRule, RateRule, IndexRule, NpsRule)
    leading = leading_of(questionnaire_of(queries.version(session, survey.version_id)))
    if not all(isinstance(rule, kind) for rule, kind in zip(wanted, kinds, strict=False)):
        raise DoesNotFit
    if not all(fits(rule, leading) for rule in wanted[:3]):
        raise DoesNotFit
    if leads_nothing(wanted[0], leading):
        raise DoesNotFit
    return wanted


def add(database: Database, *, actor: Actor, survey_id: int, rule: Rule, now: datetime) -> int:
    """Keep a new rule, or a further version of one with the same name. Returns its key.

    It has to have a figure on the headline's scale of the survey for which it is made, or on an answer from 0 to 10
    there. Raises `NotFound`, `DoesNotFit`.
    """
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        questionnaire = questionnaire_of(queries.version(session, survey.version_id))
        is_read = (
            is_nps_asked(questionnaire) if isinstance(rule, NpsRule) else fits(rule, leading_of(questionnaire))
        )
        if not is_read:
            raise DoesNotFit
        surveys.default_rules(session)
        last = max((row.version for row in queries.rules(session) if row.name == rule.name), default=0)
        made = replace(rule, version=last + 1)
        row = MetricRule(name=made.name, version=made.version, definition=rules.encode(made), created_at=now)
        session.add(row)
        session.flush()
        audit.record(
            session,
            actor=actor,
            action="figure_rule_added",
            subject_kind="survey",
            subject_id=survey_id,
            now=now,
            unit_id=survey.campaign.unit_id,
            rule=rules.encode(made),
        )
        return row.id
