"""What the notice promises about keeping: ties to answers removed, ballots erased when their time is up.

`tidy` runs when the server starts, once a day, and by hand. It works on a few rows at a time, so that nobody who
sends waits for long, and may be interrupted anywhere: the next run goes on. Erasing ballots is an administrator's
deed, once their time is up: it keeps the workbook of the figures as they stood, and the results say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey_app.analysis.store import ColumnStore
from survey_app.services import interviews, surveys, unsealing
from survey_app.services.access import SYSTEM, Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.days import months_after, today
from survey_app.services.evaluate import DatabaseSource
from survey_app.services.seals import closed_since
from survey_app.storage.models import KeptWorkbook, Survey
from survey_app.storage.queries import results
from survey_app.storage.queries import retention as queries
from survey_app.storage.session import Session
from survey_app.words import SurveyState

GRACE = timedelta(days=6)
"""From closing until ties are removed. The notice says "within 7 days", and `tidy` comes by once a day."""


class NotDue(Exception):
    """The ballots are to be kept until `due_on`; None while the survey is not closed."""

    def __init__(self, due_on: date | None) -> None:
        super().__init__(str(due_on))
        self.due_on = due_on


@dataclass(frozen=True, slots=True)
class Tidied:
    """What a run of `tidy` removed: ties of responses and codes in `surveys`, answers so far, erased ballots."""

    surveys: int
    responses: int
    codes: int
    partials: int
    erased: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long ballots are kept. `due_on` is when they are to be erased; None while their survey is not closed."""

    months: int
    due_on: date | None
    is_overdue: bool
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Erased:
    """A survey whose ballots were erased, and whether the workbook of its figures was kept."""

    survey: Survey
    has_workbook: bool


def keeping(survey: Survey, *, months: int, now: datetime) -> Keeping:
    """Return how long the ballots of a survey are kept, `months` from closing, and whether their time is up."""
    since = closed_since(survey, now)
    due_on = months_after(today(since), months) if since is not None else None
    is_overdue = due_on is not None and survey.erased_at is None and due_on <= today(now)
    return Keeping(months, due_on, is_overdue, survey.erased_at)


def tidy(database: Database, columns: ColumnStore, *, now: datetime) -> Tidied:
    """Remove everything whose time is up, but for ballots that nobody has decided to erase.

    In surveys that closed `GRACE` ago: responses get other random ids, so that no phone, log or page knows one any
    more, and of codes that were used or revoked nothing is kept. Everywhere: answers so far that have expired, and
    what is left of ballots whose erasure was interrupted. A reopened survey counts as open. Also puts the seals
    that closing times have opened, and the interviews of past days, into the audit log.
    """
    partials = _all(database, lambda session: queries.purge_partials(session, now))
    with database.transaction() as session:
        queries.purge_attempts(session, now)
    unsealing.record_ends(database, now=now)
    interviews.log_days(database, now=now)
    with database.reading() as session:
        known = queries.surveys(session)
    erased = sum(_erase(database, survey.id) for survey in known if survey.erased_at is not None)
    due = [survey.id for survey in known if _is_due(survey, now)]
    done = [counts for survey_id in due if (counts := _tidy_survey(database, survey_id, now)) is not None]
    _drop_old_columns(database, columns)
    return Tidied(
        surveys=len(done),
        responses=sum(responses for responses, _ in done),
        codes=sum(codes for _, codes in done),
        partials=partials,
        erased=erased,
    )


def erase(
    database: Database,
    columns: ColumnStore,
    *,
    actor: Actor,
    survey_id: int,
    workbook: bytes | None,
    file_name: str,
    months: int,
    now: datetime,
) -> int:
    """Erase the ballots of a survey whose time is up, for good; return how many there were.

    `workbook` holds the figures as they stand, which outlast the ballots; None where there are none. The survey
    is closed for ever. Doing it again only ends what was interrupted. Raises `NotFound` or `NotDue`.
    """
    with database.transaction() as session:
        survey = _erasable(session, actor, survey_id, for_change=True)
        plan = keeping(survey, months=months, now=now)
        count = queries.response_count(session, survey.id)
        if survey.erased_at is None:
            if not plan.is_overdue:
                raise NotDue(plan.due_on)
            if workbook is not None:
                queries.keep_workbook(
                    session, survey_id=survey.id, file_name=file_name, content=workbook, made_at=now
                )
            survey.closed_at = closed_since(survey, now)
            survey.state = SurveyState.CLOSED
            survey.erased_at = now
            queries.erase_keyed(session, survey.id)
            surveys.record(session, actor, "responses_erased", survey, now, responses=count)
    _erase(database, survey_id)
    _drop_old_columns(database, columns)
    return count


