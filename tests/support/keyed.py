"""Paper in the field, for tests: a batch of the shipped workers' questionnaire, and sheets keyed by two people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from survey_app.library import template
from survey_app.services import paper, paper_keying
from survey_app.services.access import Actor
from survey_app.services.paper import Settings, Totals
from survey_app.services.paper_keying import Entry
from survey_app.storage.session import Database
from survey_app.words import BallotKind, Role
from tests.support.field import Field, put_into_field
from tests.support.office import NOW, Office, make_office
from tests.support.union import person

SATISFIED: Mapping[str, str] = {
    "W01": "1", "W02": "12", "W10": "2",
    "W11": "1", "W12": "1", "W13": "2", "W14": "2", "W15": "3", "W16": "6",
    "W20": "13", "W21": "1", "W23": "4", "W28": "1", "W29": "1", "W30": "9", "W32a": "教大家算加班工资",
}  # fmt: skip
"""The keys of a whole ballot."""
UNAWARE: Mapping[str, str] = {"W01": "3", "W30": "10"}
"""The keys of a ballot of somebody who never met the team: most of the questionnaire is not for them."""
SETTINGS = Settings("一车间", copies=60, second_share=0, filled_on=date(2026, 4, 10))
LATER = NOW + timedelta(hours=3)


@dataclass(frozen=True)
class Paper:
    """A batch of paper in an office, its organiser, and two people who key."""

    database: Database
    office: Office
    field: Field
    batch_id: int
    one: Actor
    other: Actor

    @property
    def organiser(self) -> Actor:
        """Who runs the survey."""
        return self.office.organiser

    def key(
        self,
        serial: int,
        typed: Mapping[str, str] = SATISFIED,
        *,
        kind: BallotKind = BallotKind.VALID,
        entry: Entry = Entry.FIRST,
        by: Actor | None = None,
        now: datetime = NOW,
    ) -> None:
        """Key a sheet."""
        paper_keying.save(
            self.database,
            actor=by or self.one,
            batch_id=self.batch_id,
            entry=entry,
            serial=serial,
            kind=kind,
            typed=typed,
            now=now,
        )

    def count(self, issued: int | None, returned: int | None, spoilt: int = 0, abstained: int = 0) -> None:
        """State what was counted by hand."""
        self.change(Totals(issued, returned, spoilt, abstained))

    def change(self, totals: Totals, **settings: object) -> None:
        """Change totals and settings."""
        paper.change(
            self.database,
            actor=self.organiser,
            batch_id=self.batch_id,
            settings=replace(SETTINGS, **settings),  # type: ignore[arg-type]  # names of fields, each with its value
            totals=totals,
            now=NOW,
        )

    def page(self) -> paper.PaperPage:
        """The batch as its organiser sees it."""
        return paper.page(self.database, actor=self.organiser, batch_id=self.batch_id)

    def close(self, now: datetime = LATER) -> paper.PaperPage:
        """Close the batch."""
        return paper.close(self.database, actor=self.organiser, batch_id=self.batch_id, now=now)


def make_paper(
    database: Database, settings: Settings = SETTINGS, *, name: str = "江岸", password: str = ""
) -> Paper:
    """Put an office with a survey on paper and two keyers into the database; `name` keeps several apart.

    With a `password` its organiser can sign in; the keyers always can, with that of `union`.
    """
    office = make_office(database, name=name, password=password)
    field = put_into_field(database, office, template("A_W").questionnaire)
    made = paper.create(
        database, actor=office.organiser, collector_id=field.collector_id, settings=settings, now=NOW
    )
    one, other = (person(database, f"{name}-{who}", Role.KEYER, office.unit) for who in ("one", "two"))
    return Paper(database, office, field, made.batch_id, one, other)
