"""What is explored as tables and charts: gated values in, what the templates lay out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from survey_app.analysis.explore import View
from survey_app.analysis.layout import Sort
from survey_app.analysis.readings import Entry, Reading
from survey_app.questionnaire.definition import Scale
from survey_app.reporting import charts, colours, drawings, rule_words
from survey_app.reporting.cells import EMPTY, Cell, Column, Form, Row, Table, count, say, share
from survey_app.reporting.charts import Chart
from survey_app.reporting.drawings import Bar, Kind, Part
from survey_app.reporting.tables import heads_on, rated_cells, withheld_note
from survey_app.reporting.words import Reader, named
from survey_app.scoring.figure import Figure
from survey_app.scoring.nps import camps as nps_camps
from survey_app.scoring.rounding import NOTHING
from survey_app.web.results.explore import words

Drawn = tuple[Chart | None, Table]

_MIXED = "mixed"
"""Stands for grades of both sides that are not told apart."""


def rated_items(view: View, entries: Mapping[str, Entry], reader: Reader) -> list[Drawn]:
    """Return the rated questions, a chart and table for each scale."""
    by_scale: dict[str, list[Reading]] = {}
    for each in view.readings:
        scale = entries[each.name].scale
        if each.rated is not None and scale is not None:
            by_scale.setdefault(scale.code, []).append(each)
    return [_on_scale(number, found, view, entries, reader) for number, found in enumerate(by_scale.values())]


def _on_scale(
    number: int, found: Sequence[Reading], view: View, entries: Mapping[str, Entry], reader: Reader
) -> Drawn:
    scale = entries[found[0].name].scale
    if scale is None:
        raise ValueError("rated questions have a scale")
    table = _rated_table(found, scale, view.threshold, entries, reader)
    kinds = drawings.kinds_of_scale(scale, {grade.code: reader.text(grade.text) for grade in scale.grades})
    shown = [each for each in found if each.n and len(each.counts or ()) > 1]
    if not shown:
        return None, table
    bars = [_rated_bar(each, entries[each.name], kinds, reader) for each in shown]
    if any(part.code == _MIXED for bar in bars for part in bar.parts):
        kinds = [*kinds, Kind(_MIXED, reader.gettext("Not told apart further"), colours.GREY)]
    return Chart(
        f"items-{number}", _finding(shown, entries, reader), table.title, drawings.stacked(bars, kinds), table
    ), table


def _rated_bar(reading: Reading, entry: Entry, kinds: Sequence[Kind], reader: Reader) -> Bar:
    names = {kind.code: kind.name for kind in kinds}
    signs = {kind.code: kind.sign for kind in kinds}
    figure = rate_of(reading)
    bounds = None if reading.rated is None else reading.rated.rate.bounds
    # Without a rate there still are answers: a dash and how many there are say that it is withheld.
    value = f"{NOTHING} ({reading.n})" if bounds is None else f"{bounds.text} ({bounds.n})"
    return Bar(
        charts.short(reader.text(entry.label)),
        value if figure is None else f"{figure.percent_text} ({figure.base_text})",
        tuple(
            Part(
                codes[0] if len({signs[code] for code in codes}) == 1 else _MIXED,
                words.either([names[code] for code in codes]),
                number,
            )
            for codes, number in reading.counts or ()
        ),
    )


def _finding(shown: Sequence[Reading], entries: Mapping[str, Entry], reader: Reader) -> str:
    _ = reader.gettext
    known = [each for each in shown if rate_of(each) is not None]
    if not known:
        return _("How the answers are spread")
    rows = [each for each in known if not entries[each.name].is_headline] or known
    ordered = sorted((figure.rate or Fraction(0), each.name, figure) for each in rows if (figure := rate_of(each)))
    (_low, first, low), (_high, last, high) = ordered[0], ordered[-1]
    names = [charts.short(reader.text(entries[name].label)) for name in (first, last)]
    if low.percent_text == high.percent_text:
        return _("“%(item)s”: %(rate)s", item=names[0], rate=low.percent_text)
    return _(
        "From %(low)s (“%(lowest)s”) to %(high)s (“%(highest)s”)",
        low=low.percent_text,
        lowest=names[0],
        high=high.percent_text,
        highest=names[1],
    )


def _rated_table(
    found: Sequence[Reading], scale: Scale, threshold: int, entries: Mapping[str, Entry], reader: Reader
) -> Table:
    _ = reader.gettext
    grades = [grade for grade in scale.grades if grade.in_base]
    rated = [each.rated for each in found if each.rated is not None]
    rows = []
    for each in found:
        if each.rated is None:
            continue
        cells = (
            say(each.name),
            say(reader.text(entries[each.name].label)),
            *_counted_cells(each, [grade.code for grade in grades], reader),
            count(each.unknown),
            *rated_cells(each.rated),
        )
        rows.append(Row(cells, entries[each.name].is_headline))
    table = Table(
        title=reader.text(scale.name),
        columns=(
            Column(_("Code")),
            Column(_("Question")),
            *(Column(reader.text(grade.text), Form.COUNT) for grade in grades),
            Column(_("Outside the base"), Form.COUNT),
            *heads_on(scale, rated[0], reader),
        ),
        rows=tuple(rows),
    )
    said = [rule_words.stated(rated, reader), *words.dashes(table, withheld_note(threshold, reader))]
    return replace(table, note=reader.sentences([*said, *rule_words.reasons_of(rated, reader)]))


def _counted_cells(reading: Reading, codes: Sequence[str], reader: Reader) -> list[Cell]:
    """Return a cell per code; of merged ones the first holds the sum, and the others say so."""
    _ = reader.gettext
    cells: dict[str, Cell] = {}
    for group, number in reading.counts or ():
        cells |= {code: Cell(_("with the one before")) for code in group}
        cells[group[0]] = count(number)
    return [cells.get(code, EMPTY) for code in codes]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a question that is not rated: words, how many of how many."""

    label: str
    number: int | None
    base: int | None


