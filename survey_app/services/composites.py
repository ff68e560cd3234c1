"""The composite of a campaign's audiences: declared with its weights, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from survey_app.scoring.composite import Declared
from survey_app.services import audit, campaigns
from survey_app.services.access import Actor
from survey_app.services.context import Database
from survey_app.storage.models import Campaign, Composite
from survey_app.storage.queries import declared as queries
from survey_app.storage.session import Session
from survey_app.words import Audience, WithoutAudience


class BadWeights(ValueError):
    """The weights do not add up to all, or there are fewer than two."""


def declared(session: Session, campaign_id: int) -> Declared | None:
    """Return what is declared for a campaign; None where nothing is, or not any more."""
    row = queries.composite(session, campaign_id)
    return None if row is None else _read(row)


def managed(database: Database, *, actor: Actor, campaign_id: int) -> tuple[Campaign, Declared | None]:
    """Return a campaign and what is declared, for who may change it. Raises `NotFound`, `Forbidden`."""
    with database.reading() as session:
        campaign = campaigns.managed(session, actor, campaign_id)
        return campaign, declared(session, campaign_id)


def declare(
    database: Database,
    *,
    actor: Actor,
    campaign_id: int,
    weights: Mapping[Audience, Decimal],
    missing: WithoutAudience,
    now: datetime,
) -> None:
    """Declare a composite: weights in percent, adding up to 100.

    Each declaration is a version of its own, in the audit log with the one before. Raises `NotFound`, `Forbidden`,
    `BadWeights`.
    """
    plain = {audience.value: f"{percent.normalize():f}" for audience, percent in weights.items()}
    with database.transaction() as session:
        campaign = campaigns.managed(session, actor, campaign_id)
        row = _next(session, campaign_id, plain, missing)
        try:
            found = _read(row)
        except ValueError as error:
            raise BadWeights from error
        if found is None:
            raise BadWeights
        _keep(session, actor, campaign, row, now)


def withdraw(database: Database, *, actor: Actor, campaign_id: int, now: datetime) -> None:
    """Have no composite any more. Raises `NotFound`, `Forbidden`."""
    with database.transaction() as session:
        campaign = campaigns.managed(session, actor, campaign_id)
        _keep(session, actor, campaign, _next(session, campaign_id, {}, WithoutAudience.NOTHING), now)


def _next(session: Session, campaign_id: int, weights: dict[str, str], missing: WithoutAudience) -> Composite:
    last = queries.composite(session, campaign_id)
    version = 1 if last is None else last.version + 1
    return Composite(campaign_id=campaign_id, version=version, weights=weights, missing=missing)


def _keep(session: Session, actor: Actor, campaign: Campaign, row: Composite, now: datetime) -> None:
    """Keep a version, unless it says what the one before says."""
    last = queries.composite(session, campaign.id)
    before = {} if last is None else last.weights
    if row.weights == before and (last is None or row.missing == last.missing):
        return
    row.made_at, row.made_by = now, actor.user_id
    session.add(row)
    audit.record(
        session,
        actor=actor,
        action="composite_declared",
        subject_kind="campaign",
        subject_id=campaign.id,
        now=now,
        unit_id=campaign.unit_id,
        version=row.version,
        before=before,
        after=row.weights,
        missing=row.missing,
    )


def _read(row: Composite) -> Declared | None:
    """Return a declaration. Raises `ValueError` for weights that do not add up."""
    if not row.weights:
        return None
    weights = tuple(
        (audience, Fraction(row.weights[audience.value]) / 100)
        for audience in Audience
        if audience.value in row.weights
    )
    return Declared(weights, WithoutAudience(row.missing), row.version)
