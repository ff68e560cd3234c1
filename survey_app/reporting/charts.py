"""Charts of an evaluation as Plotly figures: plain JSON that the page draws, with nothing of the Plotly package.

Titles say the finding, subtitles the base; both stand in the page as text, so that they wrap on a phone and are
read aloud. Each row carries its own label and value above it, so that long names need no margin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey_app.reporting import (
    colours,
    drawings,
    plots,
    rule_words,
    standings,
    tables,
    wave_tables,
    wave_words,
    words,
)
from survey_app.reporting.cells import Table
from survey_app.reporting.plots import Json, Line
from survey_app.reporting.words import Reader
from survey_app.scoring.evaluation import (
    FAIR_PARTICIPATION,
    GOOD_PARTICIPATION,
    Evaluation,
    Item,
    Part,
    Participation,
    Rated,
    Team,
    Waves,
)
from survey_app.scoring.figure import Figure
from survey_app.scoring.intervals import LEVEL
from survey_app.scoring.rounding import NOTHING, percent_text
from survey_app.words import Audience

_TWO = 2
_LEVEL = percent_text(LEVEL, 0)
_BAR_GAP = 0.64
_ASIDE = re.compile(r"\s*(（[^（）]*）|\([^()]*\))\Z")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its finding, its base, the Plotly figure, and the table that shows the same."""

    key: str
    title: str
    subtitle: str
    figure: Json
    table: Table


