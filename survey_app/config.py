"""Settings: one frozen object from the environment, validated at start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_INSTANCE = Path(__file__).resolve().parents[1] / "instance"
MEBIBYTE = 1024 * 1024
MOST_CONNECTIONS = 90


class BadSetting(Exception):
    """An environment variable has a value that cannot be used; the message names it and says what can."""

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(f"{variable}: {message}")
        self.variable = variable


@dataclass(frozen=True)
class Settings:
    """Everything that can be set from outside. `docs/install.md` lists the variables for administrators."""

    instance: Path
    database_url: str
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    threads: int = 0
    public_url: str = ""
    trusted_proxies: int = 0
    upload_limit: int = 10 * MEBIBYTE
    session_hours: int = 12
    one_time_hours: int = 72
    keep_months: int = 12
    flood: int = 300

    @property
    def processes(self) -> int:
        """Processes that serve: one with SQLite, which has one writer; else as set, or one for each core."""
        return 1 if self._is_sqlite else self.workers or os.cpu_count() or 1

    @property
    def requests_at_once(self) -> int:
        """Threads of a process: as set, or as suits the database.

        With SQLite many wait together for one commit. With PostgreSQL more than a few only take the interpreter
        from each other: 22 brought in an eighth fewer visits a second than 8.
        """
        return self.threads or (32 if self._is_sqlite else 8)

    @property
    def _is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def connections(self) -> int:
        """Most connections in each of a process's two pools, so that all stay within PostgreSQL's usual hundred."""
        return max(2, min(self.requests_at_once, MOST_CONNECTIONS // (2 * self.processes)))

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over HTTPS, so that cookies may be marked Secure."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from `environment` (default: the process's).

        Makes the instance folder and its secret key when they are missing. Raises `BadSetting`.
        """
        values = os.environ if environment is None else environment
        instance = Path(values.get("SURVEY_APP_INSTANCE") or DEFAULT_INSTANCE).resolve()
        instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(
            instance=instance,
            database_url=values.get("DATABASE_URL") or f"sqlite:///{instance / 'survey_app.sqlite3'}",
            secret_key=_secret_key(values, instance),
            host=values.get("SURVEY_APP_HOST") or cls.host,
            port=_whole(values, "SURVEY_APP_PORT", cls.port, 1, 65535),
            workers=_whole(values, "SURVEY_APP_WORKERS", cls.workers, 0, 64),
            threads=_whole(values, "SURVEY_APP_THREADS", cls.threads, 0, 128),
            public_url=_public_url(values),
            trusted_proxies=_whole(values, "SURVEY_APP_TRUSTED_PROXIES", cls.trusted_proxies, 0, 5),
            upload_limit=_whole(values, "SURVEY_APP_UPLOAD_MIB", 10, 1, 100) * MEBIBYTE,
            keep_months=_whole(values, "SURVEY_APP_KEEP_MONTHS", cls.keep_months, 1, 120),
            session_hours=_whole(values, "SURVEY_APP_SESSION_HOURS", cls.session_hours, 1, 168),
            one_time_hours=_whole(values, "SURVEY_APP_ONE_TIME_HOURS", cls.one_time_hours, 1, 720),
            flood=_whole(values, "SURVEY_APP_FLOOD", cls.flood, 1, 10**9),
        )


def _whole(values: Mapping[str, str], variable: str, default: int, low: int, high: int) -> int:
    text = values.get(variable)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise BadSetting(variable, f"a whole number from {low} to {high} is needed, not {text!r}")
    return int(text)


def _public_url(values: Mapping[str, str]) -> str:
    url = (values.get("SURVEY_APP_PUBLIC_URL") or "").rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment):
        raise BadSetting(
            "SURVEY_APP_PUBLIC_URL", f"an address such as https://survey.example.org is needed, not {url!r}"
        )
    return url


def _secret_key(values: Mapping[str, str], instance: Path) -> str:
    """Return the key that signs sessions and tokens: from the environment, or kept in the instance folder."""
    given = values.get("SURVEY_APP_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise BadSetting("SURVEY_APP_SECRET_KEY", "at least 32 characters are needed")
        return given
    place = instance / "secret_key"
    if not place.exists():
        _write_key(place)
    key = place.read_text().strip()
    if len(key) < 32:
        raise BadSetting("SURVEY_APP_SECRET_KEY", f"{place} holds no key; delete the file to make a new one")
    return key


def _write_key(place: Path) -> None:
    """Write a new key whole or not at all; of several processes that start at once, one wins."""
    draft = place.with_name(f"secret_key.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(draft, place)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links, such as FAT
        draft.replace(place)
        return
    draft.unlink()
