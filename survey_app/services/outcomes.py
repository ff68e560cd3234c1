"""What became of single-use codes that nobody used, counted by an organiser: for AAPOR's response rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey_app.scoring.participation import Outcomes
from survey_app.services import collectors, floors, surveys
from survey_app.services.access import Actor, NotFound
from survey_app.services.context import Database
from survey_app.storage.models import InvitationOutcome, Survey
from survey_app.storage.queries import declared as queries
from survey_app.words import Audience


class TooManyCounted(ValueError):
    """More codes are accounted for than are left unused; `most` are."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


@dataclass(frozen=True, slots=True)
class Codes:
    """The single-use codes of an audience: how many were given out, how many ballots came in with them."""

    issued: int
    used: int
    outcomes: Outcomes

    @property
    def unused(self) -> int:
        """Codes that can be accounted for."""
        return max(0, self.issued - self.used)


def codes(database: Database, *, actor: Actor, survey_id: int) -> tuple[Survey, dict[Audience, Codes]]:
    """Return the codes of a survey, by each audience that it asks. Raises `NotFound`."""
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        issued, used = queries.codes_issued(session, survey_id), queries.ballots_by_code(session, survey_id)
        kept = floors.outcomes(session, [survey_id]).get(survey_id, {})
    return survey, {
        audience: Codes(issued.get(audience, 0), used.get(audience, 0), kept.get(audience, Outcomes()))
        for audience in collectors.in_order(each.audience for each in survey.collectors)
    }


def keep(
    database: Database, *, actor: Actor, survey_id: int, audience: Audience, outcomes: Outcomes, now: datetime
) -> None:
    """Enter what became of unused codes, in the audit log with what stood there.

    Raises `NotFound`, also where no code was given out, and `TooManyCounted`.
    """
    with database.transaction() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id, for_change=True)
        issued = queries.codes_issued(session, survey_id).get(audience, 0)
        if not issued:
            raise NotFound
        most = max(0, issued - queries.ballots_by_code(session, survey_id).get(audience, 0))
        if outcomes.counted > most:
            raise TooManyCounted(most)
        row = queries.outcome(session, survey_id, audience)
        before = Outcomes() if row is None else floors.outcomes_of(row)
        if before == outcomes:
            return
        row = row or InvitationOutcome(survey_id=survey_id, audience=audience)
        row.not_contacted, row.refused = outcomes.not_contacted, outcomes.refused
        row.ineligible, row.unknown = outcomes.ineligible, outcomes.unknown
        share = outcomes.eligible_share
        row.eligible_percent = None if share is None else floors.percent(share)
        row.made_at, row.made_by = now, actor.user_id
        session.add(row)
        surveys.record(
            session, actor, "invitation_outcomes_counted", survey, now,
            audience=audience.value, before=_plain(before), after=_plain(outcomes),
        )  # fmt: skip


def _plain(outcomes: Outcomes) -> dict[str, object]:
    share = outcomes.eligible_share
    return {
        "not_contacted": outcomes.not_contacted,
        "refused": outcomes.refused,
        "ineligible": outcomes.ineligible,
        "unknown": outcomes.unknown,
        "eligible_percent": None if share is None else str(floors.percent(share)),
    }
