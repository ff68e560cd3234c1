"""What the reader of an .lss file knows while it goes down the groups, and what every kind of question has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.interchange.findings import Place
from survey_app.interchange.known_scales import shipped_scale
from survey_app.interchange.limesurvey.conditions import old_expression, read_rule
from survey_app.interchange.limesurvey.names import Names
from survey_app.interchange.limesurvey.structure import Group, Part, Question
from survey_app.interchange.limesurvey.texts import Texts
from survey_app.interchange.scope import CannotSay, both, checked
from survey_app.interchange.xlsform.codes import LONGEST, Codes
from survey_app.interchange.xlsform.report import Report
from survey_app.questionnaire.definition import Grade, Option, Scale
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import Text

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer or option. `name` is what expressions call it."""

    name: str
    code: str
    text: Text
    exclusive: bool = False
    specify: bool = False

    @property
    def option(self) -> Option:
        """The option that it is."""
        return Option(self.code, self.text, self.exclusive, self.specify)


class Context:
    """One file being read."""

    def __init__(self, texts: Texts, names: Names, report: Report) -> None:
        self.texts = texts
        self.names = names
        self.report = report
        self.codes = Codes()
        self.scales: dict[str, Scale] = {}
        self.unlimited: list[Place] = []
        self.looks: dict[str, Place] = {}
        self._scale_codes = Codes()
        self._group = ""

    # --- places ------------------------------------------------------------------------------------

    def enter(self, group: Group) -> None:
        """Go to a group; places below it begin with its name."""
        name = next(iter(group.names.values()), "") or group.data.get("gid", "")
        self._group = " ".join(name.split())[:_SHOWN]

    def place(self, question: Question | None = None, part: str = "") -> Place:
        """Return where something stands: group / question / part of it."""
        steps = [self._group, *([question.code or question.qid] if question is not None else []), part]
        return Place(path=" / ".join(step[:_SHOWN] for step in steps if step) or None)

    # --- what every question has -------------------------------------------------------------------

    def code(self, question: Question, wanted: str = "", *, stem: str = "Q", longest: int = LONGEST) -> str:
        """Return the code for a question or a field of it, made from its name; a changed one is reported."""
        name = wanted or question.code
        code = self.codes.make(name, stem, longest)
        if not name:
            self.report.changed("name_made", self.place(question), new=code)
        elif code != name:
            self.report.changed("renamed", self.place(question), old=name[:80], new=code)
        return code

    def title(self, question: Question) -> Text:
        """Return a question's words, or its name where it has none."""
        text = self.texts.read(question.words, self.place(question))
        if text:
            return text
        self.report.changed("no_label", self.place(question), name=question.code[:80] or "?")
        return self.texts.named(question.code)

    def common(self, question: Question, rule: Rule | None, *, longest: int = LONGEST) -> dict[str, Any]:
        """Return what every kind of question has."""
        return {
            "code": self.code(question, longest=longest),
            "text": self.title(question),
            "help": self.texts.read(question.helps, self.place(question)),
            "required": self.is_required(question),
            "shown_if": rule,
        }

    def is_required(self, question: Question) -> bool:
        """Tell whether an answer is needed; where LimeSurvey only asks again, it is not."""
        written = question.data.get("mandatory", "").strip().upper()
        if written == "S":
            self.report.changed("soft_mandatory", self.place(question), name=question.code[:80])
        return written == "Y"

    def label(self, question: Question, part: Part) -> Text:
        """Return the words of a part of a question, or its name."""
        return self.texts.read(part.words, self.place(question, part.code)) or self.texts.named(part.code)

    def joined(self, one: Rule | None, other: Rule | None) -> Rule | None:
        """Return the rule that asks for both. Raises `CannotSay` where that is too long."""
        rule = both(one, other)
        return rule if rule is None else checked(rule)

    def relevance(self, question: Question) -> Rule | None:
        """Return when a question is asked. Raises `CannotSay`."""
        written = question.relevance
        if not written and question.conditions:
            written = old_expression(question.conditions)
        return self.rule(written)

    def rule(self, written: str) -> Rule | None:
        """Return the rule that an expression stands for; None for none. Raises `CannotSay` with the expression."""
        if not written:
            return None
        try:
            return read_rule(written, self.names)
        except CannotSay as reason:
            raise CannotSay(reason.kind, **{**reason.params, "expression": written[:200]}) from reason

    # --- findings ----------------------------------------------------------------------------------

    def drop(self, question: Question, kind: str, /, **params: object) -> None:
        """Report a question that is not taken over."""
        self.names.drop(question.code)
        name = question.code[:80] or question.qid[:20] or "?"
        self.report.dropped(kind, self.place(question), **{"name": name, **params})

    def lost(self, question: Question, attribute: str) -> None:
        """Report a setting that changes what is asked, and that we do not have."""
        place = self.place(question)
        self.report.dropped("property_dropped", place, property=attribute[:80], name=question.code[:80] or "?")

    # --- scales ------------------------------------------------------------------------------------

    def scale_of(self, question: Question, choices: Sequence[Choice]) -> tuple[str, dict[str, str]]:
        """Return the code of the scale that answers are, and its codes by the file's names for them."""
        known = shipped_scale([each.text for each in choices])
        if known is not None:
            if [each.code for each in choices] != [grade.code for grade in known.grades]:
                self.tell_scale(question, known)
            names = {each.name: grade.code for each, grade in zip(choices, known.grades, strict=True)}
            return self._take(known), names
        grades = tuple(Grade(each.code, each.text, None) for each in choices)
        for code, scale in self.scales.items():
            if scale.grades == grades:
                return code, {each.name: each.code for each in choices}
        self.report.changed("scale_without_marks", self.place(question), name=question.code[:80])
        code = self._take(Scale(f"{question.code[:33]}_scale", Text(), grades))
        return code, {each.name: each.code for each in choices}

    def tell_scale(self, question: Question, scale: Scale) -> None:
        """Report that answers are taken for a scale, whose codes and words they get."""
        params = {"name": question.code[:80], "scale": scale.name.zh, "code": scale.code}
        self.report.changed("scale_recognised", self.place(question), **params)

    def _take(self, scale: Scale) -> str:
        for code, known in self.scales.items():
            if known.grades == scale.grades and known.name == scale.name:
                return code
        code = self._scale_codes.make(scale.code, "scale")
        self.scales[code] = Scale(code, scale.name, scale.grades)
        return code
