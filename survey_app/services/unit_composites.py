"""The composite of audiences by unit, where one is declared and every audience of it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from survey_app.analysis.gate import Gated
from survey_app.analysis.selection import TEAM, UNIT, Selection
from survey_app.analysis.store import ColumnStore
from survey_app.analysis.unit_composites import Side, UnitComposites, unit_composites
from survey_app.services.access import Actor
from survey_app.services.composites import declared
from survey_app.services.context import Database
from survey_app.services.explore import Subject, explored, subjects
from survey_app.storage.queries import explore as queries
from survey_app.words import Audience, Purpose


def by_unit(
    database: Database, columns: ColumnStore, *, actor: Actor, selection: Selection, now: datetime
) -> Gated[UnitComposites] | None:
    """Return the composite at every unit, of the selected team if one is; None where there is none to show.

    That is where none is declared, where conditions are set (answers and weeks belong to one survey), and where the
    selection is of no leading first evaluation or an audience has none that can be read. Raises `OutOfScope`.
    """
    if selection.cuts:
        return None
    with database.reading() as session:
        survey = queries.survey(session, selection.survey)
        found = None if survey is None else declared(session, survey.campaign_id)
    if survey is None or found is None:
        return None
    every = subjects(database, actor=actor, campaign_id=survey.campaign_id, now=now)
    sides = {}
    for audience, _ in found.weights:
        side = _leading(
            database, columns, actor, [each for each in every if each.audience == audience], selection, now
        )
        if side is None:
            return None
        sides[audience] = side
    if not any(_is_of(selection, side.selection) for side in sides.values()):
        return None
    return unit_composites(found, sides)


def _is_of(selection: Selection, other: Selection) -> bool:
    return (selection.survey, selection.audience) == (other.survey, other.audience)


def _leading(
    database: Database,
    columns: ColumnStore,
    actor: Actor,
    every: Sequence[Subject],
    selection: Selection,
    now: datetime,
) -> Side | None:
    """Return the instrument that the results page takes for an audience: those with ballots first."""
    own = [each for each in every if each.wave is None and not each.is_sealed and _verdict(each)]
    own.sort(key=lambda each: (each.purpose != Purpose.ACTIVITY_EVALUATION, each.survey))
    sides = []
    for each in own:
        place = replace(selection.only((UNIT, TEAM)), survey=each.survey, audience=Audience(each.audience))
        found = explored(database, columns, actor=actor, selection=place, now=now)
        side = Side(found.topic, found.selection, _verdict(each))
        if found.topic.gate.world.size:
            return side
        sides.append(side)
    return sides[0] if sides else None


def _verdict(subject: Subject) -> str:
    return next((each.name for each in subject.entries if each.is_headline and each.is_rated), "")
