"""Charts of what is explored: bars of any answers, dots of any groups. What is withheld has no row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from survey_app.questionnaire.definition import Scale
from survey_app.reporting import colours, labels, plots
from survey_app.reporting.plots import Json, Line
from survey_app.reporting.words import Reader, named
from survey_app.scoring.drivers import Quadrant
from survey_app.scoring.evaluation import Rated
from survey_app.scoring.figure import Figure
from survey_app.scoring.rounding import percent_text

BAR_GAP = 0.64
_WAVES_HEIGHT = 376
_ABOVE_WAVES = 28
"""Room for the number above a point that stands at the upper end of the axis."""
_MAP_HEIGHT = 520
_CORNERS = {
    Quadrant.IMPROVE: (1, 0),
    Quadrant.KEEP_UP: (1, 1),
    Quadrant.LOW_PRIORITY: (0, 0),
    Quadrant.POSSIBLE_OVERKILL: (0, 1),
}
"""Where the parts of the map lie: across (importance), up (performance)."""

_SIX = (
    colours.DEEP_TEAL,
    colours.TEAL,
    colours.PALE_TEAL,
    colours.PALE_SAND,
    colours.SAND,
    colours.RUST,
)


_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "hexagon")
"""Marks that tell kinds apart without their colours."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: the code that gives its colour, its name (of all merged codes), how many ballots."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of bars: its label, its value, its pieces; `in_full` is what a short label stands for."""

    label: str
    value: str
    parts: tuple[Part, ...]
    in_full: str = ""

    @property
    def full(self) -> str:
        """What is read by pointing at it."""
        return self.in_full or self.label

    @property
    def total(self) -> int:
        """All ballots of the row."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a colour stands for: a code with its words; `sign` -1 is drawn to the left of zero."""

    code: str
    name: str
    colour: str
    sign: int = 1


def kinds_of_scale(scale: Scale, names: Mapping[str, str]) -> list[Kind]:
    """Return the grades in the base, best first: satisfied to the right of zero, others to the left."""
    colour = colours.of_grades(scale)
    return [
        Kind(grade.code, names[grade.code], colour[grade.code], 1 if grade.satisfied else -1)
        for grade in scale.grades
        if grade.in_base
    ]


def kinds_of(names: Mapping[str, str]) -> list[Kind]:
    """Return codes without an order of good and bad, all to the right; beyond six colours they begin anew."""
    few = {1: (0,), 2: (0, 4), 3: (0, 2, 4), 4: (0, 1, 2, 4), 5: (0, 1, 2, 4, 5)}.get(len(names), range(6))
    shown = [_SIX[place] for place in few]
    return [Kind(code, name, shown[place % len(shown)]) for place, (code, name) in enumerate(names.items())]


def stacked(bars: Sequence[Bar], kinds: Sequence[Kind]) -> Json:
    """Return bars of shares, a row each; those of a negative kind run to the left."""
    layout = plots.rows([Line(bar.label, bar.value) for bar in bars], legend=True)
    signs = {kind.code: kind.sign for kind in kinds}
    left = max(
        (sum(part.count for part in bar.parts if signs[part.code] < 0) / bar.total for bar in bars if bar.total),
        default=0,
    )
    right = 1.004
    layout["xaxis"] |= plots.share_axis() | {"range": [-left - 0.02 if left else 0, right], "zeroline": True}
    layout |= {"barmode": "relative", "bargap": BAR_GAP}
    # Plotly stacks outwards: the mildest of either side comes first.
    ordered = [*reversed([each for each in kinds if each.sign > 0]), *(each for each in kinds if each.sign < 0)]
    if not any(kind.sign < 0 for kind in kinds):
        ordered = list(kinds)
    return {"data": [_trace(bars, kind, kinds.index(kind)) for kind in ordered], "layout": layout}


def _trace(bars: Sequence[Bar], kind: Kind, rank: int) -> Json:
    own = [next((part for part in bar.parts if part.code == kind.code), None) for bar in bars]
    shares = [
        Fraction(part.count, bar.total) if part is not None and bar.total else Fraction(0)
        for part, bar in zip(own, bars, strict=True)
    ]
    trace = plots.bars(
        kind.name,
        [(share, percent_text(share)) for share in shares],
        sign=kind.sign,
        colour=kind.colour,
        ink=colours.text_on(kind.colour),
    )
    trace["hovertext"] = [
        "" if part is None else plots.plain(f"{bar.full} · {part.name}: {part.count} ({percent_text(share)})")
        for bar, part, share in zip(bars, own, shares, strict=True)
    ]
    trace["hoverinfo"] = "text"
    trace["legendrank"] = rank
    return trace


