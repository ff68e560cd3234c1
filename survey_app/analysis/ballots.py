"""The ballots of one audience under one instrument: counted by group, with what was issued, spoilt and left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from survey_app.analysis.columns import By, Columns, Kept, Snapshot, tallied
from survey_app.analysis.encode import AUDIENCES
from survey_app.analysis.facts import BatchFacts, CollectorFacts, PostingFacts, SurveyFacts
from survey_app.analysis.layout import Array, Column, Sort
from survey_app.scoring.participation import known_issued
from survey_app.scoring.tally import Tally
from survey_app.words import Audience


@dataclass(frozen=True)
class Slice:
    """The ballots of one audience in one survey. `columns` is without voided ones and those of open batches."""

    survey: SurveyFacts
    audience: Audience
    snapshot: Snapshot

    @cached_property
    def collectors(self) -> dict[int, CollectorFacts]:
        """The audience's ways in, by key."""
        return {each.id: each for each in self.survey.collectors if each.audience == self.audience}

    @cached_property
    def batches(self) -> tuple[BatchFacts, ...]:
        """Batches of these collectors that count."""
        return tuple(
            each for each in self.survey.batches if each.is_reconciled and each.collector_id in self.collectors
        )

    @cached_property
    def columns(self) -> Columns:
        """The ballots that count."""
        return self._reconciled(self._own(self.snapshot.columns))

    @cached_property
    def with_voided(self) -> Columns:
        """The ballots that would count if none were voided."""
        return self._reconciled(self._own(self.snapshot.with_voided))

    @cached_property
    def unreconciled(self) -> int:
        """Number of ballots in batches whose totals are not stated yet, sheets that are no responses among them."""
        waiting = sum(each.waiting for each in self._open)
        return self._own(self.snapshot.columns).size - self.columns.size + waiting

    @cached_property
    def open_batches(self) -> int:
        """Number of batches that these ballots stand in."""
        if not self._open:
            return 0
        present = set(np.unique(self.snapshot.columns.dimension("batch")).tolist())
        return sum(each.waiting > 0 or each.id in present for each in self._open)

    @cached_property
    def _open(self) -> tuple[BatchFacts, ...]:
        return tuple(
            each for each in self.survey.batches if not each.is_reconciled and each.collector_id in self.collectors
        )

    def _own(self, columns: Columns) -> Columns:
        return columns.where("audience", np.array([AUDIENCES.index(self.audience)]))

    def _reconciled(self, columns: Columns) -> Columns:
        still_open = [each.id for each in self.survey.batches if not each.is_reconciled]
        return columns.where("batch", np.array(still_open), drop=True) if still_open else columns


@dataclass(frozen=True)
class Groups:
    """Postings sorted into groups, 0 up to `size` - 1; the last is for ballots of none of these postings."""

    of_posting: dict[int, int]
    size: int

    @cached_property
    def by(self) -> By:
        """The same for counting."""
        return By("posting", self.of_posting, self.size)

    def of(self, posting_id: int | None) -> int:
        """Return the group of a posting."""
        return self.of_posting.get(posting_id, self.size - 1) if posting_id is not None else self.size - 1


EVERYBODY = Groups({}, 1)
"""One group for all ballots."""


@dataclass(frozen=True)
class Issued:
    """Per group: papers and invitations given out, ballots that came in through them, and ballots in all."""

    given_out: Array
    through_them: Array
    returned: Array

    def known(self, group: int) -> int | None:
        """Return how many were issued to a group; None where not every ballot came in through that."""
        return self.together([group])

    def together(self, groups: Sequence[int]) -> int | None:
        """Return the same of several groups as one."""
        given_out, through, returned = (
            int(each[list(groups)].sum()) for each in (self.given_out, self.through_them, self.returned)
        )
        return known_issued(given_out=given_out, through=through, returned=returned)


