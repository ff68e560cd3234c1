"""What a reader can rely on in every file: small parts, no unfinished business, no traces of a machine."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.tree import PACKAGE, ROOT, named, python_files, text_files

LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = 50

# What may be longer, and why. Names are `path` for a file and `path:function` for a function.
LONGER_FOR_A_REASON: dict[str, str] = {}

_UNFINISHED = re.compile(r"\b(?:TO(?:)DO|FIX(?:)ME)\b")
# A project that lies in a folder with a common name, such as /app, would find that name everywhere.
_HERE = re.escape(str(ROOT)) if len(ROOT.parts) > 2 else "(?!)"
_PERSONAL_FOLDERS = ("tmp", "root", "home", "Users", "mnt")
_MACHINE = re.compile(
    rf"(?<![\w.}}>*-])/(?:{'|'.join(_PERSONAL_FOLDERS)})/(?=\w)|[A-Z]:\\Users\\|{re.escape(str(ROOT))}"
)
_SILENCED = re.compile(r"#\s*(?:type:\s*ignore|noqa)")
_SILENCED_FOR_A_REASON = re.compile(r"#\s*(?:type: ignore\[[\w, -]+\]|noqa: [A-Z0-9, ]+)\s+\W+\s*\w.*")


@cache
def _functions() -> list[tuple[str, int]]:
    """Each function of the product and its length in lines, from `def` to its end."""
    return [
        (f"{named(path)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _silent_comments(path: Path) -> Iterator[str]:
    """Comments of a file that silence a tool and give no reason."""
    text = path.read_text(encoding="utf-8")
    if not _SILENCED.search(text):
        return  # taking files apart is slow, and few silence anything
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        comment = token.string if token.type == tokenize.COMMENT else ""
        if _SILENCED.search(comment) and not _SILENCED_FOR_A_REASON.search(comment):
            yield f"{named(path)}:{token.start[0]}: {token.string}"


def _places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{named(path)}:{number}: {line.strip()[:120]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_files_are_short() -> None:
    files = [path for folder in (PACKAGE, ROOT / "tests", ROOT / "benchmarks") for path in python_files(folder)]
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: n for name, n in lengths.items() if n > LINES_OF_A_FILE and name not in LONGER_FOR_A_REASON} == {}


def test_functions_are_short() -> None:
    too_long = {name: n for name, n in _functions() if n > LINES_OF_A_FUNCTION and name not in LONGER_FOR_A_REASON}
    assert too_long == {}


def test_exceptions_are_needed() -> None:
    known = {named(path) for path in python_files()}
    known |= {name for name, _ in _functions()}
    assert set(LONGER_FOR_A_REASON) <= known


def test_nothing_is_left_unfinished() -> None:
    assert _places(_UNFINISHED) == []


def test_no_tool_is_silenced_without_a_reason() -> None:
    silent = (each for path in text_files() if path.suffix == ".py" for each in _silent_comments(path))
    assert [*silent] == []


def test_no_path_of_somebodys_machine() -> None:
    assert _places(_MACHINE) == []


@pytest.mark.parametrize("folder", _PERSONAL_FOLDERS)
@pytest.mark.parametrize("line", ["open('/{}/x')", "cd /{}/somebody", "file:///{}/x"])
def test_paths_of_a_machine_are_recognised(folder: str, line: str) -> None:
    assert _MACHINE.search(line.format(folder))


@pytest.mark.parametrize("folder", _PERSONAL_FOLDERS)
@pytest.mark.parametrize("line", ["/usr/lib/postgresql", "/{}", "a/{}/b", "tests/{}/x", "/var/{}/x", "<br/>x"])
def test_other_paths_are_left_alone(folder: str, line: str) -> None:
    assert not _MACHINE.search(line.format(folder))


def test_there_is_something_to_look_at() -> None:
    assert len(python_files(PACKAGE)) > 10
