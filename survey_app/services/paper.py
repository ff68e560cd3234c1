"""Paper batches: printed, counted, closed. What was keyed becomes responses when the batch is closed.

Anonymity: until then a keyed ballot knows its sheet, its keyer and its moment. Closing draws a random id for each
valid ballot, stores them in random order with the one day of the batch, and deletes what was keyed, in one
transaction; then nothing ties a response to a sheet. See docs/decisions/0009-paper.md.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from survey_app.questionnaire.answers import Cleaned
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.path import path
from survey_app.questionnaire.text import ZH
from survey_app.services import batches, collect, paper_double, surveys
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.collect import Place
from survey_app.services.context import Database
from survey_app.services.days import day_begins, today
from survey_app.services.import_responses import TotalsDoNotReconcile
from survey_app.services.paper_double import Agreement, Reading
from survey_app.storage.models import Batch, Collector, KeyedBallot, PaperBatch, Survey
from survey_app.storage.models.paper import FIRST, SECOND, SETTLED
from survey_app.storage.queries import batches as batch_queries
from survey_app.storage.queries import paper as queries
from survey_app.storage.session import Session
from survey_app.words import BallotKind, BatchState, Mode

MOST_COPIES = 5000
"""Most sheets of one batch: what one office keys before it closes a batch."""
SHARES = (0, 5, 10, 20, 50, 100)
"""How many of a hundred ballots may be asked to be keyed twice."""


class NotReady(Exception):
    """The batch cannot be closed yet; `obstacles` says why."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(", ".join(each.kind for each in obstacles))
        self.obstacles = tuple(obstacles)


class Moved(Exception):
    """The batch's collector stands elsewhere now, so that more sheets would name another place."""


class Closed(Exception):
    """The batch is closed: nothing of it changes any more."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that stands in the way of closing. `count` is how many, or what the number would have to be."""

    kind: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """What an organiser sets for a batch. `second_share` is one of `SHARES`, `filled_on` the day of filling in."""

    label: str
    copies: int
    second_share: int
    filled_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted by hand. `spoilt` and `abstained` are sheets put aside, which nobody keys one by one."""

    issued: int | None
    returned: int | None
    spoilt: int = 0
    abstained: int = 0


@dataclass(frozen=True, slots=True)
class Keyed:
    """What has been keyed: sheets by kind, those still to be keyed twice, those that differ and are not settled."""

    kinds: Mapping[BallotKind, int]
    twice: int
    still_twice: tuple[int, ...]
    unsettled: tuple[int, ...]
    agreement: Agreement

    @property
    def sheets(self) -> int:
        """How many sheets have been keyed."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Papers:
    """A paper batch with its collector and survey, and the questionnaire that was printed."""

    paper: PaperBatch
    collector: Collector
    questionnaire: Questionnaire

    @property
    def batch(self) -> Batch:
        """The batch itself."""
        return self.paper.batch

    @property
    def is_open(self) -> bool:
        """Whether ballots can still be keyed."""
        return self.batch.state == BatchState.OPEN


@dataclass(frozen=True, slots=True)
class PaperPage(Papers):
    """A paper batch with what has been keyed of it.

    `stored` counts the responses that the batch has become; before it is closed there are none.
    """

    keyed: Keyed
    stored: int

    @property
    def accounted(self) -> int:
        """How many sheets are accounted for: keyed, or put aside."""
        return self.keyed.sheets + self.batch.spoilt + self.batch.abstained

    @property
    def agreement(self) -> Agreement:
        """How far double entry agreed; it stays when what was keyed is gone."""
        if self.is_open:
            return self.keyed.agreement
        return Agreement(self.paper.keyed_twice, self.paper.compared, self.paper.differing)

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """What stands in the way of closing."""
        return tuple(_obstacles(self))


def _obstacles(page: PaperPage) -> list[Obstacle]:
    batch, keyed, found = page.batch, page.keyed, list[Obstacle]()
    if not page.accounted:
        found.append(Obstacle("nothing_keyed"))
    if batch.issued is None:
        found.append(Obstacle("issued_unknown"))
    if batch.returned is None:
        found.append(Obstacle("returned_unknown"))
    elif batch.returned != page.accounted:
        found.append(Obstacle("returned_differs", page.accounted))
    if batch.issued is not None and batch.issued < page.accounted:
        found.append(Obstacle("issued_too_few", page.accounted))
    if keyed.still_twice:
        found.append(Obstacle("to_key_twice", len(keyed.still_twice)))
    if keyed.unsettled:
        found.append(Obstacle("unsettled", len(keyed.unsettled)))
    return found


