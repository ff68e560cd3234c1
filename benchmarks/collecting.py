"""How many workers a second: `python -m benchmarks.collecting --help`.

Three loads, each for the same time, one after the other and again: whole visits (a fresh connection, GET the page,
read its submission id, POST all answers), POST alone on connections that are kept, and the yardstick
`benchmarks.bare`, POST on connections that are kept. The client runs on the same cores. Every commit is durable.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

from benchmarks import stage
from benchmarks.client import Outcome, Phones, Worker, get, post
from benchmarks.processes import cpu_seconds
from benchmarks.stage import Stage


@dataclass
class Row:
    """One line of the table: a load, and what each of its runs gave."""

    name: str
    outcomes: list[Outcome] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    failures: int = 0

    @property
    def rate(self) -> float:
        """Workers per second: the middle of the runs."""
        return statistics.median(each.rate for each in self.outcomes)


def visit(path: str) -> Worker:
    """Play a worker who scans, answers and sends."""
    page = yield get(path)
    yield post(path, stage.form_body(page.submission_id()))


def sending(path: str) -> Worker:
    """Play a worker's POST alone."""
    yield post(path, stage.form_body(str(uuid4())))


def endless(make: Callable[[str], Worker], path: str) -> Iterator[Worker]:
    """Let workers come until nobody asks for more."""
    while True:
        yield make(path)


def measure(made: Stage, options: argparse.Namespace) -> list[Row]:
    """Drive the three loads in turn, `--rounds` times."""
    rows = [Row("whole visit"), Row("POST, kept"), Row("yardstick POST, kept")]
    with ExitStack() as stack:
        server = stack.enter_context(stage.product(made))
        port = urlsplit(server.url).port or 0
        bare = stack.enter_context(stage.yardstick(made))
        path = f"/s/{made.field.code}"
        loads = [(port, path, visit, True), (port, path, sending, False), (bare, "/bare", sending, False)]
        for round_number in range(options.rounds + 1):
            for row, (at, where, make, fresh) in zip(rows, loads, strict=True):
                seconds = options.seconds if round_number else min(2.0, options.seconds)
                before = cpu_seconds(at)
                phones = Phones("127.0.0.1", at, options.connections, fresh=fresh)
                outcome = phones.run(endless(make, where), seconds)
                used = cpu_seconds(at) - before
                if round_number == 0:
                    continue  # warms up: connections, caches, the first page
                row.outcomes.append(outcome)
                row.server_ms.append(1000 * used / max(len(outcome.seconds), 1))
                row.failures += outcome.broken + sum(n for code, n in outcome.statuses.items() if code != 200)
    return rows


def show(made: Stage, stored: int, rows: list[Row]) -> None:
    """Print one table."""
    print(f"\n{made.kind}, {stored:,} responses stored before, {stage.stored_count(made):,} after")
    heads = (
        "",
        "per second",
        "lowest-highest",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "of yardstick",
        "CPU ms server",
        "client",
        "failed",
    )
    print("{:<22}{:>11}{:>16}{:>9}{:>9}{:>9}{:>14}{:>15}{:>8}{:>8}".format(*heads))
    base = rows[-1].rate
    for row in rows:
        rates = [each.rate for each in row.outcomes]
        whole = Outcome(seconds=[value for each in row.outcomes for value in each.seconds])
        p50, p95, p99 = (whole.percentile(share) for share in (0.5, 0.95, 0.99))
        client = 1000 * sum(each.client_cpu for each in row.outcomes) / max(len(whole.seconds), 1)
        spread = f"{min(rates):,.0f}-{max(rates):,.0f}"
        print(
            f"{row.name:<22}{row.rate:>11,.0f}{spread:>16}{p50:>9.1f}{p95:>9.1f}{p99:>9.1f}"
            f"{row.rate / base:>13.2f}×{statistics.median(row.server_ms):>15.2f}{client:>8.2f}{row.failures:>8}"
        )


def main() -> None:
    """Measure what the options ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collecting", description=__doc__)
    parser.add_argument("--database", choices=[*stage.KINDS, "both"], default="both")
    parser.add_argument(
        "--stored", type=int, nargs="+", default=[0, 10_000], help="responses stored before (1500000 takes minutes)"
    )
    parser.add_argument("--connections", type=int, default=32, help="workers at once")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each load in each round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(stage.machine())
    print(f"{options.connections} workers at once, {options.rounds} rounds of {options.seconds:g} s for each load")
    for kind in stage.KINDS if options.database == "both" else [options.database]:
        with stage.stage(kind) as made:
            for stored in options.stored:
                stage.fill(made, stored)
                show(made, stored, measure(made, options))


if __name__ == "__main__":
    main()
