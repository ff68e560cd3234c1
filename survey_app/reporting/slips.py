"""Slips with single-use codes: 24 on a sheet of A4, to cut along dashed lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.reporting import qr
from survey_app.reporting.posters import HEIGHT, WIDTH, code_picture, document, grouped
from survey_app.reporting.posters_layout import CODE_FONTS, block, fitted, text

ACROSS, DOWN = 3, 8
PER_SHEET = ACROSS * DOWN
_EDGE_X, _EDGE_Y = 9.0, 10.5
"""Millimetres that office printers leave white."""
_CELL_X, _CELL_Y = (WIDTH - 2 * _EDGE_X) / ACROSS, (HEIGHT - 2 * _EDGE_Y) / DOWN
_QR_SIDE = 27.0
_PAD = 1.5
_QUIET = "#4a4f54"


@dataclass(frozen=True, slots=True)
class SlipWords:
    """What all slips of a sheet say: the survey's title, until when, how to use a code, where to type it."""

    title: str
    closing: str
    once: str
    address: str


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: its number as it is written, its code, and the collector's."""

    number: str
    code: str
    content: Sequence[tuple[str, int]]


def slip(base_url: str, collector_code: str, number: str, code: str) -> Slip:
    """Return the slip of a code."""
    return Slip(number, code, qr.invitation_content(base_url, collector_code, code))


def sheets(slips: Sequence[Slip]) -> list[Sequence[Slip]]:
    """Return the slips by sheet."""
    return [slips[start : start + PER_SHEET] for start in range(0, len(slips), PER_SHEET)]


def svg(name: str, slips: Sequence[Slip], words: SlipWords) -> str:
    """Return one sheet of at most `PER_SHEET` slips as an SVG document."""
    parts = [_cut_lines()]
    for place, each in enumerate(slips):
        row, column = divmod(place, ACROSS)
        parts += _slip(each, words, _EDGE_X + column * _CELL_X, _EDGE_Y + row * _CELL_Y)
    return document(name, parts)


def _cut_lines() -> str:
    """Lines across the whole sheet, so that a guillotine finds them."""
    down = "".join(f"M{_EDGE_X + number * _CELL_X:g} 0V{HEIGHT:g}" for number in range(ACROSS + 1))
    across = "".join(f"M0 {_EDGE_Y + number * _CELL_Y:g}H{WIDTH:g}" for number in range(DOWN + 1))
    return f'<path d="{down}{across}" fill="none" stroke="#8b8d8f" stroke-width="0.25" stroke-dasharray="2 1.5"/>'


def _slip(each: Slip, words: SlipWords, left: float, top: float) -> list[str]:
    x = left + _QR_SIDE + _PAD
    room = _CELL_X - _QR_SIDE - 2 * _PAD
    title = fitted(words.title, (3, 2.7, 2.4), room, 3)
    code = grouped(each.code, 5)
    return [
        code_picture(each.content, left + 0.5, top + 0.7, _QR_SIDE),
        block(x, top + 2, title, leading=1.25, font_weight=700),
        text(x, top + 16.8, code, 4.7, font_family=CODE_FONTS, font_weight=700),
        block(x, top + 18.1, fitted(words.once, (2.3, 2.1, 1.9), room, 2), fill=_QUIET),
        block(x, top + 24.2, fitted(words.closing, (2.4, 2.2, 2), room), fill=_QUIET),
        block(x, top + 27.2, fitted(each.number, (2.4,), room), fill=_QUIET),
        block(left + 3.8, top + 30.2, fitted(words.address, (2.3, 2, 1.7, 1.4), _CELL_X - 5)),
    ]
