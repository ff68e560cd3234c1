"""What every outlet stands on: the campaign's tree, and the gate of one reader to one audience of an instrument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from survey_app.analysis.columns import Piece, Snapshot
from survey_app.analysis.encode import slot_of
from survey_app.analysis.gate import Gate
from survey_app.analysis.layout import Array
from survey_app.analysis.places import LeafFacts, Tree, UnitFacts, tree_of
from survey_app.analysis.several import Looking, Own
from survey_app.analysis.store import ColumnStore
from survey_app.analysis.worlds import Ballots
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.services.access import Actor, Permission
from survey_app.services.seals import may_take
from survey_app.storage.models import Survey
from survey_app.storage.queries import explore as queries
from survey_app.storage.queries import seals as seal_queries
from survey_app.storage.session import Session
from survey_app.words import Audience

EVERYTHING = ("/",)
"""The paths of a reader of the whole campaign."""


def readers_paths(session: Session, actor: Actor, campaign_id: int, top: str) -> tuple[str, ...]:
    """Return the subtrees of a campaign of the unit with the path `top` whose results somebody may read.

    `EVERYTHING` for the whole, also for its places elsewhere; none: it is not for them.
    """
    own = actor.paths(Permission.READ_RESULTS)
    if any(top.startswith(path) for path in own):
        return EVERYTHING
    return tuple(path for path in own if queries.is_any_below(session, campaign_id, path))


def units_on_top(session: Session, paths: Sequence[str]) -> tuple[Text, ...]:
    """Return the names of the units on top of a reader's subtrees; none for `EVERYTHING`."""
    keys = [int(path.strip("/").rsplit("/", 1)[-1]) for path in paths if path not in EVERYTHING]
    names = {key: Text(zh, en) for key, zh, en in queries.unit_names(session, keys)}
    return tuple(names[key] for key in keys)


@dataclass(frozen=True)
class Ground:
    """A campaign's places. `number` changes with the tree. `resumed`: since when surveys took answers again."""

    columns: ColumnStore
    tree: Tree
    number: int
    resumed: Mapping[int, Sequence[datetime]]

    def counting(self, snapshot: Snapshot, survey: Survey, now: datetime) -> Snapshot:
        """Return what counts of a survey by now: voided ballots count until no more answers come in.

        Without them, steps would shift by a few people whenever somebody leaves some out or lets them count again.
        """
        if not may_take(survey, now):
            return snapshot
        resumed = self.resumed.get(survey.id)
        if not resumed:
            return replace(snapshot, columns=snapshot.with_voided)
        since = slot_of(resumed[-1])
        columns = snapshot.columns.kept_by(
            lambda piece: _all(piece) if piece.kept is None else piece.kept | (piece.arrays["slot"] >= since)
        )
        return replace(snapshot, columns=columns)

    def own(self, session: Session, survey: Survey, ballots: Ballots, now: datetime) -> Own:
        """Return the ballots of a survey with how far they may be shown: all of what is over, more by steps."""
        resumed = tuple(self.resumed.get(survey.id, ()))
        entered = seal_queries.entered(session, survey.id) if resumed else {}
        return Own(ballots, survey.threshold, may_take(survey, now), resumed, entered)

    def gate(
        self,
        ballots: Mapping[int, Own],
        audience: Audience,
        questionnaire: Questionnaire,
        paths: Sequence[str] = EVERYTHING,
        *,
        now: datetime,
    ) -> Gate:
        """Return the gate of a reader of the subtrees `paths` to the ballots of an audience, given by survey."""
        looking = Looking(self.columns.worlds, self.tree, self.number, tuple(paths), now)
        return looking.gate(ballots, audience, questionnaire)


def _all(piece: Piece) -> Array:
    return np.ones(piece.size, np.bool_)


def ground(session: Session, columns: ColumnStore, campaign_id: int) -> Ground:
    """Return the places of a campaign as they are now."""
    places = queries.places(session, campaign_id)
    tree, number = columns.worlds.tree(campaign_id, places, lambda: _tree(places))
    return Ground(columns, tree, number, seal_queries.resumed(session, campaign_id))


def _tree(places: queries.Places) -> Tree:
    return tree_of((UnitFacts(*row) for row in places.units), (LeafFacts(*row) for row in places.postings))
