"""What commands say: in Chinese and English, as nobody knows who reads a console; one clear message on failure."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, NoReturn

import click
from flask import Flask, current_app
from flask_babel import LazyString, force_locale

from survey_app.config import BadSetting, Settings
from survey_app.questionnaire.text import EN, LOCALES, ZH, Text
from survey_app.services.context import Database, DatabaseUnusable

WIDTH = 72


class Stopped(click.ClickException):
    """A command cannot go on: what is wrong and what to do, in both languages; no traceback."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message to standard error."""
        click.echo(self.message, file=file, err=file is None)


def database() -> Database:
    """Return the application's database."""
    found: Database = current_app.extensions["survey_app.database"]
    return found


def settings() -> Settings:
    """Return the application's settings."""
    found: Settings = current_app.extensions["survey_app.settings"]
    return found


def both(words: LazyString) -> tuple[str, str]:
    """Return the words in Chinese and in English."""
    said = []
    for locale in (ZH, EN):
        with force_locale(locale):
            said.append(str(words))
    return said[0], said[1]


def say(words: LazyString) -> None:
    """Print the words in both languages."""
    for line in both(words):
        click.echo(line)


def stop(words: LazyString) -> NoReturn:
    """End the command with these words and a status that tells of the failure."""
    raise Stopped(*both(words))


@contextmanager
def one_language() -> Iterator[str]:
    """Speak the language of the console where it is English, else Chinese: for lists too long to say twice."""
    asked = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    locale = EN if asked.startswith("en") else ZH
    with force_locale(locale):
        yield locale


def framed(lines: list[str]) -> str:
    """Return the lines between two rules, so that they stand out from what else a console shows."""
    rule = "=" * WIDTH
    return "\n".join([rule, *(f"  {line}".rstrip() for line in lines), rule])


def padded(words: str, width: int) -> str:
    """Return the words with blanks up to a width on the screen, where Chinese characters take two columns."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in words)
    return words + " " * max(width - taken, 1)


def usable_database() -> Database:
    """Return the database once it is known to answer; ends the command where it does not."""
    found = database()
    try:
        found.check()
    except DatabaseUnusable as error:
        raise Stopped(*_lines(_UNUSABLE[error.kind], reason=error.reason)) from error
    return found


def guarded(create_app: Callable[[], Flask]) -> Callable[[], Flask]:
    """Return `create_app` with a clear message in place of a traceback where the surroundings do not allow it."""

    def create() -> Flask:
        try:
            return create_app()
        except BadSetting as error:
            raise Stopped(*_lines(_BAD_SETTING, reason=str(error))) from error
        except DatabaseUnusable as error:
            raise Stopped(*_lines(_UNUSABLE[error.kind], reason=error.reason)) from error
        except OSError as error:
            place = error.filename or os.environ.get("SURVEY_APP_INSTANCE", "")
            raise Stopped(*_lines(_UNWRITABLE, place=place, reason=error.strerror or str(error))) from error

    return create


# Without an application there are no catalogues yet: these stand here in both languages.
_BAD_SETTING = Text("环境变量的值不能用。{reason}", "A setting cannot be used. {reason}")
_UNWRITABLE = Text(
    "无法写入“{place}”（{reason}）。请检查该文件夹的权限，或用环境变量 SURVEY_APP_INSTANCE 指定另一个文件夹。",
    "“{place}” cannot be written to ({reason}). Check the folder's permissions, or name another one in the "
    "environment variable SURVEY_APP_INSTANCE.",
)
_UNUSABLE = {
    "bad_url": Text(
        "环境变量 DATABASE_URL 不是可用的数据库地址（{reason}）。应为 sqlite:///路径 或 postgresql://用户名:密码@主机/库名。",
        "DATABASE_URL is no address of a database that can be used ({reason}). It reads sqlite:///path or "
        "postgresql://user:password@host/name.",
    ),
    "unreachable": Text(
        "数据库无法连接或无法写入（{reason}）。请检查环境变量 DATABASE_URL、数据库服务和文件权限。",
        "The database cannot be reached or written to ({reason}). Check DATABASE_URL, the database server and "
        "the permissions of files.",
    ),
    "newer": Text(
        "数据库已由更新版本的程序升级（{reason}）。请使用该版本或更新的版本。",
        "A newer version of this program has changed the database ({reason}). Use that version, or a newer one.",
    ),
}


def _lines(text: Text, **values: object) -> tuple[str, ...]:
    plain = {name: " ".join(str(value).split()) for name, value in values.items()}
    return tuple(text.in_locale(locale).format(**plain) for locale in LOCALES)
