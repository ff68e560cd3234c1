"""All tables, one module per group of words in DESIGN's table."""

from survey_app.storage.models.accounts import AccessToken, AuditEntry, RoleGrant, Throttle, User
from survey_app.storage.models.base import Base
from survey_app.storage.models.campaigns import (
    ActivityKind,
    ActivityRecord,
    Campaign,
    Member,
    Posting,
    Round,
    WorkTeam,
)
from survey_app.storage.models.cases import Case, CaseEvent
from survey_app.storage.models.comments import Comment, CommentReading, CommentTheme
from survey_app.storage.models.declared import Composite, InvitationOutcome, KnownTotal, ParticipationFloor
from survey_app.storage.models.metrics import Indicator, MetricRule
from survey_app.storage.models.oversight import InterviewCount, ProxyLimits, Resumption, Unsealing
from survey_app.storage.models.paper import KeyedBallot, PaperBatch
from survey_app.storage.models.questionnaires import DraftEdit, Questionnaire, QuestionnaireVersion
from survey_app.storage.models.responses import Erasure, PartialResponse, Response, Voiding
from survey_app.storage.models.surveys import (
    Batch,
    Collector,
    FormerPlace,
    Invitation,
    KeptWorkbook,
    OpenInvitation,
    Survey,
)
from survey_app.storage.models.units import Unit, UnitPlacement
from survey_app.storage.models.visits import ReturnVisit

__all__ = [
    "AccessToken",
    "ActivityKind",
    "ActivityRecord",
    "AuditEntry",
    "Base",
    "Batch",
    "Campaign",
    "Case",
    "CaseEvent",
    "Collector",
    "Comment",
    "CommentReading",
    "CommentTheme",
    "Composite",
    "DraftEdit",
    "Erasure",
    "FormerPlace",
    "Indicator",
    "InterviewCount",
    "Invitation",
    "InvitationOutcome",
    "KeptWorkbook",
    "KeyedBallot",
    "KnownTotal",
    "Member",
    "MetricRule",
    "OpenInvitation",
    "PaperBatch",
    "PartialResponse",
    "ParticipationFloor",
    "Posting",
    "ProxyLimits",
    "Questionnaire",
    "QuestionnaireVersion",
    "Response",
    "Resumption",
    "ReturnVisit",
    "RoleGrant",
    "Round",
    "Survey",
    "Throttle",
    "Unit",
    "UnitPlacement",
    "Unsealing",
    "User",
    "Voiding",
    "WorkTeam",
]
