"""Questionnaires that are answered section by section, with the answers so far kept on the server.

The answers so far stand under a random id that is part of the address, and so may stand in a server's log; the
response gets another id, which never does. They are removed in the transaction that stores the response, or when
their time is up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from survey_app.questionnaire import answers
from survey_app.questionnaire.answers import AnswerProblem, Cleaned
from survey_app.questionnaire.definition import LongText, Questionnaire, Section, ShortText, fields_of
from survey_app.questionnaire.path import path
from survey_app.questionnaire.rules import Answer, comparisons
from survey_app.services import collect, door
from survey_app.services.collect import CONSENT, InvalidAnswers, Place, Receipt
from survey_app.services.context import Database
from survey_app.services.door import Shown
from survey_app.storage.queries import collecting as queries
from survey_app.storage.session import Session
from survey_app.words import Mode

LIFETIME = timedelta(days=7)
"""How long answers that are not sent are kept after the last change."""

LONGEST_VALUE = 200
MOST_VALUES = 100
"""Characters of a value that is no text, and values of a field, that are kept."""

Raw = Mapping[str, Sequence[str]]


class Expired(Exception):
    """There are no answers so far under this id: sent already, or their time is up."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


@dataclass(frozen=True, slots=True)
class Opened:
    """One section as it is shown: its place on the path, what was typed in it, what was answered before it.

    `is_last` says that sending this section sends the whole.
    """

    place: Place
    questionnaire: Questionnaire
    section: Section
    number: int
    count: int
    is_last: bool
    raw: Raw
    given: Mapping[str, Answer]


