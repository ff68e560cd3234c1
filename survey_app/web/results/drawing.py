"""The script that draws charts: plotly.min.js as the installed wheel carries it, and no other host's.

Its address holds its hash, so that a browser fetches it once and keeps it until the package changes.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for
from werkzeug.exceptions import NotFound

from survey_app.web.access import public

blueprint = Blueprint("drawing", __name__)

_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Script:
    """The script's bytes, compressed, and their hash."""

    compressed: bytes
    sha256: str

    @property
    def name(self) -> str:
        """The part of the hash that stands in the address."""
        return self.sha256[:16]


@cache
def script() -> Script:
    """Return the script of the installed package, read at first need. Raises `FileNotFoundError`."""
    # Finding the package does not import it: that would take seconds at the start of every process.
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("plotly is not installed")
    content = (Path(spec.origin).parent / "package_data" / "plotly.min.js").read_bytes()
    return Script(gzip.compress(content, mtime=0), hashlib.sha256(content).hexdigest())


def register(app: Flask) -> None:
    """Put the script on `app`, and its address into the templates."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["plotly_url"] = lambda: url_for("drawing.plotly", name=script().name)


@blueprint.get("/results/plotly-<name>.min.js")
@public
def plotly(name: str) -> Response:
    """Send the script; only under its present hash."""
    found = script()
    if name != found.name:
        raise NotFound
    takes_gzip = "gzip" in request.accept_encodings
    response = Response(found.compressed if takes_gzip else gzip.decompress(found.compressed))
    response.mimetype = "text/javascript"
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR
    response.cache_control.immutable = True
    return response
