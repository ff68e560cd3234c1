"""The workbook, opened again: the same numbers, nothing hidden, ready to print, no formula from outside."""

import re
from functools import cache
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from survey_app.questionnaire.text import EN, ZH
from survey_app.reporting import tables, wave_tables
from survey_app.reporting.cells import Cell, Form, Table
from survey_app.reporting.sheets import FIRST_COLUMN, sheet_name
from survey_app.reporting.workbook import evaluation_workbook, file_name
from survey_app.scoring.evaluation import Evaluation
from tests.unit.reporting.evaluations import READERS, SMALL_TEAM, evaluation

CHINESE_SHEETS = ["封面", "按题目", "按工作队", "按评价主体", "参与率", "回访对比", "各工作队回访对比",
                  "其他题目", "口径说明", "图表数据"]  # fmt: skip


@cache
def _bytes(locale: str = ZH, *, is_sample: bool = False) -> bytes:
    return evaluation_workbook(evaluation(is_sample=is_sample), READERS[locale])


def _open(content: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def _shown(sheet: Worksheet, row: int, column: int) -> str:
    """The cell as Excel prints it."""
    cell = sheet.cell(row, column)
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        return cell.value
    match cell.number_format:
        case "0.0%":
            return f"{cell.value * 100:.1f}%"
        case '+0.0;"−"0.0;0.0':
            return f"{cell.value:+.1f}".replace("-", "−") if cell.value else "0.0"
        case '0.0;"−"0.0':
            return f"{cell.value:.1f}".replace("-", "−")
    return str(cell.value)


def _find(sheet: Worksheet, table: Table) -> int | None:
    """The row of the sheet that holds the table's heads and is followed by its rows."""
    heads = [column.label for column in table.columns]
    wanted = [[cell.text for cell in line.cells] for line in table.rows]
    for row in range(1, sheet.max_row + 1):
        found = [_shown(sheet, row, FIRST_COLUMN + place) for place in range(len(heads))]
        if found == heads and _rows(sheet, row, table) == wanted:
            return row
    return None


def _rows(sheet: Worksheet, head: int, table: Table) -> list[list[str]]:
    return [
        [_shown(sheet, head + number, FIRST_COLUMN + place) for place in range(len(table.columns))]
        for number in range(1, len(table.rows) + 1)
    ]


def _expected(found: Evaluation, locale: str) -> list[tuple[int, Table]]:
    """Every table of the page and the sheet that has it."""
    reader = READERS[locale]
    leading = found.leading
    assert leading is not None
    return [
        (0, tables.headline(leading, reader)),
        (0, tables.ballots(leading, reader)),
        *((1, table) for part in found.parts for table in tables.items(part, reader)),
        (2, tables.teams(leading, reader)),
        (3, tables.audiences(found, reader)),
        (4, tables.participation(found, reader)),
        (5, wave_tables.waves(found.waves[0], reader)),
        (5, wave_tables.changes(found.waves[0], reader)),
        (6, wave_tables.waves_by_team(found.waves[0], reader)),
        (6, tables.visits(found.visits, reader)),
        *((7, tables.answered(part, reader)) for part in found.parts),
    ]


@pytest.mark.parametrize("locale", [ZH, EN])
def test_every_table_stands_on_its_sheet_cell_by_cell(locale: str) -> None:
    book = _open(_bytes(locale))
    for number, table in _expected(evaluation(), locale):
        assert _find(book.worksheets[number], table) is not None, (book.worksheets[number].title, table.title)


def test_sheets_have_their_names_in_the_readers_language() -> None:
    assert _open(_bytes(ZH)).sheetnames == CHINESE_SHEETS
    assert _open(_bytes(EN)).sheetnames[0] == "Cover"


def test_the_cover_says_the_conclusion() -> None:
    found = evaluation()
    sheet = _open(_bytes())["封面"]
    texts = [_shown(sheet, row, column) for row in range(1, 30) for column in range(1, 9)]
    assert found.leading is not None
    assert found.leading.headline is not None
    rated = found.leading.headline.rated
    assert {rated.rate.percent_text, rated.strict.percent_text, rated.index.value_text} <= set(texts)
    said = "\n".join(texts)
    for words in (
        f"{rated.rate.base_text} 张有效票",
        "95% 置信区间",
        "可供参考",
        "口径:",
        "第 1 版",
        "数据截止",
        "无显著变化",
    ):
        assert words.replace(":", "：") in said


def test_nothing_is_hidden() -> None:
    book = _open(_bytes())
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert not any(each.hidden for each in sheet.row_dimensions.values())
        assert not any(each.hidden for each in sheet.column_dimensions.values())
        for row in sheet.iter_rows():
            assert not any(cell.comment or cell.number_format == ";;;" for cell in row)
    assert not book.defined_names


def test_a_withheld_team_has_no_number_anywhere() -> None:
    book = _open(_bytes())
    sheet = book["按工作队"]
    rows = [row for row in sheet.iter_rows(min_col=FIRST_COLUMN) if row[0].value == SMALL_TEAM]
    assert rows
    for row in rows:
        assert not [cell.value for cell in row if isinstance(cell.value, int | float)]


def test_withheld_counts_are_not_in_the_file() -> None:
    """Neither in a cell nor in what a chart remembers of its cells."""
    with ZipFile(BytesIO(_bytes())) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name]
    assert charts
    for chart in charts:
        assert "numCache" not in chart
        assert "numLit" not in chart


