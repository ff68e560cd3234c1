"""What all tests share: one run directory, one PostgreSQL, fresh databases, the application.

A test that takes `database` (or `settings`, `app`, `client`, which build on it) runs once on SQLite and once on
PostgreSQL. What is missing on this machine is skipped and said at the start and at the end of the run;
SURVEY_APP_FORBID_SKIPS=1 makes every skip a failure.
"""

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from subprocess import Popen
from typing import Any, TypeVar

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app import create_app
from survey_app.config import Settings
from survey_app.storage.session import Database
from tests.support import chromium
from tests.support import postgres as postgresql
from tests.support.compiled import share_templates, share_what_is_compiled
from tests.support.databases import KINDS, FreshDatabases
from tests.support.parent import end_helper, start_helper

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)

_ROOT = Path(__file__).resolve().parents[1]
_FORBIDDEN = os.environ.get("SURVEY_APP_FORBID_SKIPS", "") not in {"", "0"}
_RUN_DIRECTORY = pytest.StashKey[Path]()
_KEEPER = pytest.StashKey[Popen[bytes]]()
_MISSING = pytest.StashKey[list[str]]()


# How long a test takes depends on who else uses the machine, so time fails no test.
hypothesis.settings.register_profile(
    "survey_app",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("survey_app")
share_what_is_compiled()


def _worker_input(config: pytest.Config) -> dict[str, str]:
    """What the controlling process told this pytest-xdist worker; empty in that process itself."""
    return getattr(config, "workerinput", {})


def pytest_configure(config: pytest.Config) -> None:
    """Give the run its directory, with a keeper that takes it away however the run ends."""
    if _worker_input(config):
        config.stash[_RUN_DIRECTORY] = Path(_worker_input(config)["run_directory"])
        return
    directory = postgresql.make_run_directory(is_in_memory=True)
    config.stash[_RUN_DIRECTORY] = directory
    config.stash[_KEEPER] = start_helper("tests.support.postgres", str(directory), cwd=_ROOT)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a pytest-xdist worker where the run's directory is."""
    node.workerinput["run_directory"] = str(node.config.stash[_RUN_DIRECTORY])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Have the keeper stop PostgreSQL and remove the run's directory."""
    if _KEEPER in config.stash:
        end_helper(config.stash[_KEEPER])


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say which tools this run uses, and what it has to skip."""
    config = session.config
    if _worker_input(config):
        return
    database, browser = postgresql.find_installation(), chromium.find_browser()
    missing = []
    if database is None:
        missing.append(f"all tests on PostgreSQL. {postgresql.HOW_TO_INSTALL}")
    if browser is None:
        missing.append(f"all tests in a browser. {chromium.HOW_TO_INSTALL}")
    config.stash[_MISSING] = missing
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal:
        terminal.write_line(f"PostgreSQL: {database or 'none'}")
        terminal.write_line(f"Browser:    {browser or 'none'}")
        _say_missing(terminal, missing)


def pytest_collection_finish() -> None:
    """Spare the garbage collector all modules and tests, which live to the end: it looked at them ever again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say again at the end what was not tested: the start has scrolled away."""
    _say_missing(terminalreporter, config.stash.get(_MISSING, []))


def _say_missing(terminal: pytest.TerminalReporter, missing: list[str]) -> None:
    if missing:
        title = "FAILED, BECAUSE TOOLS ARE MISSING" if _FORBIDDEN else "NOT TESTED"
        terminal.section(title, red=True, bold=True)
    for line in missing:
        terminal.write_line(line, red=True)
    if missing:
        terminal.write_line("")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where skipping is forbidden, a skipped test has failed."""
    report = yield
    return _forbid_skip(report, item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Where skipping is forbidden, a skipped module has failed."""
    report = yield
    return _forbid_skip(report, collector.nodeid)


def _forbid_skip(report: _Report, name: str) -> _Report:
    if _FORBIDDEN and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{name} was skipped, and SURVEY_APP_FORBID_SKIPS forbids that: {reason}"
    return report


@pytest.fixture(scope="session")
def run_directory(pytestconfig: pytest.Config) -> Path:
    """The directory of this run, shared by all its processes and removed at its end."""
    return pytestconfig.stash[_RUN_DIRECTORY]


@pytest.fixture(scope="session")
def fresh_databases(run_directory: Path) -> Iterator[FreshDatabases]:
    """Makes databases of either kind; for fixtures, and for tests that need more than one."""
    with ExitStack() as until_the_end:

        @cache
        def postgres() -> postgresql.Postgres:
            if postgresql.find_installation() is None:
                pytest.skip(f"No PostgreSQL. {postgresql.HOW_TO_INSTALL}")
            return until_the_end.enter_context(closing(postgresql.ask_for_postgres(run_directory)))

        yield FreshDatabases(run_directory, os.environ.get("PYTEST_XDIST_WORKER", "main"), postgres)


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite`, then `postgresql`."""
    return str(request.param)


@pytest.fixture
def database(fresh_databases: FreshDatabases, database_kind: str) -> Iterator[Database]:
    """A database with the newest schema and nothing in it, for this test alone."""
    with fresh_databases.database(database_kind) as fresh:
        yield fresh


@pytest.fixture
def empty_database(fresh_databases: FreshDatabases, database_kind: str) -> Iterator[Database]:
    """A database without any table, for tests of migrations."""
    with fresh_databases.database(database_kind, migrated=False) as fresh:
        yield fresh


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Settings with this test's database and an instance folder of its own."""
    return Settings.from_environment(
        {"DATABASE_URL": database.url, "SURVEY_APP_INSTANCE": str(tmp_path / "instance")}
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on this test's database."""
    application = create_app(settings)
    share_templates(application)
    yield application
    application.extensions["survey_app.database"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application, without a browser."""
    return app.test_client()
