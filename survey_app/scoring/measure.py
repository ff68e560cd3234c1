"""The one place where counts become a Figure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from survey_app.questionnaire.definition import Scale
from survey_app.scoring.figure import Figure, Reason
from survey_app.scoring.intervals import LEVEL, Interval, proportion_interval
from survey_app.scoring.means import ScoreCounts, mean_interval
from survey_app.scoring.rules import IndexRule, RateRule, Rule, ShareRule
from survey_app.scoring.suppression import THRESHOLD, primary
from survey_app.scoring.tally import Parts, Tally, UnknownGrade, read


def rate(
    tally: Tally,
    scale: Scale,
    rule: RateRule,
    *,
    as_of: datetime,
    threshold: int = THRESHOLD,
    headcount: int | None = None,
    level: float = LEVEL,
    method: str | None = None,
) -> Figure:
    """Return the rate of `tally` under `rule`, withheld if its base is empty or below `threshold`.

    `headcount` is the number of people who could have answered; it makes the interval that of a finite
    population, or the figure a census. `method` names an interval of `intervals.METHODS` in place of the
    default. A rule that does not read `scale` has no figure there (`Reason.OFF_SCALE`). Raises `UnknownGrade` if
    `tally` names a grade that `scale` has not.
    """
    if not reads(rule, scale):
        return off_scale(rule, as_of=as_of, threshold=threshold)
    parts = read(tally, scale)
    x, n = _counts(parts, scale, rule)
    interval = None
    if not _is_census(tally, headcount):
        interval = proportion_interval(x, n, level, population=_population(tally, headcount), method=method)
    figure = _figure(rule, tally, parts, as_of, headcount, x=x, n=n, interval=interval)
    return withhold_if_small(figure, n, threshold)


def index(
    tally: Tally,
    scale: Scale,
    rule: IndexRule,
    *,
    as_of: datetime,
    threshold: int = THRESHOLD,
    headcount: int | None = None,
    level: float = LEVEL,
) -> Figure:
    """Return the mean score of `tally` under `rule`; parameters and what they lead to are those of `rate`."""
    if not reads(rule, scale):
        return off_scale(rule, as_of=as_of, threshold=threshold)
    parts = read(tally, scale)
    scores = scores_of(rule, scale)
    data = ScoreCounts.of(list(scores.values()), [parts.graded[code] for code in scores])
    interval = None
    if not _is_census(tally, headcount):
        interval = mean_interval(data, level, population=_population(tally, headcount))
    figure = _figure(rule, tally, parts, as_of, headcount, n=data.n, index=data.mean, interval=interval)
    return withhold_if_small(figure, data.n, threshold)


def reads(rule: RateRule | IndexRule, scale: Scale) -> bool:
    """Tell whether a rule has a figure on `scale`: its base has every grade that the rule names, and one counts."""
    if isinstance(rule, IndexRule):
        return all(code in scale.by_code for code, _score in rule.scores or ())
    base = {grade.code for grade in scale.grades if grade.in_base}
    return base.issuperset(rule.counts) if isinstance(rule.counts, tuple) else bool(counted_grades(rule, scale))


def off_scale(rule: Rule, *, as_of: datetime, threshold: int = THRESHOLD) -> Figure:
    """Return the figure of a rule on a scale that lacks its grades: none, whatever was answered."""
    return Figure(rule=rule, as_of=as_of).withhold(Reason.OFF_SCALE, threshold)


def counts(tally: Tally, scale: Scale, rule: RateRule) -> tuple[int, int]:
    """Return x and n of `tally` under `rule`, whatever their size: for clusters, which no reader sees."""
    return _counts(read(tally, scale), scale, rule)


def share(x: int, n: int, rule: ShareRule, *, as_of: datetime, threshold: int = 1) -> Figure:
    """Return x of n things that were counted in full (revisits, cases), hence without a sampling error.

    Withheld where n is below `threshold`: 1 for what an office did, the survey's own for what people answered.
    Raises `ValueError` unless 0 <= x <= n.
    """
    if not 0 <= x <= n:
        raise ValueError("need 0 <= x <= n")
    return withhold_if_small(Figure(rule=rule, as_of=as_of, x=x, n=n), n, threshold)


def shares(tally: Tally, scale: Scale) -> dict[str, Fraction]:
    """Return each grade's share of the valid ballots, for the distribution; empty for no valid ballot."""
    graded = read(tally, scale).graded
    n = sum(graded.values())
    return {code: Fraction(count, n) for code, count in graded.items()} if n else {}


def withhold_if_small(figure: Figure, people: int, threshold: int) -> Figure:
    """Return `figure`, or its withheld form where fewer than `threshold` people stand behind it."""
    reason = primary(people, threshold)
    return figure if reason is None else figure.withhold(reason, threshold)


def _counts(parts: Parts, scale: Scale, rule: RateRule) -> tuple[int, int]:
    x = sum(parts.graded.get(code, 0) for code in counted_grades(rule, scale))
    return x, sum(parts.graded.values()) + sum(getattr(parts, part) for part in rule.base_adds)


def _figure(
    rule: Rule,
    tally: Tally,
    parts: Parts,
    as_of: datetime,
    headcount: int | None,
    *,
    n: int,
    x: int | None = None,
    index: Fraction | None = None,
    interval: Interval | None,
) -> Figure:
    """Return a figure with the counts that every rule keeps."""
    return Figure(
        rule=rule,
        as_of=as_of,
        issued=tally.issued,
        headcount=headcount,
        returned=tally.returned,
        blank=parts.blank,
        abstained=parts.abstained,
        unknown=parts.unknown,
        spoilt=parts.spoilt,
        census=_is_census(tally, headcount),
        x=x,
        n=n,
        index=index,
        interval=interval,
    )


def _is_census(tally: Tally, headcount: int | None) -> bool:
    return tally.returned == headcount


def _population(tally: Tally, headcount: int | None) -> int | None:
    """Return the headcount to draw from; one that more ballots than people came from is out of date."""
    return headcount if headcount is not None and tally.returned < headcount else None


_AT_THE_END: Mapping[str, slice] = {"first": slice(1), "first_two": slice(2), "last_two": slice(-2, None)}


def counted_grades(rule: RateRule, scale: Scale) -> tuple[str, ...]:
    """Return the codes of the grades that count in x; only grades in the base can. Raises `UnknownGrade`."""
    if rule.counts == "satisfied":
        return tuple(grade.code for grade in scale.grades if grade.satisfied and grade.in_base)
    if rule.counts == "strict":
        return tuple(grade.code for grade in scale.grades if grade.strict and grade.in_base)
    if isinstance(rule.counts, str):
        return tuple(grade.code for grade in scale.grades if grade.in_base)[_AT_THE_END[rule.counts]]
    for code in rule.counts:
        if code not in scale.by_code or not scale.by_code[code].in_base:
            raise UnknownGrade(code, scale.code)
    return rule.counts


def scores_of(rule: IndexRule, scale: Scale) -> dict[str, float]:
    """Return the score by grade code, for the grades in the base that have one. Raises `UnknownGrade`."""
    own = dict(rule.scores) if rule.scores is not None else None
    if own is not None and (unknown := next((code for code in own if code not in scale.by_code), None)):
        raise UnknownGrade(unknown, scale.code)
    found = {
        grade.code: grade.score if own is None else own.get(grade.code) for grade in scale.grades if grade.in_base
    }
    return {code: score for code, score in found.items() if score is not None}
