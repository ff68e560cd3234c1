"""Files between being sent and being imported: kept for an hour under a random name that only its sender is told.

The name travels in a signed token together with who sent the file for what, so that nobody can ask for another
file. Several machines behind one address need a shared instance folder, or a proxy that keeps a person on one
machine; where the file is not found, its sender is asked to send it again.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

LIFETIME_SECONDS = 3600
_NAME = re.compile(r"[0-9a-f]{32}")


class UploadGone(Exception):
    """There is no such file any more, or the token was not made for this person."""


class Uploads:
    """The folder of files that wait. `key` signs the tokens."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._serializer = URLSafeTimedSerializer(key, salt="upload")

    def keep(self, content: bytes, **about: Any) -> str:
        """Keep a file, forget those whose time is up, and return the token. `about` comes back with the file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._forget_old()
        name = secrets.token_hex(16)
        descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        return str(self._serializer.dumps({**about, "name": name}))

    def find(self, token: str, **expected: Any) -> tuple[bytes, Mapping[str, Any]]:
        """Return the content and what was said about it. Raises `UploadGone`, also where `expected` differs."""
        about = self._read(token)
        if any(about.get(name) != value for name, value in expected.items()):
            raise UploadGone
        try:
            return (self._folder / about["name"]).read_bytes(), about
        except OSError as error:
            raise UploadGone from error

    def forget(self, token: str) -> None:
        """Remove the file."""
        (self._folder / self._read(token)["name"]).unlink(missing_ok=True)

    def _read(self, token: str) -> Mapping[str, Any]:
        try:
            about: Mapping[str, Any] = self._serializer.loads(token, max_age=LIFETIME_SECONDS)
        except BadData as error:
            raise UploadGone from error
        if not _NAME.fullmatch(str(about.get("name"))):
            raise UploadGone
        return about

    def _forget_old(self) -> None:
        """Remove files that no token opens any more."""
        oldest = time.time() - LIFETIME_SECONDS
        for path in self._folder.iterdir():
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:  # another process was quicker
                continue
