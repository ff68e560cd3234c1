"""Serves the application with granian: on every system, for as long as nobody presses Ctrl-C."""

from __future__ import annotations

import errno
import multiprocessing
import os
import socket
from dataclasses import replace

import click
from flask.cli import with_appcontext
from flask_babel import lazy_gettext as _l
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from survey_app.cli.saying import framed, say, settings, stop, usable_database
from survey_app.cli.tidying import tidy_daily
from survey_app.config import Settings
from survey_app.services import evaluate
from survey_app.services.context import Database

PATIENCE_SECONDS = 15
"""How long requests may take to end once the server has been told to stop."""
_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104  # named here in order to print an address that can be opened


@click.command("serve", help="启动服务（不做初始化）。 Serve, without setting anything up.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="进程数：SQLite 为 1，否则默认每核一个。 Processes: 1 with SQLite, else one for each core.",
)
@with_appcontext
def serve(workers: int | None) -> None:
    """Serve; refuses while the schema is not the one that this program needs."""
    database = usable_database()
    if not database.is_current():
        stop(_l("The database's schema is not current. Run “python -m survey_app migrate” first."))
    chosen = replace(settings(), workers=workers) if workers is not None else settings()
    if chosen.workers > 1 and database.is_sqlite:
        stop(_l("SQLite is served by one process. For several, keep the data in PostgreSQL (DATABASE_URL)."))
    require_free_port(chosen)
    click.echo(framed([address(chosen), "Ctrl+C"]))
    run_server(chosen, database)


def address(settings: Settings) -> str:
    """Return the address that people open."""
    if settings.public_url:
        return settings.public_url
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def require_free_port(settings: Settings) -> None:
    """End the command with a clear message when nobody can listen there."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # On Windows the option of this name would let two servers share a port.
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        values = {"host": settings.host, "port": settings.port}
        if error.errno == errno.EADDRINUSE or getattr(error, "winerror", None) in {10013, 10048}:
            stop(
                _l(
                    "Port %(port)s on %(host)s is in use: perhaps the platform runs already. Stop the other "
                    "program, or choose another port in SURVEY_APP_PORT.",
                    **values,
                )
            )
        reason = error.strerror or str(error)
        stop(
            _l(
                "Nobody can listen on %(host)s, port %(port)s (%(reason)s). Check SURVEY_APP_HOST and "
                "SURVEY_APP_PORT.",
                reason=reason,
                **values,
            )
        )


def run_server(settings: Settings, database: Database) -> None:
    """Serve until Ctrl-C. Addresses of visitors are not logged: they could tell who answered when."""
    # The workers read their settings from the environment; each takes its share of the database's connections.
    os.environ["SURVEY_APP_WORKERS"] = str(settings.processes)
    # The worker starts afresh, as Windows does it anyway: nothing of this process is shared by accident.
    multiprocessing.set_start_method("spawn", force=True)
    database.dispose()
    server = Granian(
        "survey_app.worker:application",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.processes,
        blocking_threads=settings.requests_at_once,
        http=HTTPModes.http1,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE_SECONDS,
        log_level=LogLevels.error,
        log_access=False,
    )
    is_over = tidy_daily(database, evaluate.store_in(settings.instance))
    server.serve()
    is_over.set()
    say(_l("Stopped."))
