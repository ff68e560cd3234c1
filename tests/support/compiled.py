"""What every application compiles anew, compiled once per process: each test has an application of its own.

All of them have the same templates, addresses and statements, so that most of a short test's time went into that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Engine, event
from werkzeug.routing import Rule

from survey_app.storage.models import Base


class _Templates(BytecodeCache):
    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


class _Rule(Rule):
    """A rule that shares the functions that build its address with the same rule of other applications."""

    _known: ClassVar[dict[object, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        meaning = (tuple(self._trace), repr(self.defaults), append_unknown)
        if meaning not in self._known:
            self._known[meaning] = super()._compile_builder(append_unknown)
        return self._known[meaning]


class _Statements(dict[Any, Any]):
    """A cache of SQLAlchemy's whose keys begin with the kind of database, and not with one engine's dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), value)


_TEMPLATES = _Templates()
_LEAN_TEMPLATES = _Templates()
_TRANSLATIONS: dict[object, object] = {}
_STATEMENTS = _Statements()


def share_what_is_compiled() -> None:
    """Have all applications and databases of this process share what they compile. Call it once."""
    Flask.url_rule_class = _Rule
    event.listen(Engine, "engine_connect", _share_statements)
    for mapper in Base.registry.mappers:  # each keeps the statements with which it writes
        vars(mapper)["_compiled_cache"] = _Statements()


def share_templates(app: Flask) -> None:
    """Have this application use the templates that others have compiled, and the translations that they read."""
    app.jinja_env.bytecode_cache = _TEMPLATES
    app.extensions["survey_app.respond"].bytecode_cache = _LEAN_TEMPLATES  # the same files, read in another way
    with app.app_context():
        app.extensions["babel"].instance.domain_instance.cache = _TRANSLATIONS


def _share_statements(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_STATEMENTS)
