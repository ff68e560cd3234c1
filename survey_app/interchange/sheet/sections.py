"""Which section each row of the template belongs to, and what the sheet of sections tells about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from survey_app.interchange.labels import normal
from survey_app.interchange.sheet.book import Row
from survey_app.interchange.sheet.context import Context
from survey_app.interchange.xlsform.codes import Codes
from survey_app.interchange.xlsform.languages import looks_chinese
from survey_app.questionnaire.definition import CODE, Question, Section
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import EMPTY, Text


@dataclass(slots=True, eq=False)
class _Page:
    """A section in the making. `row` is its row on the sheet of sections, if it has one."""

    code: str
    title: Text
    intro: Text = EMPTY
    row: Row | None = None
    shown_if: Rule | None = None
    is_begun: bool = False
    questions: list[Question] = field(default_factory=list)


class Sections:
    """Goes down the rows once and puts each question where it belongs."""

    def __init__(self, listed: Sequence[Row], context: Context) -> None:
        self._context = context
        self._codes = Codes()
        self._listed: list[_Page] = []
        self._by_name: dict[str, list[_Page]] = {}
        self._begun: list[_Page] = []
        self._written = ""
        for row in listed:
            self._list(row)

    def _list(self, row: Row) -> None:
        """Take in a row of the sheet of sections."""
        written = row.get("code")
        code = self._codes.make(written or f"s{len(self._listed) + 1}", "s")
        if written and code != written:
            kind = "code_twice" if CODE.match(written) else ""
            if kind:
                self._context.report.error(kind, row.place("code"), code=written[:80], row=self._row_of(written))
            else:
                self._context.report.changed("renamed", row.place("code"), old=written[:80], new=code)
        page = _Page(code, row.text("title"), row.text("intro"), row)
        self._listed.append(page)
        for name in {code.casefold(), normal(page.title.zh), normal(page.title.en)} - {""}:
            self._by_name.setdefault(name, []).append(page)

    def _row_of(self, code: str) -> int:
        rows = [page.row for page in self._listed if page.code.casefold() == code.casefold()]
        return rows[0].number if rows and rows[0] is not None else 0

    def enter(self, row: Row) -> None:
        """Go to the section that a row names; a blank cell stays where the row above is."""
        written = row.get("section")
        if not self._begun or (written and normal(written) != normal(self._written)):
            self._written = written
            self._open(row, written)

    def _open(self, row: Row, written: str) -> None:
        page = self._find(written)
        if page is None:
            title = Text(written) if not written or looks_chinese([written]) else Text(en=written)
            if self._listed and written:
                self._context.report.changed("section_not_listed", row.place("section"), section=written[:60])
            page = _Page(self._codes.make(f"s{len(self._begun) + 1}", "s"), title if written else EMPTY)
        elif page.is_begun:
            self._context.report.error("section_split", row.place("section"), section=written[:60])
        if not page.is_begun:
            page.is_begun = True
            page.shown_if = self._context.rule(page.row) if page.row is not None else None
            self._begun.append(page)
        else:
            self._begun.append(self._begun.pop(self._begun.index(page)))

    def _find(self, written: str) -> _Page | None:
        """Return the listed section with this code or title; for a blank cell, the first of all."""
        if not written:
            return self._listed[0] if self._listed else None
        found = self._by_name.get(normal(written), [])
        for page in found:
            if page.code == written:
                return page
        # Of sections with the same title, the next one that has no questions yet.
        return next((page for page in found if not page.is_begun), found[0] if found else None)

    def add(self, question: Question) -> None:
        """Put a question on the section entered last."""
        self._begun[-1].questions.append(question)

    def questions(self) -> Iterator[Question]:
        """Yield all questions so far."""
        for page in self._begun:
            yield from page.questions

    def found(self) -> list[Section]:
        """Return all sections in order; those without questions stand where the sheet of sections has them."""
        pages = list(self._begun)
        for index, page in enumerate(self._listed):
            if not page.is_begun:
                before = self._listed[index - 1] if index else None
                pages.insert(pages.index(before) + 1 if before in pages else 0, page)
                page.shown_if = self._context.rule(page.row) if page.row is not None else None
        return [Section(page.code, page.title, tuple(page.questions), page.intro, page.shown_if) for page in pages]