def items(part: Part, reader: Reader, *, most: int | None = None) -> list[Chart]:
    """Return the items as diverging bars, a chart for each scale: satisfied to the right of zero, others left.

    A scale with more than `most` items gets several charts of about the same length.
    """
    charts = []
    for number, group in enumerate(tables.by_scale(part), start=1):
        shown = [item for item in group if item.counts is not None and tables.shares_of(item)]
        table = tables.items_on(group, part, reader)
        pieces = -(-len(shown) // (most or len(shown) or 1))
        for piece in range(pieces):
            own = shown[piece * len(shown) // pieces : (piece + 1) * len(shown) // pieces]
            key = f"items-{part.audience}-{number}" + (f"-{piece + 1}" if pieces > 1 else "")
            charts.append(_items_on(key, own, table, part, reader))
    return charts


def _items_on(key: str, shown: Sequence[Item], table: Table, part: Part, reader: Reader) -> Chart:
    _ = reader.gettext
    shares = [tables.shares_of(item) for item in shown]
    lines = [Line(short(reader.text(item.label)), _rate_of_base(item.rated.rate)) for item in shown]
    layout = plots.rows(lines, legend=True)
    others = [grade.code for grade in shown[0].scale.grades if grade.in_base and not grade.satisfied]
    furthest = max(sum(plots.number(each[code][0]) for code in others) for each in shares)
    layout["xaxis"] |= plots.share_axis() | {"range": [-furthest - 0.02, 1.004], "zeroline": True}
    layout |= {"barmode": "relative", "bargap": _BAR_GAP}
    return Chart(
        key=key,
        title=_items_finding(shown, reader),
        subtitle=_(
            "%(scale)s, share of valid ballots; %(audience)s, %(returned)s returned",
            scale=reader.text(shown[0].scale.name),
            audience=words.audience(part.audience, reader),
            returned=part.returned,
        ),
        figure={"data": _grade_bars(shown, shares, reader), "layout": layout},
        table=table,
    )


def _grade_bars(
    shown: Sequence[Item], shares: Sequence[dict[str, tuple[Fraction, str]]], reader: Reader
) -> list[Json]:
    """Return one trace per grade in the base. Plotly stacks outwards: the mildest of either side comes first."""
    scale = shown[0].scale
    colour = colours.of_grades(scale)
    satisfied = [grade for grade in scale.grades if grade.in_base and grade.satisfied]
    others = [grade for grade in scale.grades if grade.in_base and not grade.satisfied]
    traces = []
    for grade in (*reversed(satisfied), *others):
        own = [each[grade.code] for each in shares]
        name = reader.text(grade.text)
        trace = plots.bars(
            name,
            own,
            sign=1 if grade.satisfied else -1,
            colour=colour[grade.code],
            ink=colours.text_on(colour[grade.code]),
        )
        counts = [(item.counts or {}).get(grade.code, 0) for item in shown]
        trace["hovertext"] = [
            plots.plain(f"{short(reader.text(item.label))} · {name}: {count} ({text})")
            for item, count, (_share, text) in zip(shown, counts, own, strict=True)
        ]
        trace["hoverinfo"] = "text"
        trace["legendrank"] = scale.grades.index(grade)
        traces.append(trace)
    return traces


def _items_finding(shown: Sequence[Item], reader: Reader) -> str:
    _ = reader.gettext
    rows = [item for item in shown if not item.is_headline] or list(shown)
    ordered = sorted(rows, key=lambda item: (item.rated.rate.rate or 0, item.code))
    lowest, highest = ordered[0], ordered[-1]
    if lowest.rated.rate.percent_text == highest.rated.rate.percent_text:
        return _("“%(item)s”: %(rate)s", item=short(reader.text(lowest.label)), rate=lowest.rated.rate.percent_text)
    return _(
        "From %(low)s (“%(lowest)s”) to %(high)s (“%(highest)s”)",
        low=lowest.rated.rate.percent_text,
        lowest=short(reader.text(lowest.label)),
        high=highest.rated.rate.percent_text,
        highest=short(reader.text(highest.label)),
    )


def teams(part: Part, reader: Reader, some: Sequence[Team] | None = None) -> Chart | None:
    """Return the teams, or `some`, as dots with intervals, best first, a line between bands.

    None where two are not compared. Teams below the participation floor are named in the subtitle and stand in the
    table.
    """
    _ = reader.gettext
    shown = [team for team in (part.teams if some is None else some) if team.is_compared]
    if part.headline is None or part.headline.rated.is_withheld or len(part.compared) < _TWO or not shown:
        return None
    figures = [team.rated.rate for team in shown]
    whole = part.headline.rated.rate
    lines = [Line(_team_name(team, reader), _rate_of_base(team.rated.rate)) for team in shown]
    layout = plots.rows(lines)
    start = plots.axis_start([*figures, whole])
    layout["xaxis"] |= plots.share_axis(start)
    layout["shapes"] = [plots.upright(plots.number(whole.rate)), *_band_lines(shown)]
    subtitle = _(
        "%(rule)s with %(level)s interval; dotted line: all teams, %(rate)s",
        rule=words.named(whole.rule, reader),
        level=_LEVEL,
        rate=whole.percent_text,
    )
    hover = [f"{line.label}: {_with_interval(figure, reader)}" for line, figure in zip(lines, figures, strict=True)]
    dots = plots.dots(figures, name="", colour=colours.DEEP_TEAL, hover=hover)
    return Chart(
        key=f"teams-{part.audience}",
        title=words.teams_sentence(part, reader),
        subtitle=_("; ").join(filter(None, (_zoomed(subtitle, start, reader), standings.left_out(part, reader)))),
        figure={"data": [dots], "layout": layout},
        table=tables.teams(part, reader, some),
    )


def _band_lines(shown: Sequence[Team]) -> list[Json]:
    return [
        {
            "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": place - 0.6, "y1": place - 0.6,
            "line": {"width": 1},
        }
        for place in range(1, len(shown))
        if shown[place].band != shown[place - 1].band
    ]  # fmt: skip


def audiences(evaluation: Evaluation, reader: Reader) -> Chart | None:
    """Return the audiences side by side: the rate filled, the strict rate open; None where none is shown."""
    _ = reader.gettext
    shown = [
        (words.audience(part.audience, reader), part.headline.rated)
        for part in evaluation.parts
        if part.headline is not None and not part.headline.rated.is_withheld
    ]
    if not shown:
        return None
    rates, stricts = [rated.rate for _name, rated in shown], [rated.strict for _name, rated in shown]
    is_named = not rule_words.are_same([rated for _name, rated in shown])
    lines = [Line(name, _both_rates(rated, reader, is_named=is_named)) for name, rated in shown]
    layout = plots.rows(lines, legend=True)
    start = plots.axis_start([*rates, *stricts])
    layout["xaxis"] |= plots.share_axis(start)
    traces = [
        plots.dots(
            figures,
            name=name,
            colour=colour,
            hover=[
                f"{each}: {_with_interval(figure, reader)}"
                for (each, _rated), figure in zip(shown, figures, strict=True)
            ],
            shift=shift,
            is_open=is_open,
        )
        for figures, name, colour, shift, is_open in (
            (rates, _name_of(rates, _("Rate"), reader), colours.DEEP_TEAL, -0.04, False),
            (stricts, _name_of(stricts, _("Rate beside it"), reader), colours.TEAL, 0.2, True),
        )
    ]
    finding = (_("%(audience)s %(rate)s", audience=name, rate=rated.rate.percent_text) for name, rated in shown)
    return Chart(
        key="audiences",
        title=_(", ").join(finding),
        subtitle=both_rates_base([rated for _name, rated in shown], start, reader),
        figure={"data": traces, "layout": layout},
        table=tables.audiences(evaluation, reader),
    )


def participation(
    evaluation: Evaluation, reader: Reader, some: Sequence[Participation] | None = None
) -> Chart | None:
    """Return workers' participation at each posting, or `some`, as bars from zero; None where nobody knows it."""
    _ = reader.gettext
    rows = [row for row in (evaluation.participation if some is None else some) if row.share is not None]
    leading = next((part for part in evaluation.parts if part.audience == Audience.WORKERS), None)
    if not rows or leading is None:
        return None
    lines = [
        Line(
            reader.text(row.place),
            f"{words.percent(row.share)} ({row.returned[Audience.WORKERS]}/{row.headcount})",
        )
        for row in rows
    ]
    layout = plots.rows(lines)
    most = max(plots.number(row.share) for row in rows)
    layout["xaxis"] |= plots.share_axis() | {"range": [0, max(1.004, most)]}
    layout["bargap"] = _BAR_GAP
    asked = sorted({row.standing.floor.members for row in rows if row.standing is not None})
    layout["shapes"] = [plots.upright(float(floor)) for floor in asked or (FAIR_PARTICIPATION, GOOD_PARTICIPATION)]
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(rows))),
        "x": [plots.number(row.share) for row in rows],
        "hovertext": [plots.plain(f"{line.label}: {line.value}") for line in lines],
        "hoverinfo": "text",
        "marker": {"color": colours.TEAL},
    }
    share = words.percent(leading.participation) if leading.participation is not None else NOTHING
    return Chart(
        key="participation",
        title=_(
            "%(returned)s workers' ballots came back, participation %(share)s",
            returned=leading.returned,
            share=share,
        ),
        subtitle=_participation_base(asked, reader),
        figure={"data": [trace], "layout": layout},
        table=tables.participation(evaluation, reader, some),
    )


