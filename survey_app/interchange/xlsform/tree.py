"""The rows of the survey sheet as a tree: questions, and groups around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from survey_app.interchange.findings import Place
from survey_app.interchange.xlsform.marks import is_yes
from survey_app.interchange.xlsform.report import Report
from survey_app.interchange.xlsform.sheets import Row, Table, row_list
from survey_app.interchange.xlsform.types import RowType, Type, read_type


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is a question, a note or a setting."""

    row: Row
    type: RowType

    @property
    def name(self) -> str:
        """The name that the file gives it."""
        return self.row.get("name")


@dataclass(slots=True)
class Group:
    """What stands between the begin and the end of a group or a repeat."""

    row: Row
    is_repeat: bool
    children: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name that the file gives it."""
        return self.row.get("name")

    def lines(self) -> Iterator[Line]:
        """Yield all rows inside, those of inner groups too."""
        for child in self.children:
            if isinstance(child, Group):
                yield from child.lines()
            else:
                yield child

    def names(self) -> Iterator[str]:
        """Yield the names of everything inside."""
        for child in self.children:
            yield child.name
            if isinstance(child, Group):
                yield from child.names()


Node: TypeAlias = Line | Group
MAX_GROUPS_INSIDE = 30
"""Most groups inside one another."""


def read_tree(table: Table, report: Report) -> Group:
    """Return everything on the survey sheet, in a group of its own that is not in the file.

    Ends that are missing, or too many, are errors.
    """
    root = Group(Row(table.title, 0, {}), is_repeat=False)
    open_groups = [root]
    untyped: list[int] = []
    for row in table.rows:
        if is_yes(row.get("disabled")):
            report.dropped("row_disabled", row.place("disabled"))
            continue
        if not row.get("type"):
            untyped.append(row.number)
            continue
        row_type = read_type(row.get("type"))
        if row_type.type in {Type.BEGIN_GROUP, Type.BEGIN_REPEAT}:
            group = Group(row, is_repeat=row_type.type is Type.BEGIN_REPEAT)
            if len(open_groups) > MAX_GROUPS_INSIDE:
                report.error("groups_too_deep", row.place("type"), most=MAX_GROUPS_INSIDE)
                return root
            open_groups[-1].children.append(group)
            open_groups.append(group)
        elif row_type.type in {Type.END_GROUP, Type.END_REPEAT}:
            if len(open_groups) == 1 or open_groups[-1].is_repeat is not (row_type.type is Type.END_REPEAT):
                report.error("end_without_begin", row.place("type"), type=row.get("type"))
                return root
            open_groups.pop()
        else:
            open_groups[-1].children.append(Line(row, row_type))
    if untyped:
        report.dropped("row_without_type", Place(table.title, untyped[0], "type"), rows=row_list(untyped))
    for group in open_groups[1:]:
        report.error("begin_without_end", group.row.place("type"), name=group.name)
    return root
