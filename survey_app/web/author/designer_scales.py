"""Scales to take into a draft: shipped ones, and those of one's other questionnaires; copied, not linked."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey_app import library
from survey_app.questionnaire.definition import Matrix, Scale, ScaleQuestion, scale_of
from survey_app.questionnaire.edits import AddScale, ChangeQuestion, Edit
from survey_app.services import scales as services
from survey_app.services.access import NotFound, Permission
from survey_app.services.designing import Design
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.designer import directly, opened
from survey_app.web.author.designer_deeds import Outcome, new_scale
from survey_app.web.author.designer_editors import grades_words, library_scale
from survey_app.web.author.designer_places import Place, designer_addresses, place_in
from survey_app.web.author.room import blueprint
from survey_app.web.keys import key, words

OWN = "own"
"""The button that begins a scale of one's own."""


@blueprint.get("/questionnaires/<int:questionnaire_id>/edit/scales")
@allowed(Permission.DESIGN)
def scales(questionnaire_id: int) -> ResponseReturnValue:
    """Show the scales: one's own and others', for the question that the address names or for later."""
    design = opened(questionnaire_id)
    place = _place(design)
    search = request.args.get("q", "", type=words)
    used = {scale_of(question) for question in design.definition.questions}
    return render_template(
        "author/designer_scales.html",
        row=design.questionnaire,
        revision=design.revision,
        place=place,
        search=search,
        used=[each for each in design.definition.scales if each.code in used],
        unused=[each for each in design.definition.scales if each.code not in used],
        shipped=[each for each in library.scales() if each.code not in design.definition.scale_by_code],
        found=services.elsewhere(
            context.database(), actor=context.actor(), questionnaire_id=questionnaire_id, search=search
        ),
        address_of=designer_addresses(questionnaire_id),
        grades_words=grades_words,
    )


@blueprint.post("/questionnaires/<int:questionnaire_id>/edit/scales")
@allowed(Permission.DESIGN)
def take_scale(questionnaire_id: int) -> ResponseReturnValue:
    """Copy a scale into the draft, for the question that the address names if any; or begin one of one's own."""
    design = opened(questionnaire_id)
    place = _place(design)
    if OWN in request.form:
        return directly(design, new_scale(design.definition))
    scale = _chosen(design, request.form.get("from", 0, key), request.form.get("code", ""))
    edits: list[Edit] = [] if scale.code in design.definition.scale_by_code else [AddScale(scale)]
    question = design.definition.question_by_code.get(place.code)
    if isinstance(question, ScaleQuestion | Matrix):
        edits.append(ChangeQuestion(question.code, replace(question, scale=scale.code)))
        return directly(design, Outcome(tuple(edits), "question_changed", question.code, place, "scale"))
    return directly(design, Outcome(tuple(edits), "scale_added", scale.code, Place("scale", scale.code)))


def _place(design: Design) -> Place:
    """Return the place that the scale is looked for; a question only where it has a scale."""
    place = place_in(request.args)
    question = design.definition.question_by_code.get(place.code) if place.kind == "question" else None
    return place if isinstance(question, ScaleQuestion | Matrix) else Place()


def _chosen(design: Design, source: int, code: str) -> Scale:
    """Return the scale as it goes into the draft: its own, a shipped one, or a copy of another questionnaire's."""
    if source and source != design.questionnaire.id:
        found = services.one(context.database(), actor=context.actor(), questionnaire_id=source, code=code)
        return services.copied(found, design)
    scale = design.definition.scale_by_code.get(code) or library_scale(code)
    if scale is None:
        raise NotFound
    return scale
