"""The tables of an evaluation. Page and workbook print the same ones, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from survey_app.questionnaire.definition import Scale
from survey_app.reporting import rule_words, standings, words
from survey_app.reporting.cells import (
    EMPTY,
    Cell,
    Column,
    Form,
    Row,
    Table,
    count,
    limits,
    mean,
    rate,
    say,
    share,
)
from survey_app.reporting.words import Reader
from survey_app.scoring.evaluation import (
    Answered,
    Evaluation,
    Item,
    Part,
    Participation,
    Rated,
    Team,
    Uncounted,
    Visits,
)
from survey_app.scoring.figure import Figure
from survey_app.scoring.measure import counted_grades, reads
from survey_app.scoring.rounding import NOTHING, half_up, percent_text
from survey_app.scoring.rules import ON_TIME_RATE, STRICT_SATISFACTION_RATE, RateRule
from survey_app.words import Audience

_RATE, _STRICT = 2, 5
"""Where `rated_cells` has the rate and the strict rate."""


def rated_columns(reader: Reader, *found: Rated) -> tuple[Column, ...]:
    """Return the heads of `rated_cells` of these verdicts, called as their rules are.

    Where rules differ, no figure stands under the name of another: heads are general, and `rules_column` stands
    beside them.
    """
    _ = reader.gettext
    rates = [_("Satisfaction rate"), _("Strict rate")]
    if not rule_words.are_same(found):
        rates = [_("Rate"), _("Rate beside it")]
    elif found:
        rates = [rate_label(found[0].rate, reader), rate_label(found[0].strict, reader)]
    is_default = rule_words.are_same(found) and all(_is_default(each.rate) for each in found)
    return (
        Column(_("Satisfied") if is_default else _("Counted"), Form.COUNT, 3),
        Column(_("Valid") if is_default else _("Base"), Form.COUNT, 3),
        Column(rates[0], Form.PERCENT, 4),
        Column(_("From (95%)"), Form.PERCENT, 4),
        Column(_("To (95%)"), Form.PERCENT, 4),
        Column(rates[1], Form.PERCENT, 4),
        Column(_("Index"), Form.DECIMAL, 4),
    )


def _is_default(figure: Figure) -> bool:
    """Tell whether what counts is called satisfied, and the base holds valid ballots only."""
    added = figure.rule.base_adds if isinstance(figure.rule, RateRule) else ()
    return rule_words.is_satisfaction(figure) and not added


def rules_column(found: Sequence[Rated], reader: Reader) -> tuple[Column, ...]:
    """Return the head of `rules_cell`, where rules differ from line to line."""
    return () if rule_words.are_same(found) else (Column(reader.gettext("Read by"), span=18),)


def rules_cell(rated: Rated | None, found: Sequence[Rated], reader: Reader) -> tuple[Cell, ...]:
    """Return the rules of a line of a table of these verdicts, where they differ from line to line."""
    if rule_words.are_same(found):
        return ()
    return (say("") if rated is None else say(rule_words.in_one_line(rated, reader)),)


def rate_label(figure: Figure, reader: Reader) -> str:
    """Return the head of a column of rates: short for the default rules, else as the rule is called."""
    _ = reader.gettext
    if rule_words.is_satisfaction(figure):
        return _("Satisfaction rate")
    return _("Strict rate") if figure.metric == STRICT_SATISFACTION_RATE.name else reader.text(figure.label)


def rated_cells(rated: Rated) -> tuple[Cell, ...]:
    """Return x, n, rate, its interval, the strict rate and the index; dashes where withheld."""
    figure = rated.rate
    # Where the rate is withheld for few are dissatisfied, its base may stand beside the strict one.
    n = figure.bounds.n if figure.bounds is not None else figure.n or rated.strict.n
    return (
        count(figure.x), count(n), rate(figure), *limits(figure), rate(rated.strict), mean(rated.index),
    )  # fmt: skip


def withheld_note(threshold: int, reader: Reader) -> str:
    """Say what a dash means."""
    _ = reader.gettext
    return _(
        "— fewer than %(threshold)d answers, or not shown so that no such group can be worked out.",
        threshold=threshold,
    )


def headline(part: Part, reader: Reader) -> Table:
    """Return the headline figures of one audience, both rates side by side, both readings."""
    _ = reader.gettext
    figures = []
    if part.headline is not None:
        rated = part.headline.rated
        figures = [rated.rate, rated.strict]
    pooled = [figure for figure in (part.pooled, part.pooled_strict) if figure is not None]
    rows = [
        Row(
            (say(words.named(figure.rule, reader)), count(figure.x), count(figure.n), rate(figure), *limits(figure))
        )
        for figure in (*figures, *pooled)
    ]
    is_plain = not any(figure.rule.base_adds for figure in figures if isinstance(figure.rule, RateRule))
    is_satisfied = part.headline is None or (is_plain and rule_words.is_strict(part.headline.rated))
    if part.headline is not None:
        rows.append(_index_row(part.headline.rated.index, reader))
    return Table(
        title=_("Figures"),
        columns=(
            Column(_("Figure"), span=14),
            Column(_("Satisfied") if is_satisfied else _("Counted"), Form.COUNT),
            Column(_("Valid") if is_plain else _("Base"), Form.COUNT),
            Column(_("Value"), Form.PERCENT),
            Column(_("From (95%)"), Form.PERCENT, 7),
            Column(_("To (95%)"), Form.PERCENT, 7),
        ),
        rows=tuple(rows),
        note=words.pooled(part, reader),
    )


def _index_row(figure: Figure, reader: Reader) -> Row:
    low, high = EMPTY, EMPTY
    if figure.interval is not None:
        low = Cell(figure.low_text, Form.DECIMAL, Decimal(figure.low_text))
        high = Cell(figure.high_text, Form.DECIMAL, Decimal(figure.high_text))
    return Row((say(words.named(figure.rule, reader)), EMPTY, count(figure.n), mean(figure), low, high))


def ballots(part: Part, reader: Reader) -> Table:
    """Return the five counts that are always kept, for the headline question."""
    _ = reader.gettext
    figure = part.headline.rated.rate if part.headline is not None else None
    is_mixed = part.through_open and part.known_issued is not None
    rows: list[tuple[str, int | None]] = [
        (_("Issued on paper and as single-use codes") if is_mixed else _("Issued"), part.known_issued),
        (_("Returned"), part.returned),
    ]
    if figure is not None and part.headline is not None:
        rows += [
            (_("Valid"), _valid(part.headline)),
            (_("Don't know, took no part"), figure.unknown),
            (_("Abstained"), figure.abstained),
            (_("Not answered"), figure.blank),
            (_("Spoilt"), figure.spoilt),
            (_("Not asked"), part.headline.not_asked),
        ]
    return Table(
        title=_("Ballot counts"),
        columns=(Column(_("Kind of ballot"), span=14), Column(_("Count"), Form.COUNT)),
        rows=tuple(Row((say(label), count(number))) for label, number in rows),
        note=words.issued(part, reader),
    )


def _valid(item: Item) -> int | None:
    """Return the valid ballots of an item, whatever its rule has in its base besides."""
    if item.counts is None:
        return None
    return sum(item.counts.get(grade.code, 0) for grade in item.scale.grades if grade.in_base)


def by_scale(part: Part) -> list[tuple[Item, ...]]:
    """Return the rated items in groups that are answered on the same scale, in the order of their first."""
    scales = list(dict.fromkeys(item.scale.code for item in part.items))
    return [tuple(item for item in part.items if item.scale.code == code) for code in scales]


def items(part: Part, reader: Reader) -> tuple[Table, ...]:
    """Return the rated items with their ballots by grade; one table for each scale."""
    return tuple(items_on(group, part, reader) for group in by_scale(part))


def items_on(on_scale: Sequence[Item], part: Part, reader: Reader) -> Table:
    """Return the table of items that share a scale; the strict rate is left out where it can be no other."""
    _ = reader.gettext
    scale = on_scale[0].scale
    grades = tuple(Column(reader.text(grade.text), Form.COUNT, 3) for grade in scale.grades)
    heads = heads_on(scale, on_scale[0].rated, reader)
    kept = [place for place in range(len(heads)) if place != _STRICT or _has_middle(on_scale[0])]
    rows = []
    for item in on_scale:
        counts = [count(item.counts.get(grade.code, 0)) if item.counts else EMPTY for grade in scale.grades]
        found = rated_cells(item.rated)
        cells = (say(item.code), say(reader.text(item.label)), *counts, *(found[place] for place in kept))
        rows.append(Row(cells, item.is_headline))
    return Table(
        title=reader.text(scale.name),
        columns=(
            Column(_("Code"), span=3),
            Column(_("Question"), span=18),
            *grades,
            *(heads[place] for place in kept),
        ),
        rows=tuple(rows),
        note=reader.sentences(
            (
                rule_words.counted_on(on_scale[0], reader),
                rule_words.stated([item.rated for item in on_scale], reader),
                withheld_note(part.threshold, reader),
                *rule_words.reasons_of([item.rated for item in on_scale], reader),
            )
        ),
    )


def heads_on(scale: Scale, rated: Rated, reader: Reader) -> tuple[Column, ...]:
    """Return the heads of `rated_cells` on a scale: where it does not ask for satisfaction, they do not say so."""
    _ = reader.gettext
    heads = rated_columns(reader, rated)
    if not rule_words.is_satisfaction(rated.rate) or rule_words.asks_for_satisfaction(scale):
        return heads
    named = {0: _("Favourable"), _RATE: _("Share favourable")}
    if rule_words.is_strict(rated):
        named[_STRICT] = _("Strictly favourable")
    return tuple(replace(head, label=named.get(place, head.label)) for place, head in enumerate(heads))


def _has_middle(item: Item) -> bool:
    rate_rule, strict_rule = item.rated.rate.rule, item.rated.strict.rule
    if not isinstance(rate_rule, RateRule) or not isinstance(strict_rule, RateRule):
        return True
    if not reads(rate_rule, item.scale) or not reads(strict_rule, item.scale):
        return True
    is_same_base = rate_rule.base_adds == strict_rule.base_adds
    return not is_same_base or counted_grades(rate_rule, item.scale) != counted_grades(strict_rule, item.scale)


def teams(part: Part, reader: Reader, some: Sequence[Team] | None = None) -> Table:
    """Return the teams, or `some` of them, best first, with bands instead of places."""
    _ = reader.gettext
    whole = [] if part.headline is None else [part.headline.rated]
    floored = part.floored
    rows = [
        Row(
            (
                say(reader.text(team.name) if team.name else _("No team")),
                say(_(", ").join(reader.text(place) for place in team.places) or NOTHING),
                *rated_cells(team.rated),
                count(team.band),
                *([] if floored is None else [say(standings.cell(team.standing, reader))]),
            )
        )
        for team in (part.teams if some is None else some)
    ]
    if part.headline is not None:
        last = [] if floored is None else [say(standings.cell(floored.whole, reader))]
        cells = (say(_("All teams")), say(""), *rated_cells(part.headline.rated), say(""), *last)
        rows.append(Row(cells, is_total=True))
    return Table(
        title=_("By work team"),
        columns=(
            Column(_("Work team"), span=10),
            Column(_("Enterprise"), span=14),
            *rated_columns(reader, *whole),
            Column(_("Band"), Form.COUNT, 4),
            *([] if floored is None else [Column(_("Participation floor"), span=18)]),
        ),
        rows=tuple(rows),
        note=reader.sentences(
            (
                rule_words.stated(whole, reader),
                _("Teams of one band do not differ significantly; their order within it means nothing."),
                withheld_note(part.threshold, reader),
            )
        ),
    )


def audiences(evaluation: Evaluation, reader: Reader) -> Table:
    """Return the audiences side by side; they are never pooled."""
    _ = reader.gettext
    rows = []
    every = [part.headline.rated for part in evaluation.parts if part.headline is not None]
    for part in evaluation.parts:
        rated = part.headline.rated if part.headline is not None else None
        cells = (EMPTY,) * 7 if rated is None else rated_cells(rated)
        rows.append(
            Row(
                (
                    say(words.audience(part.audience, reader)),
                    say(reader.text(part.title)),
                    count(part.returned),
                    *cells,
                    rate(part.pooled) if part.pooled is not None else EMPTY,
                    *rules_cell(rated, every, reader),
                )
            )
        )
    return Table(
        title=_("By audience"),
        columns=(
            Column(_("Audience"), span=8),
            Column(_("Survey"), span=20),
            Column(_("Returned"), Form.COUNT),
            *rated_columns(reader, *every),
            Column(_("Items pooled"), Form.PERCENT, 5),
            *rules_column(every, reader),
        ),
        rows=tuple(rows),
        note=reader.sentences(
            (
                _("Each audience has its own questionnaire. Their figures are never added up."),
                rule_words.stated(every, reader),
            )
        ),
    )


def participation(evaluation: Evaluation, reader: Reader, some: Sequence[Participation] | None = None) -> Table:
    """Return what came back from each posting, or from `some`, against the headcount; together, of all."""
    _ = reader.gettext
    asked = [each for each in Audience if any(each in row.returned for row in evaluation.participation)]
    is_floored = any(row.standing is not None for row in evaluation.participation)
    rows = [
        Row(
            (
                say(reader.text(row.place)),
                say(reader.text(row.team)),
                say(reader.text(row.stage)),
                count(row.headcount),
                *(count(row.returned.get(each)) for each in asked),
                share(row.share),
                *([say(standings.cell(row.standing, reader))] if is_floored else []),
            )
        )
        for row in (evaluation.participation if some is None else some)
    ]
    leading = evaluation.leading
    heads = [row.headcount for row in evaluation.participation]
    totals = [sum(row.returned.get(each, 0) for row in evaluation.participation) for each in asked]
    people = sum(head or 0 for head in heads) if None not in heads else None
    workers = totals[asked.index(Audience.WORKERS)] if Audience.WORKERS in asked else None
    whole = Fraction(workers, people) if workers is not None and people else None
    if rows and leading is not None:
        last = [say("")] if is_floored else []
        cells = (say(_("Together")), say(""), say(""), count(people), *map(count, totals), share(whole), *last)
        rows.append(Row(cells, is_total=True))
    return Table(
        title=_("Participation"),
        columns=(
            Column(_("Enterprise"), span=14),
            Column(_("Work team"), span=10),
            Column(_("Round"), span=6),
            Column(_("Headcount"), Form.COUNT),
            *(
                Column(_("%(audience)s, returned", audience=words.audience(each, reader)), Form.COUNT, 8)
                for each in asked
            ),
            Column(_("Participation"), Form.PERCENT),
            *([Column(_("Participation floor"), span=18)] if is_floored else []),
        ),
        rows=tuple(rows),
        note=_(
            "Participation is workers' ballots returned ÷ headcount. With an open QR code nobody knows who was "
            "invited, so this is not a response rate."
        ),
    )


def answered(part: Part, reader: Reader) -> Table:
    """Return what was answered to the questions that are not rated."""
    _ = reader.gettext
    rows = [row for each in part.answered for row in _answered_rows(each, reader)]
    notes = [withheld_note(part.threshold, reader)]
    if any(each.several for each in part.answered):
        notes.append(_("Where several answers are possible, shares add up to more than all."))
    return Table(
        title=_("Other questions"),
        columns=(
            Column(_("Code"), span=4),
            Column(_("Question"), span=24),
            Column(_("Answer"), span=16),
            Column(_("Chosen by"), Form.COUNT),
            Column(_("Answered by"), Form.COUNT),
            Column(_("Share"), Form.PERCENT),
            Column(_("Value"), Form.DECIMAL),
        ),
        rows=tuple(rows),
        note=reader.sentences(notes),
    )


def _answered_rows(each: Answered, reader: Reader) -> list[Row]:
    _ = reader.gettext
    code, label, nothing = say(each.code), say(reader.text(each.label)), say("")
    if each.uncounted is Uncounted.WORDS:
        return [Row((code, label, say(_("In people's own words: see the comments")), *(nothing,) * 4))]
    if each.uncounted is Uncounted.DAYS:
        return [
            Row((code, label, say(_("Days are not shown one by one")), nothing, count(each.n), nothing, nothing))
        ]
    if each.n is None:
        return [Row((code, label, *(EMPTY,) * 5))]
    people = count(each.n)
    if each.nps is not None:
        return [
            Row((code, label, say(words.named(each.nps.rule, reader)), nothing, people, nothing, mean(each.nps)))
        ]
    if each.mean is not None:
        printed = half_up(each.mean)
        unit = reader.text(each.unit)
        name = _("Mean (%(unit)s)", unit=unit) if unit else _("Mean")
        value = Cell(str(printed), Form.DECIMAL, printed)
        return [Row((code, label, say(name), nothing, people, nothing, value))]
    return [
        Row(
            (
                code if first else say(""),
                label if first else say(""),
                say(reader.text(choice.label)),
                count(choice.count),
                people,
                share(Fraction(choice.count, each.n)),
                nothing,
            )
        )
        for first, choice in zip((True, *(False,) * len(each.choices)), each.choices, strict=False)
    ]


def visits(found: Sequence[Visits], reader: Reader) -> Table:
    """Return how far the return visits are."""
    _ = reader.gettext
    return Table(
        title=_("Return visits"),
        columns=(
            Column(_("Visit"), span=12),
            Column(_("To be made"), Form.COUNT),
            Column(_("Done"), Form.COUNT),
            Column(_("Overdue"), Form.COUNT),
            Column(_("Coming"), Form.COUNT),
            Column(_("Cancelled"), Form.COUNT),
            Column(_("Next due"), span=9),
            Column(words.named(ON_TIME_RATE, reader), Form.PERCENT),
        ),
        rows=tuple(
            Row(
                (
                    say(words.month(each.month, reader)),
                    count(each.total),
                    count(each.done),
                    count(each.overdue),
                    count(each.planned),
                    count(each.cancelled),
                    say(reader.day(each.next_due)),
                    rate(each.on_time),
                )
            )
            for each in found
        ),
    )


def shares_of(item: Item) -> dict[str, tuple[Fraction, str]]:
    """Return the share of valid ballots of each grade in the base, exactly and as printed; empty if withheld."""
    if item.counts is None:
        return {}
    graded = {grade.code: item.counts.get(grade.code, 0) for grade in item.scale.grades if grade.in_base}
    n = sum(graded.values())
    return (
        {code: (Fraction(each, n), percent_text(Fraction(each, n))) for code, each in graded.items()} if n else {}
    )
