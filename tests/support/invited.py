"""Answering with a single-use code, on the way that the worker's page takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from survey_app.services.collect import Receipt
from survey_app.services.door import Shown
from survey_app.services.intake import Intake
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
) -> Receipt:
    """Send answers with a code. Raises `InvalidAnswers` where the code lets nobody in."""
    return Intake(database, key=KEY).submit(
        code=field.code,
        submission_id=submission_id or uuid4(),
        raw=raw,
        locale="zh_Hans_CN",
        mode=Mode.WEB,
        now=now,
        shown=Shown(invitation=code),
    )
