"""Collecting responses: what a code stands for, whether it takes answers, and the one way to store them.

Acknowledged means committed, exactly once: the submission id that the page was given is the response's key, and
a second arrival changes nothing. No address, device or person is read here, and nothing that was answered is
logged.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

from survey_app.questionnaire import answers, codec
from survey_app.questionnaire.answers import AnswerProblem, Cleaned
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.general import in_general
from survey_app.questionnaire.text import Text
from survey_app.services import door, invitations
from survey_app.services.collectors import normalised_code
from survey_app.services.context import Database
from survey_app.services.door import Shown
from survey_app.services.invitations import NotUsable
from survey_app.storage.models import QuestionnaireVersion
from survey_app.storage.queries import collecting as queries
from survey_app.storage.session import Session
from survey_app.words import CollectorState, Mode, SurveyState

CONSENT = "consent-given"
"""Where the raw input of a page says that its consent box was ticked. No question's code has a hyphen."""

INVITATION = "invitation-code"
"""The place of a problem with the single-use code that came with the answers."""

LONGEST = 3600
"""Most seconds of answering that are kept; past it somebody left the page open."""


class Reason(StrEnum):
    """Why a collector takes no answers now."""

    UNKNOWN = "unknown"
    NOT_YET_OPEN = "not_yet_open"
    PAUSED = "paused"
    CLOSED = "closed"
    FULL = "full"
    PASSWORD = "password"  # noqa: S105  # a word, no secret


@dataclass(frozen=True, slots=True)
class Place:
    """What a collector's code stands for. The names fill in the variables of the questionnaire's texts."""

    id: int
    survey_id: int
    code: str
    posting_id: int | None
    unit_id: int
    audience: str
    quota: int | None
    password_hash: str | None = field(repr=False)
    needs_invitation: bool
    once_per_device: bool
    is_kiosk: bool
    version_id: int
    sha256: str
    anonymity: str
    threshold: int
    wave: int | None
    is_sample: bool
    state: str
    survey_state: str
    opens_at: datetime | None
    closes_at: datetime | None
    title: Text
    campaign: Text
    organisation: Text
    unit: Text
    team: Text
    posted_from: date | None
    posted_to: date | None


class Source(Protocol):
    """What a response takes from its collector, as it is at that moment: a `Collector` or a `Place`."""

    @property
    def id(self) -> int:
        """Key of the collector."""

    @property
    def survey_id(self) -> int:
        """Its survey."""

    @property
    def posting_id(self) -> int | None:
        """Its posting, if it has one."""

    @property
    def unit_id(self) -> int:
        """Its unit."""

    @property
    def audience(self) -> str:
        """Who answers through it."""


