"""Keeps the columns of every survey up to date with the database, reading each response once.

Responses of past ten-minute slots are *settled*: they stand on disk, sorted by slot and then by their random id, so
that the order of rows tells no more than the database does. The newest are the *tail*, in the memory of each
process; nothing about them is written down until their slots are over. What counts is when a response came, which
for ballots of a file or of paper is later than their moment of receipt.
"""

from __future__ import annotations

import gc
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np

from survey_app.analysis.columns import Columns, Piece, Snapshot
from survey_app.analysis.encode import SLOT, Encoder, ResponseRow, encode_dimensions, id_pairs, slot_of
from survey_app.analysis.files import FORMAT, Files, Meta
from survey_app.analysis.layout import Array, Column, columns_of_version
from survey_app.analysis.locking import locked
from survey_app.analysis.recent import Recent
from survey_app.analysis.source import Source
from survey_app.analysis.worlds import Worlds
from survey_app.questionnaire.rules import Answer

MARGIN = timedelta(minutes=30)
"""How long after a response came it may still be committed; slots older than this are settled."""

CHECKED = 5_000
"""Counting so many responses in the database takes some milliseconds, however many there are."""

_ATTEMPTS = 5
_RECENT = 6
"""Slots: what came since a process looked last, an hour ago, is not counted before it is read."""

_WRITTEN_AT_ONCE = 10
"""Portions: some thirty files are opened for each writing."""

AT_ONCE = 50_000
"""Reading so many responses takes about a second, for which a reader may wait."""


class StillReading(Exception):
    """Many responses of a survey are to be read before anything can be said: `done` of `total` are by now."""

    def __init__(self, survey_id: int, done: int, total: int) -> None:
        super().__init__(f"{done} of {total} responses of survey {survey_id} are read")
        self.survey_id = survey_id
        self.done = done
        self.total = total


class Unreadable(Exception):
    """Stored answers do not fit their questionnaire. What they say is not repeated: it would stand in a log."""


class _LayoutGrows(Exception):
    """A response was given under a version that the columns do not know yet."""

    def __init__(self, version_id: int) -> None:
        super().__init__(version_id)
        self.version_id = version_id


