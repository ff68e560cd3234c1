"""Passwords: Argon2id hashes, one-time passwords, and what a password must be."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 200
FEWEST_DIFFERENT = 4
"""Different characters that a password has at least."""
ONE_TIME_HOURS = 72
"""How long a one-time password can be used, unless set otherwise."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_HASHER = PasswordHasher()
# Checked when there is no such user, so that the answer takes as long as with one.
_NOBODY = _HASHER.hash(secrets.token_hex(16))


class WeakPassword(Exception):
    """The password is too short, too long, or holds the user's name; `kind` says which."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def hashed(password: str) -> str:
    """Return the Argon2id hash of `password`."""
    return _HASHER.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether `password` has this hash. Without a hash it takes as long, and is false."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def require_strong(password: str, username: str) -> None:
    """Raise `WeakPassword` unless `password` will do. Length matters, not signs (NIST SP 800-63B)."""
    if len(password) < SHORTEST:
        raise WeakPassword("too_short")
    if len(password) > LONGEST:
        raise WeakPassword("too_long")
    if username.lower() in password.lower() or len(set(password)) < FEWEST_DIFFERENT:
        raise WeakPassword("too_simple")


def one_time() -> str:
    """Return a random password (about 79 bits) without look-alike characters, in groups that can be read out."""
    groups = ["".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)