class NotTaking(Exception):
    """The code takes no answers: why, what it stands for (None: nothing), and from when it will, if known."""

    def __init__(self, reason: Reason, place: Place | None = None, opens_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place
        self.opens_at = opens_at


class InvalidAnswers(Exception):
    """The answers cannot be taken as they are; `cleaned.problems` says why."""

    def __init__(self, cleaned: Cleaned, place: Place, questionnaire: Questionnaire) -> None:
        super().__init__(f"{len(cleaned.problems)} problems")
        self.cleaned = cleaned
        self.place = place
        self.questionnaire = questionnaire


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answers under this submission id are on disk."""

    submission_id: UUID
    place: Place
    questionnaire: Questionnaire


class _Decoded:
    """The questionnaires decoded last. The key is the content's hash, so an entry can never be out of date."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Questionnaire] = OrderedDict()
        self._lock = Lock()

    def get(self, sha256: str) -> Questionnaire | None:
        """Return the questionnaire with this hash if it is here."""
        with self._lock:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
            return self._kept.get(sha256)

    def keep(self, sha256: str, questionnaire: Questionnaire) -> Questionnaire:
        """Keep a questionnaire, and forget the one that was not asked for longest."""
        with self._lock:
            self._kept[sha256] = questionnaire
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return questionnaire


_DECODED = _Decoded(128)
_GENERAL = _Decoded(128)


def questionnaire_of(version: QuestionnaireVersion) -> Questionnaire:
    """Return the questionnaire that was published, decoded once for each content."""
    return _DECODED.get(version.sha256) or _DECODED.keep(version.sha256, codec.loads(version.definition))


def general_questionnaire_of(version: QuestionnaireVersion) -> Questionnaire:
    """Return the same in general words, as results name its questions: each place has its own unit and team."""
    return _GENERAL.get(version.sha256) or _GENERAL.keep(version.sha256, in_general(questionnaire_of(version)))


def find(
    database: Database, *, code: str, now: datetime, key: str = "", shown: Shown = door.NOTHING
) -> tuple[Place, Questionnaire]:
    """Return what a code stands for and asks. Writes nothing. Raises `NotTaking`.

    `key` is the application's secret key, which passes are signed with.
    """
    with database.reading() as session:
        place = place_of(session, code)
        require_taking(session, place, now)
        require_entry(place, key, shown, now)
        return place, questionnaire_at(session, place)


def submit(
    database: Database,
    *,
    code: str,
    submission_id: UUID,
    raw: Mapping[str, Sequence[str]],
    locale: str,
    mode: Mode,
    now: datetime,
    seconds: int | None = None,
    key: str = "",
    shown: Shown = door.NOTHING,
) -> Receipt:
    """Take one respondent's answers; they are committed when this returns. The way in for web responses.

    `raw` maps field codes to what was given, and `CONSENT` to a value if the box was ticked; `shown` is what the
    collector's door asks for, checked with the application's secret `key`. The same id again is answered the same
    whatever has changed since, and nothing more is stored. Raises `NotTaking` or `InvalidAnswers`.
    """
    with database.transaction() as session:
        place = place_of(session, code)
        receipt = Receipt(submission_id, place, questionnaire_at(session, place))
        try:
            require_taking(session, place, now, hold=True)
            require_entry(place, key, shown, now)
            cleaned = clean(place, receipt.questionnaire, raw, missing_invitation(place, shown))
        except (NotTaking, InvalidAnswers):
            if queries.is_stored(session, submission_id):
                return receipt
            raise
        is_new = store(
            session,
            collector=place,
            version_id=place.version_id,
            cleaned=cleaned,
            response_id=submission_id,
            mode=mode_at(place, mode),
            locale=locale,
            received_at=now,
            seconds=seconds,
        )
        if is_new:
            redeem(session, receipt, cleaned, key, shown)
    return receipt


def store(
    session: Session,
    *,
    collector: Source,
    version_id: int,
    cleaned: Cleaned,
    response_id: UUID,
    mode: Mode,
    locale: str,
    received_at: datetime,
    seconds: int | None = None,
    batch_id: int | None = None,
    stored_at: datetime | None = None,
) -> bool:
    """Insert one response, whatever way it came in; False when one with this id is there already.

    `received_at` is cut to ten minutes, so that the moment does not give a person away; `seconds` of answering
    are capped at an hour. Who stores what was received before says when (`stored_at`): figures find it by that.
    """
    return queries.insert_response(
        session,
        {
            **own_values(cleaned, response_id, mode, locale, received_at, seconds),
            "survey_id": collector.survey_id,
            "version_id": version_id,
            "collector_id": collector.id,
            "posting_id": collector.posting_id,
            "unit_id": collector.unit_id,
            "audience": collector.audience,
            "batch_id": batch_id,
            "stored_at": None if stored_at is None else _cut(stored_at),
        },
    )


def own_values(
    cleaned: Cleaned, response_id: UUID, mode: Mode, locale: str, received_at: datetime, seconds: int | None
) -> dict[str, Any]:
    """Return what a response has of its own, by column; its collector gives the rest."""
    return {
        "id": response_id,
        "mode": mode,
        "locale": locale,
        "received_at": _cut(received_at),
        "seconds": None if seconds is None else min(max(seconds, 0), LONGEST),
        "answers": dict(cleaned.answers),
    }


def _cut(moment: datetime) -> datetime:
    """Return the beginning of the ten minutes that `moment` lies in."""
    return moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)


def clean(
    place: Place,
    questionnaire: Questionnaire,
    raw: Mapping[str, Sequence[str]],
    found: Sequence[AnswerProblem] = (),
) -> Cleaned:
    """Return the cleaned answers. Raises `InvalidAnswers`; what was `found` and a missing consent come first."""
    cleaned = answers.clean(questionnaire, raw)
    problems = (*found, *missing_consent(questionnaire, raw), *cleaned.problems)
    if problems:
        raise InvalidAnswers(dataclasses.replace(cleaned, problems=problems), place, questionnaire)
    return cleaned


def missing_invitation(place: Place, shown: Shown) -> tuple[AnswerProblem, ...]:
    """Return the problem that a single-use code is asked for and none was given, or nothing."""
    if not place.needs_invitation or normalised_code(shown.invitation):
        return ()
    return (AnswerProblem(INVITATION, "missing"),)


