"""What stands on the wall besides the headline, in pieces that can be read from five metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from survey_app.reporting import charts, rule_words, standings, words
from survey_app.reporting.charts import Chart
from survey_app.scoring.evaluation import FAIR_PARTICIPATION, GOOD_PARTICIPATION, Evaluation, Part, Participation
from survey_app.scoring.figure import Figure
from survey_app.scoring.participation import Verdict
from survey_app.scoring.rounding import percent_text
from survey_app.services.comments import CampaignComments, QuestionComments
from survey_app.web.comments.sheet import group_name
from survey_app.web.results.page import Page
from survey_app.words import Audience

T = TypeVar("T")

MOST_ROWS = 5
"""Rows of a chart on a slide: at 1080 lines their words are 25 pixels high, and more."""
MOST_SLIDES = 3
"""Slides with charts of the same; of more teams or places is only said how they stand together."""
MOST_QUESTIONS = 3
MOST_WORDS = 8
MOST_GROUPS = 4
MOST_QUOTES = 2
MOST_QUOTES_ALONE = 6
"""Where no groups stand above them."""
LONGEST_QUOTE = 48


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, its value, and what belongs to it."""

    name: str
    value: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """How many took part: of workers large, then of each audience; how many places are where; what floors say."""

    title: str
    value: str
    audiences: Sequence[Fact]
    places: Sequence[Fact]
    said: Sequence[str]


@dataclass(frozen=True, slots=True)
class Written:
    """What people wrote to a question, as far as a person has released it."""

    question: str
    base: int
    words: Sequence[Fact]
    groups: Sequence[Fact]
    quotes: Sequence[str]


