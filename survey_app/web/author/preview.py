"""Questionnaires as workers see them on their phones, for the frame in our own pages. Nothing can be sent."""

from __future__ import annotations

from flask import Response

from survey_app import library
from survey_app.questionnaire.fresh import finished
from survey_app.services import collect, questionnaires
from survey_app.services.access import NotFound, Permission
from survey_app.web import context, security
from survey_app.web.access import allowed
from survey_app.web.author.room import blueprint
from survey_app.web.respond import page


@blueprint.get("/questionnaires/templates/<code>/preview")
@allowed(Permission.DESIGN)
def template_preview(code: str) -> Response:
    """Show a template."""
    try:
        template = library.template(code)
    except library.UnknownTemplate as unknown:
        raise NotFound from unknown
    security.allow_framing_by_ourselves()
    return page.preview(template.questionnaire, context.locale())


@blueprint.get("/questionnaires/<int:questionnaire_id>/preview")
@allowed(Permission.DESIGN)
def draft_preview(questionnaire_id: int) -> Response:
    """Show a draft as it would be published."""
    draft = questionnaires.load_draft(context.database(), actor=context.actor(), questionnaire_id=questionnaire_id)
    security.allow_framing_by_ourselves()
    return page.preview(finished(draft.definition), context.locale())


@blueprint.get("/questionnaires/versions/<int:version_id>/preview")
@allowed(Permission.DESIGN)
def version_preview(version_id: int) -> Response:
    """Show a published version."""
    version = questionnaires.version(context.database(), actor=context.actor(), version_id=version_id)
    security.allow_framing_by_ourselves()
    return page.preview(collect.questionnaire_of(version), context.locale())
