"""The strips that a printed form is made of: head, notice, section, question with its boxes, table, lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from survey_app.reporting.paper_facts import Asked, Box
from survey_app.reporting.posters import HEIGHT, WIDTH, code_picture
from survey_app.reporting.posters_layout import Block, block, fitted, text, width, wrapped

LEFT, TOP = 16.0, 13.0
ROOM = WIDTH - 2 * LEFT
BOTTOM = HEIGHT - 17.0
"""Millimetres: the edges that are left white, and where the last strip of a page ends."""
BOX = 6.6
"""Side of a box to tick: large enough for a cross by a heavy hand, and for its key to be read beside it."""
_INDENT = 8.0
_INNER = ROOM - _INDENT
_TYPE, _SMALL = 3.8, 3.1
_RED, _QUIET, _LINE = "#a8201a", "#4a4f54", "#8b8d8f"
_MOST_COLUMNS = 6
_LABELS, _NARROW_LABELS = 0.42, 0.22
"""Share of a table's width for the words of its rows; the second where there are very many columns."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Something of full width: how high it is and its drawing from the height 0. Strips are never broken.

    `again` is what stands once more above it if a page begins with it.
    """

    height: float
    drawing: str
    again: Strip | None = None

    def at(self, y: float) -> str:
        """Return the drawing at a height of the page."""
        return f'<g transform="translate(0 {y:.2f})">{self.drawing}</g>'


def head_strip(union: str, title: str, place: str, code: str, code_words: str, sample: str) -> Strip:
    """Who asks, what it is about, and where; the batch's code at the right for those who key."""
    side = 25.0
    room = ROOM - side - 8
    lines = fitted(title, (7, 6.2, 5.4, 4.8), room, 2)
    where = fitted(place, (4, 3.6, 3.2), room, 2)
    y = 8.0
    drawn = [
        f'<rect x="{LEFT:g}" y="0" width="{ROOM:g}" height="1.2" fill="{_RED}"/>',
        block(LEFT, 3, fitted(union, (4.4, 3.8), room), fill=_RED, font_weight=700),
        block(LEFT, y + 1.5, lines, font_weight=700, leading=1.25),
    ]
    y += 3 + lines.height(1.25)
    drawn.append(block(LEFT, y, where, fill=_QUIET))
    y += where.height() + 1
    if sample:
        drawn.append(block(LEFT, y, fitted(sample, (4,), room), fill=_RED, font_weight=700))
        y += 6
    drawn.append(code_picture(code, WIDTH - LEFT - side, 2.5, side))
    caption = fitted(code_words, (2.5, 2.2), side + 4)
    drawn.append(block(WIDTH - LEFT - side / 2, 2.2 + side, caption, text_anchor="middle", fill=_QUIET))
    return Strip(max(y + 1, side + 7), "".join(drawn))


def notice_strip(notice: Sequence[str], how_to: str) -> Strip:
    """What is promised, in a frame, and beneath it how a box is ticked."""
    y, drawn = 2.0, []
    for paragraph in notice:
        lines = Block(tuple(wrapped(paragraph, _SMALL, ROOM - 8)), _SMALL)
        drawn.append(block(LEFT + 4, y, lines, leading=1.4))
        y += lines.height(1.4) + 0.5
    shape = f'x="{LEFT:g}" y="0" width="{ROOM:g}" height="{y + 1.5:.2f}" rx="1.5"'
    frame = f'<rect {shape} fill="none" stroke="{_LINE}" stroke-width="0.25"/>'
    y += 3.5
    said_how = Block(tuple(wrapped(how_to, 3.4, ROOM)), 3.4)
    drawn.append(block(LEFT, y, said_how, font_weight=700))
    return Strip(y + said_how.height() + 2, frame + "".join(drawn))


def part_strip(title: str, intro: str, rule: str) -> Strip | None:
    """A section's title with what is said beneath it; None where it has no words."""
    y, drawn = 3.0, []
    if title:
        lines = fitted(title, (4.8, 4.3), ROOM - 4, 2)
        height = lines.height() + 1.4
        drawn.append(f'<rect x="{LEFT:g}" y="{y:g}" width="{ROOM:g}" height="{height:.2f}" fill="#efece6"/>')
        drawn.append(block(LEFT + 2, y + 0.5, lines, font_weight=700))
        y += lines.height() + 3
    for words, weight in ((rule, 700), (intro, 400)):
        if words:
            lines = Block(tuple(wrapped(words, 3.5, ROOM)), 3.5)
            drawn.append(block(LEFT, y, lines, font_weight=weight))
            y += lines.height() + 1
    return Strip(y, "".join(drawn)) if drawn else None


