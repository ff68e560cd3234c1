"""What every outlet stands on: the campaign's tree, and the gate of one reader to one audience of an instrument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.analysis.blocks import scope_of
from survey_app.analysis.gate import Gate
from survey_app.analysis.places import LeafFacts, Tree, UnitFacts
from survey_app.analysis.readings import entries
from survey_app.analysis.store import ColumnStore
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
    ) -> Gate:
        """Return the gate of a reader of the subtrees `paths` to the ballots of an audience, given by survey."""
        worlds = self.columns.worlds
        world = worlds.world(ballots, audience, self.tree, self.number)
        scope = worlds.memory.get(
            (world.state, tuple(paths)),
            lambda: scope_of(self.tree, world.active, paths),
            lambda made: 50 * len(made.node),
        )
        asked = {
            each.name: found for each in entries(questionnaire) if (found := each.asked(world.layout)) is not None
        }
        return Gate(world, scope, paths, threshold, asked, worlds.memory)


def ground(session: Session, columns: ColumnStore, campaign_id: int) -> Ground:
    """Return the places of a campaign as they are now."""
    postings = tuple(LeafFacts(*row) for row in queries.postings(session, campaign_id))
    units = [UnitFacts(*row) for row in queries.units(session)]
    tree, number = columns.worlds.tree(campaign_id, units, postings)
    return Ground(columns, tree, number, postings)
