"""Ballots of open batches: they have come in and do not count before their totals are reconciled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from survey_app.analysis.columns import Columns
from survey_app.analysis.selection import Selection
from survey_app.analysis.store import ColumnStore
from survey_app.services.context import Database
from survey_app.services.evaluate import DatabaseSource
from survey_app.services.explore import Subject
from survey_app.services.explore_places import Surroundings
from survey_app.services.seals import is_sealed
from survey_app.storage.queries import explore as queries
from survey_app.storage.queries import paper as paper_queries
from survey_app.storage.session import Session


@dataclass(frozen=True, slots=True)
class Uncounted:
    """How many ballots of how many open batches of a subject do not count yet."""

    subject: Subject
    ballots: int
    batches: int


def uncounted(
    database: Database,
    columns: ColumnStore,
    *,
    around: Surroundings,
    subjects: Sequence[Subject],
    selection: Selection,
    now: datetime,
) -> tuple[Uncounted, ...]:
    """Return what does not count yet at the place of `selection` as far as the reader of `around` sees it.

    Subjects without such ballots are left out, and so are sealed surveys. What ballots say is not looked at: the
    conditions of the selection play no part.
    """
    with database.reading() as session:
        found = [_of(session, database, columns, around, each, selection, now) for each in subjects]
    return tuple(each for each in found if each.ballots)


def _of(
    session: Session,
    database: Database,
    columns: ColumnStore,
    around: Surroundings,
    subject: Subject,
    selection: Selection,
    now: datetime,
) -> Uncounted:
    rows = [
        row
        for row in queries.open_batches(session, subject.surveys, subject.audience.value)
        if row.path.startswith(around.paths)
        and (selection.unit is None or f"/{selection.unit}/" in row.path)
        and selection.team in (None, row.team_id)
    ]
    if not rows:
        return Uncounted(subject, 0, 0)
    ballots = dict.fromkeys((row.id for row in rows), 0)
    waiting = paper_queries.waiting(session, around.campaign_id)
    for key in subject.surveys:
        survey = queries.survey(session, key)
        own = [row.id for row in rows if row.survey_id == key]
        if survey is None or is_sealed(survey, now) or not own:
            continue
        stored = _by_batch(columns.snapshot(DatabaseSource.of(session, database, survey), now).columns, own)
        for batch, count in zip(own, stored, strict=True):
            ballots[batch] += count + waiting.get(batch, 0)
    return Uncounted(subject, sum(ballots.values()), sum(count > 0 for count in ballots.values()))


def _by_batch(columns: Columns, batches: Iterable[int]) -> list[int]:
    """Count the ballots of each batch that are not voided."""
    here = columns.dimension("batch")
    return [int(np.count_nonzero(here == batch)) for batch in batches]