def closing_strip(words: str) -> Strip:
    """What is said at the end."""
    lines = Block(tuple(wrapped(words, 3.3, ROOM)), 3.3)
    rule = f'<path d="M{LEFT:g} 4h{ROOM:g}" stroke="{_LINE}" stroke-width="0.25"/>'
    return Strip(lines.height() + 8, rule + block(LEFT, 6, lines))


def said(words: str) -> Strip:
    """One line in the middle of an otherwise empty page."""
    return Strip(120, text(WIDTH / 2, 110, words, 4, text_anchor="middle", fill=_QUIET))


def asked_strips(asked: Asked, continued: str) -> list[Strip]:
    """Return a question as strips: its words, then its boxes, rows or lines."""
    head = _words(asked)
    if asked.rows:
        return [head, *_table(asked, continued)]
    found = [head]
    if asked.ends is not None:
        found.append(_scale(asked))
    elif asked.boxes:
        found += _boxes(asked)
    if asked.slots:
        found.append(_slots(asked.slots))
    if asked.lines:
        found.append(_lines(asked))
    return [*found, Strip(2.2, "")]


def _words(asked: Asked) -> Strip:
    y, drawn = 1.5, []
    if asked.rule:
        lines = Block(tuple(wrapped(f"▸ {asked.rule}", 3.3, _INNER)), 3.3)
        drawn.append(block(LEFT + _INDENT, y, lines, fill=_QUIET))
        y += lines.height() + 0.4
    lines = Block(tuple(wrapped(asked.words, 4, _INNER)), 4)
    if asked.number:
        drawn.append(text(LEFT, y + 4.2, asked.number, 4, font_weight=700))
    drawn.append(block(LEFT + _INDENT, y, lines, font_weight=700))
    y += lines.height()
    if asked.hint:
        lines = Block(tuple(wrapped(asked.hint, 3.2, _INNER)), 3.2)
        drawn.append(block(LEFT + _INDENT, y + 0.2, lines, fill=_QUIET))
        y += lines.height() + 0.4
    return Strip(y + 1, "".join(drawn))


def _boxes(asked: Asked) -> list[Strip]:
    """Options beside each other where their words allow; one with a line to write on has a row of its own."""
    plain = [each for each in asked.boxes if not each.has_line]
    columns = _columns([each.words for each in plain])
    cell = _INNER / columns
    strips: list[Strip] = []
    row: list[Box] = []
    for each in asked.boxes:
        if each.has_line:
            strips += [_row(row, cell, columns)] if row else []
            row = []
            strips.append(_row([each], _INNER, 1))
            continue
        row.append(each)
        if len(row) == columns:
            strips.append(_row(row, cell, columns))
            row = []
    return [*strips, _row(row, cell, columns)] if row else strips


