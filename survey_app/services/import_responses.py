"""Ballots from a file into one collector: first what would happen, then all of it or nothing.

The same file into the same collector adds nothing the second time: each ballot's id follows from the collector,
the file's content, the row and the copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from survey_app.interchange.ballot_template import ballot_template
from survey_app.interchange.ballots import Ballot, BallotPlan, plan_ballots
from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import batches, collect, collectors, surveys
from survey_app.services.access import Actor, NotFound, Permission
from survey_app.services.context import Database
from survey_app.services.days import day_begins, today
from survey_app.storage.models import Batch, Collector, Survey
from survey_app.storage.queries import batches as queries
from survey_app.storage.queries import collecting
from survey_app.storage.session import Session
from survey_app.words import BatchState, Mode

NAMESPACE = UUID("6d0a1c52-6a0e-5b5c-9c0f-2f0f5f0f7a31")
"""Namespace of the ids of imported ballots (RFC 4122, name-based). Never to be changed: ids depend on it."""
LONGEST_NAME = 200


class RowsRefused(Exception):
    """Some rows have problems, and nobody has said to import the others without them."""

    def __init__(self, plan: ImportPlan) -> None:
        super().__init__(f"{len(plan.ballots.refused_rows)} rows")
        self.plan = plan


class TotalsDoNotReconcile(Exception):
    """The totals of a batch contradict each other or what is stored; `kind` says how, `expected` what fits."""

    def __init__(self, kind: str, expected: int) -> None:
        super().__init__(f"{kind}: {expected}")
        self.kind = kind
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it came, and how to read it.

    `mode` is for rows that do not say; `allow_blanks` takes ballots with required questions left blank.
    """

    name: str
    content: bytes
    mode: Mode = Mode.PAPER
    allow_blanks: bool = False

    @property
    def sha256(self) -> str:
        """The hexadecimal SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing a file would do. `present` ballots are stored already; `earlier` is the file's last batch.

    `others` are the collector's other batches, so that a corrected file is not taken for a new one unnoticed.
    """

    collector: Collector
    questionnaire: Questionnaire
    source: Source
    ballots: BallotPlan
    present: int
    earlier: Batch | None
    others: tuple[Batch, ...]

    @property
    def new(self) -> int:
        """How many ballots would be added."""
        return self.ballots.ballot_count - self.present


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: `added` ballots, `present` ones that had been stored before, `refused` rows.

    Without anything new, `batch` is the earlier one of the same file.
    """

    batch: Batch
    added: int
    present: int
    refused: int


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A batch, whose unit is where its ballots come from; `stored` counts them in the database.

    The collector through which they came may have been moved since.
    """

    batch: Batch
    collector: Collector
    stored: int

    @property
    def label(self) -> str:
        """What tells the collector from others of its place, if it stands there still."""
        is_there = (self.collector.posting_id, self.collector.unit_id) == (
            self.batch.posting_id,
            self.batch.unit_id,
        )
        return self.collector.label if is_there else ""


def preview(database: Database, *, actor: Actor, collector_id: int, source: Source, now: datetime) -> ImportPlan:
    """Return what importing the file would do; writes nothing.

    Raises `NotFound`, or `interchange.refusals.FileRefused` where the file cannot be read at all.
    """
    with database.reading() as session:
        collector = _organised(session, actor, queries.collector(session, collector_id))
    questionnaire = collect.questionnaire_of(collector.survey.version)
    ballots = plan_ballots(source.content, questionnaire, today=today(now), allow_blanks=source.allow_blanks)
    with database.reading() as session:
        return _plan(session, collector, questionnaire, source, ballots)


def carry_out(
    database: Database,
    *,
    actor: Actor,
    collector_id: int,
    source: Source,
    accept_refused: bool = False,
    now: datetime,
) -> Imported:
    """Import the file's ballots as one batch, in one transaction.

    Raises `RowsRefused` when there are problems and `accept_refused` does not tell to go on without those rows,
    or when no row is left; `NotFound`; `FileRefused`.
    """
    plan = preview(database, actor=actor, collector_id=collector_id, source=source, now=now)
    if plan.ballots.problems and not (accept_refused and plan.ballots.ballots):
        raise RowsRefused(plan)
    refused = len(plan.ballots.refused_rows)
    if plan.new == 0 and plan.earlier is not None:
        return Imported(plan.earlier, 0, plan.present, refused)
    with database.transaction() as session:
        batch = _new_batch(plan, actor, now)
        session.add(batch)
        session.flush()
        added = _store(session, plan, batch, now)
        earlier = queries.earlier(session, collector_id, source.sha256, before=batch.id)
        if added == 0 and earlier is not None:  # somebody imported the same file at the same time
            session.delete(batch)
            return Imported(earlier, 0, plan.ballots.ballot_count, refused)
        detail = {"file": batch.file_name, "sha256": batch.file_sha256, "added": added, "refused_rows": refused}
        batches.record(session, actor, "responses_imported", batch, plan.collector, now, **detail)
    return Imported(batch, added, plan.ballots.ballot_count - added, refused)


def template(database: Database, *, actor: Actor, survey_id: int, locale: str) -> tuple[Survey, bytes]:
    """Return the survey and a workbook to fill in for it (.xlsx). Raises `NotFound`."""
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        version = collecting.version(session, survey.version_id)
    return survey, ballot_template(collect.questionnaire_of(version), locale)