@pytest.mark.parametrize("dangerous", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1"])
def test_words_never_become_formulas(dangerous: str) -> None:
    content = evaluation_workbook(evaluation(name=dangerous, place=dangerous), READERS[ZH])
    book = _open(content)
    cells = [
        cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    suspicious = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(dangerous[:2])]
    assert suspicious
    assert all(cell.quotePrefix for cell in suspicious)


def test_unprintable_characters_do_not_stop_the_workbook() -> None:
    content = evaluation_workbook(evaluation(name="到\x07职工\x0b中去", place="厂\x00"), READERS[ZH])
    assert _open(content)["封面"]["B2"].value == "到职工中去"


def test_every_sheet_is_ready_to_print() -> None:
    for sheet in _open(_bytes()).worksheets:
        assert str(sheet.page_setup.paperSize) == "9"  # A4
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.oddHeader.left.text.endswith(sheet.title)
        assert sheet.oddFooter.right.text == "&P / &N"
        if sheet.title != "封面":
            assert sheet.print_title_rows


def test_a_sample_is_marked_on_every_sheet_and_every_printed_page() -> None:
    for sheet in _open(_bytes(is_sample=True)).worksheets:
        first = [str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row if cell.value]
        assert any("示例数据" in text for text in first), sheet.title
        assert sheet.oddHeader.right.text == "示例数据"
    for sheet in _open(_bytes()).worksheets:
        assert "示例数据" not in (sheet.oddHeader.right.text or "")


def test_columns_are_wide_enough_for_their_numbers() -> None:
    book = _open(_bytes())
    for sheet in book.worksheets[1:-1]:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert (
                        len(_shown(sheet, cell.row, cell.column)) + 1
                        <= sheet.column_dimensions[cell.column_letter].width
                    )


def test_charts_stand_beside_the_tables() -> None:
    with ZipFile(BytesIO(_bytes())) as archive:
        names = archive.namelist()
        drawn = [archive.read(name).decode() for name in names if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    assert len(drawn) >= 5
    assert any("0B5A55" in chart and "AD4F27" in chart for chart in drawn)


def test_numbers_beside_the_tables_stand_on_a_sheet_of_their_own() -> None:
    """Beside a table stands nothing; what charts need is labelled, and says what tables say."""
    book, part = _open(_bytes()), evaluation().parts[0]
    columns = len(tables.teams(part, READERS[ZH]).columns)
    assert book["按工作队"].max_column == FIRST_COLUMN + columns - 1
    data = book["图表数据"]
    rows = [[_shown(data, row, column) for column in range(2, 8)] for row in range(1, data.max_row + 1)]
    assert ["图中所示", "数值", "95% 下限", "95% 上限", "误差线（上）", "误差线（下）"] in rows
    for team in part.compared:
        figure = team.rated.rate
        assert any(
            row[:4] == [team.name.zh, figure.percent_text, figure.low_text, figure.high_text] for row in rows
        )
    assert not any(SMALL_TEAM in row for row in rows)


def test_what_is_no_count_of_people_does_not_stand_as_one() -> None:
    table = tables.answered(evaluation().parts[0], READERS[ZH])
    heads = [column.label for column in table.columns]
    (nps,) = [row for row in table.rows if row.cells[heads.index("选项")].text == "净推荐值（第 1 版）"]
    cells = {head: cell.text for head, cell in zip(heads, nps.cells, strict=True)}
    assert (cells["选择人数"], cells["占比"]) == ("", "")
    assert re.fullmatch(r"[−-]?\d+\.\d", cells["数值"])


def test_the_file_is_named_as_offices_file_it() -> None:
    assert file_name(evaluation(), READERS[ZH]) == "到职工中去_工作队满意度测评_20170501.xlsx"
    odd = file_name(evaluation(name='到/职工\\中:去*"?<>|'), READERS[ZH])
    assert not set('/\\:*"?<>|') & set(odd)
    assert len(file_name(evaluation(name="长" * 200), READERS[ZH])) < 100


def test_sheet_names_are_what_excel_takes() -> None:
    assert sheet_name("按/题目[1]:*?", []) == "按 题目 1"
    assert sheet_name("回访", ["回访"]) == "回访 2"
    assert len(sheet_name("很" * 50, ["很" * 31])) <= 31


def test_a_cell_without_a_number_is_words() -> None:
    assert Cell("—").number is None
    assert Cell("—").form is Form.WORDS