def create(
    database: Database,
    *,
    actor: Actor,
    collector_id: int,
    settings: Settings,
    unnamed: str = "{number}",
    now: datetime,
) -> PaperBatch:
    """Begin a batch of paper for a collector, under the version that its survey asks now. Raises `NotFound`.

    Without a label it is called `unnamed` with its number, as it stands at the foot of its sheets.
    """
    with database.transaction() as session:
        collector = _permitted(session, actor, collector_id, Permission.DESIGN)
        batch = Batch(
            collector_id=collector.id,
            posting_id=collector.posting_id,
            unit_id=collector.unit_id,
            mode=Mode.PAPER,
            state=BatchState.OPEN,
            label=settings.label,
            note=settings.note,
            created_at=now,
            created_by=actor.user_id,
        )
        session.add(batch)
        session.flush()
        batch.label = settings.label or unnamed.format(number=batch.id)
        made = PaperBatch(
            batch_id=batch.id,
            version_id=collector.survey.version_id,
            copies=settings.copies,
            second_share=settings.second_share,
            filled_on=settings.filled_on,
        )
        session.add(made)
        batches.record(session, actor, "paper_batch_created", batch, collector, now, copies=settings.copies)
    return made


def page(database: Database, *, actor: Actor, batch_id: int) -> PaperPage:
    """Return a batch for those who organise its survey. Raises `NotFound`."""
    with database.reading() as session:
        return read(session, actor, batch_id)


def pages(database: Database, *, actor: Actor, survey_id: int) -> tuple[Survey, tuple[PaperPage, ...]]:
    """Return a survey and its paper batches, newest first. Raises `NotFound`."""
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        found = [each.batch_id for each in queries.papers_of(session, survey.id)]
        return survey, tuple(read(session, actor, batch_id) for batch_id in found)


def to_print(database: Database, *, actor: Actor, batch_id: int) -> tuple[Papers, Place]:
    """Return an open batch and what its collector stands for. Raises `NotFound`, `Closed` or `Moved`."""
    with database.reading() as session:
        found = find(session, actor, batch_id, Permission.DESIGN)
        require_open(found)
        place = collect.place_of(session, found.collector.code)
    if (place.posting_id, place.unit_id) != (found.batch.posting_id, found.batch.unit_id):
        raise Moved
    return found, place


def change(
    database: Database,
    *,
    actor: Actor,
    batch_id: int,
    settings: Settings,
    totals: Totals,
    now: datetime,
) -> PaperPage:
    """Change what is set and what was counted by hand, while the batch is open.

    Raises `NotFound`, `Closed`, or `TotalsDoNotReconcile` for numbers that cannot be, whatever is still keyed.
    """
    with database.transaction() as session:
        found = read(session, actor, batch_id, for_change=True)
        require_open(found)
        _require_possible(totals)
        highest = max((each.serial for each in queries.ballots(session, batch_id)), default=0)
        if settings.copies < highest:
            raise TotalsDoNotReconcile("copies", highest)
        batch, paper = found.batch, found.paper
        batch.label, batch.note = settings.label, settings.note
        batch.issued, batch.returned = totals.issued, totals.returned
        batch.spoilt, batch.abstained = totals.spoilt, totals.abstained
        paper.copies, paper.second_share = settings.copies, settings.second_share
        paper.filled_on = settings.filled_on
        detail = {"copies": settings.copies, "second_share": settings.second_share, "issued": totals.issued}
        detail |= {"returned": totals.returned, "spoilt": totals.spoilt, "abstained": totals.abstained}
        batches.record(session, actor, "paper_batch_changed", batch, found.collector, now, **detail)
    return found


def close(database: Database, *, actor: Actor, batch_id: int, now: datetime) -> PaperPage:
    """Close a batch whose totals agree: its valid ballots become responses, and what was keyed is deleted.

    Closing a closed batch does nothing, so that a second click does no harm. Raises `NotReady` or `NotFound`.
    """
    with database.transaction() as session:
        found = read(session, actor, batch_id, for_change=True)
        if not found.is_open:
            return found
        if found.obstacles:
            raise NotReady(found.obstacles)
        ballots = queries.ballots(session, batch_id)
        keyers = Counter(str(each.keyed_by or 0) for each in ballots if each.entry != SETTLED)
        stored = _store(session, found, ballots, now)
        batch, paper, kinds = found.batch, found.paper, found.keyed.kinds
        batch.spoilt += kinds.get(BallotKind.SPOILT, 0)
        batch.abstained += kinds.get(BallotKind.BLANK, 0)
        agreed = found.keyed.agreement
        paper.keyed_twice, paper.compared, paper.differing = agreed.sheets, agreed.compared, agreed.differing
        batch.state = BatchState.RECONCILED
        queries.forget(session, batch_id)
        detail = {"issued": batch.issued, "returned": batch.returned, "keyed": stored, "keyers": dict(keyers)}
        detail |= {"spoilt": batch.spoilt, "abstained": batch.abstained, "keyed_twice": agreed.sheets}
        batches.record(session, actor, "paper_batch_closed", batch, found.collector, now, **detail)
        session.flush()
        return read(session, actor, batch_id)


def remove(database: Database, *, actor: Actor, batch_id: int, now: datetime) -> int:
    """Remove an open batch of which nothing has been keyed; return its survey. Raises `NotFound` or `Closed`."""
    with database.transaction() as session:
        found = read(session, actor, batch_id, for_change=True)
        if not found.is_open or found.keyed.sheets:
            raise Closed
        batches.record(session, actor, "paper_batch_removed", found.batch, found.collector, now)
        session.delete(found.paper)
        session.flush()
        session.delete(found.batch)
        return found.collector.survey_id


