"""Pages and panels of SurveyJS → sections with questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from survey_app.interchange.findings import Place
from survey_app.interchange.scope import Answers, CannotSay, Known
from survey_app.interchange.surveyjs import marks
from survey_app.interchange.surveyjs.context import Context
from survey_app.interchange.surveyjs.matrices import matrix_of, texts_of
from survey_app.interchange.surveyjs.nodes import Node
from survey_app.interchange.surveyjs.questions import READERS
from survey_app.interchange.surveyjs.statements import heading_of
from survey_app.interchange.xlsform.codes import LONGEST, Codes
from survey_app.questionnaire.definition import (
    LONG_TEXT_LIMIT,
    LongText,
    MultipleChoice,
    Question,
    Ranking,
    Section,
    SingleChoice,
    Statement,
    specify_code,
)
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import Text

ELEMENTS = ("elements", "questions")
"""What the list of elements is called, now and before."""
_COMMENT = Text("补充说明", "Comment")
_NOT_OURS = {
    "expression": "calculation",
    "image": "image_element",
    "imagemap": "type_unsupported",
    "signaturepad": "type_unsupported",
    "file": "type_unsupported",
    "empty": "type_unsupported",
    "paneldynamic": "repeat",
    "matrixdynamic": "repeat",
    "matrixdropdown": "matrix_of_fields",
}
"""Types that become nothing here, and the finding that says so."""
_MOST_NAMES = 12


@dataclass(slots=True)
class _Page:
    """A section in the making."""

    questions: list[Question] = field(default_factory=list)


class Pages:
    """Goes through the pages once, in order, and collects the sections."""

    def __init__(self, context: Context) -> None:
        self.found: list[Section] = []
        self.start: dict[str, Text] = {}
        self._context = context
        self._codes = Codes()

    def read(self, survey: Node) -> None:
        """Take in all pages, and what stands on none."""
        for value, path in survey.items("pages"):
            if isinstance(value, dict):
                self._page(Node(value, path))
            else:
                self._context.report.dropped("element_broken", Place(path=path))
        loose = survey.first(*ELEMENTS)
        if loose and survey.items(loose):
            self._page(Node({"name": "page1", loose: survey.data[loose]}, survey.path))

    def _page(self, node: Node) -> None:
        context = self._context
        if context.as_written and node.name("name") == marks.START:
            self._start(node)
            return
        try:
            rule = context.condition(node, context.marks.of_section(node.name("name")))
        except CannotSay as reason:
            self._leave_out(node, reason)
            return
        page = _Page()
        code = context.code(node, "page", codes=self._codes)
        title, intro = context.texts.read(node, "title"), context.texts.read(node, "description")
        self._fill(page, node, None)
        context.ignore(node)
        if page.questions or context.as_written:
            self.found.append(Section(code, title, tuple(page.questions), intro, rule))
        elif node.items(*ELEMENTS):
            context.report.dropped("page_empty", node.place(), name=context.name_of(node))

    def _start(self, node: Node) -> None:
        """Take in the page with the notice and the consent that we have written ourselves."""
        for each in node.nodes(*ELEMENTS):
            if each.name("name") == marks.NOTICE:
                self.start[marks.NOTICE] = self._context.texts.read(each, "html")
            elif choices := each.nodes("choices"):
                self.start[marks.CONSENT] = self._context.texts.read(choices[0], "text")

    def _fill(self, page: _Page, parent: Node, condition: Rule | None) -> None:
        """Put the elements of a page or panel on a page, each under the condition of the panels around it."""
        for value, path in parent.items(*ELEMENTS):
            if not isinstance(value, dict):
                self._context.report.dropped("element_broken", Place(path=path))
                continue
            node = Node(value, path)
            try:
                self._element(page, node, condition)
            except CannotSay as reason:
                self._leave_out(node, reason)

    def _element(self, page: _Page, node: Node, condition: Rule | None) -> None:
        context = self._context
        own = context.marks.of_question(node.name("name"))
        if context.as_written and self._is_specify(page, node, own.get(marks.SPECIFY_OF)):
            return
        rule = context.joined(node, condition, context.condition(node, own))
        kind = node.string("type")
        if kind == "panel":
            self._panel(page, node, rule)
            return
        questions = self._questions(kind, node, rule)
        if not questions:
            return
        page.questions.extend(questions)
        page.questions.extend(self._comment(node, questions[0], rule))
        context.ignore(node)

    def _questions(self, kind: str, node: Node, rule: Rule | None) -> list[Question]:
        if kind == "multipletext":
            return texts_of(node, rule, self._context)
        reader = matrix_of if kind == "matrix" else READERS.get(kind)
        if reader is None:
            self._leave_out_type(kind, node)
            return []
        question = reader(node, rule, self._context)
        return [question] if question is not None else []

    def _panel(self, page: _Page, node: Node, rule: Rule | None) -> None:
        """Of a panel only its questions stay, and its title as words to read."""
        context = self._context
        context.report.changed("panel_flattened", node.place(), name=context.name_of(node))
        context.scope.drop(node.name("name"))
        heading = heading_of(node, rule, context)
        if heading is not None:
            page.questions.append(heading)
        if node.flag("isRequired"):
            context.report.dropped(
                "property_dropped", node.place("isRequired"), property="isRequired", name=context.name_of(node)
            )
        self._fill(page, node, rule)
        context.ignore(node)

    def _comment(self, node: Node, question: Question, rule: Rule | None) -> Iterator[Question]:
        """Yield the field for a comment that a question may have below it."""
        context = self._context
        if not node.flag("showCommentArea", "hasComment") or isinstance(question, Statement | LongText):
            return
        code = context.codes.make(f"{question.code[: LONGEST - 8]}_comment", "Q")
        text = context.texts.read(node, "commentText") or context.spoken(_COMMENT)
        context.report.changed("comment_split", node.place(), name=context.name_of(node), code=code)
        context.scope.add(f"{node.name('name')}-Comment", Known(code, Answers.TEXT, asked=rule))
        yield LongText(code=code, text=text, shown_if=rule, max_length=LONG_TEXT_LIMIT)

    def _is_specify(self, page: _Page, node: Node, place: object) -> bool:
        """Tell whether a text is what we wrote for an option's "please say", and if so make it that again."""
        if not isinstance(place, list) or len(place) != 2:
            return False
        context = self._context
        for index, question in enumerate(page.questions):
            if not isinstance(question, SingleChoice | MultipleChoice | Ranking) or question.code != place[0]:
                continue
            code = specify_code(question.code, str(place[1]))
            if code != node.name("name") or code in context.codes:
                return False
            options = (replace(each, specify=each.specify or each.code == place[1]) for each in question.options)
            page.questions[index] = replace(question, options=tuple(options))
            context.codes.take(code)
            context.scope.add(code, Known(code, Answers.TEXT))
            context.field(code, code, Answers.TEXT)
            return True
        return False

    # --- what is left out --------------------------------------------------------------------------

    def _leave_out(self, node: Node, reason: CannotSay) -> None:
        """Report a page, panel or question that nobody can be asked, as we cannot say whom to ask."""
        context = self._context
        names = list(_names_in(node))
        for name in names:
            context.scope.drop(name)
        params = {**reason.params, "name": _listed(names) or context.name_of(node)}
        path = params.pop("path", node.path)
        context.report.dropped(reason.kind, Place(path=str(path)), **params)

    def _leave_out_type(self, kind: str, node: Node) -> None:
        context = self._context
        inner = [*_names_in(Node({"elements": node.data.get("templateElements")}, node.path))]
        inner += [each.name("name") for each in node.nodes("columns")]
        for name in _names_in(node):
            context.scope.drop(name)
        context.leave_out(
            node, _NOT_OURS.get(kind, "type_unknown"), node.place("type"), type=kind[:40] or "?",
            names=_listed(inner) or "–", count=len(inner),
        )  # fmt: skip


def _names_in(node: Node) -> Iterator[str]:
    """Yield the name of an element, if it is a question, and those of all inside it."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        inner = [*each.nodes("elements"), *each.nodes("questions")]
        if not inner and (name := each.name("name")):
            yield name
        waiting.extend(reversed(inner))


def _listed(names: list[str]) -> str:
    shown = "、".join(name[:80] for name in names[:_MOST_NAMES])
    return f"{shown}…" if len(names) > _MOST_NAMES else shown
