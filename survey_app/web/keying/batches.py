"""Batches of paper: begun, counted, closed; and the list of those that wait to be keyed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.services import paper as services
from survey_app.services import paper_keying, surveys
from survey_app.services.access import Permission
from survey_app.services.import_responses import TotalsDoNotReconcile
from survey_app.services.paper import PaperPage, Settings, Totals
from survey_app.services.paper_keying import Entry
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.keying import words
from survey_app.web.keying.forms import BatchForm, CountsForm, NewBatchForm, PrintForm
from survey_app.web.keying.room import blueprint
from survey_app.words import Audience


@blueprint.get("/keying/")
@allowed(Permission.KEY_BALLOTS)
def to_key() -> ResponseReturnValue:
    """List the batches that the person may key."""
    found = paper_keying.batches_to_key(context.database(), actor=context.actor())
    return render_template("keying/to_key.html", found=found)


@blueprint.get("/P/<int:paper_id>")
@blueprint.get("/p/<int:paper_id>")
@allowed(Permission.KEY_BALLOTS)
def scanned(paper_id: int) -> ResponseReturnValue:
    """Lead from the code on a sheet to where its batch is keyed."""
    try:
        paper_keying.desk(context.database(), actor=context.actor(), batch_id=paper_id, entry=Entry.FIRST)
    except services.Closed:
        flash(_("The batch is closed: nothing of it changes any more."), "error")
        return redirect(url_for("keying.to_key"))
    return redirect(url_for("keying.key", paper_id=paper_id))


@blueprint.route("/surveys/<int:survey_id>/paper", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def batches(survey_id: int) -> ResponseReturnValue:
    """List the paper batches of a survey, and begin one."""
    database, actor = context.database(), context.actor()
    survey, found = services.pages(database, actor=actor, survey_id=survey_id)
    ways = surveys.detail(database, actor=actor, survey_id=survey_id).ways
    start = services.suggested(context.now(), ways[0].collector) if ways else None
    form = NewBatchForm(obj=start)
    form.collector.choices = [
        (way.collector.id, _place(way.collector.unit, way.collector.audience, way.collector.label)) for way in ways
    ]
    if ways and form.validate_on_submit():
        made = services.create(
            database,
            actor=actor,
            collector_id=form.collector.data,
            settings=_settings(form),
            unnamed=_("Batch %(number)s", number="{number}"),
            now=context.now(),
        )
        flash(_("The batch is there. Print its sheets next."), "done")
        return redirect(url_for("keying.batch", paper_id=made.batch_id))
    page = render_template(
        "keying/batches.html", survey=survey, found=found, form=form, is_sample=survey.campaign.is_sample
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/paper/<int:paper_id>", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def batch(paper_id: int) -> ResponseReturnValue:
    """Show a batch, how far it is, and take what was counted."""
    page = services.page(context.database(), actor=context.actor(), batch_id=paper_id)
    form = CountsForm(data=_present(page))
    if form.is_submitted() and not page.is_open:
        return _closed(paper_id)
    if form.validate_on_submit() and _take(form, paper_id):
        flash(_("Saved."), "done")
        return redirect(url_for("keying.batch", paper_id=paper_id))
    shown = render_template(
        "keying/batch.html",
        page=page,
        survey=page.collector.survey,
        place=_place(page.batch.unit, page.collector.audience, page.collector.label),
        form=form,
        print_form=PrintForm(formdata=None, data={"first": 1, "last": page.paper.copies, "both_sides": True}),
        obstacles=[words.obstacle(each) for each in page.obstacles] if page.is_open else [],
        still_twice=words.numbers(page.keyed.still_twice),
        is_sample=page.collector.survey.campaign.is_sample,
    )
    return shown, 422 if form.is_submitted() else 200


@blueprint.post("/paper/<int:paper_id>/close")
@allowed(Permission.DESIGN)
def close(paper_id: int) -> ResponseReturnValue:
    """Close a batch, once the person is sure: its ballots count from now on."""
    if not request.form.get("sure"):
        return _ask_to_close(paper_id)
    try:
        page = services.close(context.database(), actor=context.actor(), batch_id=paper_id, now=context.now())
    except services.NotReady as refused:
        for each in refused.obstacles:
            flash(words.obstacle(each), "error")
    else:
        said = ngettext(
            "The batch is closed: %(num)s ballot counts now.", "The batch is closed: %(num)s ballots count now.",
            page.stored,
        )  # fmt: skip
        flash(said, "done")
    return redirect(url_for("keying.batch", paper_id=paper_id))


def _ask_to_close(paper_id: int) -> str:
    found = services.page(context.database(), actor=context.actor(), batch_id=paper_id)
    survey = found.collector.survey
    back = url_for("keying.batch", paper_id=paper_id)
    return render_template(
        "confirm.html",
        title=_("Close the batch “%(batch)s”?", batch=found.batch.label),
        trail=((formats.named(survey), url_for("author.survey", survey_id=survey.id)), (found.batch.label, back)),
        sentences=(
            _("Its ballots count from then on. What was keyed by sheet is deleted."),
            _("Nothing of it can be changed any more."),
        ),
        url=url_for("keying.close", paper_id=paper_id),
        fields={},
        deed=_("Close the batch"),
        back=back,
        is_sample=survey.campaign.is_sample,
    )


@blueprint.post("/paper/<int:paper_id>/remove")
@allowed(Permission.DESIGN)
def remove_batch(paper_id: int) -> ResponseReturnValue:
    """Remove a batch of which nothing has been keyed."""
    try:
        survey_id = services.remove(context.database(), actor=context.actor(), batch_id=paper_id, now=context.now())
    except services.Closed:
        flash(_("Sheets of this batch have been keyed, so it stays."), "error")
        return redirect(url_for("keying.batch", paper_id=paper_id))
    flash(_("The batch has been removed."), "done")
    return redirect(url_for("keying.batches", survey_id=survey_id))


def _take(form: CountsForm, paper_id: int) -> bool:
    totals = Totals(form.issued.data, form.returned.data, form.spoilt.data or 0, form.abstained.data or 0)
    try:
        services.change(
            context.database(),
            actor=context.actor(),
            batch_id=paper_id,
            settings=_settings(form),
            totals=totals,
            now=context.now(),
        )
    except TotalsDoNotReconcile as error:
        form[error.kind].errors = [words.impossible(error)]
        return False
    return True


def _settings(form: BatchForm) -> Settings:
    return Settings(
        label=form.label.data or "",
        copies=form.copies.data or 1,
        second_share=form.second_share.data,
        filled_on=form.filled_on.data or context.now().date(),
        note=form.note.data or "",
    )


def _present(page: PaperPage) -> dict[str, object]:
    batch, made = page.batch, page.paper
    return {
        "label": batch.label,
        "copies": made.copies,
        "second_share": made.second_share,
        "filled_on": made.filled_on,
        "note": batch.note,
        "issued": batch.issued,
        "returned": batch.returned,
        "spoilt": batch.spoilt or None,
        "abstained": batch.abstained or None,
    }


def _place(unit: object, audience: str, label: str) -> str:
    """Name where ballots are handed out: enterprise, audience, and what tells it from another collector there."""
    parts = (formats.named(unit), str(formats.label(Audience, audience)), label)
    return " · ".join(part for part in parts if part)


def _closed(paper_id: int) -> ResponseReturnValue:
    flash(_("The batch is closed: nothing of it changes any more."), "error")
    return redirect(url_for("keying.batch", paper_id=paper_id))
