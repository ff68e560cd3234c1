"""XLSForms that are broken, enormous, odd or up to something: a report or a refusal, in time, and never a crash."""

import ast
import io
import random
import re
import struct
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from survey_app.interchange import safe_files
from survey_app.interchange.findings import Severity, UnreadableFile
from survey_app.interchange.old_workbooks import workbook_stream
from survey_app.interchange.refusals import FileRefused
from survey_app.interchange.xlsform import read, write
from survey_app.interchange.xlsform.reading import MAX_QUESTIONS
from survey_app.interchange.xlsform.sheets import MAX_ROWS
from survey_app.questionnaire.definition import options_of
from survey_app.web.author.import_words_xlsform import WORDS
from tests.support.tree import PACKAGE
from tests.support.xlsform import HEAD, ONE, YES_NO, checked, design, finding, imported, kinds, question, xls, xlsx

_SECONDS = 10
"""Far more of the processor than any file here takes; a reader that goes astray takes minutes."""
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _refused(data: bytes) -> str:
    """Why a file cannot be taken; there are words for it."""
    with pytest.raises(UnreadableFile) as refusal:
        read(data, filename="form.xlsx")
    assert refusal.value.kind in WORDS
    return refusal.value.kind


def _with_part(name: str, content: bytes) -> bytes:
    """A good form in which one part of the archive is replaced."""
    good = xlsx(survey=[HEAD, ONE], choices=YES_NO)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for each in source.namelist():
            target.writestr(each, content if each == name else source.read(each))
    return stream.getvalue()


# --- files that are none ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty_file"),
        (b"  \n", "empty_file"),
        (b"type,name,label\ntext,a,A\n", "not_a_workbook"),
        (b"<html><table><tr><td>type</td></tr></table></html>", "not_a_workbook"),
        (b"%PDF-1.7", "not_a_workbook"),
        (b"PK\x03\x04", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4096, "damaged"),
    ],
)
def test_what_is_no_workbook(data: bytes, kind: str) -> None:
    assert _refused(data) == kind


def test_the_name_of_a_file_means_nothing() -> None:
    rows = {"survey": [HEAD, ONE], "choices": YES_NO}
    for data in (xlsx(**rows), xls(**rows)):
        for name in ("form.xls", "form.xlsx", "form.csv", "../../etc/form", "", "\x00", "表" * 300):
            assert design(checked(read(data, filename=name))).questions


def test_entities_and_bombs() -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert _refused(_with_part("xl/worksheets/sheet1.xml", entity)) == "document_type"
    assert _refused(_with_part("xl/workbook.xml", entity)) == "document_type"
    assert _refused(_with_part("xl/styles.xml", b"<a/>" * 2_000_000)) == "unpacks_too_large"
    assert _refused(_with_part("xl/worksheets/sheet1.xml", b" " * 200 * 1024 * 1024)) == "unpacks_too_large"


