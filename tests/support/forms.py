"""What a browser would send for a form of a page: for tests that send it back, changed or untouched."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _Reader(HTMLParser):
    """Collects the fields of one form in the order in which a browser sends them."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self._form_id = form_id
        self._inside = False
        self._select: str | None = None
        self._chosen: str | None = None
        self._first: str | None = None
        self._area: str | None = None
        self._text = ""
        self.action: str | None = None
        self.pairs: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form" and has.get("id") == self._form_id:
            self._inside, self.action = True, has.get("action")
        if not self._inside:
            return
        name = has.get("name") or ""
        if tag == "input" and name:
            self._input(name, has)
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select, self._chosen, self._first = name, None, None
        elif tag == "option" and self._select is not None:
            value = has.get("value") or ""
            self._first = value if self._first is None else self._first
            self._chosen = value if "selected" in has else self._chosen

    def _input(self, name: str, has: dict[str, str | None]) -> None:
        kind = has.get("type") or "text"
        if kind in {"checkbox", "radio"} and "checked" not in has:
            return
        default = "on" if kind in {"checkbox", "radio"} else ""
        self.pairs.append((name, has.get("value") or default))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None and self._inside:
            # A browser drops the line break right after the tag, and sends all others as CR LF.
            text = self._text[1:] if self._text.startswith("\n") else self._text
            self.pairs.append((self._area, text.replace("\r\n", "\n").replace("\n", "\r\n")))
            self._area = None
        elif tag == "select" and self._select is not None:
            chosen = self._chosen if self._chosen is not None else self._first
            if chosen is not None:
                self.pairs.append((self._select, chosen))
            self._select = None


def form_of(html: str, form_id: str = "editor") -> tuple[str, MultiDict[str, str]]:
    """Return where the form goes, and what it would send without a button. Raises `LookupError`."""
    reader = _Reader(form_id)
    reader.feed(html)
    if reader.action is None:
        raise LookupError(form_id)
    return reader.action, MultiDict(reader.pairs)
