"""An invented union and its answers, of any size: for the benchmark of figures.

A four-level tree (federation, 20 districts, 160 branches, 3,200 enterprises), a posting at each enterprise, a team
for each branch, 20 coded questions, three audiences, four waves (a survey each). Answers follow from a fixed seed:
enterprises differ, items hang together, some questions are left blank.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np

from survey_app.analysis.encode import MODES, ResponseRow, slot_of
from survey_app.analysis.files import FORMAT, Files, Meta
from survey_app.analysis.layout import Array, Column, Sort, columns_of_version
from survey_app.analysis.store import MARGIN
from survey_app.questionnaire.definition import (
    Grade,
    Option,
    Questionnaire,
    Scale,
    ScaleQuestion,
    Section,
    SingleChoice,
)
from survey_app.questionnaire.text import Text

NOW = datetime(2026, 6, 20, 2, 30, tzinfo=UTC)
DISTRICTS, BRANCHES, ENTERPRISES = 20, 160, 3200
WAVES = 4
AUDIENCE_SHARES = (0.8, 0.12, 0.08)
MODE_SHARES = (0.7, 0.1, 0.1, 0.05, 0.05)
DAYS = 28

GRADES = (
    Grade("1", Text("非常满意", "Very satisfied"), 100, satisfied=True, strict=True),
    Grade("2", Text("满意", "Satisfied"), 80, satisfied=True, strict=True),
    Grade("3", Text("基本满意", "Basically satisfied"), 60, satisfied=True),
    Grade("4", Text("不满意", "Dissatisfied"), 30),
    Grade("5", Text("非常不满意", "Very dissatisfied"), 0),
    Grade("6", Text("不了解", "Don't know"), None, in_base=False),
)
GRADE_SHARES = (0.62, 0.25, 0.06, 0.02, 0.01, 0.04)
PROFILES = {"P1": 3, "P2": 5, "P3": 2, "P4": 4}
"""Questions about the person: how many options each has."""
ITEMS = tuple(f"S{number:02d}" for number in range(1, 17))
BLANK = 0.03


def questionnaire() -> Questionnaire:
    """Return the design: four questions about the person, sixteen rated ones."""
    profiles = tuple(
        SingleChoice(
            code=code,
            text=Text(f"情况{code}", f"About you {code}"),
            options=tuple(Option(str(k), Text(f"选项{k}", f"Option {k}")) for k in range(1, options + 1)),
        )
        for code, options in PROFILES.items()
    )
    rated = tuple(ScaleQuestion(code=code, text=Text(f"项目{code}", f"Item {code}"), scale="sat") for code in ITEMS)
    return Questionnaire(
        code="INVENTED",
        title=Text("满意度测评", "Satisfaction"),
        sections=(Section("A", Text("全部", "All"), (*profiles, *rated)),),
        scales=(Scale("sat", Text("满意度", "Satisfaction"), GRADES),),
        headline=ITEMS[0],
    )


@dataclass(frozen=True)
class Place:
    """A unit of the tree: key, path of keys from the root, level from 0 to 3."""

    id: int
    path: str
    level: int


def places() -> list[Place]:
    """Return the tree, parents before children. Keys count from 1."""
    found = [Place(1, "/1/", 0)]
    for level, (count, above) in enumerate(
        ((DISTRICTS, 1), (BRANCHES, DISTRICTS), (ENTERPRISES, BRANCHES)), start=1
    ):
        parents = [each for each in found if each.level == level - 1]
        first = len(found) + 1
        found += [
            Place(first + number, f"{parents[number * above // count].path}{first + number}/", level)
            for number in range(count)
        ]
    return found


def arrays(count: int, wave: int) -> dict[str, Array]:
    """Return the columns of one wave's survey, in the order in which the store keeps them."""
    draw = np.random.default_rng([count, wave])
    first_enterprise = 1 + DISTRICTS + BRANCHES + 1
    enterprise = draw.choice(ENTERPRISES, count, p=_sizes())
    slots = np.sort(draw.integers(slot_of(NOW) - (DAYS + 1) * 144, slot_of(NOW) - 144, count)).astype(np.int32)
    audience = draw.choice(len(AUDIENCE_SHARES), count, p=AUDIENCE_SHARES)
    quality = draw.normal(0, 0.6, ENTERPRISES)[enterprise] + draw.normal(0, 0.8, count)
    found: dict[str, Array] = {
        "id_high": draw.integers(0, 2**63, count, dtype=np.uint64),
        "id_low": draw.integers(0, 2**63, count, dtype=np.uint64),
        "slot": slots,
        "version": np.ones(count, np.int32),
        "collector": (1 + wave * 3 * ENTERPRISES + enterprise * 3 + audience).astype(np.int32),
        "posting": (1 + enterprise).astype(np.int32),
        "unit": (first_enterprise + enterprise).astype(np.int32),
        "batch": np.full(count, -1, np.int32),
        "audience": audience.astype(np.int8),
        "mode": draw.choice(len(MODES), count, p=MODE_SHARES).astype(np.int8),
        "seconds": draw.integers(40, 400, count).astype(np.int16),
    }
    for code, options in PROFILES.items():
        found[f"{Sort.CODED}:{code}"] = _with_blanks(draw, draw.integers(0, options, count))
    cuts = np.quantile(draw.normal(0, 1.28, 100_000), np.cumsum(GRADE_SHARES)[:-1])
    for code in ITEMS:
        felt = draw.standard_normal(count, np.float32) * 0.8 - quality
        found[f"{Sort.CODED}:{code}"] = _with_blanks(draw, np.searchsorted(cuts, felt))
    return found