def other_questions(view: View, entries: Mapping[str, Entry], reader: Reader) -> list[Drawn]:
    """Return the questions that are not rated: one for each question, the options of a multiple choice together."""
    found = []
    others = [each for each in view.readings if each.rated is None]
    for key, group in groupby(others, key=lambda each: each.name.partition(".")[0]):
        readings = list(group)
        first = entries[readings[0].name]
        stem = first.stem if first.stem and "." in first.name else first.label
        if first.sort is Sort.PLACE:
            found.append(_placed(f"{key} {reader.text(stem)}", readings, entries, view.threshold, reader))
            continue
        lines = _options(readings, entries, reader) if "." in first.name else _answers(readings[0], first, reader)
        found.append(_listed(key, reader.text(stem), lines, readings[0], first, view.threshold, reader))
    return found


def _placed(
    title: str, readings: Sequence[Reading], entries: Mapping[str, Entry], threshold: int, reader: Reader
) -> Drawn:
    """Return a ranking: for each option how often it stood at each place."""
    _ = reader.gettext
    first = entries[readings[0].name]
    rows = []
    for each in readings:
        best = dict(each.counts or ()).get(("1",))
        rows.append(
            Row(
                (
                    say(reader.text(entries[each.name].label)),
                    *_counted_cells(each, list(first.labels), reader),
                    count(each.n),
                    share(_share(best, each.n)),
                )
            )
        )
    table = Table(
        title=title,
        columns=(
            Column(_("Answer")),
            *(Column(reader.text(label), Form.COUNT) for label in first.labels.values()),
            Column(_("Of"), Form.COUNT),
            Column(_("Share in first place"), Form.PERCENT),
        ),
        rows=tuple(rows),
    )
    table = replace(table, note=reader.sentences(words.dashes(table, withheld_note(threshold, reader))))
    shown = [each for each in readings if each.n]
    if not shown:
        return None, table
    kinds = drawings.kinds_of({code: reader.text(label) for code, label in first.labels.items()})
    kinds[-1] = replace(kinds[-1], colour=colours.GREY)
    bars = [_placed_bar(each, entries[each.name], reader) for each in shown]
    return Chart(f"other-{first.question}", title, "", drawings.stacked(bars, kinds), table), table


def _placed_bar(reading: Reading, entry: Entry, reader: Reader) -> Bar:
    _ = reader.gettext
    parts = tuple(Part(codes[0], words.answers(entry, codes), number) for codes, number in reading.counts or ())
    said = _("%(count)s ballots", count=reading.n)
    return Bar(charts.short(reader.text(entry.label)), said, parts)


def _options(readings: Sequence[Reading], entries: Mapping[str, Entry], reader: Reader) -> list[Line]:
    lines = []
    for each in readings:
        chosen = dict(each.counts or ()).get(("1",))
        lines.append(Line(reader.text(entries[each.name].label), chosen, None if chosen is None else each.n))
    return lines


