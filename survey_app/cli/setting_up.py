"""Commands that make a machine ready, and the one that does it all."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import lazy_gettext as _l

from survey_app.cli.saying import Stopped, both, framed, padded, say, settings, stop, usable_database
from survey_app.cli.serving import address, require_free_port, run_server
from survey_app.services import set_up as steps
from survey_app.services.context import Database, DatabaseUnusable

_COLUMN = 34

_root_unit = click.option(
    "--root-unit",
    envvar="SURVEY_APP_ROOT_UNIT",
    default=steps.DEFAULT_ROOT,
    show_default=True,
    help="根单位名称，仅首次使用。 Name of the root unit, on the first run.",
)
_no_sample = click.option("--no-sample", is_flag=True, help="不加载示例数据。 Leave the sample campaign out.")


@click.command("run", help="初始化（首次）并启动服务。 Set up where needed, and serve.")
@_root_unit
@_no_sample
@with_appcontext
def run(root_unit: str, no_sample: bool) -> None:
    """Set up what is missing, print the address and, the first time, the one-time password; then serve."""
    require_free_port(settings())
    found = usable_database()
    password = _prepare(found, root_unit, with_sample=not no_sample)
    click.echo(framed(_welcome(password)))
    run_server(settings(), found)


@click.command("set-up", help="初始化数据库，不启动服务。 Set up the database without serving.")
@_root_unit
@_no_sample
@with_appcontext
def set_up(root_unit: str, no_sample: bool) -> None:
    """Do what `run` does, but the serving."""
    password = _prepare(usable_database(), root_unit, with_sample=not no_sample)
    if password is None:
        say(_l("Everything is set up already."))
    else:
        click.echo(framed(_signing_in(steps.ADMINISTRATOR, password)))


@click.command("migrate", help="把数据库升级到当前结构。 Bring the database's schema up to date.")
@with_appcontext
def migrate() -> None:
    """Bring the schema up to date."""
    _migrate(usable_database())
    say(_l("The database's schema is up to date."))


@click.command("sample", help="加载示例数据。 Load the sample campaign.")
@with_appcontext
def sample() -> None:
    """Load the sample campaign, once."""
    found = _current(usable_database())
    try:
        is_loaded = steps.load_sample(found, now=datetime.now(UTC))
    except steps.SampleIncomplete:
        _stop_at_half_a_sample(found)
    say(_l("The sample campaign has been loaded.") if is_loaded else _l("The sample campaign is there already."))


@click.command("reset-password", help="为用户生成一次性密码。 Give a user a one-time password.")
@click.argument("username")
@with_appcontext
def reset_password(username: str) -> None:
    """Print a new one-time password; the user's sessions end."""
    password = steps.reset_password(
        _current(usable_database()), username=username, now=datetime.now(UTC), hours=settings().one_time_hours
    )
    if password is None:
        stop(_l("There is no user “%(username)s”.", username=username))
    click.echo(framed(_signing_in(username.strip().lower(), password)))


def _prepare(found: Database, root_unit: str, *, with_sample: bool) -> str | None:
    """Migrate and fill an empty database; return the one-time password if the administrator was made now."""
    settings().instance.chmod(0o700)  # a folder that was there before, as in a clone, is anybody's to read
    _migrate(found)
    now = datetime.now(UTC)
    if not steps.is_first_run(found):
        return None
    steps.ensure_root(found, name=root_unit, now=now)
    if with_sample:
        say(_l("Loading the sample campaign …"))
        try:
            steps.load_sample(found, now=now)
        except steps.SampleIncomplete:
            _stop_at_half_a_sample(found)
    return steps.first_administrator(found, now=now, hours=settings().one_time_hours)


def _migrate(found: Database) -> None:
    try:
        if found.is_current():
            return
        say(_l("Bringing the database's schema up to date …"))
        found.migrate()
    except DatabaseUnusable as error:
        words = both(_l("A newer version of this program has changed the database. Use that version."))
        raise Stopped(*words) from error


def _current(found: Database) -> Database:
    if not found.is_current():
        stop(_l("The database's schema is not current. Run “python -m survey_app migrate” first."))
    return found


def _stop_at_half_a_sample(found: Database) -> None:
    place = found.engine.url.render_as_string(hide_password=True)
    stop(
        _l(
            "Loading the sample campaign was interrupted, and half of it stands in the database (%(place)s). "
            "Nothing else is in there before the first sign-in: delete the database and start again.",
            place=place,
        )
    )


def _welcome(password: str | None) -> list[str]:
    chinese, english = both(_l("Union Evaluation and Return Visits"))
    lines = [chinese, english, "", _line(both(_l("Address")), address(settings()))]
    if password is not None:
        lines += _signing_in(steps.ADMINISTRATOR, password)
    return [*lines, "", *both(_l("Press Ctrl+C to stop."))]


def _signing_in(username: str, password: str) -> list[str]:
    return [
        _line(both(_l("User name")), username),
        _line(both(_l("One-time password")), password),
        "",
        *both(_l("It is shown only this once; choose a password of your own at the first sign-in.")),
        *both(
            _l(
                "It can be used for %(hours)s hours; after that: python -m survey_app reset-password %(username)s",
                hours=settings().one_time_hours,
                username=username,
            )
        ),
    ]


def _line(names: tuple[str, str], value: str) -> str:
    return padded(" ".join(names), _COLUMN) + value
