"""A table of ballots and a questionnaire -> a plan: cleaned answers row by row, and every problem with its place.

One column per field code (or the field's words in either language), one row per ballot or per `count` identical
ballots. Options stand by code or by label; several are separated by ; ； 、 or |. Answers are cleaned by the same
`questionnaire.answers.clean` as a phone's. Nothing is guessed: what is not understood is a problem of its row.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from survey_app.interchange.ballot_columns import Column, Special, assign
from survey_app.interchange.labels import Labels, normal
from survey_app.interchange.refusals import FileRefused
from survey_app.interchange.safe_files import Formula, Value, column_letter, is_blank
from survey_app.interchange.tables import Row, Table, read_table
from survey_app.questionnaire.answers import AnswerProblem, Cleaned, clean
from survey_app.questionnaire.definition import (
    DateQuestion,
    Field,
    Matrix,
    MultipleChoice,
    Questionnaire,
    Ranking,
    ScaleQuestion,
    SingleChoice,
)
from survey_app.words import Mode

MAX_BALLOTS = 50_000
"""Most ballots that one file may stand for, counts multiplied out."""
_EARLIEST = date(2000, 1, 1)
_SHOWN = 60
_MODE_WORDS: Mapping[str, Mode] = {
    **{mode.value: mode for mode in Mode},
    "网络": Mode.WEB,
    "扫码": Mode.WEB,
    "平板": Mode.KIOSK,
    "纸质": Mode.PAPER,
    "电话": Mode.PHONE,
    "导入": Mode.IMPORT,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one cell (or row): why the row cannot be taken.

    `row` is as a spreadsheet counts, `letter` and `header` name the column ("" for the row as a whole), `value`
    what stands there, shortened; `kind` and `params` are explained by `ballot_words`.
    """

    kind: str
    row: int
    letter: str = ""
    header: str = ""
    value: str = ""
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ballot:
    """One row that can be taken: `count` identical ballots. `mode` and `day` are None where the file is silent."""

    row: int
    count: int
    mode: Mode | None
    day: date | None
    cleaned: Cleaned


@dataclass(frozen=True, slots=True)
class BallotPlan:
    """What a file holds. `extra` names columns that were not recognised, as (letter, header).

    `blanks` counts, by field code, ballots on which a required question was left blank, where blanks are allowed;
    `left_out` counts, by field code, answers given to questions that the ballot's other answers rule out.
    `row_count` is the number of rows with anything in them.
    """

    ballots: tuple[Ballot, ...]
    problems: tuple[Problem, ...]
    columns: tuple[Column, ...]
    extra: tuple[tuple[str, str], ...]
    row_count: int
    blanks: Mapping[str, int]
    left_out: Mapping[str, int]
    notes: Mapping[str, tuple[str, ...]]

    @property
    def ballot_count(self) -> int:
        """How many ballots would be imported, counts multiplied out."""
        return sum(ballot.count for ballot in self.ballots)

    @property
    def refused_rows(self) -> tuple[int, ...]:
        """The rows that have a problem."""
        return tuple(sorted({problem.row for problem in self.problems}))


def plan_ballots(
    content: bytes, questionnaire: Questionnaire, *, today: date, allow_blanks: bool = False
) -> BallotPlan:
    """Read a file of ballots of `questionnaire`. Raises `FileRefused` where it cannot be read at all.

    `allow_blanks` takes ballots on which a required question was left blank, as happens on paper; the blank is
    then counted as a blank, and the plan says how many there are. `today` bounds the days of the ballots.
    """
    table = read_table(content)
    columns, extra = assign(table.header, questionnaire)
    reader = _Reader(questionnaire, table, columns, today, allow_blanks)
    for row in table.rows[_words_below_header(table, columns) :]:
        reader.read(row)
    if not reader.ballots and not reader.problems:
        raise FileRefused("no_rows", row=table.header_row)
    return BallotPlan(
        ballots=tuple(reader.ballots),
        problems=tuple(reader.problems),
        columns=columns,
        extra=extra,
        row_count=len(reader.ballots) + len({problem.row for problem in reader.problems}),
        blanks=reader.blanks,
        left_out=reader.left_out,
        notes=table.notes,
    )


def _words_below_header(table: Table, columns: Sequence[Column]) -> int:
    """Return 1 where the first row repeats the questions in words, as our own template does, else 0."""
    cells = table.rows[0].cells
    found = [
        (column, cells[column.index])
        for column in columns
        if column.field is not None and column.index < len(cells) and not is_blank(cells[column.index])
    ]
    return int(bool(found) and all(normal(str(value)) in column.words for column, value in found))