def _answers(reading: Reading, entry: Entry, reader: Reader) -> list[Line]:
    if reading.counts is None:
        return [Line(reader.text(label), None, None) for label in entry.labels.values()]
    lines = [Line(words.answers(entry, codes), number, reading.n) for codes, number in reading.counts]
    return lines[given(entry, [number for _codes, number in reading.counts])]


def given(entry: Entry, counts: Sequence[int]) -> slice:
    """Return where answers lie: classes of numbers or dates at both ends that nobody is in are left out."""
    filled = [place for place, number in enumerate(counts) if number]
    if entry.measured is None or not filled:
        return slice(None)
    return slice(filled[0], filled[-1] + 1)


def _listed(
    key: str, title: str, lines: Sequence[Line], reading: Reading, entry: Entry, threshold: int, reader: Reader
) -> Drawn:
    _ = reader.gettext
    rows = [
        Row((say(line.label), count(line.number), count(line.base), share(_share(line.number, line.base))))
        for line in lines
    ]
    table = Table(
        title=f"{key} {title}",
        columns=(
            Column(_("Answer")),
            Column(_("Ballots"), Form.COUNT),
            Column(_("Of"), Form.COUNT),
            Column(_("Share"), Form.PERCENT),
        ),
        rows=tuple(rows),
    )
    spelled = words.spelled_out(entry, [codes for codes, _number in reading.counts or ()])
    note = reader.sentences([*words.dashes(table, withheld_note(threshold, reader)), *spelled])
    table = replace(table, note=note)
    known = [(line.label, line.number, line.base) for line in lines if line.number is not None and line.base]
    if not known:
        return None, table
    said = "" if reading.nps is None else nps_words(reading.nps, reader)
    camps = _camps(reading, entry)
    if camps:
        kinds = [Kind(each.code, each.name, *_CAMPS[each.code]) for each in camps]
        figure = drawings.stacked([Bar(_("%(count)s ballots", count=reading.n), "", camps)], kinds)
    else:
        figure = drawings.plain_bars([(label, number, base) for label, number, base in known])
    return Chart(f"other-{key}", table.title, said, figure, table), table


_CAMPS = {
    "promoters": (colours.DEEP_TEAL, 1),
    "passives": (colours.PALE_TEAL, 1),
    "detractors": (colours.RUST, -1),
}


def _camps(reading: Reading, entry: Entry) -> tuple[Part, ...]:
    """Return promoters, passives and detractors, where the answers are told apart so far."""
    if reading.nps is None or reading.nps.withheld is not None:
        return ()
    rule = entry.nps
    found = nps_camps({int(codes[0]): number for codes, number in reading.counts or ()}, rule)
    counts = (found.promoters, found.passives, found.detractors)
    told = zip(_CAMPS, words.camps(rule), rule.camps, counts, strict=True)
    return tuple(Part(code, name, number) for code, name, answers, number in told if answers)


def nps_words(figure: Figure, reader: Reader) -> str:
    """Say the NPS with its interval."""
    _ = reader.gettext
    rule = named(figure.rule, reader)
    if figure.withheld is not None:
        return _("%(rule)s: not shown", rule=rule)
    return _(
        "%(rule)s %(value)s (%(low)s to %(high)s), from %(n)s answers",
        rule=rule,
        value=figure.value_text,
        low=figure.low_text,
        high=figure.high_text,
        n=figure.n,
    )


def _share(number: int | None, base: int | None) -> Fraction | None:
    return None if number is None or not base else Fraction(number, base)


def rate_of(reading: Reading) -> Figure | None:
    """Return the rate of a reading that shows one."""
    return None if reading.rated is None or reading.rated.is_withheld else reading.rated.rate


def kinds_of_groups(entry: Entry, groups: Sequence[tuple[str, ...]]) -> list[Kind]:
    """Return what the colours stand for: the scale's where no merged group is on both sides of it."""
    names = {group[0]: words.answers(entry, group) for group in groups}
    plain = drawings.kinds_of(names)
    if entry.scale is None or not entry.is_rated:
        return plain
    labels = {code: names.get(code, "") for code in entry.labels}
    by_code = {kind.code: kind for kind in drawings.kinds_of_scale(entry.scale, labels)}
    if any(len({by_code[code].sign for code in group}) > 1 for group in groups):
        return plain
    return [by_code[group[0]] for group in groups]
