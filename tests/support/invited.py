"""Answering with a single-use code, as the worker's page does it: one transaction, the code used last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from survey_app.services import collect, invitations
from survey_app.storage.session import Database
from survey_app.words import Mode
from tests.support.field import A_W_ANSWERS, Field
from tests.support.office import NOW

KEY = "the secret key of a test, long enough"


def answer(
    database: Database,
    field: Field,
    code: str,
    *,
    raw: Mapping[str, Sequence[str]] = A_W_ANSWERS,
    submission_id: UUID | None = None,
    now: datetime = NOW,
) -> bool:
    """Send answers with a code; False where these were there already. Raises `NotUsable`."""
    with database.transaction() as session:
        place = collect.place_of(session, field.code)
        is_new = collect.store(
            session,
            collector=place,
            version_id=place.version_id,
            cleaned=collect.clean(place, collect.questionnaire_at(session, place), raw),
            response_id=submission_id or uuid4(),
            mode=Mode.WEB,
            locale="zh_Hans_CN",
            received_at=now,
        )
        if is_new:
            invitations.redeem(session, key=KEY, collector_id=place.id, code=code)
    return is_new
