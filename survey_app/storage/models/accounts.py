"""Users, what they may do where, attempts that are limited, and the audit log."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.storage.models.base import Base
from survey_app.storage.models.units import Unit
from survey_app.storage.types import Code, Document, Key, Moment, Name, UtcDateTime, one_of, refers_to
from survey_app.words import Role


class User(Base):
    """A person who signs in. `session_epoch` goes up to end all the person's sessions.

    `one_time_until` is when a one-time password can be used no more; None once the person has chosen one.
    """

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("username"),)

    id: Mapped[Key]
    username: Mapped[Code]
    name: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    one_time_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    locale: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[Moment]
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    grants: Mapped[list[RoleGrant]] = relationship(
        lazy="raise", order_by="RoleGrant.id", cascade="all, delete-orphan"
    )


class RoleGrant(Base):
    """A role held in the subtree of one unit."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "unit_id"), one_of("role", Role, "role"))

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(refers_to("user_account.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(refers_to("unit.id"), index=True)

    unit: Mapped[Unit] = relationship(lazy="raise")


class AccessToken(Base):
    """A personal token that reads results as its owner may, until it expires. Only its hash is kept."""

    __tablename__ = "access_token"
    __table_args__ = (UniqueConstraint("hash"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(refers_to("user_account.id", ondelete="CASCADE"), index=True)
    name: Mapped[Name]
    hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Throttle(Base):
    """Attempts in a window of time. `bucket` is a keyed hash, so that no address or name is kept."""

    __tablename__ = "throttle"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[Moment] = mapped_column(index=True)


class AuditEntry(Base):
    """Who did what to what, when. Rows are only ever added. `detail` holds no answers and no passwords."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_subject", "subject_kind", "subject_id"),)

    id: Mapped[Key]
    at: Mapped[Moment] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(refers_to("user_account.id", ondelete="SET NULL"))
    action: Mapped[Code]
    subject_kind: Mapped[Code]
    subject_id: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int | None] = mapped_column(refers_to("unit.id"))
    detail: Mapped[Document]
