"""What the results page shows, in order: templates only lay it out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from survey_app.questionnaire.text import Text
from survey_app.reporting import (
    charts,
    composites,
    method,
    response_rates,
    rule_words,
    standings,
    tables,
    wave_tables,
    wave_words,
    words,
)
from survey_app.reporting.cells import Table
from survey_app.reporting.charts import Chart
from survey_app.reporting.seals import unsealed_sentences
from survey_app.reporting.words import Reader
from survey_app.scoring.evaluation import Evaluation, Part, Participation, Team, Waves
from survey_app.scoring.figure import Figure
from survey_app.scoring.participation import Verdict
from survey_app.web.results.explore.paging import Paged
from survey_app.web.results.lists import PLACES, TEAMS, WAVES, Lists


@dataclass(frozen=True, slots=True)
class Compared:
    """First evaluation and return visits: the chart with its table, the changes, and each team's rates."""

    drawn: tuple[Chart | None, Table]
    changes: Table
    by_team: Table
    teams: Paged[int]


@dataclass(frozen=True)
class Page:
    """The page of one evaluation for one reader."""

    evaluation: Evaluation
    reader: Reader
    lists: Lists

    @property
    def leading(self) -> Part | None:
        """The part whose figure stands on top."""
        return self.evaluation.leading

    @cached_property
    def others(self) -> list[Part]:
        """The parts of the other audiences."""
        return list(self.evaluation.parts[1:])

    @cached_property
    def title(self) -> str:
        """Name the page, and whose part of the campaign it shows."""
        return words.titled(self.reader.gettext("Results at a glance"), self.evaluation, self.reader)

    @cached_property
    def limited(self) -> str:
        """Name the units whose part of the campaign it shows; empty for the whole."""
        return words.limited(self.evaluation, self.reader)

    def audience(self, part: Part) -> str:
        """Name a part's audience."""
        return words.audience(part.audience, self.reader)

    def headline_title(self, part: Part) -> str:
        """Say what the figure is of."""
        return words.headline_title(part, self.reader)

    def named(self, figure: Figure) -> str:
        """Name the rule of a figure with its version."""
        return words.named(figure.rule, self.reader)

    def base_line(self, part: Part) -> str:
        """Say what stands beneath the figure."""
        return words.base_line(part, self.reader)

    def trust(self, part: Part) -> str:
        """Say whether it can be trusted."""
        return words.trust(part, self.reader)

    def counting(self, part: Part) -> str:
        """Say in plain words what counts in the figure."""
        return rule_words.counting(part, self.reader)

    @cached_property
    def bands_note(self) -> str:
        """Say why intervals and bands of teams need not agree."""
        return words.bands_note(self.reader)

    def rule_line(self, part: Part) -> str:
        """Name rule and cut-off."""
        return words.rule_line(part, self.evaluation, self.reader)

    @cached_property
    def unsealed(self) -> list[str]:
        """Say which seals did not hold until the end."""
        return [self.reader.sentences(unsealed_sentences(each, self.reader)) for each in self.evaluation.unsealed]

    def floor(self, part: Part) -> str:
        """Say how all ballots together stand to the participation floor; nothing where there is none."""
        return "" if part.floored is None else standings.in_full(part.floored.whole, self.reader)

    def below_floor(self, part: Part) -> list[str]:
        """Say which postings have no place in rankings because of the participation floor."""
        return standings.sentences(part, self.reader)

    def excluded(self, part: Part) -> list[str]:
        """Say what does not count."""
        return words.excluded_sentences(part, self.reader)

    @cached_property
    def period(self) -> str:
        """Write the campaign's days."""
        return self.reader.period(self.evaluation.starts_on, self.evaluation.ends_on)

    @cached_property
    def as_of(self) -> str:
        """Write the cut-off."""
        return self.reader.moment(self.evaluation.as_of)

    @cached_property
    def falls(self) -> list[str]:
        """Say which teams fell in return visits."""
        return [
            said for found in self.evaluation.waves for said in wave_words.team_change_sentences(found, self.reader)
        ]

    @cached_property
    def has_fall(self) -> bool:
        """Tell whether a team fell significantly."""
        return any(each.is_fall for found in self.evaluation.waves for each in found.team_changes)

    @cached_property
    def wave_sentences(self) -> list[tuple[str, list[str]]]:
        """Say what changed, each with what to bear in mind."""
        return [
            (wave_words.wave_sentence(wave, self.reader), wave_words.wave_cautions(wave, self.reader))
            for waves in self.evaluation.waves
            for wave in waves.visits
        ]

    @cached_property
    def visit_sentences(self) -> list[str]:
        """Say what is being done."""
        return [words.visits_sentence(visits, self.reader) for visits in self.evaluation.visits]

    @cached_property
    def visits(self) -> Table:
        """Return the table of return visits."""
        return tables.visits(self.evaluation.visits, self.reader)

    def teams_sentence(self, part: Part) -> str:
        """Say who differs."""
        return standings.who_differs(part, self.reader)

    def headline(self, part: Part) -> Table:
        """Return the headline's table."""
        return tables.headline(part, self.reader)

    def ballots(self, part: Part) -> Table:
        """Return the five counts."""
        return tables.ballots(part, self.reader)

    def team_list(self, part: Part) -> Paged[Team]:
        """Return the teams that the address asks for."""
        return self.lists.cut(TEAMS, part.teams, lambda team: self._names(team.name, *team.places))

    def teams(self, part: Part) -> tuple[Chart | None, Table]:
        """Return chart and table of the teams."""
        some = self.team_list(part).rows
        chart = charts.teams(part, self.reader, some)
        return chart, chart.table if chart else tables.teams(part, self.reader, some)

    def _names(self, *texts: Text) -> str:
        return " ".join(self.reader.text(each) for each in texts)

    def items(self, part: Part) -> list[tuple[Chart | None, Table]]:
        """Return charts and tables of the items, by scale."""
        drawn = {chart.table.title: chart for chart in charts.items(part, self.reader)}
        return [(drawn.get(table.title), table) for table in tables.items(part, self.reader)]

    def answered(self, part: Part) -> Table:
        """Return the other questions."""
        return tables.answered(part, self.reader)

    def is_below_floor(self, part: Part) -> bool:
        """Tell whether all ballots together fall short of the participation floor."""
        return part.floored is not None and part.floored.whole.verdict is Verdict.BELOW

    @cached_property
    def audiences(self) -> tuple[Chart | None, Table]:
        """Return chart and table of the audiences."""
        return charts.audiences(self.evaluation, self.reader), tables.audiences(self.evaluation, self.reader)

    def response_rate(self, part: Part) -> str:
        """Say which part of those invited with single-use codes answered; nothing where nobody was."""
        return "" if part.invited is None else response_rates.sentence(part.invited, self.reader)

    @cached_property
    def response_rates(self) -> list[Table]:
        """Return AAPOR's response rates of the audiences that were invited with single-use codes."""
        return [response_rates.table(part, self.reader) for part in self.evaluation.parts if part.invited]

    @cached_property
    def composite(self) -> Table | None:
        """Return the composite of the audiences; None where none is declared."""
        found = self.evaluation.composite
        return None if found is None else composites.table(found, self.reader)

    @cached_property
    def participation(self) -> tuple[Chart | None, Table]:
        """Return chart and table of what came back."""
        some = self.place_list.rows
        chart = charts.participation(self.evaluation, self.reader, some)
        return chart, chart.table if chart else tables.participation(self.evaluation, self.reader, some)

    @cached_property
    def place_list(self) -> Paged[Participation]:
        """Return the postings that the address asks for."""
        found = self.evaluation.participation
        return self.lists.cut(PLACES, found, lambda row: self._names(row.place, row.team))

    def wave_list(self, found: Waves) -> Paged[int]:
        """Return the teams of return visits that the address asks for, by their place."""
        return self.lists.cut(WAVES, range(len(found.teams)), lambda place: self._names(found.teams[place]))

    @cached_property
    def waves(self) -> list[Compared]:
        """Return chart and tables of the waves, by audience."""
        return [
            Compared(
                (charts.waves(found, self.reader), wave_tables.waves(found, self.reader)),
                wave_tables.changes(found, self.reader),
                wave_tables.waves_by_team(found, self.reader, self.wave_list(found).rows),
                self.wave_list(found),
            )
            for found in self.evaluation.waves
        ]

    @cached_property
    def method(self) -> list[method.Note]:
        """Return the method note."""
        return method.notes(self.evaluation, self.reader)
