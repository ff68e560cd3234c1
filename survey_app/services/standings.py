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


def floors_of(database: Database, subject: Subject) -> tuple[FloorFacts, ...]:
    """Return the floors that hold for the audience that is explored."""
    with database.reading() as session:
        found = floors.floors(session, subject.surveys)
    return judging.floors_of(each.get(subject.audience) for each in found.values())


def of_units(exploration: Exploration, holding: Sequence[FloorFacts]) -> Gated[Mapping[int, Standing]]:
    """Return how each unit of the reader's stands, by key; nothing where there is no floor, or conditions are set.

    Of the selected team only, where one is. Raises `OutOfScope`.
    """
    return judging.by_unit(exploration.topic, exploration.selection, holding)
