"""Exporting: every figure of a campaign that its reader may see, opened place by place, and who took them when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from survey_app.analysis.explore import BY_TEAM, Grouping, View
from survey_app.analysis.gate import Gated
from survey_app.analysis.selection import Selection
from survey_app.analysis.store import ColumnStore
from survey_app.analysis.unit_table import inner_places
from survey_app.questionnaire.text import Text
from survey_app.services import audit
from survey_app.services.access import Actor, NotFound
from survey_app.services.context import Database
from survey_app.services.explore import Exploration, StillSealed, Subject, explored, subjects
from survey_app.services.explore_places import Surroundings, surroundings, unit_names
from survey_app.storage.queries import explore as queries

Format: TypeAlias = Literal["csv", "xlsx"]


@dataclass(frozen=True)
class Opened:
    """One audience of an instrument. `units` are the keys of all units with ballots, those above before others."""

    subject: Subject
    exploration: Exploration
    units: tuple[int, ...]

    def whole(self) -> Gated[View]:
        """Return every question about all that the reader sees."""
        return self.exploration.view()

    def teams(self) -> Gated[Grouping] | None:
        """Return every question about each team; None where nobody was posted."""
        names = [entry.name for entry in self.subject.entries]
        return self.exploration.grouping(BY_TEAM, names) if names else None

    def by_unit(self) -> Iterator[tuple[int, int | None, Gated[View]]]:
        """Yield each unit with the one right above it, and every question about it."""
        for unit in self.units:
            here = replace(self.exploration, selection=replace(self.exploration.selection, unit=unit))
            yield unit, self.exploration.unit_over(unit), here.view()


@dataclass(frozen=True)
class Export:
    """All that a reader may take of a campaign. `sealed` shows nothing yet; `units` are names by key."""

    around: Surroundings
    parts: tuple[Opened, ...]
    sealed: tuple[Subject, ...]
    units: Mapping[int, Text]


def exported(
    database: Database,
    columns: ColumnStore,
    *,
    actor: Actor,
    campaign_id: int,
    file_format: Format,
    now: datetime,
) -> Export:
    """Open everything of a campaign that the reader may see, and record that it was taken as a file.

    Raises `NotFound` (also where no survey has begun), and `StillSealed` where all that there is, is sealed.
    """
    around = surroundings(database, actor=actor, campaign_id=campaign_id)
    every = subjects(database, actor=actor, campaign_id=campaign_id, now=now)
    sealed = tuple(each for each in every if each.is_sealed)
    if not every:
        raise NotFound
    parts = tuple(_opened(database, columns, actor, each, now) for each in every if not each.is_sealed)
    if not parts:
        raise StillSealed(None)
    names = unit_names(database, {unit for part in parts for unit in part.units})
    with database.transaction() as session:
        campaign = queries.campaign(session, campaign_id)
        audit.record(
            session,
            actor=actor,
            action="figures_exported",
            subject_kind="campaign",
            subject_id=campaign_id,
            unit_id=None if campaign is None else campaign.unit_id,
            now=now,
            file_format=file_format,
        )
    return Export(around, parts, sealed, names)


def _opened(database: Database, columns: ColumnStore, actor: Actor, subject: Subject, now: datetime) -> Opened:
    chosen = Selection(survey=subject.survey, audience=subject.audience)
    exploration = explored(database, columns, actor=actor, selection=chosen, now=now)
    gate = exploration.topic.gate
    nodes = gate.scope.node[inner_places(exploration.topic)]
    return Opened(subject, exploration, tuple(int(unit) for unit in gate.world.tree.unit[nodes]))
