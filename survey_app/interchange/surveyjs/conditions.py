"""`visibleIf` in SurveyJS ↔ our shown-if rules.

Only what means exactly the same is taken over. Two traps: in SurveyJS `{q} <> 'a'` holds when the question has no
answer, which for us is `Not(Is)`, and `=` between one answer of several and one value never holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey_app.interchange.expressions.surveyjs import parse
from survey_app.interchange.expressions.tree import (
    Both,
    Call,
    Compare,
    Either,
    IsEmpty,
    IsFilled,
    Literal,
    Negation,
    Node,
    NotCertain,
    NotUnderstood,
    Ref,
    Several,
)
from survey_app.interchange.rule_writing import LISTED, RuleWriter
from survey_app.interchange.scope import (
    Answers,
    CannotSay,
    Known,
    Scope,
    checked,
    graded,
    is_day,
    joined,
    number_in,
    number_rule,
    one_of,
    option,
)
from survey_app.interchange.surveyjs.nodes import scalar
from survey_app.questionnaire.rules import (
    All,
    Answered,
    Any,
    AnyOf,
    Is,
    IsNot,
    Not,
    Rule,
    plain_number,
)

_SWAPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CHOSEN = {Answers.ONE, Answers.SEVERAL, Answers.RANKED}


def read_rule(text: str, scope: Scope) -> Rule:
    """Return the rule that an expression stands for. Raises `CannotSay`."""
    try:
        return checked(_rule(parse(text), scope))
    except NotCertain as error:
        raise CannotSay("rule_not_certain") from error
    except NotUnderstood as error:
        raise CannotSay("rule_not_understood", part=str(error)[:40]) from error


def _rule(node: Node, scope: Scope) -> Rule:
    match node:
        case Both(parts):
            rules = tuple(joined(parts, [_rule(part, scope) for part in parts], _denies))
            return rules[0] if len(rules) == 1 else All(rules)
        case Either(parts):
            return Any(tuple(_rule(part, scope) for part in parts))
        case Negation(inner):
            return Not(_rule(inner, scope))
        case Literal(value=bool() as value):
            return All(()) if value else Any(())
        case IsFilled(Ref(name)):
            return Answered(scope.find(name).code)
        case IsEmpty(Ref(name)):
            return Not(Answered(scope.find(name).code))
        case Ref(name):
            return _true(scope.find(name))
        case Compare("contains", Several() as left, Ref(name) as right) if scope.find(name).answers is Answers.ONE:
            return _compared("anyof", right, left, scope)
        case Compare(operator, (Literal() | Several()) as left, Ref() as right) if operator in _SWAPPED:
            return _compared(_SWAPPED[operator], right, left, scope)
        case Compare(operator, Ref() as left, (Literal() | Several()) as right):
            return _compared(operator, left, right, scope)
    return _refused(node)


def _refused(node: Node) -> Rule:
    """Say why a part has no equivalent."""
    parts = (node.left, node.right) if isinstance(node, Compare) else (getattr(node, "operand", node),)
    for part in parts:
        if isinstance(part, Call):
            raise CannotSay("rule_function", function=part.function[:40])
    if sum(isinstance(part, Ref) for part in parts) == 2:
        raise CannotSay("rule_two_answers")
    raise CannotSay("rule_comparison")


def _denies(node: Node, rule: Rule) -> IsNot | None:
    match node, rule:
        case Compare("!=" | "notcontains"), Not(Is(question, value)):
            return IsNot(question, value)
    return None


def _true(known: Known) -> Rule:
    if known.yes is None:
        raise CannotSay("rule_comparison")
    return Is(known.code, known.yes)


def _compared(operator: str, left: Ref, right: Literal | Several, scope: Scope) -> Rule:
    known = scope.find(left.name)
    match operator:
        case "!=":
            return Not(_compared("=", left, right, scope))
        case "notcontains":
            return Not(_compared("contains", left, right, scope))
        case "noneof":
            return Not(_compared("anyof", left, right, scope))
        case "anyof":
            return _any_of(known, left.name, _texts(right))
        case "allof":
            return _all_of(known, left.name, _texts(right))
        case "contains":
            return _contains(known, left.name, right)
    if isinstance(right, Several):
        return _exactly(operator, known, left.name, _texts(right))
    if right.value is None or right.value == "":
        if operator != "=":
            raise CannotSay("rule_comparison")
        return Not(Answered(known.code))
    # Names that are no numbers are compared with a text in quotation marks letter by letter.
    is_by_letter = isinstance(right.value, str) and any(number_in(given) is None for given in known.options)
    if is_by_letter and operator != "=":
        raise CannotSay("rule_comparison")
    return _compared_answer(operator, known, left.name, scalar(right.value) or "")


def _texts(right: Literal | Several) -> list[str]:
    literals = right.values if isinstance(right, Several) else (right,)
    values = [scalar(each.value) for each in literals]
    if not values or None in values:
        raise CannotSay("rule_comparison")
    return [each for each in values if each is not None]


def _compared_answer(operator: str, known: Known, name: str, value: str) -> Rule:
    number = number_in(value)
    match known.answers:
        case Answers.NUMBER if number is not None:
            return number_rule(operator, known, name, number)
        case Answers.ONE if operator == "=":
            return Is(known.code, option(known, name, value))
        case Answers.ONE if number is not None:
            return _graded(operator, known, number)
        case Answers.TEXT if operator == "=":
            return Is(known.code, _same_in_any_case(value))
        case Answers.DAY if operator == "=" and is_day(value):
            return Is(known.code, value)
        case Answers.SEVERAL | Answers.RANKED if operator == "=":
            raise CannotSay("rule_never")
    raise CannotSay("rule_comparison")


def _same_in_any_case(text: str) -> str:
    """SurveyJS takes "Yes" and "yes" for the same, and does not see blanks around; our rules tell them apart."""
    if text != text.strip() or text.swapcase() != text:
        raise CannotSay("rule_case", text=text[:40])
    return text


def _graded(operator: str, known: Known, bound: float) -> Rule:
    values = graded(operator, known, bound)
    if not values:
        raise CannotSay("rule_never")
    return one_of(known.code, values)


def _any_of(known: Known, name: str, texts: Sequence[str]) -> Rule:
    if known.answers is Answers.NUMBER:
        numbers = [number_in(text) for text in texts]
        if None in numbers:
            raise CannotSay("rule_comparison")
        return AnyOf(known.code, tuple(plain_number(number) for number in numbers if number is not None))
    if known.answers is Answers.TEXT:
        return AnyOf(known.code, tuple(map(_same_in_any_case, texts)))
    if known.answers not in _CHOSEN:
        raise CannotSay("rule_comparison")
    return AnyOf(known.code, tuple(option(known, name, text) for text in texts))


def _all_of(known: Known, name: str, texts: Sequence[str]) -> Rule:
    if known.answers not in LISTED:
        raise CannotSay("rule_comparison")
    rules = tuple(Is(known.code, option(known, name, text)) for text in texts)
    return rules[0] if len(rules) == 1 else All(rules)


def _contains(known: Known, name: str, right: Literal | Several) -> Rule:
    if known.answers in LISTED:
        return _all_of(known, name, _texts(right))
    if known.answers is Answers.ONE and known.yes is None and isinstance(right, Literal):
        part = scalar(right.value) or ""
        # One answer contains a text when its name does; older versions tell capitals from small letters.
        exact = tuple(code for given, code in known.options.items() if part in given)
        folded = tuple(code for given, code in known.options.items() if part.casefold() in given.casefold())
        if part and exact and exact == folded:
            return one_of(known.code, exact)
    raise CannotSay("rule_part_of_text")


def _exactly(operator: str, known: Known, name: str, texts: Sequence[str]) -> Rule:
    """Several choices equal to a list: these were chosen, and no others."""
    if known.answers is not Answers.SEVERAL or operator != "=":
        raise CannotSay("rule_comparison")
    wanted = [option(known, name, text) for text in texts]
    others = tuple(each for each in dict.fromkeys(known.options.values()) if each not in wanted)
    rules = tuple(Is(known.code, code) for code in dict.fromkeys(wanted))
    return All((*rules, Not(AnyOf(known.code, others)))) if others else All(rules)


# --- out -------------------------------------------------------------------------------------------


def write_rule(rule: Rule, fields: Mapping[str, tuple[str, Answers]]) -> str:
    """Return a rule as an expression. `fields` gives each field's name in the file and its kind of answer."""
    return _Writer(fields).text(rule)


class _Writer(RuleWriter):
    true, false = "true", "false"
    negation, reference = "!({})", "{{{}}}"
    in_brackets = (All, Any, IsNot, Not)

    def answered(self, question: str) -> str:
        return f"{self.ref(question)} notempty"

    def is_one(self, question: str, value: str) -> str:
        operator = "contains" if self.is_listed(question) else "="
        return f"{self.ref(question)} {operator} {self.value(question, value)}"

    def is_not(self, question: str, value: str) -> str:
        operator = "notcontains" if self.is_listed(question) else "<>"
        return f"{self.ref(question)} {operator} {self.value(question, value)}"

    def any_of(self, question: str, values: tuple[str, ...]) -> str:
        listed = ", ".join(self.value(question, value) for value in values)
        return f"{self.ref(question)} anyof [{listed}]"

    def quoted(self, value: str) -> str:
        return "'" + value.replace("'", "\\'") + "'"
