"""What evaluating a campaign needs besides answers: postings, surveys, their rules, papers given out, visits.

Plain values that `services` reads from the database; the keys are the database's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.scoring.composite import Declared
from survey_app.scoring.participation import Floor, Outcomes
from survey_app.scoring.rules import NPS, IndexRule, NpsRule, RateRule
from survey_app.words import Audience, Purpose, SealEnd, VisitState


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingFacts:
    """A team at an enterprise in a round (`stage`)."""

    id: int
    team_id: int
    team: Text
    place: Text
    stage: Text
    headcount: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorFacts:
    """A way into a survey; `posting_id` is where it stands now, `former` the postings where it was used before.

    `invited` counts the single-use codes by the posting where they were given out; None where anybody may answer.
    `is_here`: it stands or stood where the reader may look; only a reader of a part has others.
    """

    id: int
    audience: Audience
    posting_id: int | None
    unit_id: int | None = None
    former: tuple[int, ...] = ()
    invited: Mapping[int | None, int] | None
    is_here: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFacts:
    """Ballots that came in together from one posting. They count once their totals are stated.

    `waiting` are sheets of paper that came back and are no responses yet.
    """

    id: int
    collector_id: int
    posting_id: int | None
    unit_id: int | None = None
    is_reconciled: bool
    issued: int | None
    spoilt: int
    abstained: int
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules that a survey is read by; `nps` where something is asked from 0 to 10."""

    rate: RateRule
    strict: RateRule
    index: IndexRule
    nps: NpsRule = NPS


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorFacts:
    """The participation floor of an audience of a survey.

    One of `codes` as the answer to `question` makes a front-line worker.
    """

    floor: Floor
    question: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsealedFacts:
    """A seal that was opened before its time, or whose survey took answers again afterwards (`reopened_at`)."""

    how: SealEnd
    at: datetime
    ballots: int
    reason: str
    reopened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFacts:
    """A survey in the field. `is_sealed` now: it shows nothing yet. `unsealed`: its seal did not hold till then.

    `over_since` is when it took its last answers; None while it may take some. `is_part`: only what belongs to a
    part of the campaign is here, but for `outcomes`, which are counted for the whole.
    """

    id: int
    title: Text
    purpose: Purpose
    wave: int | None
    version_id: int
    version: int
    questionnaire: Questionnaire
    rules: Rules
    threshold: int
    is_sealed: bool
    unsealed: UnsealedFacts | None = None
    floors: Mapping[Audience, FloorFacts] = field(default_factory=dict)
    outcomes: Mapping[Audience, Outcomes] = field(default_factory=dict)
    closes_at: datetime | None
    over_since: datetime | None = None
    collectors: tuple[CollectorFacts, ...]
    batches: tuple[BatchFacts, ...]
    is_part: bool = False

    @property
    def is_here(self) -> bool:
        """Whether anybody is asked where the reader may look."""
        return not self.collectors or any(each.is_here for each in self.collectors)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """A planned or made return visit, `month` months after the posting."""

    month: int
    posting_id: int | None = None
    state: VisitState
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """A campaign with everything that belongs to it; teams and postings in the order in which they are shown.

    `part` names the units whose subtrees it is limited to; empty for the whole.
    """

    id: int
    name: Text
    unit: Text
    starts_on: date
    ends_on: date | None
    is_sample: bool
    teams: Mapping[int, Text]
    postings: tuple[PostingFacts, ...]
    surveys: tuple[SurveyFacts, ...]
    visits: tuple[VisitFacts, ...]
    composite: Declared | None = None
    part: tuple[Text, ...] = ()


def cut_off(ends: Iterable[datetime | None], now: datetime) -> datetime:
    """Return up to which moment ballots that count together came: until the last survey was over, or now.

    `ends` tells of each survey since when it is over. What is keyed from paper later was received before.
    """
    known = tuple(ends)
    return max((each for each in known if each is not None), default=now) if None not in known else now
