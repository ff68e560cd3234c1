"""Two selections side by side: every question that both have, the difference of its rate, its interval and test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from survey_app.analysis.contrast import Measured, common, contrasts, graded, leaves_of
from survey_app.analysis.explore import Topic, View, conditions_of, view, where_of
from survey_app.analysis.gate import Gated, Where, both
from survey_app.analysis.readings import Entry, Reading
from survey_app.analysis.selection import ANSWERS, MODE, TEAM, UNIT, Selection
from survey_app.questionnaire.definition import Scale
from survey_app.scoring.comparison import Change, two_proportions
from survey_app.scoring.evaluation import Comparability, Contrast
from survey_app.scoring.figure import Figure


class SelectionsOverlap(ValueError):
    """A ballot may be in both selections: they are no independent groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rated question in both selections. The changes, second minus first, are None unless it is comparable.

    Where only the enterprises are compared that both have, `same_places` is how many they are.
    """

    first: Reading
    second: Reading
    comparability: Comparability
    rate: Change | None = None
    strict: Change | None = None
    same_places: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two views and the lines of the rated questions that both have, in the order of the first."""

    first: View
    second: View
    lines: tuple[Line, ...]


def compare(one: Topic, first: Selection, two: Topic, second: Selection) -> Gated[Comparison]:
    """Return the comparison. Raises `SelectionsOverlap`, and as `explore.view` does.

    The headline of a return visit is compared with the one of the first evaluation that it is linked to; at one
    place, that is the contrast of the same enterprises that the page of waves shows.
    """
    is_same = (first.survey, first.audience) == (second.survey, second.audience)
    if is_same and not _are_apart(where_of(one, first), where_of(two, second)):
        raise SelectionsOverlap
    rules = (one.rules.rate, one.rules.strict) == (two.rules.rate, two.rules.strict)
    linked = _linked(one, two) if first.audience == second.audience else None
    sides = _Sides(one.by_name, two.by_name, linked, rules)
    views = both(view(one, first), view(two, second))
    if linked is None or not _are_the_same(one, first, two, second):
        return views.map(lambda found: _compared(*found, sides, None))
    measured = (
        Measured(one, one.by_name[linked[0]], conditions_of(one, first)),
        Measured(two, two.by_name[linked[1]], conditions_of(two, second)),
    )
    contrast = contrasts(*measured, [leaves_of(one, first)])
    # Of answers, groups that are not told apart by place are still compared as two independent ones.
    is_needed = not first.answers
    return both(views, contrast).map(
        lambda found: _compared(*found[0], sides, _kept(found[1][0], is_needed=is_needed))
    )


def _kept(contrast: Contrast, *, is_needed: bool) -> Contrast | None:
    return None if contrast.comparability is Comparability.TOO_FEW and not is_needed else contrast


@dataclass(frozen=True, slots=True)
class _Sides:
    """The questions of both sides, the two headlines that are linked, and whether the same rules hold."""

    first: Mapping[str, Entry]
    second: Mapping[str, Entry]
    linked: tuple[str, str] | None
    have_same_rules: bool

    def name_of(self, name: str) -> str:
        """Return the second side's name of a question."""
        return self.linked[1] if self.linked is not None and name == self.linked[0] else name


def _linked(one: Topic, two: Topic) -> tuple[str, str] | None:
    """Return the headlines of a first evaluation and a return visit of it that ask for the same indicator."""
    first, second = (next((each.name for each in topic.entries if each.is_headline), None) for topic in (one, two))
    if first is None or second is None or (one.wave_link != second and two.wave_link != first):
        return None
    return first, second


def _are_the_same(one: Topic, first: Selection, two: Topic, second: Selection) -> bool:
    """Tell whether two selections take the same places, ways of answering and answers, and nothing else."""
    places = [each.only((UNIT, TEAM, MODE, ANSWERS)) for each in (first, second)]
    is_same = [first, second] == places and replace(first, survey=second.survey) == second
    return is_same and {each.field for each in first.answers} <= common(one.entries, two.entries)


def _are_apart(first: Where, second: Where) -> bool:
    """Tell whether place or a condition keeps every ballot from being in both."""
    if not (first.leaves & second.leaves).any():
        return True
    common = set(first.conditions) & set(second.conditions)
    return any(not (first.conditions[name] & second.conditions[name]).any() for name in common)


def _compared(first: View, second: View, sides: _Sides, contrast: Contrast | None) -> Comparison:
    later = {each.name: each for each in second.readings}
    lines = []
    for each in first.readings:
        name = sides.name_of(each.name)
        other = later.get(name)
        if each.rated is None or other is None or other.rated is None:
            continue
        if contrast is not None and name != each.name:
            lines.append(_contrasted(each, other, contrast))
        else:
            lines.append(_line(each, other, sides.first[each.name], sides.second[name], sides.have_same_rules))
    return Comparison(first=first, second=second, lines=tuple(lines))


def _contrasted(first: Reading, second: Reading, contrast: Contrast) -> Line:
    """Return the line of a contrast, with the figures that it is of."""
    same = contrast.same
    return Line(
        first=first if same is None else replace(first, rated=same.first),
        second=second if same is None else replace(second, rated=same.second),
        comparability=contrast.comparability,
        rate=contrast.rate,
        strict=contrast.strict,
        same_places=None if same is None else same.places,
    )


def _line(first: Reading, second: Reading, entry: Entry, other: Entry, have_same_rules: bool) -> Line:
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


def _change(first: Figure, second: Figure) -> Change | None:
    if first.x is None or second.x is None or not first.n or not second.n:
        return None
    return two_proportions(first.x, first.n, second.x, second.n)
