"""The page on which an administrator erases the ballots of a survey whose time is up."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _

from survey_app.reporting.words import Reader
from survey_app.reporting.workbook import evaluation_workbook, file_name
from survey_app.services import evaluate
from survey_app.services import retention as services
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.room import blueprint
from survey_app.web.results.weighing.indexes import sheets


@blueprint.get("/surveys/<int:survey_id>/erasure")
@allowed(Permission.ERASE)
def erasure(survey_id: int) -> ResponseReturnValue:
    """Say what would be erased and what stays."""
    return _page(survey_id)


@blueprint.post("/surveys/<int:survey_id>/erasure")
@allowed(Permission.ERASE)
def erase(survey_id: int) -> ResponseReturnValue:
    """Erase the ballots; the workbook of the figures is made first and kept."""
    survey, _count = services.erasable(context.database(), actor=context.actor(), survey_id=survey_id)
    if "confirmed" not in request.form:
        flash(_("Tick the box to confirm: erased ballots cannot be brought back."), "error")
        return _page(survey_id), 422
    found = evaluate.evaluate_campaign(
        context.database(),
        context.columns(),
        actor=context.actor(),
        campaign_id=survey.campaign_id,
        now=context.now(),
    )
    reader = Reader(context.locale(), gettext)
    try:
        services.erase(
            context.database(),
            context.columns(),
            actor=context.actor(),
            survey_id=survey_id,
            workbook=None if found.is_empty else evaluation_workbook(found, reader, sheets(found)),
            file_name=file_name(found, reader),
            months=context.settings().keep_months,
            now=context.now(),
        )
    except services.NotDue:
        flash(_("The ballots are to be kept longer: nothing has been erased."), "error")
        return redirect(url_for("author.erasure", survey_id=survey_id))
    flash(_("The ballots have been erased. The workbook of the figures is kept on the results page."), "done")
    return redirect(url_for("results.campaign", campaign_id=survey.campaign_id))


def _page(survey_id: int) -> str:
    survey, count = services.erasable(context.database(), actor=context.actor(), survey_id=survey_id)
    return render_template(
        "author/erasure.html",
        survey=survey,
        count=count,
        keeping=services.keeping(survey, months=context.settings().keep_months, now=context.now()),
        is_sample=survey.campaign.is_sample,
    )
