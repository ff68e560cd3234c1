"""The printed form: a questionnaire as A4 pages with boxes to tick, each with the key that it is keyed by.

What is to be printed comes in as words; pages come out as drawings in millimetres, as posters do. Nothing that
belongs together is broken: a question stands on one page unless it is longer than a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from survey_app.reporting.paper_facts import Form
from survey_app.reporting.paper_parts import (
    BOTTOM,
    LEFT,
    ROOM,
    TOP,
    Strip,
    asked_strips,
    closing_strip,
    head_strip,
    notice_strip,
    part_strip,
    said,
)
from survey_app.reporting.posters import HEIGHT, WIDTH
from survey_app.reporting.posters_layout import CODE_FONTS, FONTS, block, fitted, text

MOST_AT_ONCE = 100
"""Copies of a form on one page to print: a browser lays them out in a few seconds."""
_LEAST = 60.0
"""Millimetres that a question longer than a page begins on; with less it begins on the next one."""
_GREY = "#4a4f54"


@dataclass(slots=True)
class _Sheet:
    """A page that is being filled: where the next strip begins, and what stands on it."""

    y: float
    drawn: list[str] = field(default_factory=list)

    def add(self, strip: Strip) -> None:
        """Put a strip beneath what is there."""
        self.drawn.append(strip.at(self.y))
        self.y += strip.height

    def has_room(self, height: float) -> bool:
        """Whether something of this height fits."""
        return self.y + height <= BOTTOM


def pages(form: Form, *, is_two_sided: bool = False) -> list[str]:
    """Return the pages of one copy as parts of drawings, without number of sheet; with an even number if asked.

    A question goes to the next page as a whole where it does not fit; only one longer than a page is broken,
    between its options or rows, and says so.
    """
    sheets = [_Sheet(TOP)]
    sheets[0].add(head_strip(form.union, form.title, form.place, form.code, form.code_words, form.sample))
    sheets[0].add(notice_strip(form.notice, form.how_to))
    for part in form.parts:
        heading = part_strip(part.title, part.intro, part.rule)
        for asked in part.asked:
            strips = asked_strips(asked, form.continued)
            _place(sheets, form, [heading, *strips] if heading is not None else list(strips))
            heading = None
    if form.closing:
        _place(sheets, form, [closing_strip(form.closing)])
    if is_two_sided and len(sheets) % 2:
        sheets.append(_next(form))
        sheets[-1].add(said(form.empty_page))
        count = len(sheets) - 1
    else:
        count = len(sheets)
    return ["".join(sheet.drawn) + _foot(form, number, count) for number, sheet in enumerate(sheets, start=1)]


def sheet(form: Form, name: str, body: str, serial: int) -> str:
    """Return a page of one copy as an SVG document: a body of `pages`, or a reference to one, and its number."""
    words = form.serial % {"serial": f"{serial:04}"}
    style = {"text_anchor": "end", "font_family": CODE_FONTS, "font_weight": 700}
    number = text(WIDTH - LEFT, HEIGHT - 9.5, words, 4.2, **style)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'role="img" aria-label="{escape(name)}" font-family="{FONTS}" fill="#1d1f21">{body}{number}</svg>'
    )


def copies(form: Form, name: str, serials: Sequence[int], *, is_two_sided: bool = False) -> list[str]:
    """Return the sheets of several copies. Only the first one holds the drawing; the others refer to it."""
    bodies = pages(form, is_two_sided=is_two_sided)
    found = []
    for place, serial in enumerate(serials):
        for number, body in enumerate(bodies, start=1):
            shown = f'<use href="#form-{number}"/>' if place else f'<g id="form-{number}">{body}</g>'
            found.append(sheet(form, name, shown, serial))
    return found


def _place(sheets: list[_Sheet], form: Form, strips: list[Strip]) -> None:
    """Put strips that belong together on one page; those that no page holds, one after the other."""
    height = sum(strip.height for strip in strips)
    if sheets[-1].has_room(height):
        for strip in strips:
            sheets[-1].add(strip)
        return
    is_long = height > BOTTOM - _next(form).y
    if not (is_long and sheets[-1].has_room(_LEAST)):
        sheets.append(_next(form))
    for strip in strips:
        if is_long and not sheets[-1].has_room(strip.height):
            sheets.append(_next(form))
            if strip.again is not None:
                sheets[-1].add(strip.again)
        sheets[-1].add(strip)


def _next(form: Form) -> _Sheet:
    """Begin a page with a small line that says what it belongs to."""
    title = fitted(form.title, (3, 2.7), ROOM)
    begun = _Sheet(TOP)
    begun.add(Strip(7, block(LEFT, -1, title, fill=_GREY) + _rule(4.4)))
    return begun


def _foot(form: Form, number: int, count: int) -> str:
    """The batch at the left, which page it is in the middle; the sheet's number goes to the right."""
    y = HEIGHT - 9.5
    words = form.page % {"page": number, "pages": count} if number <= count else ""
    left = fitted(form.foot, (3, 2.6), 70).lines[0]
    return (
        _rule(HEIGHT - 14.5)
        + text(LEFT, y, left, 3, fill=_GREY)
        + text(WIDTH / 2, y, words, 3.2, text_anchor="middle")
    )


def _rule(y: float) -> str:
    return f'<path d="M{LEFT:g} {y:g}h{ROOM:g}" stroke="#8b8d8f" stroke-width="0.2"/>'
