"""One colour system for screen, Excel and print: safe for the colour-blind, ordered in grey print, too."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.questionnaire.definition import Scale

DEEP_TEAL = "#0b5a55"
TEAL = "#3d938a"
PALE_TEAL = "#a5cfc8"
PALE_SAND = "#f0e2c8"
SAND = "#dfc190"
RUST = "#ad4f27"
GREY = "#b4b8bb"

INK = "#1d1f21"
PAPER = "#ffffff"

IN_THE_DARK: Mapping[str, str] = {
    DEEP_TEAL: "#1f8a81",
    TEAL: "#5db3aa",
    PALE_TEAL: "#b5dcd6",
    PALE_SAND: "#f3ead8",
    SAND: "#e3c89b",
    RUST: "#cf6f45",
    GREY: "#8d9296",
}
"""The same colours, lighter, for a dark ground."""

_GOOD = (DEEP_TEAL, TEAL, PALE_TEAL)
_BAD = (PALE_SAND, SAND, RUST)
_DARK_ENOUGH_FOR_WHITE = {DEEP_TEAL, RUST}


def of_grades(scale: Scale) -> dict[str, str]:
    """Return the colour of each grade: teals for those that count as satisfied, sand and rust for the others.

    Grades outside the base are grey. On a longer scale neighbours share a colour.
    """
    satisfied = [grade.code for grade in scale.grades if grade.in_base and grade.satisfied]
    others = [grade.code for grade in scale.grades if grade.in_base and not grade.satisfied]
    colours = {grade.code: GREY for grade in scale.grades}
    colours.update(_spread(satisfied, _GOOD))
    # The last of the others is always the worst, so a short scale leaves out the mild tones.
    colours.update(_spread(others, _BAD[-len(others) :] if others else _BAD))
    return colours


def text_on(colour: str) -> str:
    """Return the colour of words on `colour`."""
    return PAPER if colour in _DARK_ENOUGH_FOR_WHITE else INK


def _spread(codes: list[str], colours: tuple[str, ...]) -> dict[str, str]:
    """Give each code a colour, first to first and last to last where there are enough."""
    if len(codes) <= len(colours):
        return dict(zip(codes, colours, strict=False))
    step = (len(colours) - 1) / (len(codes) - 1)
    return {code: colours[round(place * step)] for place, code in enumerate(codes)}