def erasable(database: Database, *, actor: Actor, survey_id: int) -> tuple[Survey, int]:
    """Return a survey and the number of its responses, for those who may erase them. Raises `NotFound`."""
    with database.reading() as session:
        return _erasable(session, actor, survey_id), queries.response_count(session, survey_id)


def erased(database: Database, *, campaign_id: int) -> Sequence[Erased]:
    """Return the surveys of a campaign whose ballots were erased; for who may read its results."""
    with database.reading() as session:
        return [
            Erased(survey, has_workbook) for survey, has_workbook in queries.erased_surveys(session, campaign_id)
        ]


def kept_workbook(database: Database, *, actor: Actor, campaign_id: int, survey_id: int) -> KeptWorkbook:
    """Return the workbook that was kept of a survey whose ballots were erased. Raises `NotFound`."""
    with database.reading() as session:
        campaign = results.campaign(session, campaign_id)
        if campaign is None or not actor.may(Permission.READ_RESULTS, campaign.unit.path):
            raise NotFound
        found = queries.kept_workbook(session, campaign_id=campaign_id, survey_id=survey_id)
    if found is None:
        raise NotFound
    return found


def _erasable(session: Session, actor: Actor, survey_id: int, *, for_change: bool = False) -> Survey:
    survey = queries.survey(session, survey_id, for_change=for_change)
    if survey is None or not actor.may(Permission.ERASE, survey.campaign.unit.path):
        raise NotFound
    return survey


def _is_due(survey: Survey, now: datetime) -> bool:
    since = closed_since(survey, now)
    if since is None or since + GRACE > now:
        return False
    return survey.tidied_at is None or survey.tidied_at < since + GRACE


def _tidy_survey(database: Database, survey_id: int, now: datetime) -> tuple[int, int] | None:
    """Remove the ties of one survey; return how many responses and codes it was, None if it was reopened meanwhile.

    The columns on disk know responses by their ids, and need new files once ids have changed: that is told by
    `tidied_at`, in the transaction that renews the ids by which voided responses are known.
    """
    with database.reading() as session:
        portions = list(queries.submission_ids(session, survey_id))
        codes = queries.codes_out_of_use(session, survey_id)
    for ids in portions:
        with database.transaction() as session:
            queries.renew_ids(session, ids)
    for start in range(0, len(codes), queries.AT_ONCE):
        with database.transaction() as session:
            queries.forget_codes(session, codes[start : start + queries.AT_ONCE])
    with database.transaction() as session:
        survey = queries.survey(session, survey_id, for_change=True)
        if survey is None or not _is_due(survey, now):
            return None
        queries.renew_voided(session, survey_id)
        survey.tidied_at = now
        responses = sum(map(len, portions))
        surveys.record(session, SYSTEM, "survey_tidied", survey, now, responses=responses, codes=len(codes))
    return responses, len(codes)


def _erase(database: Database, survey_id: int) -> int:
    _all(database, lambda session: queries.erase_comments(session, survey_id))
    return _all(database, lambda session: queries.erase_responses(session, survey_id))


def _all(database: Database, some: Callable[[Session], int]) -> int:
    """Remove some in each transaction until nothing is left; return how many went."""
    total = 0
    while True:
        with database.transaction() as session:
            count = some(session)
        total += count
        if count < queries.AT_ONCE:
            return total


def _drop_old_columns(database: Database, columns: ColumnStore) -> None:
    """Remove the columns on this machine that hold erased responses or ids that are gone."""
    with database.reading() as session:
        columns.keep_only(
            {
                survey.id: DatabaseSource.of(session, database, survey).identity
                for survey in queries.surveys(session)
                if survey.erased_at is None
            }
        )
