"""What the reader of a template knows while it goes down the rows, and cells that mean the same everywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from survey_app.interchange.conditions import NotUnderstood, read_condition
from survey_app.interchange.labels import normal
from survey_app.interchange.references import References, Target, targets_of
from survey_app.interchange.sheet.book import Row
from survey_app.interchange.xlsform.codes import Codes
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire.definition import CODE, Question, Scale, Statement, fields_of
from survey_app.questionnaire.rules import LARGEST, Rule

_YES = {"是", "对", "要", "有", "必答", "必填", "yes", "y", "true", "1", "√", "✓", "✔"}
_NO = {"否", "不", "无", "不必", "选答", "选填", "非必答", "no", "n", "false", "0", "×", "x", "✗", "-", "—"}
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,400})?\Z")
_UNIT = re.compile(r"(?<=[0-9])\s*(?:项|个|次|分|人|名|岁|元|年|月|天|小时|分钟|题|字|条|%)\Z")
"""What people write behind a number: 3项."""
_WHOLE = re.compile(r"[0-9]{1,6}(\.0+)?\Z")
_NUMBERED = re.compile(r"(?:第|题|q)?([0-9]{1,4})(?:题|[.、．])?\Z")


class Context:
    """One file being read."""

    def __init__(self, report: Report, scales: Mapping[str, Scale]) -> None:
        self.report = report
        self.scales = dict(scales)
        self.scale_codes = Codes()
        for code in scales:
            self.scale_codes.take(code)
        self.codes = Codes()
        self.numbered: list[Row] = []
        self.without_code: list[Row] = []
        self._places: dict[str, Row] = {}
        self._earlier: dict[str, Target] = {}
        self._numbers: dict[str, tuple[str, ...]] = {}
        self._known: set[str] = set()
        self._always: set[str] = set()
        self._previous: str | None = None
        self._count = 0
        self._asked = 0

    # --- codes -------------------------------------------------------------------------------------

    def announce(self, rows: list[Row]) -> None:
        """Take note of all codes in the file, so that a condition about a later question can be told so."""
        for row in rows:
            written = _plain(row.get("code"))
            if written:
                self._known.add(written.casefold())
            if CODE.match(written):
                self._places.setdefault(written.casefold(), row)

    def code(self, row: Row) -> str:
        """Return the code of a row: its own, or one made from its number or its place, which is noted."""
        written, self._count = row.get("code"), self._count + 1
        plain = _plain(written)
        if CODE.match(plain) and plain not in self.codes:
            if plain != written:
                self.report.changed("renamed", row.place("code"), old=written[:80], new=plain)
            self.codes.take(plain)
            return plain
        if CODE.match(plain):
            first = self._places.get(plain.casefold(), row)
            self.report.error("code_twice", row.place("code"), code=plain, row=first.number)
            return self.codes.make("", "Q")
        number = _NUMBERED.match(normal(plain))
        wanted = f"Q{number[1]}" if number else f"Q{self._count}"
        if not plain:
            self.without_code.append(row)
            wanted = self._unannounced(wanted)
        elif number:
            self.numbered.append(row)
        code = self.codes.make(wanted if plain == "" or number else plain, "Q")
        if number:
            self._numbers[number[1]] = (*self._numbers.get(number[1], ()), code)
        elif plain:
            self.report.changed("renamed", row.place("code"), old=written[:80], new=code)
        return code

    def _unannounced(self, wanted: str) -> str:
        """Return a code that no row below has for itself."""
        count = self._count
        while wanted.casefold() in self._known or wanted in self.codes:
            count += 1
            wanted = f"Q{count}"
        return wanted

    def take_field(self, code: str, row: Row, key: str) -> None:
        """Mark the code of a further field as given out; one that is there already is an error."""
        if code in self.codes:
            first = self._places.get(code.casefold())
            self.report.error(
                "code_twice", row.place(key), code=code[:80], row=first.number if first else row.number
            )
        self.codes.take(code)
        self._places.setdefault(code.casefold(), row)

    # --- conditions --------------------------------------------------------------------------------

    def add(self, question: Question) -> None:
        """Let conditions further down refer to a question."""
        for target in targets_of(question, self.scales):
            self._earlier[target.code.casefold()] = target
        if isinstance(question, Statement):
            return
        self._asked += 1
        if not self.numbered:
            self._numbers[str(self._asked)] = (question.code,)
        self._previous = next((each.code for each in fields_of(question)), self._previous)
        if question.required and question.shown_if is None:
            self._always.update(each.code for each in fields_of(question) if each.specify is None)

    def field_named(self, written: str) -> str | None:
        """Return the code of an earlier field that a cell names by its code or number."""
        plain = _plain(written)
        if (target := self._earlier.get(plain.casefold())) is not None:
            return target.code
        number = _NUMBERED.match(normal(plain))
        codes = self._numbers.get(number[1], ()) if number else ()
        return codes[0] if len(codes) == 1 else None

    def rule(self, row: Row) -> Rule | None:
        """Return the condition of a row; one that is not understood is an error."""
        cell = row.get("shown_if")
        if not cell:
            return None
        references = References(self._earlier, self._numbers, self._known, self._previous, self._always)
        try:
            condition = read_condition(cell, references)
        except NotUnderstood as reason:
            self.report.error(reason.kind, row.place("shown_if"), **{"condition": cell[:200], **reason.params})
            return None
        for written, understood in condition.guesses:
            self.report.changed(
                "condition_guessed", row.place("shown_if"), written=written[:80], understood=understood[:80]
            )
        for code in condition.found:
            self.report.changed("condition_found", row.place("shown_if"), question=code)
        return condition.rule

    # --- cells -------------------------------------------------------------------------------------

    def yes(self, row: Row, key: str, *, default: bool = False) -> bool:
        """Return whether a cell says yes; what says neither yes nor no is an error."""
        cell = row.get(key)
        plain = normal(cell)
        if not plain:
            return default
        if plain in _YES or plain in _NO:
            return plain in _YES
        self.report.error("not_yes_no", row.place(key), value=cell[:40])
        return default

    def number(self, row: Row, key: str) -> float | None:
        """Return the number in a cell; anything else is an error."""
        cell = row.get(key)
        if not cell:
            return None
        plain = _UNIT.sub("", normal(cell).replace(",", ""))
        if _NUMBER.match(plain) and abs(value := float(plain)) <= LARGEST:
            return int(value) if value.is_integer() else value
        self.report.error("not_a_number", row.place(key), value=cell[:40])
        return None

    def whole(self, row: Row, key: str, least: int, most: int) -> int | None:
        """Return the whole number in a cell, which must be from `least` to `most`; anything else is an error."""
        cell = row.get(key)
        if not cell:
            return None
        plain = _UNIT.sub("", normal(cell))
        if _WHOLE.match(plain) and least <= int(float(plain)) <= most:
            return int(float(plain))
        self.report.error("not_whole", row.place(key), value=cell[:40], least=least, most=most)
        return None


def _plain(written: str) -> str:
    """Return a code as typed with full-width letters in plain ones."""
    return unicodedata.normalize("NFKC", written).strip()
