"""Pages rendered and compressed once: two views of a questionnaire differ in the submission's id alone.

A gzip stream is made of the compressed part before the id, the id as a stored block, and the compressed part after
it (RFC 1951 and 1952), so that a view costs no compression.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

PLACEHOLDER = UUID("00000000-0000-4000-8000-000000000000")
"""Stands for the id while a page is rendered to be kept."""

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_RAW = -15
"""Window size of zlib's streams without a header of their own."""


class KeptPage:
    """A page, and its gzip form, around the place of the submission's id."""

    def __init__(self, html: str) -> None:
        before, found, after = html.encode().partition(str(PLACEHOLDER).encode())
        if not found or str(PLACEHOLDER).encode() in after:
            raise ValueError("the page holds the submission's id once")
        self._before, self._after = before, after
        self._packed_before = _deflate(before, zlib.Z_FULL_FLUSH)
        self._packed_after = _deflate(after, zlib.Z_FINISH)
        self._sum_before = zlib.crc32(before)

    def plain(self, submission_id: UUID) -> bytes:
        """Return the page with this id."""
        return self._before + str(submission_id).encode() + self._after

    def gzipped(self, submission_id: UUID) -> bytes:
        """Return the page with this id, compressed."""
        own = str(submission_id).encode()
        stored = struct.pack("<BHH", 0, len(own), len(own) ^ 0xFFFF) + own
        checksum = zlib.crc32(self._after, zlib.crc32(own, self._sum_before))
        size = len(self._before) + len(own) + len(self._after)
        trailer = struct.pack("<II", checksum, size & 0xFFFFFFFF)
        return _HEADER + self._packed_before + stored + self._packed_after + trailer


class KeptThanks:
    """A page that is the same for everybody who sends, and its gzip form."""

    def __init__(self, html: str) -> None:
        self.plain = html.encode()
        self.gzipped = gzip.compress(self.plain, 9, mtime=0)


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


def _deflate(data: bytes, ending: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW)
    return packer.compress(data) + packer.flush(ending)
