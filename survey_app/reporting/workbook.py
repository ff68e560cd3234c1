"""The evaluation workbook (.xlsx): a cover with the conclusion, then a sheet for each view, ready to print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Border, Font, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from survey_app.questionnaire.text import EN
from survey_app.reporting import (
    charts,
    composites,
    excel_charts,
    method,
    plots,
    rule_words,
    standings,
    tables,
    wave_tables,
    wave_words,
    words,
)
from survey_app.reporting.cells import Cell, Table, mean, rate
from survey_app.reporting.chart_data import ChartData
from survey_app.reporting.charts import Chart
from survey_app.reporting.colours import DEEP_TEAL
from survey_app.reporting.sheets import (
    FIRST_COLUMN,
    FONT,
    QUIET,
    Placed,
    Style,
    height_of,
    printable,
    put,
    put_cell,
    set_up_page,
    set_widths,
    sheet_name,
    write_table,
    write_words,
)
from survey_app.reporting.words import CHINA, Reader
from survey_app.scoring.evaluation import Evaluation, Part, Waves
from survey_app.scoring.figure import Figure

_TOP = 4
_ROWS_BESIDE_A_CHART = 9
"""A longer table leaves no room for its chart on the same printed page."""
_COVER_SPANS = (14, 6, 6, 8, 7, 7)
_FORBIDDEN_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST_NAME = 80
_HEADING, _SUBHEADING = Style(size=16, bold=True), Style(size=12, bold=True)
_SMALL = Style(size=9.5, color=QUIET)
_TEAL_INK = DEEP_TEAL.lstrip("#").upper()


def evaluation_workbook(evaluation: Evaluation, reader: Reader, more: Sequence[Table] = ()) -> bytes:
    """Return the workbook of `evaluation` in the reader's language; `more` tables get a sheet each."""
    return _Book(evaluation, reader, more).made()


def file_name(evaluation: Evaluation, reader: Reader) -> str:
    """Return the name under which offices file it: campaign, what it is, day of the cut-off."""
    _ = reader.gettext
    day = f"{evaluation.as_of.astimezone(CHINA):%Y%m%d}"
    kind = _("work team satisfaction evaluation") if evaluation.has_teams else _("satisfaction evaluation")
    named = "_".join((reader.text(evaluation.campaign), words.titled(kind, evaluation, reader), day))
    return f"{_FORBIDDEN_IN_NAMES.sub('-', printable(named)).strip(' .')[:_LONGEST_NAME]}.xlsx"


