"""QR codes hold what they should, in the form that phones read best, and at a size that prints."""

import struct
import xml.etree.ElementTree as ET
import zlib
from typing import Any

import numpy as np
import pytest

from survey_app.reporting import qr

_BASE = "https://survey.example.org"
_CODE = "CDFH34679XYW"


def _pixels(png: bytes) -> Any:
    """The grey values of a PNG of one bit a pixel, not interlaced."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, data = 8, b""
    width = height = 0
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
            assert (depth, colour, interlace) == (1, 0, 0)
        elif kind == b"IDAT":
            data += body
        place += 12 + length
    row = -(-width // 8) + 1
    lines = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(height, row)
    assert set(lines[:, 0]) <= {0, 2}  # plain, or the difference to the line above
    plain = lines[:, 1:].copy()
    for line in np.flatnonzero(lines[:, 0] == 2):
        plain[line] += plain[line - 1]
    return np.ascontiguousarray(np.unpackbits(plain, axis=1)[:, :width] * 255)


def test_a_link_is_written_as_people_expect_one() -> None:
    assert qr.link(_BASE, _CODE) == f"https://survey.example.org/s/{_CODE}"


def test_the_symbol_is_small_because_all_is_upper_case() -> None:
    symbol = qr.symbol(qr.content(_BASE, _CODE))
    assert (symbol.mode, symbol.error, symbol.is_micro) == ("alphanumeric", "Q", False)
    assert symbol.version < qr.symbol(qr.link(_BASE, _CODE)).version


def test_a_path_before_the_code_keeps_its_case() -> None:
    assert qr.content("https://Union.example.org/Survey", _CODE) == f"HTTPS://UNION.EXAMPLE.ORG/Survey/S/{_CODE}"


def test_a_png_is_large_enough_to_print() -> None:
    height, width = _pixels(qr.png(qr.content(_BASE, _CODE))).shape
    assert height == width >= 600


def test_a_png_has_a_quiet_zone_of_four_modules() -> None:
    content = qr.content(_BASE, _CODE)
    pixels = _pixels(qr.png(content))
    module = pixels.shape[0] // qr.symbol(content).symbol_size(border=4)[0]
    dark = np.argwhere(pixels == 0)
    assert dark.min() == 4 * module
    assert dark.max() == pixels.shape[0] - 4 * module - 1


def test_an_svg_scales_and_stands_on_light_ground() -> None:
    content = qr.content(_BASE, _CODE)
    root = ET.fromstring(qr.svg(content))
    side = qr.symbol(content).symbol_size(border=4)[0]
    assert root.get("viewBox") == f"0 0 {side} {side}"
    assert root.get("width") is None
    assert root[0].get("fill") == "#fff"


def test_the_printed_png_reads_as_the_address() -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    content = qr.content("http://192.168.1.20:8000", _CODE)
    (read,) = zxingcpp.read_barcodes(_pixels(qr.png(content)))
    assert read.text == f"HTTP://192.168.1.20:8000/S/{_CODE}"
