"""The activity ledger (活动台账) of a campaign."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.services import activities as services
from survey_app.services.access import NotFound, Permission
from survey_app.services.rows import ActivityKind, Campaign
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.fieldwork.campaigns import READERS
from survey_app.web.fieldwork.forms import ActivityForm
from survey_app.web.fieldwork.room import Removal, blueprint, campaign_trail, sheet
from survey_app.web.fieldwork.words import family as family_words
from survey_app.web.fieldwork.words import measure
from survey_app.web.forms import select_choices


@blueprint.get("/campaigns/<int:campaign_id>/activities")
@allowed(*READERS)
def activities(campaign_id: int) -> ResponseReturnValue:
    """Show the ledger with its totals."""
    ledger = services.ledger(context.database(), actor=context.actor(), campaign_id=campaign_id)
    return render_template(
        "fieldwork/activities.html",
        ledger=ledger,
        trail=campaign_trail(ledger.campaign),
        is_sample=ledger.campaign.is_sample,
    )


@blueprint.route("/campaigns/<int:campaign_id>/activities/new", methods=["GET", "POST"])
@allowed(Permission.FIELDWORK)
def new_activity(campaign_id: int) -> ResponseReturnValue:
    """Enter something done."""
    form = ActivityForm()
    campaign = _offer(form, campaign_id)
    if form.validate_on_submit():
        services.record_activity(
            context.database(),
            actor=context.actor(),
            campaign_id=campaign_id,
            **form.values(),
            now=context.now(),
        )
        flash(_("The entry stands in the ledger."), "done")
        return redirect(url_for("fieldwork.activities", campaign_id=campaign_id))
    return sheet(
        form,
        title=_("New entry in the ledger"),
        submit=_("Add the entry"),
        back=url_for("fieldwork.activities", campaign_id=campaign_id),
        trail=_trail(campaign),
        is_sample=campaign.is_sample,
    )


@blueprint.route("/activities/<int:record_id>", methods=["GET", "POST"])
@allowed(Permission.FIELDWORK)
def edit_activity(record_id: int) -> ResponseReturnValue:
    """Correct an entry."""
    entry = services.entry(context.database(), actor=context.actor(), record_id=record_id)
    form = ActivityForm(obj=entry, data={"kind_code": entry.kind.code})
    campaign = _offer(form, entry.campaign_id)
    page = url_for("fieldwork.activities", campaign_id=campaign.id)
    if form.validate_on_submit():
        services.change_activity(
            context.database(),
            actor=context.actor(),
            record_id=record_id,
            **form.values(),
            now=context.now(),
        )
        flash(_("Saved."), "done")
        return redirect(page)
    return sheet(
        form,
        title=_("Edit the entry"),
        submit=_("Save"),
        back=page,
        trail=_trail(campaign),
        removal=Removal(
            url_for("fieldwork.remove_activity", record_id=record_id),
            _("Remove this entry"),
            _("The audit log keeps that it was there, with its amount."),
        ),
        is_sample=campaign.is_sample,
    )


@blueprint.post("/activities/<int:record_id>/remove")
@allowed(Permission.FIELDWORK)
def remove_activity(record_id: int) -> ResponseReturnValue:
    """Take an entry out of the ledger."""
    campaign_id = services.remove_activity(
        context.database(), actor=context.actor(), record_id=record_id, now=context.now()
    )
    flash(_("The entry has been removed."), "done")
    return redirect(url_for("fieldwork.activities", campaign_id=campaign_id))


def _offer(form: ActivityForm, campaign_id: int) -> Campaign:
    """Put kinds and postings that the person may write about into the form."""
    offer = services.offer(context.database(), actor=context.actor(), campaign_id=campaign_id)
    if not (offer.postings or offer.may_keep_whole):
        raise NotFound("posting")
    form.kind_code.choices = select_choices(
        (kind.code, _kind_words(kind), {}, family_words(kind.family)) for kind in offer.kinds
    )
    postings = [(each.id, f"{formats.named(each.unit)} · {formats.named(each.team)}") for each in offer.postings]
    whole = [("", _("the campaign as a whole"))] if offer.may_keep_whole else []
    form.posting_id.choices = [*whole, *postings]
    return offer.campaign


def _kind_words(kind: ActivityKind) -> str:
    return _("%(kind)s (%(measure)s)", kind=formats.named(kind), measure=measure(kind))


def _trail(campaign: Campaign) -> tuple[tuple[str, str], ...]:
    page = url_for("fieldwork.activities", campaign_id=campaign.id)
    return (*campaign_trail(campaign), (_("Activity ledger"), page))
