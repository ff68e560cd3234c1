"""A4 posters: who asks whom, about what, until when, and the code to scan; one SVG document each.

The same drawing stands on the page that is printed and in the ZIP: it needs no other file, and is set in the fonts
that the machine has (see docs/decisions). Words come in ready, in one language or two.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from survey_app.reporting import qr
from survey_app.reporting.posters_layout import CODE_EM, CODE_FONTS, FONTS, Block, block, fitted, text

WIDTH, HEIGHT = 210.0, 297.0
"""A4 in millimetres."""
_MARGIN = 18.0
_ROOM = WIDTH - 2 * _MARGIN
_MIDDLE = WIDTH / 2
_RED, _INK, _QUIET = "#a8201a", "#1d1f21", "#4a4f54"
_QR_SIDE = 100.0
_GAP = 5.0


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a poster in one language. `place` and `minutes` may be empty."""

    union: str
    title: str
    place: str
    call: str
    code: str
    address: str
    minutes: str
    closing: str
    anonymity: str


@dataclass(frozen=True, slots=True)
class Poster:
    """What a poster shows. `content` is what the QR code holds, `name` what those hear who cannot see it.

    `sample` is printed across the foot of sample data's posters, which nobody is to put up.
    """

    name: str
    content: str
    code: str
    address: str
    words: Sequence[Wording]
    sample: str = ""


def grouped(code: str, size: int = 4) -> str:
    """Return a code in groups, as it is read out and typed."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def svg(poster: Poster) -> str:
    """Return the poster as an SVG document of A4's size."""
    first = poster.words[0]
    second = poster.words[1] if len(poster.words) > 1 else None
    parts, top = _head(first, second)
    parts += _code(poster, first, second, top)
    parts += _foot(poster, first, second)
    return document(poster.name, parts)


def document(name: str, parts: Iterable[str]) -> str:
    """Return an A4 page as an SVG document that says what it is."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'role="img" aria-label="{escape(name)}" font-family="{FONTS}" fill="{_INK}">'
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def code_picture(content: str | Sequence[tuple[str, int]], x: float, y: float, side: float) -> str:
    """Return a QR code, quiet zone included, as a part of a drawing."""
    drawn = qr.drawing(content)
    scale = side / drawn.side
    return (
        f'<g transform="translate({x:g} {y:g}) scale({scale:.5f})"><path fill="#fff" d="M0 0h{drawn.side}'
        f'v{drawn.side}h-{drawn.side}z"/><path stroke="#000" fill="none" d="{drawn.path}"/></g>'
    )


def archive(drawings: Iterable[tuple[str, str]], page: tuple[str, str]) -> bytes:
    """Return a ZIP of named drawings, and of one page that holds all of them for printing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (page, *drawings):
            file.writestr(name, content)
    return out.getvalue()


def print_page(title: str, locale: str, drawings: Iterable[str]) -> str:
    """Return a page of HTML, complete in itself, that prints each drawing on a sheet of A4."""
    sheets = "".join(f"<section>{drawn}</section>" for drawn in drawings)
    return (
        f'<!doctype html><html lang="{escape(locale)}"><meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>@page{size:A4;margin:0}body{margin:0;background:#ddd}section{width:210mm;height:296.9mm;"
        "margin:0 auto 4mm;break-after:page;overflow:hidden}svg{display:block}"
        "@media print{body{background:none}section{margin:0}}section:last-child{break-after:auto}</style>"
        f"<body>{sheets}</body></html>"
    )


