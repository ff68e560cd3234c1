"""Files that are broken, too large or up to something: refused, with the reason and the place."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from survey_app.interchange.ballots import plan_ballots
from survey_app.interchange.refusals import FileRefused
from survey_app.interchange.safe_files import column_letter
from survey_app.interchange.tables import MAX_CELL, MAX_ROWS, read_table
from tests.support.ballots import csv_file, every_kind, with_parts, xlsx_file

_GOOD = xlsx_file(["K1", "K2"], [1, 1])
_SHEET = "xl/worksheets/sheet1.xml"


def _refusal(content: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        plan_ballots(content, every_kind(), today=date(2017, 5, 1))
    return caught.value


def _sheet(rows: str) -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'.encode()


@pytest.mark.parametrize("content", [b"", b"  \r\n", "\ufeff\n".encode(), xlsx_file()])
def test_an_empty_file(content: bytes) -> None:
    assert _refusal(content).kind == "empty_file"


def test_a_header_alone() -> None:
    assert _refusal(csv_file("K1,K2")).kind == "no_rows"


def test_a_workbook_that_unpacks_to_gigabytes() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(_SHEET, "w", force_zip64=True) as part:
            for _ in range(200):
                part.write(b" " * 1024 * 1024)
    assert stream.tell() < 1024 * 1024
    assert _refusal(stream.getvalue()).kind == "unpacks_too_large"


def test_styles_that_unpack_to_megabytes() -> None:
    assert _refusal(with_parts(_GOOD, {"xl/styles.xml": b"<a/>" * 2_000_000})).kind == "unpacks_too_large"


def test_a_size_that_lies_is_a_damaged_file() -> None:
    content = bytearray(with_parts(_GOOD, {"xl/big.xml": b"x" * 100_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.rindex(signature, 0, content.rindex(b"xl/big.xml" if offset == 24 else b"PK\x01\x02"))
        content[place + offset : place + offset + 4] = (10).to_bytes(4, "little")
    assert _refusal(bytes(content)).kind == "damaged"


@pytest.mark.parametrize("part", [_SHEET, "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_xml_entities(part: str) -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert _refusal(with_parts(_GOOD, {part: entity})).kind == "document_type"


def test_entities_behind_a_long_comment() -> None:
    entity = b"<!--" + b" " * 5000 + b'--><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'
    assert _refusal(with_parts(_GOOD, {_SHEET: entity})).kind == "document_type"


def test_a_formula_in_the_header() -> None:
    refusal = _refusal(xlsx_file(["K1", '="K"&"2"'], [1, 1]))
    assert (refusal.kind, refusal.params["cell"]) == ("formula_in_header", "B1")


@pytest.mark.parametrize("length", [30, 400, len(_GOOD) // 2, len(_GOOD) - 30])
def test_a_workbook_cut_off(length: int) -> None:
    assert _refusal(_GOOD[:length]).kind == "damaged"


def test_an_archive_that_is_no_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert _refusal(stream.getvalue()).kind == "not_a_workbook"


@pytest.mark.parametrize("part", ["xl/workbook.xml", _SHEET, "[Content_Types].xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("content", [b"", b"<a>", b"\0\1\2", b"<a/>"])
def test_parts_that_are_not_what_they_should_be(part: str, content: bytes) -> None:
    assert _refusal(with_parts(_GOOD, {part: content})).kind in {"damaged", "empty_file", "no_visible_sheet"}


def test_the_old_format_and_encrypted_workbooks() -> None:
    assert _refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512).kind == "old_workbook"


def test_an_encoding_that_is_neither() -> None:
    refusal = _refusal(b"K1,K2,K7\r\n1,1,good\r\n1,1,caf\xe9\r\n")
    assert (refusal.kind, refusal.params["line"]) == ("encoding", 3)


def test_damaged_utf8_is_not_read_as_other_chinese_words() -> None:
    content = csv_file("K1,K2,K7", "1,1,工作队办了不少实事", "1,1,谢谢工会").replace(
        "谢谢".encode(), "谢谢".encode()[:-1]
    )
    refusal = _refusal(content)
    assert (refusal.kind, refusal.params["line"]) == ("encoding", 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_that_offices_use(encoding: str) -> None:
    content = "K1\tK2\tK7\r\n1\t1\t“实事”办得好\r\n".encode(encoding)
    assert read_table(content).rows[0].cells == ("1", "1", "“实事”办得好")


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_columns_are_separated_by_comma_semicolon_or_tab(sign: str) -> None:
    content = csv_file(sign.join(["K1", '"Do, you; know\tthis"', "K2"]), sign.join(["1", '"a,b;c\td"', "2"]))
    table = read_table(content)
    assert table.header == ("K1", "Do, you; know this", "K2")
    assert table.rows[0].cells == ("1", "a,b;c\td", "2")


def test_a_nul_in_a_text_file() -> None:
    refusal = _refusal(b"K1,K2\r\n1,1\r\n1,\x001\r\n")
    assert (refusal.kind, refusal.params["line"]) == ("nul", 3)


def test_a_quotation_mark_that_is_not_closed() -> None:
    assert _refusal(csv_file("K1,K2", '1,"1')).kind == "broken_quotes"


def test_a_huge_cell() -> None:
    text = "x" * (MAX_CELL + 1)
    refusal = _refusal(csv_file("K1,K2,K7", f"1,1,{text}"))
    assert (refusal.kind, refusal.params["cell"]) == ("huge_cell", "C2")
    assert _refusal(csv_file("K1,K2,K7", "1,1," + "x" * 200_000)).kind == "huge_line"
    inline = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{words}</t></is></c></row>'
        for row, words in ((1, "K1"), (2, text))
    )
    refusal = _refusal(with_parts(_GOOD, {_SHEET: _sheet(inline)}))
    assert (refusal.kind, refusal.params["cell"]) == ("huge_cell", "A2")


def test_sixty_thousand_rows() -> None:
    refusal = _refusal(csv_file("K1,K2", *(["1,1"] * 60_000)))
    assert (refusal.kind, refusal.params["most"]) == ("too_many_rows", MAX_ROWS)


def test_sixty_thousand_rows_in_a_workbook() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["K1"])
    for _ in range(60_000):
        sheet.append(["1"])
    stream = io.BytesIO()
    book.save(stream)
    assert _refusal(stream.getvalue()).kind == "too_many_rows"


def test_counts_that_stand_for_a_million_ballots() -> None:
    refusal = _refusal(csv_file("K1,K2,count", "1,1,40000", "1,1,40000"))
    assert (refusal.kind, refusal.params["row"]) == ("too_many_ballots", 3)


def test_too_many_columns() -> None:
    assert _refusal(csv_file(",".join(f"X{n}" for n in range(501)), "1")).kind == "too_many_columns"
    wide = '<row r="1"><c r="A1" t="n"><v>1</v></c><c r="ZZZ1" t="n"><v>1</v></c></row>'
    assert _refusal(with_parts(_GOOD, {_SHEET: _sheet(wide)})).kind == "too_many_columns"


def test_a_row_number_beyond_any_spreadsheet() -> None:
    rows = '<row r="1"><c r="A1" t="n"><v>1</v></c></row><row r="999999999"><c r="A999999999"><v>1</v></c></row>'
    assert _refusal(with_parts(_GOOD, {_SHEET: _sheet(rows)})).kind == "no_rows"


def test_a_sheet_that_lies_about_its_size() -> None:
    content = with_parts(
        _GOOD, {_SHEET: zipfile.ZipFile(io.BytesIO(_GOOD)).read(_SHEET).replace(b"A1:B2", b"A1:A1")}
    )
    assert plan_ballots(content, every_kind(), today=date(2017, 5, 1)).ballot_count == 1


def test_the_same_column_twice() -> None:
    refusal = _refusal(csv_file("K1,K2,总的来看", "1,1,2"))
    assert (refusal.kind, refusal.params["columns"]) == ("same_column_twice", "B、C")


def test_no_column_that_is_known() -> None:
    refusal = _refusal(csv_file("姓名,年龄", "甲,30"))
    assert (refusal.kind, refusal.params["headers"]) == ("no_known_column", "姓名、年龄")


def test_hidden_and_other_sheets_are_left_aside_and_named() -> None:
    def change(book: Workbook) -> None:
        book.create_sheet("草稿", 0).sheet_state = "hidden"
        book.create_sheet("说明")

    table = read_table(xlsx_file(["K1", "K2"], [1, 1], change=change))
    assert table.header == ("K1", "K2")
    assert table.notes == {"hidden_sheets": ("草稿",), "other_sheets": ("说明",)}


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters(index: int, letters: str) -> None:
    assert column_letter(index) == letters


_FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>K1</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'


def test_a_million_formatted_rows_are_not_walked_through() -> None:
    """Office programs leave them behind: 2 MB in the file, and 11 s to read to the end."""
    blank = "".join(f'<row r="{number}" s="1"><c r="A{number}" s="1"/></row>' for number in range(3, 5000))
    sheet_part = _sheet(_FIRST + blank).replace(b"<sheetData>", b'<dimension ref="A1:A5000"/><sheetData>')
    unfinished = sheet_part.replace(b"</sheetData>", b"<row")  # whoever reads to the end stumbles over this
    content = with_parts(_GOOD, {_SHEET: unfinished})
    table = read_table(content)
    assert [row.number for row in table.rows] == [2]
    assert table.notes["unread_below"] == ("2",)


def test_a_thousand_blank_rows_between_ballots_are_passed_over() -> None:
    far = '<row r="1003"><c r="A1003"><v>2</v></c></row>'
    table = read_table(with_parts(_GOOD, {_SHEET: _sheet(_FIRST + far)}))
    assert [row.number for row in table.rows] == [2, 1003]
    assert "unread_below" not in table.notes
