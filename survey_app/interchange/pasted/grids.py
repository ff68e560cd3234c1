"""Tables pasted from Word or Excel: a header with the grades, and a row for each thing that is graded."""

from __future__ import annotations

import re

from survey_app.interchange.pasted.grades import ladder_on, listed_grades
from survey_app.interchange.pasted.letters import HALF_WIDTH

TICK = re.compile(r"[□☐○◯〇●√✓_＿\s()（）\[\]0-9.、]{0,12}\Z")
"""What stands in a cell that is no wording: a box to tick, a blank, the number of the row."""
_NUMBERS = re.compile("序号|编号|序|No[.]?", re.IGNORECASE)
_LONGEST = 600


def cells_of(text: str) -> list[str]:
    """Return the cells of a line, without blanks around them."""
    return [cell.strip() for cell in text.split("\t")]


def header_of(text: str) -> tuple[str, list[str]] | None:
    """Return what a header calls its rows, and the grades in its other cells; None for other lines.

    A column of numbers may stand first: 序号, 评价项目, 满意, 基本满意, 不满意.
    """
    if "\t" not in text or len(text) > _LONGEST:
        return None
    cells = cells_of(text)
    if listed_grades("/".join(cells)) is not None:
        return "", cells
    for first in (1, 2):
        rest = cells[first:]
        if len(rest) > 1 and (listed_grades("/".join(rest)) is not None or ladder_on(" ".join(rest)) is not None):
            return cells[first - 1], rest
    return None


def unknown_header_of(text: str, *, is_first_empty: bool) -> list[str] | None:
    """Return the grades of a header whose words we do not know as grades; for lines above rows only.

    `is_first_empty` says that the line began with an empty cell, above the rows' words.
    """
    cells = cells_of(text)
    first = 0 if is_first_empty else 2 if len(cells) > 3 and _NUMBERS.fullmatch(cells[0]) else 1
    grades = cells[first:]
    return grades if len(grades) > 1 and all(0 < len(cell) <= 12 for cell in grades) else None


HEADS = re.compile(f"{_NUMBERS.pattern}|.{{0,6}}(?:内容|项目|指标|方面|事项)", re.IGNORECASE)


def with_tabs(text: str) -> str:
    """Return a header whose cells came parted by blanks with tabs between: 序号 评价内容 满意 基本满意 不满意."""
    cells = text.split()
    for first in (1, 2):
        heads, grades = cells[:first], cells[first:]
        is_header = "\t" not in text and 2 < len(grades) <= 8 and all(map(HEADS.fullmatch, heads))
        if is_header and listed_grades("/".join(grades)) is not None:
            return "\t".join(cells)
    return text


def row_of(text: str) -> str | None:
    """Return the wording of a table's row, whose other cells are left for ticks; None for other lines."""
    if "\t" not in text or len(text) > _LONGEST:
        return None
    cells = cells_of(text.translate(HALF_WIDTH))
    named = [place for place, cell in enumerate(cells) if not TICK.match(cell)]
    is_field = len(cells) == 2 and named == [0] and "_" in cells[1].replace("＿", "_")
    if len(named) != 1 or named[0] > 1 or is_field:
        return None
    return cells_of(text)[named[0]]
