"""Text with HTML in it → plain text, as far as it can be said in plain text.

Every pattern looks at each character a bounded number of times: a label may be megabytes of bad will.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from survey_app.questionnaire.text import UNPRINTABLE

_HIDDEN = re.compile(
    r"<(script|style|template|noscript)\b[^<>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_FORMATTING = (
    "abbr|address|article|b|big|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|font|h[1-6]|head|hr|html|i|ins"
    "|kbd|li|mark|ol|p|pre|q|s|section|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul"
)
_THINGS = (
    "a|applet|area|audio|base|button|canvas|embed|form|frame|iframe|img|input|label|link|map|math|meta|object|option"
    "|picture|select|source|svg|textarea|video"
)
_TAG = re.compile(rf"</?({_FORMATTING}|{_THINGS})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<(?:br|hr|/p|/div|/li|/tr|/table|/h[1-6]|/blockquote)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_FORMATTING_NAME = re.compile(rf"(?:{_FORMATTING})\Z")
_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Plain:
    """What is left of a text. `lost` names what was taken out and said something: scripts, images, links, …"""

    text: str
    had_markup: bool = False
    lost: tuple[str, ...] = ()


def plain_text(words: str, *, is_html: bool = False) -> Plain:
    """Return words without markup and control characters.

    `is_html` says that it is HTML for certain: line breaks mean nothing, and `&amp;` is a sign. Otherwise it is
    HTML only where it holds a tag; a sign such as < that begins no tag stays.
    """
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    lost = {match[1].casefold() if match[1] else "" for match in _HIDDEN.finditer(words)} - {"", "style"}
    text = _HIDDEN.sub("", words)
    names = {match[1].casefold() for match in _TAG.finditer(text)}
    lost |= {name for name in names if not _FORMATTING_NAME.match(name)}
    has_markup = bool(names) or text != words
    if is_html:
        text = " ".join(text.split())
    if names:
        text = _TAG.sub("", _CELL_END.sub(" ", _LINE_BREAK.sub("\n", text)))
    if is_html or has_markup:
        text = html.unescape(text).replace("\xa0", " ")
        text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
        text = _LINES.sub("\n\n", text)
    clean = UNPRINTABLE.sub("", text)
    if clean != text:
        lost.add("\\x00")
    return Plain(clean.strip(), has_markup, tuple(sorted(lost)))
