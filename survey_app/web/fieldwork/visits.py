"""Return visits: the list that reminds, and the page of one visit with its record and its survey."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.reporting import qr
from survey_app.services import visits as services
from survey_app.services.access import NotFound, Permission
from survey_app.services.days import today
from survey_app.services.overview import campaign_list
from survey_app.services.rows import ReturnVisit
from survey_app.services.visits import VisitFilter, VisitPage
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.addresses import base_url
from survey_app.web.author.standing import survey_state
from survey_app.web.fieldwork.campaigns import READERS
from survey_app.web.fieldwork.forms import CancelVisitForm, ScheduleForm, SheetForm, VisitForm
from survey_app.web.fieldwork.room import blueprint
from survey_app.web.keys import key
from survey_app.words import VisitState

_ONLY = ("open", "overdue", "due_soon", "done", "cancelled")


@blueprint.get("/visits/")
@allowed(*READERS)
def visits() -> ResponseReturnValue:
    """List the return visits, those to be made first."""
    only = request.args.get("only", "")
    wanted = VisitFilter(
        only=only if only in _ONLY else "",
        wave=request.args.get("wave", type=key),
        campaign_id=request.args.get("campaign", type=key),
    )
    number = max(1, request.args.get("page", 1, type=key))
    found = services.visit_list(
        context.database(), actor=context.actor(), wanted=wanted, number=number, now=context.now()
    )
    lines = campaign_list(context.database(), actor=context.actor(), now=context.now())
    return render_template(
        "fieldwork/visits.html",
        found=found,
        wanted=wanted,
        campaigns=[line.campaign for line in lines],
        is_sample=bool(found.visits) and all(each.posting.round.campaign.is_sample for each in found.visits),
    )


@blueprint.get("/visits/<int:visit_id>")
@allowed(*READERS)
def visit(visit_id: int) -> ResponseReturnValue:
    """Show a visit with its record and the ways into its survey."""
    return _page(_found(visit_id))


@blueprint.post("/visits/<int:visit_id>/schedule")
@allowed(Permission.FIELDWORK)
def schedule_visit(visit_id: int) -> ResponseReturnValue:
    """Agree a date."""
    form = ScheduleForm(prefix="schedule")
    found = _found(visit_id)
    if not form.validate_on_submit():
        return _page(found, schedule=form)
    try:
        services.schedule_visit(
            context.database(), actor=context.actor(), visit_id=visit_id, **form.values(), now=context.now()
        )
    except services.VisitDone:
        flash(_("This visit is done already. Its record can be corrected."), "error")
    else:
        flash(_("The date has been noted."), "done")
    return redirect(url_for("fieldwork.visit", visit_id=visit_id))


@blueprint.post("/visits/<int:visit_id>/record")
@allowed(Permission.FIELDWORK)
def record_visit(visit_id: int) -> ResponseReturnValue:
    """Keep the record of the visit."""
    form = VisitForm(prefix="record")
    found = _found(visit_id)
    if form.validate_on_submit():
        try:
            services.record_visit(
                context.database(), actor=context.actor(), visit_id=visit_id, **form.values(), now=context.now()
            )
        except services.InTheFuture:
            form.done_on.errors = [_("This day has not come yet.")]
        else:
            flash(_("The record has been kept."), "done")
            return redirect(url_for("fieldwork.visit", visit_id=visit_id))
    return _page(found, record=form)


@blueprint.post("/visits/<int:visit_id>/cancel")
@allowed(Permission.FIELDWORK)
def cancel_visit(visit_id: int) -> ResponseReturnValue:
    """Give the visit up."""
    form = CancelVisitForm(prefix="cancel")
    found = _found(visit_id)
    if not form.validate_on_submit():
        return _page(found, cancel=form)
    try:
        services.cancel_visit(
            context.database(), actor=context.actor(), visit_id=visit_id, **form.values(), now=context.now()
        )
    except services.VisitDone:
        flash(_("This visit is done already. Its record can be corrected."), "error")
    else:
        flash(_("The visit has been cancelled. Agreeing a date takes it up again."), "done")
    return redirect(url_for("fieldwork.visit", visit_id=visit_id))


@blueprint.get("/visits/<int:visit_id>/codes/<code>.svg")
@allowed(*READERS)
def visit_code(visit_id: int, code: str) -> ResponseReturnValue:
    """Draw the QR code of a way into the visit's survey, for the team that holds out a phone."""
    found = _found(visit_id)
    if code not in {each.code for each in found.collectors}:
        raise NotFound("collector")
    return Response(qr.svg(qr.content(base_url(), code)), mimetype="image/svg+xml")


def _found(visit_id: int) -> VisitPage:
    return services.page(context.database(), actor=context.actor(), visit_id=visit_id, now=context.now())


def _page(
    found: VisitPage,
    *,
    schedule: ScheduleForm | None = None,
    record: VisitForm | None = None,
    cancel: CancelVisitForm | None = None,
) -> ResponseReturnValue:
    """Return the visit's page; of its three forms, the one that was refused is shown as it was filled in."""
    visit = found.visit
    refused: SheetForm | None = schedule or record or cancel
    day = today(context.now())
    page = render_template(
        "fieldwork/visit.html",
        found=found,
        visit=visit,
        campaign=visit.posting.round.campaign,
        schedule=schedule or ScheduleForm(None, prefix="schedule", data={"scheduled_on": visit.scheduled_on}),
        record=record or VisitForm(None, prefix="record", data=_record(visit, day)),
        cancel=cancel or CancelVisitForm(None, prefix="cancel"),
        refused=refused,
        links={each.id: qr.link(base_url(), each.code) for each in found.collectors},
        standing=survey_state,
        title=_("%(wave)s: %(unit)s", wave=formats.wave(visit.wave), unit=formats.named(visit.posting.unit)),
        is_sample=visit.posting.round.campaign.is_sample,
    )
    return page, 422 if refused is not None else 200


def _record(visit: ReturnVisit, day: object) -> dict[str, object]:
    """Return what the record's form begins with: what was kept, or the day of the visit."""
    if visit.state != VisitState.DONE:
        return {"done_on": visit.scheduled_on or day}
    names = ("done_on", "place", "attendees", "record", "unresolved", "escalated", "next_visit_on")
    return {name: getattr(visit, name) for name in names}