@dataclass
class _Kept:
    """What this process has of one survey."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    meta: Meta | None = None
    settled: Piece | None = None
    tail: Piece | None = None
    encoders: dict[int, Encoder] = field(default_factory=dict)
    by_slot: tuple[Meta, int, Array] | None = None
    checked_before: int | None = None
    voided: tuple[frozenset[UUID], Meta, Array] | None = None
    is_claimed: bool = False
    is_patient: bool = False


class ColumnStore:
    """The columns of all surveys. One object a process; safe with threads and with other processes."""

    def __init__(self, folder: Path, *, checked: int = CHECKED, at_once: int | None = None) -> None:
        """`folder` holds the cache; deleting it while nothing runs loses nothing.

        `checked` is how many settled responses are compared with the database's number at every look. If more than
        `at_once` are to be read, `snapshot` says so instead of reading them; None reads any number.
        """
        self._checked = checked
        self._at_once = at_once
        self.folder = folder / f"format-{FORMAT}"
        self.worlds = Worlds()
        """The same ballots sorted by place, and what was counted last."""
        self.recent = Recent()
        """What was made of all of it last."""
        self._all: dict[int, _Kept] = {}
        self._lock = threading.Lock()

    def snapshot(self, source: Source, now: datetime, *, at_leisure: bool = False) -> Snapshot:
        """Return all responses that `source` has, reading what is new. `now` tells which slots are over.

        Raises `StillReading` where much is to be read, unless it is done `at_leisure`.
        """
        kept = self._of(source.survey_id)
        if not at_leisure:
            self._refuse_to_wait(kept, source, now)
        with kept.lock:
            meta, settled, tail = self._refresh(kept, source, now, at_leisure=at_leisure)
            kept.is_patient = False
            voided = frozenset(source.voided())
            pieces = tuple(
                replace(piece, kept=None if not hidden.any() else ~hidden)
                for piece, hidden in ((settled, _hidden(kept, meta, settled, voided)), (tail, _which(tail, voided)))
                if piece.size
            )
        layout = {column.name: column for column in meta.layout}
        everything = tuple(piece for piece in (settled, tail) if piece.size)
        return Snapshot(
            Columns(source.survey_id, layout, pieces, now), Columns(source.survey_id, layout, everything, now)
        )

    def claim(self, survey_id: int) -> bool:
        """Tell whether the caller is to read a survey at leisure in this process; it then must `release` it."""
        kept = self._of(survey_id)
        with self._lock:
            is_free, kept.is_claimed = not kept.is_claimed, True
            return is_free

    def release(self, survey_id: int, *, has_failed: bool) -> None:
        """End what `claim` began. After a failure the next reader reads by himself, and hears of the reason."""
        kept = self._of(survey_id)
        with self._lock:
            kept.is_claimed, kept.is_patient = False, has_failed

    def rebuild(self, source: Source, now: datetime) -> int:
        """Throw the survey's columns away and read them again. Returns the number of responses."""
        kept = self._of(source.survey_id)
        files = self._files(source)
        with kept.lock, locked(files.lock):
            _build(kept, files, source, slot_of(now - MARGIN), (source.first_version,))
        return self.snapshot(source, now, at_leisure=True).with_voided.size

    def keep_only(self, identities: Mapping[int, str]) -> None:
        """Remove the files of every survey that is not the one named by its key and its source's identity."""
        for folder in sorted(self.folder.glob("survey-*")):
            number = folder.name.removeprefix("survey-")
            files = Files(folder)
            meta = files.meta()
            if meta is None or not number.isdigit() or identities.get(int(number)) == meta.identity:
                continue
            kept = self._of(int(number))
            with kept.lock, locked(files.lock):
                kept.settled = kept.tail = kept.meta = kept.voided = kept.by_slot = None
                files.clear()

    def _of(self, survey_id: int) -> _Kept:
        with self._lock:
            return self._all.setdefault(survey_id, _Kept())

    def _files(self, source: Source) -> Files:
        files = Files(self.folder / f"survey-{source.survey_id}")
        files.folder.mkdir(parents=True, exist_ok=True)
        return files

    def _refuse_to_wait(self, kept: _Kept, source: Source, now: datetime) -> None:
        """Raise `StillReading` where more is to be read than a reader can wait for. The lock is not held."""
        until = slot_of(now - MARGIN)
        if self._at_once is None or kept.is_patient:
            return
        if kept.is_claimed:
            total = source.count(None, None, _moment(until))
            raise StillReading(source.survey_id, min(self._files(source).written(), total), total)
        if kept.meta is None or until - kept.meta.settled_before > _RECENT:
            meta = self._files(source).meta()
            if meta is None or meta.identity != source.identity:
                self._refuse_many(source, source.count(None, None, _moment(until)), 0)
            else:
                new = source.count(_moment(meta.settled_before), None, _moment(until))
                self._refuse_many(source, new, meta.size)

    def _refuse_many(self, source: Source, many: int, done: int) -> None:
        if self._at_once is not None and many > self._at_once:
            raise StillReading(source.survey_id, done, done + many)

    def _refresh(
        self, kept: _Kept, source: Source, now: datetime, *, at_leisure: bool
    ) -> tuple[Meta, Piece, Piece]:
        """Settle what is over, read the tail, and compare; again, if somebody changed the files meanwhile."""
        files = self._files(source)
        until = slot_of(now - MARGIN)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                meta = _settle(kept, files, source, until)
                settled = _mapped(kept, files, meta)
                tail = _tail(kept, meta, source)
                if self._is_complete(kept, files, meta, settled, source) or attempt == _ATTEMPTS:
                    return meta, settled, tail
            except _LayoutGrows as grown:
                with locked(files.lock):
                    present = files.meta()
                    known = present.versions if present is not None else (source.first_version,)
                    if grown.version_id not in known:
                        if present is not None and not (at_leisure or kept.is_patient):
                            self._refuse_many(source, present.size, 0)
                        _build(kept, files, source, until, (*known, grown.version_id))
            except FileNotFoundError:
                # A generation that another process has just replaced: the new one stands there by now.
                if attempt == _ATTEMPTS:
                    raise
        raise RuntimeError(f"the columns of survey {source.survey_id} keep changing")

    def _is_complete(self, kept: _Kept, files: Files, meta: Meta, settled: Piece, source: Source) -> bool:
        """Tell whether the files hold as many of some responses as the database; otherwise make all equal.

        The next few are compared at every look, so that it costs the same however many there are. That catches
        what nothing announces, such as a database that was put back to an earlier state, or changed by hand.
        """
        start, end, held = _next_to_check(kept, meta, settled, self._checked)
        since, until = (None if slot is None else _moment(slot) for slot in (start, end))
        if source.count(since, until, _moment(meta.settled_before)) == held:
            kept.checked_before = end
            return True
        _repaired(kept, files, meta, source)
        return False


