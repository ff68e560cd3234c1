"""Languages: which one a reader gets, and the catalogues that are compiled at start.

Message ids are English. Chinese stands in `translations/zh_Hans_CN/`, one .po file per room of the web layer;
all are merged into one compiled catalogue in the instance folder, so that no generated file is kept.
"""

from __future__ import annotations

import os
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, request, session
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from survey_app.questionnaire.text import EN, LOCALES, ZH
from survey_app.web.context import current_actor

SOURCES = Path(__file__).resolve().parents[1] / "translations"


def register(app: Flask) -> None:
    """Compile the catalogues and choose a language for each request."""
    compile_catalogues(Path(app.config["BABEL_TRANSLATION_DIRECTORIES"]))
    Babel(app, locale_selector=choose_locale)


def choose_locale() -> str:
    """Return the language: asked for in the address, chosen before, the person's, the browser's, Chinese."""
    asked = request.args.get("lang")
    if asked in LOCALES:
        return asked
    # A respondent's page has no session: reading it would tie the phone to a cookie.
    if request.blueprint != "respond":
        chosen = session.get("locale")
        if chosen in LOCALES:
            return str(chosen)
        person = current_actor()
        if person is not None and person.locale in LOCALES:
            return str(person.locale)
    return _language_of(request.headers.get("Accept-Language", ""))


@lru_cache(1024)
def _language_of(header: str) -> str:
    """Return the language of a browser's wishes: a few are sent again and again, and reading one takes its time."""
    best = parse_accept_header(header, LanguageAccept).best_match(
        ["zh-CN", "zh", "zh-Hans", "zh-TW", "zh-HK", "en"]
    )
    return EN if best == "en" else ZH


def compile_catalogues(target: Path) -> None:
    """Write `<target>/<locale>/LC_MESSAGES/messages.mo`, each whole or not at all."""
    for folder in sorted(SOURCES.iterdir()):
        if not folder.is_dir():
            continue
        place = target / folder.name / "LC_MESSAGES"
        place.mkdir(parents=True, exist_ok=True)
        draft = place / f"messages.{os.getpid()}.tmp"
        draft.write_bytes(_compiled(folder, _state(folder)))
        draft.replace(place / "messages.mo")


def _state(folder: Path) -> tuple[tuple[str, int], ...]:
    """Return what changes when a source is edited."""
    return tuple((each.name, each.stat().st_mtime_ns) for each in sorted(folder.glob("*.po")))


@lru_cache
def _compiled(folder: Path, _: tuple[tuple[str, int], ...]) -> bytes:
    """Return the compiled catalogue; a process that makes several applications reads the sources once."""
    compiled = BytesIO()
    write_mo(compiled, merged_catalogue(folder))
    return compiled.getvalue()


def merged_catalogue(folder: Path) -> Catalog:
    """Return one catalogue with the messages of all .po files in `folder`."""
    whole = Catalog(locale=folder.name)
    for source in sorted(folder.glob("*.po")):
        with source.open("rb") as file:
            for message in read_po(file, locale=folder.name):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    return whole
