"""The project's own files, for tests that read them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "survey_app"

_PARTS = ("survey_app", "migrations", "tests", "benchmarks", "docs", ".ci")
_CODE = {".css", ".html", ".js", ".mako", ".py", ".svg"}
_WORDS = {".csv", ".json", ".md", ".po", ".txt", ".xml"}
_SETTINGS = {".cfg", ".ini", ".toml", ".yaml", ".yml", ""}
_TEXT = _CODE | _WORDS | _SETTINGS


def named(path: Path) -> str:
    """The path as people write it, from the project's root."""
    return path.relative_to(ROOT).as_posix()


def python_files(folder: Path = PACKAGE) -> list[Path]:
    """All Python files under a folder."""
    return sorted(folder.rglob("*.py"))


def text_files() -> Iterator[Path]:
    """All text files that people wrote, in every part of the project."""
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.suffix in _TEXT)
    for part in _PARTS:
        for path in sorted((ROOT / part).rglob("*")):
            if path.is_file() and path.suffix in _TEXT and "__pycache__" not in path.parts:
                yield path
