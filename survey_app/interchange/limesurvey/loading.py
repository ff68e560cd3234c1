"""The XML of an .lss file as tables of rows, without trusting it: no document type, no entities, no depth.

The file is a dump of LimeSurvey's own tables: `<document><questions><rows><row><qid>…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from survey_app.interchange.findings import UnreadableFile

MAX_BYTES = 10 * 1024 * 1024
"""Longest file taken, unless the caller says otherwise."""
MAX_ROWS = 100_000
"""Most rows of all tables; a survey of 200 questions in two languages has some 5,000."""
MAX_DEPTH = 40
"""Most elements inside one another; settings of themes stand a dozen deep."""
_HEAD = 2_000
_MARK = b"<LimeSurveyDocType>"
_ZIP = b"PK\x03\x04"

Record: TypeAlias = Mapping[str, str]
"""One row of a table: text by field."""


@dataclass(slots=True)
class Document:
    """What an .lss file holds."""

    doc_type: str = ""
    version: str = ""
    languages: list[str] = field(default_factory=list)
    tables: dict[str, list[Record]] = field(default_factory=dict)

    def rows(self, *names: str) -> list[Record]:
        """Return the rows of tables, those of the first name first."""
        return [row for name in names for row in self.tables.get(name, ())]


def recognises(data: bytes) -> bool:
    """Tell from a quick look whether a file is LimeSurvey's XML."""
    return _MARK in data[:_HEAD]


def load(data: bytes, most_bytes: int) -> Document:
    """Return the tables of an .lss file. Raises `UnreadableFile`."""
    if len(data) > most_bytes:
        raise UnreadableFile("too_large", most=most_bytes // 1024 // 1024)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise UnreadableFile("empty_file")
    if data.startswith(_ZIP):
        raise UnreadableFile("archive")
    document = _parsed(data)
    if not document.doc_type:
        raise UnreadableFile("not_limesurvey")
    if document.doc_type.casefold() != "survey":
        raise UnreadableFile("not_whole_survey", type=document.doc_type[:40])
    return document


def _parsed(data: bytes) -> Document:
    target = _Target()
    try:
        parser = DefusedXMLParser(target=target, forbid_dtd=True)
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        raise UnreadableFile("xml_document_type") from error
    except ParseError as error:
        line, column = error.position
        raise UnreadableFile("not_xml", line=line, column=column + 1) from error
    except (ValueError, LookupError) as error:
        raise UnreadableFile("encoding") from error
    return target.document


class _Target:
    """Takes what the parser finds, and keeps only rows of tables."""

    def __init__(self) -> None:
        self.document = Document()
        self._path: list[str] = []
        self._row: dict[str, str] = {}
        self._text: list[str] = []
        self._count = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Go into an element."""
        if not self._path and tag != "document":
            raise UnreadableFile("not_limesurvey")
        self._path.append(tag)
        if len(self._path) > MAX_DEPTH:
            raise UnreadableFile("too_deep", most=MAX_DEPTH)
        self._text = []
        if self._path[2:] == ["rows", "row"]:
            self._row = {}
            self._count += 1
            if self._count > MAX_ROWS:
                raise UnreadableFile("file_too_long", most=MAX_ROWS)

    def data(self, text: str) -> None:
        """Take text of the element that is open."""
        self._text.append(text)

    def end(self, tag: str) -> None:
        """Come out of an element, with its text."""
        text, path = "".join(self._text), self._path
        self._text = []
        if path[2:4] == ["rows", "row"]:
            if len(path) == 5:
                self._row[tag] = text
            elif len(path) == 4:
                self.document.tables.setdefault(path[1], []).append(self._row)
        elif path[1:] == ["LimeSurveyDocType"]:
            self.document.doc_type = text.strip()
        elif path[1:] == ["DBVersion"]:
            self.document.version = text.strip()
        elif path[1:] == ["languages", "language"]:
            self.document.languages.append(text.strip())
        path.pop()

    def close(self) -> None:
        """Take note that the file is at its end."""
