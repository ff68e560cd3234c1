"""For developers: brings the Chinese catalogues in line with the messages that the code asks for.

One .po file per room. A message belongs to the first room, in the order of `ROOMS`, whose sources ask for it;
its translation follows it from file to file. Files hold no dates and no line numbers, and are sorted, so that a
change shows just what changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from survey_app.questionnaire.text import ZH

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUES = PACKAGE / "translations" / ZH

ROOMS: Mapping[str, tuple[str, ...]] = {
    "shared": ("web/*.py", "templates/*.html", "templates/macros/*", "*"),
    "accounts": ("web/accounts/*", "templates/accounts/*"),
    "author": ("web/author/*", "templates/author/*", "interchange/*"),
    "collecting": (
        "web/author/collecting*",
        "web/author/collector*",
        "web/author/posters*",
        "web/author/invitations*",
        "templates/author/codes*",
        "templates/author/collector*",
        "templates/author/invitation*",
        "templates/author/paper*",
        "templates/author/posters*",
    ),
    "designer": (
        "web/author/designer*",
        "templates/author/designer*",
        "web/author/difference*",
        "web/author/version*",
        "templates/author/version*",
    ),
    "fieldwork": ("web/fieldwork/*", "templates/fieldwork/*"),
    "respond": ("web/respond/*", "templates/respond/*"),
    "results": ("web/results/*", "templates/results/*", "reporting/*", "analysis/*"),
    "explore": (
        "web/results/explore/*",
        "templates/results/explore/*",
        "templates/results/wall*",
        "web/accounts/tokens*",
        "templates/accounts/tokens*",
    ),
    "input": (
        "cli/*",
        "interchange/ballot_*",
        "web/author/imports.py",
        "web/author/import_forms.py",
        "templates/author/import.html",
        "templates/author/import_preview.html",
        "templates/author/import_batch.html",
    ),
    "importers": ("web/author/import_words*",),
    "xlsform": ("web/author/import_words_xlsform*",),
    "surveyjs": ("web/author/import_words_surveyjs*",),
    "limesurvey": ("web/author/import_words_limesurvey*",),
    "sheet": ("web/author/import_words_sheet*",),
    "pasted": ("web/author/import_words_pasted*", "web/author/pasting*", "templates/author/pasting*"),
    "exchange": ("web/author/exchange*", "templates/author/exchange*"),
    "evidence": (
        "web/author/sealing*",
        "templates/author/unseal*",
        "reporting/seals*",
        "web/interviews/*",
        "templates/interviews/*",
        "web/evidence/*",
        "templates/evidence/*",
    ),
    "indexes": (
        "web/results/weighing/*",
        "templates/results/weighing/*",
        "web/author/figure_*",
        "templates/author/figure*",
        "templates/author/known_total*",
        "web/author/indicator*",
        "templates/author/indicator*",
        "analysis/index*",
    ),
    "participation": (
        "reporting/standings*",
        "web/author/floors*",
        "templates/author/floor*",
        "web/author/outcomes*",
        "templates/author/outcomes*",
        "web/author/composites*",
        "templates/author/composite*",
        "reporting/composites*",
        "reporting/response_rates*",
        "web/results/overview*",
    ),
    "paper": ("web/keying/*", "templates/keying/*"),
    "retention": (
        "cli/tidying*",
        "web/author/retention*",
        "templates/author/erasure*",
        "templates/results/erased*",
    ),
    "comments": ("web/comments/*", "templates/comments/*"),
    "checking": ("web/results/checking/*", "templates/results/checking/*"),
    "export": ("web/results/export*", "web/results/long_table*", "templates/results/figures_line*"),
}
"""Which sources each room's file is for: of several patterns that match, the longest counts."""

_METHODS = [("**.py", "python"), ("templates/**", "jinja2")]
_OPTIONS = {"templates/**": {"silent": "false"}}
_KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
_HEADER = (
    'msgid ""\nmsgstr ""\n"Language: zh_Hans_CN\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'
    '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n\n'
)