def collector_by_code(database: Database, *, actor: Actor, code: str) -> Collector:
    """Return the collector with this code, as people type it. Raises `NotFound`."""
    with database.reading() as session:
        return _organised(session, actor, queries.collector_by_code(session, collectors.normalised_code(code)))


def batch_page(database: Database, *, actor: Actor, batch_id: int) -> BatchPage:
    """Return a batch with its collector and what is stored of it. Raises `NotFound`."""
    with database.reading() as session:
        return _page(session, actor, batch_id)


def batches_of(database: Database, *, actor: Actor, survey_id: int) -> tuple[BatchPage, ...]:
    """Return the batches of a survey, newest first. Raises `NotFound`."""
    with database.reading() as session:
        survey = surveys.readable(session, actor=actor, survey_id=survey_id)
        by_id = {collector.id: collector for collector in survey.collectors}
        return tuple(
            BatchPage(
                batch, by_id[batch.collector_id], queries.stored(session, survey_id=survey.id, batch_id=batch.id)
            )
            for batch in queries.batches_of(session, list(by_id))
        )


def state_totals(
    database: Database,
    *,
    actor: Actor,
    batch_id: int,
    issued: int | None,
    returned: int,
    spoilt: int = 0,
    abstained: int = 0,
    now: datetime,
) -> BatchPage:
    """State how many papers were handed out and came back; from then on the batch's ballots count in figures.

    Papers that came back are the stored ballots, the spoilt ones (废票) and those handed in blank (弃权);
    `issued` is None where nobody knows how many were handed out, as on the telephone.
    Raises `TotalsDoNotReconcile` or `NotFound`.
    """
    with database.transaction() as session:
        page = _page(session, actor, batch_id, for_change=True)
        if returned != page.stored + spoilt + abstained:
            raise TotalsDoNotReconcile("returned", page.stored + spoilt + abstained)
        if issued is not None and returned > issued:
            raise TotalsDoNotReconcile("issued", returned)
        batch = page.batch
        batch.issued, batch.returned, batch.spoilt, batch.abstained = issued, returned, spoilt, abstained
        batch.state = BatchState.RECONCILED
        totals = {"issued": issued, "returned": returned, "spoilt": spoilt, "abstained": abstained}
        batches.record(session, actor, "batch_reconciled", batch, page.collector, now, **totals)
    return page


def response_id(collector: Collector, sha256: str, row: int, copy: int) -> UUID:
    """Return the id of a ballot: the same file, row and copy in the same collector always have the same."""
    return uuid5(NAMESPACE, f"{collector.code}:{sha256}:{row}:{copy}")


def _plan(
    session: Session, collector: Collector, questionnaire: Questionnaire, source: Source, ballots: BallotPlan
) -> ImportPlan:
    earlier = queries.earlier(session, collector.id, source.sha256)
    present = 0
    if earlier is not None:
        present = queries.present(session, [one for one, _ in _ids(collector, source.sha256, ballots)])
    others = tuple(
        batch for batch in queries.batches_of(session, [collector.id]) if batch.file_sha256 != source.sha256
    )
    return ImportPlan(collector, questionnaire, source, ballots, present, earlier, others)


def _ids(collector: Collector, sha256: str, ballots: BallotPlan) -> Iterator[tuple[UUID, Ballot]]:
    for ballot in ballots.ballots:
        for copy in range(1, ballot.count + 1):
            yield response_id(collector, sha256, ballot.row, copy), ballot


def _new_batch(plan: ImportPlan, actor: Actor, now: datetime) -> Batch:
    return Batch(
        collector_id=plan.collector.id,
        posting_id=plan.collector.posting_id,
        unit_id=plan.collector.unit_id,
        mode=plan.source.mode,
        state=BatchState.OPEN,
        label=plan.source.name[:LONGEST_NAME],
        file_name=plan.source.name[:LONGEST_NAME],
        file_sha256=plan.source.sha256,
        note="",
        created_at=now,
        created_by=actor.user_id,
    )


def _store(session: Session, plan: ImportPlan, batch: Batch, now: datetime) -> int:
    """Store the ballots; paper has no moment but a day, of which noon stands here."""
    added = 0
    for one, ballot in _ids(plan.collector, plan.source.sha256, plan.ballots):
        received = day_begins(ballot.day) + timedelta(hours=12) if ballot.day is not None else now
        added += collect.store(
            session,
            collector=plan.collector,
            version_id=plan.collector.survey.version_id,
            cleaned=ballot.cleaned,
            response_id=one,
            mode=ballot.mode or plan.source.mode,
            locale="zh_Hans_CN",
            received_at=min(received, now),
            stored_at=now,
            batch_id=batch.id,
        )
    return added


def _page(session: Session, actor: Actor, batch_id: int, *, for_change: bool = False) -> BatchPage:
    batch = queries.batch(session, batch_id, for_change=for_change)
    if batch is None:
        raise NotFound
    collector = _organised(session, actor, queries.collector(session, batch.collector_id))
    stored = queries.stored(session, survey_id=collector.survey_id, batch_id=batch.id)
    return BatchPage(batch, collector, stored)


def _organised(session: Session, actor: Actor, collector: Collector | None) -> Collector:
    """Return the collector if the person organises its campaign. Raises `NotFound`.

    Ballots that were erased do not come in again.
    """
    if collector is None or collector.survey.erased_at is not None:
        raise NotFound
    if not actor.may(Permission.DESIGN, collector.survey.campaign.unit.path):
        raise NotFound
    return collector
