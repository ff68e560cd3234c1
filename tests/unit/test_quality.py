"""The tools that read the code: all of them are content."""

import subprocess
import sys

import pytest

from tests.support.tree import ROOT

_TOOLS = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "mypy": ("-m", "mypy"),
    # import-linter has no module to run; this is what its own command calls. Its cache goes stale when files move.
    "import-linter": ("-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"),
}


@pytest.mark.parametrize("tool", _TOOLS)
def test_the_tool_is_content(tool: str) -> None:
    said = subprocess.run(
        [sys.executable, *_TOOLS[tool]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    assert said.returncode == 0, f"{tool}:\n{said.stdout}"
