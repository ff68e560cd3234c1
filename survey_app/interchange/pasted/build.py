"""Drafts → questions of our definition, but for their conditions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any as Anything

from survey_app.interchange.pasted.codes import Codes, span_of
from survey_app.interchange.pasted.drafts import Draft
from survey_app.interchange.pasted.kinds import Shape, shape_of
from survey_app.interchange.pasted.ledger import Ledger, Understood
from survey_app.interchange.pasted.lines import Sign
from survey_app.interchange.pasted.options import Entry
from survey_app.interchange.pasted.own_scales import Scales
from survey_app.interchange.pasted.texts import CHINESE
from survey_app.questionnaire.definition import (
    LONG_TEXT_LIMIT,
    SHORT_TEXT_LIMIT,
    DateQuestion,
    Item,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Question,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
    specify_code,
)
from survey_app.questionnaire.text import Text

_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
_CODED = {Sign.CODE, Sign.BARE_CODE}


@dataclass(slots=True)
class Made:
    """A question without its condition, the draft that it comes from, and the codes that its entries became."""

    draft: Draft
    question: Question
    codes: list[tuple[Entry, str]] = field(default_factory=list)


class Builder:
    """Makes questions one after another."""

    def __init__(self, ledger: Ledger, scales: Scales, numbered: Collection[str] = ()) -> None:
        self._ledger = ledger
        self._scales = scales
        self._codes = Codes(ledger, numbered)

    def make(self, draft: Draft, section: int) -> Iterator[Made]:
        """Make the question of a draft; of a matrix with several answers a row, one for each row."""
        shape = shape_of(draft, self._ledger)
        if shape.kind == "none":
            self._ledger.refuse("kind_unknown", draft.head, kind=draft.marks.nearest_of)
            return
        if draft.marks.nearest_of is not None:
            self._ledger.changed(f"replaced_by_{shape.kind}", draft.head, wanted=draft.marks.nearest_of)
        if shape.kind == "matrix_multiple":
            yield from self._one_for_each_row(draft, shape, section)
            return
        wanted, line = draft.marks.code, draft.head
        if shape.kind == "statement" and (draft.label is None or draft.lines.is_statement):
            code = self._codes.statement(wanted, line)
        else:
            code = self._codes.question(draft.label, wanted, line, section)
        made = self._made(draft, shape, code)
        self._ledger.mark(line, Understood.QUESTION, code)
        self._mark_entries(draft, shape, code)
        yield made

    def _mark_entries(self, draft: Draft, shape: Shape, code: str) -> None:
        for entries, understood in (
            (shape.options, Understood.OPTION),
            (shape.rows, Understood.ROW),
            (shape.grades, Understood.SCALE),
        ):
            for entry in entries:
                if entry.line is not draft.head:
                    self._ledger.mark(entry.line, understood, code)

    def _made(self, draft: Draft, shape: Shape, code: str) -> Made:
        common: dict[str, Anything] = {
            "code": code,
            "text": draft.text,
            "help": draft.help,
            "required": bool(draft.marks.required) and shape.kind != "statement",
        }
        match shape.kind:
            case "single" | "multiple" | "ranking":
                return self._choice(draft, shape, common)
            case "scale":
                scale, codes = self._scale(draft, shape, shape.grades)
                return Made(draft, ScaleQuestion(**common, scale=scale), codes)
            case "matrix":
                scale, codes = self._scale(draft, shape, shape.grades)
                items = tuple(self._rows(draft, shape.rows, code))
                if not items:
                    self._ledger.refuse("matrix_without_rows", draft.head)
                return Made(draft, Matrix(**common, scale=scale, items=items), codes)
        return Made(draft, self._plain(draft, shape.kind, common))

    def _plain(self, draft: Draft, kind: str, common: dict[str, Anything]) -> Question:
        """Make a question that has neither options nor rows."""
        marks = draft.marks
        match kind:
            case "nps":
                return Nps(**common, low=draft.low, high=draft.high)
            case "number":
                unit = draft.unit or (Text(marks.unit) if marks.unit else draft.unit)
                low, high = marks.low, marks.high
                if draft.stem.most is not None and low is None and high is None:
                    low, high = 0, draft.stem.most
                return Number(**common, minimum=low, maximum=high, decimals=marks.decimals or 0, unit=unit)
            case "date":
                return DateQuestion(**common, earliest=_day(marks.first_day), latest=_day(marks.last_day))
            case "long_text":
                return LongText(**common, max_length=marks.length or LONG_TEXT_LIMIT)
            case "short_text":
                return ShortText(**common, max_length=marks.length or SHORT_TEXT_LIMIT)
        return Statement(**common)

    # --- choices -----------------------------------------------------------------------------------

    def _choice(self, draft: Draft, shape: Shape, common: dict[str, Anything]) -> Made:
        marks, kind = draft.marks, shape.kind
        codes = self._option_codes(shape.options)
        options = tuple(self._option(entry, code, kind) for entry, code in zip(shape.options, codes, strict=True))
        for option in options:
            if option.specify:
                self._codes.take(specify_code(common["code"], option.code))
        if not options:
            self._ledger.refuse("choice_without_options", draft.head)
        pairs = list(zip(shape.options, codes, strict=True))
        if kind == "ranking":
            top = marks.top or marks.most or len(options)
            return Made(draft, Ranking(**common, options=options, top=top), pairs)
        is_random = bool(marks.random)
        if kind == "single":
            return Made(draft, SingleChoice(**common, options=options, random_order=is_random), pairs)
        most = None if marks.unlimited else marks.most
        question = MultipleChoice(
            **common, options=options, min_choices=marks.least or 0, max_choices=most, random_order=is_random
        )
        return Made(draft, question, pairs)

    def _option(self, entry: Entry, code: str, kind: str) -> Option:
        exclusive = entry.marks.exclusive
        if exclusive and kind != "multiple":
            self._ledger.refuse("exclusive_not_multiple", entry.line, option=entry.words)
        if exclusive is None and kind == "multiple" and entry.is_exclusive:
            self._ledger.changed("made_exclusive", entry.line, option=entry.words)
            exclusive = True
        return Option(code, entry.text, bool(exclusive) and kind == "multiple", entry.specify)

    def _option_codes(self, entries: Sequence[Entry]) -> list[str]:
        """Return a code for each option: the one that is written, or its place."""
        taken = {entry.marks.code for entry in entries if entry.marks.code is not None}
        seen: set[str] = set()
        codes: list[str] = []
        for index, entry in enumerate(entries, start=1):
            code = entry.marks.code or str(index)
            if (entry.marks.code is None and code in taken) or code in seen or len(code) > 32:
                code = next(str(number) for number in range(index, 100_000) if not {str(number)} & (taken | seen))
                if entry.marks.code is not None:
                    self._ledger.changed("renamed", entry.line, old=entry.marks.code, new=code)
            seen.add(code)
            codes.append(code)
        return codes

    # --- scales ------------------------------------------------------------------------------------

    def _scale(self, draft: Draft, shape: Shape, grades: Sequence[Entry]) -> tuple[str, list[tuple[Entry, str]]]:
        """Return the code of a question's scale, and the grade that each of its entries is."""
        if shape.scale is not None and not grades:
            return self._scales.named(shape.scale, draft.head), []
        line = grades[0].line if grades else draft.head
        if not grades:
            self._ledger.refuse("matrix_without_scale", line)
        code, is_turned = self._scales.of_entries(grades, line)
        scale = self._scales.get(code)
        ordered = list(scale.by_code) if scale is not None else []
        pairs = zip(grades, reversed(ordered) if is_turned else ordered, strict=False)
        return code, list(pairs)

    def _rows(self, draft: Draft, rows: Sequence[Entry], code: str) -> Iterator[Item]:
        span = span_of(draft.label)
        for index, row in enumerate(rows, start=1):
            written = row.marks.code
            if written is None and row.label is not None and row.label.sign in _CODED:
                written = row.label.name
            if written is None and len(span) == len(rows):
                written = span[index - 1]
            given = (
                self._codes.free(f"{code[:34]}_{index}")
                if written is None
                else self._codes.written(written, row.line)
            )
            yield Item(given, row.text, row.marks.when)

    def _one_for_each_row(self, draft: Draft, shape: Shape, section: int) -> Iterator[Made]:
        """Make a multiple choice of each row, as our matrices take one answer a row."""
        first = self._codes.question(draft.label, draft.marks.code, draft.head, section)
        self._ledger.changed("matrix_split", draft.head, rows=len(shape.rows))
        self._ledger.mark(draft.head, Understood.QUESTION, first)
        self._mark_entries(draft, shape, first)
        for index, row in enumerate(shape.rows, start=1):
            text = Text(_in_row(draft.text.zh, row.text.zh), _in_row(draft.text.en, row.text.en))
            common = {"code": self._codes.free(f"{first[:34]}_{index}"), "text": text, "help": draft.help}
            common["required"] = bool(draft.marks.required)
            yield self._choice(draft, Shape("multiple", shape.grades), common)


def _in_row(stem: str, row: str) -> str:
    """Return the words of a question that asks of one row what the matrix asked of all."""
    if not stem or not row:
        return stem or row
    return f"{stem}（{row}）" if CHINESE.search(stem) else f"{stem} ({row})"


def _day(written: str | None) -> str | None:
    match = _DAY.match(written) if written is not None else None
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match is not None else written
