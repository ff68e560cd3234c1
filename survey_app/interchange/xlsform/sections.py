"""Groups of an XLSForm → sections with questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from survey_app.interchange.scope import Answers, CannotSay, Known
from survey_app.interchange.xlsform import marks
from survey_app.interchange.xlsform.codes import LONGEST, Codes
from survey_app.interchange.xlsform.conditions import read_rule
from survey_app.interchange.xlsform.context import Context
from survey_app.interchange.xlsform.questions import question_of, statement
from survey_app.interchange.xlsform.tables import matrix_of
from survey_app.interchange.xlsform.tree import Group, Line
from survey_app.interchange.xlsform.types import Type
from survey_app.questionnaire.definition import (
    SPECIFY_LIMIT,
    MultipleChoice,
    Question,
    Ranking,
    Section,
    SingleChoice,
    specify_code,
)
from survey_app.questionnaire.rules import All, Is, Rule
from survey_app.questionnaire.text import EMPTY, Text

_HEADING = (marks.NOTICE, marks.CONSENT, marks.CLOSING, marks.DESCRIPTION)


@dataclass(slots=True)
class _Page:
    """A section in the making."""

    code: str
    title: Text = EMPTY
    intro: Text = EMPTY
    shown_if: Rule | None = None
    questions: list[Question] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def add(self, question: Question) -> None:
        """Put one more question on the page."""
        self.places[question.code] = len(self.questions)
        self.questions.append(question)


class Sections:
    """Goes through the tree once, in order, and collects the sections."""

    def __init__(self, context: Context) -> None:
        self.found: list[Section] = []
        self.heading: dict[str, Text] = {}
        self.title = ""
        self.form_id = ""
        self._context = context
        self._codes = Codes()
        self._names: list[str] = []

    def read(self, root: Group) -> None:
        """Take in everything on the survey sheet."""
        self._names = [child.name for child in root.children if isinstance(child, Group)]
        self._top(root.children, None)

    def _top(self, children: Sequence[Line | Group], condition: Rule | None) -> None:
        """Groups become sections; what stands between them becomes sections without a name."""
        loose: list[Line | Group] = []
        for child in children:
            if isinstance(child, Group) and not child.is_repeat and not _is_table(child):
                self._loose(loose, condition)
                loose = []
                self._section(child, condition)
            elif not isinstance(child, Line) or not self._heading_line(child):
                loose.append(child)
        self._loose(loose, condition)

    def _heading_line(self, line: Line) -> bool:
        """Take in a row that is a text of the questionnaire itself, or a setting; tell whether it was one."""
        if line.name in _HEADING and line.type.type in {Type.NOTE, Type.ACKNOWLEDGE}:
            self.heading[line.name] = self._context.texts.read(line.row, "label")
            return True
        if line.type.type is Type.SETTING:
            if "title" in line.row.get("type").casefold():
                self.title = line.name
            else:
                self.form_id = line.name
            return True
        return False

    def _loose(self, children: list[Line | Group], condition: Rule | None) -> None:
        if not children:
            return
        page = _Page("", shown_if=condition)
        self._fill(page, children, None)
        if page.questions:
            taken = {name.casefold() for name in self._names}
            number = len(self.found) + 1
            while f"section{number}" in taken:
                number += 1
            page.code = self._codes.make(f"section{number}", "section")
            self._close(page)

    def _section(self, group: Group, condition: Rule | None) -> None:
        context = self._context
        rule = _both(condition, context.rule(group.row))
        context.scope.drop(group.name)
        groups = [child for child in group.children if isinstance(child, Group) and not child.is_repeat]
        if groups and len(groups) == len(group.children) and not any(map(_is_table, groups)):
            context.report.changed("group_unwrapped", group.row.place("type"), name=group.name)
            self._top(group.children, rule)
            return
        context.appearance(group.row, "field-list")
        code = context.code(group.row, self._codes, "section")
        page = _Page(code, context.texts.read(group.row, "label"), shown_if=rule)
        children = list(group.children)
        first = children[0] if children else None
        if isinstance(first, Line) and first.name == marks.intro_name(group.name) and first.type.type is Type.NOTE:
            page.intro = context.texts.read(first.row, "label")
            children = children[1:]
        else:
            page.intro = context.texts.read(group.row, "hint")
        self._fill(page, children, None)
        if page.questions or context.as_written:
            self._close(page)
        else:
            context.report.dropped("group_empty", group.row.place("type"), name=group.name)

    def _close(self, page: _Page) -> None:
        self.found.append(Section(page.code, page.title, tuple(page.questions), page.intro, page.shown_if))

    def _fill(self, page: _Page, children: Sequence[Line | Group], condition: Rule | None) -> None:
        """Put the questions of a group on a page, each under the condition of the groups around it."""
        for child in children:
            if isinstance(child, Line):
                self._line(page, child, condition)
            elif child.is_repeat:
                self._repeat(child)
            else:
                self._inner(page, child, _both(condition, self._context.rule(child.row)))

    def _line(self, page: _Page, line: Line, condition: Rule | None) -> None:
        if self._heading_line(line):
            return
        if line.type.type is Type.TEXT and self._is_specify(page, line):
            return
        question = question_of(line, _both(condition, self._context.rule(line.row)), self._context)
        if question is not None:
            page.add(question)

    def _repeat(self, group: Group) -> None:
        names = [line.name for line in group.lines() if line.name]
        for name in group.names():
            self._context.scope.drop(name)
        self._context.scope.drop(group.name)
        self._context.report.dropped(
            "repeat", group.row.place("type"), name=group.name, count=len(names), names="、".join(names[:12])
        )

    def _inner(self, page: _Page, group: Group, rule: Rule | None) -> None:
        """A table becomes a matrix; of any other group inside a section only its questions stay, and its label."""
        context = self._context
        matrix = matrix_of(group, rule, context)
        if matrix is not None:
            page.add(matrix)
            return
        context.report.changed("group_flattened", group.row.place("type"), name=group.name)
        context.appearance(group.row, "field-list", "table-list")
        context.scope.drop(group.name)
        if context.texts.peek(group.row, "label"):
            page.add(statement(group.row, rule, context))
        self._fill(page, group.children, rule)

    def _is_specify(self, page: _Page, line: Line) -> bool:
        """Tell whether a text row is the words behind an option ("other"), and if so make it that."""
        context = self._context
        try:
            rule = read_rule(line.row.get("relevant"), context.scope)
        except CannotSay:
            return False
        if not isinstance(rule, Is) or (place := page.places.get(rule.question)) is None:
            return False
        question = page.questions[place]
        if not isinstance(question, SingleChoice | MultipleChoice | Ranking):
            return False
        name, _ = context.scope.by_code()[question.code]
        code = specify_code(question.code, rule.value)
        option = next(each for each in question.options if each.code == rule.value)
        # A question that could not have its code as its name keeps the code in the names of what belongs to it.
        is_named_so = line.name.startswith((f"{name}_", f"{question.code}_"))
        if not is_named_so or option.specify or code in context.codes or len(code) > LONGEST:
            return False
        options = (replace(each, specify=each.specify or each is option) for each in question.options)
        page.questions[place] = replace(question, options=tuple(options))
        context.codes.take(code)
        context.scope.add(line.name, Known(code, Answers.TEXT))
        self._report_specify(line, question.code, code)
        return True

    def _report_specify(self, line: Line, question: str, code: str) -> None:
        context = self._context
        if context.as_written:
            return
        limits = context.limits(line.row, "most_characters")
        wanted = limits.most_characters
        context.report.changed(
            "specify_merged", line.row.place("type"), name=line.name, question=question, code=code,
            most=SPECIFY_LIMIT if wanted is None else min(wanted, SPECIFY_LIMIT),
        )  # fmt: skip


def _is_table(group: Group) -> bool:
    """Tell whether a group is laid out as a table."""
    rows = (child for child in group.children if isinstance(child, Line))
    return "table-list" in group.row.get("appearance").casefold().split() or any(
        "list-nolabel" in row.row.get("appearance").casefold().split() for row in rows
    )


def _both(one: Rule | None, other: Rule | None) -> Rule | None:
    """Return the rule that asks for both."""
    if one is None or other is None:
        return one if other is None else other
    return All((*_parts(one), *_parts(other)))


def _parts(rule: Rule) -> Iterator[Rule]:
    if isinstance(rule, All) and rule.rules:
        yield from rule.rules
    else:
        yield rule
