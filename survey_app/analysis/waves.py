"""The first evaluation and the return visits side by side, on the indicator that they share (W10 ↔ F03).

A change is that of the same enterprises: both waves are counted at the postings that have ballots in both, so that
an enterprise that was left out later neither flatters nor spoils it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from survey_app.analysis.contrast import Measured, contrasts, rate_changes
from survey_app.analysis.facts import PostingFacts
from survey_app.analysis.instrument import Instrument
from survey_app.questionnaire.text import Text
from survey_app.scoring.adjust import holm
from survey_app.scoring.evaluation import Comparability, Contrast, TeamChange, Wave, Waves


def waves_of(first: Instrument, visits: Mapping[int, Instrument], teams: Mapping[int, Text]) -> Waves | None:
    """Return the waves of one audience; `visits` by month. None where no visit shares the first's indicator."""
    indicator = first.questionnaire.headline
    linked = {
        month: visit
        for month, visit in sorted(visits.items())
        if visit.questionnaire.headline is not None and visit.questionnaire.wave_link == indicator
    }
    if indicator is None or not linked:
        return None
    present = {team for each in (first, *linked.values()) for team in each.team_ids}
    shown = tuple(team for team in teams if team in present)
    before = _wave(0, first, indicator, shown)
    pairs = {month: _Pair(first, visit) for month, visit in linked.items()}
    return Waves(
        audience=first.audience,
        teams=tuple(teams[team] for team in shown),
        first=before,
        visits=tuple(_visit(month, pair, shown) for month, pair in pairs.items()),
        team_changes=_adjusted(found for month, pair in pairs.items() for found in pair.of_teams(month)),
    )


def _wave(month: int, instrument: Instrument, field: str, shown: Sequence[int]) -> Wave:
    _, rated = instrument.total(field)
    by_team = dict(zip(instrument.team_ids, instrument.teams(field), strict=False))
    back = instrument.returned_by_posting
    asked = [posting for posting, returned in zip(instrument.all_postings, back, strict=False) if returned]
    return Wave(
        month=month,
        title=instrument.surveys[0].title,
        label=instrument.questionnaire.fields[field].label,
        rated=rated,
        places=len(asked),
        teams=tuple(by_team.get(team) for team in shown),
        returned=instrument.returned,
        headcount=None if back[-1] else instrument.headcount_of(asked),
        surveys=tuple(survey.id for survey in instrument.surveys),
    )


def _visit(month: int, pair: _Pair, shown: Sequence[int]) -> Wave:
    """Return a wave with its contrast against the first."""
    return replace(_wave(month, pair.visit, pair.field, shown), missing=pair.missing(), contrast=pair.whole)


@dataclass(frozen=True)
class _Pair:
    """The first evaluation and one visit."""

    first: Instrument
    visit: Instrument

    @property
    def field(self) -> str:
        return self.visit.questionnaire.headline or ""

    def missing(self) -> tuple[Text, ...]:
        """Name the teams with postings that have ballots of the first evaluation and none of the visit."""
        back = zip(self.first.returned_by_posting, self.visit.returned_by_posting, strict=True)
        left = [
            posting.team_id
            for posting, (before, after) in zip(self.first.all_postings, back, strict=False)
            if before and not after
        ]
        return tuple(self.first.all_teams[team] for team in self.first.all_teams if team in left)

    @property
    def whole(self) -> Contrast:
        """The contrast over all that both have."""
        if self._sides is None:
            return Contrast(comparability=Comparability.TOO_FEW)
        everywhere = np.ones(self._sides[0].topic.gate.world.tree.leaves, np.bool_)
        return contrasts(*self._sides, [everywhere]).value[0]

    def of_teams(self, month: int) -> list[TeamChange]:
        """Return the change of each team, and of each enterprise of a team with several; not yet adjusted."""
        if self._sides is None:
            return []
        tree = self._sides[0].topic.gate.world.tree
        of_leaf = tree.posting[tree.leaf_nodes]
        places = [np.isin(of_leaf, [each.id for each in part]) for part in self._parts]
        return [
            TeamChange(
                team=self.first.all_teams[part[0].team_id],
                places=tuple(dict.fromkeys(each.place for each in part)),
                month=month,
                first=found.first,
                second=found.second,
                change=found.change,
                adjusted=found.change.p_value,
            )
            for part, found in zip(self._parts, rate_changes(*self._sides, places).value, strict=True)
            if found is not None
        ]

    @cached_property
    def _sides(self) -> tuple[Measured, Measured] | None:
        sides = (_measured(self.first), _measured(self.visit))
        return None if sides[0] is None or sides[1] is None else (sides[0], sides[1])

    @cached_property
    def _parts(self) -> list[list[PostingFacts]]:
        """The postings of each team that has ballots in both, and of each enterprise of a team with several."""
        back = zip(self.first.returned_by_posting, self.visit.returned_by_posting, strict=True)
        teams: dict[int, list[PostingFacts]] = {team: [] for team in self.first.all_teams}
        for each, returned in zip(self.first.all_postings, back, strict=False):
            if all(returned):
                teams[each.team_id].append(each)
        found = []
        for team in filter(None, teams.values()):
            places: dict[Text, list[PostingFacts]] = {}
            for each in team:
                places.setdefault(each.place, []).append(each)
            found += [team, *(places.values() if len(places) > 1 else ())]
        return found


def _measured(instrument: Instrument) -> Measured | None:
    """Return an instrument's headline as contrasts take it; None without a gate."""
    if instrument.topic is None:
        return None
    return Measured(instrument.topic, instrument.topic.by_name[instrument.questionnaire.headline or ""])


def _adjusted(found: Iterable[TeamChange]) -> tuple[TeamChange, ...]:
    """Return the changes with p-values adjusted for their number, the surest first."""
    changes = list(found)
    if not changes:
        return ()
    adjusted = holm([each.change.p_value for each in changes]).tolist()
    made = [replace(each, adjusted=value) for each, value in zip(changes, adjusted, strict=True)]
    return tuple(sorted(made, key=lambda each: each.change.p_value))
