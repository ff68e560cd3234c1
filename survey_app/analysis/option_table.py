"""A whole multiple choice against another question: the cross-tabs of its options, and nothing besides.

Who answers stands in several options, so that there is no test of the table as a whole: each option (chosen, not
chosen) has its own, with p adjusted for their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from survey_app.analysis import explore
from survey_app.analysis.crossing import Association
from survey_app.analysis.explore import CrossTab, Topic
from survey_app.analysis.gate import Gated, together
from survey_app.analysis.readings import Entry
from survey_app.analysis.selection import Selection
from survey_app.scoring.adjust import holm

_NOT_CHOSEN, _CHOSEN = ("0",), ("1",)


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option by the answers to the other question, over ballots that answered both.

    `columns` are groups of the other's codes: `chosen` of `bases` chose the option. Empty where withheld.
    `p_adjusted` is Holm's, over the options that are shown.
    """

    name: str
    columns: tuple[tuple[str, ...], ...] = ()
    chosen: tuple[int, ...] = ()
    bases: tuple[int, ...] = ()
    association: Association | None = None
    p_adjusted: float | None = None

    @property
    def is_withheld(self) -> bool:
        """Whether nothing of it is shown."""
        return not self.columns


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTable:
    """All options of the multiple choice `question` by the answers to `other`."""

    selection: Selection
    question: str
    other: str
    lines: tuple[OptionLine, ...]

    @property
    def shown(self) -> tuple[OptionLine, ...]:
        """The options that are not withheld."""
        return tuple(line for line in self.lines if not line.is_withheld)


def options_of(entries: Sequence[Entry]) -> Mapping[str, tuple[Entry, ...]]:
    """Return the options of each multiple choice, by the code of the question."""
    codes = dict.fromkeys(entry.question for entry in entries if entry.is_option)
    return {code: tuple(each for each in entries if each.question == code) for code in codes}


def option_table(topic: Topic, selection: Selection, question: str, other: str) -> Gated[OptionTable]:
    """Return a whole multiple choice against another question: what `explore.cross` shows of each option.

    Raises as `explore.cross` does, `NoSuchQuestion` also where the question is no multiple choice.
    """
    options = options_of(topic.entries)
    if question not in options:
        raise explore.NoSuchQuestion(question)
    tables = together(explore.cross(topic, selection, each.name, other) for each in options[question])
    return tables.map(partial(_joined, selection, question, other))


def _joined(selection: Selection, question: str, other: str, tables: Sequence[CrossTab]) -> OptionTable:
    lines = [_line(table) for table in tables]
    tested = [place for place, line in enumerate(lines) if line.association is not None]
    raw = [test.test.p_value for line in lines if (test := line.association) is not None]
    for place, adjusted in zip(tested, holm(raw).tolist(), strict=True):
        lines[place] = replace(lines[place], p_adjusted=adjusted)
    return OptionTable(selection=selection, question=question, other=other, lines=tuple(lines))


def _line(table: CrossTab) -> OptionLine:
    """Return an option; withheld where its cross-tab is, or does not tell those apart who chose it."""
    found = table.found
    if found is None or set(table.rows) != {_NOT_CHOSEN, _CHOSEN}:
        return OptionLine(table.row)
    return OptionLine(
        name=table.row,
        columns=table.columns,
        chosen=found.cells[table.rows.index(_CHOSEN)],
        bases=found.columns,
        association=found.association,
    )
