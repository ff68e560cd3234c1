"""Ballots from a file: send it, look at what would happen, import it; then the totals of the batch."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.interchange import ballot_words
from survey_app.interchange.ballot_template import table_workbook
from survey_app.interchange.refusals import FileRefused
from survey_app.services import import_responses as services
from survey_app.services import surveys
from survey_app.services.access import NotFound, Permission
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.addresses import file_name
from survey_app.web.author.import_forms import ImportForm, TotalsForm
from survey_app.web.author.room import blueprint
from survey_app.web.author.uploads import UploadGone, Uploads
from survey_app.words import Audience, Mode

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 30


@blueprint.route("/surveys/<int:survey_id>/import", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def import_ballots(survey_id: int) -> ResponseReturnValue:
    """Ask for a file; one that can be read is kept until its sender has decided."""
    survey = surveys.detail(context.database(), actor=context.actor(), survey_id=survey_id).survey
    form = ImportForm(collector=request.args.get("collector", type=int))
    form.collector.choices = [(each.id, _place(each.unit, each.audience, each.label)) for each in survey.collectors]
    if form.validate_on_submit():
        source = services.Source(
            name=form.file.data.filename or "",
            content=form.file.data.read(),
            mode=Mode(form.mode.data),
            allow_blanks=bool(form.allow_blanks.data),
        )
        try:
            services.preview(
                context.database(),
                actor=context.actor(),
                collector_id=form.collector.data,
                source=source,
                now=context.now(),
            )
        except FileRefused as refusal:
            advice = ballot_words.of_file(refusal, _)
            form.file.errors = [advice.reason, advice.mend]
        else:
            return redirect(
                url_for("author.import_preview", survey_id=survey_id, token=_keep(survey_id, form, source))
            )
    batches = services.batches_of(context.database(), actor=context.actor(), survey_id=survey_id)
    page = render_template(
        "author/import.html",
        survey=survey,
        form=form,
        batches=batches,
        limit=context.settings().upload_limit // (1024 * 1024),
        is_sample=survey.campaign.is_sample,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/surveys/<int:survey_id>/import/template.xlsx")
@allowed(Permission.DESIGN)
def import_template(survey_id: int) -> ResponseReturnValue:
    """Give a workbook to fill in."""
    survey, content = services.template(
        context.database(), actor=context.actor(), survey_id=survey_id, locale=context.locale()
    )
    name = _("Ballots to fill in - %(survey)s", survey=formats.named(survey))
    return _workbook(content, name)


@blueprint.get("/surveys/<int:survey_id>/import/<token>")
@allowed(Permission.DESIGN)
def import_preview(survey_id: int, token: str) -> ResponseReturnValue:
    """Show what importing would do."""
    try:
        plan = _plan(survey_id, token)
    except UploadGone:
        return _send_again(survey_id)
    problems = [(each, ballot_words.of_row(each, _)) for each in plan.ballots.problems[:MOST_SHOWN]]
    return render_template(
        "author/import_preview.html",
        survey=plan.collector.survey,
        plan=plan,
        place=_place(plan.collector.unit, plan.collector.audience, plan.collector.label),
        problems=problems,
        token=token,
        is_sample=plan.collector.survey.campaign.is_sample,
    )


@blueprint.get("/surveys/<int:survey_id>/import/<token>/problems.xlsx")
@allowed(Permission.DESIGN)
def import_problems(survey_id: int, token: str) -> ResponseReturnValue:
    """Give all problems as a workbook, to mend the file by."""
    try:
        plan = _plan(survey_id, token)
    except UploadGone:
        return _send_again(survey_id)
    title = _("Problems")
    header = [_("Row"), _("Column"), _("Header"), _("What stands there"), _("What is wrong"), _("How to mend it")]
    rows = []
    for each in plan.ballots.problems:
        advice = ballot_words.of_row(each, _)
        rows.append((each.row, each.letter, each.header, each.value, advice.reason, advice.mend))
    return _workbook(table_workbook(title, header, rows), f"{title} - {plan.source.name}")


@blueprint.post("/surveys/<int:survey_id>/import/<token>")
@allowed(Permission.DESIGN)
def carry_out_import(survey_id: int, token: str) -> ResponseReturnValue:
    """Import the file that was looked at."""
    try:
        source, collector_id = _find(survey_id, token)
        done = services.carry_out(
            context.database(),
            actor=context.actor(),
            collector_id=collector_id,
            source=source,
            accept_refused="accept_refused" in request.form,
            now=context.now(),
        )
    except UploadGone:
        return _send_again(survey_id)
    except services.RowsRefused:
        flash(_("Some rows have problems, so nothing has been imported."), "error")
        return redirect(url_for("author.import_preview", survey_id=survey_id, token=token))
    _uploads().forget(token)
    if done.added:
        words = ngettext("%(num)s ballot has been imported.", "%(num)s ballots have been imported.", done.added)
        flash(words, "done")
        flash(_("Now state the totals of the batch: its ballots count once they agree."), "wait")
    else:
        flash(_("This file had been imported before; nothing was added."), "wait")
    return redirect(url_for("author.batch", survey_id=survey_id, batch_id=done.batch.id))


@blueprint.route("/surveys/<int:survey_id>/batches/<int:batch_id>", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def batch(survey_id: int, batch_id: int) -> ResponseReturnValue:
    """Show a batch, and take its totals."""
    page = services.batch_page(context.database(), actor=context.actor(), batch_id=batch_id)
    if page.collector.survey_id != survey_id:
        raise NotFound
    form = TotalsForm(obj=page.batch)
    if form.validate_on_submit() and _take_totals(form, batch_id):
        flash(_("The totals agree, and the batch is reconciled."), "done")
        return redirect(url_for("author.batch", survey_id=survey_id, batch_id=batch_id))
    survey = page.collector.survey
    shown = render_template(
        "author/import_batch.html",
        page=page,
        survey=survey,
        place=_place(page.batch.unit, page.collector.audience, page.label),
        form=form,
        is_sample=survey.campaign.is_sample,
    )
    return shown, 422 if form.is_submitted() else 200


def _take_totals(form: TotalsForm, batch_id: int) -> bool:
    try:
        services.state_totals(
            context.database(),
            actor=context.actor(),
            batch_id=batch_id,
            issued=form.issued.data,
            returned=form.returned.data or 0,
            spoilt=form.spoilt.data or 0,
            abstained=form.abstained.data or 0,
            now=context.now(),
        )
    except services.TotalsDoNotReconcile as error:
        _say_what_does_not_agree(form, error)
        return False
    return True


def _say_what_does_not_agree(form: TotalsForm, error: services.TotalsDoNotReconcile) -> None:
    if error.kind == "issued":
        words = _("At least as many were handed out as came back: %(count)s.", count=error.expected)
        form.issued.errors = [words]
        return
    words = _(
        "The imported, spoilt and blank ballots add up to %(count)s. Check the paper: one of the numbers is wrong, "
        "or ballots are missing from the file.",
        count=error.expected,
    )
    form.returned.errors = [words]


def _plan(survey_id: int, token: str) -> services.ImportPlan:
    source, collector_id = _find(survey_id, token)
    return services.preview(
        context.database(), actor=context.actor(), collector_id=collector_id, source=source, now=context.now()
    )


def _keep(survey_id: int, form: ImportForm, source: services.Source) -> str:
    return _uploads().keep(
        source.content,
        user=context.actor().user_id,
        survey=survey_id,
        collector=form.collector.data,
        file=source.name,
        mode=source.mode.value,
        blanks=source.allow_blanks,
    )


def _find(survey_id: int, token: str) -> tuple[services.Source, int]:
    content, about = _uploads().find(token, user=context.actor().user_id, survey=survey_id)
    source = services.Source(about["file"], content, Mode(about["mode"]), about["blanks"])
    return source, int(about["collector"])


def _uploads() -> Uploads:
    return Uploads(context.settings().instance / "uploads", context.settings().secret_key)


def _send_again(survey_id: int) -> ResponseReturnValue:
    flash(_("The file is not kept any longer. Nothing has been imported; please send it again."), "wait")
    return redirect(url_for("author.import_ballots", survey_id=survey_id))


def _place(unit: object, audience: str, label: str) -> str:
    """Name a collector as people know it: enterprise, audience, and what tells it from another one there."""
    parts = (formats.named(unit), str(formats.label(Audience, audience)), label)
    return " · ".join(part for part in parts if part)


def _workbook(content: bytes, name: str) -> ResponseReturnValue:
    safe = file_name(name, extension="xlsx")
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=safe)
