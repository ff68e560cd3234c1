"""QR codes of collectors, for screens and print.

The content is upper-case wherever the address allows, so that it is coded alphanumerically: a smaller symbol
with larger modules, which a scratched phone reads from further away. Level Q survives a quarter of the symbol
being torn or dirty.
"""

from __future__ import annotations

import io
import math
from urllib.parse import urlsplit

import segno

QUIET_ZONE = 4
"""Light modules around the symbol, as ISO/IEC 18004 asks."""
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


def symbol(text: str) -> segno.QRCode:
    """Return the QR code of `text` at level Q."""
    return segno.make_qr(text, error="Q", boost_error=False)


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
