"""Ours is Apache-2.0, and nothing that we need at run time stands against it."""

import hashlib
import importlib.metadata
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.tree import ROOT

_CANONICAL_TEXT = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"

_ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0",
    "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
}  # fmt: skip

# How packages without an SPDX expression name their licence.
_OTHER_NAMES = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}

# Allowed for one package each, with the reason.
_ALLOWED_FOR = {
    # A library that we call unchanged, installed as a package of its own, which anybody can replace: what the
    # LGPL asks for.
    ("psycopg", "LGPL-3.0-only"),
    ("psycopg-binary", "LGPL-3.0-only"),
}


def _needed() -> dict[str, importlib.metadata.Distribution]:
    """Every installed distribution that the product needs at run time, directly or not."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    found: dict[str, importlib.metadata.Distribution] = {}
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        extras = wanted.extras or {""}
        if name in found and extras == {""}:
            continue
        found[name] = importlib.metadata.distribution(wanted.name)
        further = map(Requirement, found[name].requires or [])
        waiting += [
            each
            for each in further
            if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras)
        ]
    return found


def _licences(distribution: importlib.metadata.Distribution) -> str:
    """The licence as an SPDX expression, or whatever the package says instead."""
    said = distribution.metadata
    if "License-Expression" in said:
        return said["License-Expression"]
    classifiers = [text for text in said.get_all("Classifier") or [] if text.startswith("License ::")]
    if classifiers:
        return " AND ".join(_OTHER_NAMES.get(text, text) for text in classifiers)
    named = said.get_all("License") or ["no licence named"]
    return str(named[0])


def _allows(name: str, expression: str) -> bool:
    """Whether one alternative of the expression is allowed entirely; brackets are not read, so all must be."""
    alternatives = [expression] if "(" in expression else expression.split(" OR ")
    return any(
        all(part in _ALLOWED or (name, part) in _ALLOWED_FOR for part in alternative.split(" AND "))
        for alternative in alternatives
    )


def test_the_licence_is_the_apache_licence_to_the_letter() -> None:
    text = (ROOT / "LICENSE").read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(text).hexdigest() == _CANONICAL_TEXT


def test_every_dependency_may_be_used() -> None:
    licences = {name: _licences(distribution) for name, distribution in _needed().items()}
    assert {name: text for name, text in licences.items() if not _allows(name, text)} == {}


@pytest.mark.parametrize("name", ["flask", "sqlalchemy", "jinja2", "psycopg-binary", "numpy"])
def test_dependencies_of_dependencies_are_seen(name: str) -> None:
    assert name in _needed()


@pytest.mark.parametrize(
    "expression", ["GPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT OR BSD-3-Clause) AND X", "LGPL-3.0-only"]
)
def test_other_licences_are_refused(expression: str) -> None:
    assert not _allows("some-package", expression)


@pytest.mark.parametrize("expression", ["MIT", "Apache-2.0 OR GPL-3.0-only", "BSD-3-Clause AND 0BSD"])
def test_alternatives_and_sums_are_understood(expression: str) -> None:
    assert _allows("some-package", expression)
