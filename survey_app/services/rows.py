"""The rows that verbs return. Pages take their types from here, not from storage."""

from survey_app.storage.models import (
    ActivityKind,
    ActivityRecord,
    AuditEntry,
    Campaign,
    Collector,
    Member,
    Posting,
    ReturnVisit,
    RoleGrant,
    Round,
    Survey,
    Unit,
    User,
    WorkTeam,
)

__all__ = [
    "ActivityKind",
    "ActivityRecord",
    "AuditEntry",
    "Campaign",
    "Collector",
    "Member",
    "Posting",
    "ReturnVisit",
    "RoleGrant",
    "Round",
    "Survey",
    "Unit",
    "User",
    "WorkTeam",
]
