"""What one evaluation of a campaign found: all Figures that its page and its workbook show, and nothing else.

Made by `analysis.evaluation` from columns, read by `reporting`; language-free. Everything here has passed the
threshold: a withheld Figure has no number, `counts` of a withheld item are None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from survey_app.questionnaire.definition import Scale
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.scoring.comparison import Change
from survey_app.scoring.comparison import Verdict as Reading
from survey_app.scoring.composite import Composite
from survey_app.scoring.figure import Figure
from survey_app.scoring.participation import FLOORS, Invited, Standing, Verdict
from survey_app.words import Audience, SealEnd

FAIR_PARTICIPATION, GOOD_PARTICIPATION = (floor.members for floor in FLOORS)
"""The two floors of 会员评家: below the lower a result says little about those who did not answer."""


class Trust(StrEnum):
    """How far the headline bears out more than the ballots themselves."""

    NO_QUESTION = "no_question"
    WITHHELD = "withheld"
    BELOW_FLOOR = "below_floor"
    CENSUS = "census"
    HIGH = "high"
    FAIR = "fair"
    LOW = "low"
    NO_HEADCOUNT = "no_headcount"
    MORE_THAN_HEADCOUNT = "more_than_headcount"


class Comparability(StrEnum):
    """Whether two waves may be compared, and if not, why."""

    COMPARABLE = "comparable"
    SCALES_DIFFER = "scales_differ"
    RULES_DIFFER = "rules_differ"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One group's verdict on one item: both rates side by side, and the index."""

    rate: Figure
    strict: Figure
    index: Figure

    @property
    def is_withheld(self) -> bool:
        """Tell whether there is no rate to show."""
        return self.rate.withheld is not None

    @property
    def hides_answers(self) -> bool:
        """Tell whether the answers themselves are not shown: a rule that does not fit the scale hides nothing."""
        return self.rate.withheld is not None and not self.rate.withheld.reason.may_be_told


