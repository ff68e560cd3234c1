"""The first evaluation and the return visits side by side, on the indicator that they share (W10 ↔ F03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey_app.analysis.instrument import Instrument
from survey_app.questionnaire.definition import Scale
from survey_app.questionnaire.text import Text
from survey_app.scoring.comparison import Change, Group, same_clusters, two_proportions
from survey_app.scoring.evaluation import Comparability, Wave, Waves
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
    return Waves(
        audience=first.audience,
        teams=tuple(teams[team] for team in shown),
        first=before,
        visits=tuple(_visit(month, visit, first, before, shown) for month, visit in linked.items()),
    )


def _wave(month: int, instrument: Instrument, field: str, shown: Sequence[int]) -> Wave:
    _, rated = instrument.total(field)
    by_team = dict(zip(instrument.team_ids, instrument.teams(field), strict=False))
    return Wave(
        month=month,
        title=instrument.surveys[0].title,
        label=instrument.questionnaire.fields[field].label,
        rated=rated,
        places=sum(1 for returned in instrument.returned_by_posting[:-1] if returned),
        teams=tuple(by_team.get(team) for team in shown),
        surveys=tuple(survey.id for survey in instrument.surveys),
    )


def _visit(month: int, visit: Instrument, first: Instrument, before: Wave, shown: Sequence[int]) -> Wave:
    """Return a wave with its change against the first, where the two may be compared."""
    field, indicator = visit.questionnaire.headline or "", first.questionnaire.headline or ""
    wave = _wave(month, visit, field, shown)
    if _graded(first.scale(indicator)) != _graded(visit.scale(field)):
        return replace(wave, comparability=Comparability.SCALES_DIFFER)
    if (first.rules.rate, first.rules.strict) != (visit.rules.rate, visit.rules.strict):
        return replace(wave, comparability=Comparability.RULES_DIFFER)
    if before.rated.is_withheld or wave.rated.is_withheld:
        return replace(wave, comparability=Comparability.TOO_FEW)
    return replace(
        wave,
        change=_change(_clusters(first, indicator, visit.rules.rate), _clusters(visit, field, visit.rules.rate)),
        strict_change=_change(
            _clusters(first, indicator, visit.rules.strict), _clusters(visit, field, visit.rules.strict)
        ),
    )


def _graded(scale: Scale) -> tuple[tuple[object, ...], ...]:
    """Return what makes answers on two scales comparable: the codes, and what each counts for."""
    return tuple((each.code, each.score, each.satisfied, each.strict, each.in_base) for each in scale.grades)


def _clusters(instrument: Instrument, field: str, rule: RateRule) -> list[Group]:
    """Return x and n of each posting of the campaign, and last of none."""
    scale = instrument.scale(field)
    tallies = instrument.ballots.tallies(field, instrument.by_posting)
    return [Group(*counts(tally, scale, rule)) for tally in tallies]


def _change(first: list[Group], second: list[Group]) -> Change:
    """Return the change over the same enterprises; as of independent groups where fewer than two are in both."""
    in_both = sum(1 for before, after in zip(first, second, strict=True) if before.n and after.n)
    if in_both >= _TWO:
        return same_clusters(first, second)
    (x1, n1), (x2, n2) = ((sum(each.x for each in wave), sum(each.n for each in wave)) for wave in (first, second))
    return two_proportions(x1, n1, x2, n2)
