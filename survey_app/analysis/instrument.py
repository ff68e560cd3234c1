"""One audience under one instrument: the same version, read by the same rules, in one survey or several."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from survey_app.analysis.ballots import EVERYBODY, Ballots, Groups, headcount
from survey_app.analysis.encode import NONE
from survey_app.analysis.facts import PostingFacts, Rules, SurveyFacts
from survey_app.analysis.gate import Gate, Where
from survey_app.questionnaire.definition import Questionnaire, Scale, scale_of
from survey_app.questionnaire.text import Text
from survey_app.scoring.evaluation import Rated
from survey_app.scoring.figure import Figure, Reason
from survey_app.scoring.measure import index, rate
from survey_app.scoring.suppression import primary, protect_list
from survey_app.scoring.tally import Tally
from survey_app.words import Audience


@dataclass(frozen=True)
class Instrument:
    """The ballots of one audience, with the campaign's teams and postings in the order in which they are shown."""

    audience: Audience
    surveys: tuple[SurveyFacts, ...]
    ballots: Ballots
    all_teams: Mapping[int, Text]
    all_postings: tuple[PostingFacts, ...]
    as_of: datetime
    gate: Gate | None = None

    @property
    def questionnaire(self) -> Questionnaire:
        """The design that all these ballots were given under."""
        return self.surveys[0].questionnaire

    @property
    def rules(self) -> Rules:
        """The rules that all of it is read by."""
        return self.surveys[0].rules

    @property
    def threshold(self) -> int:
        """The smallest group that is shown: the strictest of the surveys."""
        return max(survey.threshold for survey in self.surveys)

    @cached_property
    def by_posting(self) -> Groups:
        """Each posting of the campaign as a group; the last for ballots of none."""
        return Groups({each.id: place for place, each in enumerate(self.all_postings)}, len(self.all_postings) + 1)

    @cached_property
    def returned_by_posting(self) -> list[int]:
        """Ballots that came back from each posting, in the order of `all_postings`; last, from none."""
        return [int(count) for count in self.ballots.returned(self.by_posting)]

    @cached_property
    def postings(self) -> tuple[PostingFacts, ...]:
        """The postings where this audience is asked, or ballots came from."""
        ways = [each for part in self.ballots.slices for each in part.collectors.values()]
        asked = {posting for each in ways for posting in (each.posting_id, *each.former)}
        return tuple(
            posting
            for posting, returned in zip(self.all_postings, self.returned_by_posting, strict=False)
            if posting.id in asked or returned
        )

    @cached_property
    def team_ids(self) -> tuple[int, ...]:
        """The teams of these postings, in the campaign's order."""
        present = {posting.team_id for posting in self.postings}
        return tuple(team for team in self.all_teams if team in present)

    @cached_property
    def by_team(self) -> Groups:
        """Each of these teams as a group; the last for ballots of none."""
        place = {team: number for number, team in enumerate(self.team_ids)}
        return Groups({posting.id: place[posting.team_id] for posting in self.postings}, len(self.team_ids) + 1)

    @cached_property
    def returned(self) -> int:
        """All ballots that came back."""
        return sum(self.returned_by_posting)

    @cached_property
    def headcount(self) -> int | None:
        """Workers at these postings; None for other audiences, and where not everybody belongs to a posting."""
        if self.returned_by_posting[-1]:
            return None
        return self.headcount_of(self.postings)

    def headcount_of(self, postings: Sequence[PostingFacts]) -> int | None:
        """Return the workers of some postings; None for other audiences, whose number nobody keeps."""
        return headcount(postings) if self.audience == Audience.WORKERS else None

    def scale(self, field: str) -> Scale:
        """Return the scale that a rated field is answered on."""
        code = scale_of(self.questionnaire.fields[field].question)
        return self.questionnaire.scale_by_code[code or ""]

    def total(self, field: str) -> tuple[Tally, Rated]:
        """Return the ballots of a rated field over everybody, and the verdict; withheld where too few."""
        tally = self.ballots.tallies(field, EVERYBODY)[0]
        return tally, alone(self._rated(tally, field, self.headcount), self.threshold)

    def teams(self, field: str) -> list[Rated]:
        """Return the verdict on each team of `team_ids`, and last on none; what would give one away is withheld."""
        tallies = self.ballots.tallies(field, self.by_team)
        heads: list[int | None] = [
            self.headcount_of([posting for posting in self.postings if posting.team_id == team])
            for team in self.team_ids
        ]
        rated = [self._rated(tally, field, head) for tally, head in zip(tallies, [*heads, None], strict=True)]
        return [
            each if shown else _hidden(each, Reason.COMPLEMENTARY, self.threshold)
            for each, shown in zip(guarded(rated, self.threshold), self._teams_shown(field), strict=True)
        ]

    def at(self, field: str, postings: Collection[int]) -> Rated:
        """Return the verdict of some postings together; withheld where they or the rest give a few away."""
        tally, rest = self.ballots.tallies(field, Groups(dict.fromkeys(postings, 0), 2))
        people = self.headcount_of([each for each in self.postings if each.id in postings])
        rated, others = self._rated(tally, field, people), self._rated(rest, field, None)
        if rated.rate.n is None or not self._may_show(field, postings):
            return _hidden(rated, Reason.COMPLEMENTARY, self.threshold)
        found = alone(rated, self.threshold)
        is_whole = all(not figure.n for figure in _figures(others))
        return found if is_whole else guarded([found, others], self.threshold)[0]

    def _may_show(self, field: str, postings: Collection[int]) -> bool:
        """Tell whether some postings may be told apart beside teams, units and whatever else is shown."""
        if self.gate is not None and field in self.gate.asked:
            return self.gate.count(field, where_of(self.gate, postings)).value is not None
        return self._may_show_beside_teams(field, postings)

    def _may_show_beside_teams(self, field: str, postings: Collection[int]) -> bool:
        """Tell it where nothing but teams is shown: no team is split, and none that is withheld stands alone."""
        sides: dict[bool, list[Rated]] = {True: [], False: []}
        teams = self.teams(field)
        tallies = self.ballots.tallies(field, self.by_team)
        for team, shown, tally in zip(self.team_ids, teams, tallies, strict=False):
            own = {each.id in postings for each in self.postings if each.team_id == team and self._has(each.id)}
            if len(own) > 1:
                return False
            if shown.is_withheld and own:
                sides[own.pop()].append(self._rated(tally, field, None))
        sums = [sum(each.rate.n or 0 for each in side) for side in sides.values()]
        return all(not n or n >= self.threshold for n in sums)

    def _has(self, posting: int) -> bool:
        """Tell whether ballots came back from a posting."""
        return bool(self.returned_by_posting[self.by_posting.of(posting)])

    def _teams_shown(self, field: str) -> list[bool]:
        """Tell which of the teams, and last none, the gate lets out beside units, which are shown elsewhere."""
        teams = [*self.team_ids, NONE]
        if self.gate is None or field not in self.gate.asked:
            return [True] * len(teams)
        world = self.gate.world
        of_leaf = world.tree.team[world.tree.leaf_nodes][world.active]
        found = (self.gate.count(field, Where(of_leaf == team, None)) for team in teams)
        return [each.value is not None for each in found]

    def _rated(self, tally: Tally, field: str, people: int | None) -> Rated:
        """Return the verdict before anything is withheld, except that empty figures have no number."""
        scale = self.scale(field)
        return Rated(
            rate=rate(tally, scale, self.rules.rate, as_of=self.as_of, threshold=1, headcount=people),
            strict=rate(tally, scale, self.rules.strict, as_of=self.as_of, threshold=1, headcount=people),
            index=index(tally, scale, self.rules.index, as_of=self.as_of, threshold=1, headcount=people),
        )


