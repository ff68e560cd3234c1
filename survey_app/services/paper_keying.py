"""Keying ballots: one sheet at a time, the first or the second time, until its batch is closed.

A second keyer is another person and is shown nothing of what the first one keyed. Where both differ, an organiser
with the sheet at hand settles which of them is right.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from survey_app.questionnaire import answers, keys
from survey_app.questionnaire.answers import AnswerProblem
from survey_app.questionnaire.definition import DateQuestion, Questionnaire
from survey_app.services import batches, paper, paper_double
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.paper import PaperPage, Papers
from survey_app.services.paper_double import Reading
from survey_app.storage.models import KeyedBallot, PaperBatch, Survey
from survey_app.storage.models.paper import FIRST, SECOND, SETTLED
from survey_app.storage.queries import paper as queries
from survey_app.storage.session import Session
from survey_app.words import BallotKind


class Entry(IntEnum):
    """Whether a sheet is keyed the first or the second time."""

    FIRST = FIRST
    SECOND = SECOND


SERIAL = "serial-number"
"""The place of a problem with the sheet's number. No question's code has a hyphen."""
SHOWN_LAST = 5


class Refused(Exception):
    """The ballot cannot be kept as it was keyed; `problems` says at which field and why."""

    def __init__(self, *problems: AnswerProblem) -> None:
        super().__init__(", ".join(f"{each.field}: {each.kind}" for each in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Desk:
    """What a keyer sees: the batch, how many sheets everybody has keyed in this entry, and the own last ones.

    `still_twice` are the numbers of the sheets that are still to be keyed a second time.
    """

    papers: Papers
    entry: Entry
    done: int
    still_twice: tuple[int, ...]
    last: tuple[KeyedBallot, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A sheet that two people keyed differently: both readings, and where they differ."""

    serial: int
    first: Reading
    second: Reading
    places: tuple[str, ...]
    is_settled: bool


def batches_to_key(database: Database, *, actor: Actor) -> Sequence[tuple[PaperBatch, Survey, int]]:
    """Return the open batches that the person may key, with survey and number of sheets keyed, newest first."""
    with database.reading() as session:
        found = queries.open_papers(session, actor.paths(Permission.KEY_BALLOTS))
        counts = queries.counts(session, [each.batch_id for each, _survey in found])
    return [
        (each, survey, sum(n for (entry, _), n in counts.get(each.batch_id, {}).items() if entry == FIRST))
        for each, survey in found
    ]


def desk(database: Database, *, actor: Actor, batch_id: int, entry: Entry) -> Desk:
    """Return what is needed to key the next sheet. Raises `NotFound` or `paper.Closed`."""
    with database.reading() as session:
        found = _open(session, actor, batch_id)
        last = queries.last_of(session, batch_id, entry, actor.user_id, SHOWN_LAST)
        keyed = {each: set(queries.serials(session, batch_id, each)) for each in Entry}
    wanted = paper_double.sample(batch_id, keyed[Entry.FIRST], found.paper.second_share)
    still = tuple(sorted(wanted - keyed[Entry.SECOND]))
    return Desk(found, entry, len(keyed[entry]), still, tuple(last))


def keyed_before(database: Database, *, actor: Actor, batch_id: int, serial: int, entry: Entry) -> KeyedBallot:
    """Return a ballot that was keyed, for correcting: the own one, or any for organisers. Raises `NotFound`."""
    with database.reading() as session:
        found = _open(session, actor, batch_id)
        return _own(session, found, actor, serial, entry)


def check(database: Database, *, actor: Actor, batch_id: int, entry: Entry, serial: int) -> None:
    """Find out before a sheet is keyed whether it can be. Raises `NotFound`, `paper.Closed` or `Refused`."""
    with database.reading() as session:
        _require_free(session, _open(session, actor, batch_id), actor, serial, entry)