def find(
    session: Session, actor: Actor, batch_id: int, permission: Permission, *, for_change: bool = False
) -> Papers:
    """Return a batch if the person may do this with it, without what was keyed. Raises `NotFound`."""
    paper = queries.paper(session, batch_id, for_change=for_change)
    if paper is None:
        raise NotFound
    collector = _permitted(session, actor, paper.batch.collector_id, permission)
    return Papers(paper, collector, collect.questionnaire_of(paper.version))


def read(session: Session, actor: Actor, batch_id: int, *, for_change: bool = False) -> PaperPage:
    """Return a batch with what was keyed, for those who organise its survey. Raises `NotFound`."""
    found = find(session, actor, batch_id, Permission.DESIGN, for_change=for_change)
    stored = 0
    if not found.is_open:
        stored = batch_queries.stored(session, survey_id=found.collector.survey_id, batch_id=batch_id)
    keyed = _keyed(found.paper, found.questionnaire, queries.ballots(session, batch_id))
    return PaperPage(found.paper, found.collector, found.questionnaire, keyed, stored)


def require_open(found: Papers) -> None:
    """Raise `Closed` for a batch of which nothing changes any more."""
    if not found.is_open:
        raise Closed


def by_sheet(ballots: Sequence[KeyedBallot]) -> dict[int, dict[int, Reading]]:
    """Return what was keyed, by sheet and entry."""
    found: dict[int, dict[int, Reading]] = {}
    for each in ballots:
        found.setdefault(each.serial, {})[each.entry] = Reading(BallotKind(each.kind), each.answers)
    return found


def _keyed(paper: PaperBatch, questionnaire: Questionnaire, ballots: Sequence[KeyedBallot]) -> Keyed:
    sheets = by_sheet(ballots)
    wanted = paper_double.sample(paper.batch_id, sheets, paper.second_share)
    twice = {serial: entries for serial, entries in sheets.items() if SECOND in entries}
    agreed = Agreement()
    unsettled = []
    for serial, entries in twice.items():
        first, second = entries[FIRST], entries[SECOND]
        agreed += paper_double.agreement(questionnaire, first, second)
        if SETTLED not in entries and paper_double.differences(questionnaire, first, second):
            unsettled.append(serial)
    return Keyed(
        kinds=Counter(_effective(entries).kind for entries in sheets.values()),
        twice=len(twice),
        still_twice=tuple(sorted(wanted - set(twice))),
        unsettled=tuple(unsettled),
        agreement=agreed,
    )


def _effective(entries: Mapping[int, Reading]) -> Reading:
    """Return what counts of a sheet: what was settled, else what was keyed first."""
    return entries.get(SETTLED) or entries[FIRST]


def _store(session: Session, found: PaperPage, ballots: Sequence[KeyedBallot], now: datetime) -> int:
    """Store the valid ballots as responses, in random order and at one moment. Returns how many there are."""
    valid = [reading for reading in map(_effective, by_sheet(ballots).values()) if reading.kind == BallotKind.VALID]
    random.SystemRandom().shuffle(valid)
    received = min(day_begins(found.paper.filled_on) + timedelta(hours=12), now)
    for reading in valid:
        way = path(found.questionnaire, reading.answers)
        collect.store(
            session,
            collector=_Place.of(found),
            version_id=found.paper.version_id,
            cleaned=Cleaned(way.answers, way, ()),
            response_id=uuid4(),
            mode=Mode.PAPER,
            locale=ZH,
            received_at=received,
            stored_at=now,
            batch_id=found.batch.id,
        )
    return len(valid)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where ballots were filled in: the batch's place, even if its collector was moved since (`collect.Source`)."""

    id: int
    survey_id: int
    posting_id: int | None
    unit_id: int
    audience: str

    @classmethod
    def of(cls, found: PaperPage) -> _Place:
        batch, collector = found.batch, found.collector
        return cls(collector.id, collector.survey_id, batch.posting_id, batch.unit_id, collector.audience)


def _require_possible(totals: Totals) -> None:
    """Raise `TotalsDoNotReconcile` for numbers that no pile of paper can have."""
    if totals.returned is None:
        return
    apart = totals.spoilt + totals.abstained
    if apart > totals.returned:
        raise TotalsDoNotReconcile("returned", apart)
    if totals.issued is not None and totals.returned > totals.issued:
        raise TotalsDoNotReconcile("issued", totals.returned)


def _permitted(session: Session, actor: Actor, collector_id: int, permission: Permission) -> Collector:
    """Return the collector if the person may do this for its campaign; erased surveys take no ballots any more."""
    found = batch_queries.collector(session, collector_id)
    if found is None or found.survey.erased_at is not None:
        raise NotFound
    if not actor.may(permission, found.survey.campaign.unit.path):
        raise NotFound
    return found


def suggested(now: datetime, collector: Collector) -> Settings:
    """Return the settings that a new batch starts with: as many sheets as the place has heads, nothing twice."""
    headcount = collector.posting.headcount if collector.posting is not None else None
    return Settings("", min(headcount or 30, MOST_COPIES), 0, today(now))