def plain_bars(lines: Sequence[tuple[str, int, int]]) -> Json:
    """Return shares as bars from zero: label, count, base."""
    shares = [Fraction(count, base) if base else Fraction(0) for _label, count, base in lines]
    texts = [f"{percent_text(share)} ({each[1]}/{each[2]})" for each, share in zip(lines, shares, strict=True)]
    layout = plots.rows([Line(each[0], text) for each, text in zip(lines, texts, strict=True)])
    layout["xaxis"] |= plots.share_axis() | {"range": [0, 1.004]}
    layout["bargap"] = BAR_GAP
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(lines))),
        "x": [plots.number(share) for share in shares],
        "hovertext": [plots.plain(f"{each[0]}: {text}") for each, text in zip(lines, texts, strict=True)],
        "hoverinfo": "text",
        "marker": {"color": colours.TEAL},
    }
    return {"data": [trace], "layout": layout}


def spread(rows: Sequence[tuple[str, str, Sequence[Part], Sequence[int]]], kinds: Sequence[Kind]) -> Json:
    """Return shares that do not add up to one as points on a line: label, value, parts, and the base of each."""
    layout = plots.rows([Line(label, value) for label, value, _parts, _bases in rows], legend=True)
    layout["xaxis"] |= plots.share_axis()
    data = []
    for rank, kind in enumerate(kinds):
        points = [
            (place, label, part, Fraction(part.count, base))
            for place, (label, _value, parts, bases) in enumerate(rows)
            for part, base in zip(parts, bases, strict=True)
            if part.code == kind.code and base
        ]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": plots.plain(kind.name),
                "x": [plots.number(share) for *_rest, share in points],
                "y": [place for place, *_rest in points],
                "text": [
                    plots.plain(f"{label} · {part.name}: {percent_text(share)} ({part.count})")
                    for _place, label, part, share in points
                ],
                "hovertemplate": "%{text}<extra></extra>",
                "cliponaxis": False,
                "marker": {
                    "size": 13,
                    "color": kind.colour,
                    "symbol": _SYMBOLS[rank % len(_SYMBOLS)],
                    "line": {"width": 1, "color": colours.GREY},
                },
            }
        )
    return {"data": data, "layout": layout}


def dots(
    rows: Sequence[tuple[str, Figure]], whole: Figure | None, reader: Reader, bases: Sequence[str] | None = None
) -> tuple[Json, float]:
    """Return rates as dots with intervals, a dotted line at the whole, and where the axis begins.

    `bases` say what each rate rests on; without them as x/n.
    """
    figures = [figure for _label, figure in rows]
    bases = bases or [figure.base_text for figure in figures]
    lines = [
        Line(label, f"{figure.percent_text} ({base})") for (label, figure), base in zip(rows, bases, strict=True)
    ]
    layout = plots.rows(lines)
    known = [*figures, whole] if whole is not None and whole.withheld is None else figures
    start = plots.axis_start(known)
    layout["xaxis"] |= plots.share_axis(start)
    if whole is not None and whole.withheld is None:
        layout["shapes"] = [plots.upright(plots.number(whole.rate))]
    hover = [
        f"{line.label}: {line.value}{_limits(figure)} · {named(figure.rule, reader)}"
        for line, figure in zip(lines, figures, strict=True)
    ]
    return {"data": [plots.dots(figures, name="", colour=colours.DEEP_TEAL, hover=hover)], "layout": layout}, start


def _limits(figure: Figure) -> str:
    return f", {figure.low_text}–{figure.high_text}" if figure.interval else ""


def pairs(rows: Sequence[tuple[str, Figure, Figure]], names: tuple[str, str], reader: Reader) -> tuple[Json, float]:
    """Return two rates a row, the first filled, the second open, and where the axis begins."""
    firsts, seconds = [first for _label, first, _second in rows], [second for _label, _first, second in rows]
    lines = [
        Line(label, f"{names[0]} {first.percent_text} · {names[1]} {second.percent_text}")
        for label, first, second in rows
    ]
    layout = plots.rows(lines, legend=True)
    start = plots.axis_start([*firsts, *seconds])
    layout["xaxis"] |= plots.share_axis(start)
    traces = [
        plots.dots(
            figures,
            name=name,
            colour=colour,
            hover=[
                f"{row[0]}: {name} {figure.percent_text} ({figure.base_text}) · {named(figure.rule, reader)}"
                for row, figure in zip(rows, figures, strict=True)
            ],
            shift=shift,
            is_open=is_open,
        )
        for figures, name, colour, shift, is_open in (
            (firsts, names[0], colours.DEEP_TEAL, -0.04, False),
            (seconds, names[1], colours.TEAL, 0.2, True),
        )
    ]
    return {"data": traces, "layout": layout}, start


