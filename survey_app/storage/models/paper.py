"""Ballots on paper: what was printed for a batch, and what has been keyed until the batch is closed.

Anonymity: keyed ballots know their sheet, who keyed them and when. They are gone when the batch is closed: what
becomes of them are responses with random keys, stored in random order, that know the batch and nothing else of it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.storage.models.base import Base
from survey_app.storage.models.questionnaires import QuestionnaireVersion
from survey_app.storage.models.surveys import Batch
from survey_app.storage.types import Document, Moment, one_of, refers_to
from survey_app.words import BallotKind

FIRST, SECOND, SETTLED = 1, 2, 3
"""Whose entry a keyed ballot is: the first keyer's, the second one's, or what was settled where they differ."""


class PaperBatch(Base):
    """What makes a batch one of sheets that are printed and keyed.

    `version_id` is the version that was printed; sheets bear the numbers 1 to `copies`. `second_share` is how many
    of a hundred ballots are to be keyed a second time. The last three stay when the keyed ballots are gone: how
    many were keyed twice, how many fields of them were compared, and how many differed.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (
        CheckConstraint("copies BETWEEN 1 AND 5000", name="copies_within"),
        CheckConstraint("second_share BETWEEN 0 AND 100", name="second_share_within"),
        CheckConstraint(
            "keyed_twice >= 0 AND differing >= 0 AND differing <= compared", name="differing_within_compared"
        ),
    )

    batch_id: Mapped[int] = mapped_column(
        refers_to("batch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version_id: Mapped[int] = mapped_column(refers_to("questionnaire_version.id"))
    copies: Mapped[int]
    second_share: Mapped[int] = mapped_column(default=0)
    filled_on: Mapped[date]
    keyed_twice: Mapped[int] = mapped_column(default=0)
    compared: Mapped[int] = mapped_column(default=0)
    differing: Mapped[int] = mapped_column(default=0)

    batch: Mapped[Batch] = relationship(lazy="raise")
    version: Mapped[QuestionnaireVersion] = relationship(lazy="raise")


class KeyedBallot(Base):
    """A ballot as one person keyed it, or as it was settled; until its batch is closed."""

    __tablename__ = "keyed_ballot"
    __table_args__ = (
        one_of("kind", BallotKind, "kind"),
        CheckConstraint("serial > 0", name="serial_positive"),
        CheckConstraint("entry BETWEEN 1 AND 3", name="entry_within"),
        {"sqlite_with_rowid": False},
    )

    batch_id: Mapped[int] = mapped_column(refers_to("batch.id", ondelete="CASCADE"), primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    answers: Mapped[Document]
    keyed_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    keyed_at: Mapped[Moment]