def _columns(words: Sequence[str]) -> int:
    """Return how many options stand beside each other, so that all their words fit on one line."""
    if not words:
        return 1
    longest = max(width(each) for each in words) * _TYPE + BOX + 5
    most = max(1, min(_MOST_COLUMNS, len(words), int(_INNER / longest)))
    rows = -(-len(words) // most)
    return -(-len(words) // rows)


def _row(boxes: Sequence[Box], cell: float, columns: int) -> Strip:
    drawn, height = [], BOX
    for place, each in enumerate(boxes):
        x = LEFT + _INDENT + place * cell
        room = cell - BOX - 3
        lines = Block(tuple(wrapped(each.words, _TYPE, room)), _TYPE)
        height = max(height, lines.height(1.25))
        drawn.append(box(x, 0, each.key))
        top = (BOX - lines.height(1.25)) / 2 if len(lines.lines) == 1 else 0.4
        drawn.append(block(x + BOX + 1.8, top, lines, leading=1.25))
        if each.has_line:
            start = x + BOX + 3.5 + width(lines.lines[-1]) * _TYPE
            line = f"M{start:.2f} {BOX - 0.6:g}H{LEFT + ROOM:g}"
            drawn.append(f'<path d="{line}" stroke="{_LINE}" stroke-width="0.25"/>')
    return Strip(height + 1.7, "".join(drawn))


def box(x: float, y: float, key: str) -> str:
    """A box to tick, with its key in small grey type: it can be read under a tick, and is no answer by itself."""
    return _frame(x, y, BOX, BOX) + text(
        x + BOX / 2, y + BOX / 2 + 1.15, key, 3.2, text_anchor="middle", fill="#7d8287"
    )


def _frame(x: float, y: float, wide: float, high: float) -> str:
    shape = f'x="{x:.2f}" y="{y:.2f}" width="{wide:g}" height="{high:g}" rx="0.6"'
    return f'<rect {shape} fill="#fff" stroke="#1d1f21" stroke-width="0.35"/>'


def _scale(asked: Asked) -> Strip:
    """A row of numbers, with words at both ends."""
    step = _INNER / len(asked.boxes)
    drawn = [box(LEFT + _INDENT + place * step, 0, each.key) for place, each in enumerate(asked.boxes)]
    low, high = asked.ends or ("", "")
    drawn.append(block(LEFT + _INDENT, BOX + 0.6, fitted(low, (3.3, 2.9), _INNER / 2), fill=_QUIET))
    right = LEFT + _INDENT + (len(asked.boxes) - 1) * step + BOX
    drawn.append(block(right, BOX + 0.6, fitted(high, (3.3, 2.9), _INNER / 2), text_anchor="end", fill=_QUIET))
    return Strip(BOX + (6 if low or high else 1), "".join(drawn))


def _table(asked: Asked, continued: str) -> Iterable[Strip]:
    """Rows of boxes under the words of their columns, which stand again where a page begins with a row."""
    fits = len(asked.boxes) * (BOX + 1) <= ROOM * (1 - _LABELS)
    labels = ROOM * (_LABELS if fits else _NARROW_LABELS)
    cell = (ROOM - labels) / len(asked.boxes)
    head = _columns_of(asked.boxes, labels, cell)
    again_words = fitted(f"{asked.number} {continued}".strip(), (3.4,), labels)
    again = Strip(head.height, block(LEFT, 1, again_words, fill=_QUIET) + head.drawing)
    yield head
    for words in asked.rows:
        lines = Block(tuple(wrapped(words, 3.6, labels - 4)), 3.6)
        height = max(BOX + 1.6, lines.height(1.25) + 1.6)
        drawn = [
            f'<path d="M{LEFT:g} 0h{ROOM:g}" stroke="#c9c6bf" stroke-width="0.2"/>',
            block(LEFT + 1, (height - lines.height(1.25)) / 2, lines, leading=1.25),
        ]
        for place, each in enumerate(asked.boxes):
            x = LEFT + labels + place * cell + (cell - BOX) / 2
            drawn.append(box(x, (height - BOX) / 2, each.key))
        yield Strip(height, "".join(drawn), again)
    yield Strip(3, f'<path d="M{LEFT:g} 0h{ROOM:g}" stroke="#c9c6bf" stroke-width="0.2"/>')


def _columns_of(boxes: Sequence[Box], labels: float, cell: float) -> Strip:
    size = _size_of_heads([each.words for each in boxes], cell - 1)
    heads = [fitted(each.words, (size,), cell - 1, 3) for each in boxes]
    height = max(each.height(1.2) for each in heads)
    drawn = [
        block(
            LEFT + labels + place * cell + cell / 2, height - each.height(1.2) + 0.4, each,
            leading=1.2, text_anchor="middle",
        )
        for place, each in enumerate(heads)
    ]  # fmt: skip
    return Strip(height + 1.2, "".join(drawn))


def _size_of_heads(heads: Sequence[str], room: float) -> float:
    """Return the largest type in which all heads of a table fit on three lines without breaking a Latin word."""
    latin = [word for words in heads for word in words.split() if word.isascii()]
    longest = max(map(width, latin), default=0)
    for size in (3.4, 3.1, 2.8, 2.5):
        if longest * size <= room and all(len(wrapped(words, size, room)) <= 3 for words in heads):
            return size
    return 2.2


def _slots(slots: Sequence[str]) -> Strip:
    """Places to write numbers of options into, first things first."""
    cell = min(38.0, _INNER / len(slots))
    drawn = []
    for place, words in enumerate(slots):
        x = LEFT + _INDENT + place * cell
        label = fitted(words, (3.6, 3.2, 2.8), cell - BOX - 5)
        drawn.append(block(x, 1, label))
        start = x + width(label.lines[0]) * label.size + 1.2
        drawn.append(_frame(start, 0, BOX + 2, BOX + 0.6))
    return Strip(BOX + 2.5, "".join(drawn))


def _lines(asked: Asked) -> Strip:
    """Lines to write on; a short one for a number or a day, with what stands behind it."""
    if asked.is_short:
        rule = f'<path d="M{LEFT + _INDENT:g} 7h42" stroke="{_LINE}" stroke-width="0.3"/>'
        return Strip(9, rule + text(LEFT + _INDENT + 44, 6.6, asked.unit, _TYPE))
    rules = "".join(f"M{LEFT + _INDENT:g} {8.5 * number:g}h{_INNER:g}" for number in range(1, asked.lines + 1))
    return Strip(8.5 * asked.lines + 1.5, f'<path d="{rules}" stroke="{_LINE}" stroke-width="0.25" fill="none"/>')
