"""Text files without trusting them: which encoding they are in, and a refusal that names the line."""

from __future__ import annotations

from survey_app.interchange.refusals import FileRefused


def decoded(content: bytes) -> str:
    """Decode UTF-8 (with or without a mark), UTF-16 with its mark, or GB 18030, the Chinese Windows default.

    Raises `FileRefused`, also for text with NUL in it, which is none.
    """
    text = _decoded(content)
    if "\0" in text:
        raise FileRefused("nul", line=text.count("\n", 0, text.index("\0")) + 1)
    return text


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise FileRefused("encoding", line=_line(content, error.start)) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error
    if _is_damaged_utf8(content):
        raise FileRefused("encoding", line=_line(content, broken.start)) from broken
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise FileRefused("encoding", line=_line(content, error.start)) from error


def _is_damaged_utf8(content: bytes) -> bool:
    """Tell whether this is UTF-8 with a few bytes wrong, which GB 18030 would read as other Chinese words.

    In GB 18030 text read as UTF-8 hardly any character survives; in damaged UTF-8 most do.
    """
    text = content.decode("utf-8", errors="replace")
    lost = text.count("\ufffd")
    return sum(not char.isascii() for char in text) - lost > lost


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1