_Key: TypeAlias = tuple[str | None, str]


@click.command("translations", help="（开发用）更新译文文件。 For developers: update the catalogues.")
@click.option("--room", "rooms", multiple=True, type=click.Choice(list(ROOMS)), help="只更新这些。 Only these.")
def translations(rooms: tuple[str, ...]) -> None:
    """Add missing messages without a translation, remove those that nothing asks for, keep all others."""
    counts = bring_in_line(PACKAGE, CATALOGUES, rooms or tuple(ROOMS))
    for name, (count, missing) in counts.items():
        click.echo(f"{name}.po: {count} ({missing} to translate)")


def bring_in_line(
    package: Path, catalogues: Path, wanted: Collection[str] = tuple(ROOMS)
) -> dict[str, tuple[int, int]]:
    """Rewrite the catalogues of the rooms `wanted`; files of no room go when all are.

    Returns for each of them how many messages it has, and how many lack a translation.
    """
    known = {_key(message): message for path in sorted(catalogues.glob("*.po")) for message in _messages(path)}
    rooms: dict[str, Catalog] = {name: Catalog(locale=ZH) for name in ROOMS}
    for name, ids, context in _owned(package):
        found = known.get((context, ids if isinstance(ids, str) else ids[0]))
        string = found.string if found is not None and _same_ids(found, ids) else None
        rooms[name].add(ids, string or ("" if isinstance(ids, str) else ("",)), context=context)
    if set(wanted) == set(ROOMS):
        for path in catalogues.glob("*.po"):
            if path.stem not in ROOMS:
                path.unlink()
    counts = {}
    for name in wanted:
        catalogue = rooms[name]
        messages = [message for message in catalogue if message.id]
        counts[name] = (len(messages), sum(not _is_translated(message) for message in messages))
        _write(catalogues / f"{name}.po", catalogue, has_any=bool(messages))
    return counts


def _owned(package: Path) -> Iterator[tuple[str, Any, str | None]]:
    """Yield (room, ids, context) of every message once, with the first room that asks for it."""
    found: dict[_Key, tuple[int, Any, str | None]] = {}
    names = list(ROOMS)
    for path, _line, ids, _comments, context in extract_from_dir(package, _METHODS, _OPTIONS, keywords=_KEYWORDS):
        room = names.index(room_of(Path(path).as_posix()))
        key = (context, ids if isinstance(ids, str) else ids[0])
        # One message with a plural and without is one entry of a catalogue, which has the plural.
        if key not in found:
            found[key] = (room, ids, context)
        else:
            present = found[key]
            fuller = ids if isinstance(present[1], str) else present[1]
            found[key] = (min(room, present[0]), fuller, context)
    for room, ids, context in found.values():
        yield names[room], ids, context


def room_of(path: str) -> str:
    """Return the room that a source belongs to, by its path below the package."""
    found = [
        (len(pattern), name) for name, patterns in ROOMS.items() for pattern in patterns if _matches(path, pattern)
    ]
    return max(found)[1]


def _matches(path: str, pattern: str) -> bool:
    """Match a path; "web/*.py" takes no folder below, "web/author/*" all of them."""
    if pattern.endswith((".py", ".html")) and path.count("/") != pattern.count("/"):
        return False
    return fnmatch(path, pattern)


def _messages(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        for message in read_po(file, locale=ZH):
            if message.id:
                yield message


def _key(message: Message) -> _Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _same_ids(message: Message, ids: Any) -> bool:
    present = message.id if isinstance(message.id, str) else tuple(message.id)
    return present == (ids if isinstance(ids, str) else tuple(ids))


def _is_translated(message: Message) -> bool:
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return bool(strings) and all(strings)


def _write(path: Path, catalogue: Catalog, *, has_any: bool) -> None:
    if not has_any:
        path.unlink(missing_ok=True)
        return
    stream = BytesIO()
    write_po(stream, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    text = _HEADER + stream.getvalue().decode("utf-8").strip() + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