def where_of(gate: Gate, postings: Collection[int]) -> Where:
    """Return the ballots of some postings, as the gate asks for them."""
    tree = gate.world.tree
    of_leaf = tree.posting[tree.leaf_nodes][gate.world.active]
    return Where(np.isin(of_leaf, list(postings)), None)


def alone(rated: Rated, threshold: int) -> Rated:
    """Return a verdict that stands for itself, withheld where one of its bases is too small."""
    by_measure = _sizes([rated])
    reasons = [reason for (size,) in by_measure if (reason := primary(size, threshold)) is not None]
    if not by_measure:
        return _hidden(rated, Reason.EMPTY, threshold)
    return _hidden(rated, reasons[0], threshold) if reasons else rated


def guarded(groups: Sequence[Rated], threshold: int) -> list[Rated]:
    """Return the verdicts of groups whose total is shown, too, without those that are small or give one away.

    A group is withheld in all its figures if it has to be in one: their bases may differ by a few ballots.
    """
    withheld: dict[str | None, Reason] = {}
    for sizes in _sizes(groups) or [[0] * len(groups)]:
        by_group = {str(place): size for place, size in enumerate(sizes)}
        withheld |= protect_list(by_group, threshold)
    return [
        _hidden(rated, withheld[str(place)], threshold) if str(place) in withheld else rated
        for place, rated in enumerate(groups)
    ]


def _figures(rated: Rated) -> tuple[Figure, Figure, Figure]:
    return rated.rate, rated.strict, rated.index


def _sizes(groups: Sequence[Rated]) -> list[list[int]]:
    """Return the bases of all groups by measure; one that nobody has (a scale without scores) is left out."""
    measures = zip(*(_figures(rated) for rated in groups), strict=True)
    sizes = [[figure.n or 0 for figure in measure] for measure in measures]
    return [each for each in sizes if any(each)]


def _hidden(rated: Rated, reason: Reason, threshold: int) -> Rated:
    share, strict, mean = (figure.withhold(reason, threshold) for figure in _figures(rated))
    return Rated(rate=share, strict=strict, index=mean)
