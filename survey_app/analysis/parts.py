"""One audience's part of an evaluation: items, teams, pooled items, other questions, what does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from survey_app.analysis.ballots import EVERYBODY, Ballots
from survey_app.analysis.clusters import clusters
from survey_app.analysis.columns import Columns
from survey_app.analysis.encode import NONE
from survey_app.analysis.floors import Floors
from survey_app.analysis.gate import Where
from survey_app.analysis.instrument import Instrument
from survey_app.analysis.layout import Array, Sort
from survey_app.analysis.response_rates import invited_to
from survey_app.analysis.several import over_at, whole_rows
from survey_app.analysis.steering import asked_alike
from survey_app.analysis.tabulate import Context, is_rated, own_words, tabulate
from survey_app.questionnaire.definition import Field, Grade, Matrix
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.scoring.bands import bands
from survey_app.scoring.comparison import Group
from survey_app.scoring.evaluation import Answered, Excluded, Item, Live, Part, Rated, Team
from survey_app.scoring.figure import Figure, Reason
from survey_app.scoring.measure import counted_grades, rate, share
from survey_app.scoring.pooled import pooled_rate_of_totals
from survey_app.scoring.rules import EXCLUSION_RATE, RateRule
from survey_app.scoring.tally import ABSTAIN, Tally

_TWO = 2


def part_of(instrument: Instrument) -> Part:
    """Return everything that is shown of one audience."""
    fields = [
        field
        for field in instrument.questionnaire.fields.values()
        if field.specify is None and is_rated(field.question, instrument.questionnaire)
    ]
    items = tuple(_item(instrument, field) for field in fields)
    headline = next((item for item in items if item.is_headline), None)
    issued = instrument.ballots.issued(EVERYBODY)
    return Part(
        audience=instrument.audience,
        title=_title(instrument),
        version=instrument.surveys[0].version,
        headline=headline,
        items=items,
        pooled=_pooled(instrument, headline, items, instrument.rules.rate),
        pooled_strict=_pooled(instrument, headline, items, instrument.rules.strict),
        teams=_teams(instrument, headline),
        answered=_answered(instrument),
        returned=instrument.returned,
        headcount=instrument.headcount,
        known_issued=int(issued.given_out[0]) or None,
        through_open=int(issued.returned[0] - issued.through_them[0]),
        papers_without_answers=instrument.ballots.without_answers,
        excluded=_excluded(instrument, headline),
        threshold=instrument.threshold,
        surveys=tuple(survey.id for survey in instrument.surveys),
        live=_live(instrument, headline),
        floored=Floors(instrument).whole(),
        invited=invited_to(instrument, headline),
    )


def _live(instrument: Instrument, headline: Item | None) -> Live | None:
    gate = instrument.gate
    if gate is None or not instrument.ballots.is_live:
        return None
    return Live(counted=_counted(instrument, headline), over=over_at(gate, Where(gate.scope.inside, 0)))


def _counted(instrument: Instrument, headline: Item | None) -> int:
    """Return how many ballots that are stored one by one count in the headline, answered or not."""
    tally = Tally() if headline is None else instrument.total(headline.code)[0]
    return sum(tally.counts.values()) + tally.blank + tally.not_asked


def _title(instrument: Instrument) -> Text:
    titles = dict.fromkeys(survey.title for survey in instrument.surveys)
    return Text("、".join(each.zh for each in titles), ", ".join(each.in_locale("en") for each in titles))


def _item(instrument: Instrument, field: Field) -> Item:
    tally, rated = instrument.total(field.code)
    return Item(
        code=field.code,
        label=field.label,
        stem=field.question.text if field.item is not None else EMPTY,
        scale=instrument.scale(field.code),
        rated=rated,
        counts=None if rated.hides_answers else tally.counts,
        not_asked=None if rated.hides_answers else tally.not_asked,
        is_headline=field.code == instrument.questionnaire.headline,
    )


def _teams(instrument: Instrument, headline: Item | None) -> tuple[Team, ...]:
    """Return the teams, best first; then those out of the ranking and withheld ones, in the campaign's order.

    Nothing without any posting: there is nobody whom ballots without a team could be told from.
    """
    if headline is None or not instrument.team_ids:
        return ()
    *rated, of_none = instrument.teams(headline.code)
    floors = Floors(instrument)
    found = {
        team: Team(
            name=instrument.all_teams[team],
            places=tuple(posting.place for posting in instrument.of_team[team]),
            rated=each,
            band=None,
            standing=floors.of([posting.id for posting in instrument.of_team[team]]),
        )
        for team, each in zip(instrument.team_ids, rated, strict=True)
    }
    band_of = _bands({team: each.rated for team, each in found.items() if each.is_compared})
    teams = [replace(each, band=band_of.get(team)) for team, each in found.items()]
    if instrument.returned_by_posting[-1]:
        teams.append(Team(name=EMPTY, places=(), rated=of_none, band=None))
    return tuple(sorted(teams, key=_by_rate))


def _by_rate(team: Team) -> tuple[bool, bool, float, int]:
    figure = team.rated.rate
    if not team.is_compared:
        return True, figure.rate is None, 0.0, 0
    return False, figure.rate is None, -float(figure.rate or 0), -(figure.n or 0)


def _bands(rated: dict[int, Rated]) -> dict[int, int]:
    """Return the band of each team that is shown; nothing where there are not two to compare."""
    groups = {
        team: Group(each.rate.x, each.rate.n)
        for team, each in rated.items()
        if each.rate.x is not None and each.rate.n
    }
    if len(groups) < _TWO:
        return {}
    return {team: band.number for band in bands(groups) for team in band.units}


def _pooled(instrument: Instrument, headline: Item | None, items: Sequence[Item], rule: RateRule) -> Figure | None:
    """Return the second reading: the rows of matrices on the headline's scale, pooled, error by enterprise.

    Of one enterprise the error is that of as many ratings as people: wide enough however alike theirs are.

    Only rows that everybody is asked; a rule that takes blank or spoilt ballots into its base has no such reading,
    nor one with papers in it that abstain as a whole. Withheld while one of the rows is: the others, subtracted,
    would show it; and where rows hang on different answers, because the number of people with any of them would
    tell how many gave both.
    """
    if headline is None or {"blank", "spoilt"} & set(rule.base_adds):
        return None
    if "abstained" in rule.base_adds and instrument.ballots.papers_abstained:
        return None
    fields = _pooled_fields(instrument, headline)
    if not fields:
        return None
    ballots = _over(instrument, fields)
    x = _per_ballot(ballots, fields, counted_grades(rule, headline.scale))
    n = _per_ballot(ballots, fields, [grade.code for grade in headline.scale.grades if _is_in_base(grade, rule)])
    answered = n > 0
    # Never by person: how much people differ in several items tells how often the same are dissatisfied with two.
    _, places = np.unique(_places(instrument, ballots, fields)[answered], return_inverse=True)
    figure = pooled_rate_of_totals(
        np.bincount(places, x[answered]).astype(np.float64),
        np.bincount(places, n[answered]).astype(np.float64),
        respondents=int(answered.sum()),
        returned=len(n),
        rule=rule,
        as_of=instrument.as_of,
        threshold=instrument.threshold,
        headcount=instrument.headcount,
    )
    is_small = any(item.rated.is_withheld for item in items if item.code in fields)
    if not ballots.size or is_small or not asked_alike(instrument.questionnaire, fields):
        return figure.withhold(Reason.COMPLEMENTARY, instrument.threshold)
    return figure


def _places(instrument: Instrument, ballots: Ballots, fields: Sequence[str]) -> Array:
    """Return where each ballot came from: the places that may be told apart in all of some fields."""
    gate, posting = instrument.gate, ballots.dimension("posting")
    if gate is None:
        return posting
    found = [gate.by_block(field).value for field in fields if field in gate.asked]
    if not found:
        return posting
    tree = gate.world.tree
    cluster = np.append(clusters(tree.leaves, found), NONE)
    return np.asarray(cluster[tree.leaves_of(posting, ballots.dimension("unit"))])


def _over(instrument: Instrument, fields: Sequence[str]) -> Ballots:
    """Return the ballots that count for all of some fields at once: while more come in, each counts others."""
    gate, ballots = instrument.gate, instrument.ballots
    if gate is None or not ballots.is_partial:
        return ballots

    def over(columns: Columns) -> Columns:
        asked = [column for field in fields if (column := columns.column(field, Sort.CODED)) is not None]
        return columns.only(lambda piece: whole_rows(gate, piece, asked))

    return ballots.only(over)


def _per_ballot(ballots: Ballots, fields: Sequence[str], codes: Sequence[str]) -> Array:
    """Return for each ballot how many of `fields` it answers with one of `codes`."""
    total = np.zeros(ballots.size, np.int64)
    for field in fields:
        total += ballots.coded(field, codes)
    return total


def _is_in_base(grade: Grade, rule: RateRule) -> bool:
    outside = "abstained" if grade.code == ABSTAIN else "unknown"
    return grade.in_base or outside in rule.base_adds


def _pooled_fields(instrument: Instrument, headline: Item) -> list[str]:
    return [
        item.code
        for question in instrument.questionnaire.questions
        if isinstance(question, Matrix) and question.rows_from is None and question.scale == headline.scale.code
        for item in question.items
        if item.code != headline.code
    ]


def _answered(instrument: Instrument) -> tuple[Answered, ...]:
    context = Context(
        instrument.questionnaire,
        instrument.ballots,
        instrument.threshold,
        instrument.as_of,
        instrument.rules.nps,
        instrument.headcount,
    )
    return tuple(
        each if instrument.tells(each.code) else _untold(each, instrument.threshold)
        for question in instrument.questionnaire.questions
        for each in (*tabulate(question, context), *own_words(question, context))
    )


def _untold(found: Answered, threshold: int) -> Answered:
    """Return a question without anything that was answered."""
    nps = None if found.nps is None else found.nps.withhold(Reason.COMPLEMENTARY, threshold)
    return replace(found, n=None, choices=(), mean=None, nps=nps)


def _apart(instrument: Instrument, headline: Item | None) -> int:
    ballots = instrument.ballots
    if headline is None or ballots.is_live or not ballots.is_partial:
        return 0
    return ballots.size - _counted(instrument, headline)


def _excluded(instrument: Instrument, headline: Item | None) -> Excluded:
    """Return what does not count; the rate with the voided ballots only where it does not give a few away."""
    slices = instrument.ballots.slices
    voided = sum(each.with_voided.size - each.columns.size for each in slices)
    excluded = Excluded(
        voided=voided,
        unreconciled=sum(each.unreconciled for each in slices),
        open_batches=sum(each.open_batches for each in slices),
        apart=_apart(instrument, headline),
        share=share(voided, voided + instrument.returned, EXCLUSION_RATE, as_of=instrument.as_of)
        if voided
        else None,
    )
    if not voided or headline is None or headline.rated.is_withheld or instrument.ballots.is_partial:
        return excluded
    tally = Ballots(slices, with_voided=True).tallies(headline.code, EVERYBODY)[0]
    figure = rate(
        tally,
        headline.scale,
        instrument.rules.rate,
        as_of=instrument.as_of,
        threshold=instrument.threshold,
        headcount=instrument.headcount,
    )
    more = (figure.n or 0) - (headline.rated.rate.n or 0)
    return replace(excluded, with_voided=figure if more >= instrument.threshold else None)
