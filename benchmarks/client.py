"""Workers' phones, played by one process: connections on the loopback, as many at once as asked for.

A worker is a generator: it yields requests and is given the answers. The driver is kept lean, as it runs on the
cores of the server that it measures.
"""

from __future__ import annotations

import re
import resource
import selectors
import socket
import time
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

_AGENT = "Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CODING = re.compile(rb"\r\ncontent-encoding: *(\w+)", re.IGNORECASE)
_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_OWN_ID = re.compile(rb'name="id" value="([0-9a-f-]{36})"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sent: status, head, body as it came over the line."""

    status: int
    head: bytes
    body: bytes

    def page(self) -> bytes:
        """Return the page, uncompressed."""
        coding = _CODING.search(self.head)
        return zlib.decompress(self.body, 31) if coding and coding[1] == b"gzip" else self.body

    def submission_id(self) -> str:
        """Return the id that the page carries; where it stands uncompressed in the stream, nothing is unpacked."""
        found = _ID.search(self.body)
        if found:
            return found[0].decode()
        own = _OWN_ID.search(self.page())
        if own is None:
            raise ValueError(f"status {self.status}: the page carries no id")
        return own[1].decode()


Worker: TypeAlias = Generator[bytes, Answer, None]
"""Yields whole requests, is sent the answers; ends when it is done."""


@dataclass
class Outcome:
    """What a run gave: seconds of each worker from its first byte to its last answer, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    broken: int = 0
    client_cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Workers done per second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    def percentile(self, share: float) -> float:
        """Return the time in milliseconds within which this share of the workers were done."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else float("nan")


class _Line:
    """One connection, and the worker at it."""

    def __init__(self, place: tuple[str, int]) -> None:
        self.place = place
        self.socket: socket.socket | None = None
        self.worker: Worker | None = None
        self.began = 0.0
        self.received = b""
        self.missing = -1
        self.body_at = 0

    def connect(self) -> socket.socket:
        line = socket.create_connection(self.place, timeout=30)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = line
        return line

    def send(self, request: bytes) -> None:
        self.received, self.missing = b"", -1
        if self.socket is None:
            raise ConnectionError("not connected")
        self.socket.sendall(request)

    def receive(self) -> Answer | None:
        """Read what is there; return the answer once it is whole."""
        if self.socket is None:
            raise ConnectionError("not connected")
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("closed by the server")
        self.received += part
        if self.missing < 0:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return None
            length = _LENGTH.search(self.received, 0, end + 2)
            if length is None:
                raise ConnectionError("an answer without its length")
            self.body_at, self.missing = end + 4, int(length[1])
        if len(self.received) - self.body_at < self.missing:
            return None
        head = self.received[: self.body_at]
        return Answer(int(head[9:12]), head, self.received[self.body_at :])


class Phones:
    """Plays workers one after the other on a number of connections at once."""

    def __init__(self, host: str, port: int, connections: int, *, fresh: bool) -> None:
        self._place = (host, port)
        self._connections = connections
        self._fresh = fresh
        self._waiting = selectors.DefaultSelector()
        self._outcome = Outcome()

    def run(self, workers: Iterator[Worker], seconds: float, enough: Callable[[], bool] | None = None) -> Outcome:
        """Let `workers` come until there are no more or the time is up, or there is `enough`; those who are at it
        finish, within 30 seconds.
        """
        outcome = self._outcome
        used = resource.getrusage(resource.RUSAGE_SELF)
        began = time.perf_counter()
        until = began + seconds
        last = until + 30
        coming = iter(workers)

        def more() -> Worker | None:
            is_over = time.perf_counter() >= until or (enough is not None and enough())
            return None if is_over else next(coming, None)

        for _ in range(self._connections):
            self._next(_Line(self._place), more)
        while self._waiting.get_map() and time.perf_counter() < last:
            for key, _events in self._waiting.select(1.0):
                self._serve(key.data, more)
        self._hang_up()
        outcome.elapsed = time.perf_counter() - began
        now = resource.getrusage(resource.RUSAGE_SELF)
        outcome.client_cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        return outcome

    def _next(self, line: _Line, more: Callable[[], Worker | None]) -> None:
        """Give the connection to the next worker."""
        while True:
            worker = more()
            if worker is None:
                self._close(line)
                return
            line.worker, line.began = worker, time.perf_counter()
            try:
                if self._fresh or line.socket is None:
                    self._close(line)
                    self._waiting.register(line.connect(), selectors.EVENT_READ, line)
                line.send(next(worker))
            except OSError:
                self._break(line)
                continue
            return

    def _serve(self, line: _Line, more: Callable[[], Worker | None]) -> None:
        try:
            answer = line.receive()
            if answer is None:
                return
            counts = self._outcome.statuses
            counts[answer.status] = counts.get(answer.status, 0) + 1
            if line.worker is not None:
                line.send(line.worker.send(answer))
        except StopIteration:
            self._outcome.seconds.append(time.perf_counter() - line.began)
            self._next(line, more)
        except OSError:
            self._break(line)
            self._next(line, more)

    def _break(self, line: _Line) -> None:
        self._outcome.broken += 1
        self._close(line)

    def _close(self, line: _Line) -> None:
        if line.socket is not None:
            if line.socket in self._waiting.get_map():
                self._waiting.unregister(line.socket)
            line.socket.close()
            line.socket = None

    def _hang_up(self) -> None:
        for key in list(self._waiting.get_map().values()):
            self._outcome.broken += 1
            self._close(key.data)
        self._waiting.close()


def get(path: str) -> bytes:
    """Return the request for a page, as WeChat's browser on Android sends it."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {_AGENT}\r\n"
        "Accept: text/html,application/xhtml+xml\r\nAccept-Encoding: gzip, deflate, br\r\n"
        "Accept-Language: zh-CN,zh;q=0.9\r\n\r\n"
    ).encode()


def post(path: str, body: bytes) -> bytes:
    """Return the request that sends a form."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {_AGENT}\r\n"
        "Accept: text/html,application/xhtml+xml\r\nAccept-Encoding: gzip, deflate, br\r\n"
        "Accept-Language: zh-CN,zh;q=0.9\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
