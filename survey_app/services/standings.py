"""How the places of an exploration stand to the floors of participation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey_app.analysis import floors as judging
from survey_app.analysis.facts import FloorFacts
from survey_app.analysis.gate import Gated
from survey_app.scoring.participation import Standing
from survey_app.services import floors
from survey_app.services.context import Database
from survey_app.services.explore import Exploration, Subject
from survey_app.words import Audience


def floors_of(database: Database, subject: Subject) -> tuple[FloorFacts, ...]:
    """Return the floors that hold for what is explored: they are for workers."""
    if subject.audience != Audience.WORKERS:
        return ()
    with database.reading() as session:
        return judging.floors_of(floors.floors(session, subject.surveys).values())


def of_units(exploration: Exploration, holding: Sequence[FloorFacts]) -> Gated[Mapping[int, Standing]]:
    """Return how each unit of the reader's stands, by key; nothing where there is no floor, or conditions are set.

    Of the selected team only, where one is. Raises `OutOfScope`.
    """
    return judging.by_unit(exploration.topic, exploration.selection, holding)
