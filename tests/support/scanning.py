"""Reading the QR codes of a drawing as a phone would: from its pixels."""

from __future__ import annotations

import base64

import numpy as np
import zxingcpp
from playwright.sync_api import Locator

_PIXELS = """async (drawing, width) => {
  const picture = new Image();
  const written = new XMLSerializer().serializeToString(drawing);
  picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(written);
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.round(width * 297 / 210);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const bytes = context.getImageData(0, 0, canvas.width, canvas.height).data;
  let green = "";
  for (let start = 1; start < bytes.length; start += 4) green += String.fromCharCode(bytes[start]);
  return btoa(green);
}"""


def scanned(drawing: Locator, width: int = 1240) -> list[str]:
    """Return what the QR codes of an A4 drawing say, from the top; 1240 pixels across are 150 dots per inch."""
    data = np.frombuffer(base64.b64decode(drawing.evaluate(_PIXELS, width)), dtype=np.uint8)
    found = zxingcpp.read_barcodes(np.ascontiguousarray(data.reshape(-1, width)))
    placed = sorted(found, key=lambda each: (each.position.top_left.y // 50, each.position.top_left.x))
    return [each.text for each in placed]
