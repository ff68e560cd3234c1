"""Shown-if rules as people build them: groups of conditions, each a question, a test and answers to choose.

A rule goes into form fields and comes back. What nobody touched comes back exactly as it was, however it was
written; `rule_of` of an untouched tree gives the original rule.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, takewhile
from typing import TypeAlias

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from survey_app.questionnaire.definition import (
    Field,
    Matrix,
    Nps,
    Number,
    Questionnaire,
    fields_of,
    options_of,
    scale_of,
)
from survey_app.questionnaire.rules import (
    LARGEST,
    All,
    Answered,
    Any,
    AnyOf,
    AtLeast,
    AtMost,
    Comparison,
    Is,
    IsNot,
    Not,
    Rule,
    plain_number,
)
from survey_app.questionnaire.text import UNPRINTABLE
from survey_app.web import context, formats
from survey_app.web.rule_words import question_numbers

DEEPEST = 20
"""How deep groups may be nested, as in files."""
DEEPEST_BUILT = 5
"""How deep the buttons nest them: deeper, nobody follows any more."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. `test` is a key of `TESTS`; with `not_` before it, the comparison is turned round."""

    question: str
    test: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions. `mode` is a key of `MODES`."""

    mode: str = "all"
    children: tuple[Node, ...] = ()


Node: TypeAlias = Condition | Group
_Change: TypeAlias = Callable[[Node], Node]

MODES: Mapping[str, LazyString] = {
    "all": _l("all of these hold"),
    "any": _l("any of these holds"),
    "not_all": _l("not all of these hold"),
    "not_any": _l("none of these holds"),
}

TESTS: Mapping[str, LazyString] = {
    "is": _l("has the answer"),
    "is_not": _l("was answered otherwise than"),
    "any_of": _l("has one of these answers"),
    "at_least": _l("is at least"),
    "at_most": _l("is at most"),
    "answered": _l("was answered"),
    "not_is": _l("does not have the answer (or none)"),
    "not_is_not": _l("has the answer, or none at all"),
    "not_any_of": _l("has none of these answers (or no answer)"),
    "not_at_least": _l("is less than (or has no answer)"),
    "not_at_most": _l("is more than (or has no answer)"),
    "not_answered": _l("was not answered"),
}

SHORT = 30
_CODED = ("is", "is_not", "any_of", "not_any_of", "answered", "not_answered")
_NUMBERS = ("at_least", "at_most", "answered", "not_answered")
_FREE = ("answered", "not_answered")
_SEVERAL = {"any_of", "not_any_of"}
_NONE = {"answered", "not_answered"}
_NAMES = ("question", "test", "was", "was_test")
_BOUNDS = {"at_least", "at_most", "not_at_least", "not_at_most"}


@dataclass(frozen=True)
class Candidate:
    """A field that a condition may be about. Its words and answers are made when they are shown, not before."""

    field: Field
    number: int | None
    questionnaire: Questionnaire

    @property
    def code(self) -> str:
        """The code that the condition names."""
        return self.field.code

    @property
    def has_answers(self) -> bool:
        """Whether it is answered by choosing."""
        question = self.field.question
        is_coded = isinstance(question, Nps) or scale_of(question) is not None or bool(options_of(question))
        return self.field.specify is None and is_coded

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests that make sense for it, keys of `TESTS`."""
        if self.field.specify is not None:
            return _FREE
        if isinstance(self.field.question, Number):
            return _NUMBERS
        if isinstance(self.field.question, Nps):
            return (*_NUMBERS, "is", "is_not", "any_of", "not_any_of")
        return _CODED if self.has_answers else _FREE

    @cached_property
    def words(self) -> str:
        """What people call it."""
        label = self.field.label.in_locale(context.locale()) or self.field.code
        short = label if len(label) <= SHORT else f"{label[: SHORT - 1]}…"
        if self.field.specify is not None:
            return _("%(number)s. Words behind “%(option)s”", number=self.number, option=short)
        return f"{self.number}. {short}"

    @cached_property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """The codes and words of its answers."""
        question = self.field.question
        if not self.has_answers:
            return ()
        if isinstance(question, Nps):
            return tuple((str(value), str(value)) for value in range(11))
        scale = self.questionnaire.scale_by_code.get(scale_of(question) or "")
        texts = [(each.code, each.text) for each in (scale.grades if scale is not None else ())]
        texts.extend((each.code, each.text) for each in options_of(question))
        return tuple((code, formats.words(text) or code) for code, text in texts)


class NotANumber(ValueError):
    """A bound was typed that is no number; the argument is what was typed."""


