"""What the store asks of the database, in the store's words; `services` gives the real thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from survey_app.analysis.encode import ResponseRow
from survey_app.questionnaire.definition import Questionnaire


class Source(Protocol):
    """One survey's responses, as one view of the database: whatever others commit meanwhile is not in it.

    A response *came* at the moment of its receipt, or later if it was stored later, as ballots of a file or of
    paper are. Moments are aware; `since` is inclusive, `until` exclusive, None unlimited. Voided responses are
    among the rows; erased ones are nowhere.
    """

    @property
    def survey_id(self) -> int:
        """The survey's key."""

    @property
    def identity(self) -> str:
        """Names this database and survey, so that files of another are not taken for its own."""

    @property
    def first_version(self) -> int:
        """The version that the survey is in the field with."""

    def questionnaire(self, version_id: int) -> Questionnaire:
        """Return the design of a version."""

    def rows(self, since: datetime | None, until: datetime | None) -> Iterator[Sequence[ResponseRow]]:
        """Yield the responses that came in this time, in portions.

        They are in the order of receipt and then id; without `since` perhaps by id alone.
        """

    def rows_of(self, ids: Sequence[UUID]) -> Iterator[Sequence[ResponseRow]]:
        """Yield the responses with these ids in portions, in that order; those that are gone are left out."""

    def ids_since(self, since: datetime) -> Sequence[UUID]:
        """Return the ids of the responses that came from `since` on, in the order of `rows`."""

    def ids_before(self, until: datetime) -> Sequence[UUID]:
        """Return the ids of the responses that came before `until`, in the order of `rows`."""

    def count(self, since: datetime | None, until: datetime | None, before: datetime) -> int:
        """Return the number of responses received from `since` to `until` that came before `before`."""

    def erased(self, after: int) -> tuple[int, Sequence[UUID]]:
        """Return the key of the newest erasure (`after` if none is newer) and the ids erased since `after`."""

    def voided(self) -> Sequence[UUID]:
        """Return the ids of the responses that are voided and not restored."""