def _head(first: Wording, second: Wording | None) -> tuple[list[str], float]:
    """Who asks, what it is about, and who is to answer; return where the next part may begin."""
    parts = [
        f'<rect x="{_MARGIN:g}" y="16" width="{_ROOM:g}" height="1.6" fill="{_RED}"/>',
        _centred(22, fitted(first.union, (7.5, 6.5, 5.5), _ROOM), fill=_RED, font_weight=700),
    ]
    top = 34.0
    if second and second.union != first.union:
        parts.append(_centred(top - 2, fitted(second.union, (4.6, 4, 3.4), _ROOM), fill=_RED))
        top += 7
    title = _title(first.title)
    parts.append(_centred(top, title, font_weight=700))
    top += title.height() + 1
    if second and second.title != first.title:
        english = fitted(second.title, (6, 5.2, 4.6), _ROOM, 2)
        parts.append(_centred(top, english, fill=_QUIET))
        top += english.height() + 1
    if first.place:
        place = fitted(first.place, (6.4, 5.6, 4.8), _ROOM, 2)
        parts.append(_centred(top, place, fill=_QUIET))
        top += place.height() + 2
    call = fitted(first.call, (8.4, 7.4, 6.4), _ROOM)
    parts.append(_centred(top + 1, call, font_weight=700))
    top += call.height() + 2
    if second:
        english = fitted(second.call, (5.2, 4.6), _ROOM)
        parts.append(_centred(top, english, fill=_QUIET))
        top += english.height()
    return parts, top


def _code(poster: Poster, first: Wording, second: Wording | None, top: float) -> list[str]:
    """The code to scan, large, with the same to type beneath; in the middle of the room between head and foot."""
    foot = _foot_top(second)
    side = min(_QR_SIDE, foot - top - 26 - 2 * _GAP)
    y = top + (foot - top - side - 26) / 2
    left = _MIDDLE - side / 2
    frame = (
        f'<rect x="{left:g}" y="{y:.2f}" width="{side:g}" height="{side:g}" rx="3" fill="#fff" '
        f'stroke="{_INK}" stroke-width="0.5"/>'
    )
    size = min(10.5, _ROOM / (CODE_EM * len(grouped(poster.code))))
    label = f"{first.code} · {second.code}" if second else first.code
    address = f"{first.address} {poster.address}"
    return [
        frame,
        code_picture(poster.content, left + 1, y + 1, side - 2),
        _centred(y + side + 1.5, fitted(label, (4.2,), _ROOM), fill=_QUIET),
        text(
            _MIDDLE, y + side + 16.4, grouped(poster.code), size,
            text_anchor="middle", font_family=CODE_FONTS, font_weight=700,
        ),
        _centred(y + side + 19.2, fitted(address, (4.8, 4.2, 3.6, 3.1), _ROOM, 2)),
    ]  # fmt: skip


def _foot(poster: Poster, first: Wording, second: Wording | None) -> list[str]:
    """How long it takes, until when, and what is promised."""
    y = _foot_top(second)
    facts = [fact for fact in (first.minutes, first.closing) if fact]
    parts = [f'<rect x="{_MARGIN:g}" y="{y:g}" width="{_ROOM:g}" height="0.4" fill="{_INK}"/>']
    line = fitted(" · ".join(facts), (6, 5.2, 4.6), _ROOM)
    parts.append(_centred(y + 4, line, font_weight=700))
    top = y + 5 + line.height()
    promise = fitted(first.anonymity, (5, 4.6, 4.2), _ROOM, 2)
    parts.append(_centred(top, promise))
    top += promise.height() + 1
    if second:
        said = ". ".join(fact for fact in (second.minutes, second.closing, second.anonymity) if fact)
        english = fitted(said, (3.9, 3.5, 3.2), _ROOM, 3)
        parts.append(_centred(top, english, fill=_QUIET))
    if poster.sample:
        parts.append(_centred(HEIGHT - 13, fitted(poster.sample, (5,), _ROOM), fill=_RED, font_weight=700))
    return parts


def _foot_top(second: Wording | None) -> float:
    return 240.0 if second else 254.0


def _title(words: str) -> Block:
    """Two large lines where they do, four small ones for the longest titles."""
    large = fitted(words, (14, 12, 10.5, 9), _ROOM, 2)
    return large if not large.lines[-1].endswith("…") else fitted(words, (8.5, 7.5, 6.5), _ROOM, 4)


def _centred(top: float, lines: Block, **attributes: Any) -> str:
    return block(_MIDDLE, top, lines, text_anchor="middle", **attributes)
