"""Surveys in the field, and the ways into them: collectors, invitations, batches of paper or files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.storage.models.base import Base
from survey_app.storage.models.campaigns import Campaign, Posting
from survey_app.storage.models.metrics import MetricRule
from survey_app.storage.models.oversight import Unsealing
from survey_app.storage.models.questionnaires import QuestionnaireVersion
from survey_app.storage.models.units import Unit
from survey_app.storage.types import Key, LongWords, Moment, Name, Sha256, UtcDateTime, one_of, refers_to
from survey_app.words import (
    Anonymity,
    Audience,
    BatchState,
    CollectorState,
    InvitationState,
    Mode,
    Purpose,
    SurveyState,
)


class Survey(Base):
    """测评: a published version in the field for a campaign.

    `wave` is the month of a return visit (1, 3, 6) or None. `threshold` is the smallest group that is shown.
    A sealed survey shows nobody a result before it closes, or before `unsealing` says that its seal was opened.
    Without dates it is open while its state says so.
    `closed_at` is when it was last closed by hand, None while it is not; `tidied_at` is when what could tie an
    answer to something outside was last removed; `erased_at` is when its responses were erased for good.
    """

    __tablename__ = "survey"
    __table_args__ = (
        one_of("purpose", Purpose, "purpose"),
        one_of("state", SurveyState, "state"),
        one_of("anonymity", Anonymity, "anonymity"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("threshold >= 1", name="threshold_positive"),
        CheckConstraint("wave > 0", name="wave_positive"),
        CheckConstraint("(purpose = 'return_visit') = (wave IS NOT NULL)", name="wave_of_return_visit"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(refers_to("campaign.id"), index=True)
    version_id: Mapped[int] = mapped_column(refers_to("questionnaire_version.id"))
    title: Mapped[Name]
    title_en: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(String(30))
    wave: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), default=SurveyState.PREPARED)
    anonymity: Mapped[str] = mapped_column(String(20), default=Anonymity.ANONYMOUS)
    threshold: Mapped[int] = mapped_column(default=5)
    is_sealed: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tidied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rate_rule_id: Mapped[int] = mapped_column(refers_to("metric_rule.id"))
    strict_rule_id: Mapped[int] = mapped_column(refers_to("metric_rule.id"))
    index_rule_id: Mapped[int] = mapped_column(refers_to("metric_rule.id"))
    nps_rule_id: Mapped[int | None] = mapped_column(refers_to("metric_rule.id"))
    created_at: Mapped[Moment]

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    version: Mapped[QuestionnaireVersion] = relationship(lazy="raise")
    collectors: Mapped[list[Collector]] = relationship(
        lazy="raise", order_by="Collector.id", back_populates="survey"
    )
    rate_rule: Mapped[MetricRule] = relationship(lazy="raise", foreign_keys=rate_rule_id)
    strict_rule: Mapped[MetricRule] = relationship(lazy="raise", foreign_keys=strict_rule_id)
    index_rule: Mapped[MetricRule] = relationship(lazy="raise", foreign_keys=index_rule_id)
    # None: the one that we ship, with which surveys start.
    nps_rule: Mapped[MetricRule | None] = relationship(lazy="raise", foreign_keys=nps_rule_id)
    # Whether a seal still holds is asked wherever a survey is shown: nobody is to forget to load it.
    unsealing: Mapped[Unsealing | None] = relationship(lazy="selectin")


class Collector(Base):
    """收集码: one QR or link. What it knows (posting, unit, audience) is never asked again.

    `code` is upper-case without look-alike characters and cannot be guessed. A collector may move to another
    posting: responses, batches and invitations keep the posting that they were given, filled in or handed out
    under, and `FormerPlace` that people were asked there.
    """

    __tablename__ = "collector"
    __table_args__ = (
        UniqueConstraint("code"),
        one_of("audience", Audience, "audience"),
        one_of("state", CollectorState, "state"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("quota > 0", name="quota_positive"),
        CheckConstraint("length(code) >= 8", name="code_long_enough"),
        Index(
            "uq_collector_survey_posting_audience",
            "survey_id",
            "posting_id",
            "audience",
            unique=True,
            sqlite_where=text("posting_id IS NOT NULL AND label = ''"),
            postgresql_where=text("posting_id IS NOT NULL AND label = ''"),
        ),
    )

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"), index=True)
    code: Mapped[str] = mapped_column(String(24))
    posting_id: Mapped[int | None] = mapped_column(refers_to("posting.id"), index=True)
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"), index=True)
    audience: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(100), default="")
    state: Mapped[str] = mapped_column(String(20), default=CollectorState.OPEN)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quota: Mapped[int | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    needs_invitation: Mapped[bool] = mapped_column(default=False)
    once_per_device: Mapped[bool] = mapped_column(default=True)
    is_kiosk: Mapped[bool] = mapped_column(default=False)
    note: Mapped[LongWords]
    created_at: Mapped[Moment]

    survey: Mapped[Survey] = relationship(lazy="raise", back_populates="collectors")
    posting: Mapped[Posting | None] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")


class FormerPlace(Base):
    """A posting at which people were asked through a collector before it was moved: they go on being counted."""

    __tablename__ = "former_place"
    __table_args__ = (UniqueConstraint("collector_id", "posting_id"),)

    id: Mapped[Key]
    collector_id: Mapped[int] = mapped_column(refers_to("collector.id"))
    posting_id: Mapped[int] = mapped_column(refers_to("posting.id"), index=True)
    until: Mapped[Moment]


class Invitation(Base):
    """一次性码. Only a keyed hash of the code is kept, and never when it was used.

    Whether it can still be used is told by its row in `open_invitation`. `state` follows later, for many at once:
    PostgreSQL keeps in every row which transaction wrote it, and one that is written together with a response
    would name it. For the same reason nothing that takes a response may update or lock a row here.
    `posting_id` is where the collector stood when it was handed out.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        UniqueConstraint("collector_id", "serial"),
        one_of("state", InvitationState, "state"),
        CheckConstraint("serial > 0", name="serial_positive"),
    )

    id: Mapped[Key]
    collector_id: Mapped[int] = mapped_column(refers_to("collector.id"))
    posting_id: Mapped[int | None] = mapped_column(refers_to("posting.id"), index=True)
    serial: Mapped[int]
    code_hash: Mapped[Sha256]
    state: Mapped[str] = mapped_column(String(20), default=InvitationState.UNUSED)
    issued_at: Mapped[Moment]
    replaces_id: Mapped[int | None] = mapped_column(refers_to("invitation.id"))


