"""The command line: set up once, serve, import; one clear message where it cannot go on."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text

from survey_app import create_app
from survey_app.cli import translating
from survey_app.config import Settings
from survey_app.services import accounts, questionnaires, set_up, surveys
from survey_app.storage.models import Base, Batch, Collector, Unit, User
from survey_app.storage.session import Database
from survey_app.words import Audience, BatchState, Purpose
from tests.support.ballots import csv_file
from tests.support.office import NOW, make_office
from tests.support.waiting import wait_until

_ROOT = Path(__file__).resolve().parents[2]
_PASSWORD = re.compile(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b")


def _run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=arguments)


def _program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m survey_app` as people do; variables replace those of the settings."""
    return subprocess.run(
        [sys.executable, "-m", "survey_app", *arguments],
        cwd=_ROOT,
        env=_environment(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _environment(**own: str) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SURVEY_APP_") and name != "DATABASE_URL"
    }
    return {**inherited, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", **own}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _content(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def _sign_in(database: Database, password: str) -> str:
    actor = accounts.sign_in(
        database, key="k" * 32, username="admin", password=password, address="127.0.0.1", now=NOW
    )
    assert actor.must_change_password
    return actor.username


@pytest.fixture
def new_app(empty_database: Database, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table, as on a new machine."""
    settings = Settings.from_environment(
        {"DATABASE_URL": empty_database.url, "SURVEY_APP_INSTANCE": str(tmp_path / "instance")}
    )
    application = create_app(settings)
    yield application
    application.extensions["survey_app.database"].dispose()


def test_set_up_makes_what_is_missing_and_only_once(new_app: Flask, empty_database: Database) -> None:
    first = _run(new_app, "set-up", "--no-sample", "--root-unit", "某市总工会")
    assert first.exit_code == 0, first.output
    passwords = _PASSWORD.findall(first.output)
    assert len(passwords) == 1
    with empty_database.reading() as session:
        assert [unit.name for unit in session.scalars(select(Unit))] == ["某市总工会"]
        assert [user.username for user in session.scalars(select(User))] == ["admin"]
    before = _content(empty_database)

    again = _run(new_app, "set-up", "--root-unit", "另一个")
    assert again.exit_code == 0
    assert _PASSWORD.findall(again.output) == []
    assert _content(empty_database) == before
    assert _sign_in(empty_database, passwords[0]) == "admin"


def test_set_up_speaks_both_languages(new_app: Flask) -> None:
    output = _run(new_app, "set-up", "--no-sample").output
    assert "一次性密码" in output
    assert "One-time password" in output


def test_the_password_is_kept_nowhere(new_app: Flask, empty_database: Database, tmp_path: Path) -> None:
    result = _run(new_app, "set-up", "--no-sample")
    password = _PASSWORD.findall(result.stdout)[0]
    assert password not in result.stderr
    with empty_database.reading() as session:
        for table in Base.metadata.sorted_tables:
            assert password not in str(session.execute(select(table)).all())
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or password.encode() not in file.read_bytes()


def test_serve_refuses_an_old_schema(new_app: Flask) -> None:
    result = _run(new_app, "serve")
    assert result.exit_code == 1
    assert "migrate" in result.output


def test_migrate_brings_the_schema_up_to_date(new_app: Flask, empty_database: Database) -> None:
    assert _run(new_app, "migrate").exit_code == 0
    assert empty_database.is_current()
    assert _run(new_app, "migrate").exit_code == 0


def test_a_schema_of_a_newer_version_is_left_alone(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
    for command in ("migrate", "serve", "set-up"):
        result = _run(app, command)
        assert result.exit_code == 1
        assert "Traceback" not in result.output
    assert "newer version" in _run(app, "migrate").output


def test_a_sample_that_was_interrupted_is_told(app: Flask, database: Database) -> None:
    make_office(database, is_sample=True)
    result = _run(app, "sample")
    assert result.exit_code == 1
    assert "interrupted" in result.output


def test_reset_password_gives_a_new_one_time_password(app: Flask, database: Database) -> None:
    root = set_up.ensure_root(database, name="总工会", now=NOW)
    old = accounts.create_first_administrator(database, root_unit_id=root, now=NOW)
    result = _run(app, "reset-password", "Admin")
    new = _PASSWORD.findall(result.output)
    assert result.exit_code == 0
    assert len(new) == 1
    assert _sign_in(database, new[0]) == "admin"
    with pytest.raises(accounts.SignInRefused):
        _sign_in(database, str(old))


def test_reset_password_of_nobody(app: Flask) -> None:
    result = _run(app, "reset-password", "nobody")
    assert result.exit_code == 1
    assert "nobody" in result.output


@pytest.fixture
def collector(database: Database) -> Collector:
    """A collector of a survey of enterprises' management."""
    office = make_office(database)
    row = questionnaires.copy_template(
        database, actor=office.organiser, template_code="A_E", unit_id=office.unit.id, now=NOW
    )
    version = questionnaires.publish(database, actor=office.organiser, questionnaire_id=row.id, now=NOW)
    survey = surveys.create_survey(
        database,
        actor=office.organiser,
        campaign_id=office.campaign.id,
        version_id=version.id,
        title="企业党政卷",
        purpose=Purpose.ACTIVITY_EVALUATION,
        audiences=[Audience.ENTERPRISE],
        now=NOW,
    )
    return survey.collectors[0]


def test_import_shows_first_and_writes_only_when_told(
    app: Flask, database: Database, collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    items = ",".join(f"E{number}" for number in range(11, 18))
    file = tmp_path / "票.csv"
    file.write_bytes(csv_file(f"E01,E10,{items},备注", "1,非常满意,1,1,1,1,1,1,1,x", "2,2,2,2,2,2,2,2,2,"))
    code = collector.code.lower()
    before = _content(database)

    shown = _run(app, "import-responses", str(file), "--collector", code)
    assert shown.exit_code == 0, shown.output
    assert "Ballots to import: 2" in shown.output
    assert "备注" in shown.output
    assert _content(database) == before

    done = _run(app, "import-responses", str(file), "--collector", code, "--apply")
    assert done.exit_code == 0, done.output
    assert "2 ballots have been imported." in done.output
    assert _content(database)["response"] == before["response"] + 2

    rebuilt = _run(app, "rebuild-columns")
    assert rebuilt.exit_code == 0, rebuilt.output
    assert "2 responses" in rebuilt.output

    again = _run(app, "import-responses", str(file), "--collector", code, "--apply", "--returned", "3")
    assert again.exit_code == 1
    assert "do not agree (2 expected)" in again.output

    totals = ("--returned", "3", "--spoilt", "1", "--issued", "4")
    again = _run(app, "import-responses", str(file), "--collector", code, "--apply", *totals)
    assert again.exit_code == 0, again.output
    with database.reading() as session:
        batch = session.scalars(select(Batch)).one()
    assert (batch.state, batch.issued, batch.returned, batch.spoilt) == (BatchState.RECONCILED, 4, 3, 1)
    assert "nothing was added" in again.output
    assert _content(database)["response"] == before["response"] + 2


def test_import_names_row_column_and_reason(
    app: Flask, database: Database, collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    items = ",".join(f"E{number}" for number in range(11, 18))
    file = tmp_path / "票.csv"
    file.write_bytes(csv_file(f"E01,E10,{items}", "1,1,1,1,1,1,1,1,1", "1,很好,1,1,1,1,1,1,1"))
    arguments = ("import-responses", str(file), "--collector", collector.code, "--apply")
    before = _content(database)

    refused = _run(app, *arguments)
    assert refused.exit_code == 1
    assert "第 3 行" in refused.output
    assert "B E10" in refused.output
    assert "很好" in refused.output
    assert _content(database) == before

    assert _run(app, *arguments, "--skip-refused").exit_code == 0
    assert _content(database)["response"] == before["response"] + 1


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\r\n1,2\r\n"])
def test_import_of_a_file_that_cannot_be_read(
    app: Flask, database: Database, collector: Collector, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(content)
    result = _run(app, "import-responses", str(file), "--collector", collector.code, "--apply")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    with database.reading() as session:
        names = session.scalars(select(Batch.file_name)).all()
    assert "x.xlsx" not in names


def test_import_into_no_collector(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(csv_file("K1", "1"))
    result = _run(app, "import-responses", str(file), "--collector", "NOSUCHCODE")
    assert result.exit_code == 1
    assert "NOSUCHCODE" in result.output


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("DATABASE_URL", "nonsense", "DATABASE_URL"),
        ("DATABASE_URL", "mysql://u:secret@h/d", "DATABASE_URL"),
        ("DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/d", "DATABASE_URL"),
        ("DATABASE_URL", "postgresql://u:secret@127.0.0.1:port/d", "DATABASE_URL"),
        ("SURVEY_APP_PORT", "many", "SURVEY_APP_PORT"),
        ("SURVEY_APP_INSTANCE", __file__, "SURVEY_APP_INSTANCE"),
    ],
)
def test_run_says_what_is_wrong_with_its_surroundings(tmp_path: Path, variable: str, value: str, told: str) -> None:
    own = {"SURVEY_APP_INSTANCE": str(tmp_path / "instance"), "SURVEY_APP_PORT": str(_free_port()), variable: value}
    result = _program("run", **own)
    assert result.returncode == 1
    assert told in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert "secret" not in result.stdout + result.stderr


def test_a_port_in_use_is_told_before_anything_is_set_up(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        result = _program("run", SURVEY_APP_INSTANCE=str(tmp_path / "instance"), SURVEY_APP_PORT=port)
    assert result.returncode == 1
    assert port in result.stderr
    assert "SURVEY_APP_PORT" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "instance" / "survey_app.sqlite3").exists()


def _served(instance: Path) -> tuple[str, int]:
    """Start `run` until it answers, interrupt it; return what it printed and its status."""
    port = _free_port()
    command = [sys.executable, "-m", "survey_app", "run"]
    own = _environment(SURVEY_APP_INSTANCE=str(instance), SURVEY_APP_PORT=str(port))
    with subprocess.Popen(
        command,
        cwd=_ROOT,
        env=own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        printed = ""
        try:
            while "Press Ctrl+C" not in printed:
                line = process.stdout.readline()
                assert line, printed
                printed += line
            _until_it_answers(f"http://127.0.0.1:{port}/sign-in", process)
            os.killpg(process.pid, signal.SIGINT)
            return printed + process.stdout.read(), process.wait()
        finally:
            process.kill()


def _until_it_answers(url: str, process: subprocess.Popen[str]) -> None:
    def answered_or_ended() -> bool:
        with contextlib.suppress(OSError), urlopen(url, timeout=60) as answer:
            return bool(answer.status == 200)
        return process.poll() is not None

    assert wait_until(answered_or_ended)
    assert process.poll() is None, "the server has ended"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no signal for a group of processes")
def test_run_sets_up_the_first_time_and_serves_every_time(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    printed, status = _served(instance)
    assert status == 0, printed
    assert len(_PASSWORD.findall(printed)) == 1
    assert "Traceback" not in printed

    database = Database(f"sqlite:///{instance / 'survey_app.sqlite3'}")
    before = _content(database)
    assert before["response"] > 1000
    printed, status = _served(instance)
    assert status == 0, printed
    assert _PASSWORD.findall(printed) == []
    assert _content(database) == before
    database.dispose()


def test_catalogues_are_brought_in_line(tmp_path: Path) -> None:
    package, catalogues = tmp_path / "package", tmp_path / "catalogues"
    catalogues.mkdir()
    for place, words in (("web/forms.py", '_("Save"); _("Old")'), ("web/author/pages.py", '_("Save"); _("Draft")')):
        source = package / place
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(words)
    (catalogues / "author.po").write_text('msgid "Save"\nmsgstr "保存"\n\nmsgid "Gone"\nmsgstr "没了"\n', "utf-8")

    counts = translating.bring_in_line(package, catalogues)
    assert (counts["shared"], counts["author"]) == ((2, 1), (1, 1))
    shared = (catalogues / "shared.po").read_text("utf-8")
    assert 'msgid "Save"\nmsgstr "保存"' in shared
    assert 'msgid "Old"\nmsgstr ""' in shared
    assert "Date" not in shared
    assert "#:" not in shared
    author = (catalogues / "author.po").read_text("utf-8")
    assert "Gone" not in author
    assert "Save" not in author

    translating.bring_in_line(package, catalogues)
    assert (catalogues / "shared.po").read_text("utf-8") == shared
    assert (catalogues / "author.po").read_text("utf-8") == author


def test_the_root_unit_is_not_made_twice(database: Database) -> None:
    root = set_up.ensure_root(database, name="总工会", now=NOW)
    assert set_up.ensure_root(database, name="别的", now=NOW) == root
