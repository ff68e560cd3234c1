"""Codes for questions: those that the text writes, and otherwise q1, q2, … by its numbers."""

from __future__ import annotations

import re
from collections.abc import Collection

from survey_app.interchange.pasted.ledger import Ledger
from survey_app.interchange.pasted.lines import Label, Line, Sign
from survey_app.questionnaire.definition import CODE

_SPAN = re.compile(r"([A-Za-z]{1,10})([0-9]{1,5})(?:_([A-Za-z]{0,10})([0-9]{1,5}))?\Z")
_CODED = {Sign.CODE, Sign.BARE_CODE}


class Codes:
    """The codes of questions, rows and fields given out so far; capitals make no difference."""

    def __init__(self, ledger: Ledger, numbered: Collection[str] = ()) -> None:
        self._ledger = ledger
        self._numbered = frozenset(numbered)
        """The codes that numbers in the text stand for; a question without a number gets none of them."""
        self._last = "q"
        self._taken: set[str] = set()
        self._warned = False
        self._count = 0

    def question(self, label: Label | None, wanted: str | None, line: Line, section: int) -> str:
        """Return the code of the next question."""
        self._count += 1
        written = wanted or (_written(label) if label is not None and label.sign in _CODED else None)
        if written is not None:
            return self.written(written, line)
        if label is None or not label.value:
            return self._unnumbered()
        code = f"q{label.name.replace('.', '_')}" if label.sign is Sign.NESTED else f"q{label.value}"
        if code in self._taken:
            if not self._warned:
                self._ledger.changed("numbers_restart", line, number=label.name)
                self._warned = True
            code = f"s{section}_{code}"
        self._last = self.free(code)
        return self._last

    def _unnumbered(self) -> str:
        """Return the code of a question without a number: q4, or between 3 and 4 q3a, as it belongs to that one."""
        code = f"q{self._count}"
        if code not in self._numbered:
            return self.free(code)
        letters = (f"{self._last}{letter}" for letter in "abcdefghijkmnpqrstuvwxyz")
        return self.free(next((each for each in letters if each not in self._taken), code))

    def statement(self, wanted: str | None, line: Line) -> str:
        """Return the code of words to read."""
        return self.written(wanted, line) if wanted is not None else self.free("note1")

    def written(self, code: str, line: Line) -> str:
        """Return a code that the text writes, or one like it if it cannot be one, or is there already."""
        new = self.free(code if CODE.match(code) else f"q_{code}"[:40])
        if new != code:
            self._ledger.changed("renamed", line, old=code, new=new)
        return new

    def free(self, code: str) -> str:
        """Take a code, or the next one like it that is free."""
        base, number = re.sub(r"[0-9]{1,9}\Z", "", code) if code.startswith("note") else f"{code[:34]}_", 2
        while code.casefold() in self._taken:
            code = f"{base}{number}"
            number += 1
        self._taken.add(code.casefold())
        return code

    def take(self, code: str) -> None:
        """Mark a code as given out."""
        self._taken.add(code.casefold())


def _written(label: Label) -> str:
    """Return the code that a label writes; of a span, both ends: W11–W16 is W11_W16."""
    return f"{label.name}_{label.last}" if label.last else label.name


def span_of(label: Label | None) -> list[str]:
    """Return the codes in a span: W11–W13 is W11, W12, W13."""
    first = _SPAN.match(label.name) if label is not None else None
    if first is None or label is None:
        return []
    last = _SPAN.match(label.last) if label.last else None
    prefix, end = first[3] or first[1], last[2] if last is not None else first[4]
    if end is None or prefix != first[1] or not 0 < int(end) - int(first[2]) < 200:
        return []
    return [f"{prefix}{number:0{len(first[2])}}" for number in range(int(first[2]), int(end) + 1)]
