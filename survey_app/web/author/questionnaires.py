"""Questionnaires of one's own: the list, and one with its problems, its preview and its versions."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.services import designing
from survey_app.services import questionnaires as services
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.designer_places import designer_addresses
from survey_app.web.author.forms import TitleForm
from survey_app.web.author.outline import outline, question_count
from survey_app.web.author.problems import to_do
from survey_app.web.author.room import blueprint
from survey_app.web.author.standing import questionnaire_state
from survey_app.web.keys import words


@blueprint.get("/questionnaires/")
@allowed(Permission.DESIGN)
def questionnaires() -> ResponseReturnValue:
    """List one's questionnaires, or those in the archive."""
    search = request.args.get("q", "", type=words)
    is_archived = request.args.get("archived") == "1"
    found = services.entries(context.database(), actor=context.actor(), search=search, is_archived=is_archived)
    return render_template(
        "author/questionnaires.html",
        entries=found,
        search=search,
        is_archived=is_archived,
        state_of=questionnaire_state,
        shows_units=len({entry.questionnaire.unit_id for entry in found}) > 1,
    )


@blueprint.get("/questionnaires/<int:questionnaire_id>")
@allowed(Permission.DESIGN)
def questionnaire(questionnaire_id: int) -> ResponseReturnValue:
    """Show one questionnaire: what to mend, what to do next, how it looks on a phone."""
    detail = services.detail(context.database(), actor=context.actor(), questionnaire_id=questionnaire_id)
    row = detail.entry.questionnaire
    missing = designing.lacking(detail.definition, row.copied_from)
    return render_template(
        "author/questionnaire.html",
        row=row,
        entry=detail.entry,
        definition=detail.definition,
        state=questionnaire_state(detail.entry),
        to_do=to_do(detail.problems, detail.definition, missing),
        address_of=designer_addresses(row.id),
        parts=outline(detail.definition),
        count=question_count(detail.definition),
        versions=detail.versions,
    )


@blueprint.post("/questionnaires/<int:questionnaire_id>/publish")
@allowed(Permission.DESIGN)
def publish(questionnaire_id: int) -> ResponseReturnValue:
    """Publish the draft that the person has seen."""
    try:
        version = services.publish(
            context.database(),
            actor=context.actor(),
            questionnaire_id=questionnaire_id,
            revision=request.form.get("revision", type=int),
            now=context.now(),
        )
    except services.EditedMeanwhile:
        flash(_("Somebody has changed the draft meanwhile. Look at it again before you publish it."), "error")
    except services.HasProblems:
        flash(_("The draft has problems; mend them before you publish it."), "error")
    except services.MeaningChanged:
        flash(
            _("Some answers would mean something else under their old codes. See what can be done about it."),
            "error",
        )
        return redirect(url_for("author.review_publishing", questionnaire_id=questionnaire_id))
    except services.Archived:
        flash(_("The questionnaire is in the archive. Take it out before you publish it."), "error")
    else:
        flash(_("Version %(number)s has been published. It will never change.", number=version.number), "done")
    return redirect(_page_of(questionnaire_id))


@blueprint.route("/questionnaires/<int:questionnaire_id>/title", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def rename(questionnaire_id: int) -> ResponseReturnValue:
    """Change the title of the draft."""
    draft = services.load_draft(context.database(), actor=context.actor(), questionnaire_id=questionnaire_id)
    form = TitleForm(title=draft.definition.title.zh, title_en=draft.definition.title.en)
    if form.validate_on_submit():
        try:
            services.rename(
                context.database(),
                actor=context.actor(),
                questionnaire_id=questionnaire_id,
                title=form.title.data or "",
                title_en=form.title_en.data or "",
                now=context.now(),
            )
        except services.Archived:
            form.form_errors.append(_("The questionnaire is in the archive. Take it out before you change it."))
        else:
            flash(_("The title has been changed. Respondents see it from the next version on."), "done")
            return redirect(_page_of(questionnaire_id))
    status = 422 if form.is_submitted() else 200
    return render_template("author/rename.html", form=form, row=draft.questionnaire), status


@blueprint.post("/questionnaires/<int:questionnaire_id>/archive")
@allowed(Permission.DESIGN)
def archive(questionnaire_id: int) -> ResponseReturnValue:
    """Put a questionnaire away."""
    services.archive(
        context.database(), actor=context.actor(), questionnaire_id=questionnaire_id, now=context.now()
    )
    flash(_("The questionnaire is in the archive. Surveys that use it go on."), "done")
    return redirect(_page_of(questionnaire_id))


@blueprint.post("/questionnaires/<int:questionnaire_id>/restore")
@allowed(Permission.DESIGN)
def restore(questionnaire_id: int) -> ResponseReturnValue:
    """Take a questionnaire out of the archive."""
    services.restore(
        context.database(), actor=context.actor(), questionnaire_id=questionnaire_id, now=context.now()
    )
    flash(_("The questionnaire is back in the list."), "done")
    return redirect(_page_of(questionnaire_id))


def _page_of(questionnaire_id: int) -> str:
    return url_for("author.questionnaire", questionnaire_id=questionnaire_id)
