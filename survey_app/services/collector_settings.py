"""What an organiser may set on a collector: times, quota, password, the way in, a note. Each change is audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey_app.services import collectors
from survey_app.services.access import Actor
from survey_app.services.context import Database
from survey_app.storage.models import Collector
from survey_app.storage.queries import surveys as queries


class Entry(StrEnum):
    """How people come in: with the link, with a single-use code, or one after another at a tablet."""

    LINK = "link"
    INVITATION = "invitation"
    KIOSK = "kiosk"


class EntryFixed(Exception):
    """Answers have come in already, and whether they came by invitation decides what participation means."""


class PasswordTooShort(Exception):
    """A password of so few signs is guessed at once."""


SHORTEST_PASSWORD = 4
LONGEST_PASSWORD = 64
"""A word on the workshop's notice board, typed on a phone: attempts are limited, so it need not be long."""


@dataclass(frozen=True, slots=True)
class CollectorSettings:
    """What can be set, as it is to be. Moments are aware; `quota` None means without limit."""

    label: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    quota: int | None = None
    entry: Entry = Entry.LINK
    once_per_device: bool = True
    note: str = ""


def entry_of(collector: Collector) -> Entry:
    """Return how people come in through a collector."""
    if collector.needs_invitation:
        return Entry.INVITATION
    return Entry.KIOSK if collector.is_kiosk else Entry.LINK


def settings_of(collector: Collector) -> CollectorSettings:
    """Return the settings of a collector as they are."""
    return CollectorSettings(
        label=collector.label,
        opens_at=collector.opens_at,
        closes_at=collector.closes_at,
        quota=collector.quota,
        entry=entry_of(collector),
        once_per_device=collector.once_per_device,
        note=collector.note,
    )


def change(
    database: Database,
    *,
    actor: Actor,
    collector_id: int,
    settings: CollectorSettings,
    password: str = "",
    without_password: bool = False,
    now: datetime,
) -> Collector:
    """Set all of it at once; `password` empty leaves the password as it is, `without_password` takes it away.

    Raises `NotFound`, `EntryFixed`, `PasswordTooShort`, or `ConstraintViolated` for a closing time before the
    opening time, and for a second collector of the posting and audience without a label.
    """
    if password and len(password.strip()) < SHORTEST_PASSWORD:
        raise PasswordTooShort
    with database.transaction() as session:
        found = collectors.readable(session, actor=actor, collector_id=collector_id, for_change=True)
        before = _written(found)
        needs_invitation = settings.entry == Entry.INVITATION
        if needs_invitation != found.needs_invitation and queries.has_responses(session, found):
            raise EntryFixed
        found.label, found.note = settings.label, settings.note
        found.opens_at, found.closes_at, found.quota = settings.opens_at, settings.closes_at, settings.quota
        found.needs_invitation, found.is_kiosk = needs_invitation, settings.entry == Entry.KIOSK
        found.once_per_device = settings.once_per_device
        password_deed = _set_password(found, password, without_password=without_password)
        after = _written(found)
        detail: dict[str, object] = {
            name: {"before": before[name], "after": after[name]} for name in after if after[name] != before[name]
        }
        if password_deed:
            detail["password"] = password_deed
        if detail:
            session.flush()
            collectors.record(session, actor, "collector_changed", found, found.survey, now, **detail)
    return found


def _set_password(collector: Collector, password: str, *, without_password: bool) -> str:
    """Set or remove the password; return the word for it in the log, which never holds the password or its hash."""
    if password:
        deed = "changed" if collector.password_hash else "set"
        collector.password_hash = collectors.hashed_password(password)
        return deed
    if without_password and collector.password_hash:
        collector.password_hash = None
        return "removed"
    return ""


def _written(collector: Collector) -> dict[str, str | int | bool | None]:
    """Return what the audit log may show of a collector's settings."""
    return {
        "label": collector.label,
        "opens_at": collector.opens_at.isoformat() if collector.opens_at else None,
        "closes_at": collector.closes_at.isoformat() if collector.closes_at else None,
        "quota": collector.quota,
        "entry": entry_of(collector).value,
        "once_per_device": collector.once_per_device,
        "note": collector.note,
    }
