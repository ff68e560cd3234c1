"""One audience under one instrument: the same version, read by the same rules, in one survey or several."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np

from survey_app.analysis.ballots import EVERYBODY, Ballots, Groups, headcount
from survey_app.analysis.encode import NONE
from survey_app.analysis.explore import NOT_HERE, Topic
from survey_app.analysis.facts import PostingFacts, Rules, SurveyFacts
from survey_app.analysis.gate import Counted, Gate, Where
from survey_app.analysis.layout import Array
from survey_app.analysis.places import Tree
from survey_app.analysis.readings import entries
from survey_app.analysis.several import Several, tells
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
    def of_team(self) -> Mapping[int, Sequence[PostingFacts]]:
        """The postings of each of these teams."""
        found: dict[int, list[PostingFacts]] = {team: [] for team in self.team_ids}
        for posting in self.postings:
            found[posting.team_id].append(posting)
        return found

    @cached_property
    def by_team(self) -> Groups:
        """Each of these teams as a group; the last for ballots of none."""
        place = {team: number for number, team in enumerate(self.team_ids)}
        return Groups({posting.id: place[posting.team_id] for posting in self.postings}, len(self.team_ids) + 1)

    @cached_property
    def returned(self) -> int:
        """All ballots that came back."""
        return sum(self.returned_by_posting)

    @property
    def is_here(self) -> bool:
        """Whether anybody is asked, or answered, where the reader may look."""
        ways = (each for part in self.ballots.slices for each in part.collectors.values())
        return self.returned > 0 or any(each.is_here for each in ways)

    @cached_property
    def headcount(self) -> int | None:
        """Workers at these postings; None for other audiences, and where not everybody belongs to a posting."""
        if self.returned_by_posting[-1]:
            return None
        return self.headcount_of(self.postings)

    def headcount_of(self, postings: Sequence[PostingFacts]) -> int | None:
        """Return the workers of some postings; None for other audiences, whose number nobody keeps."""
        return headcount(postings) if self.audience == Audience.WORKERS else None

    def asked_at(self, postings: Sequence[PostingFacts] | None) -> int | None:
        """Return how many were asked at some postings, or in all; None where nobody knows.

        Workers are known by headcount, others by what was given out.
        """
        if self.audience == Audience.WORKERS:
            return self.headcount if postings is None else self.headcount_of(postings)
        if postings is None:
            return self.ballots.issued(EVERYBODY).known(0)
        return self.ballots.issued(self.by_posting).together([self.by_posting.of(each.id) for each in postings])

    @cached_property
    def topic(self) -> Topic | None:
        """The same as exploring reads it; None without a gate."""
        if self.gate is None:
            return None
        tree = self.gate.world.tree
        batches = [each for part in self.ballots.slices for each in part.batches]
        at = _leaves(tree, [NONE if each.posting_id is None else each.posting_id for each in batches])
        spoilt, abstained = (
            np.bincount(at, counts, minlength=tree.leaves + 1)[: tree.leaves].astype(np.int64)
            for counts in ([each.spoilt for each in batches], [each.abstained for each in batches])
        )
        own = self.postings if self.audience == Audience.WORKERS else ()
        people = np.full(tree.leaves + 1, NOT_HERE)
        people[_leaves(tree, [each.id for each in own])] = [
            NONE if each.headcount is None else each.headcount for each in own
        ]
        return Topic(
            gate=self.gate,
            entries=entries(self.questionnaire, self.rules.nps),
            rules=self.rules,
            as_of=self.as_of,
            headcounts=people[:-1],
            spoilt=spoilt,
            abstained=abstained,
        )

    def scale(self, field: str) -> Scale:
        """Return the scale that a rated field is answered on."""
        code = scale_of(self.questionnaire.fields[field].question)
        return self.questionnaire.scale_by_code[code or ""]

    def tallies(self, field: str, groups: Groups) -> list[Tally]:
        """Return the tally of a rated field in each group: of several surveys, as far as each shows it there."""
        found = self.ballots.tallies(field, groups)
        gate = self.gate
        if not isinstance(gate, Several) or field not in gate.asked:
            return found
        tree = gate.world.tree
        group_of = np.array([groups.of(int(each)) for each in tree.posting[tree.leaf_nodes][gate.world.active]])
        group_of[~gate.scope.inside] = NONE
        everybody = 0 if groups.size == 1 else None
        return [
            _as_counted(tally, gate.count(field, Where(group_of == group, everybody)).value)
            for group, tally in enumerate(found)
        ]

    def total(self, field: str) -> tuple[Tally, Rated]:
        """Return the ballots of a rated field over everybody, and the verdict; withheld where too few."""
        tally = self.tallies(field, EVERYBODY)[0]
        rated = alone(self._rated(tally, field, self.headcount), self.threshold)
        return tally, rated if self.tells(field) else _hidden(rated, Reason.COMPLEMENTARY, self.threshold)

    def tells(self, question: str) -> bool:
        """Tell whether the gate lets out by itself, over everybody, how many answered a question."""
        return self.gate is None or tells(self.gate, question)

    def teams(self, field: str) -> list[Rated]:
        """Return the verdict on each team of `team_ids`, and last on none; what would give one away is withheld."""
        if field not in self._teams:
            self._teams[field] = self._of_teams(field)
        return self._teams[field]

    @cached_property
    def _teams(self) -> dict[str, list[Rated]]:
        """The verdicts on teams that were asked for: page and waves ask for the same."""
        return {}

    def _of_teams(self, field: str) -> list[Rated]:
        tallies = self.tallies(field, self.by_team)
        heads: list[int | None] = [self.headcount_of(self.of_team[team]) for team in self.team_ids]
        rated = [self._rated(tally, field, head) for tally, head in zip(tallies, [*heads, None], strict=True)]
        return [
            each if shown else _hidden(each, Reason.COMPLEMENTARY, self.threshold)
            for each, shown in zip(guarded(rated, self.threshold), self._teams_shown(field), strict=True)
        ]

    def _teams_shown(self, field: str) -> list[bool]:
        """Tell which of the teams, and last none, the gate lets out beside units, which are shown elsewhere."""
        teams = [*self.team_ids, NONE]
        if self.gate is None or field not in self.gate.asked:
            return [True] * len(teams)
        by_block = self.gate.by_block(field).value
        tree = self.gate.world.tree
        of_leaf = tree.team[tree.leaf_nodes][by_block.leaves]
        # A team is shown where its leaves are whole blocks.
        lowest = np.full(len(by_block.counts), np.iinfo(np.int64).max)
        highest = np.full(len(by_block.counts), np.iinfo(np.int64).min)
        np.minimum.at(lowest, by_block.block, of_leaf)
        np.maximum.at(highest, by_block.block, of_leaf)
        counted = by_block.counts.any(axis=1)
        shown = {int(team) for team in lowest[counted & (lowest == highest)]}
        split = {int(team) for team in of_leaf[(lowest != highest)[by_block.block]]}
        return [team in shown - split for team in teams]

    def _rated(self, tally: Tally, field: str, people: int | None) -> Rated:
        """Return the verdict before anything is withheld, except that empty figures have no number."""
        scale = self.scale(field)
        return Rated(
            rate=rate(tally, scale, self.rules.rate, as_of=self.as_of, threshold=1, headcount=people),
            strict=rate(tally, scale, self.rules.strict, as_of=self.as_of, threshold=1, headcount=people),
            index=index(tally, scale, self.rules.index, as_of=self.as_of, threshold=1, headcount=people),
        )


def _leaves(tree: Tree, postings: Sequence[int]) -> Array:
    """Return the leaf of each posting; the number of leaves for one that the tree does not have."""
    return tree.leaves_of(np.array(postings, np.int64), np.full(len(postings), NONE))


def _as_counted(tally: Tally, counted: Counted | None) -> Tally:
    """Return a tally with the ballots that the gate counts in place of its own."""
    if counted is None:
        return replace(tally, counts={}, blank=0, not_asked=0)
    by_code = {codes[0]: count for codes, count in counted.groups}
    return replace(
        tally,
        counts={**by_code, **dict(counted.others or ())},
        blank=counted.blank or 0,
        not_asked=counted.not_asked or 0,
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
