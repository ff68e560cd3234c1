"""A campaign's results: the page for those who lead, and the same as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from survey_app.reporting.colours import IN_THE_DARK
from survey_app.reporting.words import Reader
from survey_app.reporting.workbook import evaluation_workbook, file_name
from survey_app.scoring.evaluation import Evaluation
from survey_app.services import evaluate, retention
from survey_app.services.access import Permission
from survey_app.services.retention import Erased
from survey_app.web import context
from survey_app.web.access import allowed, allowed_to_programs
from survey_app.web.comments import as_json as comments_json
from survey_app.web.comments.sheet import released
from survey_app.web.keys import key
from survey_app.web.results import checking, explore, export, overview, wall, weighing
from survey_app.web.results.explore.as_json import Json
from survey_app.web.results.explore.desk import open_subjects
from survey_app.web.results.fresh import Watched, sent, tag_of
from survey_app.web.results.lists import Lists
from survey_app.web.results.page import Page
from survey_app.web.results.weighing.indexes import sheets
from survey_app.web.security import allow_inline_styles

blueprint = Blueprint("results", __name__)
explore.register(blueprint)
wall.register(blueprint)
weighing.register(blueprint)
checking.register(blueprint)
export.register(blueprint)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/results/")
@allowed(Permission.READ_RESULTS)
def campaigns() -> ResponseReturnValue:
    """List the campaigns whose results the reader may see."""
    rows = evaluate.readable_campaigns(context.database(), actor=context.actor())
    return render_template("results/campaigns.html", campaigns=rows)


@blueprint.get("/results.json")
@allowed_to_programs(Permission.READ_RESULTS)
def campaigns_json() -> ResponseReturnValue:
    """Send the same list as JSON."""
    return sent(overview.listed(evaluate.readable_campaigns(context.database(), actor=context.actor())))


@blueprint.get("/results/<int:campaign_id>")
@allowed(Permission.READ_RESULTS)
def campaign(campaign_id: int) -> ResponseReturnValue:
    """Show a campaign's results; the part of the `survey` that the address names is open."""
    found = _evaluation(campaign_id)
    allow_inline_styles()
    return render_template(
        "results/campaign.html",
        page=Page(found, _reader(), Lists(campaign_id, request.args)),
        erased=_erased(found),
        may_work=context.actor().has(Permission.FIELDWORK),
        dark=IN_THE_DARK,
        is_sample=found.is_sample,
        wanted=request.args.get("survey", type=key),
        watched=_watched(found),
    )


@blueprint.get("/results/<int:campaign_id>.json")
@allowed_to_programs(Permission.READ_RESULTS)
def campaign_json(campaign_id: int) -> ResponseReturnValue:
    """Send the same figures as JSON."""
    return sent(_as_json(_evaluation(campaign_id)))


@blueprint.get("/results/<int:campaign_id>/wall.json")
@allowed_to_programs(Permission.READ_RESULTS)
def wall_json(campaign_id: int) -> ResponseReturnValue:
    """Send what the wall shows: the figures of the results page, and comments as they are shown."""
    return sent(
        {**_as_json(_evaluation(campaign_id)), "comments": comments_json.campaign(wall.written(campaign_id))}
    )


@blueprint.get("/results/<int:campaign_id>/workbook.xlsx")
@allowed(Permission.READ_RESULTS)
def workbook(campaign_id: int) -> ResponseReturnValue:
    """Send the results as a workbook."""
    found, reader = _evaluation(campaign_id), _reader()
    return send_file(
        BytesIO(evaluation_workbook(found, reader, (*sheets(found), *released(wall.written(campaign_id))))),
        mimetype=_XLSX,
        as_attachment=True,
        download_name=file_name(found, reader),
        max_age=0,
    )


@blueprint.get("/results/<int:campaign_id>/erased/<int:survey_id>/workbook.xlsx")
@allowed(Permission.READ_RESULTS)
def kept_workbook(campaign_id: int, survey_id: int) -> ResponseReturnValue:
    """Send the workbook that was kept when the ballots of a survey were erased."""
    kept = retention.kept_workbook(
        context.database(), actor=context.actor(), campaign_id=campaign_id, survey_id=survey_id
    )
    return send_file(
        BytesIO(kept.content), mimetype=_XLSX, as_attachment=True, download_name=kept.file_name, max_age=0
    )


def _watched(found: Evaluation) -> Watched | None:
    """Return how the page learns of newer figures; None where nobody can answer any more."""
    if not any(each.is_live for each in open_subjects(found.campaign_id)):
        return None
    address = url_for("results.campaign_json", campaign_id=found.campaign_id)
    return Watched(address, tag_of(_as_json(found)))


def _as_json(found: Evaluation) -> Json:
    return overview.as_json(found, _erased(found))


def _erased(found: Evaluation) -> Sequence[Erased]:
    """Return the surveys whose ballots are gone; the workbook that was kept is for readers of the whole."""
    erased = retention.erased(context.database(), campaign_id=found.campaign_id)
    return [replace(each, has_workbook=False) for each in erased] if found.part else erased


def _evaluation(campaign_id: int) -> Evaluation:
    return evaluate.evaluate_campaign(
        context.database(), context.columns(), actor=context.actor(), campaign_id=campaign_id, now=context.now()
    )


def _reader() -> Reader:
    return Reader(context.locale(), gettext)
