"""Nothing lost, nothing twice: `python -m benchmarks.kill --help`.

Workers send answers; in the middle of it every process of the server is killed with SIGKILL. The server starts
again, and every phone that got no answer sends again, as the page does, with the id it had; some that had their
thanks send once more. Then the database is read: every response that was acknowledged must be there once and whole,
nothing twice, nothing that nobody sent. Ends with status 1 where that does not hold.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import text

from benchmarks import stage
from benchmarks.client import Phones, Worker, get, post
from benchmarks.processes import kill
from benchmarks.stage import Stage

AGAIN = 200
"""So many of those who had their thanks send once more."""


@dataclass
class Sent:
    """What the phones know: which submissions they sent, and which of them were acknowledged."""

    tried: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)

    def visit(self, path: str) -> Worker:
        """Play a worker who opens the page and sends."""
        page = yield get(path)
        yield from self.send(path, page.submission_id())

    def crowd(self, path: str) -> Iterator[Worker]:
        """Let workers come: some open the page and send, most have had it open and only send."""
        while True:
            yield self.visit(path)
            for _ in range(3):
                yield self.send(path, str(uuid4()))

    def send(self, path: str, submission_id: str) -> Worker:
        """Send the answers with this id; the free words carry it too, so that a mixed-up row would show."""
        self.tried.add(submission_id)
        answer = yield post(path, stage.form_body(submission_id, mark=submission_id))
        if answer.status == 200:
            self.acknowledged.add(submission_id)


@dataclass(frozen=True)
class Round:
    """What one killing gave."""

    killed: int
    tried: int
    acknowledged: int
    without_answer: int
    stored_without_answer: int
    lost: int
    twice: int
    half: int
    unknown: int

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled, halved or made up, and there was something to lose."""
        return bool(self.acknowledged and self.without_answer) and not (
            self.lost or self.twice or self.half or self.unknown
        )


def kill_under_load(made: Stage, path: str, options: argparse.Namespace, draw: random.Random) -> Round:
    """Kill the server in the middle of a load, start it again, let the phones send again, and count."""
    sent = Sent()
    known = set(rows(made))
    with stage.product(made) as server:
        port = urlsplit(server.url).port or 0
        moment = time.perf_counter() + draw.uniform(1.0, options.seconds)
        killed: list[int] = []

        def enough() -> bool:
            if not killed and time.perf_counter() >= moment:
                killed.append(kill(port))
            return bool(killed)

        phones = Phones("127.0.0.1", port, options.connections, fresh=True)
        phones.run(sent.crowd(path), 60, enough)
    before = {submission for submission in rows(made) if submission not in known}
    lost = sent.acknowledged - before
    acknowledged, without_answer = len(sent.acknowledged), sent.tried - sent.acknowledged
    with stage.product(made) as server:
        port = urlsplit(server.url).port or 0
        again = [*without_answer, *itertools.islice(sent.acknowledged, AGAIN)]
        sent.acknowledged -= without_answer
        phones = Phones("127.0.0.1", port, options.connections, fresh=True)
        phones.run(iter([sent.send(path, each) for each in again]), 60)
    found = rows(made)
    mine = {submission: count for submission, count in found.items() if submission not in known}
    return Round(
        killed=killed[0] if killed else 0,
        tried=len(sent.tried),
        acknowledged=acknowledged,
        without_answer=len(without_answer),
        stored_without_answer=len(without_answer & before),
        lost=len(lost | (sent.tried - set(mine)) | (sent.tried - sent.acknowledged)),
        twice=sum(count > 1 for count in mine.values()),
        half=halves(made),
        unknown=len(set(mine) - sent.tried),
    )


def rows(made: Stage) -> Counter[str]:
    """Return how often each submission's id is in the database."""
    with made.database.reading() as session:
        stored = session.execute(text("SELECT CAST(id AS TEXT) FROM response")).scalars()
        return Counter(str(UUID(each)) for each in stored)


def halves(made: Stage) -> int:
    """Return how many rows are not exactly what was sent under their id."""
    with made.database.reading() as session:
        stored = session.execute(text("SELECT CAST(id AS TEXT), CAST(answers AS TEXT) FROM response")).all()
    return sum(json.loads(answers) != stage.expected_answers(str(UUID(name))) for name, answers in stored)


def lines(kind: str, rounds: Iterator[Round]) -> bool:
    """Print a line for each round as it ends; tell whether all were good."""
    heads = (
        "round", "processes killed", "sent", "acknowledged", "no answer", "of them stored", "lost", "twice", "half",
        "unknown",
    )  # fmt: skip
    print(f"\n{kind}\n" + "".join(f"{head:>{max(len(head) + 2, 8)}}" for head in heads), flush=True)
    is_good = True
    for number, each in enumerate(rounds, 1):
        values = (
            number, each.killed, each.tried, each.acknowledged, each.without_answer, each.stored_without_answer,
            each.lost, each.twice, each.half, each.unknown,
        )  # fmt: skip
        cells = zip(heads, values, strict=True)
        print("".join(f"{value:>{max(len(head) + 2, 8)},}" for head, value in cells), flush=True)
        is_good = is_good and each.is_good
    return is_good


def main() -> int:
    """Kill as often as the options ask for; the status is 1 where anything was lost, doubled or halved."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill", description=__doc__)
    parser.add_argument("--database", choices=[*stage.KINDS, "both"], default="both")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=64, help="workers at once")
    parser.add_argument("--seconds", type=float, default=4.0, help="the kill comes after 1 to so many seconds")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    print(stage.machine())
    is_good = True
    for kind in stage.KINDS if options.database == "both" else [options.database]:
        draw = random.Random(f"{kind} {options.seed}")
        with stage.stage(kind) as made:
            path = f"/s/{made.field.code}"
            rounds = (kill_under_load(made, path, options, draw) for _ in range(options.rounds))
            is_good = lines(kind, rounds) and is_good
    print("\nevery acknowledged response once, none twice, none half" if is_good else "\nNOT GOOD: see the table")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
