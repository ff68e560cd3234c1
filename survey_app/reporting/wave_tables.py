"""The tables of first evaluation and return visits. Page and workbook print the same ones."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.reporting import rule_words, wave_words, words
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, count, points, rate, say, share
from survey_app.reporting.tables import rate_label, rated_cells, rated_columns, rules_cell, rules_column
from survey_app.reporting.words import Reader
from survey_app.scoring.comparison import Change
from survey_app.scoring.evaluation import Contrast, Rated, Waves


def waves(found: Waves, reader: Reader) -> Table:
    """Return the first evaluation and the return visits on their shared indicator."""
    _ = reader.gettext
    every = [wave.rated for wave in (found.first, *found.visits)]
    return Table(
        title=_("First evaluation and return visits"),
        columns=(
            Column(_("Measurement"), span=12),
            Column(_("Question"), span=20),
            Column(_("Enterprises"), Form.COUNT, 4),
            Column(_("Returned"), Form.COUNT, 4),
            Column(_("Participation there"), Form.PERCENT, 4),
            *rated_columns(reader, *every),
            *rules_column(every, reader),
        ),
        rows=tuple(
            Row(
                (
                    say(words.month(wave.month, reader)),
                    say(reader.text(wave.label)),
                    count(wave.places),
                    count(wave.returned),
                    share(wave.participation),
                    *rated_cells(wave.rated),
                    *rules_cell(wave.rated, every, reader),
                )
            )
            for wave in (found.first, *found.visits)
        ),
        note=reader.sentences(
            (
                rule_words.stated(every, reader),
                _(
                    "Participation is ballots returned ÷ headcount of the enterprises with ballots of that "
                    "measurement."
                ),
            )
        ),
    )


def changes(found: Waves, reader: Reader) -> Table:
    """Return the change of both rates at the same enterprises, with its interval and what may be said."""
    return changes_of([(wave.month, wave.rated, wave.contrast) for wave in found.visits], reader)


def changes_of(found: Sequence[tuple[int, Rated, Contrast]], reader: Reader) -> Table:
    """Return the same of measurements: months after the posting, verdicts, contrasts with the first evaluation."""
    _ = reader.gettext
    rows = []
    for at, rated, contrast in found:
        same = contrast.same
        sides: tuple[Rated, ...] = () if same is None else (same.first, same.second)
        for figure, shown, change in (
            (rated.rate, [each.rate for each in sides], contrast.rate),
            (rated.strict, [each.strict for each in sides], contrast.strict),
        ):
            rows.append(
                Row(
                    (
                        say(words.month(at, reader)),
                        say(words.named(figure.rule, reader)),
                        count(None if same is None else same.places),
                        *([rate(each) for each in shown] or [EMPTY, EMPTY]),
                        *_change_cells(change),
                        say(words.verdict(change, contrast.comparability, reader)),
                    )
                )
            )
    return Table(
        title=_("Change against the first evaluation"),
        columns=(
            Column(_("Measurement"), span=8),
            Column(_("Figure"), span=10),
            Column(_("Same enterprises"), Form.COUNT, 4),
            Column(_("They, at first"), Form.PERCENT, 5),
            Column(_("They, now"), Form.PERCENT, 5),
            Column(_("Change in points"), Form.POINTS, 5),
            Column(_("Change from"), Form.POINTS, 4),
            Column(_("Change to"), Form.POINTS, 4),
            Column(_("Reading"), span=9),
        ),
        rows=tuple(rows),
        note=_(
            "Only enterprises that were measured in both are compared, each with itself; enterprises count as the "
            "sample, and those that cannot be told apart as one. One enterprise alone, and different enterprises, "
            "are compared as two groups of answers. Where an interval holds 0, there is no significant change."
        ),
    )


def _change_cells(change: Change | None) -> tuple[Cell, Cell, Cell]:
    if change is None:
        return EMPTY, EMPTY, EMPTY
    return points(change.difference), points(change.interval.low), points(change.interval.high)


def waves_by_team(found: Waves, reader: Reader, some: Sequence[int] | None = None) -> Table:
    """Return each team's rates in all waves, or those of `some` by their place, and what changed significantly."""
    _ = reader.gettext
    every = (found.first, *found.visits)
    rated = [wave.rated for wave in every]
    columns = [Column(_("Work team"), span=12)]
    for wave in every:
        name = words.month(wave.month, reader)
        own = wave.rated.rate
        rule = rate_label(own, reader) if rule_words.are_same(rated) else words.named(own.rule, reader)
        head = _("%(wave)s: %(rule)s", wave=name, rule=rule)
        columns.append(Column(_("%(wave)s: base", wave=name), Form.COUNT, 5))
        columns.append(Column(head, Form.PERCENT, 5))
    columns.append(Column(_("Significant change"), span=14))
    rows = []
    for place in range(len(found.teams)) if some is None else some:
        team = found.teams[place]
        cells: list[Cell] = [say(reader.text(team))]
        for wave in every:
            verdict = wave.teams[place]
            cells += [EMPTY, EMPTY] if verdict is None else [count(verdict.rate.n), rate(verdict.rate)]
        cells.append(say(wave_words.team_reading(found, team, reader)))
        rows.append(Row(tuple(cells)))
    note = rule_words.stated(rated, reader)
    return Table(title=_("Return visits by work team"), columns=tuple(columns), rows=tuple(rows), note=note)