class _Book:
    """One workbook in the making."""

    def __init__(self, evaluation: Evaluation, reader: Reader, more: Sequence[Table]) -> None:
        self.evaluation = evaluation
        self.reader = reader
        self.more = more
        self.book = Workbook()
        self.sheets: list[Worksheet] = []

    def made(self) -> bytes:
        """Write all sheets; the cover last, because it lists the others."""
        _ = self.reader.gettext
        cover = self._sheet(_("Cover"), is_landscape=False)
        cover.page_setup.fitToHeight = 1
        # Charts refer to its cells by its name, so that it comes first; it is read last.
        self.data = ChartData(self._titled(_("Chart data"), []), self.reader)
        found = self.evaluation
        self._items()
        if found.leading is not None and found.leading.teams:
            self._teams(found.leading)
        self._audiences()
        if found.composite is not None:
            self._one_table(composites.table(found.composite, self.reader))
        if found.participation:
            self._participation()
        for waves in found.waves:
            self._waves(waves)
        if any(part.answered for part in found.parts):
            self._answered()
        for table in self.more:
            self._one_table(table)
        self._method()
        self._put_last(self.data)
        self._cover(cover)
        properties = self.book.properties
        kind = words.titled(_("Satisfaction evaluation"), found, self.reader)
        properties.title = printable(f"{self.reader.text(found.campaign)} · {kind}")
        properties.creator = printable(self.reader.text(found.unit))
        properties.language = "en" if self.reader.locale == EN else "zh-CN"
        target = BytesIO()
        self.book.save(target)
        return target.getvalue()

    def _put_last(self, data: ChartData) -> None:
        """Put the sheet behind all others; a book without such charts has none."""
        self.sheets.remove(data.sheet)
        if data.is_empty:
            self.book.remove(data.sheet)
            return
        self.book.move_sheet(data.sheet, len(self.sheets))
        self.sheets.append(data.sheet)

    def _sheet(self, title: str, *, is_landscape: bool = True) -> Worksheet:
        """Add a sheet with its page set up; the first takes the place of the one a new book has."""
        _ = self.reader.gettext
        sheet = self.book.worksheets[0] if not self.sheets else self.book.create_sheet()
        sheet.title = sheet_name(title, [each.title for each in self.sheets])
        self.sheets.append(sheet)
        name = words.titled(self.reader.text(self.evaluation.campaign), self.evaluation, self.reader)
        set_up_page(
            sheet,
            is_landscape=is_landscape,
            left=f"{name} · {title}",
            right=_("Sample data") if self.evaluation.is_sample else self.reader.text(self.evaluation.unit),
            footer=_("Cut-off %(moment)s", moment=self.reader.moment(self.evaluation.as_of)),
        )
        return sheet

    def _titled(self, title: str, found: list[Table]) -> Worksheet:
        """Add a sheet with its heading in the first rows, which repeat on every printed page."""
        sheet = self._sheet(title)
        set_widths(sheet, found)
        put(sheet, 1, FIRST_COLUMN, title, _HEADING)
        sheet.row_dimensions[1].height = 28
        put(sheet, 2, FIRST_COLUMN, self._subtitle(), _SMALL)
        sheet.print_title_rows = "1:3"
        return sheet

    def _subtitle(self) -> str:
        _ = self.reader.gettext
        parts = [
            self.reader.text(self.evaluation.campaign),
            self.reader.text(self.evaluation.unit),
            *filter(None, [words.limited(self.evaluation, self.reader)]),
            _("cut-off %(moment)s", moment=self.reader.moment(self.evaluation.as_of)),
        ]
        if self.evaluation.is_sample:
            parts.insert(0, _("Sample data"))
        return " · ".join(parts)

    def _items(self) -> None:
        _ = self.reader.gettext
        every = [table for part in self.evaluation.parts for table in tables.items(part, self.reader)]
        if not every:
            return
        sheet = self._titled(_("By question"), every)
        row = _TOP
        for part in self.evaluation.parts:
            drawn = {chart.table.title: chart for chart in charts.items(part, self.reader)}
            for group in tables.by_scale(part):
                table = tables.items_on(group, part, self.reader)
                chart = drawn.get(table.title)
                if row > _TOP and chart is not None:
                    sheet.row_breaks.append(Break(id=row - 1))
                write_words(
                    sheet, row, _("%(audience)s: %(table)s", audience=words.audience(part.audience, self.reader),
                                  table=table.title), span=2, size=12, bold=True,
                )  # fmt: skip
                placed = write_table(sheet, row + 1, table, titled=False)
                row = placed.last + 3
                if chart is not None:
                    if len(table.rows) > _ROWS_BESIDE_A_CHART:
                        sheet.row_breaks.append(Break(id=row - 1))
                    native = excel_charts.grades(
                        sheet, placed, group[0].scale, [table.columns[1].label], FIRST_COLUMN + 2
                    )
                    row = excel_charts.place(sheet, native, row, chart.title, chart.subtitle)

    def _teams(self, part: Part) -> None:
        table = tables.teams(part, self.reader)
        sheet, placed = self._one_table(table)
        chart = charts.teams(part, self.reader)
        if chart is not None:
            note = words.bands_note(self.reader)
            write_words(sheet, placed.last + 2, note, span=len(table.columns), color=QUIET, size=9)
            self._rates(sheet, placed, chart, [[team.rated.rate for team in part.compared]], placed.last + 4)

    def _audiences(self) -> None:
        table = tables.audiences(self.evaluation, self.reader)
        sheet, placed = self._one_table(table)
        chart = charts.audiences(self.evaluation, self.reader)
        rated = [part.headline.rated for part in self.evaluation.parts if part.headline is not None]
        is_whole = len(rated) == len(self.evaluation.parts) and not any(each.is_withheld for each in rated)
        if chart is not None and is_whole and rule_words.are_same(rated):
            lines = [[each.rate for each in rated], [each.strict for each in rated]]
            self._rates(sheet, placed, chart, lines, placed.last + 3)

    def _rates(
        self, sheet: Worksheet, placed: Placed, chart: Chart, lines: Sequence[Sequence[Figure]], row: int
    ) -> int:
        """Draw lines of rates of a table's first rows with intervals; returns the row after the chart."""
        _ = self.reader.gettext
        start = plots.axis_start([figure for line in lines for figure in line])
        heads = [column.label for column in placed.table.columns]
        names = [line.cells[0].text for line in placed.table.rows]
        drawn = []
        for number, figures in enumerate(lines):
            # A table of one audience or of all calls both rates by their rules, or both generally.
            rule = tables.rate_label(figures[0], self.reader)
            head = rule if rule in heads else _("Rate beside it") if number else _("Rate")
            title = f"{sheet.title} · {head}"
            up, down = self.data.reaches(title, list(zip(names, figures, strict=False)))
            drawn.append(excel_charts.Rates(head, up, down, is_strict=number > 0))
        native = excel_charts.rates(
            sheet,
            placed,
            label=placed.table.columns[0].label,
            lines=drawn,
            last=placed.first + len(lines[0]) - 1,
            start=start,
        )
        base = charts.rate_base(lines[0][0], start, self.reader) if len(lines) == 1 else chart.subtitle
        return excel_charts.place(sheet, native, row, chart.title, base)

    def _participation(self) -> None:
        table = tables.participation(self.evaluation, self.reader)
        sheet, placed = self._one_table(table)
        chart = charts.participation(self.evaluation, self.reader)
        rows = self.evaluation.participation
        if chart is None or any(row.share is None for row in rows):
            return
        native = excel_charts.shares(
            sheet,
            placed,
            label=table.columns[0].label,
            value=self.reader.gettext("Participation"),
            last=placed.first + len(rows) - 1,
            most=max(plots.number(row.share) for row in rows),
        )
        excel_charts.place(sheet, native, placed.last + 3, chart.title, chart.subtitle)

    def _waves(self, found: Waves) -> None:
        _ = self.reader.gettext
        first, changes, by_team = (
            make(found, self.reader) for make in (wave_tables.waves, wave_tables.changes, wave_tables.waves_by_team)
        )
        visits = [tables.visits(self.evaluation.visits, self.reader)] if self.evaluation.visits else []
        sheet = self._titled(_("Return visits compared"), [first, changes])
        placed = write_table(sheet, _TOP, first)
        row = write_table(sheet, placed.last + 3, changes).last + 3
        chart = charts.waves(found, self.reader)
        rated = [wave.rated for wave in (found.first, *found.visits)]
        # A chart in Excel names a series once: figures of several rules stand in the table alone.
        if chart is not None and not any(each.is_withheld for each in rated) and rule_words.are_same(rated):
            self._rates(sheet, placed, chart, [[each.rate for each in rated], [each.strict for each in rated]], row)
        sheet = self._titled(_("Return visits by work team"), [by_team, *visits])
        row = _TOP
        for table in (by_team, *visits):
            row = write_table(sheet, row, table).last + 3

    def _answered(self) -> None:
        _ = self.reader.gettext
        parts = [part for part in self.evaluation.parts if part.answered]
        every = [tables.answered(part, self.reader) for part in parts]
        sheet = self._titled(_("Other questions"), every)
        row = _TOP
        for part, table in zip(parts, every, strict=True):
            put(sheet, row, FIRST_COLUMN, words.audience(part.audience, self.reader), _SUBHEADING)
            row = write_table(sheet, row + 1, table, titled=False).last + 4

    def _one_table(self, table: Table) -> tuple[Worksheet, Placed]:
        sheet = self._titled(table.title, [table])
        placed = write_table(sheet, _TOP, table, titled=False)
        sheet.print_title_rows = f"1:{placed.head}"
        sheet.freeze_panes = f"C{placed.first}"
        return sheet, placed

    def _method(self) -> None:
        _ = self.reader.gettext
        sheet = self._sheet(_("Method"), is_landscape=False)
        sheet.column_dimensions["A"].width = 2
        sheet.column_dimensions["B"].width = 24
        sheet.column_dimensions["C"].width = 74
        put(sheet, 1, FIRST_COLUMN, _("How these figures were made"), _HEADING)
        put(sheet, 2, FIRST_COLUMN, self._subtitle(), _SMALL)
        row = _TOP
        for note in method.notes(self.evaluation, self.reader):
            heading = put(sheet, row, FIRST_COLUMN, note.heading, Style(bold=True, wrap=True, vertical="top"))
            text = put(sheet, row, FIRST_COLUMN + 1, note.text, Style(wrap=True, vertical="top"))
            sheet.row_dimensions[row].height = height_of([(note.heading, 24), (note.text, 74)])
            heading.border = text.border = Border(bottom=Side(style="thin", color="DCD9D1"))
            row += 1
        sheet.print_title_rows = "1:2"

    def _cover(self, sheet: Worksheet) -> None:
        reader, found = self.reader, self.evaluation
        _ = reader.gettext
        span = len(_COVER_SPANS)
        sheet.column_dimensions["A"].width = 2
        for place, width in enumerate(_COVER_SPANS):
            sheet.column_dimensions[chr(ord("B") + place)].width = width * 2
        row = 2
        if found.is_sample:
            mark = put(sheet, row, FIRST_COLUMN, _("Sample data"), Style(bold=True, color=QUIET, align="center"))
            side = Side(style="dashed", color="8B8D8F")
            mark.border = Border(left=side, right=side, top=side, bottom=side)
            row += 2
        write_words(sheet, row, reader.text(found.campaign), span=span, size=22, bold=True)
        write_words(sheet, row + 1, words.titled(_("Satisfaction evaluation"), found, reader), span=span, size=14)
        about = " · ".join((reader.text(found.unit), reader.period(found.starts_on, found.ends_on)))
        write_words(sheet, row + 2, about, span=span, color=QUIET)
        row += 4
        if found.leading is not None:
            row = self._conclusion(sheet, row, found.leading)
        row = self._contents(sheet, row)
        row = self._findings(sheet, row)
        if found.leading is not None:
            if found.leading.headline is not None:
                row = write_table(sheet, row, tables.headline(found.leading, reader)).last + 3
            row = write_table(sheet, row, tables.ballots(found.leading, reader)).last + 3

    def _conclusion(self, sheet: Worksheet, row: int, part: Part) -> int:
        """Write the headline figure, large, with what belongs to it."""
        reader = self.reader
        span = len(_COVER_SPANS)
        write_words(sheet, row, words.conclusion(part, reader), span=span, size=12, bold=True)
        if part.headline is not None:
            rated = part.headline.rated
            self._large(sheet, row + 1, FIRST_COLUMN, rate(rated.rate), size=48)
            if not rated.is_withheld:
                self._beside(sheet, row + 1, FIRST_COLUMN + 2, rated.strict, rate(rated.strict))
                self._beside(sheet, row + 1, FIRST_COLUMN + 4, rated.index, mean(rated.index))
            row += 1
        write_words(sheet, row + 1, words.base_line(part, reader), span=span)
        if counting := rule_words.counting(part, reader):
            write_words(sheet, row + 2, counting, span=span)
            row += 1
        if part.headline is not None:
            write_words(sheet, row + 2, words.trust(part, reader), span=span, bold=True)
            row += 1
        write_words(
            sheet, row + 2, words.rule_line(part, self.evaluation, reader), span=span, color=QUIET, size=9.5
        )
        return row + 4

    def _large(self, sheet: Worksheet, row: int, column: int, cell: Cell, *, size: float) -> None:
        put_cell(sheet, row, column, cell, Style(size=size, bold=True, color=_TEAL_INK))
        sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=column + 1)
        sheet.row_dimensions[row].height = size * 1.5

    def _beside(self, sheet: Worksheet, row: int, column: int, figure: Figure, cell: Cell) -> None:
        """Write a smaller figure to the right, its name in the cell before it."""
        put(sheet, row, column, words.named(figure.rule, self.reader), Style(color=QUIET, wrap=True, align="right"))
        put_cell(sheet, row, column + 1, cell, Style(size=18, bold=True))

    def _findings(self, sheet: Worksheet, row: int) -> int:
        """Write what changed, who differs, what is being done and what does not count, as far as there is any."""
        reader, found = self.reader, self.evaluation
        _ = reader.gettext
        groups = [
            (
                _("What changed"),
                [said for waves in found.waves for said in wave_words.in_full(waves, reader)],
            ),
            (
                _("Who differs"),
                [standings.who_differs(found.leading, reader)] if found.leading and found.leading.teams else [],
            ),
            (_("What is being done"), [words.visits_sentence(each, reader) for each in found.visits]),
            (
                _("Participation floor"),
                [
                    *(standings.of_part(found.leading, reader) if found.leading else ()),
                    *standings.of_others(found, reader),
                ],
            ),
            (_("What does not count"), words.excluded_sentences(found.leading, reader) if found.leading else []),
        ]
        for heading, sentences in groups:
            if not sentences:
                continue
            write_words(sheet, row, heading, span=len(_COVER_SPANS), bold=True)
            for sentence in sentences:
                row += 1
                write_words(sheet, row, sentence, span=len(_COVER_SPANS))
            row += 2
        return row

    def _contents(self, sheet: Worksheet, row: int) -> int:
        """List the other sheets, each a link; returns the row after them."""
        _ = self.reader.gettext
        put(sheet, row, FIRST_COLUMN, _("In this workbook"), _SUBHEADING)
        for place, each in enumerate(self.sheets[1:], start=1):
            cell = put(sheet, row + place, FIRST_COLUMN, each.title)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{each.title}'!A1")
            cell.font = Font(name=FONT, size=10.5, color="1A4F8B", underline="single")
        return row + len(self.sheets) + 1