class _Reader:
    """Reads row after row; keeps what was found."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        table: Table,
        columns: Sequence[Column],
        today: date,
        allow_blanks: bool,
    ) -> None:
        self.ballots: list[Ballot] = []
        self.problems: list[Problem] = []
        self.blanks: dict[str, int] = {}
        self.left_out: dict[str, int] = {}
        self._questionnaire = questionnaire
        self._width = len(table.header)
        self._columns = columns
        self._by_field = {column.field.code: column for column in columns if column.field is not None}
        self._labels = Labels(questionnaire)
        self._today = today
        self._allow_blanks = allow_blanks
        self._total = 0

    def read(self, row: Row) -> None:
        """Read one row: a ballot, or its problems."""
        found: list[Problem] = []
        raw = self._raw(row, found)
        count, mode, day = self._specials(row, found)
        cleaned = clean(self._questionnaire, raw)
        refused = {problem.letter for problem in found}
        blanks: list[str] = []
        for problem in cleaned.problems:
            if problem.kind == "required" and self._allow_blanks:
                blanks.append(problem.field)
            elif (place := self._place(row, problem)).letter not in refused:
                found.append(place)
        if not found and count == 0:
            return
        if not found and not raw:
            found.append(Problem("empty_ballot", row.number))
        if found:
            self.problems.extend(found)
            return
        self._total += count
        if self._total > MAX_BALLOTS:
            raise FileRefused("too_many_ballots", most=MAX_BALLOTS, row=row.number)
        for code in blanks:
            self.blanks[code] = self.blanks.get(code, 0) + count
        asked = cleaned.path.codes
        for code in raw:
            if code not in asked:
                self.left_out[code] = self.left_out.get(code, 0) + count
        kept = dataclasses.replace(cleaned, problems=())
        self.ballots.append(Ballot(row.number, count, mode, day, kept))

    def _raw(self, row: Row, found: list[Problem]) -> dict[str, list[str]]:
        raw: dict[str, list[str]] = {}
        for column in self._columns:
            value = row.cells[column.index] if column.index < len(row.cells) else None
            if column.field is None or is_blank(value):
                continue
            if isinstance(value, Formula):
                found.append(_problem("formula", row, column, value.text, {"cell": f"{column.letter}{row.number}"}))
                continue
            raw[column.field.code] = _strings(column.field, value, self._labels)
        found.extend(
            Problem("beyond_header", row.number, column_letter(index), "", _shown(row.cells[index]))
            for index in range(self._width, len(row.cells))
            if not is_blank(row.cells[index])
        )
        return raw

    def _specials(self, row: Row, found: list[Problem]) -> tuple[int, Mode | None, date | None]:
        count, mode, day = 1, None, None
        for column in self._columns:
            value = row.cells[column.index] if column.index < len(row.cells) else None
            if column.special is None or (is_blank(value) and column.special is not Special.COUNT):
                continue
            match column.special:
                case Special.COUNT:
                    read = _count(value)
                    if read is None:
                        found.append(_problem("bad_count", row, column, value, {"most": MAX_BALLOTS}))
                    count = 1 if read is None else read
                case Special.MODE:
                    mode = _MODE_WORDS.get(normal(str(value)))
                    if mode is None:
                        found.append(_problem("bad_mode", row, column, value))
                case Special.DATE:
                    day = _day(value)
                    if day is None or not _EARLIEST <= day <= self._today:
                        found.append(_problem("bad_day" if day is None else "day_out_of_range", row, column, value))
        return count, mode, day

    def _place(self, row: Row, problem: AnswerProblem) -> Problem:
        column = self._by_field.get(problem.field)
        if column is None:
            return Problem("no_column", row.number, "", problem.field, "", problem.params)
        value = row.cells[column.index] if column.index < len(row.cells) else None
        if problem.kind != "unknown_option":
            return _problem(problem.kind, row, column, value, problem.params)
        known = "、".join(self._labels.examples(column.field)) if column.field is not None else ""
        return _problem(problem.kind, row, column, value, {**problem.params, "known": known})


def _problem(
    kind: str, row: Row, column: Column, value: Value, params: Mapping[str, object] | None = None
) -> Problem:
    return Problem(kind, row.number, column.letter, column.header, _shown(value), params or {})


def _shown(value: Value) -> str:
    text = "" if value is None else _plain(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _strings(field: Field, value: Value, labels: Labels) -> list[str]:
    """Return a cell as the strings that a form would have sent for the field."""
    text = _plain(value)
    if field.specify is not None:
        return [text]
    match field.question:
        case MultipleChoice() | Ranking():
            return labels.several(field, text)
        case SingleChoice() | ScaleQuestion() | Matrix():
            return [labels.one(field, text)]
        case DateQuestion() if isinstance(value, datetime):
            return [value.date().isoformat()]
        case _:
            return [text]


def _plain(value: Value) -> str:
    """Write a cell's value as people would: 3.0 as 3, midnight left out of a day."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.text if isinstance(value, Formula) else str(value)


def _count(value: Value) -> int | None:
    """Return a whole number, also 0 as in a table with every combination; None for anything else."""
    text = "" if isinstance(value, bool | Formula) or value is None else _plain(value)
    narrow = normal(text).replace(",", "")
    if not re.fullmatch(r"[0-9]{1,6}", narrow) or int(narrow) > MAX_BALLOTS:
        return None
    return int(narrow)


def _day(value: Value) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    match = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", normal(value))
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None
