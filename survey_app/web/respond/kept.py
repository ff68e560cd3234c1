"""Pages rendered and compressed once: two views of a questionnaire differ in the submission's id alone.

The id stands near the end of the page. What is before it is compressed once; the id and the little after it follow
as a block that is stored as it is (RFC 1951 and 1952 for gzip, RFC 7932 for Brotli), so that a view costs no
compression.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

import brotli

PLACEHOLDER = UUID("00000000-0000-4000-8000-000000000000")
"""Stands for the id while a page is rendered to be kept."""

BROTLI = "br"
GZIP = "gzip"
PLAIN = ""

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_RAW = -15
"""Window size of zlib's streams without a header of their own."""
_MOST_STORED = 0xFFFF
"""Bytes that a stored block can hold in either format."""
_END_OF_BROTLI = b"\x03"
"""A last block with nothing in it."""


class KeptPage:
    """A page, and its compressed forms, around the place of the submission's id."""

    def __init__(self, html: str) -> None:
        before, found, after = html.encode().partition(str(PLACEHOLDER).encode())
        if not found or str(PLACEHOLDER).encode() in after:
            raise ValueError("the page holds the submission's id once")
        if len(after) + len(str(PLACEHOLDER)) > _MOST_STORED:
            raise ValueError("the submission's id stands near the end of the page")
        self._before, self._after = before, after

    def body(self, submission_id: UUID, coding: str) -> bytes:
        """Return the page with this id as it is sent in a coding."""
        own = str(submission_id).encode() + self._after
        if coding == BROTLI:
            head = ((len(own) - 1) << 3 | 1 << 19).to_bytes(3, "little")
            return b"".join((self._brotli, head, own, _END_OF_BROTLI))
        if coding == GZIP:
            packed, checksum = self._gzip
            head = struct.pack("<BHH", 1, len(own), len(own) ^ 0xFFFF)
            size = len(self._before) + len(own)
            trailer = struct.pack("<II", zlib.crc32(own, checksum), size & 0xFFFFFFFF)
            return b"".join((packed, head, own, trailer))
        return self._before + own

    @cached_property
    def _brotli(self) -> bytes:
        """What is before the id: whole bytes, and the stream goes on."""
        packer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=11)
        return bytes(packer.process(self._before) + packer.flush())

    @cached_property
    def _gzip(self) -> tuple[bytes, int]:
        """The same for gzip, with its checksum so far."""
        packer = zlib.compressobj(9, zlib.DEFLATED, _RAW)
        packed = packer.compress(self._before) + packer.flush(zlib.Z_FULL_FLUSH)
        return _HEADER + packed, zlib.crc32(self._before)


class KeptThanks:
    """A page that is the same for everybody who sends, and its compressed forms."""

    def __init__(self, html: str) -> None:
        self._html = html

    def body(self, coding: str) -> bytes:
        """Return the page as it is sent in a coding."""
        return self._bodies[coding]

    @cached_property
    def _bodies(self) -> dict[str, bytes]:
        return {coding: packed(self._html, coding) for coding in (BROTLI, GZIP, PLAIN)}


def packed(html: str, coding: str) -> bytes:
    """Return a page in a coding, made at once: for pages that are sent to one person."""
    plain = html.encode()
    if coding == BROTLI:
        return bytes(brotli.compress(plain, mode=brotli.MODE_TEXT, quality=5))
    return gzip.compress(plain, 6, mtime=0) if coding == GZIP else plain


Page = TypeVar("Page")


class Kept(Generic[Page]):
    """The pages asked for last. What a page says is all in its key, so that an entry is never out of date."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Page]) -> Page:
        """Return the page under `key`, made when it is not here."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
                return found
        page = make()
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return page