def waves(places: Sequence[str], found: Sequence[Rated], reader: Reader) -> tuple[Json, float]:
    """Return both rates from left to right with their intervals, and where the axis begins.

    A line connects figures of one rule only: where it changes, another line begins with a name of its own.
    """
    rates, stricts = [each.rate for each in found], [each.strict for each in found]
    start = plots.axis_start([*rates, *stricts])
    layout = plots.frame(_WAVES_HEIGHT)
    layout["margin"] = {"l": 46, "r": 14, "t": _ABOVE_WAVES, "b": 74}
    layout["yaxis"] = plots.share_axis(start) | {"fixedrange": True, "zeroline": False}
    layout["xaxis"] = {
        "type": "category",
        "fixedrange": True,
        "showgrid": False,
        "range": [-0.4, len(places) - 0.5],
        "categoryorder": "array",
        "categoryarray": [plots.plain(place) for place in places],
    }
    layout |= {"showlegend": True, "legend": plots.legend_at(-0.2)}
    data = [
        plots.line(
            [places[place] for place in run],
            [figures[place] for place in run],
            name=named(figures[run[0]].rule, reader),
            colour=colour,
            above=not is_open,
            is_open=is_open,
        )
        for figures, colour, is_open in ((rates, colours.DEEP_TEAL, False), (stricts, colours.TEAL, True))
        for run in _runs(figures)
    ]
    return {"data": data, "layout": layout}, start


def _runs(figures: Sequence[Figure]) -> list[list[int]]:
    """Return the places of figures that follow each other and are of one rule."""
    numbered = groupby(enumerate(figures), key=lambda pair: (pair[1].metric, pair[1].rule_version))
    return [[place for place, _figure in same] for _key, same in numbered]


def importance_map(
    points: Sequence[tuple[str, float, float, bool]],
    lines: tuple[float, float],
    names: tuple[str, str],
    corners: Mapping[Quadrant, str],
    *,
    in_percent: bool = True,
) -> Json:
    """Return items by importance (across) and performance (up), with the two lines; what to improve stands out.

    The points are numbered from 1, as the table beneath is: names would lie over one another. `corners` names what
    lies between the lines, in the corner of each part. Importance is `in_percent`, or from -1 to 1.
    """
    layout = plots.frame(_MAP_HEIGHT)
    layout["margin"] = {"l": 52, "r": 24, "t": 20, "b": 52}
    across, up = [each[1] for each in points], [round(each[2], 1) for each in points]
    reach = _around(across, 1.0 if in_percent else 0.02), _around(up)
    layout["xaxis"] = {"title": {"text": names[0]}, "fixedrange": True, "zeroline": False, "range": reach[0]}
    layout["yaxis"] = {"title": {"text": names[1]}, "fixedrange": True, "zeroline": False, "range": reach[1]}
    upright = plots.upright(lines[0])
    level = {**upright, "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": lines[1], "y1": lines[1]}
    layout["shapes"] = [upright, level]
    (left, right), (bottom, top) = reach
    shares = [((x - left) / (right - left), (y - bottom) / (top - bottom)) for x, y in zip(across, up, strict=True)]
    layout["annotations"] = [
        *(_corner(name, *_CORNERS[where]) for where, name in corners.items()),
        *(
            plots.beside(str(number), at, aside)
            for number, (at, aside) in enumerate(
                zip(zip(across, up, strict=True), labels.beside(shares, _MAP_HEIGHT - 72), strict=True), start=1
            )
        ),
    ]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": across,
        "y": up,
        "text": [f"{number}. {plots.plain(each[0])}" for number, each in enumerate(points, start=1)],
        "hovertemplate": f"%{{text}}: %{{x:{'.0f}%' if in_percent else '.2f}'}, %{{y:.1f}}<extra></extra>",
        "cliponaxis": False,
        "marker": {
            "size": 12,
            "color": [colours.RUST if each[3] else colours.DEEP_TEAL for each in points],
            "symbol": ["diamond" if each[3] else "circle" for each in points],
        },
    }
    return {"data": [trace], "layout": layout}


def _corner(name: str, x: int, y: int) -> Json:
    return {
        "xref": "paper", "x": x, "xanchor": "right" if x else "left",
        "yref": "paper", "y": y, "yanchor": "top" if y else "bottom",
        "text": plots.plain(name), "showarrow": False, "font": {"size": 15}, "opacity": 0.7,
    }  # fmt: skip


def _around(values: Sequence[float], least: float = 1.0) -> list[float]:
    """Return an axis, of `least` width before, with room for the words beside its outermost points."""
    low, high = min(values), max(values)
    room = max(high - low, least) * 0.25
    return [round(low - room, 2), round(high + room, 2)]
