"""Everything that people read is translated: each message once, with the same blanks to fill in."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.support.tree import PACKAGE, named
from tests.support.words import Marked, marked_messages, unmarked_words

_CATALOGUES = sorted((PACKAGE / "translations" / "zh_Hans_CN").glob("*.po"))
_TEMPLATES = sorted(
    path for path in (PACKAGE / "templates").rglob("*") if path.is_file() and path.suffix not in {".js", ".css"}
)
_BLANKS = re.compile(r"%\(\w+\)[#0\-+]*[\d.]*[a-z]|%[sd]\b|(?<!\{)\{\w*\}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")

_Key = tuple[str | None, str]


@dataclass(frozen=True)
class Translation:
    """One entry of a catalogue."""

    key: _Key
    ids: tuple[str, ...]
    strings: tuple[str, ...]
    fuzzy: bool
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.ids[0]!r} → {' | '.join(self.strings)!r}"


def _several(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, list | tuple) else (str(said or ""),)


@cache
def _read(path: Path) -> Catalog:
    return read_po(BytesIO(path.read_bytes()), locale="zh_Hans_CN")


@cache
def _translations() -> tuple[Translation, ...]:
    found = []
    for path in _CATALOGUES:
        for message in _read(path):
            ids = _several(message.id)
            if ids[0]:
                strings = _several(message.string)
                found.append(Translation((message.context, ids[0]), ids, strings, message.fuzzy, named(path)))
    return tuple(found)


def _wanted() -> dict[_Key, Marked]:
    found: dict[_Key, Marked] = {}
    for each in marked_messages():
        key = (each.context, each.ids[0])
        # One id with a plural and without is one entry of a catalogue, which has the plural.
        if key not in found or len(each.ids) > len(found[key].ids):
            found[key] = each
    return found


def _blanks(text: str) -> set[str]:
    return set(_BLANKS.findall(text))


def _without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def _none(problems: Iterable[object]) -> None:
    """Fail with all of the problems, one a line."""
    lines = [str(problem) for problem in problems]
    assert not lines, f"{len(lines)} times:\n" + "\n".join(lines)


def test_every_message_has_a_translation() -> None:
    known = {(each.key, each.ids) for each in _translations()}
    _none(f"{each.place}: {each.ids!r}" for key, each in _wanted().items() if (key, each.ids) not in known)


def test_no_message_is_translated_twice() -> None:
    entries = _translations()
    counts = Counter(each.key for each in entries)
    _none(each for each in entries if counts[each.key] > 1)


def test_no_translation_is_left_over() -> None:
    wanted = _wanted()
    _none(each for each in _translations() if each.key not in wanted)


def test_no_obsolete_entries_are_kept() -> None:
    _none(f"{named(path)}: {key!r}" for path in _CATALOGUES for key in _read(path).obsolete)


def test_every_translation_says_something() -> None:
    _none(each for each in _translations() if not all(string.strip() for string in each.strings))


def test_no_translation_is_a_guess() -> None:
    _none(each for each in _translations() if each.fuzzy)


def test_translations_have_the_blanks_of_their_message() -> None:
    _none(
        each for each in _translations() if any(_blanks(string) != _blanks(each.ids[-1]) for string in each.strings)
    )


def test_message_ids_are_english() -> None:
    _none(f"{each.place}: {each.ids!r}" for each in marked_messages() if _CHINESE.search(" ".join(each.ids)))


@pytest.mark.parametrize("template", _TEMPLATES, ids=named)
def test_templates_leave_no_word_to_one_language(template: Path) -> None:
    _none(unmarked_words(template.read_text(encoding="utf-8")))


def test_scripts_and_styles_get_their_words_from_the_page() -> None:
    files = [path for folder in ("static", "templates") for path in sorted((PACKAGE / folder).rglob("*"))]
    code = {path: _without_comments(path) for path in files if path.suffix in {".js", ".css"}}
    _none(named(path) for path, text in code.items() if _CHINESE.search(text))


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "<p>您好</p>",
        "<p>{{ _('Answers') }}: {{ n }} of them</p>",
        "<a title='Close'>×</a>",
        "<img alt=\"{{ 'Chart' if chart else '' }}\">",
        "<p>{{ 'yes' if answer else _('no') }}</p>",
        "<input type='submit' value='Send'>",
        "<div data-message='请稍候'></div>",
        "{{ heading('Surveys') }}",
        "{% set title = '测评' %}",
        "<p>{{ 'n = ' ~ n }}</p>",
        "<script>alert('提交失败')</script>",
        "<p>{{ 'done' | upper }}</p>",
        '{% macro m() %} title="Close"{% endmacro %}',
        "{% block content %}Words{% endblock %}",
    ],
)
def test_words_outside_gettext_are_found(source: str) -> None:
    assert unmarked_words(source)


@pytest.mark.parametrize(
    "source",
    [
        "<p class='lead large'>{{ _('Hello') }} {{ name }}, {{ 5 }} %</p>",
        "{# a note #}<p>{% trans n=3 %}{{ n }} answers{% endtrans %}</p>",
        "<a lang='en'>English</a><button lang='zh-Hans'>中文</button>",
        "<style>p { color: red }</style><script src='x.js'></script>",
        "<input placeholder=\"{{ _('Name') }}\" value='{{ value }}' name='account'>",
        "{{ field(class='wide field', **{'aria-describedby': 'x'}) }}",
        "{% if field.type == 'BooleanField' %}{{ ngettext('%(num)s ballot', '%(num)s ballots', n) }}{% endif %}",
        "&nbsp;·&nbsp;<code>W10</code>",
        "<dt>{{ 'organiser' | role }}</dt><td>{{ '–' if n is none else '%g' | format(n) }}</td>",
        "{% block body_class %}sheet{% endblock %}<p>{{ title }}</p>",
        '{% macro m(x) %} id="i_{{ x }}" autocomplete="off"{% if x %} aria-invalid="true"{% endif %}{% endmacro %}',
    ],
)
def test_other_parts_of_a_template_are_no_words(source: str) -> None:
    assert unmarked_words(source) == []