def trust_of(rated: Rated | None, participation: Fraction | None) -> Trust:
    """Return how far a rate can be trusted by how many took part."""
    if rated is None or rated.is_withheld:
        return Trust.WITHHELD
    if participation is None:
        return Trust.NO_HEADCOUNT
    if participation > 1:
        return Trust.MORE_THAN_HEADCOUNT
    if rated.rate.census:
        return Trust.CENSUS
    if participation >= GOOD_PARTICIPATION:
        return Trust.HIGH
    return Trust.FAIR if participation >= FAIR_PARTICIPATION else Trust.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A rated question or row of a matrix. `stem` is the matrix's common question; `counts` ballots by grade.

    `not_asked` were returned with the item off their path; None where the item is withheld.
    """

    code: str
    label: Text
    scale: Scale
    rated: Rated
    counts: Mapping[str, int] | None
    stem: Text = EMPTY
    is_headline: bool = False
    not_asked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A work team's verdict. `band` is 1 for the best; teams of one band do not differ. None: not ranked.

    `name` is empty for ballots that belong to no team. `standing` is None where the survey has no floor.
    """

    name: Text
    places: tuple[Text, ...]
    rated: Rated
    band: int | None
    standing: Standing | None = None

    @property
    def is_compared(self) -> bool:
        """Tell whether the team stands beside others: shown, and not below the floor."""
        return not self.rated.is_withheld and (self.standing is None or self.standing.is_compared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How often an option was taken, by how many of the question's base."""

    label: Text
    count: int


class Uncounted(StrEnum):
    """Why what was answered to a question is not counted answer by answer."""

    DAYS = "days"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question that is not rated: `choices` of the `n` who answered (None: withheld).

    `several` says that people may choose more than one, so that shares add up to more than all. `mean` is that of
    numbers and of ranks; `nps` the net promoter score. `uncounted` names days and people's own words: no answer of
    them is shown here, and of words not even how many there are.
    """

    code: str
    label: Text
    n: int | None
    choices: tuple[Choice, ...] = ()
    several: bool = False
    mean: Fraction | None = None
    unit: Text = EMPTY
    nps: Figure | None = None
    uncounted: Uncounted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """What does not count: ballots voided by a person, and ballots of batches whose totals are not stated yet.

    `open_batches` counts those batches. `apart` ballots are of surveys that count together with others and have
    too few answers to be told apart from them. `with_voided` is the rate as it were with the voided ones; None
    where none is, or where the difference would give single ballots away. `share` are the voided of all that came
    in; None where none is.
    """

    voided: int = 0
    unreconciled: int = 0
    open_batches: int = 0
    apart: int = 0
    with_voided: Figure | None = None
    share: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A posting against the survey's floor."""

    place: Text
    stage: Text
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Floored:
    """The survey's floor: how all ballots together stand to it, and each posting."""

    whole: Standing
    places: tuple[Judged, ...]

    def of(self, *verdicts: Verdict) -> tuple[Judged, ...]:
        """Return the postings with one of these verdicts."""
        return tuple(each for each in self.places if each.standing.verdict in verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """More ballots may come in: how many the headline counts by now. Figures go by steps of k people at a place.

    `over` ballots are of surveys that are over: these are no more waited for.
    """

    counted: int
    over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one audience said under one instrument. `title` is the survey's; `headline` one of `items`.

    `known_issued` counts papers and invitations given out, `through_open` the ballots that came in through open
    codes, for which nobody can know how many were issued. `papers_without_answers` came back spoilt or abstained;
    they are counted, and no answers are kept of them. `surveys` are the keys of those that it is made of.
    `floored` is None where there is no participation floor, `invited` where no single-use code was given out.
    """

    audience: Audience
    title: Text
    version: int
    headline: Item | None
    items: tuple[Item, ...]
    pooled: Figure | None
    pooled_strict: Figure | None
    teams: tuple[Team, ...]
    answered: tuple[Answered, ...]
    returned: int
    headcount: int | None
    known_issued: int | None
    through_open: int
    papers_without_answers: int
    excluded: Excluded
    threshold: int
    surveys: tuple[int, ...] = ()
    live: Live | None = None
    floored: Floored | None = None
    invited: Invited | None = None

    @property
    def compared(self) -> tuple[Team, ...]:
        """The teams that stand beside each other, best first; the others are shown without a place."""
        return tuple(team for team in self.teams if team.is_compared)

    @property
    def participation(self) -> Fraction | None:
        """Returned out of the headcount; None where nobody knows it."""
        return Fraction(self.returned, self.headcount) if self.headcount else None

    @property
    def trust(self) -> Trust:
        """How far the headline can be trusted, from participation alone: the interval says the rest."""
        if self.headline is None:
            return Trust.NO_QUESTION
        if self.floored is not None and self.floored.whole.verdict is Verdict.BELOW:
            return Trust.WITHHELD if self.headline.rated.is_withheld else Trust.BELOW_FLOOR
        return trust_of(self.headline.rated, self.participation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """What the same enterprises said in the first evaluation and in a visit; `places` is how many they are."""

    places: int
    first: Rated
    second: Rated


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A visit against the first evaluation at one place: the one that every page, table and file shows.

    `rate` and `strict` are the changes of `same`; where no enterprise has ballots of both, `same` is None and they
    are those of two independent groups. Both are None unless `comparability` allows them.
    """

    comparability: Comparability
    same: Same | None = None
    rate: Change | None = None
    strict: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One measurement of the shared indicator: the first evaluation (`month` 0), or return visits of a month.

    `places` counts postings with ballots, `headcount` their workers, `returned` their ballots. `contrast` is
    against the first evaluation, and says nothing for the first itself. `missing` are the teams of the first
    evaluation with postings that have none now.
    """

    month: int
    title: Text
    label: Text
    rated: Rated
    places: int
    teams: tuple[Rated | None, ...]
    returned: int = 0
    headcount: int | None = None
    surveys: tuple[int, ...] = ()
    missing: tuple[Text, ...] = ()
    contrast: Contrast = Contrast(comparability=Comparability.COMPARABLE)

    @property
    def participation(self) -> Fraction | None:
        """Returned out of the workers of the enterprises with ballots; None where nobody knows their number."""
        return Fraction(self.returned, self.headcount) if self.headcount else None

    @property
    def trust(self) -> Trust:
        """How far the rate can be trusted, by the same bounds as the headline's."""
        return trust_of(self.rated, self.participation)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChange:
    """The rate of a team's enterprises, or of one of them, in a visit against the first evaluation.

    They are the same enterprises, `places`. `adjusted` is the p-value after Holm's adjustment over all that are
    compared.
    """

    team: Text
    places: tuple[Text, ...]
    month: int
    first: Figure
    second: Figure
    change: Change
    adjusted: float

    @property
    def is_fall(self) -> bool:
        """Tell whether the team fell significantly, the many comparisons allowed for."""
        return self.change.verdict is Reading.FALL and self._is_sure

    @property
    def is_rise(self) -> bool:
        """Tell whether the team rose significantly, the many comparisons allowed for."""
        return self.change.verdict is Reading.RISE and self._is_sure

    @property
    def _is_sure(self) -> bool:
        return self.adjusted < 1 - self.change.interval.level

    @property
    def is_dip(self) -> bool:
        """Tell whether the team fell significantly only if one looks at it alone."""
        return self.change.verdict is Reading.FALL and not self.is_fall


@dataclass(frozen=True, slots=True, kw_only=True)
class Waves:
    """The first evaluation and the return visits side by side; `teams` names the entries of `Wave.teams`."""

    audience: Audience
    teams: tuple[Text, ...]
    first: Wave
    visits: tuple[Wave, ...]
    team_changes: tuple[TeamChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """How many came back from one posting, by audience; an audience that is not asked there is missing."""

    place: Text
    team: Text
    stage: Text
    headcount: int | None
    returned: Mapping[Audience, int]
    standing: Standing | None = None

    @property
    def share(self) -> Fraction | None:
        """Workers' ballots out of the headcount; None where either is unknown."""
        count = self.returned.get(Audience.WORKERS)
        return Fraction(count, self.headcount) if count is not None and self.headcount else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Return visits of one month: how many are done, due and not done, agreed or planned, cancelled.

    `on_time` are those made by their day, of those due by now and not cancelled.
    """

    month: int
    done: int
    overdue: int
    planned: int
    cancelled: int
    next_due: date | None
    on_time: Figure

    @property
    def total(self) -> int:
        """All visits that are to be made or were."""
        return self.done + self.overdue + self.planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A survey that shows nothing before it closes."""

    title: Text
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsealed:
    """A sealed survey whose results could be seen before all had answered.

    `ballots` were in at that moment, `at`; `reopened_at` is when it took answers again, where it had been over.
    """

    title: Text
    how: SealEnd
    at: datetime
    ballots: int
    reason: str
    reopened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that page and workbook show of one campaign, as of one moment.

    `part` names the units to which it is limited, with all below them; empty for the whole campaign.
    """

    campaign_id: int
    campaign: Text
    unit: Text
    starts_on: date
    ends_on: date | None
    is_sample: bool
    as_of: datetime
    parts: tuple[Part, ...]
    waves: tuple[Waves, ...]
    participation: tuple[Participation, ...]
    visits: tuple[Visits, ...]
    sealed: tuple[Sealed, ...]
    unsealed: tuple[Unsealed, ...] = ()
    composite: Composite | None = None
    part: tuple[Text, ...] = ()

    @property
    def leading(self) -> Part | None:
        """The part whose headline is the campaign's: the workers', or the first there is."""
        return next(iter(self.parts), None)

    @property
    def has_teams(self) -> bool:
        """Tell whether work teams are evaluated: a survey of a canteen, say, has no postings at all."""
        return bool(self.participation) or any(team.name for part in self.parts for team in part.teams)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no ballot yet that anything could be said of."""
        return not any(part.returned for part in self.parts) and not self.waves
