"""One collector: its code to print, its state, its place; and the sheet with the codes of a whole survey."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.reporting import qr
from survey_app.services import collector_settings, surveys, units
from survey_app.services import collectors as services
from survey_app.services.access import NotFound, Permission
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.addresses import base_url, qr_file_name
from survey_app.web.author.collector_forms import ENTRIES
from survey_app.web.author.forms import UnitCollectorForm
from survey_app.web.author.room import blueprint
from survey_app.web.author.standing import survey_state
from survey_app.web.keys import key
from survey_app.words import Audience, CollectorState

QR_SECONDS = 3600
"""How long a browser may keep a code's picture: it follows from the address and never changes."""


@blueprint.get("/surveys/<int:survey_id>/codes")
@allowed(Permission.DESIGN)
def codes(survey_id: int) -> ResponseReturnValue:
    """Show the codes of all collectors that are not closed, to print and cut."""
    detail = surveys.detail(context.database(), actor=context.actor(), survey_id=survey_id)
    return render_template(
        "author/codes.html",
        survey=detail.survey,
        ways=[way for way in detail.ways if way.collector.state != CollectorState.CLOSED],
        base_url=base_url(),
        link=qr.link,
        is_sample=detail.survey.campaign.is_sample,
    )


@blueprint.get("/surveys/<int:survey_id>/collectors/<int:collector_id>")
@allowed(Permission.DESIGN)
def collector(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Show one collector, large, with what can be done with it."""
    way = way_of(survey_id, collector_id)
    survey = way.collector.survey
    places = surveys.postings(context.database(), actor=context.actor(), campaign_id=survey.campaign_id)
    return render_template(
        "author/collector.html",
        way=way,
        collector=way.collector,
        survey=survey,
        state=survey_state(surveys.standing(survey, context.now())),
        postings=[each for each in places if each.id != way.collector.posting_id],
        address=qr.link(base_url(), way.collector.code),
        entry_words=ENTRIES[collector_settings.entry_of(way.collector)],
        is_sample=survey.campaign.is_sample,
    )


@blueprint.get("/surveys/<int:survey_id>/collectors/<int:collector_id>/qr.<any(svg, png):form>")
@allowed(Permission.DESIGN)
def qr_code(survey_id: int, collector_id: int, form: str) -> ResponseReturnValue:
    """Give the code as a picture; with `?download=1` as a file with a telling name."""
    found = way_of(survey_id, collector_id).collector
    text = qr.content(base_url(), found.code)
    picture, kind = (qr.svg(text), "image/svg+xml") if form == "svg" else (qr.png(text), "image/png")
    response = send_file(
        io.BytesIO(picture),
        mimetype=kind,
        as_attachment="download" in request.args,
        download_name=qr_file_name(
            formats.named(found.unit), str(formats.label(Audience, found.audience)), found.label, form
        ),
    )
    response.headers["Cache-Control"] = f"private, max-age={QR_SECONDS}"
    return response


@blueprint.post("/surveys/<int:survey_id>/collectors/<int:collector_id>/state")
@allowed(Permission.DESIGN)
def change_collector_state(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Pause, close or reopen one collector."""
    wanted = request.form.get("state", type=CollectorState)
    if wanted is None:
        raise NotFound
    found = way_of(survey_id, collector_id).collector
    try:
        services.change_state(
            context.database(), actor=context.actor(), collector_id=found.id, state=wanted, now=context.now()
        )
    except services.NotPossible:
        flash(_("The collector has changed its state meanwhile. Look at it again."), "error")
    else:
        flash(_state_words(wanted), "done")
    return redirect(page_of(survey_id, collector_id))


@blueprint.post("/surveys/<int:survey_id>/collectors/<int:collector_id>/move")
@allowed(Permission.DESIGN)
def move_collector(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Let the printed code stand for another posting."""
    found = way_of(survey_id, collector_id).collector
    posting_id = request.form.get("posting_id", type=key)
    if posting_id is None:
        flash(_("Choose the posting that the code is to stand for."), "error")
        return redirect(page_of(survey_id, collector_id))
    try:
        moved = services.move(
            context.database(),
            actor=context.actor(),
            collector_id=found.id,
            posting_id=posting_id,
            now=context.now(),
        )
    except services.WrongPlace as wrong:
        raise NotFound from wrong
    flash(_("From now on the code stands for %(unit)s.", unit=formats.named(moved.unit)), "done")
    return redirect(page_of(survey_id, collector_id))


@blueprint.route("/surveys/<int:survey_id>/collectors/new", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def new_collector(survey_id: int) -> ResponseReturnValue:
    """Make a collector for a unit that has no posting."""
    survey = surveys.detail(context.database(), actor=context.actor(), survey_id=survey_id).survey
    form = UnitCollectorForm()
    form.unit_id.choices = _unit_choices(survey.campaign.unit.path)
    if form.validate_on_submit():
        made = services.add(
            context.database(),
            actor=context.actor(),
            survey_id=survey_id,
            unit_id=form.unit_id.data,
            audience=Audience(form.audience.data),
            label=form.label.data or "",
            now=context.now(),
        )
        flash(_("The collector is there."), "done")
        return redirect(page_of(survey_id, made.id))
    page = render_template(
        "author/collector_new.html", form=form, survey=survey, is_sample=survey.campaign.is_sample
    )
    return page, 422 if form.is_submitted() else 200


def _unit_choices(below: str) -> list[tuple[int, str]]:
    found = units.choices(context.database(), actor=context.actor(), permission=Permission.DESIGN, below=below)
    least = min((depth for _, depth in found), default=0)
    return [(unit.id, "\u3000" * (depth - least) + formats.named(unit)) for unit, depth in found]


def way_of(survey_id: int, collector_id: int) -> services.Way:
    """Return the collector if it is one of this survey. Raises `NotFound`."""
    way = services.collector(context.database(), actor=context.actor(), collector_id=collector_id)
    if way.collector.survey_id != survey_id:
        raise NotFound
    return way


def page_of(survey_id: int, collector_id: int) -> str:
    """Return the address of a collector's page."""
    return url_for("author.collector", survey_id=survey_id, collector_id=collector_id)


def _state_words(state: CollectorState) -> str:
    match state:
        case CollectorState.PAUSED:
            return _("The collector is paused.")
        case CollectorState.CLOSED:
            return _("The collector is closed and takes no more answers.")
        case _:
            return _("The collector is open again.")
