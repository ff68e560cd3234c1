"""A survey's responses in a list: what the column store reads in tests that need no database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from survey_app.analysis.encode import ResponseRow
from survey_app.questionnaire.definition import Questionnaire

NOW = datetime(2017, 5, 1, 9, 0, tzinfo=UTC)


def response(number: int, received_at: datetime, answers: dict[str, Any], **more: Any) -> ResponseRow:
    """A response of a worker at posting 7; its id tells nothing about `number`'s place in time."""
    row = ResponseRow(
        id=UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128),
        received_at=received_at.replace(minute=received_at.minute // 10 * 10, second=0, microsecond=0),
        version_id=1,
        collector_id=3,
        posting_id=7,
        unit_id=9,
        batch_id=None,
        audience="workers",
        mode="web",
        seconds=None,
        answers=answers,
    )
    return row._replace(**more)


@dataclass
class Stored:
    """The rows as a database would have them; a test adds to them, voids and erases."""

    questionnaires: dict[int, Questionnaire]
    responses: dict[UUID, ResponseRow] = field(default_factory=dict)
    stored_at: dict[UUID | str, datetime] = field(default_factory=dict)
    erasures: list[UUID] = field(default_factory=list)
    voidings: set[UUID] = field(default_factory=set)
    survey_id: int = 1
    identity: str = "test"
    first_version: int = 1
    portion: int = 3
    rows_read: int = 0

    def add(self, *rows: ResponseRow, stored_at: datetime | None = None) -> None:
        """Commit responses; `stored_at` says when, where they were received before."""
        self.responses.update({row.id: row for row in rows})
        if stored_at is not None:
            self.stored_at.update({row.id: stored_at for row in rows})

    def erase(self, one: UUID) -> None:
        """Delete a response and note that it happened."""
        del self.responses[one]
        self.erasures.append(one)

    def counting(self) -> list[ResponseRow]:
        """The responses that figures are made of."""
        return [row for row in self.responses.values() if row.id not in self.voidings]

    def questionnaire(self, version_id: int) -> Questionnaire:
        return self.questionnaires[version_id]

    def rows(self, since: datetime | None, until: datetime | None) -> Iterator[Sequence[ResponseRow]]:
        return self._portions(self._between(since, until))

    def rows_of(self, ids: Sequence[UUID]) -> Iterator[Sequence[ResponseRow]]:
        return self._portions([self.responses[each] for each in ids if each in self.responses])

    def ids_since(self, since: datetime) -> Sequence[UUID]:
        return [row.id for row in self._between(since, None)]

    def ids_before(self, until: datetime) -> Sequence[UUID]:
        return [row.id for row in self._between(None, until)]

    def count(self, since: datetime | None, until: datetime | None, before: datetime) -> int:
        return sum(
            (since is None or row.received_at >= since) and (until is None or row.received_at < until)
            for row in self._between(None, before)
        )

    def erased(self, after: int) -> tuple[int, Sequence[UUID]]:
        return len(self.erasures), self.erasures[after:]

    def voided(self) -> Sequence[UUID]:
        return [each for each in self.voidings if each in self.responses]

    def of_another_database(self) -> "Stored":
        """The same survey number in another database."""
        return replace(self, responses={}, erasures=[], voidings=set(), identity="another")

    def _between(self, since: datetime | None, until: datetime | None) -> list[ResponseRow]:
        return sorted(
            (
                row
                for row in self.responses.values()
                if (since is None or self._came(row) >= since) and (until is None or self._came(row) < until)
            ),
            key=lambda row: (row.received_at, row.id),
        )

    def _came(self, row: ResponseRow) -> datetime:
        return self.stored_at.get(row.id, row.received_at)

    def _portions(self, rows: list[ResponseRow]) -> Iterator[Sequence[ResponseRow]]:
        for start in range(0, len(rows), self.portion):
            part = rows[start : start + self.portion]
            self.rows_read += len(part)
            yield part
