"""What is said of return visits against the first evaluation, the same on the page and in the workbook."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.questionnaire.text import Text
from survey_app.reporting.words import Reader, month, percent, value, verdict
from survey_app.scoring.comparison import Verdict
from survey_app.scoring.evaluation import (
    FAIR_PARTICIPATION,
    GOOD_PARTICIPATION,
    Comparability,
    Contrast,
    Rated,
    TeamChange,
    Trust,
    Wave,
    Waves,
)
from survey_app.scoring.rounding import NOTHING, percent_text, points_text

MOST_NAMED = 5
"""How many teams that fell are named one by one."""


def wave_sentence(wave: Wave, reader: Reader) -> str:
    """Say in one line what a return visit found, and at the same enterprises against the first evaluation."""
    return contrast_sentence(wave.month, wave.rated, wave.contrast, reader)


def contrast_sentence(at: int, rated: Rated, found: Contrast, reader: Reader) -> str:
    """Say the same of a measurement `at` a month after the posting."""
    _ = reader.gettext
    said = verdict(found.rate, found.comparability, reader)
    name, rate = month(at, reader), value(rated)
    if found.rate is None:
        return _("%(wave)s: %(value)s, %(verdict)s", wave=name, value=rate, verdict=said)
    change = points_text(found.rate.difference)
    if found.same is None:
        return _(
            "%(wave)s: %(value)s, %(points)s points against the first evaluation, %(verdict)s",
            wave=name,
            value=rate,
            points=change,
            verdict=said,
        )
    return _(
        "%(wave)s: %(value)s; the same %(places)s enterprises: %(first)s → %(second)s, %(points)s points, "
        "%(verdict)s",
        wave=name,
        value=rate,
        places=found.same.places,
        first=value(found.same.first),
        second=value(found.same.second),
        points=change,
        verdict=said,
    )


def finding(found: Sequence[tuple[int, Rated, Contrast]], reader: Reader) -> str:
    """Say what several visits found: those that differ significantly, or that none does; empty if none is shown."""
    _ = reader.gettext
    shown = [each for each in found if not each[1].is_withheld]
    sure = [each for each in shown if each[2].rate is not None and each[2].rate.verdict is not Verdict.NO_CHANGE]
    if not sure and len(shown) > 1 and all(contrast.rate is not None for _at, _rated, contrast in shown):
        names = _(", ").join(month(at, reader) for at, _rated, _contrast in shown)
        return _("%(waves)s: no significant change against the first evaluation", waves=names)
    return _("; ").join(contrast_sentence(*each, reader) for each in sure or shown)


def in_full(found: Waves, reader: Reader) -> list[str]:
    """Say everything of an audience's waves: teams that fell, and each visit with its cautions."""
    _ = reader.gettext
    said = team_change_sentences(found, reader)
    for wave in found.visits:
        whole = _("%(said)s.", said=wave_sentence(wave, reader))
        said.append(reader.sentences((whole, *wave_cautions(wave, reader))))
    return said


def wave_cautions(wave: Wave, reader: Reader) -> list[str]:
    """Say which teams a visit left out, and how many took part, with the caution that few ask for."""
    _ = reader.gettext
    said = []
    if wave.missing:
        teams = _(", ").join(reader.text(team) for team in wave.missing)
        said.append(_("Not measured this time: %(teams)s.", teams=teams))
    if wave.headcount is not None and not wave.rated.is_withheld:
        said.append(_wave_participation(wave, reader))
    return said


def _wave_participation(wave: Wave, reader: Reader) -> str:
    _ = reader.gettext
    numbers = _(
        "participation at the enterprises measured %(share)s (%(returned)s/%(people)s)",
        share=percent(wave.participation),
        returned=wave.returned,
        people=wave.headcount,
    )
    match wave.trust:
        case Trust.LOW:
            floor = percent_text(FAIR_PARTICIPATION, 0)
            return _("Do not quote this alone: %(numbers)s, below %(floor)s.", numbers=numbers, floor=floor)
        case Trust.FAIR:
            floor = percent_text(GOOD_PARTICIPATION, 0)
            return _("Usable with care: %(numbers)s, below %(floor)s.", numbers=numbers, floor=floor)
        case Trust.MORE_THAN_HEADCOUNT:
            return _("Check the headcount: %(numbers)s.", numbers=numbers)
        case _other:
            return _("Reliable: %(numbers)s.", numbers=numbers)


def team_change_sentences(found: Waves, reader: Reader) -> list[str]:
    """Name the teams that fell, significantly and then only if looked at alone; say where none did."""
    _ = reader.gettext
    compared = len(found.team_changes)
    if not compared:
        return []
    falls = [
        _("%(team)s fell significantly: %(change)s.", team=_who(each, reader), change=_how_far(each, reader))
        for each in found.team_changes
        if each.is_fall
    ]
    dips = [
        _(
            "%(team)s: %(change)s; significant only by itself, not among %(count)s comparisons.",
            team=_who(each, reader),
            change=_how_far(each, reader),
            count=compared,
        )
        for each in found.team_changes
        if each.is_dip
    ]
    falls, dips = _first(falls, reader), _first(dips, reader)
    if not falls:
        falls = [_("No team fell significantly (%(count)s comparisons, Holm-adjusted).", count=compared)]
    return falls + dips


def _first(said: list[str], reader: Reader) -> list[str]:
    """Return the first sentences, the surest ones, and how many more there are."""
    _ = reader.gettext
    more = len(said) - MOST_NAMED
    if more <= 0:
        return said
    return [*said[:MOST_NAMED], _("%(count)s more: see the return visits by work team.", count=more)]


def team_reading(found: Waves, team: Text, reader: Reader) -> str:
    """Say in a table what changed significantly at a team; a dash where nothing did."""
    _ = reader.gettext
    said = []
    for each in found.team_changes:
        if each.team != team or not (each.is_fall or each.is_rise or each.is_dip):
            continue
        points = points_text(each.change.difference)
        name = month(each.month, reader)
        if each.is_dip:
            said.append(_("%(wave)s %(points)s, only by itself", wave=name, points=points))
        else:
            said.append(_("%(wave)s %(points)s, %(verdict)s", wave=name, points=points,
                          verdict=verdict(each.change, Comparability.COMPARABLE, reader)))  # fmt: skip
    return _("; ").join(said) or NOTHING


def _who(change: TeamChange, reader: Reader) -> str:
    _ = reader.gettext
    places = _(", ").join(reader.text(place) for place in change.places)
    return _("%(team)s (%(places)s)", team=reader.text(change.team), places=places)


def _how_far(change: TeamChange, reader: Reader) -> str:
    _ = reader.gettext
    return _(
        "%(wave)s %(first)s → %(second)s, %(points)s points",
        wave=month(change.month, reader),
        first=change.first.percent_text,
        second=change.second.percent_text,
        points=points_text(change.change.difference),
    )
