"""The tables of an .lss file → groups with questions, their parts in order, their words by language.

Before version 4 a row holds the words itself, and stands once for each language; since then the words stand in
tables of their own (`question_l10ns`, `answer_l10ns`, `group_l10ns`). Both may be mixed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from survey_app.interchange.limesurvey.loading import Document, Record

Words: TypeAlias = dict[str, str]
"""Text by language."""


@dataclass(slots=True)
class Answer:
    """One answer of a list or an array. `scale` tells the two sides of a dual array apart."""

    code: str
    scale: str
    order: int
    words: Words = field(default_factory=dict)


@dataclass(slots=True)
class Part:
    """A question, or a part of one: an option of a multiple choice, a row of an array."""

    data: Record
    words: Words = field(default_factory=dict)
    helps: Words = field(default_factory=dict)

    @property
    def qid(self) -> str:
        """The number that the database gives it."""
        return self.data.get("qid", "")

    @property
    def code(self) -> str:
        """Its name in expressions."""
        return self.data.get("title", "").strip()

    @property
    def relevance(self) -> str:
        """The expression that says when it is asked; "" for always."""
        written = self.data.get("relevance", "").strip()
        return "" if written == "1" else written

    @property
    def scale(self) -> str:
        """Which axis of an array it belongs to."""
        return self.data.get("scale_id", "").strip() or "0"


@dataclass(slots=True)
class Question(Part):
    """A question with its parts and answers."""

    parts: list[Part] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    attributes: dict[str, Words] = field(default_factory=dict)
    conditions: list[Record] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    @property
    def type(self) -> str:
        """The sign for its type."""
        return self.data.get("type", "").strip()

    def flag(self, name: str) -> bool:
        """Tell whether a column says yes."""
        return self.data.get(name, "").strip().upper() == "Y"

    def take(self, *names: str) -> str:
        """Return the first of these attributes that is set, in no language; they count as understood."""
        self.taken.update(names)
        for name in names:
            words = self.attributes.get(name, {})
            if value := (words.get("") or next(iter(words.values()), "")).strip():
                return value
        return ""

    def take_words(self, name: str) -> Words:
        """Return an attribute by language."""
        self.taken.add(name)
        return self.attributes.get(name, {})


@dataclass(slots=True)
class Group:
    """A group of questions."""

    data: Record
    names: Words = field(default_factory=dict)
    descriptions: Words = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    @property
    def relevance(self) -> str:
        """The expression that says when it is asked; "" for always."""
        written = self.data.get("grelevance", "").strip()
        return "" if written == "1" else written


def read_groups(document: Document) -> list[Group]:
    """Return the groups in order."""
    groups: dict[str, Group] = {}
    for row in document.rows("groups", "group_l10ns"):
        group = groups.setdefault(row.get("gid", ""), Group(row))
        _say(group.names, row, "group_name")
        _say(group.descriptions, row, "description")
    for question in _questions(document):
        gid = question.data.get("gid", "")
        if gid not in groups:
            groups[gid] = Group({"gid": gid})
        groups[gid].questions.append(question)
    for group in groups.values():
        group.questions.sort(key=lambda each: _order(each.data, "question_order"))
    return sorted(groups.values(), key=lambda each: _order(each.data, "group_order"))


def _questions(document: Document) -> Iterator[Question]:
    rows = document.rows("questions", "subquestions")
    main = [row for row in rows if not _parent(row)]
    words: dict[str, list[Record]] = defaultdict(list)
    for row in document.rows("question_l10ns"):
        words[row.get("qid", "")].append(row)
    parts: dict[str, list[Part]] = defaultdict(list)
    for part in _joined((row for row in rows if _parent(row)), words):
        parts[_parent(part.data)].append(part)
    answers = _answers(document)
    attributes = _attributes(document.rows("question_attributes"))
    conditions: dict[str, list[Record]] = defaultdict(list)
    for row in document.rows("conditions"):
        conditions[row.get("qid", "")].append(row)
    for each in _joined(main, words):
        inner = sorted(parts[each.qid], key=lambda part: _order(part.data, "question_order"))
        yield Question(
            each.data,
            each.words,
            each.helps,
            inner,
            answers.get(each.qid, []),
            attributes.get(each.qid, {}),
            conditions[each.qid],
        )


def _parent(row: Record) -> str:
    """Return the number of the question that a row is a part of; "" for a question itself."""
    parent = row.get("parent_qid", "").strip()
    return "" if parent in {"", "0"} else parent


def _joined(rows: Iterable[Record], words: dict[str, list[Record]]) -> list[Part]:
    """Return one part for all rows with the same number, which are its languages."""
    found: dict[str, Part] = {}
    for row in rows:
        qid = row.get("qid", "")
        if qid not in found:
            found[qid] = Part(row)
            for each in words.get(qid, ()):
                _say(found[qid].words, each, "question")
                _say(found[qid].helps, each, "help")
        _say(found[qid].words, row, "question")
        _say(found[qid].helps, row, "help")
    return list(found.values())


def _answers(document: Document) -> dict[str, list[Answer]]:
    """Return the answers of each question, in order."""
    found: dict[str, dict[tuple[str, str], Answer]] = defaultdict(dict)
    by_number: dict[str, Answer] = {}
    for row in document.rows("answers"):
        code, scale = row.get("code", "").strip(), row.get("scale_id", "").strip() or "0"
        listed = found[row.get("qid", "")]
        answer = listed.setdefault((code, scale), Answer(code, scale, _order(row, "sortorder")))
        _say(answer.words, row, "answer")
        if number := row.get("aid", ""):
            by_number[number] = answer
    for row in document.rows("answer_l10ns"):
        if (known := by_number.get(row.get("aid", ""))) is not None:
            _say(known.words, row, "answer")
    return {qid: sorted(listed.values(), key=lambda each: each.order) for qid, listed in found.items()}


def _attributes(rows: list[Record]) -> dict[str, dict[str, Words]]:
    found: dict[str, dict[str, Words]] = defaultdict(dict)
    for row in rows:
        name, value = row.get("attribute", "").strip(), row.get("value", "")
        if name and value.strip():
            found[row.get("qid", "")].setdefault(name, {})[row.get("language", "").strip()] = value
    return found


def _say(words: Words, row: Record, name: str) -> None:
    """Take in the words of a row in its language."""
    text = row.get(name, "")
    if text.strip():
        words.setdefault(row.get("language", "").strip(), text)


def _order(row: Record, name: str) -> int:
    written = row.get(name, "").strip()
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else 0
