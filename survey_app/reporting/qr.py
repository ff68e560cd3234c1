"""QR codes of collectors, for screens and print.

The content is upper-case wherever the address allows, so that it is coded alphanumerically: a smaller symbol
with larger modules, which a scratched phone reads from further away. Level Q survives a quarter of the symbol
being torn or dirty.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import segno
from segno import consts

QUIET_ZONE = 4
"""Light modules around the symbol, as ISO/IEC 18004 asks."""
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
LEAST_PIXELS = 600
"""Smallest side of a PNG: 5 cm in print at 300 dots per inch."""


def link(base_url: str, code: str) -> str:
    """Return the address of a collector for people to read, copy and type; `base_url` has no slash at its end."""
    return f"{base_url}/s/{code}"


def content(base_url: str, code: str) -> str:
    """Return the same address as the QR code holds it.

    Scheme and host mean the same in upper case, and /S/ leads where /s/ does. A path before it may not, so it
    stays as it is, at the cost of a larger symbol.
    """
    parts = urlsplit(base_url)
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path}/S/{code.upper()}"


def batch_content(base_url: str, batch_id: int) -> str:
    """Return the address where a batch of paper is keyed, as the QR code on its sheets holds it."""
    parts = urlsplit(base_url)
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path}/P/{batch_id}"


def invitation_link(base_url: str, code: str, invitation: str) -> str:
    """Return a collector's address with a single-use code behind the sign “#”.

    Browsers keep what stands there to themselves: the code is in no request for the page, so in no log of a server
    or proxy, which would hold it beside the time.
    """
    return f"{link(base_url, code)}#{invitation}"


def invitation_content(base_url: str, code: str, invitation: str) -> Sequence[tuple[str, int]]:
    """Return the same address for the QR code: “#” alone is not alphanumeric, so it stands between two parts."""
    address = content(base_url, code)
    is_plain = _ALPHANUMERIC.fullmatch(address) is not None
    return (
        (address, consts.MODE_ALPHANUMERIC if is_plain else consts.MODE_BYTE),
        ("#", consts.MODE_BYTE),
        (invitation, consts.MODE_ALPHANUMERIC),
    )


@dataclass(frozen=True, slots=True)
class Drawing:
    """A QR code as the data of an SVG path of strokes one unit wide. `side` counts modules with the quiet zone."""

    side: int
    path: str


def drawing(text: str | Sequence[tuple[str, int]]) -> Drawing:
    """Return the QR code as a drawing, to stand within a larger one."""
    drawn = symbol(text)
    side, _ = drawn.symbol_size(border=QUIET_ZONE)
    strokes = []
    for y, row in enumerate(drawn.matrix_iter(border=QUIET_ZONE)):
        strokes += [f"M{run.start()} {y}.5h{len(run[0])}" for run in re.finditer(rb"\x01+", bytes(row))]
    return Drawing(int(side), "".join(strokes))


def symbol(text: str | Sequence[tuple[str, int]]) -> segno.QRCode:
    """Return the QR code of `text` at level Q; parts are given with the mode in which each is coded."""
    parts: Any = text  # segno takes a list of parts as well; its types do not say so
    return segno.make_qr(parts, error="Q", boost_error=False)


def svg(text: str) -> bytes:
    """Return the QR code as an SVG document of any size, dark on light also where the page is dark."""
    out = io.BytesIO()
    symbol(text).save(out, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, nl=False)
    return out.getvalue()


def png(text: str) -> bytes:
    """Return the QR code as a PNG of at least `LEAST_PIXELS` a side."""
    drawn = symbol(text)
    modules, _ = drawn.symbol_size(border=QUIET_ZONE)
    out = io.BytesIO()
    drawn.save(out, kind="png", border=QUIET_ZONE, scale=math.ceil(LEAST_PIXELS / modules))
    return out.getvalue()
