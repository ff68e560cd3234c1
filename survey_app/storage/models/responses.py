"""Responses, and what is said about them later. Nothing has a foreign key to `response`.

Anonymity: the key is random and, on SQLite, the table is kept in the order of that key (WITHOUT ROWID), so the
order of rows tells nothing; `received_at` is cut to ten minutes; no address, device or invitation is kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.guards import never_changes
from survey_app.storage.models.base import Base
from survey_app.storage.types import Document, Json, Key, LongWords, Moment, UtcDateTime, one_of, refers_to
from survey_app.words import Audience, Mode


class Response(Base):
    """答卷: what one respondent submitted under one version; `id` is the submission id.

    Immutable: whether it counts is told by `Voiding`. Only `queries.retention` reaches past the guard, to give it
    another random id or to erase it when its time is up.

    `answers` maps field codes to cleaned answers on the path. `seconds` is how long answering took, where the
    page could tell, capped at an hour. `stored_at` is when ballots of a file or of paper came to be stored, cut to
    ten minutes as well; None where that is when they were received.
    """

    __tablename__ = "response"
    __table_args__ = (
        one_of("audience", Audience, "audience"),
        one_of("mode", Mode, "mode"),
        CheckConstraint("seconds BETWEEN 0 AND 3600", name="seconds_in_an_hour"),
        Index("ix_response_survey_id_received_at", "survey_id", "received_at"),
        Index(
            "ix_response_survey_id_stored_at",
            "survey_id",
            "stored_at",
            sqlite_where=text("stored_at IS NOT NULL"),
            postgresql_where=text("stored_at IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"))
    version_id: Mapped[int] = mapped_column(refers_to("questionnaire_version.id"))
    collector_id: Mapped[int] = mapped_column(refers_to("collector.id"))
    posting_id: Mapped[int | None] = mapped_column(refers_to("posting.id"))
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"))
    batch_id: Mapped[int | None] = mapped_column(refers_to("batch.id"))
    audience: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[Moment]
    stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[int | None]
    answers: Mapped[dict[str, Any]] = mapped_column(Json)


never_changes(Response)


class Voiding(Base):
    """A response left out of the figures: who, when, why; restored when `restored_at` is set."""

    __tablename__ = "voiding"
    __table_args__ = (Index("ix_voiding_survey_id_response_id", "survey_id", "response_id"),)

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"))
    response_id: Mapped[UUID] = mapped_column(Uuid)
    reason: Mapped[LongWords]
    voided_at: Mapped[Moment]
    voided_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    restored_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))


class Erasure(Base):
    """A response deleted, at its respondent's wish or when its time is up; only that it happened is kept.

    Whoever writes one holds the survey first (FOR UPDATE): its keys then follow each other as their commits do, and
    who has read up to one key has missed none.
    """

    __tablename__ = "erasure"

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"), index=True)
    response_id: Mapped[UUID] = mapped_column(Uuid)
    erased_at: Mapped[Moment]


class PartialResponse(Base):
    """Answers so far of a questionnaire that is answered section by section; gone when sent or expired."""

    __tablename__ = "partial_response"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    collector_id: Mapped[int] = mapped_column(refers_to("collector.id", ondelete="CASCADE"))
    raw: Mapped[Document]
    expires_at: Mapped[Moment] = mapped_column(index=True)
