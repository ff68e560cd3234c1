"""How the enterprises with ballots are taken as a sample: the choices, strata in words and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from survey_app.analysis.sampling import Frame, Level, Plan, Stratum
from survey_app.analysis.selection import BadSelection, Trouble
from survey_app.questionnaire.text import Text
from survey_app.reporting.cells import EMPTY, Column, Form, Row, Table, count, say
from survey_app.services.weights import BeforeAndAfter
from survey_app.web import formats
from survey_app.web.results.explore import as_json
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.desk import Choice, reader

STRATA, POPULATION = "strata", "population"
FINITE = "finite"
CHOICES = (STRATA, POPULATION)
"""What an address says of the sample, besides the selection."""


def plan_of(asked: Asked) -> Plan:
    """Return how a request takes the enterprises. Raises `BadSelection`."""
    strata, population = (asked.choices.get(name, "") for name in CHOICES)
    if strata and strata not in tuple(Level):
        raise BadSelection(STRATA, Trouble.UNKNOWN_FIELD)
    if population not in ("", FINITE):
        raise BadSelection(POPULATION, Trouble.UNKNOWN_FIELD)
    return Plan(level=Level(strata) if strata else None, is_finite=bool(population))


def fields(plan: Plan, levels: Sequence[Level]) -> list[tuple[str, str, list[Choice]]]:
    """Return the fields to choose by: name, label and choices."""
    labels = {
        Level.ABOVE: _("By the union right above each enterprise"),
        Level.DISTRICT: _("By district union"),
        Level.INDUSTRY: _("By industry union"),
    }
    strata = [Choice("", _("No strata"), plan.level is None)]
    strata += [
        Choice(level.value, label, level is plan.level)
        for level, label in labels.items()
        if level in levels or level is plan.level
    ]
    population = [
        Choice("", _("Part of any number of enterprises of their kind"), not plan.is_finite),
        Choice(FINITE, _("Sample of all enterprises in the list of units"), plan.is_finite),
    ]
    return [(STRATA, _("Strata"), strata), (POPULATION, _("Enterprises with ballots"), population)]


def sentences(frame: Frame) -> list[str]:
    """Say what the intervals mean, and what they do not."""
    known = [each for each in frame.strata if each.all is not None]
    said = [_meaning(frame, sum(each.asked for each in known), sum(each.all or 0 for each in known))]
    missed = [each for each in known if not each.asked]
    if missed:
        said.append(
            _(
                "%(strata)s strata with %(enterprises)s enterprises have no ballots: no figure stands for them.",
                strata=formats.count(len(missed)),
                enterprises=formats.count(sum(each.all or 0 for each in missed)),
            )
        )
    if outside := sum(each.asked for each in frame.strata if each.all is None):
        said.append(
            _(
                "%(count)s enterprises lie outside the campaign's unit: they stand for any number of their kind.",
                count=formats.count(outside),
            )
        )
    if not frame.is_census:
        said.append(
            _("Enterprises that were chosen and not drawn may differ from the others; no interval allows for that.")
        )
    return said


def _meaning(frame: Frame, asked: int, every: int) -> str:
    numbers = {"asked": formats.count(asked), "all": formats.count(every)}
    if not frame.plan.is_finite:
        return _(
            "Enterprises are compared within their stratum only; in each they stand for any number of their kind."
        )
    if frame.is_census:
        return _(
            "All %(all)s enterprises have ballots: there is no sampling error of enterprises. The intervals only "
            "say what those who did not answer leave uncertain.",
            **numbers,
        )
    return _(
        "%(asked)s of %(all)s enterprises have ballots. If they are a random sample of all of them, the intervals "
        "say where the rate of all lies; the larger the part that was visited, the narrower they are. If only the "
        "enterprises that were visited are meant, they are all there are, and the first row counts.",
        **numbers,
    )


def table(frame: Frame, names: Mapping[int, Text]) -> Table:
    """Return the strata with their enterprises; nothing in it comes from answers."""
    columns = (
        Column(_("Stratum"), span=12),
        Column(_("Enterprises with ballots"), Form.COUNT, 5),
        Column(_("All enterprises"), Form.COUNT, 5),
        Column(_("Notes"), span=14),
    )
    rows = tuple(
        Row(
            (
                say(_name(each, names)),
                count(each.asked),
                EMPTY if each.all is None else count(each.all),
                say(_note(each, is_finite=frame.plan.is_finite)),
            )
        )
        for each in frame.strata
    )
    note = _(
        "All enterprises: those in the list of units that were not closed by the day of these figures, and those "
        "with ballots. A place of no enterprise counts as one."
    )
    return Table(_("Strata"), columns, rows, note=reader().sentences((note,)))


def _name(each: Stratum, names: Mapping[int, Text]) -> str:
    if each.unit is not None:
        return formats.words(names[each.unit])
    return _("Outside the campaign's unit") if each.all is None else _("All others")


def _note(each: Stratum, *, is_finite: bool) -> str:
    if not each.asked:
        return _("No ballots: not represented")
    if is_finite and each.asked == each.all:
        return _("All of them: no sampling error of enterprises")
    if each.asked == 1:
        return _("One enterprise alone: compared with the mean of all")
    return ""


def as_answer(found: BeforeAndAfter) -> as_json.Json | None:
    """Return the sample as JSON; None where none is described."""
    frame = found.weighed.value.frame
    if frame is None:
        return None
    level = frame.plan.level
    return {
        "strata": None if level is None else level.value,
        "population": FINITE if frame.plan.is_finite else None,
        "is_census": frame.plan.is_finite and frame.is_census,
        "by_stratum": [
            {
                "unit": each.unit,
                "name": None if each.unit is None else as_json.text(found.names[each.unit]),
                "enterprises": each.asked,
                "all": each.all,
            }
            for each in frame.strata
        ],
    }
