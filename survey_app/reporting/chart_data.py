"""The sheet that charts read their error bars from. All on it stands in the tables, too, or follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from openpyxl.chart import Reference
from openpyxl.worksheet.worksheet import Worksheet

from survey_app.reporting.cells import Cell, Column, Form, Row, Table, limits, rate, say
from survey_app.reporting.sheets import FIRST_COLUMN, set_widths, write_table
from survey_app.reporting.words import Reader
from survey_app.scoring.figure import Figure

FIRST_ROW = 4
_UP, _DOWN = 4, 5


class ChartData:
    """Blocks of rates with how far their intervals reach up and down, one below the other."""

    def __init__(self, sheet: Worksheet, reader: Reader) -> None:
        self.sheet = sheet
        self._reader = reader
        self._row = FIRST_ROW
        set_widths(sheet, [self._table("", [])])

    @property
    def is_empty(self) -> bool:
        """Tell whether no chart has asked for anything."""
        return self._row == FIRST_ROW

    def reaches(self, title: str, figures: Sequence[tuple[str, Figure]]) -> tuple[Reference, Reference]:
        """Write named rates, and return where it stands how far their intervals reach up and down."""
        placed = write_table(self.sheet, self._row, self._table(title, figures))
        self._row = placed.last + 3
        up, down = (
            Reference(self.sheet, min_col=FIRST_COLUMN + place, min_row=placed.first, max_row=placed.last)
            for place in (_UP, _DOWN)
        )
        return up, down

    def _table(self, title: str, figures: Sequence[tuple[str, Figure]]) -> Table:
        _ = self._reader.gettext
        return Table(
            title=title,
            columns=(
                Column(_("Shown in the chart"), span=16),
                Column(_("Value"), Form.PERCENT),
                Column(_("From (95%)"), Form.PERCENT, 7),
                Column(_("To (95%)"), Form.PERCENT, 7),
                Column(_("Error bar, up"), Form.PERCENT, 8),
                Column(_("Error bar, down"), Form.PERCENT, 8),
            ),
            rows=tuple(
                Row((say(name), rate(figure), *limits(figure), *_reach(figure))) for name, figure in figures
            ),
        )


def _reach(figure: Figure) -> tuple[Cell, Cell]:
    """Return how far the interval reaches from the rate, as printed; nothing where everybody answered."""
    value, low, high = (share.number or 0 for share in (rate(figure), *limits(figure)))
    if figure.interval is None:
        value = low = high = 0
    return _length(high - value), _length(value - low)


def _length(reach: Decimal | int) -> Cell:
    return Cell(f"{reach * 100:.1f}%", Form.PERCENT, reach)