def redeem(session: Session, receipt: Receipt, cleaned: Cleaned, key: str, shown: Shown) -> None:
    """Use the single-use code that a new response came with, as the last step of its transaction.

    Nothing says whether a code is good before a whole set of answers is there to be stored: whoever holds the list
    of codes could otherwise see who has answered just now. Raises `InvalidAnswers`, which undoes the response.
    """
    place = receipt.place
    if not place.needs_invitation:
        return
    try:
        invitations.redeem(session, key=key, collector_id=place.id, code=shown.invitation)
    except NotUsable as error:
        problem = AnswerProblem(INVITATION, error.standing)
        refused = dataclasses.replace(cleaned, problems=(problem,))
        raise InvalidAnswers(refused, place, receipt.questionnaire) from error


def mode_at(place: Place, mode: Mode) -> Mode:
    """Return how a response comes in: what is sent from a shared tablet is marked as such."""
    return Mode.KIOSK if place.is_kiosk and mode == Mode.WEB else mode


def missing_consent(questionnaire: Questionnaire, raw: Mapping[str, Sequence[str]]) -> tuple[AnswerProblem, ...]:
    """Return the problem that consent is asked for and was not given, or nothing."""
    if not questionnaire.consent or any(value.strip() for value in raw.get(CONSENT, ())):
        return ()
    return (AnswerProblem(CONSENT, "consent_required"),)


def place_of(session: Session, code: str) -> Place:
    """Return what a code stands for, whether it takes answers or not. Raises `NotTaking` when unknown."""
    row = queries.place(session, normalised_code(code))
    if row is None:
        raise NotTaking(Reason.UNKNOWN)
    values = row._asdict()
    opens_at = [each for each in (values["opens_at"], values.pop("survey_opens_at")) if each is not None]
    closes_at = [each for each in (values["closes_at"], values.pop("survey_closes_at")) if each is not None]
    values |= {"opens_at": max(opens_at, default=None), "closes_at": min(closes_at, default=None)}
    for name in ("title", "campaign", "organisation", "unit", "team"):
        values[name] = Text(values[name] or "", values.pop(f"{name}_en") or "")
    return Place(**values)


def questionnaire_at(session: Session, place: Place) -> Questionnaire:
    """Return the questionnaire asked at `place`; the definition is read only if it is not at hand."""
    return _DECODED.get(place.sha256) or questionnaire_of(queries.version(session, place.version_id))


def require_taking(session: Session, place: Place, now: datetime, *, hold: bool = False) -> None:
    """Raise `NotTaking` unless the survey and its collector take answers now.

    `hold` makes others who send to a collector with a quota wait until this transaction is over.
    """
    require_open(place, now)
    if place.quota is not None and hold:
        queries.hold(session, place.id)
    if is_full(session, place):
        raise NotTaking(Reason.FULL, place)


def is_full(session: Session, place: Place) -> bool:
    """Tell whether as many responses have come in as the collector's quota says."""
    if place.quota is None:
        return False
    return queries.count(session, survey_id=place.survey_id, collector_id=place.id) >= place.quota


def require_entry(place: Place, key: str, shown: Shown, now: datetime) -> None:
    """Raise `NotTaking` where a password is asked for and no pass that holds is shown."""
    is_in = door.may_enter(
        key, collector_id=place.id, password_hash=place.password_hash, entry=shown.entry, now=now
    )
    if not is_in:
        raise NotTaking(Reason.PASSWORD, place)


def is_open(place: Place, now: datetime) -> bool:
    """Tell whether the survey and its collector are open, whatever their quota."""
    try:
        require_open(place, now)
    except NotTaking:
        return False
    return True


def require_open(place: Place, now: datetime) -> None:
    """Raise `NotTaking` unless the survey and its collector are open now; their quota is not looked at."""
    states = {place.state, place.survey_state}
    is_over = place.closes_at is not None and place.closes_at <= now
    is_ahead = place.opens_at is not None and now < place.opens_at
    if is_over or states & {SurveyState.CLOSED, CollectorState.CLOSED}:
        raise NotTaking(Reason.CLOSED, place)
    if is_ahead or SurveyState.PREPARED in states:
        raise NotTaking(Reason.NOT_YET_OPEN, place, place.opens_at if is_ahead else None)
    if states & {SurveyState.PAUSED, CollectorState.PAUSED}:
        raise NotTaking(Reason.PAUSED, place)