class OpenInvitation(Base):
    """An invitation that can still be used: using it deletes the row, which leaves no row that could tell."""

    __tablename__ = "open_invitation"

    invitation_id: Mapped[int] = mapped_column(
        refers_to("invitation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class Batch(Base):
    """Ballots that came in together, on paper, by telephone or in a file, with the totals that must reconcile.

    `file_sha256` makes importing the same file twice visible. Counts are None until somebody states them.
    Posting and unit are those of the collector when the ballots came in: they stay when it is moved.
    """

    __tablename__ = "batch"
    __table_args__ = (
        one_of("mode", Mode, "mode"),
        one_of("state", BatchState, "state"),
        CheckConstraint(
            "issued >= 0 AND returned >= 0 AND spoilt >= 0 AND abstained >= 0", name="counts_not_negative"
        ),
        CheckConstraint("returned <= issued", name="returned_within_issued"),
        CheckConstraint("spoilt + abstained <= returned", name="spoilt_within_returned"),
    )

    id: Mapped[Key]
    collector_id: Mapped[int] = mapped_column(refers_to("collector.id"), index=True)
    posting_id: Mapped[int | None] = mapped_column(refers_to("posting.id"), index=True)
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"), index=True)
    mode: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default=BatchState.OPEN)
    label: Mapped[Name]
    issued: Mapped[int | None]
    returned: Mapped[int | None]
    spoilt: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[LongWords]
    created_at: Mapped[Moment]
    created_by: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))

    unit: Mapped[Unit] = relationship(lazy="raise")


class KeptWorkbook(Base):
    """The workbook of a campaign's figures as it stood when one of its surveys' responses were erased."""

    __tablename__ = "kept_workbook"
    __table_args__ = (UniqueConstraint("survey_id"),)

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(refers_to("survey.id"))
    file_name: Mapped[Name]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Moment]