def _settle(kept: _Kept, files: Files, source: Source, until: int) -> Meta:
    """Bring the files up to the slot `until`, unless another process has done so."""
    meta = files.meta()
    if meta is not None and meta.identity == source.identity:
        erasure, _ = source.erased(meta.erasure)
        if meta.settled_before >= until and meta.erasure == erasure:
            return meta
    with locked(files.lock):
        meta = files.meta()
        if meta is None or meta.identity != source.identity:
            return _build(kept, files, source, until, (source.first_version,))
        erasure, erased = source.erased(meta.erasure)
        meta = _without(files, replace(meta, erasure=erasure), erased)
        if meta.settled_before < until:
            since, end = _moment(meta.settled_before), _moment(until)
            meta = replace(_appended(kept, files, meta, source, source.rows(since, end)), settled_before=until)
        files.commit(meta)
        return meta


def _build(kept: _Kept, files: Files, source: Source, until: int, versions: tuple[int, ...]) -> Meta:
    """Read everything before the slot `until` into a new generation. The lock is held."""
    while True:
        kept.encoders.clear()
        old = files.meta()
        erasure, _ = source.erased(0)
        meta = files.begin(
            Meta(
                identity=source.identity,
                generation=old.generation if old is not None else files.latest_generation(),
                size=0,
                settled_before=until,
                erasure=erasure,
                versions=versions,
                layout=_layout(source, versions),
            )
        )
        try:
            meta = _appended(kept, files, meta, source, source.rows(None, _moment(until)))
        except _LayoutGrows as grown:
            versions = (*versions, grown.version_id)
            continue
        files.commit(meta)
        kept.tail = None
        return meta


def _appended(
    kept: _Kept, files: Files, meta: Meta, source: Source, portions: Iterable[Sequence[ResponseRow]]
) -> Meta:
    parts: list[dict[str, Array]] = []
    with _no_collecting():
        for rows in portions:
            parts.append(_encode(kept, meta, source, rows))
            if len(parts) == _WRITTEN_AT_ONCE:
                meta = files.append(meta, _joined(meta, parts).arrays)
                parts.clear()
        return files.append(meta, _joined(meta, parts).arrays)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Do not look for cycles meanwhile: rows have none, and the looking takes as long as the reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _without(files: Files, meta: Meta, ids: Sequence[UUID]) -> Meta:
    """Write the rows anew without those of `ids`, so that no trace of them is left; the same if none is there."""
    if not ids:
        return meta
    settled = files.piece(meta)
    gone = _which(settled, frozenset(ids))
    if not gone.any():
        return meta
    return files.append(files.begin(meta), _only(settled, ~gone).arrays)


def _mapped(kept: _Kept, files: Files, meta: Meta) -> Piece:
    """Map the files, and let go of what the process knew under an earlier meta."""
    if kept.settled is None or kept.meta != meta:
        if kept.meta is None or (kept.meta.identity, kept.meta.layout) != (meta.identity, meta.layout):
            kept.tail = None
            kept.encoders.clear()
        kept.settled = files.piece(meta)
        kept.meta = meta
    return kept.settled


def _tail(kept: _Kept, meta: Meta, source: Source) -> Piece:
    """Bring the tail up to the database: read what is new, drop what is settled or gone."""
    since = _moment(meta.settled_before)
    wanted = source.ids_since(since)
    tail = kept.tail
    if tail is None or not tail.size:
        portions = source.rows(since, None) if wanted else iter(())
        kept.tail = _joined(meta, [_encode(kept, meta, source, rows) for rows in portions])
        return kept.tail
    keys, wanted_keys = _keys(tail), _as_keys(id_pairs(wanted))
    stays = np.isin(keys, wanted_keys)
    if not stays.all():
        tail = _only(tail, stays)
    new = [wanted[place] for place in np.flatnonzero(~np.isin(wanted_keys, keys)).tolist()]
    if new:
        parts = [_encode(kept, meta, source, rows) for rows in source.rows_of(new)]
        tail = _joined(meta, [dict(tail.arrays), *parts])
    kept.tail = tail
    return tail


def _repaired(kept: _Kept, files: Files, meta: Meta, source: Source) -> None:
    """Make the settled responses those of the database, id by id, unless another process has changed them."""
    with locked(files.lock):
        if files.meta() != meta:
            return
        wanted = source.ids_before(_moment(meta.settled_before))
        piece = files.piece(meta)
        keys, wanted_keys = _keys(piece), _as_keys(id_pairs(wanted))
        stays = np.isin(keys, wanted_keys)
        if not stays.all():
            meta = files.append(files.begin(meta), _only(piece, stays).arrays)
        new = [wanted[place] for place in np.flatnonzero(~np.isin(wanted_keys, keys)).tolist()]
        if new:
            meta = _appended(kept, files, meta, source, source.rows_of(new))
        # Where this view is older than the files, a row that was erased is back: the next view erases it again.
        files.commit(replace(meta, erasure=source.erased(0)[0]))