def test_a_password() -> None:
    assert _refused(_container({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y" * 200})) == "encrypted"
    # A record that says "encrypted" (FILEPASS) right behind the beginning of the workbook.
    stream = workbook_stream(xls(survey=[HEAD, ONE], choices=YES_NO))
    length = 4 + struct.unpack_from("<H", stream, 2)[0]
    locked = stream[:length] + struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1) + stream[length:]
    assert _refused(_container({"Workbook": locked.ljust(8192, b"\0")})) == "encrypted"


def test_another_program_s_container() -> None:
    assert _refused(_container({"WordDocument": b"x" * 5000})) == "not_a_workbook"


def test_chains_of_sectors_that_come_back_to_themselves() -> None:
    data = bytearray(_container({"Workbook": b"x" * 9000}))
    # Sector 0 holds the table of chains; let the third sector of the stream lead back to its first.
    first = 2
    struct.pack_into("<I", data, 512 + 4 * (first + 2), first)
    assert _refused(bytes(data)) == "damaged"


def _container(streams: dict[str, bytes]) -> bytes:
    """A small OLE2 file with these streams, each of at least 4,096 bytes."""
    sectors: list[bytes] = []
    chains: list[int] = [0xFFFFFFFD, 0xFFFFFFFE]
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        padded = content.ljust(4096, b"\0")
        count = -(-len(padded) // 512)
        first = len(chains)
        chains += [first + number + 1 for number in range(count - 1)] + [0xFFFFFFFE]
        sectors.append(padded.ljust(count * 512, b"\0"))
        entries.append(_entry(name, 2, first, len(padded)))
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    header = header.ljust(512, b"\xff")
    return header + table[:512] + b"".join(entries).ljust(512, b"\0") + b"".join(sectors)


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<HBB", len(written) + 2, kind, 1)
    return (entry + b"\xff" * 12 + b"\0" * 36 + struct.pack("<IQ", first, size))[:128].ljust(128, b"\0")


@pytest.mark.parametrize("build", [xlsx, xls])
def test_bytes_changed_at_random(build: Any) -> None:
    good = build(survey=[(*HEAD, "relevant"), ONE, ("text", "t", "T", "${q} = 'yes'")], choices=YES_NO)
    chance = random.Random(20170411)
    reasons = set[str]()
    began = time.process_time()
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.choice([1, 3, 30])):
            place = chance.randrange(len(data) - 4)
            data[place : place + 4] = chance.choice(
                [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", chance.randbytes(4)]
            )
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)) :]
        try:
            checked(read(bytes(data), filename="form"))
        except UnreadableFile as refusal:
            reasons.add(refusal.kind)
    assert reasons <= set(WORDS)
    assert time.process_time() - began < 6 * _SECONDS


# --- odd sheets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [MAX_QUESTIONS, 10_000])
def test_thousands_of_questions(count: int) -> None:
    rows = [("select_one yn", f"q{number}", "Q", f"${{q{number - 1}}} = 'no'") for number in range(1, count)]
    form = xlsx(survey=[(*HEAD, "relevant"), ("select_one yn", "q0", "Q", None), *rows], choices=YES_NO)
    began = time.process_time()
    result = checked(read(form, filename="form.xlsx"))
    assert time.process_time() - began < 6 * _SECONDS
    if count == MAX_QUESTIONS:
        assert len(design(result).questions) == count
    else:
        assert [each.kind for each in result.findings if each.severity is Severity.ERROR] == ["too_many_questions"]


def test_more_cells_than_any_sheet_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_files, "MAX_CELLS", 1_000)
    assert _refused(xlsx(survey=[HEAD, *[["x"] * 500] * 2])) == "too_many_cells"


def test_more_rows_than_any_questionnaire_has() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("survey")
    for _ in range(MAX_ROWS + 2):
        sheet.append(HEAD)
    stream = io.BytesIO()
    book.save(stream)
    assert _refused(stream.getvalue()) == "too_many_rows"


def test_more_columns_than_any_sheet_has() -> None:
    assert _refused(xlsx(survey=[[f"c{number}" for number in range(600)]])) == "too_many_columns"
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>type</t></is></c><c r="XFD1"><v>1</v></c></row>'
    sheet = f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    assert _refused(_with_part("xl/worksheets/sheet1.xml", sheet)) == "too_many_columns"


def test_rows_that_claim_to_be_far_away() -> None:
    cells = '<row r="999999999"><c r="A999999999"><v>1</v></c></row>'
    sheet = f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    assert _refused(_with_part("xl/worksheets/sheet1.xml", sheet)) == "damaged"


def test_more_sheets_than_anybody_needs() -> None:
    sheets = {f"s{number}": [("x",)] for number in range(safe_files.MAX_SHEETS + 1)}
    assert _refused(xlsx(survey=[HEAD, ONE], **sheets)) == "too_many_sheets"


def test_merged_cells_hold_what_their_first_cell_holds() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "survey"
    for row in ([*HEAD, "hint"], ["text", "a", "A", "wide"], ["text", "b", "B", None]):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    sheet.merge_cells("D2:E2")
    stream = io.BytesIO()
    book.save(stream)
    result = checked(read(stream.getvalue(), filename="form.xlsx"))
    assert question(result, "a").help.en == "wide"
    assert finding(result, "no_label").place.row == 3


