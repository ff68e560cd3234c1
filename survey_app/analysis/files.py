"""Columns on disk: one plain array file per column, and a small file that says how much of them counts.

`meta.json` is replaced whole; what stands in the array files beyond its `size` is the rest of an append that did
not end, and is overwritten by the next. Deleting any of it loses nothing: the store reads the database again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from survey_app.analysis.columns import Piece
from survey_app.analysis.encode import DIMENSIONS
from survey_app.analysis.layout import Array, Column, Sort

FORMAT = 1
"""Goes up when the meaning of a file changes; files of another format are left alone and rebuilt beside."""


@dataclass(frozen=True)
class Meta:
    """What the files hold: whose responses, under which versions, up to which slot (exclusive), in which folder.

    `identity` names database and survey: files of another are not used. `erasure` is the last erasure seen.
    """

    identity: str
    generation: int
    size: int
    settled_before: int
    erasure: int
    versions: tuple[int, ...]
    layout: tuple[Column, ...]

    @property
    def types(self) -> dict[str, np.dtype[Any]]:
        """Type of each array, dimensions first; the order numbers the files."""
        return {**DIMENSIONS, **{column.name: column.dtype for column in self.layout}}


class Files:
    """The files of one survey."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def lock(self) -> Path:
        """The file that writers lock."""
        return self.folder / "lock"

    def meta(self) -> Meta | None:
        """Return what the files hold; None where they are missing, cut short or not readable."""
        try:
            data = json.loads((self.folder / "meta.json").read_text(encoding="utf-8"))
            layout = tuple(
                Column(each["field"], Sort(each["sort"]), each["option"], tuple(each["codes"]))
                for each in data.pop("layout")
            )
            meta = Meta(**{**data, "versions": tuple(data["versions"]), "layout": layout})
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return meta if self._is_whole(meta) else None

    def piece(self, meta: Meta) -> Piece:
        """Map the arrays into memory, without reading them."""
        if not meta.size:
            return Piece(0, {name: np.empty(0, dtype) for name, dtype in meta.types.items()})
        arrays: dict[str, Array] = {
            name: np.memmap(self._array(meta.generation, place), dtype, "r", shape=(meta.size,))
            for place, (name, dtype) in enumerate(meta.types.items())
        }
        return Piece(meta.size, arrays)

    def written(self) -> int:
        """Return how many rows stand in the latest generation, whether they count by now or not."""
        dtype = next(iter(DIMENSIONS.values()))
        try:
            return self._array(self.latest_generation(), 0).stat().st_size // dtype.itemsize
        except OSError:
            return 0

    def latest_generation(self) -> int:
        """Return the highest number that a generation has, whether it counts or not; 0 for none."""
        names = [each.name.removeprefix("rows-") for each in self.folder.glob("rows-*")]
        return max((int(name) for name in names if name.isdigit()), default=0)

    def begin(self, meta: Meta) -> Meta:
        """Start a new, empty generation beside the present one; it counts from the first `commit`."""
        fresh = replace(meta, generation=meta.generation + 1, size=0)
        place = self._generation(fresh.generation)
        if place.exists():
            shutil.rmtree(place)
        place.mkdir(parents=True)
        for number in range(len(fresh.types)):
            self._array(fresh.generation, number).touch()
        return fresh

    def append(self, meta: Meta, arrays: Mapping[str, Array]) -> Meta:
        """Write rows behind those that count, and return the new meta, which `commit` makes count."""
        added = len(arrays["slot"])
        for place, (name, dtype) in enumerate(meta.types.items()):
            with self._array(meta.generation, place).open("r+b") as file:
                file.seek(meta.size * dtype.itemsize)
                file.write(np.ascontiguousarray(arrays[name], dtype).tobytes())
        return replace(meta, size=meta.size + added)

    def commit(self, meta: Meta) -> None:
        """Make what was appended count, at once and durably; then remove older generations."""
        for place in range(len(meta.types)):
            with self._array(meta.generation, place).open("r+b") as file:
                os.fsync(file.fileno())
        draft = self.folder / "meta.draft"
        with draft.open("w", encoding="utf-8") as text:
            json.dump(asdict(meta), text)
            text.flush()
            os.fsync(text.fileno())
        draft.replace(self.folder / "meta.json")
        for folder in self.folder.glob("rows-*"):
            if folder != self._generation(meta.generation):
                # Another process may still have it mapped; Windows then keeps it until a later commit.
                with suppress(OSError):
                    shutil.rmtree(folder)

    def clear(self) -> None:
        """Remove everything but the lock. The lock is held."""
        (self.folder / "meta.json").unlink(missing_ok=True)
        for folder in self.folder.glob("rows-*"):
            # Another process may still have it mapped; Windows then keeps it until a later commit.
            with suppress(OSError):
                shutil.rmtree(folder)

    def _is_whole(self, meta: Meta) -> bool:
        return all(
            self._array(meta.generation, place).is_file()
            and self._array(meta.generation, place).stat().st_size >= meta.size * dtype.itemsize
            for place, dtype in enumerate(meta.types.values())
        )

    def _generation(self, number: int) -> Path:
        return self.folder / f"rows-{number}"

    def _array(self, generation: int, place: int) -> Path:
        return self._generation(generation) / f"{place:03d}.bin"
