"""Words to read: html elements, and the titles of panels. Ours are written so that they come back exactly."""

from __future__ import annotations

import html
import re

from survey_app.interchange.surveyjs.context import Context
from survey_app.interchange.surveyjs.nodes import Node
from survey_app.questionnaire.definition import Question, Statement
from survey_app.questionnaire.rules import Rule
from survey_app.questionnaire.text import EMPTY, Text

_HELP = re.compile(r"(.*?)(?:<br><small>(.*)</small>)?\Z", re.DOTALL)
_BREAK = "<br>\n"


def statement_of(node: Node, rule: Rule | None, context: Context) -> Question | None:
    """Return the words that an html element shows."""
    written = context.texts.read(node, "html", is_html=True)
    if context.as_written:
        text, help_text = parted(written)
    else:
        text, help_text = written, EMPTY
        if not text:
            context.leave_out(node, "html_without_text", node.place("html"))
            return None
        context.report.changed("html_as_text", node.place("html"), name=context.name_of(node))
    context.scope.drop(node.name("name"))
    node.mark("title", "description", "titleLocation")
    return Statement(code=context.code(node), text=text, help=help_text, shown_if=rule)


def heading_of(node: Node, rule: Rule | None, context: Context) -> Statement | None:
    """Return the title and description of a panel as words to read; None where it has neither."""
    title, description = context.texts.read(node, "title"), context.texts.read(node, "description")
    if not title and not description:
        return None
    code = context.code(node, "note")
    return Statement(code=code, text=title or description, help=description if title else EMPTY, shown_if=rule)


def as_html(text: Text, help_text: Text = EMPTY) -> Text:
    """Return words, and smaller ones below, as HTML."""
    return Text(_html(text.zh, help_text.zh), _html(text.en, help_text.en))


def _html(words: str, small: str) -> str:
    below = f"<br><small>{_escaped(small)}</small>" if small else ""
    return _escaped(words) + below


def _escaped(words: str) -> str:
    return html.escape(words, quote=False).replace("\n", _BREAK)


def parted(written: Text) -> tuple[Text, Text]:
    """Return the words, and the smaller ones below, that `as_html` has written."""
    (zh, small_zh), (en, small_en) = _parts(written.zh), _parts(written.en)
    return Text(zh, en), Text(small_zh, small_en)


def _parts(written: str) -> tuple[str, str]:
    match = _HELP.match(written)
    words, small = (match[1], match[2] or "") if match is not None else (written, "")
    return _unescaped(words), _unescaped(small)


def _unescaped(written: str) -> str:
    return html.unescape(written.replace(_BREAK, "\n"))
