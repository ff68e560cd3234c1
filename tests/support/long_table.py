"""The exported long table as a program reads it: a row by its codes, whatever the language of its words."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from flask.testing import FlaskClient

from tests.support.evaluated import Evaluated

WHOLE, UNIT, TEAM = "全部", "单位", "工作队"


@dataclass(frozen=True)
class Row:
    """A row; numbers are as they are written, "" where there is none."""

    level: str
    key: str
    place: str
    above: str
    audience: str
    measured: str
    months: str
    survey: str
    title: str
    question: str
    words: str
    kind: str
    code: str
    label: str
    x: str
    n: str
    value: str
    low: str
    high: str
    method: str
    version: str
    as_of: str

    @property
    def numbers(self) -> tuple[str, ...]:
        """Everything that comes from answers."""
        return (self.x, self.n, self.value, self.low, self.high, self.method)


def fetched(client: FlaskClient, made: Evaluated) -> list[Row]:
    """The rows of the CSV file, under a head that has as many columns."""
    answer = client.get(f"/results/{made.campaign.id}/figures.csv")
    assert (answer.status_code, answer.data[:3]) == (200, b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert len(head) == len(set(head)) == len(Row.__dataclass_fields__)
    return [Row(*row) for row in rows]
