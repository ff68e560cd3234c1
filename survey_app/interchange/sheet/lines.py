r"""Options and rows in one cell, one on a line: "非常满意", "A1=知道", "其他 [请注明]", "都没有 [排他]".

Where a line alone could be taken for something else, `written` falls back on codes and on the mark 无 ("none"), so
that what it writes always reads back the same. A backslash stands before what would otherwise part a line: `\n`,
`\;`, `\|`, `\\`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey_app.interchange.labels import normal

_CODED = re.compile(r"\s*([A-Za-z0-9_\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff3f]{1,40})\s*[=\uff1d]")
_GROUP = re.compile(r"[\[【]([^\[\]【】]{1,80})[\]】]\Z")
_PARTS = re.compile(r"[,，、;；]")
_ESCAPED = re.compile(r"\\([\\n;；|｜])")
_SEPARATORS = (re.compile(r"(?<!\\)[|｜]"), re.compile(r"(?<!\\)[;；]"))
_LISTED = re.compile(r"[^、；;|｜\[\]【】\\]{1,15}(?:、[^、；;|｜\[\]【】\\]{1,15}){1,30}\Z")
"""澡堂、食堂、宿舍 in one line."""
_WHEN = re.compile(r"(?:对应选项|对应|选中?了?|when)\s*[:=]?\s*([a-z0-9_]{1,32})\Z", re.IGNORECASE)
_LABELS = (
    re.compile(r"\s*[(（]?([A-Za-z\uff21-\uff3a\uff41-\uff5a])[)）]?\s*[.．、:：)）]\s*(?=\S)"),
    re.compile(r"\s*[(（]?([0-9\uff10-\uff19]{1,2})[)）]?\s*[.．、:：)）]\s*(?=[^\s0-9])"),
    re.compile(r"\s*([①-⑳])\s*[.．、]?\s*(?=\S)"),
)
_INLINE = re.compile(r"(?:(?<=\s)|\A)[(（]?([A-Z\uff21-\uff3a])[)）]?\s*[.．、:：)）]\s*")
_MARKS: Mapping[str, tuple[bool | None, bool | None]] = {
    "排他": (True, None),
    "互斥": (True, None),
    "exclusive": (True, None),
    "可同选": (False, None),
    "notexclusive": (False, None),
    "请注明": (None, True),
    "可填写": (None, True),
    "填空": (None, True),
    "specify": (None, True),
    "无需注明": (None, False),
    "notspecify": (None, False),
}
"""What a mark says of an option: whether it excludes others, whether it asks for words."""
NO_MARKS = "无"
_NO_MARKS = {NO_MARKS, "none"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell. Marks that it does not have are None."""

    words: str
    code: str | None = None
    exclusive: bool | None = None
    specify: bool | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a cell. `labels_off` says that A. B. C. before them has been taken off."""

    lines: tuple[Line, ...] = ()
    is_coded: bool = False
    labels_off: bool = False
    blanks: tuple[Line, ...] = field(default=())
    """The same with the blank lines between them, for pairing with the other language by position."""


def read_lines(cell: str) -> Lines:
    """Read a cell with one option or row on a line, or all of them on one line."""
    written = cell.strip("\n").split("\n")
    filled = [each for each in written if each.strip()]
    if len(filled) == 1:
        filled = written = _parted(filled[0])
    if filled and all(map(_CODED.match, filled)):
        return Lines(tuple(map(_coded, filled)), is_coded=True)
    bare = _without_labels(filled)
    if bare is not None:
        lines = tuple(map(_line, bare))
        return Lines(lines, labels_off=True, blanks=lines)
    return Lines(tuple(map(_line, filled)), blanks=tuple(map(_line, written)))


def _parted(line: str) -> list[str]:
    """Split the only line of a cell where it holds several things."""
    for separator in _SEPARATORS:
        if separator.search(line):
            return [part for part in separator.split(line) if part.strip()]
    if _LISTED.match(line):
        return line.split("、")
    starts = list(_INLINE.finditer(line[:20_000]))
    letters = [unicodedata.normalize("NFKC", match[1]) for match in starts]
    if len(letters) > 1 and starts[0].start() == 0 and letters == [chr(65 + n) for n in range(len(letters))]:
        ends = [*(match.start() for match in starts[1:]), len(line)]
        return [line[match.start() : end] for match, end in zip(starts, ends, strict=True)]
    return [line]


def _coded(line: str) -> Line:
    match = _CODED.match(line)
    assert match is not None  # noqa: S101  # all lines of the cell have been looked at
    return replace(_line(line[match.end() :]), code=unicodedata.normalize("NFKC", match[1]))


def _line(written: str) -> Line:
    written = words = written.strip()
    line = Line("")
    if (group := _GROUP.search(written)) and (found := _marks(group[1])) is not None:
        words, line = written[: group.start()], found
    return replace(line, words=_unescaped(words.strip()))


def _unescaped(words: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], words)


def _marks(content: str) -> Line | None:
    """Return what stands in the last pair of brackets on a line, None when it is no marks but words."""
    found = Line("")
    for part in _PARTS.split(content):
        plain = normal(part)
        if plain in _NO_MARKS:
            continue
        if plain in _MARKS:
            exclusive, specify = _MARKS[plain]
            found = replace(
                found,
                exclusive=found.exclusive if exclusive is None else exclusive,
                specify=found.specify if specify is None else specify,
            )
        elif match := _WHEN.fullmatch(unicodedata.normalize("NFKC", part).strip()):
            found = replace(found, when=match[1])
        else:
            return None
    return found


def _without_labels(lines: Sequence[str]) -> list[str] | None:
    """Return lines without A. B. C. or 1. 2. 3. before them; None where these do not follow one another."""
    if len(lines) < 2:
        return None
    for pattern in _LABELS:
        matches = [pattern.match(line) for line in lines]
        found = [match for match in matches if match is not None]
        if len(found) == len(lines) and [_value(match[1]) for match in found] == list(range(1, len(lines) + 1)):
            return [line[match.end() :] for line, match in zip(lines, found, strict=True)]
    return None


def _value(label: str) -> int:
    plain = unicodedata.normalize("NFKC", label)
    return ord(plain.upper()) - 64 if plain.isalpha() else int(plain)


# --- out -------------------------------------------------------------------------------------------


def written(lines: Sequence[Line], *, defaults: Sequence[str]) -> str:
    """Return the cell that reads back as these lines. `defaults` are the codes that go without saying."""
    bare = [replace(each, code=None, words=each.words.strip()) for each in lines]
    texts = [_escaped(_written(each), is_alone=len(lines) == 1) for each in bare]
    if [each.code for each in lines] == list(defaults):
        cell = "\n".join(texts)
        found = read_lines(cell)
        if list(found.lines) == bare and not found.is_coded and not found.labels_off:
            return cell
    return "\n".join(f"{each.code}={text}" for each, text in zip(lines, texts, strict=True))


def _written(line: Line) -> str:
    words = line.words.replace("\\", "\\\\").replace("\n", "\\n")
    says = {
        "排他": line.exclusive is True,
        "可同选": line.exclusive is False,
        "请注明": line.specify is True,
        "无需注明": line.specify is False,
        f"对应:{line.when}": line.when is not None,
    }
    marks = [name for name, is_said in says.items() if is_said]
    if not marks and _line(words) != line:
        marks = [NO_MARKS]
    return f"{words} [{'，'.join(marks)}]" if marks else words


def _escaped(text: str, *, is_alone: bool) -> str:
    """Keep the only line of a cell from being parted."""
    return re.sub(r"([;；|｜])", r"\\\1", text) if is_alone else text
