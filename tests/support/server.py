"""The real server, as `make run` starts it, for tests that need one."""

import http.client
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from survey_app.config import Settings
from survey_app.storage.session import Database
from tests.support.parent import end_helper, start_helper
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
_ATTEMPTS = 3


class ServerFailedError(RuntimeError):
    """The server did not start, or died; the message carries its log."""


@dataclass(frozen=True)
class Server:
    """A running server and what belongs to it.

    `database` is the server's own: a test sets up its data through the services with it, under names and codes
    that no other test uses, because the server stays for all tests of this process.
    """

    url: str
    settings: Settings
    database: Database
    log: Path

    def said_since(self, position: int) -> str:
        """What the server wrote to its log after this many bytes."""
        with self.log.open("rb") as file:
            file.seek(position)
            return file.read().decode(errors="replace")


def free_port() -> int:
    """Return a port of the loopback that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def wait_until_it_answers(process: Popen[bytes], port: int, log: Path) -> None:
    """Wait for the first answer; raises `ServerFailedError` where the process ends or none comes."""

    def answered_or_ended() -> bool:
        return _answers(port) or process.poll() is not None

    answers = wait_until(answered_or_ended)
    if not answers or process.poll() is not None:
        end_helper(process)
        state = "ended" if answers else "does not answer"
        raise ServerFailedError(f"The server {state}:\n{log.read_text(errors='replace')}")


def _start(environment: dict[str, str], log: Path) -> tuple[Popen[bytes], int]:
    """Start on a free port; where another process takes it in between, try again."""
    for attempt in range(1, _ATTEMPTS + 1):
        port = free_port()
        with log.open("wb") as output:
            process = start_helper(
                "tests.support.parent", sys.executable, "-m", "survey_app", "serve",
                cwd=ROOT, environment={**environment, "SURVEY_APP_PORT": str(port)}, output=output,
            )  # fmt: skip
        try:
            wait_until_it_answers(process, port, log)
        except ServerFailedError:
            if attempt == _ATTEMPTS or not _answers(port):
                raise
        else:
            break
    return process, port


@contextmanager
def running_server(database: Database, instance: Path, **variables: str) -> Iterator[Server]:
    """Serve this database from an instance folder of its own; `variables` are further SURVEY_APP settings."""
    own = {
        "DATABASE_URL": database.url,
        "SURVEY_APP_INSTANCE": str(instance),
        "SURVEY_APP_HOST": "127.0.0.1",
        **variables,
    }
    settings = Settings.from_environment(own)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_APP_")}
    log = instance / "server.log"
    process, port = _start({**inherited, **own, "PYTHONUNBUFFERED": "1"}, log)
    try:
        yield Server(f"http://127.0.0.1:{port}", settings, database, log)
    finally:
        end_helper(process)