def test_hidden_rows_and_sheets_count() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "survey"
    for row in (HEAD, ("text", "a", "A"), ("text", "b", "B")):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    book.create_sheet("notes")
    book.active = 1
    sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    result = checked(read(stream.getvalue(), filename="form.xlsx"))
    assert [each.code for each in design(result).questions] == ["a", "b"]


def test_a_survey_that_begins_far_down() -> None:
    result = imported([(None,), (None,), ("", "  "), (*HEAD,), (None,), ("text", "a", "A")])
    assert design(result).questions[0].code == "a"
    assert all(each.place.row in {None, 6} for each in result.findings)


def test_more_options_than_any_questionnaire_has() -> None:
    choices = [("list_name", "name", "label"), *[("l", f"o{number}", "x") for number in range(5_000)]]
    rows = [("select_one l", f"q{number}", "Q", f"name != 'o{number}'") for number in range(100)]
    result = imported([(*HEAD, "choice_filter"), *rows], choices)
    assert finding(result, "too_many_options").place.row == 22


def test_one_list_for_everything() -> None:
    choices = [("list_name", "name", "label"), *[("l", f"o{number}", "x") for number in range(5_000)]]
    result = imported([HEAD, *[("select_one l", f"q{number}", "Q") for number in range(3)]], choices)
    assert len(options_of(question(result, "q2"))) == 5_000


@pytest.mark.parametrize(
    "label",
    [
        "<" * 32_000,
        "<br" * 10_000,
        "<script" * 4_000,
        "<script>" * 4_000,
        "${" + " " * 32_000,
        "${" * 16_000,
        "{" * 32_000,
        "[" * 32_000,
        "[a](" * 8_000,
        "**" * 16_000 + "x",
        "# " * 16_000,
        "\n" * 32_000 + "x",
    ],
)
def test_texts_that_are_slow_to_read_if_read_carelessly(label: str) -> None:
    began = time.process_time()
    imported([HEAD, *[("text", f"q{number}", label) for number in range(20)]])
    assert time.process_time() - began < _SECONDS


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 7_000,
        "not(" * 1_900,
        "${q} != '' and (" * 39 + "${q} = 'yes'" + ")" * 39,
        "${" + " " * 7_000,
        "../" * 2_000,
        "a/" * 3_000,
        "'" * 7_001,
        "-" * 7_000,
        "${q} = 'yes' and " * 400 + "${q} = 'no'",
        "1" * 7_000,
        "${n} = " + "9" * 400,
        "${n} > 1e400",
        "selected(" * 500,
    ],
)
@pytest.mark.parametrize("column", ["relevant", "constraint", "choice_filter", "required"])
def test_expressions_that_are_slow_to_read_if_read_carelessly(expression: str, column: str) -> None:
    began = time.process_time()
    rows = [("select_one yn", f"x{number}", "X", expression) for number in range(20)]
    imported([(*HEAD, column), ("select_one yn", "q", "Q", None), ("integer", "n", "N", None), *rows])
    assert time.process_time() - began < _SECONDS


