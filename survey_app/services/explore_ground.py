"""What every outlet stands on: the campaign's tree, and the gate of one reader to one audience of an instrument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.analysis.blocks import scope_of
from survey_app.analysis.encode import slot_of
from survey_app.analysis.gate import Gate
from survey_app.analysis.places import LeafFacts, Tree, UnitFacts
from survey_app.analysis.readings import entries
from survey_app.analysis.release import Release, Rule
from survey_app.analysis.store import MARGIN, ColumnStore
from survey_app.analysis.worlds import Ballots
from survey_app.questionnaire.definition import Questionnaire
from survey_app.storage.queries import explore as queries
from survey_app.storage.session import Session
from survey_app.words import Audience

EVERYTHING = ("/",)
"""The paths of a reader of the whole campaign."""


@dataclass(frozen=True)
class Ground:
    """A campaign's places. `number` changes with the tree."""

    columns: ColumnStore
    tree: Tree
    number: int
    postings: tuple[LeafFacts, ...]

    def gate(
        self,
        ballots: Mapping[int, Ballots],
        audience: Audience,
        questionnaire: Questionnaire,
        threshold: int,
        paths: Sequence[str] = EVERYTHING,
        *,
        live_at: datetime | None,
    ) -> Gate:
        """Return the gate of a reader of the subtrees `paths` to the ballots of an audience, given by survey.

        `live_at` is now where one of these surveys may still take answers (`seals.may_take`), None where all are
        over.
        """
        worlds = self.columns.worlds
        world = worlds.world(ballots, audience, self.tree, self.number)
        scope = worlds.memory.get(
            (world.state, tuple(paths)),
            lambda: scope_of(self.tree, world.active, paths),
            lambda made: 50 * len(made.node),
        )
        every = entries(questionnaire)
        asked = {each.name: found for each in every if (found := each.asked(world.layout)) is not None}
        release = None
        if live_at is not None:
            counting = {each.name: tuple(each.labels) for each in every}
            release = Release(world, Rule(threshold, slot_of(live_at - MARGIN), counting))
        return Gate(world, scope, paths, threshold, asked, worlds.memory, release)


def ground(session: Session, columns: ColumnStore, campaign_id: int) -> Ground:
    """Return the places of a campaign as they are now."""
    postings = tuple(LeafFacts(*row) for row in queries.postings(session, campaign_id))
    units = [UnitFacts(*row) for row in queries.units(session)]
    tree, number = columns.worlds.tree(campaign_id, units, postings)
    return Ground(columns, tree, number, postings)
