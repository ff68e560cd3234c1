"""The formats of questionnaire files: how each is recognised, read and written. One entry is one format.

What a file is, is decided by what it holds; its name only serves where a questionnaire does not name itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from survey_app.interchange import limesurvey, own_json, pasted, sheet, surveyjs, xlsform
from survey_app.interchange.completeness import to_complete
from survey_app.interchange.findings import Finding, Imported, UnreadableFile
from survey_app.interchange.refusals import FileRefused
from survey_app.interchange.text_files import decoded
from survey_app.questionnaire.codec import FORMAT
from survey_app.questionnaire.definition import Questionnaire

MEBIBYTE = 1024 * 1024
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""What .xlsx and .xls begin with."""
_DOCUMENT_SUFFIXES = (".docx", ".doc", ".wps", ".pdf", ".rtf", ".odt", ".pages")
_OLD_WORD = "WordDocument".encode("utf-16-le")
"""The name of the part of a .doc or .wps that holds its text."""
_OWN = re.compile(rf'"format"\s*:\s*"{re.escape(FORMAT)}"')

Reader: TypeAlias = Callable[[bytes, str, int], Imported]
"""Reads a file: its content, its name, and the most bytes taken. May raise `UnreadableFile`."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One format. `write` is None where it is only read.

    `suffixes` are the endings of such files, the first that of the files that we write; `recognises` is a quick
    look at the content; `write_report` tells what the written file does not say, or says otherwise. A format's
    name and the words of its findings stand in `web.author.exchange_words`, under the same key.
    """

    key: str
    suffixes: tuple[str, ...]
    mimetype: str
    recognises: Callable[[bytes], bool]
    read: Reader
    write: Callable[[Questionnaire], bytes] | None = None
    write_report: Callable[[Questionnaire], tuple[Finding, ...]] = lambda questionnaire: ()


def read_file(found: FileFormat, data: bytes, *, filename: str, most_bytes: int) -> Imported:
    """Read a file in a format, and say what the questionnaire still lacks. Raises `UnreadableFile`."""
    imported = found.read(data, filename, most_bytes)
    if imported.questionnaire is None:
        return imported
    return Imported(imported.questionnaire, (*imported.findings, *to_complete(imported.questionnaire)))


def format_of(data: bytes, *, most_bytes: int, key: str = "", filename: str = "") -> FileFormat:
    """Return the format to read a file in: the one with this key, or else the first that the content looks like.

    Raises `UnreadableFile` for a file that is too large, empty, a document of a word processor, or of no format;
    `KeyError` for an unknown key.
    """
    if len(data) > most_bytes:
        raise UnreadableFile("too_large", most=most_bytes // MEBIBYTE)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise UnreadableFile("empty_file")
    if _is_document(data, filename):
        raise UnreadableFile("document")
    if key:
        return FORMATS[key]
    for each in FORMATS.values():
        if each.recognises(data):
            return each
    raise UnreadableFile("not_recognised")


def _is_text(data: bytes) -> bool:
    try:
        decoded(data)
    except FileRefused:
        return False
    return True


def _is_document(data: bytes, filename: str) -> bool:
    """Tell whether it is a document to read and print; where the content does not tell, its name does."""
    if data.startswith((b"%PDF-", b"{\\rtf")):
        return True
    if _is_workbook(data) and (b"word/document.xml" in data or b"opendocument.text" in data or _OLD_WORD in data):
        return True
    is_named_so = filename.lower().endswith(_DOCUMENT_SUFFIXES)
    return is_named_so and b"xl/workbook" not in data and not _is_text(data)


def _is_workbook(data: bytes) -> bool:
    return data.startswith(_WORKBOOK)


def _is_json(data: bytes) -> bool:
    """Tell whether the content begins as JSON does, in whatever encoding JSON may have."""
    return (
        data[:64].decode(json.detect_encoding(data[:64]), errors="replace").lstrip("\ufeff \t\r\n").startswith("{")
    )


def _is_own(data: bytes) -> bool:
    return _is_json(data) and _OWN.search(data.decode(json.detect_encoding(data), errors="replace")) is not None


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALL = (
    FileFormat(
        "own_json",
        (".json",),
        "application/json",
        _is_own,
        lambda data, filename, most_bytes: own_json.read(data),
        lambda questionnaire: own_json.write(questionnaire).encode(),
    ),
    FileFormat(
        "surveyjs",
        (".json",),
        "application/json",
        _is_json,
        lambda data, filename, most_bytes: surveyjs.read(data, most_bytes=most_bytes),
        lambda questionnaire: surveyjs.write(questionnaire).encode(),
        surveyjs.write_report,
    ),
    FileFormat(
        "limesurvey",
        (".lss",),
        "application/xml",
        limesurvey.recognises,
        lambda data, filename, most_bytes: limesurvey.read(data, most_bytes=most_bytes),
    ),
    FileFormat(
        "sheet",
        (".xlsx", ".xls", ".csv"),
        _XLSX,
        sheet.recognises,
        lambda data, filename, most_bytes: sheet.read(data, filename=filename),
        sheet.write,
        sheet.write_report,
    ),
    # Whatever workbook is left: XLSForm says what it misses.
    FileFormat(
        "xlsform",
        (".xlsx", ".xls"),
        _XLSX,
        _is_workbook,
        lambda data, filename, most_bytes: xlsform.read(data, filename=filename),
        xlsform.write,
        xlsform.write_report,
    ),
    # Whatever text is left.
    FileFormat(
        "pasted",
        (".txt",),
        "text/plain; charset=utf-8",
        _is_text,
        lambda data, filename, most_bytes: pasted.read(decoded(data)).imported,
        # The mark at the beginning lets older editors see that it is UTF-8.
        lambda questionnaire: pasted.write(questionnaire).encode("utf-8-sig"),
        pasted.write_report,
    ),
)
FORMATS: Mapping[str, FileFormat] = {each.key: each for each in _ALL}
"""All formats by key, in the order in which a file is compared with them."""
WRITABLE: Mapping[str, FileFormat] = {key: each for key, each in FORMATS.items() if each.write is not None}
