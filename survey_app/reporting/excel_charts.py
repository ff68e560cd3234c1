"""Native Excel charts beside the tables, in the colours of the page. They read the tables' own cells."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart._chart import ChartBase
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import NumData, NumDataSource, NumVal
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
from survey_app.reporting.sheets import FIRST_COLUMN, FONT, Placed
from survey_app.scoring.figure import Figure

WIDTH = 24
_HEIGHT = 9
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
    _horizontal(chart, placed.last - placed.first + 1)
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
    _horizontal(chart, last - placed.first + 1)
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0.0, max(1.0, most)
    chart.y_axis.number_format = "0%"
    chart.legend = None
    return chart


def rates(
    sheet: Worksheet,
    placed: Placed,
    *,
    label: str,
    values: Sequence[tuple[str, str, Sequence[Figure]]],
    last: int,
    start: float,
    is_line: bool = False,
) -> LineChart:
    """Return rates as dots with their intervals from left to right.

    `values` holds for each series the head of its column, its colour and its figures; `start` is where the axis
    begins, `is_line` joins the dots.
    """
    chart = LineChart()
    for head, colour, figures in values:
        series = _series(sheet, placed, placed.column(head), placed.first, last)
        series.marker = Marker(symbol="circle", size=9, spPr=_filled(colour))
        line = LineProperties(solidFill=_bare(colour), w=19050) if is_line else LineProperties(noFill=True)
        series.graphicalProperties = GraphicalProperties(ln=line)
        series.errBars = _error_bars(figures, colour)
        series.dLbls = _labels("r")
        series.smooth = False
        chart.series.append(series)
    chart.set_categories(_reference(sheet, placed.column(label), placed.first, last))
    chart.height, chart.width = _HEIGHT, WIDTH
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = start, 1.0
    chart.y_axis.number_format = "0%"
    _finish(chart)
    if len(values) == 1:
        chart.legend = None
    return chart


def place(sheet: Worksheet, chart: ChartBase, row: int, title: str) -> int:
    """Put a chart below, with its finding as title; returns the row after it."""
    words = Paragraph(r=[RegularTextRun(rPr=_font(1200, bold=True), t=title)])
    chart.title = Title(tx=Text(rich=RichText(p=[words])), overlay=False)
    sheet.add_chart(chart, f"B{row}")
    return row + round(chart.height / 0.53) + 2


def _series(sheet: Worksheet, placed: Placed, column: int, first: int, last: int) -> Series:
    values = _reference(sheet, column, first, last)
    name = placed.table.columns[column - FIRST_COLUMN].label
    series: Series = SeriesFactory(values, title=name)
    return series


def _reference(sheet: Worksheet, column: int, first: int, last: int) -> Reference:
    return Reference(sheet, min_col=column, min_row=first, max_row=last)


def _horizontal(chart: BarChart, rows: int) -> None:
    """First row on top, values along the bottom, bars about as thick as their gaps."""
    chart.gapWidth = 60
    chart.height, chart.width = round(rows * _ROW + _FRAME), WIDTH
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


def _error_bars(figures: Sequence[Figure], colour: str) -> ErrorBars:
    above, below = [], []
    for figure in figures:
        rate, interval = float(figure.rate or 0), figure.interval
        above.append(interval.high - rate if interval else 0.0)
        below.append(rate - interval.low if interval else 0.0)
    return ErrorBars(
        errDir="y",
        errBarType="both",
        errValType="cust",
        plus=_literal(above),
        minus=_literal(below),
        spPr=GraphicalProperties(ln=LineProperties(solidFill=_bare(colour), w=19050)),
    )


def _literal(values: Sequence[float]) -> NumDataSource:
    points = [NumVal(idx=place, v=f"{value:.6f}") for place, value in enumerate(values)]
    return NumDataSource(numLit=NumData(formatCode="General", ptCount=len(points), pt=points))


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
