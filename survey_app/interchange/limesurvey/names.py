"""The fields that an expression may ask about: by the names of questions and their parts, or by numbers (SGQA)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from survey_app.interchange.limesurvey.structure import Group, Question
from survey_app.interchange.scope import CannotSay, Known, Scope
from survey_app.questionnaire.rules import Rule

OTHER = "other"
COMMENT = "comment"


class Names:
    """The fields asked so far. A part of a question is called `question_part`, by its codes."""

    def __init__(self, groups: Iterable[Group], survey: str) -> None:
        questions = [(group, question) for group in groups for question in group.questions]
        self._scope = Scope([question.code for _, question in questions])
        self._questions = {question.code.casefold() for _, question in questions}
        self._by_number: dict[str, str] = {}
        for group, question in questions:
            number = f"{survey}X{group.data.get('gid', '')}X{question.qid}"
            for suffix, name in _fields(question):
                self._by_number[number + suffix] = name

    def add(self, name: str, known: Known) -> None:
        """Take in a field that comes next."""
        self._scope.add(name, known)

    def drop(self, name: str) -> None:
        """Note that this question is not taken over."""
        self._scope.drop(name)

    def find(self, name: str) -> Known:
        """Return the field with this name or number. Raises `CannotSay`."""
        name = self._by_number.get(name, name).replace("#", "_")
        if name in self._scope:
            return self._scope.find(name)
        question, part = name, ""
        while question.casefold() not in self._questions and "_" in question:
            question, _, end = question.rpartition("_")
            part = f"{end}_{part}" if part else end
        if part and question in self._scope:
            raise CannotSay("rule_unknown_option", question=question[:80], option=part[:40])
        return self._scope.find(question if part and question.casefold() in self._questions else name)

    def asked_under(self, question: Question, rule: Rule | None) -> None:
        """Note under which rule the fields of a question are asked, that of its group included."""
        if rule is None:
            return
        for _, name in _fields(question):
            if name in self._scope:
                self._scope.add(name, replace(self._scope.find(name), asked=rule))


def _fields(question: Question) -> Iterator[tuple[str, str]]:
    """Yield what stands behind the number of a question for each of its fields, and the field's name."""
    code = question.code
    yield "", code
    yield OTHER, f"{code}_{OTHER}"
    yield COMMENT, f"{code}_{COMMENT}"
    for part in question.parts:
        yield part.code, f"{code}_{part.code}"
        yield f"{part.code}{COMMENT}", f"{code}_{part.code}{COMMENT}"
        for scale in "01":
            yield f"{part.code}#{scale}", f"{code}_{part.code}_{scale}"
    for place in range(1, len(question.answers) + 1):
        yield str(place), f"{code}_{place}"