def save(
    database: Database,
    *,
    actor: Actor,
    batch_id: int,
    entry: Entry,
    serial: int,
    kind: BallotKind,
    typed: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep a sheet as it was keyed: the keys typed by field code, none for a spoilt or blank one.

    Required questions may be left blank, as on the paper. Raises `NotFound`, `paper.Closed` or `Refused`.
    """
    with database.transaction() as session:
        found = _open(session, actor, batch_id, for_change=True)
        _require_free(session, found, actor, serial, entry)
        reading = _read(found, kind, typed)
        session.add(_ballot(batch_id, serial, entry, reading, actor, now))


def correct(
    database: Database,
    *,
    actor: Actor,
    batch_id: int,
    entry: Entry,
    serial: int,
    kind: BallotKind,
    typed: Mapping[str, str],
    now: datetime,
) -> None:
    """Key a sheet anew that was keyed before, by its own keyer or an organiser.

    Once it has been keyed twice, neither entry changes: else the agreement of both would be made afterwards.
    Raises `NotFound`, `paper.Closed` or `Refused`.
    """
    with database.transaction() as session:
        found = _open(session, actor, batch_id, for_change=True)
        ballot = _own(session, found, actor, serial, entry)
        if SECOND in queries.entries_of(session, batch_id, serial):
            raise Refused(AnswerProblem(SERIAL, "keyed_twice"))
        reading = _read(found, kind, typed)
        ballot.kind, ballot.answers = reading.kind, dict(reading.answers)
        batches.record(session, actor, "ballot_corrected", found.batch, found.collector, now, sheet=serial)


def remove(database: Database, *, actor: Actor, batch_id: int, entry: Entry, serial: int, now: datetime) -> None:
    """Delete what was keyed of a sheet: a second entry alone, a first one with all that follows from it.

    Raises `NotFound`, `paper.Closed`, or `Refused` where somebody else has keyed the sheet, too.
    """
    with database.transaction() as session:
        found = _open(session, actor, batch_id, for_change=True)
        _own(session, found, actor, serial, entry)
        is_twice = SECOND in queries.entries_of(session, batch_id, serial)
        if is_twice and not _organises(actor, found):
            raise Refused(AnswerProblem(SERIAL, "keyed_twice"))
        if entry == FIRST:
            queries.forget(session, batch_id, serial)
        else:
            queries.forget(session, batch_id, serial, entry)
            _forget_settled(session, batch_id, serial)
        batches.record(session, actor, "ballot_removed", found.batch, found.collector, now, sheet=serial)


def differences(database: Database, *, actor: Actor, batch_id: int) -> tuple[PaperPage, tuple[Difference, ...]]:
    """Return the sheets that two people keyed differently, the unsettled ones first. Raises `NotFound`."""
    with database.reading() as session:
        found = paper.read(session, actor, batch_id)
        sheets = paper.by_sheet(queries.ballots(session, batch_id))
    differing = [
        difference
        for serial, entries in sheets.items()
        if (difference := _difference(found.questionnaire, serial, entries)) is not None
    ]
    return found, tuple(sorted(differing, key=lambda each: (each.is_settled, each.serial)))


def settle(
    database: Database,
    *,
    actor: Actor,
    batch_id: int,
    serial: int,
    take_second: Collection[str],
    now: datetime,
) -> None:
    """Settle a sheet: the second keyer's reading holds at the places `take_second`, the first one's elsewhere.

    Raises `NotFound` or `paper.Closed`.
    """
    with database.transaction() as session:
        found = paper.find(session, actor, batch_id, Permission.DESIGN, for_change=True)
        paper.require_open(found)
        entries = paper.by_sheet(list(queries.entries_of(session, batch_id, serial).values())).get(serial, {})
        difference = _difference(found.questionnaire, serial, entries)
        if difference is None:
            raise NotFound
        _forget_settled(session, batch_id, serial)
        reading = paper_double.settled(found.questionnaire, difference.first, difference.second, take_second)
        session.add(_ballot(batch_id, serial, SETTLED, reading, actor, now))
        detail = {"sheet": serial, "places": len(difference.places)}
        batches.record(session, actor, "ballot_settled", found.batch, found.collector, now, **detail)


def typed_of(questionnaire: Questionnaire, ballot: KeyedBallot) -> dict[str, str]:
    """Return the keys of a ballot by field code, as they were typed."""
    return {
        code: keys.typed_of(place, ballot.answers.get(code), questionnaire)
        for code, place in questionnaire.fields.items()
    }


def _open(session: Session, actor: Actor, batch_id: int, *, for_change: bool = False) -> Papers:
    """Return a batch that the person may key. Raises `NotFound` or `paper.Closed`."""
    found = paper.find(session, actor, batch_id, Permission.KEY_BALLOTS, for_change=for_change)
    paper.require_open(found)
    return found


def _difference(questionnaire: Questionnaire, serial: int, entries: Mapping[int, Reading]) -> Difference | None:
    if FIRST not in entries or SECOND not in entries:
        return None
    places = paper_double.differences(questionnaire, entries[FIRST], entries[SECOND])
    return Difference(serial, entries[FIRST], entries[SECOND], places, SETTLED in entries) if places else None


def _read(found: Papers, kind: BallotKind, typed: Mapping[str, str]) -> Reading:
    """Return the ballot that was keyed. Raises `Refused`."""
    if kind != BallotKind.VALID:
        return Reading(kind, {})
    questionnaire = found.questionnaire
    days = {each.code for each in questionnaire.questions if isinstance(each, DateQuestion)}
    written = {
        code: keys.whole_day(words, found.paper.filled_on) if code in days else words
        for code, words in typed.items()
    }
    raw, unknown = keys.raw_of(questionnaire, written)
    cleaned = answers.clean(questionnaire, raw)
    asked = cleaned.path.codes
    problems = [each for code, each in unknown.items() if code in asked]
    problems += [each for each in cleaned.problems if each.kind != "required"]
    if problems:
        raise Refused(*problems)
    if not cleaned.answers:
        raise Refused(AnswerProblem(SERIAL, "nothing_keyed"))
    return Reading(kind, cleaned.answers)


def _require_free(session: Session, found: Papers, actor: Actor, serial: int, entry: int) -> None:
    """Raise `Refused` where this person cannot key this sheet now."""
    if not 1 <= serial <= found.paper.copies:
        raise Refused(AnswerProblem(SERIAL, "no_such_sheet", {"copies": found.paper.copies}))
    entries = queries.entries_of(session, found.batch.id, serial)
    if entry in entries:
        raise Refused(AnswerProblem(SERIAL, "keyed_already", {"serial": serial}))
    if entry == SECOND and FIRST not in entries:
        raise Refused(AnswerProblem(SERIAL, "not_keyed_once"))
    if entry == SECOND and entries[FIRST].keyed_by == actor.user_id:
        raise Refused(AnswerProblem(SERIAL, "own_sheet"))


def _own(session: Session, found: Papers, actor: Actor, serial: int, entry: int) -> KeyedBallot:
    ballot = queries.entries_of(session, found.batch.id, serial).get(entry)
    if ballot is None or entry == SETTLED:
        raise NotFound
    if ballot.keyed_by != actor.user_id and not _organises(actor, found):
        raise NotFound
    return ballot


def _organises(actor: Actor, found: Papers) -> bool:
    return actor.may(Permission.DESIGN, found.collector.survey.campaign.unit.path)


def _forget_settled(session: Session, batch_id: int, serial: int) -> None:
    queries.forget(session, batch_id, serial, SETTLED)


def _ballot(batch_id: int, serial: int, entry: int, reading: Reading, actor: Actor, now: datetime) -> KeyedBallot:
    return KeyedBallot(
        batch_id=batch_id,
        serial=serial,
        entry=entry,
        kind=reading.kind,
        answers=dict(reading.answers),
        keyed_by=actor.user_id,
        keyed_at=now,
    )