class TooDeep(ValueError):
    """Groups stand inside groups deeper than can be stored."""


def control_of(test: str) -> str:
    """Return how the answers of a test are given: "none", "number", "one" or "several"."""
    if test in _NONE:
        return "none"
    if test in _BOUNDS:
        return "number"
    return "several" if test in _SEVERAL else "one"


# --- rules and trees -------------------------------------------------------------------------------


def tree_of(rule: Rule | None) -> Group:
    """Return a rule as a group of conditions; no rule is an empty group."""
    if rule is None:
        return Group()
    node = _node(rule)
    return node if isinstance(node, Group) else Group("all", (node,))


def rule_of(tree: Group, original: Rule | None) -> Rule | None:
    """Return the rule that the tree says; `original` itself where it says just the same."""
    if _settled(tree) == _settled(tree_of(original)):
        return original
    rules = [rule for child in tree.children if (rule := _rule(child)) is not None]
    if not rules:
        return None
    if len(rules) == 1 and tree.mode in {"all", "any"}:
        return rules[0]
    return _grouped(tree.mode, rules)


def _settled(node: Node) -> Node:
    """Return the node with answers in one order, each once: a form gives them in the order of the options."""
    if isinstance(node, Group):
        return replace(node, children=tuple(map(_settled, node.children)))
    return replace(node, values=tuple(sorted(set(node.values)))) if node.test in _SEVERAL else node


def _node(rule: Rule) -> Node:
    match rule:
        case All(rules):
            return Group("all", tuple(map(_node, rules)))
        case Any(rules):
            return Group("any", tuple(map(_node, rules)))
        case Not(inner):
            return _turned(_node(inner))
        case Is(question, value):
            return Condition(question, "is", (value,))
        case IsNot(question, value):
            return Condition(question, "is_not", (value,))
        case AnyOf(question, values):
            return Condition(question, "any_of", values)
        case AtLeast(question, number):
            return Condition(question, "at_least", (plain_number(number),))
        case AtMost(question, number):
            return Condition(question, "at_most", (plain_number(number),))
        case Answered(question):
            return Condition(question, "answered")


def _turned(node: Node) -> Node:
    """Return the node turned round; one that is turned round already goes into a group."""
    if isinstance(node, Condition):
        if not node.test.startswith("not_"):
            return replace(node, test=f"not_{node.test}")
        return Group("not_all", (node,))
    if not node.mode.startswith("not_"):
        return replace(node, mode=f"not_{node.mode}")
    return Group("not_all", (node,))


def _rule(node: Node) -> Rule | None:
    if isinstance(node, Group):
        rules = [rule for child in node.children if (rule := _rule(child)) is not None]
        return _grouped(node.mode, rules) if rules else None
    comparison = _comparison(node)
    return Not(comparison) if node.test.startswith("not_") else comparison


def _grouped(mode: str, rules: Sequence[Rule]) -> Rule:
    group = (Any if mode.endswith("any") else All)(tuple(rules))
    return Not(group) if mode.startswith("not_") else group


def _comparison(node: Condition) -> Comparison:
    value = node.values[0] if node.values else ""
    match node.test.removeprefix("not_"):
        case "is":
            return Is(node.question, value)
        case "is_not":
            return IsNot(node.question, value)
        case "any_of":
            return AnyOf(node.question, node.values)
        case "at_least":
            return AtLeast(node.question, _number(value))
        case "at_most":
            return AtMost(node.question, _number(value))
        case _:
            return Answered(node.question)


def _number(value: str) -> float:
    try:
        number = float(unicodedata.normalize("NFKC", value or "0"))
    except ValueError as error:
        raise NotANumber(value) from error
    if not -LARGEST <= number <= LARGEST:
        raise NotANumber(value)
    return int(number) if number.is_integer() else number


# --- candidates ------------------------------------------------------------------------------------


def candidates(questionnaire: Questionnaire, before: str = "", section: str = "") -> list[Candidate]:
    """Return the fields asked before the question `before`, or before the section `section`."""
    numbers = question_numbers(questionnaire)
    found: list[Candidate] = []
    for part in questionnaire.sections:
        if part.code == section:
            break
        for question in part.questions:
            if question.code == before:
                return found
            number = numbers.get(question.code)
            found.extend(Candidate(each, number, questionnaire) for each in fields_of(question))
    return found


# --- forms -----------------------------------------------------------------------------------------


