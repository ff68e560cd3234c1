"""The closed vocabularies that tables, services and pages share. Values are stored; labels are translations."""

from __future__ import annotations

from enum import StrEnum


class UnitKind(StrEnum):
    """Level of a node of the union tree."""

    FEDERATION = "federation"
    DISTRICT = "district"
    INDUSTRY = "industry"
    ENTERPRISE = "enterprise"
    BRANCH = "branch"
    WORKSHOP = "workshop"


class PostingMode(StrEnum):
    """How a team is present: 驻企蹲点, 包片挂点, 进班到点."""

    STATIONED = "stationed"
    AREA = "area"
    WORKSHOP = "workshop"


class Bound(StrEnum):
    """How exact a reported count is: exact, 多/余 (at least), 约 (about), 近 (less than)."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    ABOUT = "about"
    LESS_THAN = "less_than"


class MemberRole(StrEnum):
    """Place in a work team."""

    LEADER = "leader"
    MEMBER = "member"


class Audience(StrEnum):
    """Who answers: workers, the enterprise's management, the grassroots union. Never silently pooled."""

    WORKERS = "workers"
    ENTERPRISE = "enterprise"
    GRASSROOTS_UNION = "grassroots_union"


class Purpose(StrEnum):
    """Why a survey is in the field."""

    ACTIVITY_EVALUATION = "activity_evaluation"
    RETURN_VISIT = "return_visit"
    SERVICE_REVIEW = "service_review"
    AWARENESS = "awareness"
    PULSE = "pulse"
    CASE_REVIEW = "case_review"
    MEMBER_VOTE = "member_vote"
    OTHER = "other"


class SurveyState(StrEnum):
    """Life of a survey; a paused one says so to workers, a closed one takes nothing."""

    PREPARED = "prepared"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class SealEnd(StrEnum):
    """How the results of a sealed survey came out: as announced, by closing it early, or by lifting the seal."""

    ENDED = "ended"
    CLOSED_EARLY = "closed_early"
    LIFTED = "lifted"


class Anonymity(StrEnum):
    """What connects a response with a person: nothing, several answers together where few are asked, or a name."""

    ANONYMOUS = "anonymous"
    DE_IDENTIFIED = "de_identified"
    NAMED = "named"


class CollectorState(StrEnum):
    """Whether a collector takes responses."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Mode(StrEnum):
    """How a response came in."""

    WEB = "web"
    KIOSK = "kiosk"
    PAPER = "paper"
    PHONE = "phone"
    IMPORT = "import"


class InvitationState(StrEnum):
    """Life of a single-use code. When it was used is not kept."""

    UNUSED = "unused"
    USED = "used"
    REVOKED = "revoked"


class BatchState(StrEnum):
    """A batch counts once its totals reconcile."""

    OPEN = "open"
    RECONCILED = "reconciled"


class BallotKind(StrEnum):
    """What a paper ballot that was keyed is: one with answers, a spoilt one (废票), one handed in blank (弃权)."""

    VALID = "valid"
    SPOILT = "spoilt"
    BLANK = "blank"


class VisitState(StrEnum):
    """State of a return visit. Overdue follows from the due date, and is not stored."""

    PLANNED = "planned"
    SCHEDULED = "scheduled"
    DONE = "done"
    CANCELLED = "cancelled"


class CaseSource(StrEnum):
    """Where a case was raised."""

    RESPONSE = "response"
    VISIT = "visit"
    TALK = "talk"
    SERVICE_REVIEW = "service_review"
    OTHER = "other"


class CaseStep(StrEnum):
    """The six steps of 说事解事: 问事, 说事, 议事, 办事, 评事, 查事; then closed."""

    ASK = "ask"
    TELL = "tell"
    DISCUSS = "discuss"
    ACT = "act"
    REVIEW = "review"
    INSPECT = "inspect"
    CLOSED = "closed"


class Role(StrEnum):
    """What a user may do, within one unit's subtree."""

    ADMINISTRATOR = "administrator"
    ORGANISER = "organiser"
    TEAM_MEMBER = "team_member"
    LEADER = "leader"
    KEYER = "keyer"


class CommentState(StrEnum):
    """What a person has decided about a comment: nothing yet, that it may be read by others, or that it may not."""

    WAITING = "waiting"
    RELEASED = "released"
    HELD = "held"


class WithoutAudience(StrEnum):
    """What a composite is where an audience has no figure: of the others, weighed anew, or nothing."""

    RENORMALISE = "renormalise"
    NOTHING = "nothing"
