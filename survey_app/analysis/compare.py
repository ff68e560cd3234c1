"""Two selections side by side: every question that both have, the difference of its rate, its interval and test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.analysis.explore import Topic, View, view, where_of
from survey_app.analysis.gate import Gated, Where, both
from survey_app.analysis.readings import Entry, Reading
from survey_app.analysis.selection import Selection
from survey_app.questionnaire.definition import Scale
from survey_app.scoring.comparison import Change, two_proportions
from survey_app.scoring.evaluation import Comparability
from survey_app.scoring.figure import Figure


class SelectionsOverlap(ValueError):
    """A ballot may be in both selections: they are no independent groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rated question in both selections. The changes, second minus first, are None unless it is comparable."""

    first: Reading
    second: Reading
    comparability: Comparability
    rate: Change | None = None
    strict: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two views and the lines of the rated questions that both have, in the order of the first."""

    first: View
    second: View
    lines: tuple[Line, ...]


def compare(one: Topic, first: Selection, two: Topic, second: Selection) -> Gated[Comparison]:
    """Return the comparison. Raises `SelectionsOverlap`, and as `explore.view` does."""
    is_same = (first.survey, first.audience) == (second.survey, second.audience)
    if is_same and not _are_apart(where_of(one, first), where_of(two, second)):
        raise SelectionsOverlap
    entries = one.by_name
    others = two.by_name
    rules = (one.rules.rate, one.rules.strict) == (two.rules.rate, two.rules.strict)
    return both(view(one, first), view(two, second)).map(
        lambda found: _compared(found[0], found[1], entries, others, have_same_rules=rules)
    )


def _are_apart(first: Where, second: Where) -> bool:
    """Tell whether place or a condition keeps every ballot from being in both."""
    if not (first.leaves & second.leaves).any():
        return True
    common = set(first.conditions) & set(second.conditions)
    return any(not (first.conditions[name] & second.conditions[name]).any() for name in common)


def _compared(
    first: View,
    second: View,
    entries: Mapping[str, Entry],
    others: Mapping[str, Entry],
    *,
    have_same_rules: bool,
) -> Comparison:
    later = {each.name: each for each in second.readings}
    lines = []
    for each in first.readings:
        other = later.get(each.name)
        if each.rated is None or other is None or other.rated is None:
            continue
        lines.append(_line(each, other, entries[each.name], others[each.name], have_same_rules=have_same_rules))
    return Comparison(first=first, second=second, lines=tuple(lines))


def _line(first: Reading, second: Reading, entry: Entry, other: Entry, *, have_same_rules: bool) -> Line:
    comparability = _comparability(entry.scale, other.scale, first, second, have_same_rules)
    if comparability is not Comparability.COMPARABLE or first.rated is None or second.rated is None:
        return Line(first=first, second=second, comparability=comparability)
    return Line(
        first=first,
        second=second,
        comparability=comparability,
        rate=_change(first.rated.rate, second.rated.rate),
        strict=_change(first.rated.strict, second.rated.strict),
    )


def _comparability(
    scale: Scale | None, other_scale: Scale | None, first: Reading, second: Reading, have_same_rules: bool
) -> Comparability:
    if scale is None or other_scale is None or graded(scale) != graded(other_scale):
        return Comparability.SCALES_DIFFER
    if not have_same_rules:
        return Comparability.RULES_DIFFER
    if first.rated is None or second.rated is None or first.rated.is_withheld or second.rated.is_withheld:
        return Comparability.TOO_FEW
    return Comparability.COMPARABLE


def graded(scale: Scale) -> tuple[tuple[object, ...], ...]:
    """Return what makes answers on two scales comparable: the codes, and what each counts for."""
    return tuple((each.code, each.score, each.satisfied, each.strict, each.in_base) for each in scale.grades)


def _change(first: Figure, second: Figure) -> Change | None:
    if first.x is None or second.x is None or not first.n or not second.n:
        return None
    return two_proportions(first.x, first.n, second.x, second.n)
