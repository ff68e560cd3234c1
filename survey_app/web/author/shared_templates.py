"""Templates that units offer: to look at, to take, and to offer one's own."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.services import questionnaires
from survey_app.services import templates as services
from survey_app.services.access import Permission
from survey_app.web import context, security
from survey_app.web.access import allowed
from survey_app.web.author.gallery import chosen_home, copied
from survey_app.web.author.outline import description, outline, question_count
from survey_app.web.author.room import blueprint
from survey_app.web.respond import page


@blueprint.get("/questionnaires/templates/shared/<int:questionnaire_id>")
@allowed(Permission.DESIGN)
def shared_template(questionnaire_id: int) -> ResponseReturnValue:
    """Show a template of a unit with its outline and as on a phone."""
    found = services.one(context.database(), actor=context.actor(), questionnaire_id=questionnaire_id)
    return render_template(
        "author/designer_template.html",
        shared=found,
        row=found.questionnaire,
        definition=found.definition,
        parts=outline(found.definition),
        count=question_count(found.definition),
        described=description(found.definition),
        homes=questionnaires.homes(context.actor()),
    )


@blueprint.get("/questionnaires/templates/shared/<int:questionnaire_id>/preview")
@allowed(Permission.DESIGN)
def shared_template_preview(questionnaire_id: int) -> Response:
    """Show it as on a phone."""
    found = services.one(context.database(), actor=context.actor(), questionnaire_id=questionnaire_id)
    security.allow_framing_by_ourselves()
    return page.preview(found.definition, context.locale())


@blueprint.post("/questionnaires/templates/shared/<int:questionnaire_id>/copy")
@allowed(Permission.DESIGN)
def copy_shared_template(questionnaire_id: int) -> ResponseReturnValue:
    """Make a questionnaire of one's own from it."""
    row = services.copy(
        context.database(),
        actor=context.actor(),
        questionnaire_id=questionnaire_id,
        unit_id=chosen_home(),
        now=context.now(),
    )
    return copied(row.id)


@blueprint.post("/questionnaires/<int:questionnaire_id>/template")
@allowed(Permission.DESIGN)
def offer_template(questionnaire_id: int) -> ResponseReturnValue:
    """Offer a questionnaire as a template or, with `withdraw`, no longer."""
    is_offered = request.args.get("withdraw") != "1"
    try:
        services.offer(
            context.database(),
            actor=context.actor(),
            questionnaire_id=questionnaire_id,
            is_offered=is_offered,
            now=context.now(),
        )
    except services.NotPublished:
        flash(_("Publish it first: its newest version is what others copy."), "error")
    else:
        words = (
            _("The questionnaire stands among the templates of its unit and of the units below it.")
            if is_offered
            else _("It is no template any more. Copies that were made stay.")
        )
        flash(words, "done")
    return redirect(url_for("author.questionnaire", questionnaire_id=questionnaire_id))
