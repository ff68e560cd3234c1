"""The first evaluation and the return visits side by side, at any place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from survey_app.reporting import charts, drawings, rule_words
from survey_app.reporting.cells import EMPTY, Column, Row, Table, say
from survey_app.reporting.charts import Chart
from survey_app.reporting.tables import rated_cells, rated_columns, rules_cell, rules_column, withheld_note
from survey_app.reporting.wave_tables import changes_of
from survey_app.reporting.wave_words import finding
from survey_app.reporting.words import month
from survey_app.scoring.evaluation import Contrast, Rated
from survey_app.services import explore
from survey_app.services.explore import Wave
from survey_app.web import context
from survey_app.web.results.explore import as_json, desk, words
from survey_app.web.results.explore.asked import Asked
from survey_app.web.results.explore.desk import Desk, reader
from survey_app.web.results.explore.showing import Sight


@dataclass(frozen=True)
class Found:
    """The first evaluation and its waves; none where nothing is to be put side by side."""

    asked: Asked
    waves: tuple[Wave, ...] = ()


def _find(asked: Asked) -> Found:
    chosen = desk.narrowed(asked.selection, "results.waves")
    found = explore.waves(
        context.database(), context.columns(), actor=context.actor(), selection=chosen, now=context.now()
    )
    return Found(asked, found or ())


def _json(found: Found) -> as_json.Json:
    return {
        "selection": as_json.selection(found.asked.selection),
        "threshold": found.asked.subject.threshold,
        "as_of": found.asked.subject.as_of.isoformat(),
        "waves": [_wave_json(wave) for wave in found.waves],
    }


def _wave_json(wave: Wave) -> as_json.Json:
    return {
        "subject": as_json.subject(wave.subject),
        "is_sealed": wave.is_sealed,
        "is_asked": wave.is_asked,
        "reading": None if wave.reading is None else as_json.reading(wave.reading.value),
        "contrast": None if wave.contrast is None else as_json.contrast(wave.contrast.value),
    }


def rated_of(wave: Wave) -> Rated | None:
    """Return what a wave found; None where it is sealed, or does not ask the questions of the conditions."""
    return None if wave.reading is None else wave.reading.value.rated


def _page(found: Found, frame: Desk) -> Mapping[str, Any]:
    if not found.waves:
        return {"drawn": None}
    rated = [each for wave in found.waves if (each := rated_of(wave)) is not None]
    table = Table(
        title=_("Waves"),
        columns=(Column(_("Measurement")), *rated_columns(reader(), *rated), *rules_column(rated, reader())),
        rows=tuple(_row(wave, rated) for wave in found.waves),
    )
    table = replace(table, note=_note(table, frame, rated))
    compared = _compared(found)
    changes = changes_of(compared, reader()) if compared else None
    return {"drawn": (_chart(found, table), table), "changes": changes, "by_answers": bool(frame.selection.answers)}


def _note(table: Table, frame: Desk, rated: Sequence[Rated]) -> str:
    dashes = words.dashes(table, withheld_note(frame.subject.threshold, reader()))
    return reader().sentences((rule_words.stated(rated, reader()), *dashes))


def _compared(found: Found) -> list[tuple[int, Rated, Contrast]]:
    """Return the visits that are compared with the first evaluation."""
    return [
        (wave.subject.wave or 0, rated, wave.contrast.value)
        for wave in found.waves
        if wave.contrast is not None and (rated := rated_of(wave)) is not None
    ]


def _row(wave: Wave, every: Sequence[Rated]) -> Row:
    name = month(wave.subject.wave or 0, reader())
    if wave.is_sealed:
        name = _("%(wave)s (sealed)", wave=name)
    elif not wave.is_asked:
        name = _("%(wave)s (does not ask the question of the conditions)", wave=name)
    rated = rated_of(wave)
    cells = (EMPTY,) * 7 if rated is None else rated_cells(rated)
    return Row((say(name), *cells, *rules_cell(rated, every, reader())))


def _chart(found: Found, table: Table) -> Chart | None:
    """Return the waves from left to right; None where fewer than two are shown."""
    shown = [
        (month(wave.subject.wave or 0, reader()), rated)
        for wave in found.waves
        if (rated := rated_of(wave)) is not None and not rated.is_withheld
    ]
    if len(shown) < 2:
        return None
    drawn = [each for _name, each in shown]
    figure, start = drawings.waves([name for name, _rated in shown], drawn, reader())
    title = finding(_compared(found), reader()) or _("Waves")
    return Chart("waves", title, charts.both_rates_base(drawn, start, reader()), figure, table)


SIGHT = Sight("waves", "results/explore/waves.html", (), _find, _page, _json, over_time=True)
