"""A campaign as it stands in a reader's subtrees: what lies elsewhere is taken away before anything is worked out.

What remains is evaluated like a whole campaign. The gate has all ballots and the reader's paths, as where they
explore: so nothing is shown of a part here that exploring would not show of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey_app.analysis.columns import Columns, Piece, Snapshot
from survey_app.analysis.encode import NONE
from survey_app.analysis.facts import BatchFacts, CampaignFacts, CollectorFacts, SurveyFacts
from survey_app.analysis.layout import Array
from survey_app.analysis.places import Tree
from survey_app.questionnaire.text import Text


@dataclass(frozen=True, eq=False)
class Within:
    """The subtrees of a reader: which leaves of the tree (last: nowhere), which units and postings are theirs."""

    tree: Tree
    inside: Array
    units: frozenset[int]
    postings: frozenset[int]

    @classmethod
    def of(cls, tree: Tree, paths: Sequence[str]) -> Within:
        """Return the subtrees `paths`."""
        units = frozenset(unit for unit, path in tree.paths.items() if path.startswith(tuple(paths)))
        nodes = tree.leaf_nodes
        inside = np.isin(tree.unit[nodes], np.array(sorted(units), np.int64))
        postings = frozenset(tree.posting[nodes][inside].tolist()) - {NONE}
        return cls(tree, np.append(inside, False), units, postings)

    def has(self, posting: int | None, unit: int | None = None) -> bool:
        """Tell whether a posting is theirs, or what belongs to a unit and to no posting."""
        return unit in self.units if posting is None else posting in self.postings

    def ballots(self, snapshot: Snapshot) -> Snapshot:
        """Return the ballots that came from there."""
        return Snapshot(self._columns(snapshot.columns), self._columns(snapshot.with_voided))

    def _columns(self, columns: Columns) -> Columns:
        return columns.only(self._rows)

    def _rows(self, piece: Piece) -> Array:
        return np.asarray(self.inside[self.tree.leaves_of(piece.arrays["posting"], piece.arrays["unit"])])

    def campaign(self, campaign: CampaignFacts, units: Sequence[Text]) -> CampaignFacts:
        """Return the campaign's postings, teams, ways in, papers and visits there. `units` names the subtrees."""
        postings = tuple(each for each in campaign.postings if self.has(each.id))
        present = {each.team_id for each in postings}
        return replace(
            campaign,
            part=tuple(units),
            teams={key: name for key, name in campaign.teams.items() if key in present},
            postings=postings,
            surveys=tuple(self._survey(each) for each in campaign.surveys),
            visits=tuple(each for each in campaign.visits if self.has(each.posting_id)),
        )

    def _survey(self, survey: SurveyFacts) -> SurveyFacts:
        """Return a survey with what was given out and came back here."""
        return replace(
            survey,
            collectors=tuple(self._collector(each) for each in survey.collectors),
            batches=tuple(made for each in survey.batches if (made := self._batch(each)) is not None),
            is_part=True,
        )

    def _collector(self, way: CollectorFacts) -> CollectorFacts:
        """Return a way in as far as it leads from here: it may have been moved from or to elsewhere."""
        invited = None
        if way.invited is not None:
            invited = {key: many for key, many in way.invited.items() if self.has(key, way.unit_id)}
        is_here = self.has(way.posting_id, way.unit_id)
        former = tuple(each for each in way.former if self.has(each))
        return replace(
            way,
            posting_id=way.posting_id if is_here else None,
            former=former,
            invited=invited,
            is_here=is_here or bool(former),
        )

    def _batch(self, batch: BatchFacts) -> BatchFacts | None:
        """Return a batch from here. One from elsewhere stays, empty, while its ballots must not count."""
        if self.has(batch.posting_id, batch.unit_id):
            return batch
        return (
            None
            if batch.is_reconciled
            else replace(batch, posting_id=None, issued=None, spoilt=0, abstained=0, waiting=0)
        )
