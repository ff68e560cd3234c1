"""A list alone, as people paste it: A．口味, ③ 卫生, □男 □女, a column of a spreadsheet."""

from __future__ import annotations

from survey_app.interchange.pasted.lines import Sign, read_lines, split_lines
from survey_app.interchange.pasted.options import inline

_IN_CHINESE = {Sign.CHINESE, Sign.CHINESE_PAREN}
_COUNTS = {Sign.NUMBER, Sign.PAREN, Sign.CIRCLED, Sign.LETTER, Sign.BARE_LETTER, Sign.BULLET} | _IN_CHINESE
"""What people put before the parts of a list, and what is no part of their words."""


def listed(text: str) -> list[str]:
    """Return the wordings in a list, without the numbers, letters and boxes before them, also several on a line."""
    found: list[str] = []
    lines = read_lines(split_lines(text))
    # 一、二线城市 alone is no list.
    counts = _COUNTS - (_IN_CHINESE if len(lines) == 1 else set())
    for line in lines:
        if line.label is None or line.label.sign not in counts or not line.body:
            found.append(line.text)
        else:
            found += [words for _, words in inline(line.body, line.label) if words]
    return found