def read_tree(form: MultiDict[str, str], known: Sequence[Candidate]) -> Group:
    """Return the tree that a form holds. Conditions about another question than before lose their answers."""
    by_code = {candidate.code: candidate for candidate in known}
    root = _read(form, "rule", by_code, 0)
    return root if isinstance(root, Group) else Group()


def _read(form: MultiDict[str, str], path: str, known: Mapping[str, Candidate], depth: int) -> Node | None:
    if f"{path}-mode" in form and depth <= DEEPEST:
        mode = form[f"{path}-mode"]
        read = (_read(form, child, known, depth + 1) for child in _children(form, path))
        return Group(mode if mode in MODES else "all", tuple(node for node in read if node is not None))
    if f"{path}-question" not in form:
        return None
    question, test, was, was_test = (_plain(form.get(f"{path}-{name}", "")) for name in _NAMES)
    values = tuple(map(_plain, form.getlist(f"{path}-value")))
    if question == was and test == was_test:
        return Condition(question, test, values if control_of(test) != "none" else ())
    return _changed(Condition(question, test, values), was, known)


def _plain(value: str) -> str:
    return UNPRINTABLE.sub("", value).strip()


def _changed(node: Condition, was: str, known: Mapping[str, Candidate]) -> Condition:
    """Return the condition with a test and answers that go with its question."""
    candidate = known.get(node.question)
    tests = candidate.tests if candidate is not None else tuple(TESTS)
    test = node.test if node.test in tests else tests[0]
    values = node.values if node.question == was else ()
    match control_of(test):
        case "none":
            values = ()
        case "one":
            values = values[:1] or ("",)
        case "number":
            values = values[:1] if control_of(node.test) == "number" and node.question == was else ("0",)
    return Condition(node.question, test, tuple(value for value in values if value or test not in _SEVERAL))


def _children(form: MultiDict[str, str], path: str) -> list[str]:
    return list(takewhile(lambda child: _is_there(form, child), (f"{path}_{number}" for number in count())))


def _is_there(form: MultiDict[str, str], path: str) -> bool:
    return f"{path}-mode" in form or f"{path}-question" in form


def read_rule(form: MultiDict[str, str], original: Rule | None, known: Sequence[Candidate]) -> Rule | None:
    """Return the rule that a form holds; `original` where it has none. Raises `NotANumber` or `TooDeep`."""
    rule = rule_of(read_tree(form, known), original) if "rule-mode" in form else original
    if rule is not None and _depth(rule) > DEEPEST:
        raise TooDeep
    return rule


def _depth(rule: Rule) -> int:
    """Return how many groups stand around the innermost condition."""
    match rule:
        case All(rules) | Any(rules):
            return 1 + max(map(_depth, rules), default=0)
        case Not(inner):
            return 1 + _depth(inner)
    return 0


def new_condition(known: Sequence[Candidate]) -> Condition:
    """Return a condition to fill in: about the nearest question to choose from, with no answer named yet."""
    coded = [candidate for candidate in known if candidate.has_answers]
    chosen = [candidate for candidate in coded if not isinstance(candidate.field.question, Matrix | Nps)]
    for nearest in (chosen or coded)[-1:]:
        return Condition(nearest.code, "any_of")
    return Condition(known[-1].code, "answered") if known else Condition("", "answered")


def changed_tree(tree: Group, deed: str, known: Sequence[Candidate]) -> Group:
    """Return the tree after a button of the builder: `add:rule_0`, `group:rule` or `remove:rule_0_1`."""
    action, __, path = deed.partition(":")
    steps = [int(step) for step in path.split("_")[1:] if step.isdecimal() and len(step) <= 4]
    node = new_condition(known)
    if action == "remove":
        return _without(tree, steps)
    if len(steps) >= DEEPEST_BUILT:
        return tree
    return _with(tree, steps, Group("any", (node,)) if action == "group" else node)


def _with(group: Group, steps: Sequence[int], node: Node) -> Group:
    if not steps:
        return replace(group, children=(*group.children, node))
    return _at(group, steps[0], lambda child: _with(child, steps[1:], node) if isinstance(child, Group) else child)


def _without(group: Group, steps: Sequence[int]) -> Group:
    if len(steps) == 1:
        children = tuple(child for number, child in enumerate(group.children) if number != steps[0])
        return replace(group, children=children)
    if not steps:
        return Group()
    return _at(group, steps[0], lambda child: _without(child, steps[1:]) if isinstance(child, Group) else child)


def _at(group: Group, number: int, change: _Change) -> Group:
    children = tuple(change(child) if place == number else child for place, child in enumerate(group.children))
    return replace(group, children=children)
