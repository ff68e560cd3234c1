"""The first evaluation and the return visits side by side, on the indicator that they share (W10 ↔ F03).

A change is that of the same enterprises: both waves are counted at the postings that have ballots in both, so that
an enterprise that was left out later neither flatters nor spoils it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from survey_app.analysis.compare import graded
from survey_app.analysis.instrument import Instrument
from survey_app.questionnaire.text import Text
from survey_app.scoring.adjust import holm
from survey_app.scoring.comparison import Change, Group, same_clusters, two_proportions
from survey_app.scoring.evaluation import Comparability, Rated, Same, TeamChange, Wave, Waves
from survey_app.scoring.figure import Figure
from survey_app.scoring.measure import counts
from survey_app.scoring.rules import RateRule

_TWO = 2


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
        visits=tuple(_visit(month, pair, before, shown) for month, pair in pairs.items()),
        team_changes=_adjusted(
            found for month, pair in pairs.items() for team in shown for found in pair.of_team(month, team)
        ),
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


def _visit(month: int, pair: _Pair, before: Wave, shown: Sequence[int]) -> Wave:
    """Return a wave with its change against the first, where the two may be compared."""
    wave = replace(_wave(month, pair.visit, pair.field, shown), missing=pair.missing())
    comparability = pair.comparability
    if comparability is not Comparability.COMPARABLE:
        return replace(wave, comparability=comparability)
    if before.rated.is_withheld or wave.rated.is_withheld:
        return replace(wave, comparability=Comparability.TOO_FEW)
    if not pair.postings:
        return replace(
            wave,
            change=_apart(before.rated.rate, wave.rated.rate),
            strict_change=_apart(before.rated.strict, wave.rated.strict),
        )
    first, second = pair.rated(pair.postings)
    if first.is_withheld or second.is_withheld:
        return replace(wave, comparability=Comparability.TOO_FEW)
    return replace(
        wave,
        same=Same(places=len(pair.postings), first=first, second=second),
        change=pair.change(pair.visit.rules.rate, first.rate, second.rate),
        strict_change=pair.change(pair.visit.rules.strict, first.strict, second.strict),
    )


@dataclass(frozen=True)
class _Pair:
    """The first evaluation and one visit."""

    first: Instrument
    visit: Instrument

    @property
    def indicator(self) -> str:
        return self.first.questionnaire.headline or ""

    @property
    def field(self) -> str:
        return self.visit.questionnaire.headline or ""

    @property
    def comparability(self) -> Comparability:
        """Tell whether scale and rules are the same; not yet whether there is enough to compare."""
        if graded(self.first.scale(self.indicator)) != graded(self.visit.scale(self.field)):
            return Comparability.SCALES_DIFFER
        if (self.first.rules.rate, self.first.rules.strict) != (self.visit.rules.rate, self.visit.rules.strict):
            return Comparability.RULES_DIFFER
        return Comparability.COMPARABLE

    @cached_property
    def postings(self) -> list[int]:
        """The postings with valid answers in both waves."""
        before, after = self._clusters(self.visit.rules.rate)
        return [posting for posting, group in before.items() if group.n and after[posting].n]

    def missing(self) -> tuple[Text, ...]:
        """Name the teams with postings that have ballots of the first evaluation and none of the visit."""
        back = zip(self.first.returned_by_posting, self.visit.returned_by_posting, strict=True)
        left = [
            posting.team_id
            for posting, (before, after) in zip(self.first.all_postings, back, strict=False)
            if before and not after
        ]
        return tuple(self.first.all_teams[team] for team in self.first.all_teams if team in left)

    def rated(self, postings: Collection[int]) -> tuple[Rated, Rated]:
        """Return the verdict at some postings in both waves."""
        return self.first.at(self.indicator, postings), self.visit.at(self.field, postings)

    def change(self, rule: RateRule, first: Figure, second: Figure) -> Change | None:
        """Return the change over the postings in both waves, of which `first` and `second` are the figures.

        Clustered by enterprise; as of two groups of answers where there is one enterprise only.
        """
        before, after = ([wave[posting] for posting in self.postings] for wave in self._clusters(rule))
        if len(self.postings) >= _TWO and first.n and second.n:
            return same_clusters(before, after)
        return _apart(first, second)

    def of_team(self, month: int, team: int) -> list[TeamChange]:
        """Return a team's change at the enterprises measured in both waves, not yet adjusted; none if not shown.

        A team's enterprises are all that it has, not a sample of them: answers are compared as two groups.
        """
        own = [each for each in self.first.all_postings if each.team_id == team and each.id in self.postings]
        if not own or self.comparability is not Comparability.COMPARABLE:
            return []
        first, second = self.rated([each.id for each in own])
        change = _apart(first.rate, second.rate)
        if first.is_withheld or second.is_withheld or change is None:
            return []
        return [
            TeamChange(
                team=self.first.all_teams[team],
                places=tuple(each.place for each in own),
                month=month,
                first=first.rate,
                second=second.rate,
                change=change,
                adjusted=change.p_value,
            )
        ]

    def _clusters(self, rule: RateRule) -> tuple[dict[int, Group], dict[int, Group]]:
        """Return x and n of each posting of the campaign, in both waves."""
        return _by_posting(self.first, self.indicator, rule), _by_posting(self.visit, self.field, rule)


def _by_posting(instrument: Instrument, field: str, rule: RateRule) -> dict[int, Group]:
    scale = instrument.scale(field)
    tallies = instrument.ballots.tallies(field, instrument.by_posting)
    return {
        posting.id: Group(*counts(tally, scale, rule))
        for posting, tally in zip(instrument.all_postings, tallies, strict=False)
    }


def _apart(first: Figure, second: Figure) -> Change | None:
    """Return the change between two groups of answers; None where one is not shown."""
    if first.x is None or second.x is None or not first.n or not second.n:
        return None
    return two_proportions(first.x, first.n, second.x, second.n)


def _adjusted(found: Iterable[TeamChange]) -> tuple[TeamChange, ...]:
    """Return the changes with p-values adjusted for their number, the surest first."""
    changes = list(found)
    if not changes:
        return ()
    adjusted = holm([each.change.p_value for each in changes]).tolist()
    made = [replace(each, adjusted=value) for each, value in zip(changes, adjusted, strict=True)]
    return tuple(sorted(made, key=lambda each: each.change.p_value))
