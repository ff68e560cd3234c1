"""Relevance of LimeSurvey means the same here: rules against a small calculator that follows LimeSurvey's rules.

Without an answer a field is "". A name without `.NAOK` makes all false while its question is not asked. Texts in
quotation marks are compared letter by letter, and a number with nothing not at all.
"""

from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from survey_app.interchange import limesurvey
from survey_app.interchange.expressions.limesurvey import parse
from survey_app.interchange.expressions.tree import Both, Call, Compare, Either, Literal, Negation, Node, Ref
from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.path import path
from tests.support.limesurvey import Ask, Group, lss

_NUMBERS = [("1", "一"), ("2", "二"), ("3", "三")]
_PARTS = [("a", "甲"), ("b", "乙"), ("c", "丙")]
_BEFORE = (
    Ask("L", "Q1", answers=[("A1", "知道"), ("A2", "不知道")]),
    Ask("M", "Q2", parts=_PARTS),
    Ask("F", "Q3", parts=_PARTS[:1], answers=_NUMBERS),
    Ask("N", "Q4", attributes={"num_value_int_only": "1"}),
    Ask("S", "Q6"),
    Ask("S", "Q10", data={"relevance": 'Q1.NAOK == "A1"'}),
)
_VALUES: dict[str, list[str]] = {
    "Q1": ["", "A1", "A2"],
    "Q2_a": ["", "Y"],
    "Q2_b": ["", "Y"],
    "Q2_c": ["", "Y"],
    "Q3_a": ["", "1", "2", "3"],
    "Q4": ["", "0", "1", "5", "12"],
    "Q6": ["", "x", "5"],
    "Q10": ["", "x"],
}
_LITERALS = ['"A1"', "'A2'", '"Y"', '""', '"x"', "0", "1", "2", "5", '"2"', "-1", "12"]
_names = st.sampled_from(list(_VALUES)).flatmap(
    lambda name: st.sampled_from([name, f"{name}.NAOK", f"{name}.NAOK"])
)
_comparisons = st.builds(
    lambda left, operator, right, is_turned: (
        f"{right} {operator} {left}" if is_turned else f"{left} {operator} {right}"
    ),
    _names,
    st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "eq", "ne", "gt", "le"]),
    st.sampled_from(_LITERALS),
    st.booleans(),
)
_filled = st.builds("{}is_empty({})".format, st.sampled_from(["", "!"]), _names)
_counted = st.builds(
    "count(Q2_a.NAOK, Q2_{}.NAOK) {} {}".format,
    st.sampled_from("bc"),
    st.sampled_from(["==", "!=", ">", ">=", "<"]),
    st.sampled_from("012"),
)
_expressions = st.recursive(
    st.one_of(_comparisons, _comparisons, _filled, _counted),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("!({})".format, inner),
    ),
    max_leaves=4,
)


@dataclass(frozen=True)
class _Calculator:
    """Evaluates expressions over values of fields; those that are not asked are missing."""

    values: dict[str, str]

    def holds(self, text: str) -> bool:
        node = parse(text)
        return not self._asks_what_is_not_asked(node) and bool(self._value(node))

    def _asks_what_is_not_asked(self, node: Node) -> bool:
        match node:
            case Ref(name, suffix):
                return suffix != "NAOK" and name not in self.values
            case Compare(_, left, right):
                return self._asks_what_is_not_asked(left) or self._asks_what_is_not_asked(right)
            case Both(parts) | Either(parts) | Call(_, parts):
                return any(map(self._asks_what_is_not_asked, parts))
            case Negation(inner):
                return self._asks_what_is_not_asked(inner)
        return False

    def _value(self, node: Node) -> Any:
        match node:
            case Literal(text):
                return text
            case Ref(name):
                return self.values.get(name, "")
            case Both(parts):
                return all(self._value(part) for part in parts)
            case Either(parts):
                return any(self._value(part) for part in parts)
            case Negation(inner):
                return not self._value(inner)
            case Call("is_empty", (inner,)):
                return self._value(inner) == ""
            case Call("count", parts):
                return str(sum(self._value(part) != "" for part in parts))
            case Compare(operator, left, right):
                quoted = any(isinstance(side, Literal) and side.is_quoted for side in (left, right))
                return _compare(operator, self._value(left), self._value(right), is_quoted=quoted)
        raise AssertionError(node)


def _compare(operator: str, one: str, other: str, *, is_quoted: bool) -> bool:
    numeric = [_is_number(each) for each in (one, other)]
    if operator in {"=", "!="}:
        same = float(one) == float(other) if all(numeric) else one == other
        return same is (operator == "=")
    textual = [each in {"", "0"} or not is_number for each, is_number in zip((one, other), numeric, strict=True)]
    if all(numeric) and not is_quoted:
        first, second = float(one), float(other)
        return {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[operator]
    if not (all(textual) or all(numeric)):
        return False
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]


def _is_number(text: str) -> bool:
    return text.lstrip("-").isdecimal()


def _form(expression: str) -> Questionnaire:
    asked = (*_BEFORE, Ask("S", "Z", data={"relevance": expression}), Ask("S", "After"))
    form = limesurvey.read(lss(Group("组", asked))).questionnaire
    assert form is not None
    return form


def _answers(values: dict[str, str]) -> dict[str, Any]:
    """The same as answers of ours."""
    chosen = [part for part in "abc" if values[f"Q2_{part}"]]
    answers: dict[str, Any] = {name: values[name] for name in ("Q1", "Q6", "Q10") if values.get(name)}
    answers |= {"Q2": chosen} if chosen else {}
    answers |= {"Q3_a": values["Q3_a"]} if values["Q3_a"] else {}
    return answers | ({"Q4": int(values["Q4"])} if values["Q4"] else {})


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(_expressions, st.fixed_dictionaries({name: st.sampled_from(each) for name, each in _VALUES.items()}))
def test_what_is_taken_over_means_the_same(expression: str, values: dict[str, str]) -> None:
    form = _form(expression)
    assume("Z" in form.question_by_code)
    if values["Q1"] != "A1":
        del values["Q10"]
    asked = {question.code for question in path(form, _answers(values)).questions}
    assert ("Z" in asked) is _Calculator(values).holds(expression)
