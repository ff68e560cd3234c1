"""The pieces that our Plotly figures are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any, TypeAlias

from survey_app.reporting import colours, labels
from survey_app.scoring.figure import Figure

Json: TypeAlias = dict[str, Any]

ROW = 58
"""Height of a row with its label above, in pixels."""
_TOP = 22
_LEGEND = 40
_AXIS = 36
_LABEL_ABOVE = 22

_THINNEST_LABEL = Fraction(12, 100)
_STEPS = ((0.25, 0.05), (0.5, 0.1), (1.0, 0.25))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a chart: its label stands above left, its value above right."""

    label: str
    value: str


def plain(text: str) -> str:
    """Return words that Plotly prints as they are: it reads a few HTML tags."""
    return escape(text, quote=False)


def number(share: Fraction | float | None) -> float:
    """Return a share for an axis; 0 for none."""
    return round(float(share or 0), 6)


def frame(height: int) -> Json:
    """Return the layout that all charts share. Colours of ink and ground come from the page."""
    return {
        "height": height,
        "autosize": True,
        "font": {"size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 14, "r": 22, "t": _TOP, "b": _AXIS},
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
    }


def rows(lines: Sequence[Line], *, legend: bool = False) -> Json:
    """Return the layout of a chart with one row per line, first row on top.

    `meta.rows` holds label and value again, so that the page can shorten a label to its width.
    """
    height = _TOP + len(lines) * ROW + _AXIS + (_LEGEND if legend else 0)
    layout = frame(height)
    layout["margin"]["b"] = _AXIS + (_LEGEND if legend else 0)
    layout["yaxis"] = {"range": [len(lines) - 0.5, -0.5], "visible": False, "fixedrange": True}
    layout["xaxis"] = {"fixedrange": True, "zeroline": False, "ticks": ""}
    layout["annotations"] = [
        note
        for place, line in enumerate(lines)
        for note in (_above(place, line.label, 0), _above(place, line.value, 1))
    ]
    layout["meta"] = {"rows": [[line.label, line.value] for line in lines]}
    if legend:
        layout |= {"showlegend": True, "legend": legend_at(-(_AXIS - 4) / (height - _TOP - _AXIS - _LEGEND))}
    return layout


def upright(x: float) -> Json:
    """Return a dotted line from bottom to top, behind the marks."""
    return {
        "type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
        "line": {"dash": "dot", "width": 1},
    }  # fmt: skip


def beside(text: str, at: tuple[float, float], aside: tuple[float, float]) -> Json:
    """Return a label some pixels right of a point and below it; a thin line leads to a point that is far."""
    note = {"x": at[0], "y": at[1], "text": plain(text), "font": {"size": 15}}
    if not labels.is_far(aside):
        return {**note, "showarrow": False, "xshift": aside[0], "yshift": -aside[1]}
    line = {"arrowhead": 0, "arrowwidth": 1, "arrowcolor": colours.GREY, "standoff": 6}
    return {**note, "showarrow": True, "ax": aside[0], "ay": aside[1], **line}


def _above(place: int, text: str, side: int) -> Json:
    return {
        "xref": "paper",
        "x": side,
        "xanchor": "right" if side else "left",
        "yref": "y",
        "y": place,
        "yshift": _LABEL_ABOVE,
        "text": plain(text),
        "showarrow": False,
    }


def legend_at(y: float) -> Json:
    """Return a legend in one line below the axis, which only explains."""
    return {
        "orientation": "h", "x": 0, "xanchor": "left", "y": y, "yanchor": "top", "itemclick": False,
        "itemdoubleclick": False, "traceorder": "normal",
    }  # fmt: skip


def axis_start(figures: Sequence[Figure]) -> float:
    """Return where an axis of dots begins: at 0, or at a tenth below all intervals if all lie above one half."""
    lowest = min(figure.interval.low if figure.interval else number(figure.value) for figure in figures)
    return 0.0 if lowest < 0.5 else min(0.9, math.floor(lowest * 10) / 10)


def share_axis(start: float = 0.0) -> Json:
    """Return an axis of shares from `start` to 100 %."""
    step = next(step for span, step in _STEPS if 1 - start <= span + 1e-9)
    ticks = [start + place * step for place in range(round((1 - start) / step) + 1)]
    return {
        "range": [start - 0.004, 1.004],
        "tickvals": [round(tick, 4) for tick in ticks],
        "ticktext": [f"{round(tick * 100)}%" for tick in ticks],
    }


def bars(name: str, shares: Sequence[tuple[Fraction, str]], *, sign: int, colour: str, ink: str) -> Json:
    """Return one grade's bars, with the share written in those that are long enough."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": plain(name),
        "y": list(range(len(shares))),
        "x": [sign * number(share) for share, _text in shares],
        "text": [text if share >= _THINNEST_LABEL else "" for share, text in shares],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": ink, "size": 12},
        "marker": {"color": colour},
    }


def dots(
    figures: Sequence[Figure],
    *,
    name: str,
    colour: str,
    hover: Sequence[str],
    shift: float = 0.0,
    is_open: bool = False,
) -> Json:
    """Return rates as dots with their intervals, one a row."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(name),
        "x": [number(figure.value) for figure in figures],
        "y": [place + shift for place in range(len(figures))],
        "error_x": _errors(figures, colour),
        "cliponaxis": False,
        "marker": _marker(colour, is_open),
        "text": [plain(each) for each in hover],
        "hovertemplate": "%{text}<extra></extra>",
    }


def line(
    places: Sequence[str], figures: Sequence[Figure], *, name: str, colour: str, above: bool, is_open: bool = False
) -> Json:
    """Return rates from left to right with their intervals, each with its value written."""
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": plain(name),
        "x": [plain(place) for place in places],
        "y": [number(figure.rate) for figure in figures],
        "error_y": _errors(figures, colour),
        "line": {"color": colour, "width": 2, "dash": "dot" if is_open else "solid"},
        "marker": _marker(colour, is_open),
        "text": [figure.percent_text for figure in figures],
        "textposition": "top right" if above else "bottom right",
        "hovertext": [
            plain(f"{place}: {each.percent_text} · {name}") for place, each in zip(places, figures, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }


def _errors(figures: Sequence[Figure], colour: str) -> Json:
    """Return error bars; none for a census, which has no sampling error."""
    above, below = [], []
    for figure in figures:
        rate, interval = number(figure.value), figure.interval
        above.append(round(interval.high - rate, 6) if interval else 0.0)
        below.append(round(rate - interval.low, 6) if interval else 0.0)
    return {
        "type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": colour, "thickness": 2,
        "width": 5,
    }  # fmt: skip


def _marker(colour: str, is_open: bool) -> Json:
    line = {"width": 2, "color": colour}
    return {"color": colour, "size": 11, "symbol": "circle-open" if is_open else "circle", "line": line}
