"""The rules of figures in words: name and version, what stands in the base, why a rule gives no figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey_app.questionnaire.definition import Scale
from survey_app.reporting.words import Reader, named
from survey_app.scoring.evaluation import Item, Part, Rated
from survey_app.scoring.figure import Figure, Reason
from survey_app.scoring.measure import counted_grades, reads
from survey_app.scoring.rules import SATISFACTION_RATE, STRICT_SATISFACTION_RATE, RateRule, Rule


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


def is_satisfaction(figure: Figure) -> bool:
    """Tell whether a rate is the usual one of satisfaction; then heads are short, and what counts is satisfied."""
    return figure.metric == SATISFACTION_RATE.name


def is_strict(rated: Rated) -> bool:
    """Tell whether the rate beside the usual one of satisfaction is the strict one, so that it may be called so."""
    return is_satisfaction(rated.rate) and rated.strict.metric == STRICT_SATISFACTION_RATE.name


def counting(part: Part, reader: Reader) -> str:
    """Say in plain words which grades count in both rates of the headline, and who is left out."""
    _ = reader.gettext
    item = part.headline
    if item is None or item.rated.is_withheld:
        return ""
    figure = item.rated.rate
    said = [counted_on(item, reader), _beside(item, reader)]
    added = figure.rule.base_adds if isinstance(figure.rule, RateRule) else ()
    outside = [grade.code for grade in item.scale.grades if not grade.in_base]
    if outside and figure.unknown and "unknown" not in added:
        said.append(
            _("Not in the base: %(grades)s (%(count)s).", grades=_grades(item.scale, outside, reader),
              count=figure.unknown)
        )  # fmt: skip
    if item.not_asked:
        said.append(_("Not asked this question: %(count)s.", count=item.not_asked))
    return reader.sentences(each for each in said if each)


def counted_on(item: Item, reader: Reader) -> str:
    """Say which grades of an item's scale count in its rate."""
    _ = reader.gettext
    codes = _counted(item.rated.rate, item.scale)
    if not codes:
        return ""
    grades = _grades(item.scale, codes, reader)
    if not is_satisfaction(item.rated.rate):
        return _("%(rule)s counts %(grades)s.", rule=reader.text(item.rated.rate.label), grades=grades)
    if asks_for_satisfaction(item.scale):
        return _("Counted: %(grades)s.", grades=grades)
    return _("Counted as favourable: %(grades)s.", grades=grades)


def _beside(item: Item, reader: Reader) -> str:
    """Say what the second rate counts: less of the same (stricter), the opposite, or something else."""
    _ = reader.gettext
    first, second = item.rated.rate, item.rated.strict
    wide, narrow = _counted(first, item.scale), _counted(second, item.scale)
    if not wide or not narrow:
        return ""
    rule, grades = reader.text(second.label), _grades(item.scale, narrow, reader)
    lost = [code for code in wide if code not in narrow]
    if set(narrow) == set(wide):
        is_same = _base_of(first) == _base_of(second)
        return "" if is_same else _("%(rule)s counts the same grades over another base.", rule=rule)
    if set(narrow) < set(wide):
        without = _grades(item.scale, lost, reader)
        if is_strict(item.rated):
            return _("Strict: without %(grades)s.", grades=without)
        return _("%(rule)s counts %(grades)s only, without %(lost)s.", rule=rule, grades=grades, lost=without)
    if not set(narrow) & set(wide):
        return _("%(rule)s is the opposite: it counts %(grades)s.", rule=rule, grades=grades)
    return _("%(rule)s counts %(grades)s.", rule=rule, grades=grades)


def _counted(figure: Figure, scale: Scale) -> tuple[str, ...]:
    rule = figure.rule
    return tuple(counted_grades(rule, scale)) if isinstance(rule, RateRule) and reads(rule, scale) else ()


def _base_of(figure: Figure) -> frozenset[str]:
    return frozenset(figure.rule.base_adds) if isinstance(figure.rule, RateRule) else frozenset()


def asks_for_satisfaction(scale: Scale) -> bool:
    """Tell whether a scale asks in words of satisfaction, so that its share is a satisfaction rate."""
    return any(grade.satisfied and "满意" in grade.text.zh for grade in scale.grades)


def _grades(scale: Scale, codes: Sequence[str], reader: Reader) -> str:
    _ = reader.gettext
    return _(", ").join(reader.text(scale.by_code[code].text) for code in codes)


def _keys(rated: Rated) -> tuple[tuple[str, int], ...]:
    return tuple((each.metric, each.rule_version) for each in (rated.rate, rated.strict, rated.index))
