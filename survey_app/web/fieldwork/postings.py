"""Postings: which team is where, in which mode, from when until when."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.services import campaign_forms as begun
from survey_app.services import campaigns as services
from survey_app.services.access import Permission
from survey_app.services.context import ConstraintViolated
from survey_app.services.rows import Posting
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.fieldwork.forms import NewPostingForm, PostingForm
from survey_app.web.fieldwork.room import Removal, blueprint, campaign_trail, refuse, sheet, unit_choices


@blueprint.route("/campaigns/<int:campaign_id>/postings/new", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def new_posting(campaign_id: int) -> ResponseReturnValue:
    """Post a team at an enterprise."""
    campaign, rounds = begun.rounds(context.database(), actor=context.actor(), campaign_id=campaign_id)
    teams = begun.teams(context.database(), actor=context.actor(), campaign_id=campaign_id)
    newest = rounds[-1] if rounds else None
    form = NewPostingForm(
        data={
            "mode": "stationed",
            "round_id": newest.id if newest else None,
            "planned_from": newest.starts_on if newest else None,
            "planned_to": newest.ends_on if newest else None,
        }
    )
    form.round_id.choices = [(each.id, formats.named(each)) for each in rounds]
    form.team_id.choices = [(each.id, formats.named(each)) for each in teams]
    form.unit_id.choices = unit_choices(Permission.DESIGN)
    page = url_for("fieldwork.campaign", campaign_id=campaign_id)
    if form.validate_on_submit():
        try:
            services.add_posting(context.database(), actor=context.actor(), **form.values(), now=context.now())
        except ConstraintViolated as error:
            refuse(form, error)
        else:
            flash(_("The posting has been added, and its return visits are planned."), "done")
            return redirect(page)
    return sheet(
        form,
        title=_("New posting"),
        submit=_("Add the posting"),
        back=page,
        trail=campaign_trail(campaign),
        is_sample=campaign.is_sample,
    )


@blueprint.route("/postings/<int:posting_id>", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def edit_posting(posting_id: int) -> ResponseReturnValue:
    """Change a posting's mode, days or headcount."""
    posting = begun.posting(context.database(), actor=context.actor(), posting_id=posting_id)
    form = PostingForm(obj=posting)
    page = url_for("fieldwork.campaign", campaign_id=posting.round.campaign_id)
    if form.validate_on_submit():
        services.change_posting(
            context.database(), actor=context.actor(), posting_id=posting_id, **form.values(), now=context.now()
        )
        flash(_("Saved. Return visits that are not done have moved with the end of the posting."), "done")
        return redirect(page)
    return sheet(
        form,
        title=formats.named(posting.unit),
        lead=_("%(team)s, %(round)s", team=formats.named(posting.team), round=formats.named(posting.round)),
        submit=_("Save"),
        back=page,
        trail=campaign_trail(posting.round.campaign),
        removal=_removal(posting),
        is_sample=posting.round.campaign.is_sample,
    )


@blueprint.post("/postings/<int:posting_id>/remove")
@allowed(Permission.DESIGN)
def remove_posting(posting_id: int) -> ResponseReturnValue:
    """Remove a posting that is there by mistake."""
    try:
        campaign_id = services.remove_posting(
            context.database(), actor=context.actor(), posting_id=posting_id, now=context.now()
        )
    except services.InUse:
        flash(_("The posting has QR codes, entries in the ledger or visits, and stays."), "error")
        return redirect(url_for("fieldwork.edit_posting", posting_id=posting_id))
    flash(_("The posting has been removed."), "done")
    return redirect(url_for("fieldwork.campaign", campaign_id=campaign_id))


def _removal(posting: Posting) -> Removal:
    return Removal(
        url_for("fieldwork.remove_posting", posting_id=posting.id),
        _("Remove this posting"),
        _("Only a posting without QR codes, entries in the ledger and visits made can be removed."),
    )
