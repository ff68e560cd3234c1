"""One reader for the expressions of three programs: the same tree for the same meaning, and the same limits."""

from collections.abc import Callable

import pytest

from survey_app.interchange.expressions import limesurvey, surveyjs, xlsform
from survey_app.interchange.expressions.reading import MAX_DEPTH, MAX_LENGTH
from survey_app.interchange.expressions.tree import (
    Both,
    Compare,
    Either,
    Literal,
    Negation,
    Node,
    NotCertain,
    NotUnderstood,
    Ref,
)

_PARSERS: dict[str, tuple[Callable[[str], Node], str]] = {
    "limesurvey": (limesurvey.parse, "q"),
    "surveyjs": (surveyjs.parse, "{q}"),
    "xlsform": (xlsform.parse, "${q}"),
}


def _is(value: int) -> Node:
    return Compare("=", Ref("q"), Literal(str(value), value))


@pytest.mark.parametrize("name", _PARSERS)
def test_and_binds_before_or_and_brackets_before_both(name: str) -> None:
    parse, ref = _PARSERS[name]
    sign = "==" if name == "limesurvey" else "="
    one, two, three = (f"{ref} {sign} {value}" for value in (1, 2, 3))
    assert parse(f"{one} or {two} and {three}") == Either((_is(1), Both((_is(2), _is(3)))))
    assert parse(f"({one} or {two}) and {three}") == Both((Either((_is(1), _is(2))), _is(3)))
    assert parse(f"{ref} >= -2.5") == Compare(">=", Ref("q"), Literal("-2.5", -2.5))


@pytest.mark.parametrize("name", _PARSERS)
def test_what_is_too_deep_too_long_or_unfinished_is_not_understood(name: str) -> None:
    parse, ref = _PARSERS[name]
    most = "(" * (MAX_DEPTH - 1) + ref + ")" * (MAX_DEPTH - 1)
    assert parse(most) == Ref("q")
    for wrong in (f"({most})", f"{ref} " * MAX_LENGTH, "", "(", f"{ref} =", f"{ref} and", f"({ref}", f"{ref} + 1"):
        with pytest.raises(NotUnderstood):
            parse(wrong)


@pytest.mark.parametrize("name", _PARSERS)
def test_what_is_not_understood_is_shown_from_there_on(name: str) -> None:
    parse, ref = _PARSERS[name]
    with pytest.raises(NotUnderstood, match=r"^~ 1$"):
        parse(f"{ref} > 0 and ~ 1")


@pytest.mark.parametrize("name", _PARSERS)
def test_a_number_of_thousands_of_digits_is_no_number_that_counts(name: str) -> None:
    parse, ref = _PARSERS[name]
    sign = "==" if name == "limesurvey" else "="
    try:
        node = parse(f"{ref} {sign} {'1' * 7_000}")
    except NotUnderstood:
        return
    assert isinstance(node, Compare)
    assert isinstance(node.right, Literal)
    assert node.right.value == float("inf")


def test_each_format_has_its_own_words() -> None:
    assert limesurvey.parse("!(q.NAOK eq 1)") == Negation(Compare("=", Ref("q", "NAOK"), Literal("1", 1)))
    assert surveyjs.parse("{q} NotContains 'a'") == Compare("notcontains", Ref("q"), Literal("a", "a"))
    assert xlsform.parse("/data/q = “a”") == Compare("=", Ref("q"), Literal("a", "a"))
    with pytest.raises(NotCertain):
        surveyjs.parse("!{q} = 1")
    with pytest.raises(NotUnderstood):
        limesurvey.parse("q = 1")
