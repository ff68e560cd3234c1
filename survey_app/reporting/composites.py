"""The composite of audiences in words and as a table, always with weights, rule and covered weight."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, say, share
from survey_app.reporting.words import Reader, audience, chosen_percent, named
from survey_app.scoring.composite import Absence, Composed, Composite, Declared
from survey_app.scoring.rounding import half_up
from survey_app.scoring.rules import RateRule
from survey_app.words import WithoutAudience


def table(found: Composite, reader: Reader) -> Table:
    """Return the composite's figures with their intervals; dashes where there is none."""
    _ = reader.gettext
    measures = [each for each in (found.rate, found.strict, found.index) if each is not None]
    rows = [Row((say(named(each.rule, reader)), *_cells(each))) for each in measures]
    return Table(
        title=_("Composite of audiences"),
        columns=(
            Column(_("Figure"), span=14),
            Column(_("Value"), Form.PERCENT),
            Column(_("From (95%)"), Form.PERCENT, 7),
            Column(_("To (95%)"), Form.PERCENT, 7),
        ),
        rows=tuple(rows) or (Row((say(_("Composite of audiences")), EMPTY, EMPTY, EMPTY)),),
        note=reader.sentences(sentences(found, reader)),
    )


def sentences(found: Composite, reader: Reader) -> list[str]:
    """Say by which weights it was made, what was done about a missing audience, and how its interval was made."""
    _ = reader.gettext
    said = [
        _(
            "Declared weights, version %(version)s: %(weights)s.",
            version=found.declared.version,
            weights=weights(found.declared, reader),
        ),
        missing(found.declared, reader),
    ]
    if found.absence is Absence.AUDIENCE_MISSING:
        return [*said, _("There is no composite: not every audience has a figure.")]
    if found.absence is Absence.RULES_DIFFER:
        return [*said, _("There is no composite: the audiences are read by different rules.")]
    if found.covered < 1:
        names = _(", ").join(audience(each, reader) for each in found.shown)
        said.append(
            _(
                "Made of: %(audiences)s; covered weight %(share)s.",
                audiences=names,
                share=chosen_percent(found.covered),
            )
        )
    said.append(
        _("The interval adds up the audiences' independent variances, recovered from their own intervals (MOVER).")
    )
    return said


def weights(declared: Declared, reader: Reader) -> str:
    """Write the weights."""
    _ = reader.gettext
    return _(", ").join(
        _("%(audience)s %(share)s", audience=audience(each, reader), share=chosen_percent(weight))
        for each, weight in declared.weights
    )


def missing(declared: Declared, reader: Reader) -> str:
    """Say what holds where an audience has no figure."""
    _ = reader.gettext
    if declared.missing is WithoutAudience.RENORMALISE:
        return _(
            "Where an audience has no figure that is shown, the weights of the others are raised to make up 100 "
            "percent."
        )
    return _("Where an audience has no figure that is shown, there is no composite.")


def _cells(found: Composed) -> tuple[Cell, Cell, Cell]:
    if isinstance(found.rule, RateRule):
        low, high = (None, None) if found.interval is None else (found.interval.low, found.interval.high)
        return share(found.value), share(low), share(high)
    limits = (EMPTY, EMPTY)
    if found.interval is not None:
        limits = (_decimal(found.interval.low), _decimal(found.interval.high))
    return _decimal(found.value), *limits


def _decimal(value: Fraction | float) -> Cell:
    printed: Decimal = half_up(value)
    return Cell(str(printed), Form.DECIMAL, printed)
