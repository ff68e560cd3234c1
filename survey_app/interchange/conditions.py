"""Conditions as people write them ↔ rules: "W01=1,3", "第3题选择不满意或非常不满意时显示".

What `write_condition` writes reads back as the same rule. Reading goes from left to right once; whatever is not
understood to its end is refused with the reason, as half a condition would show questions to the wrong people.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from survey_app.interchange.comparisons import read_comparison
from survey_app.interchange.condition_values import NotUnderstood, Scanner
from survey_app.interchange.condition_words import (
    CONNECTED_AND,
    CONNECTED_OR,
    GROUP_AND,
    GROUP_NOT,
    GROUP_OR,
    LEAD,
    LEADS_ON,
    OUTCOME,
)
from survey_app.interchange.references import References
from survey_app.questionnaire.definition import CODE, OPTION_CODE
from survey_app.questionnaire.rules import (
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

__all__ = ["Condition", "NotUnderstood", "negated", "read_condition", "read_with_rest", "write_condition"]

_LONGEST = 2_000
_DEEPEST = 18
"""Levels of nesting; the codec takes 20, and a section's own condition may come on top."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule, and what was taken for what in it: pairs (written, understood) where that is not the same.

    `found` are the codes of questions that were found by their answers, as none was named, and that do not stand
    just before.
    """

    rule: Rule
    guesses: tuple[tuple[str, str], ...] = ()
    found: tuple[str, ...] = ()


def read_condition(text: str, references: References) -> Condition:
    """Read a condition. Raises `NotUnderstood`."""
    return _read(text, references, leads_on=False)[0]


def read_with_rest(text: str, references: References) -> tuple[Condition, str]:
    """Read a condition, and return it with what is asked under it: 若选“否”，请说明原因 → 请说明原因.

    Raises `NotUnderstood`.
    """
    return _read(text, references, leads_on=True)


def _read(text: str, references: References, *, leads_on: bool) -> tuple[Condition, str]:
    if len(text) > _LONGEST:
        raise NotUnderstood("condition_too_long", most=_LONGEST)
    scanner = Scanner(text, references)
    rule = _any_of(scanner, 0)
    rest = ""
    outcome = OUTCOME.match(scanner.normal, scanner.position)
    if outcome is not None:
        if outcome["hidden"]:
            rule = negated(rule, references.always)
    elif leads_on and (leads := scanner.takes(LEADS_ON)):
        rest = scanner.remainder()
        if leads["hidden"]:
            rule = negated(rule, references.always)
    else:
        raise NotUnderstood("condition_rest", rest=scanner.rest())
    return Condition(rule, tuple(scanner.guesses), tuple(dict.fromkeys(scanner.found))), rest


def negated(rule: Rule, always: Container[str] = ()) -> Rule:
    """Return the rule that holds where the other does not.

    `always` are the questions that have an answer in every ballot: of those, "is not" says the same, and reads
    better.
    """
    match rule:
        case Not(inner):
            return inner
        case Is(question, value) if question in always:
            return IsNot(question, value)
        case IsNot(question, value) if question in always:
            return Is(question, value)
    return Not(rule)


def _any_of(scanner: Scanner, depth: int) -> Rule:
    parts = [_all_of(scanner, depth)]
    while scanner.takes(CONNECTED_OR):
        parts.append(_all_of(scanner, depth))
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _all_of(scanner: Scanner, depth: int) -> Rule:
    parts = [_one(scanner, depth)]
    while (start := scanner.position) is not None and (word := scanner.takes(CONNECTED_AND)):
        # A comma may also part the condition from what follows it.
        if word[0].strip() == "," and not scanner.is_at_condition():
            scanner.position = start
            break
        parts.append(_one(scanner, depth))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _one(scanner: Scanner, depth: int) -> Rule:
    if depth > _DEEPEST:
        raise NotUnderstood("condition_too_deep", most=_DEEPEST)
    scanner.takes(LEAD)
    if scanner.takes(GROUP_NOT):
        return Not(_closed(scanner, _any_of(scanner, depth + 1)))
    if scanner.takes(GROUP_AND):
        return All(_listed(scanner, depth + 1))
    if scanner.takes(GROUP_OR):
        return Any(_listed(scanner, depth + 1))
    if scanner.takes_sign("("):
        return _closed(scanner, _any_of(scanner, depth + 1))
    return read_comparison(scanner)


def _listed(scanner: Scanner, depth: int) -> tuple[Rule, ...]:
    """Read what stands between brackets: nothing, or one part."""
    if scanner.takes_sign(")"):
        return ()
    return (_closed(scanner, _any_of(scanner, depth)),)


def _closed(scanner: Scanner, rule: Rule) -> Rule:
    if not scanner.takes_sign(")"):
        raise NotUnderstood("condition_bracket")
    return rule


# --- out -------------------------------------------------------------------------------------------


def write_condition(rule: Rule) -> str:
    """Return the rule in signs: "W01=1 且 (W29=4,5 或 W30≤6)"."""
    match rule:
        case All(rules):
            return _joined(rules, "且")
        case Any(rules):
            return _joined(rules, "或")
        case Not(inner):
            return f"非({write_condition(inner)})"
        case _:
            return _written(rule)


def _joined(rules: tuple[Rule, ...], word: str) -> str:
    if len(rules) < 2:
        return f"{word}({''.join(write_condition(each) for each in rules)})"
    parts = (
        f"({write_condition(each)})"
        if isinstance(each, All | Any) and len(each.rules) > 1
        else write_condition(each)
        for each in rules
    )
    return f" {word} ".join(parts)


def _written(comparison: Comparison) -> str:
    code = comparison.question if CODE.match(comparison.question) else f"“{comparison.question}”"
    match comparison:
        case Is(_, value):
            return f"{code}={_value(value)}"
        case IsNot(_, value):
            return f"{code}≠{_value(value)}"
        case AnyOf(_, values) if len(values) > 1:
            return f"{code}={','.join(map(_value, values))}"
        case AnyOf(_, values):
            return f"{code} 属于 {','.join(map(_value, values))}"
        case AtLeast(_, value):
            return f"{code}≥{plain_number(value)}"
        case AtMost(_, value):
            return f"{code}≤{plain_number(value)}"
        case Answered():
            return f"{code} 已答"


def _value(value: str) -> str:
    return value if OPTION_CODE.match(value) else f"“{value}”"
