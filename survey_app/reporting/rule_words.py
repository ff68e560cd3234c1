"""The rules of figures in words: name and version, what stands in the base, why a rule gives no figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey_app.reporting.words import Reader, named
from survey_app.scoring.evaluation import Rated
from survey_app.scoring.figure import Figure, Reason
from survey_app.scoring.rules import Rule


def are_same(found: Sequence[Rated]) -> bool:
    """Tell whether verdicts are read by the same rules, so that their figures may stand under one name."""
    return len({_keys(each) for each in found}) <= 1


def same_rule(figures: Sequence[Figure]) -> bool:
    """Tell whether figures are of one rule in one version."""
    return len({(each.metric, each.rule_version) for each in figures}) <= 1


def rule_of(figures: Sequence[Figure], reader: Reader) -> str:
    """Name the rule that figures are by; nothing where there is none."""
    return named(figures[0].rule, reader) if figures else ""


def in_one_line(rated: Rated, reader: Reader) -> str:
    """Name the rules of a verdict with their versions."""
    _ = reader.gettext
    return _(", ").join(named(each.rule, reader) for each in (rated.rate, rated.strict, rated.index))


def stated(found: Sequence[Rated], reader: Reader) -> str:
    """Say once by which rules the verdicts of a table are; nothing where they differ: each line says its own."""
    _ = reader.gettext
    if not found or not are_same(found):
        return ""
    return _("Rules: %(rules)s.", rules=in_one_line(found[0], reader))


def reasons(figures: Iterable[Figure], reader: Reader) -> list[str]:
    """Say, once for each rule, why it gives no figure, where that follows from the rule itself."""
    _ = reader.gettext
    found: dict[tuple[str, int, Reason], Rule] = {}
    for each in figures:
        if each.withheld is not None and each.withheld.reason.may_be_told:
            found.setdefault((each.metric, each.rule_version, each.withheld.reason), each.rule)
    said = []
    for (_metric, _version, reason), rule in found.items():
        if reason is Reason.OFF_SCALE:
            said.append(
                _("%(rule)s: no figure on a scale that lacks the grades it counts.", rule=named(rule, reader))
            )
        else:
            said.append(
                _(
                    "%(rule)s: no figure here, because its base has ballots without a valid answer, too, and how "
                    "many of them belong to people chosen by answers, mode or week is not known.",
                    rule=named(rule, reader),
                )
            )
    return said


def reasons_of(found: Iterable[Rated | None], reader: Reader) -> list[str]:
    """Say the same of verdicts."""
    figures = (figure for each in found if each is not None for figure in (each.rate, each.strict, each.index))
    return reasons(figures, reader)


def _keys(rated: Rated) -> tuple[tuple[str, int], ...]:
    return tuple((each.metric, each.rule_version) for each in (rated.rate, rated.strict, rated.index))
