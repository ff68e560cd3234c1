"""The sample campaign: Wuhan 2017, “到职工中去”, as published; units, people and responses are made up.

Everything goes through the same services as real data, at the moments when it would have happened. Responses are
simulated with a fixed seed: every figure follows from them, and none is written anywhere.
"""

from __future__ import annotations

from datetime import datetime

from survey_app.services import audit
from survey_app.services.access import SYSTEM
from survey_app.services.context import Database
from survey_app.services.sample.evaluation import evaluate
from survey_app.services.sample.ground import lay
from survey_app.services.sample.returning import come_back
from survey_app.storage.queries import set_up as queries

__all__ = ["LOADED", "SampleIncomplete", "is_loaded", "load"]

LOADED = "sample_loaded"
"""The deed in the audit log that tells that the sample is whole."""


class SampleIncomplete(Exception):
    """Loading was interrupted: a part of the sample stands in the database."""


def is_loaded(database: Database) -> bool:
    """Tell whether the sample is there. Raises `SampleIncomplete` when only a part of it is."""
    with database.reading() as session:
        if not queries.has_sample(session):
            return False
        if not queries.has_happened(session, LOADED):
            raise SampleIncomplete
    return True


def load(database: Database, *, root_unit_id: int, now: datetime) -> int:
    """Load the sample campaign below a unit, and return the campaign's key. Takes some seconds."""
    ground = lay(database, root_unit_id=root_unit_id)
    evaluate(database, ground)
    come_back(database, ground)
    with database.transaction() as session:
        audit.record(
            session,
            actor=SYSTEM,
            action=LOADED,
            subject_kind="campaign",
            subject_id=ground.campaign_id,
            unit_id=ground.unit_id,
            now=now,
        )
    return ground.campaign_id
