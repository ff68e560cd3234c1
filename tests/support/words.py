"""The words of the product: those that the code marks for translation, and those that it forgot to mark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from jinja2 import Environment, nodes

from tests.support.tree import PACKAGE

_METHODS = [("**.py", "python"), ("templates/**", "jinja2")]
_OPTIONS = {"templates/**": {"silent": "false"}}
_KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
_GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}

# Names of languages are written in the language itself, for whoever reads no other.
_NAMES = {"中文", "English"}
_WORD = re.compile(r"[^\W\d_]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_READ_ALOUD = {
    "title", "alt", "placeholder", "label", "summary",
    "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "aria-placeholder",
}  # fmt: skip
_NOT_FOR_PEOPLE = {"script", "style", "code"}
_SENTENCE = re.compile(r"^[A-Z][a-z]+(?:[ ,.:;?!].*)?$|[\u3400-\u9fff]")
_ENVIRONMENT = Environment(
    autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
)
# Filters of our own turn a code into words, so that what goes in is not what comes out.
_FILTERS_THAT_KEEP_WORDS = {
    "capitalize", "center", "d", "default", "e", "escape", "forceescape", "format", "indent", "join", "lower",
    "replace", "safe", "title", "trim", "truncate", "upper", "wordwrap",
}  # fmt: skip
_FORMAT = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[a-z]")
_ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")
_EXPRESSION = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True)
class Marked:
    """A message in the code: its id (two for a plural), and one place where it stands."""

    ids: tuple[str, ...]
    context: str | None
    place: str


@cache
def marked_messages(folder: Path = PACKAGE) -> tuple[Marked, ...]:
    """Every message that the code and the templates under a folder ask gettext for."""
    found = extract_from_dir(folder, _METHODS, _OPTIONS, keywords=_KEYWORDS)
    return tuple(
        Marked((ids,) if isinstance(ids, str) else tuple(ids), context, f"{place}:{line}")
        for place, line, ids, _comments, context in found
    )


def unmarked_words(source: str) -> list[str]:
    """Words in a Jinja template that people would read and no translator would see, each with its line."""
    markup, expressions = _split(source)
    reader = _Reader(expressions)
    reader.feed(markup)
    reader.close()
    return reader.found + _sentences(source)


def _split(source: str) -> tuple[str, list[str]]:
    """Part a template into what it prints as it stands, with a sign for each expression, and the expressions."""
    markup, expressions = "", list[str]()
    inside, statement, unread = "", "", ""
    for line, kind, value in Environment(autoescape=True).lex(source):
        markup += "\n" * (line - 1 - markup.count("\n"))
        if kind in {"variable_begin", "block_begin"}:
            inside, statement = kind, ""
        elif kind == "variable_end":
            markup += f"\ue000{len(expressions)}\ue001"
            expressions.append(statement)
            inside = ""
        elif kind == "block_end":
            unread = _opens_unread(statement.split(), unread)
            inside = ""
        elif inside:
            statement += value
        elif kind == "data" and not unread:
            markup += value
    return markup, expressions


def _opens_unread(words: list[str], unread: str) -> str:
    """Which statement's end makes text readable again: within `trans` it is translated, and what a block named
    after a class holds is the value of an attribute."""
    if unread:
        return "" if words[0] == unread else unread
    if words[0] == "trans":
        return "endtrans"
    return "endblock" if words[0] == "block" and words[1].endswith("_class") else ""


class _Reader(HTMLParser):
    """Reads a page as a person does, and notes the words that stand in it as they are."""

    def __init__(self, expressions: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._expressions = expressions
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_FOR_PEOPLE:
            self._open.append(tag)
        given = dict(attrs)
        spoken = set(_READ_ALOUD)
        if given.get("type") in {"submit", "button", "reset"}:
            spoken.add("value")
        if given.get("name") == "description":
            spoken.add("content")
        for name, value in attrs:
            if name in spoken or _CHINESE.search(value or ""):
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._open or _CHINESE.search(data):
            # A macro may print attributes for a tag that another template opens.
            self.handle_starttag("", _ATTRIBUTE.findall(data))
            self._note(_ATTRIBUTE.sub(" ", data))

    def _note(self, text: str) -> None:
        printed = [_EXPRESSION.sub(" ", text)]
        printed += [
            word for number in _EXPRESSION.findall(text) for word in _printed(self._expressions[int(number)])
        ]
        for words in printed:
            if _WORD.search(words) and words.strip() not in _NAMES:
                self.found.append(f"line {self.getpos()[0]}: {' '.join(words.split())}")


def _printed(expression: str) -> list[str]:
    """The literal strings that an expression may print, without the tags in them."""
    tree = _ENVIRONMENT.parse("{{" + expression + "}}")
    output = tree.find(nodes.Output)
    strings = [text for node in output.nodes for text in _literals(node)] if output else []
    return [re.sub(r"<[^>]*>", " ", text) for text in strings]


def _literals(node: nodes.Node | None) -> Iterator[str]:
    match node:
        case nodes.Const(value=str() as text):
            yield text
        case nodes.TemplateData(data=text):
            yield text
        case nodes.CondExpr(expr1=one, expr2=other):
            yield from _literals(one)
            yield from _literals(other)
        case nodes.Concat(nodes=parts):
            for part in parts:
                yield from _literals(part)
        case nodes.BinExpr(left=one, right=other):
            yield from _literals(one)
            yield from _literals(other)
        case nodes.Filter(node=inner, name=name) if name in _FILTERS_THAT_KEEP_WORDS:
            yield from (_FORMAT.sub(" ", text) for text in _literals(inner))


def _sentences(source: str) -> list[str]:
    """Strings anywhere in the template's code that look like something to read, such as a macro's arguments."""
    tree = _ENVIRONMENT.parse(source)
    marked = {
        id(string)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in _GETTEXT
        for string in call.find_all(nodes.Const)
    }
    return [
        f"line {string.lineno}: {string.value}"
        for string in tree.find_all(nodes.Const)
        if isinstance(string.value, str) and id(string) not in marked and _SENTENCE.search(string.value)
        if string.value not in _NAMES
    ]
