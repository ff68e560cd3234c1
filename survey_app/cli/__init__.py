"""Commands: set up, serve, import, rebuild. `python -m survey_app …`, or `flask --app wsgi …`.

Only `run` differs: under flask that name is the development server's own, so use `set-up` and then `serve` there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from flask import Flask
from flask.cli import AppGroup, ScriptInfo

from survey_app.cli.collecting import import_responses, rebuild_columns
from survey_app.cli.saying import guarded
from survey_app.cli.serving import serve
from survey_app.cli.setting_up import migrate, reset_password, run, sample, set_up
from survey_app.cli.tidying import tidy
from survey_app.cli.translating import translations

COMMANDS = (
    run,
    set_up,
    serve,
    migrate,
    sample,
    import_responses,
    rebuild_columns,
    tidy,
    reset_password,
    translations,
)


def register(app: Flask) -> None:
    """Put the commands on `app`, for flask's own command line."""
    for command in COMMANDS:
        app.cli.add_command(command)


def main(create_app: Callable[[], Flask]) -> None:
    """Run the command that the process was started with. `create_app` makes the application when it is needed."""
    for stream in (sys.stdout, sys.stderr):
        # A console or file that cannot hold Chinese must not stop a command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    group = AppGroup(
        name="survey_app",
        help="工会评价与回访平台。 Union Evaluation and Return Visits.",
        commands={str(command.name): command for command in COMMANDS},
        no_args_is_help=True,
    )
    group.main(prog_name="python -m survey_app", obj=ScriptInfo(create_app=guarded(create_app)))
