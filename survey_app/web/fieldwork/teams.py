"""Work teams and their members."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.services import campaign_forms as begun
from survey_app.services import campaigns as services
from survey_app.services import users
from survey_app.services.access import Permission
from survey_app.services.context import ConstraintViolated
from survey_app.services.rows import Campaign, Posting, WorkTeam
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.fieldwork.forms import MemberForm, TeamForm
from survey_app.web.fieldwork.room import Removal, blueprint, campaign_trail, refuse, sheet, unit_choices


@blueprint.route("/campaigns/<int:campaign_id>/teams/new", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def new_team(campaign_id: int) -> ResponseReturnValue:
    """Add a work team to a campaign."""
    campaign = begun.campaign(context.database(), actor=context.actor(), campaign_id=campaign_id)
    form = TeamForm(data={"unit_id": campaign.unit_id})
    form.unit_id.choices = unit_choices(Permission.DESIGN)
    if form.validate_on_submit():
        try:
            team = services.add_team(
                context.database(),
                actor=context.actor(),
                campaign_id=campaign_id,
                **form.values(),
                now=context.now(),
            )
        except ConstraintViolated as error:
            refuse(form, error)
        else:
            flash(_("The team has been added. Next: its members."), "done")
            return redirect(url_for("fieldwork.team", team_id=team.id))
    return sheet(
        form,
        title=_("New work team"),
        submit=_("Add the team"),
        back=url_for("fieldwork.campaign", campaign_id=campaign_id),
        trail=campaign_trail(campaign),
        is_sample=campaign.is_sample,
    )


@blueprint.get("/teams/<int:team_id>")
@allowed(Permission.DESIGN)
def team(team_id: int) -> ResponseReturnValue:
    """Show a team and its members."""
    team, campaign, postings = begun.team(context.database(), actor=context.actor(), team_id=team_id)
    return _team_page(team, campaign, postings, _member_form(campaign))


@blueprint.route("/teams/<int:team_id>/edit", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def edit_team(team_id: int) -> ResponseReturnValue:
    """Change a team."""
    team, campaign, _postings = begun.team(context.database(), actor=context.actor(), team_id=team_id)
    form = TeamForm(obj=team)
    form.unit_id.choices = _with_present(unit_choices(Permission.DESIGN), team)
    page = url_for("fieldwork.team", team_id=team_id)
    if form.validate_on_submit():
        try:
            services.change_team(
                context.database(), actor=context.actor(), team_id=team_id, **form.values(), now=context.now()
            )
        except ConstraintViolated as error:
            refuse(form, error)
        else:
            flash(_("Saved."), "done")
            return redirect(page)
    return sheet(
        form,
        title=_("Edit the team"),
        submit=_("Save"),
        back=page,
        trail=(*campaign_trail(campaign), (formats.named(team), page)),
        removal=Removal(
            url_for("fieldwork.remove_team", team_id=team_id),
            _("Remove this team"),
            _("Only a team without postings can be removed; its members go with it."),
        ),
        is_sample=campaign.is_sample,
    )


@blueprint.post("/teams/<int:team_id>/remove")
@allowed(Permission.DESIGN)
def remove_team(team_id: int) -> ResponseReturnValue:
    """Remove a team that has no postings."""
    _team, campaign, _postings = begun.team(context.database(), actor=context.actor(), team_id=team_id)
    try:
        services.remove_team(context.database(), actor=context.actor(), team_id=team_id, now=context.now())
    except services.InUse:
        flash(_("The team has postings. Remove those first, if they are there by mistake."), "error")
        return redirect(url_for("fieldwork.edit_team", team_id=team_id))
    flash(_("The team has been removed."), "done")
    return redirect(url_for("fieldwork.campaign", campaign_id=campaign.id))


@blueprint.post("/teams/<int:team_id>/members")
@allowed(Permission.DESIGN)
def add_member(team_id: int) -> ResponseReturnValue:
    """Add a member to a team."""
    team, campaign, postings = begun.team(context.database(), actor=context.actor(), team_id=team_id)
    form = _member_form(campaign)
    if form.validate_on_submit():
        services.add_member(
            context.database(), actor=context.actor(), team_id=team_id, **form.values(), now=context.now()
        )
        flash(_("The member has been added."), "done")
        return redirect(url_for("fieldwork.team", team_id=team_id))
    return _team_page(team, campaign, postings, form)


@blueprint.post("/members/<int:member_id>/remove")
@allowed(Permission.DESIGN)
def remove_member(member_id: int) -> ResponseReturnValue:
    """Take a member out of the team."""
    team_id = services.remove_member(
        context.database(), actor=context.actor(), member_id=member_id, now=context.now()
    )
    flash(_("The member has been taken out of the team."), "done")
    return redirect(url_for("fieldwork.team", team_id=team_id))


def _member_form(campaign: Campaign) -> MemberForm:
    form = MemberForm()
    people = users.team_users(context.database(), actor=context.actor(), path=campaign.unit.path)
    form.user_id.choices = [
        ("", _("does not sign in")),
        *((user.id, f"{user.name} ({user.username})") for user in people),
    ]
    return form


def _with_present(choices: list[tuple[int, str]], team: WorkTeam) -> list[tuple[int, str]]:
    """Offer the team's unit even where it is closed, or not among the person's own."""
    if any(key == team.unit_id for key, _words in choices):
        return choices
    return [(team.unit_id, _("(as it is)")), *choices]


def _team_page(
    team: WorkTeam, campaign: Campaign, postings: Sequence[Posting], form: MemberForm
) -> ResponseReturnValue:
    page = render_template(
        "fieldwork/team.html",
        team=team,
        trail=campaign_trail(campaign),
        postings=postings,
        form=form,
        is_sample=campaign.is_sample,
    )
    return page, 422 if form.is_submitted() else 200