_CELLS = st.one_of(
    st.sampled_from(
        [
            None, "", " ", "a", "b", "a_b", "满意", "1", 1, 1.5, 0, -3, True, False, 1e308, "yes", "x" * 50,
            "${a} = 'yes'", "${b} > 3", "selected(${c}, 'no')", ". <= 5", "count-selected(.) <= 1", "'", "(", "${",
            "randomize=true", "start=0 end=10 step=1", "start=5 end=1", "step=0", "=", "table-list", "list-nolabel",
            "label", "multiline", "field-list", "{\"all\": []}", "{", "<b>x</b>", "{x}", "${a}",
            "string-length(.) <= 0", ". >= date('9999-12-31') and . > '9999-12-31'", ". < date('0001-01-01')",
        ]
    ),
    st.text("aZ1_ 满\u00a0$.{}<>=!'\"()-é\n😀", min_size=1, max_size=6),
)  # fmt: skip
_TYPES = st.sampled_from(
    [
        "text", "integer", "decimal", "range", "date", "note", "acknowledge", "select_one yn", "select_multiple yn",
        "rank yn", "select_one yn or_other", "select_multiple l", "select_one l", "begin_group", "end_group",
        "begin_group", "end_group", "begin_repeat", "end_repeat", "calculate", "percentage", "set form title", None,
        "geopoint", "nonsense",
    ]
)  # fmt: skip
_COLUMNS = (
    "type", "name", "label", "hint", "relevant", "constraint", "required", "appearance", "parameters",
    "choice_filter", "survey_app_rule", "survey_app_code", "survey_app_top", "survey_app_unit_zh",
)  # fmt: skip
_NAMES = st.one_of(
    st.sampled_from(["a", "b", "c", "a_other", "A", "_notice", "_a_intro", "meta", "a_yes_text"]),
    _CELLS,
)
_ROW = st.tuples(_TYPES, _NAMES, *[_CELLS] * (len(_COLUMNS) - 2))
_CHOICE = st.tuples(st.sampled_from(["yn", "l", None]), _CELLS, _CELLS, _CELLS, _CELLS, _CELLS, _CELLS)
_CHOICE_COLUMNS = (
    "list_name", "name", "label", "survey_app_score", "survey_app_satisfied", "survey_app_in_base", "a",
)  # fmt: skip


def _plain(cell: object) -> object:
    """Texts that begin with = would be formulas."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith("=") else cell


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    st.lists(_ROW, max_size=8),
    st.lists(_CHOICE, max_size=5),
    st.tuples(
        _CELLS, _CELLS, st.sampled_from([None, "English", "中文", "Suomi"]), st.sampled_from([None, 1]), _CELLS
    ),
)
def test_any_cells_at_all(rows: list[Any], choices: list[Any], form: tuple[Any, ...]) -> None:
    data = xlsx(
        survey=[_COLUMNS, *[[_plain(cell) for cell in row] for row in rows]],
        choices=[_CHOICE_COLUMNS, *[[_plain(cell) for cell in row] for row in [*choices, *YES_NO[1:]]]],
        settings=[
            ("form_title", "form_id", "default_language", "survey_app_format", "survey_app_minutes"),
            [_plain(cell) for cell in form],
        ],
    )
    result = read(data, filename="form.xlsx")
    # A file that says that it is ours may be a draft with problems; the designer names those.
    if form[3] is None and checked(result).questionnaire is not None:
        assert read(write(design(result)), filename="form.xlsx").questionnaire == result.questionnaire


# --- words ------------------------------------------------------------------------------------------


def _kinds_in_the_code() -> Iterator[str]:
    """Every kind of finding and refusal that the code of this format can make."""
    folder = PACKAGE / "interchange"
    for path in [*(folder / "xlsform").glob("*.py"), folder / "safe_files.py", folder / "old_workbooks.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in {"changed", "dropped", "error", "CannotSay", "FileRefused", "_lose"}:
                    yield from _texts(node.args[0], path)


def _texts(node: ast.expr, path: Path) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, path)
            yield from _texts(orelse, path)
        case ast.Name(id="kind"):
            # The variable is given its value somewhere in the same file.
            for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == "kind":
                    yield from _texts(each.value, path)


def test_every_kind_has_words_and_no_words_are_left_over() -> None:
    found = set(_kinds_in_the_code())
    found |= {f"out_{name}" for name in ("headline", "wave_link", "minutes")}
    found |= set(
        re.findall(r'"(rule_on_[a-z]+)"', (PACKAGE / "interchange" / "scope.py").read_text(encoding="utf-8"))
    )
    assert found == set(WORDS)


def test_refusals_of_ballots_and_of_forms_are_one() -> None:
    assert issubclass(FileRefused, UnreadableFile)
    assert kinds(imported([HEAD, ONE])) == []
