"""The first evaluation and the return visits side by side, at any place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from survey_app.analysis.gate import Gated
from survey_app.analysis.readings import Reading
from survey_app.analysis.selection import BadSelection, Selection, Trouble
from survey_app.reporting import charts, drawings
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, say
from survey_app.reporting.charts import Chart
from survey_app.reporting.tables import rated_cells, rated_columns, withheld_note
from survey_app.reporting.words import month, verdict
from survey_app.scoring.evaluation import Rated
from survey_app.scoring.rounding import points_text
from survey_app.services import explore
from survey_app.services.explore import Wave
from survey_app.web import context, formats
from survey_app.web.results.explore import as_json, desk, words
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.compare import change_cells
from survey_app.web.results.explore.desk import Desk, reader
from survey_app.web.results.explore.showing import Sight


@dataclass(frozen=True)
class Found:
    """The first evaluation and its waves; none where nothing is to be put side by side."""

    asked: Asked
    first: Gated[Reading] | None = None
    waves: tuple[Wave, ...] = ()


def _find(asked: Asked) -> Found:
    chosen = asked.selection
    if chosen != Selection(survey=chosen.survey, audience=chosen.audience, unit=chosen.unit, team=chosen.team):
        raise BadSelection(chosen.cuts[0], Trouble.PLACES_ONLY)
    found = explore.waves(
        context.database(), desk.columns(), actor=context.actor(), selection=chosen, now=context.now()
    )
    return Found(asked) if found is None else Found(asked, *found)


def _json(found: Found) -> as_json.Json:
    return {
        "selection": as_json.selection(found.asked.selection),
        "threshold": found.asked.subject.threshold,
        "as_of": context.now().isoformat(),
        "waves": [_wave_json(wave, found.first) for wave in found.waves],
    }


def _wave_json(wave: Wave, first: Gated[Reading] | None) -> as_json.Json:
    line = None if wave.line is None else wave.line.value
    reading = line.second if line is not None else None
    if line is None and first is not None and not wave.is_sealed:
        reading = first.value
    return {
        "subject": as_json.subject(wave.subject),
        "is_sealed": wave.is_sealed,
        "reading": None if reading is None else as_json.reading(reading),
        "comparability": None if line is None else line.comparability.value,
        "rate": None if line is None or line.rate is None else as_json.change(line.rate),
        "strict": None if line is None or line.strict is None else as_json.change(line.strict),
    }


def rated_of(wave: Wave, first: Gated[Reading] | None) -> Rated | None:
    """Return what a wave found; None where it is sealed."""
    if wave.is_sealed or first is None:
        return None
    return first.value.rated if wave.line is None else wave.line.value.second.rated


def _page(found: Found, frame: Desk) -> Mapping[str, Any]:
    if not found.waves:
        return {"drawn": None}
    table = Table(
        title=_("Waves"),
        columns=(
            Column(_("Measurement")),
            *rated_columns(reader(), None if found.first is None else found.first.value.rated),
            Column(_("Change in points"), Form.POINTS),
            Column(_("Change from"), Form.POINTS),
            Column(_("Change to"), Form.POINTS),
            Column(_("Reading")),
        ),
        rows=tuple(_row(wave, found.first) for wave in found.waves),
    )
    table = replace(table, note=words.dashes(table, withheld_note(frame.subject.threshold, reader())))
    return {"drawn": (chart(found, table), table)}


def _row(wave: Wave, first: Gated[Reading] | None) -> Row:
    name = month(wave.subject.wave or 0, reader())
    rated = rated_of(wave, first)
    cells: tuple[Cell, ...] = (EMPTY,) * 7 if rated is None else rated_cells(rated)
    line = None if wave.line is None else wave.line.value
    said = "" if line is None else verdict(line.rate, line.comparability, reader())
    if wave.is_sealed:
        said = _("sealed")
    changes = ((say(""),) * 3) if line is None else change_cells(line.rate)
    return Row((say(name), *cells, *changes, say(said)))


def chart(found: Found, table: Table) -> Chart | None:
    """Return the waves from left to right; None where fewer than two are shown."""
    shown = [
        (month(wave.subject.wave or 0, reader()), rated)
        for wave in found.waves
        if (rated := rated_of(wave, found.first)) is not None and not rated.is_withheld
    ]
    if len(shown) < 2:
        return None
    figure, start = drawings.waves(
        [name for name, _rated in shown],
        [rated for _name, rated in shown],
        [formats.words(shown[0][1].rate.label), formats.words(shown[0][1].strict.label)],
    )
    return Chart("waves", _finding(found), charts.rate_base(shown[0][1].rate, start, reader()), figure, table)


def _finding(found: Found) -> str:
    said = []
    for wave in found.waves:
        line = None if wave.line is None else wave.line.value
        if line is None or line.rate is None:
            continue
        said.append(
            _(
                "%(wave)s: %(points)s points, %(verdict)s",
                wave=month(wave.subject.wave or 0, reader()),
                points=points_text(line.rate.difference),
                verdict=verdict(line.rate, line.comparability, reader()),
            )
        )
    return _("; ").join(said) or _("Waves")


SIGHT = Sight("waves", "results/explore/waves.html", (), _find, _page, _json, over_time=True)