def _next_to_check(kept: _Kept, meta: Meta, settled: Piece, checked: int) -> tuple[int | None, int | None, int]:
    """Return the slots to be compared next (from, up to; None: unlimited), and how many responses they hold."""
    first, up_to = _up_to_slot(kept, meta, settled)
    start = kept.checked_before
    place = 0 if start is None else min(max(start - first, 0), len(up_to))
    behind = int(up_to[place - 1]) if place else 0
    if behind >= settled.size:
        start, behind = None, 0
    place = int(np.searchsorted(up_to, behind + checked)) + 1
    if place >= len(up_to):
        return start, None, settled.size - behind
    return start, first + place, int(up_to[place - 1]) - behind


def _up_to_slot(kept: _Kept, meta: Meta, settled: Piece) -> tuple[int, Array]:
    """Return the first slot, and how many settled responses there are up to it and each that follows."""
    if kept.by_slot is None or kept.by_slot[0] != meta:
        slots = np.asarray(settled.arrays["slot"])
        first = int(slots.min()) if settled.size else 0
        kept.by_slot = (meta, first, np.cumsum(np.bincount(slots - first)))
    return kept.by_slot[1:]


def _encoded(encoder: Encoder, version: int, answers: Sequence[dict[str, Answer]]) -> dict[str, Array]:
    try:
        return encoder.encode(answers)
    except Exception as error:
        kind, place = type(error).__name__, traceback.extract_tb(error.__traceback__)[-1]
        at = f"{Path(place.filename).name}:{place.lineno}"
        raise Unreadable(f"answers under version {version}: {kind} at {at}") from None


def _encode(kept: _Kept, meta: Meta, source: Source, rows: Sequence[ResponseRow]) -> dict[str, Array]:
    """Encode rows of any versions, kept in their order."""
    dimensions = encode_dimensions(rows)
    encoded = {column.name: np.empty(len(rows), column.dtype) for column in meta.layout}
    for version in dict.fromkeys(row.version_id for row in rows):
        if version not in meta.versions:
            raise _LayoutGrows(version)
        if version not in kept.encoders:
            layout = {column.name: column for column in meta.layout}
            kept.encoders[version] = Encoder(source.questionnaire(version), layout)
        places = np.flatnonzero(dimensions["version"] == version)
        part = _encoded(kept.encoders[version], version, [rows[place].answers for place in places.tolist()])
        for name, values in part.items():
            encoded[name][places] = values
    return {**dimensions, **encoded}


def _layout(source: Source, versions: Sequence[int]) -> tuple[Column, ...]:
    columns: dict[str, Column] = {}
    for version in versions:
        for column in columns_of_version(source.questionnaire(version)):
            known = columns.get(column.name)
            columns[column.name] = column if known is None else known.merged(column)
    return tuple(columns.values())


def _moment(slot: int) -> datetime:
    return datetime.fromtimestamp(slot * SLOT.total_seconds(), tz=UTC)


def _joined(meta: Meta, parts: Sequence[dict[str, Array]]) -> Piece:
    """Put arrays one behind the other, in the type that each column has."""
    arrays = {
        name: np.concatenate([np.empty(0, dtype), *(part[name] for part in parts)]).astype(dtype, copy=False)
        for name, dtype in meta.types.items()
    }
    return Piece(len(arrays["slot"]), arrays)


def _only(piece: Piece, which: Array) -> Piece:
    return Piece(int(which.sum()), {name: values[which] for name, values in piece.arrays.items()})


def _hidden(kept: _Kept, meta: Meta, settled: Piece, voided: frozenset[UUID]) -> Array:
    """Return which settled responses are voided; remembered until either changes."""
    if kept.voided is None or kept.voided[:2] != (voided, meta):
        kept.voided = (voided, meta, _which(settled, voided))
    return kept.voided[2]


def _which(piece: Piece, ids: frozenset[UUID]) -> Array:
    """Return which responses of `piece` have one of these ids."""
    found = np.zeros(piece.size, np.bool_)
    if not ids or not piece.size:
        return found
    low = id_pairs(tuple(ids))[:, 1]
    for place in np.flatnonzero(np.isin(piece.arrays["id_low"], low)):
        high, rest = (int(piece.arrays[name][place]) for name in ("id_high", "id_low"))
        found[place] = UUID(int=high << 64 | rest) in ids
    return found


def _keys(piece: Piece) -> Array:
    return _as_keys(np.stack([piece.arrays["id_high"], piece.arrays["id_low"]], axis=1))


def _as_keys(pairs: Array) -> Array:
    """Return each id as 16 bytes that can be sorted and compared. All are as long, so padding changes none."""
    return np.ascontiguousarray(pairs, ">u8").view("S16").reshape(-1)