@dataclass(frozen=True)
class Wall:
    """The slides of a results page. `comments` is what its reader may see of them."""

    page: Page
    comments: CampaignComments

    @property
    def _evaluation(self) -> Evaluation:
        return self.page.evaluation

    @cached_property
    def others(self) -> list[Fact]:
        """Return what stands beside the headline: the other audiences, the return visits.

        Each names its rule, unless all are of one: then `others_rule` does.
        """
        _ = self.page.reader.gettext
        if self.others_rule:
            return [Fact(name, each.value_text, each.base_text) for name, each in self._beside]
        return [
            Fact(_("%(name)s: %(rule)s", name=name, rule=self.page.named(each)), each.value_text, each.base_text)
            for name, each in self._beside
        ]

    @cached_property
    def others_rule(self) -> str:
        """Name the one rule of all that stands beside the headline; empty where there are several, or none."""
        figures = [each for _name, each in self._beside]
        return self.page.named(figures[0]) if figures and rule_words.same_rule(figures) else ""

    @cached_property
    def _beside(self) -> list[tuple[str, Figure]]:
        reader = self.page.reader
        found = [
            (words.audience(part.audience, reader), part.headline.rated.rate)
            for part in self.page.others
            if part.headline is not None and not part.headline.rated.is_withheld
        ]
        found += [
            (words.month(wave.month, reader), wave.rated.rate)
            for waves in self._evaluation.waves
            for wave in waves.visits
            if not wave.rated.is_withheld
        ]
        return found

    def items(self, part: Part) -> list[Chart]:
        """Return the charts of the items, one a slide."""
        return charts.items(part, self.page.reader, most=MOST_ROWS)

    def teams(self, part: Part) -> list[Chart]:
        """Return the charts of the teams; none where they are too many, or not compared."""
        return self._pieces([charts.teams(part, self.page.reader, each) for each in _few(part.compared)])

    @cached_property
    def places(self) -> list[Chart]:
        """Return the charts of participation by place; none where they are too many."""
        shown = [each for each in self._evaluation.participation if each.share is not None]
        if len(shown) < 2:
            return []
        return self._pieces(
            [charts.participation(self._evaluation, self.page.reader, each) for each in _few(shown)]
        )

    def _pieces(self, found: Sequence[Chart | None]) -> list[Chart]:
        return [replace(each, key=f"{each.key}-{at}") for at, each in enumerate(found, start=1) if each is not None]

    @cached_property
    def taking(self) -> Taking | None:
        """Return how many took part; None where nobody did."""
        part = self.page.leading
        if part is None or not part.returned:
            return None
        _, reader = self.page.reader.gettext, self.page.reader
        leading = {each.audience: each for each in reversed(self._evaluation.parts)}
        share = part.participation
        return Taking(
            title=_("Participation of workers") if share is not None else _("How many came back"),
            value=words.percent(share) if share is not None else str(part.returned),
            audiences=[
                Fact(words.audience(each, reader), str(leading[each].returned), self._of(leading[each]))
                for each in Audience
                if each in leading
            ],
            places=self._places,
            said=standings.of_part(part, reader),
        )

    def _of(self, part: Part) -> str:
        """Say of how many people these ballots are."""
        _ = self.page.reader.gettext
        return _("of %(people)s workers", people=part.headcount) if part.headcount else ""

    @cached_property
    def _places(self) -> list[Fact]:
        """Return how many places are above and below the floors, or the usual marks where there is none."""
        _, rows = self.page.reader.gettext, self._evaluation.participation
        if len(rows) < 2 or not self._evaluation.has_teams:
            return []
        if any(row.standing is not None for row in rows):
            by_verdict = {
                each: sum(row.standing is not None and row.standing.verdict is each for row in rows)
                for each in Verdict
            }
            unknown = by_verdict[Verdict.NO_HEADCOUNT] + by_verdict[Verdict.FRONTLINE_UNKNOWN]
            found = [
                (standings.named(Verdict.MET, self.page.reader), by_verdict[Verdict.MET]),
                (standings.named(Verdict.BELOW, self.page.reader), by_verdict[Verdict.BELOW]),
                (_("Cannot be told"), unknown),
            ]
        else:
            found = self._by_marks(rows)
        return [Fact(name, str(many), _("places")) for name, many in found if many]

    def _by_marks(self, rows: Sequence[Participation]) -> list[tuple[str, int]]:
        _ = self.page.reader.gettext
        fair, good = percent_text(FAIR_PARTICIPATION, 0), percent_text(GOOD_PARTICIPATION, 0)
        shares = [row.share for row in rows]
        known = [share for share in shares if share is not None]
        return [
            (_("%(share)s and more", share=good), sum(share >= GOOD_PARTICIPATION for share in known)),
            (
                _("%(low)s to below %(high)s", low=fair, high=good),
                sum(FAIR_PARTICIPATION <= share < GOOD_PARTICIPATION for share in known),
            ),
            (_("below %(share)s", share=fair), sum(share < FAIR_PARTICIPATION for share in known)),
            (_("Headcount unknown"), len(shares) - len(known)),
        ]

    @cached_property
    def written(self) -> list[Written]:
        """Return the questions of whose comments something is released, each with what is shown of it anyway."""
        asked = [each for survey in self.comments.shown for each in survey.questions if each.shown.released]
        return [self._written(each) for each in asked[:MOST_QUESTIONS]]

    def _written(self, asked: QuestionComments) -> Written:
        reader, shown = self.page.reader, asked.shown
        _ = reader.gettext
        groups = [each for each in shown.groups if not each.is_rest][:MOST_GROUPS]
        quotes = [
            each.words for group in shown.groups for each in group.verbatims if len(each.words) <= LONGEST_QUOTE
        ]
        return Written(
            question=reader.text(asked.label),
            base=shown.base,
            words=[Fact(each.word, str(each.comments)) for each in shown.keywords[:MOST_WORDS]],
            groups=[Fact(group_name(self.comments, shown, each), str(each.comments)) for each in groups],
            quotes=list(dict.fromkeys(quotes))[: MOST_QUOTES if groups else MOST_QUOTES_ALONE],
        )


def _few(rows: Sequence[T]) -> list[Sequence[T]]:
    """Return rows in slides of about the same length; none where they are too many."""
    slides = -(-len(rows) // MOST_ROWS)
    if slides > MOST_SLIDES:
        return []
    return [rows[at * len(rows) // slides : (at + 1) * len(rows) // slides] for at in range(slides)]
