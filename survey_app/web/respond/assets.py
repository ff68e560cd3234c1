"""The page's own style and script, inlined, and the policy that lets nothing else in.

Both are read once at start and made lean: comments and indentation cost bytes on a bad line. The policy names them
by their hashes, so that no other script runs even if one got into a text.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

from markupsafe import Markup

_FOLDER = resources.files("survey_app") / "templates" / "respond"


def _lean(name: str) -> list[str]:
    """Return a file's lines without indentation, blank lines and lines that are only a comment."""
    lines = (line.strip() for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith(("//", "/*"))]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _lean_style(name: str) -> str:
    style = "".join(_lean(name))
    for wide, narrow in ((" { ", "{"), (" {", "{"), (" }", "}"), ("; ", ";"), (": ", ":"), (", ", ",")):
        style = style.replace(wide, narrow)
    return style


STYLE = Markup(_lean_style("page.css"))  # noqa: S704  # our own file, no input
LARGE = Markup(_lean_style("large.css"))  # noqa: S704  # our own file, no input
_PARTS = ("ground", "answers", "screens", "device", "sending", "begin")
"""The parts of the page's script in the order in which they run: one function, so that all know the same."""

SCRIPT = Markup(  # noqa: S704  # our own files, no input
    "\n".join(
        [
            *_lean("rules.js"),
            "var survey;",
            'document.addEventListener("DOMContentLoaded", () => {',
            *(line for part in _PARTS for line in _lean(f"page/{part}.js")),
            "});",
        ]
    )
)
WORK_SCRIPT = Markup("\n".join(_lean("work.js")))  # noqa: S704  # our own file, no input
READER_STYLE = Markup(_lean_style("reader.css"))  # noqa: S704  # our own file, no input
READER_SCRIPT = Markup("\n".join(_lean("reader.js")))  # noqa: S704  # our own file, no input


@cache
def policy(*, preview: bool = False, reader: bool = False) -> str:
    """Return the Content-Security-Policy: this style, this script, sending to ourselves, and nothing else.

    A preview can be framed by our own pages and cannot send. An interviewer's page has a `reader`'s keys besides.
    """
    scripts, styles = f"{_hash(SCRIPT)} {_hash(WORK_SCRIPT)}", f"{_hash(STYLE)} {_hash(LARGE)}"
    if reader:
        scripts, styles = f"{scripts} {_hash(READER_SCRIPT)}", f"{styles} {_hash(READER_STYLE)}"
    target, frames = ("'none'", "'self'") if preview else ("'self'", "'none'")
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data:; "
        f"form-action {target}; connect-src {target}; base-uri 'none'; frame-ancestors {frames}"
    )