def _sizes() -> Array:
    """Return the enterprises' shares of the ballots: a few large, many small."""
    sizes = 1 / np.sqrt(1 + np.random.default_rng(7).permutation(ENTERPRISES))
    return np.asarray(sizes / sizes.sum())


def _with_blanks(draw: np.random.Generator, values: Array) -> Array:
    answered = values.astype(np.int8)
    answered[draw.random(len(values), np.float32) < BLANK] = -1
    return answered


@dataclass(frozen=True)
class Silent:
    """A database of which the store has read everything: nothing new, erased or voided."""

    survey_id: int
    slots: Array
    """The slots in which responses came, rising."""
    many: Array
    """How many came in each."""
    identity: str = "invented"
    first_version: int = 1

    def questionnaire(self, version_id: int) -> Questionnaire:
        """Return the design of the only version."""
        return questionnaire()

    def rows(self, since: datetime | None, until: datetime | None) -> Iterator[Sequence[ResponseRow]]:
        """Yield nothing: all is in the columns."""
        return iter(())

    def rows_of(self, ids: Sequence[UUID]) -> Iterator[Sequence[ResponseRow]]:
        """Yield nothing: all is in the columns."""
        return iter(())

    def ids_since(self, since: datetime) -> Sequence[UUID]:
        """Return nothing: no response is new."""
        return []

    def ids_before(self, until: datetime) -> Sequence[UUID]:
        """Return nothing: whoever counted rightly does not ask."""
        return []

    def count(self, since: datetime | None, until: datetime | None, before: datetime) -> int:
        """Return how many came in this time."""
        first, last = (None if moment is None else slot_of(moment) for moment in (since, until))
        chosen = (self.slots >= (first or 0)) & (self.slots < (slot_of(before) if last is None else last))
        return int(self.many[chosen].sum())

    def erased(self, after: int) -> tuple[int, Sequence[UUID]]:
        """Return that nothing was erased."""
        return after, []

    def voided(self) -> Sequence[UUID]:
        """Return that nothing is voided."""
        return []


def write(folder: Path, survey_id: int, columns: Mapping[str, Array]) -> Silent:
    """Write one survey's columns as the store keeps them; returns the database that they came from."""
    files = Files(folder / "columns" / f"format-{FORMAT}" / f"survey-{survey_id}")
    files.folder.mkdir(parents=True)
    layout: tuple[Column, ...] = columns_of_version(questionnaire())
    meta = files.begin(Meta("invented", 0, 0, slot_of(NOW - MARGIN), 0, (1,), layout))
    files.commit(files.append(meta, columns))
    return Silent(survey_id, *np.unique(columns["slot"], return_counts=True))


def documents(columns: Mapping[str, Array]) -> list[str]:
    """Return the answers of each response as the database keeps them: one JSON document."""
    codes = [*PROFILES, *ITEMS]
    table = np.stack([columns[f"{Sort.CODED}:{code}"] for code in codes], axis=1).tolist()
    return [
        json.dumps({code: str(value + 1) for code, value in zip(codes, row, strict=True) if value >= 0})
        for row in table
    ]


def moments(columns: Mapping[str, Array]) -> list[datetime]:
    """Return the moment of receipt of each response."""
    return [datetime.fromtimestamp(slot * 600, UTC) for slot in columns["slot"].tolist()]


def keys(columns: Mapping[str, Array]) -> list[UUID]:
    """Return the id of each response."""
    pairs = zip(columns["id_high"].tolist(), columns["id_low"].tolist(), strict=True)
    return [UUID(int=high << 64 | low) for high, low in pairs]


def shares_of_waves(count: int) -> list[int]:
    """Return how many of `count` responses each wave has: the first most."""
    rest = [count * share // 10 for share in (2, 2, 2)]
    return [count - sum(rest), *rest]
