"""Campaigns and their rounds: the list, a campaign's state on one page, and the forms."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.services import campaign_forms as begun
from survey_app.services import campaigns as services
from survey_app.services import overview as reading
from survey_app.services.access import Permission
from survey_app.services.context import ConstraintViolated
from survey_app.services.days import CHINA
from survey_app.services.overview import Overview
from survey_app.services.rows import Round
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.standing import survey_state
from survey_app.web.fieldwork.forms import CampaignForm, NewCampaignForm, RoundForm, SurveyCampaignForm
from survey_app.web.fieldwork.room import Removal, blueprint, campaign_trail, refuse, sheet, unit_choices
from survey_app.web.keys import words

READERS = (Permission.FIELDWORK, Permission.READ_RESULTS)


@blueprint.get("/campaigns/")
@allowed(*READERS)
def campaigns() -> ResponseReturnValue:
    """List the campaigns that the reader knows."""
    lines = reading.campaign_list(context.database(), actor=context.actor(), now=context.now())
    return render_template(
        "fieldwork/campaigns.html",
        lines=lines,
        may_create=context.actor().has(Permission.DESIGN),
        is_sample=bool(lines) and all(line.campaign.is_sample for line in lines),
    )


@blueprint.route("/campaigns/new", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def new_campaign() -> ResponseReturnValue:
    """Begin a campaign."""
    form = NewCampaignForm()
    form.unit_id.choices = unit_choices(Permission.DESIGN)
    if form.validate_on_submit():
        campaign = services.create_campaign(
            context.database(), actor=context.actor(), **form.values(), now=context.now()
        )
        flash(_("The campaign has been begun. Next: its rounds, teams and postings, or a survey at once."), "done")
        return redirect(url_for("fieldwork.campaign", campaign_id=campaign.id))
    back = url_for("fieldwork.campaigns")
    return sheet(
        form, title=_("New campaign"), submit=_("Begin the campaign"), back=back, trail=((_("Campaigns"), back),)
    )


@blueprint.route("/campaigns/new/survey", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def new_survey_campaign() -> ResponseReturnValue:
    """Begin a campaign for a survey alone, and go on with the survey of the questionnaire that was chosen."""
    source = request.args.get("source", "", type=words)
    form = SurveyCampaignForm(data={"starts_on": context.now().astimezone(CHINA).date()})
    form.unit_id.choices = unit_choices(Permission.DESIGN)
    if form.validate_on_submit():
        campaign = services.create_campaign(
            context.database(), actor=context.actor(), **form.values(), now=context.now()
        )
        return redirect(url_for("author.new_survey", campaign=campaign.id, source=source or None))
    back = url_for("author.new_survey", source=source or None)
    return sheet(
        form,
        title=_("A campaign for one survey"),
        submit=_("Go on to the survey"),
        back=back,
        trail=((_("New survey"), back),),
        lead=_(
            "For a survey without work teams and postings, such as one of the canteen. More can be added later."
        ),
    )


@blueprint.get("/campaigns/<int:campaign_id>")
@allowed(*READERS)
def campaign(campaign_id: int) -> ResponseReturnValue:
    """Show the state of a campaign."""
    state = reading.overview(context.database(), actor=context.actor(), campaign_id=campaign_id, now=context.now())
    return render_template(
        "fieldwork/campaign.html",
        state_of=state,
        next_step=next_step(state),
        standing_of=survey_state,
        is_sample=state.campaign.is_sample,
    )


@blueprint.route("/campaigns/<int:campaign_id>/edit", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def edit_campaign(campaign_id: int) -> ResponseReturnValue:
    """Change what is said of a campaign."""
    campaign = begun.campaign(context.database(), actor=context.actor(), campaign_id=campaign_id)
    form = CampaignForm(obj=campaign)
    page = url_for("fieldwork.campaign", campaign_id=campaign_id)
    if form.validate_on_submit():
        services.change_campaign(
            context.database(),
            actor=context.actor(),
            campaign_id=campaign_id,
            **form.values(),
            now=context.now(),
        )
        flash(_("Saved."), "done")
        return redirect(page)
    return sheet(
        form,
        title=_("Edit the campaign"),
        submit=_("Save"),
        back=page,
        trail=campaign_trail(campaign),
        is_sample=campaign.is_sample,
    )


@blueprint.route("/campaigns/<int:campaign_id>/rounds/new", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def new_round(campaign_id: int) -> ResponseReturnValue:
    """Add a round to a campaign."""
    campaign, rounds = begun.rounds(context.database(), actor=context.actor(), campaign_id=campaign_id)
    number = max((each.number for each in rounds), default=0) + 1
    form = RoundForm(
        data={
            "number": number,
            "name": _("Round %(number)s", number=number),
            "starts_on": None if rounds else campaign.starts_on,
            "ends_on": None if rounds else campaign.ends_on,
        }
    )
    page = url_for("fieldwork.campaign", campaign_id=campaign_id)
    if form.validate_on_submit():
        try:
            services.add_round(
                context.database(),
                actor=context.actor(),
                campaign_id=campaign_id,
                **form.values(),
                now=context.now(),
            )
        except ConstraintViolated as error:
            refuse(form, error)
        else:
            flash(_("The round has been added."), "done")
            return redirect(page)
    return sheet(
        form,
        title=_("New round"),
        submit=_("Add the round"),
        back=page,
        trail=campaign_trail(campaign),
        is_sample=campaign.is_sample,
    )


@blueprint.route("/rounds/<int:round_id>", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def edit_round(round_id: int) -> ResponseReturnValue:
    """Change a round."""
    stage = begun.stage(context.database(), actor=context.actor(), round_id=round_id)
    form = RoundForm(obj=stage)
    page = url_for("fieldwork.campaign", campaign_id=stage.campaign_id)
    if form.validate_on_submit():
        try:
            services.change_round(
                context.database(), actor=context.actor(), round_id=round_id, **form.values(), now=context.now()
            )
        except ConstraintViolated as error:
            refuse(form, error)
        else:
            flash(_("Saved."), "done")
            return redirect(page)
    return sheet(
        form,
        title=formats.named(stage),
        submit=_("Save"),
        back=page,
        trail=campaign_trail(stage.campaign),
        removal=_round_removal(stage),
        is_sample=stage.campaign.is_sample,
    )


@blueprint.post("/rounds/<int:round_id>/remove")
@allowed(Permission.DESIGN)
def remove_round(round_id: int) -> ResponseReturnValue:
    """Remove a round that has no postings."""
    stage = begun.stage(context.database(), actor=context.actor(), round_id=round_id)
    try:
        services.remove_round(context.database(), actor=context.actor(), round_id=round_id, now=context.now())
    except services.InUse:
        flash(_("The round has postings. Remove those first, if they are there by mistake."), "error")
        return redirect(url_for("fieldwork.edit_round", round_id=round_id))
    flash(_("The round has been removed."), "done")
    return redirect(url_for("fieldwork.campaign", campaign_id=stage.campaign_id))


def next_step(state: Overview) -> tuple[str, str] | None:
    """Return the one thing to do next in a campaign, as words and address; None for who only reads."""
    key = state.campaign.id
    is_for_surveys_alone = state.surveys and not state.rounds and not state.teams
    if state.may_manage and not is_for_surveys_alone:
        if not state.rounds:
            return _("Add a round"), url_for("fieldwork.new_round", campaign_id=key)
        if not state.teams:
            return _("Add a work team"), url_for("fieldwork.new_team", campaign_id=key)
        if not state.postings:
            return _("Add a posting"), url_for("fieldwork.new_posting", campaign_id=key)
        if not state.surveys:
            return _("Open a survey"), url_for("author.new_survey", campaign=key)
    if state.may_read_results and any(line.total for line in state.surveys):
        return _("See the results"), url_for("results.campaign", campaign_id=key)
    if state.may_keep_ledger and state.total("overdue"):
        return _("Overdue return visits"), url_for("fieldwork.visits", campaign=key, only="overdue")
    if state.may_keep_ledger and state.postings:
        return _("Add to the ledger"), url_for("fieldwork.new_activity", campaign_id=key)
    return None


def _round_removal(stage: Round) -> Removal:
    return Removal(
        url_for("fieldwork.remove_round", round_id=stage.id),
        _("Remove this round"),
        _("Only a round without postings can be removed."),
    )
