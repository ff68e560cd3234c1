"""What people wrote in their own words, masked, and what a person has decided about it.

Nothing here says which response a comment is from, where it was given or when. Identical words of one question are
one row. On SQLite the table is kept in the order of a keyed digest, and rows are written in that order on both
databases, so that the order of rows tells nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.storage.models.base import Base
from survey_app.storage.types import (
    Document,
    Json,
    Key,
    LongWords,
    Moment,
    Name,
    Sha256,
    UtcDateTime,
    one_of,
    refers_to,
)
from survey_app.words import CommentState


class Comment(Base):
    """意见: masked words that were written in answer to one field of a survey, by `copies` respondents.

    `digest` is keyed with the application's secret: it finds the same words again at the next reading. `words` may
    have been masked further by hand since. `themes` are keys of `CommentTheme`.
    """

    __tablename__ = "comment"
    __table_args__ = (
        one_of("state", CommentState, "state"),
        CheckConstraint("copies >= 0", name="copies_not_negative"),
        {"sqlite_with_rowid": False},
    )

    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(100), primary_key=True)
    digest: Mapped[Sha256] = mapped_column(primary_key=True)
    words: Mapped[LongWords]
    copies: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=CommentState.WAITING)
    themes: Mapped[list[int]] = mapped_column(Json, default=list)
    reviewed_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CommentTheme(Base):
    """主题: what comments of a campaign are about, in its organiser's words."""

    __tablename__ = "comment_theme"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(refers_to("campaign.id"))
    name: Mapped[Name]
    name_en: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[Moment]


class CommentReading(Base):
    """When a survey's comments were last read from its responses, and how things stood then.

    `totals` gives the comments of each field that were read, `waiting` those that were left for the next reading.
    `left_out` names the voided and erased responses as they were: others since then make what was read stale.
    """

    __tablename__ = "comment_reading"
    __table_args__ = (CheckConstraint("ballots >= 0 AND waiting >= 0", name="counts_not_negative"),)

    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"), primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    ballots: Mapped[int]
    waiting: Mapped[int]
    totals: Mapped[Document]
    left_out: Mapped[str] = mapped_column(String(100))
