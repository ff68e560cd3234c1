"""What the reader of a SurveyJS file knows while it goes down the pages, and what every kind of element has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from survey_app.interchange.findings import Place
from survey_app.interchange.scope import Answers, CannotSay, Scope, both, checked
from survey_app.interchange.surveyjs.conditions import read_rule, write_rule
from survey_app.interchange.surveyjs.marks import RULE, Marks
from survey_app.interchange.surveyjs.nodes import Node
from survey_app.interchange.surveyjs.texts import Texts
from survey_app.interchange.xlsform.codes import LONGEST, Codes
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire import codec
from survey_app.questionnaire.codec import MalformedDefinition
from survey_app.questionnaire.definition import CODE, Scale
from survey_app.questionnaire.rules import Rule, comparisons
from survey_app.questionnaire.text import EN, ZH, Text

_MATTERS = {
    "bindings", "calculatedValues", "clearIfInvisible", "completedBeforeHtml", "completedHtmlOnCondition",
    "correctAnswer", "defaultDisplayValue", "defaultValue", "defaultValueExpression", "defaultRowValue",
    "maskSettings", "maskType", "maxTimeToFinish", "navigateToUrl", "navigateToUrlOnCondition", "questionOrder",
    "questionsOrder", "randomize", "readOnly", "requiredIf", "resetValueIf", "setValueExpression", "setValueIf",
    "showSelectAllItem", "hasSelectAll", "timeLimit", "timeLimitPerPage", "triggers", "validators", "valueName",
    "rowOrder", "rowsOrder", "eachRowUnique", "cells", "cellType", "minValueExpression", "maxValueExpression",
}  # fmt: skip
"""Properties that change what is asked or stored; all others change only how it looks."""


class Context:
    """One file being read. `marks` is what we have said in it ourselves, if it is one of ours."""

    def __init__(self, texts: Texts, marks: Marks, names: Counter[str], report: Report) -> None:
        self.texts = texts
        self.marks = marks
        self.report = report
        self.as_written = marks.is_ours
        self.names = names
        self.scope = Scope(names.elements())
        self.codes = Codes()
        self.scales: dict[str, Scale] = {}
        self.unlimited_texts: list[Node] = []
        self._scale_codes = Codes()
        self._fields: dict[str, tuple[str, Answers]] = {}
        self._ignored: dict[str, list[str]] = {}

    # --- names -------------------------------------------------------------------------------------

    def name_of(self, node: Node) -> str:
        """Return how a finding calls an element."""
        return node.name("name")[:80] or node.string("type")[:80] or "?"

    def code(self, node: Node, stem: str = "Q", *, codes: Codes | None = None, longest: int = LONGEST) -> str:
        """Return the code for an element, made from its name; a name that cannot be one is reported."""
        codes = self.codes if codes is None else codes
        name = node.name("name")
        if self.as_written and CODE.match(name) and name not in codes:
            codes.take(name)
            return name
        code = codes.make(name, stem, longest)
        if not name:
            self.report.changed("name_made", node.place(), new=code)
        elif code != name:
            self.report.changed("renamed", node.place("name"), old=name[:80], new=code)
        return code

    def title(self, node: Node, *names: str) -> Text:
        """Return an element's title, or its name where it has none."""
        text = self.texts.read(node, *(names or ("title",)))
        if text or self.as_written:
            return text
        if node.has("title") or not node.name("name"):
            self.report.changed("no_label", node.place("title"), name=self.name_of(node))
        return self.texts.named(node.name("name"))

    def common(self, node: Node, rule: Rule | None, *, longest: int = LONGEST) -> dict[str, Any]:
        """Return what every kind of question has."""
        return {
            "code": self.code(node, longest=longest),
            "text": self.title(node),
            "help": self.texts.read(node, "description"),
            "required": node.flag("isRequired"),
            "shown_if": rule,
        }

    def spoken(self, text: Text) -> Text:
        """Return words that SurveyJS has by itself, in the languages that the file has."""
        locales = self.texts.locales
        return Text(text.zh if ZH in locales else "", text.en if EN in locales else "")

    def answers(self, code: str) -> Answers:
        """Return what the field with our `code` is answered with."""
        return self._fields[code][1]

    # --- conditions --------------------------------------------------------------------------------

    def field(self, name: str, code: str, answers: Answers) -> None:
        """Note a field for expressions that we write."""
        self._fields[code] = (name, answers)

    def condition(self, node: Node, own: Mapping[str, Any]) -> Rule | None:
        """Return the rule under which an element is asked. Raises `CannotSay` with what cannot be said.

        What is asked but cannot be answered is, for us, not asked: `enableIf` counts as `visibleIf`.
        """
        shown = self._rule(node, "visibleIf", own)
        if node.string("enableIf").strip():
            self.report.changed("enable_as_shown", node.place("enableIf"), name=self.name_of(node))
            shown = both(shown, self._rule(node, "enableIf", {}))
        if shown is None and not node.flag("visible", default=True):
            raise CannotSay("hidden", path=node.place("visible").path, expression="")
        node.mark("visible")
        return shown

    def _rule(self, node: Node, name: str, own: Mapping[str, Any]) -> Rule | None:
        written = node.string(name)
        if not written.strip():
            return None
        if (ours := self._own_rule(own.get(RULE), written)) is not None:
            return ours
        try:
            return read_rule(written, self.scope)
        except CannotSay as reason:
            params = {**reason.params, "path": node.place(name).path, "expression": written[:200]}
            raise CannotSay(reason.kind, **params) from reason

    def _own_rule(self, data: object, written: str) -> Rule | None:
        """Return the rule in our own object, if it still says what the expression says."""
        if data is None:
            return None
        try:
            rule = codec.decode_rule(data)
        except MalformedDefinition:
            return None
        if any(each.question not in self._fields for each in comparisons(rule)):
            return None
        return rule if write_rule(rule, self._fields) == written else None

    def joined(self, node: Node, one: Rule | None, other: Rule | None) -> Rule | None:
        """Return the rule that asks for both. Raises `CannotSay` where that is too long."""
        rule = both(one, other)
        try:
            return rule if rule is None else checked(rule)
        except CannotSay as reason:
            raise CannotSay(reason.kind, **reason.params, path=node.path, expression="") from reason

    # --- findings ----------------------------------------------------------------------------------

    def leave_out(self, node: Node, kind: str, place: Place, /, **params: object) -> None:
        """Report an element that is not taken over."""
        self.scope.drop(node.name("name"))
        self.report.dropped(kind, place, **{"name": self.name_of(node), **params})

    def ignore(self, node: Node) -> None:
        """Report what of an element has not been read: one by one what matters, and the looks all together."""
        for name in node.unread():
            if name in _MATTERS:
                self.report.dropped(
                    "property_dropped", node.place(name), property=name[:80], name=self.name_of(node)
                )
            else:
                self._ignored.setdefault(name, []).append(node.path)

    def report_ignored(self) -> None:
        """Report each property that means nothing to us, once."""
        for name, paths in self._ignored.items():
            self.report.dropped(
                "property_ignored", Place(path=f"{paths[0]}.{name}"), property=name[:80], count=len(paths)
            )

    def tell_scale(self, node: Node, scale: Scale) -> None:
        """Report that the options of a question were taken for a scale, whose words and codes they get."""
        self.report.changed(
            "scale_recognised", node.place(), name=self.name_of(node), scale=scale.name.zh, code=scale.code
        )

    # --- scales ------------------------------------------------------------------------------------

    def scale_code(self, scale: Scale, place: Place) -> str:
        """Return the code of a scale, which becomes one of the questionnaire's."""
        alike = [
            code
            for code, known in self.scales.items()
            if known.grades == scale.grades and (known.name == scale.name or code == scale.code)
        ]
        if alike:
            return scale.code if scale.code in alike else alike[0]
        code = self._scale_codes.make(scale.code, "scale")
        if code != scale.code:
            self.report.changed("scale_renamed", place, old=scale.code[:80], new=code)
        self.scales[code] = Scale(code, scale.name, scale.grades)
        return code

    def keep_scale(self, scale: Scale) -> None:
        """Take in a scale that stands in our own object."""
        self._scale_codes.take(scale.code)
        self.scales[scale.code] = scale
