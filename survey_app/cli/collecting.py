"""Commands around responses: import ballots from a file, rebuild the columns that figures are counted from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from survey_app.cli.saying import Stopped, one_language, say, settings, stop, usable_database
from survey_app.config import MEBIBYTE
from survey_app.interchange import ballot_words
from survey_app.interchange.refusals import FileRefused
from survey_app.questionnaire.text import EN, Text
from survey_app.services import evaluate
from survey_app.services import import_responses as imports
from survey_app.services.access import SYSTEM, NotFound
from survey_app.services.context import Database
from survey_app.words import Mode

MOST_SHOWN = 50
_COUNT = click.IntRange(min=0)


@click.command("import-responses", help="从 .xlsx 或 .csv 导入答卷。 Import ballots from .xlsx or .csv.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--collector", "code", required=True, help="收集码。 The collector's code.")
@click.option("--apply", "is_applied", is_flag=True, help="真正写入；否则只预览。 Write; without it, only look.")
@click.option(
    "--skip-refused", is_flag=True, help="有问题的行不导入，其余照常。 Leave bad rows out, import the rest."
)
@click.option("--allow-blanks", is_flag=True, help="必答题留空的也导入，按未作答计。 Take ballots with blanks.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.PAPER.value,
    show_default=True,
    help="答卷方式。 How the ballots were filled in.",
)
@click.option("--issued", type=_COUNT, help="发放数，不知道可不填。 Ballots handed out, if known.")
@click.option("--returned", type=_COUNT, help="收回数，相符后计入结果。 Ballots that came back.")
@click.option("--spoilt", type=_COUNT, default=0, help="其中废票。 Spoilt ballots among them.")
@click.option("--abstained", type=_COUNT, default=0, help="其中弃权。 Ballots handed in blank among them.")
@with_appcontext
def import_responses(
    file: Path,
    code: str,
    is_applied: bool,
    skip_refused: bool,
    allow_blanks: bool,
    mode: str,
    **totals: int | None,
) -> None:
    """Show what importing the file would do; do it with `--apply`, and state the totals with `--returned`."""
    database = usable_database()
    if file.stat().st_size > settings().upload_limit:
        stop(_l("The file is larger than %(most)s MiB.", most=settings().upload_limit // MEBIBYTE))
    source = imports.Source(file.name, file.read_bytes(), Mode(mode), allow_blanks)
    now = datetime.now(UTC)
    try:
        collector = imports.collector_by_code(database, actor=SYSTEM, code=code)
    except NotFound:
        stop(_l("There is no collector “%(code)s”.", code=code))
    with one_language() as locale:
        try:
            plan = imports.preview(database, actor=SYSTEM, collector_id=collector.id, source=source, now=now)
        except FileRefused as refusal:
            advice = ballot_words.of_file(refusal, _)
            raise Stopped(advice.reason, advice.mend) from refusal
        _show(plan, locale)
        if plan.ballots.problems and not (skip_refused and plan.ballots.ballots):
            raise Stopped(_("Nothing has been imported: mend the rows, or add --skip-refused to leave them out."))
        if not is_applied:
            click.echo(_("Nothing has been imported yet. Add --apply to import."))
            return
        batch_id = _carry_out(database, plan, skip_refused, now)
        _state_totals(database, batch_id, totals, now)


@click.command("rebuild-columns", help="重建统计用的列缓存。 Rebuild the cache that figures are counted from.")
@with_appcontext
def rebuild_columns() -> None:
    """Read all responses from the database again; nothing is lost when the cache is deleted."""
    count = evaluate.rebuild(usable_database(), settings().instance)
    say(_l("The columns hold %(count)s responses.", count=count))


def _carry_out(database: Database, plan: imports.ImportPlan, skip_refused: bool, now: datetime) -> int:
    done = imports.carry_out(
        database,
        actor=SYSTEM,
        collector_id=plan.collector.id,
        source=plan.source,
        accept_refused=skip_refused,
        now=now,
    )
    if done.added == 0:
        click.echo(_("This file had been imported before; nothing was added."))
    else:
        click.echo(
            ngettext("%(num)s ballot has been imported.", "%(num)s ballots have been imported.", done.added)
            + " "
            + _("Batch %(number)s", number=done.batch.id)
        )
    return done.batch.id


def _state_totals(database: Database, batch_id: int, totals: Mapping[str, int | None], now: datetime) -> None:
    """State the batch's totals where the command gave them; else say what they are needed for."""
    returned = totals["returned"]
    if returned is None:
        click.echo(_("State the totals of the batch on its page, or here with --returned: its ballots count then."))
        return
    try:
        imports.state_totals(
            database,
            actor=SYSTEM,
            batch_id=batch_id,
            issued=totals["issued"],
            returned=returned,
            spoilt=totals["spoilt"] or 0,
            abstained=totals["abstained"] or 0,
            now=now,
        )
    except imports.TotalsDoNotReconcile as error:
        words = _(
            "The totals do not agree (%(count)s expected): the ballots do not count yet.", count=error.expected
        )
        raise Stopped(words) from error
    click.echo(_("The totals agree, and the batch is reconciled."))


def _show(plan: imports.ImportPlan, locale: str) -> None:
    ballots, collector, survey = plan.ballots, plan.collector, plan.collector.survey
    separator = ": " if locale == EN else "："

    def line(name: str, value: object) -> None:
        click.echo(f"{name}{separator}{value}")

    line(_("File"), f"{plan.source.name} (SHA-256 {plan.source.sha256[:12]}…)")
    line(_("Survey"), Text(survey.title, survey.title_en).in_locale(locale))
    line(_("Unit"), Text(collector.unit.name, collector.unit.name_en).in_locale(locale))
    line(_("Rows in the file"), ballots.row_count)
    line(_("Ballots to import"), plan.new)
    line(_("Ballots imported before"), plan.present)
    line(_("Rows refused"), len(ballots.refused_rows))
    if ballots.extra:
        line(_("Columns that belong to no question"), "、".join(f"{a} {b}".strip() for a, b in ballots.extra))
    if ballots.left_out:
        line(_("Answers left out, to questions these ballots do not ask"), _counts(ballots.left_out))
    if ballots.blanks:
        line(_("Required questions left blank"), _counts(ballots.blanks))
    for batch in plan.others:
        line(_("Imported into this collector before"), f"{batch.file_name} ({batch.created_at:%Y-%m-%d})")
    _show_problems(plan)


def _show_problems(plan: imports.ImportPlan) -> None:
    problems = plan.ballots.problems
    for problem in problems[:MOST_SHOWN]:
        advice = ballot_words.of_row(problem, _)
        place = _("Row %(row)s", row=problem.row)
        if problem.letter:
            place += " " + _("column %(column)s", column=f"{problem.letter} {problem.header}".strip())
        value = f" “{problem.value}”" if problem.value else ""
        click.echo(f"  {place}{value} {advice.reason} {advice.mend}")
    if len(problems) > MOST_SHOWN:
        click.echo("  " + _("… and %(number)s more problems", number=len(problems) - MOST_SHOWN))


def _counts(counts: Mapping[str, int]) -> str:
    return "、".join(f"{code} {count}" for code, count in counts.items())
