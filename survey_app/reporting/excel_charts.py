"""Native Excel charts beside the tables, in the colours of the page. They read the tables' own cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart._chart import ChartBase
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import NumDataSource, NumRef
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

from survey_app.questionnaire.definition import Scale
from survey_app.reporting import colours
from survey_app.reporting.sheets import FIRST_COLUMN, FONT, Placed, printable, width_of

_CENTIMETRES = 0.19
_WIDEST, _NARROWEST = 30, 16
_HEIGHT, _MORE = 8, 4
"""Of a chart of rates with one line, and for one more."""
_ROW = 1.15
_FRAME = 3.6
_AXIS_GREY = "DCD9D1"


def grades(sheet: Worksheet, placed: Placed, scale: Scale, labels: Sequence[str], first_grade: int) -> BarChart:
    """Return items as bars of 100 %: one colour per grade in the base. `first_grade` is that grade's column."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap = "bar", "percentStacked", 100
    colour = colours.of_grades(scale)
    for place, grade in enumerate(scale.grades):
        if grade.in_base:
            column = first_grade + place
            series = _series(sheet, placed, column, placed.first, placed.last)
            series.graphicalProperties = _filled(colour[grade.code])
            chart.series.append(series)
    chart.set_categories(_reference(sheet, placed.column(labels[0]), placed.first, placed.last))
    _horizontal(chart, placed.last - placed.first + 1, _width(placed))
    chart.y_axis.number_format = "0%"
    return chart


def shares(sheet: Worksheet, placed: Placed, *, label: str, value: str, last: int, most: float) -> BarChart:
    """Return shares as bars from zero, one a row, with their values."""
    chart = BarChart()
    chart.type = "bar"
    series = _series(sheet, placed, placed.column(value), placed.first, last)
    series.graphicalProperties = _filled(colours.TEAL)
    series.dLbls = _labels()
    chart.series.append(series)
    chart.set_categories(_reference(sheet, placed.column(label), placed.first, last))
    _horizontal(chart, last - placed.first + 1, _width(placed))
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0.0, max(1.0, most)
    chart.y_axis.number_format = "0%"
    chart.legend = None
    return chart


@dataclass(frozen=True, slots=True)
class Rates:
    """One line of rates: the head of their column, and the cells that say how far each interval reaches."""

    head: str
    up: Reference
    down: Reference
    is_strict: bool = False


def rates(
    sheet: Worksheet, placed: Placed, *, label: str, lines: Sequence[Rates], last: int, start: float
) -> LineChart:
    """Return rates as dots with their intervals from left to right, strict ones as diamonds.

    `label` is a head of the table. `start` is where the axis begins.
    """
    chart = LineChart()
    for line in lines:
        colour = colours.TEAL if line.is_strict else colours.DEEP_TEAL
        series = _series(sheet, placed, placed.column(line.head), placed.first, last)
        series.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
        series.marker = Marker(symbol="diamond" if line.is_strict else "circle", size=9, spPr=_filled(colour))
        series.smooth = False
        series.dLbls = _labels("r")
        up, down = (NumDataSource(numRef=NumRef(f=str(each))) for each in (line.up, line.down))
        bar = GraphicalProperties(ln=LineProperties(solidFill=_bare(colour), w=19050))
        series.errBars = ErrorBars(errDir="y", errBarType="both", errValType="cust", plus=up, minus=down, spPr=bar)
        chart.series.append(series)
    chart.set_categories(_reference(sheet, placed.column(label), placed.first, last))
    chart.height, chart.width = _HEIGHT + _MORE * (len(lines) - 1), _width(placed)
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = start, 1.0
    chart.y_axis.number_format = "0%"
    _finish(chart)
    if len(lines) == 1:
        chart.legend = None
    return chart


def place(sheet: Worksheet, chart: ChartBase, row: int, title: str, subtitle: str) -> int:
    """Put a chart below, with its finding as title and its base beneath; returns the row after it."""
    finding = Paragraph(r=[RegularTextRun(rPr=_font(1200, bold=True), t=printable(title))])
    base = Paragraph(r=[RegularTextRun(rPr=_font(900), t=printable(subtitle))])
    chart.title = Title(tx=Text(rich=RichText(p=[finding, base])), overlay=False)
    sheet.add_chart(chart, f"B{row}")
    return row + round(chart.height / 0.53) + 2


def _width(placed: Placed) -> int:
    """Return how wide the table is, in centimetres, as far as that makes a chart."""
    wide = sum(width_of(column) for column in placed.table.columns) * _CENTIMETRES
    return round(min(max(wide, _NARROWEST), _WIDEST))


def _series(sheet: Worksheet, placed: Placed, column: int, first: int, last: int) -> Series:
    values = _reference(sheet, column, first, last)
    name = placed.table.columns[column - FIRST_COLUMN].label
    series: Series = SeriesFactory(values, title=printable(name))
    return series


def _reference(sheet: Worksheet, column: int, first: int, last: int) -> Reference:
    return Reference(sheet, min_col=column, min_row=first, max_row=last)


def _horizontal(chart: BarChart, rows: int, width: int) -> None:
    """First row on top, values along the bottom, bars about as thick as their gaps."""
    chart.gapWidth = 60
    chart.height, chart.width = round(rows * _ROW + _FRAME), width
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    _finish(chart)


def _finish(chart: BarChart | LineChart) -> None:
    # openpyxl leaves axes out unless told not to.
    chart.x_axis.delete = chart.y_axis.delete = False
    grid = GraphicalProperties(ln=LineProperties(solidFill=_AXIS_GREY, w=6350))
    chart.y_axis.majorGridlines = ChartLines(spPr=grid)
    chart.y_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=_AXIS_GREY))
    chart.x_axis.txPr = chart.y_axis.txPr = _text(1000)
    chart.legend = Legend(legendPos="b", overlay=False, txPr=_text(1000))
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))


def _labels(position: str | None = None) -> DataLabelList:
    return DataLabelList(
        showVal=True, showSerName=False, showCatName=False, showLegendKey=False, dLblPos=position, txPr=_text(900)
    )


def _filled(colour: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=_bare(colour), ln=LineProperties(noFill=True))


def _bare(colour: str) -> str:
    return colour.lstrip("#").upper()


def _text(size: int) -> RichText:
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=_font(size)), endParaRPr=_font(size))])


def _font(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, latin=Font(typeface=FONT), ea=Font(typeface=FONT))