class Ballots:
    """Slices of the same instrument, counted together.

    `kept` tells which ballots count for a question where that is not all of them; how many came back is never
    limited by it. `is_live`: more ballots come in, so that what is shown of answers goes by steps.
    """

    def __init__(
        self,
        slices: Sequence[Slice],
        *,
        with_voided: bool = False,
        kept: Kept | None = None,
        is_live: bool = False,
    ) -> None:
        self.slices = tuple(slices)
        self.is_live = is_live
        self._kept = kept
        self._columns = [each.with_voided if with_voided else each.columns for each in slices]
        self._issued: dict[int, tuple[Groups, Issued]] = {}

    def returned(self, groups: Groups) -> Array:
        """Return how many ballots came back in each group, spoilt and abstained ones included."""
        spoilt, abstained = self._marked(groups)
        return self._counted(groups) + spoilt + abstained

    @property
    def without_answers(self) -> int:
        """How many papers came back spoilt or abstained; they are counted, not stored one by one."""
        return sum(int(each.sum()) for each in self._marked(EVERYBODY))

    @property
    def papers_abstained(self) -> int:
        """How many papers came back that abstain as a whole."""
        return int(self._marked(EVERYBODY)[1].sum())

    def issued(self, groups: Groups) -> Issued:
        """Return what was given out in each group."""
        # Every item of a table asks for the same groups again.
        key = id(groups)
        if key not in self._issued:
            self._issued[key] = (groups, self._given_out(groups))
        return self._issued[key][1]

    def _given_out(self, groups: Groups) -> Issued:
        given, through = np.zeros(groups.size, np.int64), np.zeros(groups.size, np.int64)
        for part, columns in zip(self.slices, self._columns, strict=True):
            invited = {key: each.invited for key, each in part.collectors.items() if each.invited is not None}
            for codes in invited.values():
                for posting, count in codes.items():
                    given[groups.of(posting)] += count
            stated = [each for each in part.batches if each.issued is not None and each.collector_id not in invited]
            for batch in stated:
                group = groups.of(batch.posting_id)
                given[group] += batch.issued or 0
                through[group] += batch.spoilt + batch.abstained
            by_code = columns.where("collector", np.array(sorted(invited)))
            on_paper = columns.where("batch", np.array([each.id for each in stated]))
            through += by_code.counts_by(groups.by) + on_paper.counts_by(groups.by)
        return Issued(given, through, self.returned(groups))

    def tallies(self, field: str, groups: Groups) -> list[Tally]:
        """Return the tally of a coded field in each group."""
        spoilt, abstained = self._marked(groups)
        issued = self.issued(groups)
        found = [
            Tally(spoilt=int(spoilt[group]), abstained=int(abstained[group]), issued=issued.known(group))
            for group in range(groups.size)
        ]
        for columns in self._columns:
            column = columns.column(field, Sort.CODED)
            if column is None:
                continue
            for group, row in enumerate(self._released(columns, column).counts(column, groups.by)):
                by_code, blank, not_asked = tallied(column, row)
                counted = Tally(counts=by_code, blank=blank, not_asked=not_asked)
                # What was issued is known for the group, not for each survey's share in it.
                found[group] = replace(found[group] + counted, issued=found[group].issued)
        return found

    def counts(self, column: Column) -> Array:
        """Return the counts of a column with its two marks first, over everybody."""
        total: Array | None = None
        for columns in self._columns:
            own = columns.layout.get(column.name)
            if own is None:
                continue
            counts = self._released(columns, own).counts(own)[0]
            total = counts if total is None else _padded(total, len(counts)) + _padded(counts, len(total))
        return total if total is not None else np.zeros(2, np.int64)

    def values(self, column: Column) -> Array:
        """Return all values of a measured column."""
        found = [
            self._released(columns, own).values(own)
            for columns in self._columns
            if (own := columns.layout.get(column.name)) is not None
        ]
        return np.concatenate(found) if found else np.array([], np.float64)

    @property
    def is_partial(self) -> bool:
        """Whether not every ballot may count for every question."""
        return self._kept is not None

    @property
    def size(self) -> int:
        """How many ballots are stored one by one."""
        return sum(columns.size for columns in self._columns)

    def only(self, chosen: Callable[[Columns], Columns]) -> Ballots:
        """Return some of the ballots, all of which count for the questions that are asked about."""
        found = Ballots(self.slices)
        found._columns = [chosen(columns) for columns in self._columns]
        return found

    def _released(self, columns: Columns, column: Column) -> Columns:
        return columns if self._kept is None else columns.kept(column, self._kept)

    def coded(self, field: str, codes: Sequence[str]) -> Array:
        """Return for each ballot whether its answer to `field` is among `codes`."""
        found = []
        for columns in self._columns:
            column = columns.column(field, Sort.CODED)
            if column is None:
                found.append(np.zeros(columns.size, np.bool_))
                continue
            places = [place for place, code in enumerate(column.codes) if code in codes]
            found.append(np.isin(columns.values(column), np.array(places)))
        return np.concatenate(found) if found else np.array([], np.bool_)

    def dimension(self, name: str) -> Array:
        """Return a dimension of each ballot, in the order of `coded`."""
        found = [columns.dimension(name) for columns in self._columns]
        return np.concatenate(found) if found else np.array([], np.int64)

    def _counted(self, groups: Groups) -> Array:
        total = np.zeros(groups.size, np.int64)
        for columns in self._columns:
            total += columns.counts_by(groups.by)
        return total

    def _marked(self, groups: Groups) -> tuple[Array, Array]:
        """Return the spoilt and the abstained ballots of each group; they are counted, not stored one by one."""
        spoilt, abstained = np.zeros(groups.size, np.int64), np.zeros(groups.size, np.int64)
        for part in self.slices:
            for batch in part.batches:
                group = groups.of(batch.posting_id)
                spoilt[group] += batch.spoilt
                abstained[group] += batch.abstained
        return spoilt, abstained


def headcount(postings: Sequence[PostingFacts]) -> int | None:
    """Return the workers of these postings together; None if one of them is unknown, or there is none."""
    known = [each.headcount for each in postings]
    return sum(count or 0 for count in known) if known and None not in known else None


def _padded(counts: Array, length: int) -> Array:
    return np.pad(counts, (0, max(0, length - len(counts))))