class SectionProblems(Exception):
    """The answers of one section cannot be taken as they are."""

    def __init__(self, opened: Opened, problems: Sequence[AnswerProblem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.opened = opened
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Sending:
    """One section as it was sent from a phone: which, what it held, and whether the way leads back."""

    draft_id: UUID
    section: str
    raw: Raw
    is_back: bool
    submission_id: UUID
    locale: str
    mode: Mode = Mode.WEB
    seconds: int | None = None
    shown: Shown = door.NOTHING


def open_section(
    database: Database,
    *,
    code: str,
    draft_id: UUID | None = None,
    section: str = "",
    now: datetime,
    key: str = "",
    shown: Shown = door.NOTHING,
) -> Opened:
    """Return a section to show: the first without `draft_id`. Writes nothing.

    Raises `collect.NotTaking` or `Expired`. A section that is not asked any more gives the first one.
    """
    with database.reading() as session:
        place = collect.place_of(session, code)
        collect.require_taking(session, place, now)
        collect.require_entry(place, key, shown, now)
        raw: Raw = {}
        questionnaire = collect.questionnaire_at(session, place)
        if draft_id is not None:
            is_first = section == _first(questionnaire).code
            raw = _kept(session, draft_id, place, now, may_be_new=is_first)
        return _opened(place, questionnaire, raw, section)


def send_section(database: Database, *, code: str, sending: Sending, now: datetime, key: str = "") -> str | Receipt:
    """Keep what one section holds; return the section to show next, or the receipt after the last one.

    Going back keeps it unchecked. Raises `collect.NotTaking`, `Expired`, or `SectionProblems` for the first
    section that cannot be taken as it is.
    """
    with database.transaction() as session:
        queries.purge_partials(session, now)
        place = collect.place_of(session, code)
        questionnaire = collect.questionnaire_at(session, place)
        if queries.is_stored(session, sending.submission_id):
            return Receipt(sending.submission_id, place, questionnaire)
        collect.require_taking(session, place, now, hold=True)
        collect.require_entry(place, key, sending.shown, now)
        is_first = sending.section == _first(questionnaire).code
        before = _kept(session, sending.draft_id, place, now, may_be_new=is_first)
        raw = _merged(questionnaire, before, sending)
        cleaned = answers.clean(questionnaire, raw)
        following = _neighbour(questionnaire, cleaned, sending)
        if not sending.is_back:
            _require_valid(_opened(place, questionnaire, raw, sending.section), cleaned)
        if following is not None:
            _keep(session, sending.draft_id, place, raw, now)
            return following.code
        opened = _opened(place, questionnaire, raw, sending.section)
        if missing := collect.missing_invitation(place, sending.shown):
            raise SectionProblems(opened, missing)
        is_new = _finish(session, place, questionnaire, cleaned, raw, sending, now)
        if is_new and before and not queries.take_partial(session, sending.draft_id):
            raise Expired(place)  # sent from another window in the meantime, under another id
        if is_new:
            _redeem(session, opened, cleaned, key, sending)
    return Receipt(sending.submission_id, place, questionnaire)


def _kept(session: Session, draft_id: UUID, place: Place, now: datetime, *, may_be_new: bool = False) -> Raw:
    found = queries.partial(session, draft_id, place.id, now)
    if found is None and not may_be_new:
        raise Expired(place)
    return {} if found is None else found.raw


def _keep(session: Session, draft_id: UUID, place: Place, raw: Raw, now: datetime) -> None:
    kept = {code: list(values) for code, values in raw.items()}
    queries.keep_partial(session, partial_id=draft_id, collector_id=place.id, raw=kept, expires_at=now + LIFETIME)


def _merged(questionnaire: Questionnaire, before: Raw, sending: Sending) -> dict[str, Sequence[str]]:
    """Return the answers so far with this section's in place of what it held; nothing that is not asked in it."""
    section = next((each for each in questionnaire.sections if each.code == sending.section), None)
    own = _codes(section) if section is not None else frozenset()
    if section is _first(questionnaire):
        own |= {CONSENT}
    kept = {code: values for code, values in before.items() if code not in own}
    sent = {code: values for code, values in sending.raw.items() if code in own and any(values)}
    return kept | {code: _cut(questionnaire, code, values) for code, values in sent.items()}


def _cut(questionnaire: Questionnaire, code: str, values: Sequence[str]) -> list[str]:
    """Return what is kept of a field: enough to show what was typed too much, and no more."""
    place = questionnaire.fields.get(code)
    longest = LONGEST_VALUE
    if place is not None and place.specify is None and isinstance(place.question, ShortText | LongText):
        longest = 2 * place.question.max_length
    return [value[:longest] for value in values[:MOST_VALUES]]


def _first(questionnaire: Questionnaire) -> Section:
    """Return the section that everybody is asked first."""
    return (path(questionnaire, {}).sections or questionnaire.sections)[0]


def _codes(section: Section) -> frozenset[str]:
    return frozenset(field.code for question in section.questions for field in fields_of(question))


def _opened(place: Place, questionnaire: Questionnaire, raw: Raw, wanted: str) -> Opened:
    cleaned = answers.clean(questionnaire, raw)
    sections = cleaned.path.sections or questionnaire.sections[:1]
    number = next((i for i, each in enumerate(sections, start=1) if each.code == wanted), 1)
    section = sections[number - 1]
    before = frozenset[str]().union(*(_codes(each) for each in sections[: number - 1]))
    return Opened(
        place=place,
        questionnaire=questionnaire,
        section=section,
        number=number,
        count=len(sections),
        is_last=number == len(sections) and not _opens_more(questionnaire, section),
        raw=raw,
        given={code: answer for code, answer in cleaned.answers.items() if code in before},
    )


def _opens_more(questionnaire: Questionnaire, section: Section) -> bool:
    """Tell whether a later section may come up by what is answered in this one."""
    own, position = _codes(section), questionnaire.sections.index(section)
    return any(
        comparison.question in own
        for later in questionnaire.sections[position + 1 :]
        for comparison in comparisons(later.shown_if)
    )


def _neighbour(questionnaire: Questionnaire, cleaned: Cleaned, sending: Sending) -> Section | None:
    """Return the section after or before the one that was sent; None after the last."""
    order = [each.code for each in questionnaire.sections]
    here = order.index(sending.section) if sending.section in order else 0
    asked = [(order.index(each.code), each) for each in cleaned.path.sections]
    if sending.is_back:
        earlier = [each for position, each in asked if position < here]
        return earlier[-1] if earlier else asked[0][1]
    return next((each for position, each in asked if position > here), None)


def _require_valid(opened: Opened, cleaned: Cleaned) -> None:
    own = _codes(opened.section)
    problems = [each for each in cleaned.problems if each.field in own]
    if opened.number == 1:
        problems = [*collect.missing_consent(opened.questionnaire, opened.raw), *problems]
    if problems:
        raise SectionProblems(opened, problems)


def _finish(
    session: Session,
    place: Place,
    questionnaire: Questionnaire,
    cleaned: Cleaned,
    raw: Raw,
    sending: Sending,
    now: datetime,
) -> bool:
    """Store the whole; an earlier section that has become incomplete is shown again instead."""
    for section in cleaned.path.sections:
        _require_valid(_opened(place, questionnaire, raw, section.code), cleaned)
    return collect.store(
        session,
        collector=place,
        version_id=place.version_id,
        cleaned=cleaned,
        response_id=sending.submission_id,
        mode=collect.mode_at(place, sending.mode),
        locale=sending.locale,
        received_at=now,
        seconds=sending.seconds,
    )


def _redeem(session: Session, opened: Opened, cleaned: Cleaned, key: str, sending: Sending) -> None:
    """Use the single-use code; the last section is shown again where it is not good."""
    receipt = Receipt(sending.submission_id, opened.place, opened.questionnaire)
    try:
        collect.redeem(session, receipt, cleaned, key, sending.shown)
    except InvalidAnswers as error:
        raise SectionProblems(opened, error.cleaned.problems) from error