def _participation_base(asked: Sequence[Fraction], reader: Reader) -> str:
    """Say what the bars are of, and what the dotted lines mark: the floors that hold, or the usual ones."""
    _ = reader.gettext
    if asked:
        floors = _(", ").join(words.chosen_percent(floor) for floor in asked)
        return _("Ballots returned ÷ headcount; dotted line: participation floor %(floors)s", floors=floors)
    return _(
        "Ballots returned ÷ headcount; dotted lines: %(fair)s and %(good)s",
        fair=percent_text(FAIR_PARTICIPATION, 0),
        good=percent_text(GOOD_PARTICIPATION, 0),
    )


def waves(found: Waves, reader: Reader) -> Chart | None:
    """Return the first evaluation and the visits from left to right, both rates with their intervals."""
    _ = reader.gettext
    shown = [wave for wave in (found.first, *found.visits) if not wave.rated.is_withheld]
    if len(shown) < _TWO or found.first not in shown:
        return None
    figure, start = drawings.waves(
        [words.month(wave.month, reader) for wave in shown], [wave.rated for wave in shown], reader
    )
    return Chart(
        key=f"waves-{found.audience}",
        title=wave_words.finding([(each.month, each.rated, each.contrast) for each in found.visits], reader),
        subtitle=both_rates_base([wave.rated for wave in shown], start, reader),
        figure=figure,
        table=wave_tables.waves(found, reader),
    )


def rate_base(figure: Figure, start: float, reader: Reader) -> str:
    """Say what a chart of rates shows, and where its axis begins."""
    _ = reader.gettext
    said = _("%(rule)s with %(level)s interval", rule=words.named(figure.rule, reader), level=_LEVEL)
    return _zoomed(said, start, reader)


def rates_base(figures: Sequence[Figure], start: float, reader: Reader) -> str:
    """Say the same of figures that may be of several rules: then these are not compared."""
    _ = reader.gettext
    if rule_words.same_rule(figures):
        return rate_base(figures[0], start, reader)
    said = _("Rates with %(level)s interval", level=_LEVEL)
    return _zoomed(_("%(said)s; by different rules, which are not compared", said=said), start, reader)


def both_rates_base(found: Sequence[Rated], start: float, reader: Reader) -> str:
    """Say what a chart of both rates shows, by which rules if they are the same, and where its axis begins."""
    _ = reader.gettext
    said = _("Both rates with %(level)s interval", level=_LEVEL)
    if not rule_words.are_same(found):
        said = _("%(said)s; by different rules, which are not compared", said=said)
    return _zoomed(said, start, reader)


def short(label: str) -> str:
    """Return a label without what stands in brackets behind it."""
    return _ASIDE.sub("", label) or label


def _team_name(team: Team, reader: Reader) -> str:
    _ = reader.gettext
    if not team.name:
        return _("No team")
    return " · ".join((reader.text(team.name), *(reader.text(place) for place in team.places)))


def _rate_of_base(figure: Figure) -> str:
    return f"{figure.percent_text} ({figure.base_text})"


def _both_rates(rated: Rated, reader: Reader, *, is_named: bool) -> str:
    """Write both rates of a verdict, each with its rule where these differ by line or are not the usual ones."""
    _ = reader.gettext
    if not is_named and rule_words.is_strict(rated):
        return _("%(rate)s, strict %(strict)s", rate=rated.rate.percent_text, strict=rated.strict.percent_text)
    return _(", ").join(f"{reader.text(each.label)} {each.percent_text}" for each in (rated.rate, rated.strict))


def _name_of(figures: Sequence[Figure], general: str, reader: Reader) -> str:
    """Name a series of figures by their rule, or generally where they are of several."""
    return words.named(figures[0].rule, reader) if rule_words.same_rule(figures) else general


def _with_interval(figure: Figure, reader: Reader) -> str:
    """Write a rate with its base and interval, and the rule that it is by."""
    text = _rate_of_base(figure)
    said = f"{text}, {figure.low_text}–{figure.high_text}" if figure.interval else text
    return f"{said} · {words.named(figure.rule, reader)}"


def _zoomed(subtitle: str, start: float, reader: Reader) -> str:
    """Add to a subtitle that the axis does not begin at 0, where it does not."""
    _ = reader.gettext
    if not start:
        return subtitle
    return _("%(base)s; the axis begins at %(start)s", base=subtitle, start=f"{round(start * 100)}%")
