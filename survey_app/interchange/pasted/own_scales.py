"""Scales that a text defines itself, or uses without a name.

【量表 S1】满意程度 | Satisfaction
- 满意 | Satisfied [100分] [满意] [严格满意]
- 说不清 | Hard to say [不计入]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from survey_app.interchange.labels import normal
from survey_app.interchange.pasted.grades import counted_points, satisfaction
from survey_app.interchange.pasted.ledger import Ledger, Understood
from survey_app.interchange.pasted.lines import Line
from survey_app.interchange.pasted.marks import last_group, number_of, read_marks, strip_marks
from survey_app.interchange.pasted.options import Entry
from survey_app.interchange.pasted.outline import Part
from survey_app.interchange.pasted.scales import scale_named, scale_of_words, shipped
from survey_app.interchange.pasted.texts import text_of
from survey_app.questionnaire.definition import Grade, Scale
from survey_app.questionnaire.text import Text

_SCORE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,340})?)分")
SATISFIED, STRICT, NOT_COUNTED = "满意", "严格满意", "不计入"


class Scales:
    """The scales of a questionnaire in the making, in the order in which they come up."""

    def __init__(self, ledger: Ledger, *, is_english: bool) -> None:
        self._ledger = ledger
        self._is_english = is_english
        self._scales: dict[str, Scale] = {}
        self._by_words: dict[tuple[str, ...], str] = {}

    @property
    def all(self) -> tuple[Scale, ...]:
        """All of them."""
        return tuple(self._scales.values())

    def get(self, code: str) -> Scale | None:
        """Return a scale that is there."""
        return self._scales.get(code)

    def define(self, part: Part) -> None:
        """Take the definition of a scale, or the name of a shipped one."""
        directive, line = part.head.directive, part.head.line
        assert directive is not None  # noqa: S101  # how the part was found
        name, marks = strip_marks(directive.rest)
        code = directive.name or marks.code or ""
        if not code:
            code = scale_named(name) or ""
            name = ""
        if not part.lines:
            if scale_named(code) != code or name:
                self._ledger.refuse("scale_without_grades", line, scale=code)
                return
            scale = shipped(code)
        else:
            text = text_of(line, name, is_english=self._is_english)
            scale = Scale(
                code, text, tuple(self._grade(each.line, index) for index, each in enumerate(part.lines, 1))
            )
            for each in part.lines:
                self._ledger.mark(each.line, Understood.SCALE, code)
        self._ledger.mark(line, Understood.SCALE, code)
        self._scales[code] = scale

    def _grade(self, line: Line, index: int) -> Grade:
        words, code, score, said = line.body, str(index), None, set()
        while (group := last_group(words)) is not None:
            start, content, is_round = group
            marks = read_marks(content)
            if (match := _SCORE.fullmatch(content)) is not None:
                score = number_of(match[1])
            elif content in {SATISFIED, STRICT, NOT_COUNTED} and not is_round:
                said.add(content)
            elif marks is not None and marks.code is not None:
                code = marks.code
            else:
                break
            words = words[:start].rstrip()
        text = text_of(line, words, is_english=self._is_english)
        strict = STRICT in said
        return Grade(code, text, score, SATISFIED in said or strict, strict, NOT_COUNTED not in said)

    def named(self, name: str, line: Line) -> str:
        """Return the code of the scale with this name; a shipped one is taken in."""
        if name in self._scales:
            return name
        code = scale_named(name)
        if code is None:
            self._ledger.refuse("unknown_scale", line, scale=name)
            return name
        self._take(code)
        return code

    def of_entries(self, entries: Sequence[Entry], line: Line) -> tuple[str, bool]:
        """Return the code of the scale with these grades, and whether they stand worst first."""
        found = shipped_by(entries)
        if found is not None:
            code, is_turned = found
            self._take(code)
            if is_turned:
                self._ledger.changed("scale_turned", line, scale=code)
            ordered = [*reversed(entries)] if is_turned else entries
            for entry, grade in zip(ordered, shipped(code).grades, strict=True):
                if entry.text.zh and entry.text.en and normal(entry.text.en) != normal(grade.text.en):
                    self._ledger.changed("scale_english", entry.line, written=entry.text.en, taken=grade.text.en)
            return code, is_turned
        words = tuple(normal(each.text.zh or each.text.en) for each in entries)
        if words not in self._by_words:
            self._by_words[words] = self._make(entries, line)
        return self._by_words[words], False

    def _take(self, code: str) -> None:
        if code not in self._scales:
            self._scales[code] = shipped(code)

    def _make(self, entries: Sequence[Entry], line: Line) -> str:
        number = 1
        while f"L{number}" in self._scales:
            number += 1
        code = f"L{number}"
        grades = tuple(_worth(entries))
        self._scales[code] = Scale(code, _name(entries, grades), grades)
        if not entries:
            return code
        words = " / ".join(each.words for each in entries)[:80]
        satisfied = "、".join(each.words for each, grade in zip(entries, grades, strict=True) if grade.satisfied)
        if satisfied:
            self._ledger.changed("scale_guessed", line, scale=code, grades=words, satisfied=satisfied[:80])
        elif grades[0].score is None:
            self._ledger.changed("scale_unscored", line, scale=code, grades=words)
        else:
            self._ledger.changed("scale_of_points", line, scale=code, grades=words)
        return code


def _name(entries: Sequence[Entry], grades: Sequence[Grade]) -> Text:
    """Return a name by which people tell one scale from another: its first and its last grade that counts."""
    counted = [each.text for each, grade in zip(entries, grades, strict=True) if grade.in_base]
    if not counted:
        return Text()
    first, last = counted[0], counted[-1]
    zh = f"{first.zh}—{last.zh}" if first.zh and last.zh else ""
    return Text(zh, f"{first.en} – {last.en}" if first.en and last.en else "")


def _worth(entries: Sequence[Entry]) -> Iterator[Grade]:
    """Yield grades with what their words, or their points, are worth."""
    words = [each.words for each in entries]
    points = counted_points(words)
    standings = satisfaction(words)
    for place, each in enumerate(entries):
        code = str(place + 1)
        if standings is not None:
            worth = standings[place]
            yield Grade(code, each.text, worth.score, worth.satisfied, worth.strict, worth.in_base)
        elif points is not None:
            yield Grade(str(points[place]), each.text, round(100 * points[place] / max(points)))
        else:
            yield Grade(code, each.text, None)


def is_scored(entries: Iterable[Entry]) -> bool:
    """Tell whether options are a scale: one that we ship, grades of satisfaction, or points counted by one."""
    listed = list(entries)
    if shipped_by(listed) is not None:
        return True
    if any(each.specify or each.marks.exclusive or each.marks.code for each in listed):
        return False
    return are_scored([each.words for each in listed])


def are_scored(words: Sequence[str]) -> bool:
    """Tell whether words are those of a scale that we ship, grades of satisfaction, or points counted by one."""
    return any(found is not None for found in (scale_of_words(words), satisfaction(words), counted_points(words)))


def shipped_by(entries: Iterable[Entry]) -> tuple[str, bool] | None:
    """Return the shipped scale with these grades, if nothing else is said of them."""
    listed = list(entries)
    if any(each.specify or each.marks.exclusive for each in listed):
        return None
    found = scale_of_words(each.text.zh or each.text.en for each in listed)
    if found is None:
        return None
    grades = shipped(found[0]).grades
    codes = [grade.code for grade in (reversed(grades) if found[1] else grades)]
    if any(each.marks.code not in {None, code} for each, code in zip(listed, codes, strict=True)):
        return None
    return found
