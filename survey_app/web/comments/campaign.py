"""A campaign's comments, for those who lead."""

from __future__ import annotations

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue

from survey_app.services import comments
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed, allowed_to_programs
from survey_app.web.comments import as_json
from survey_app.web.comments.room import blueprint
from survey_app.web.comments.sheet import group_name


@blueprint.get("/results/<int:campaign_id>/comments")
@allowed(Permission.READ_RESULTS)
def campaign(campaign_id: int) -> ResponseReturnValue:
    """Show what people wrote: keywords, groups, and the words that a person has released."""
    actor = context.actor()
    found = comments.comments(context.database(), actor=actor, campaign_id=campaign_id, now=context.now())
    return render_template(
        "comments/campaign.html",
        found=found,
        group_name=group_name,
        may_review=actor.may(Permission.DESIGN, found.campaign.unit.path),
        is_sample=found.campaign.is_sample,
    )


@blueprint.get("/results/<int:campaign_id>/comments.json")
@allowed_to_programs(Permission.READ_RESULTS)
def campaign_json(campaign_id: int) -> ResponseReturnValue:
    """Send the same as JSON."""
    found = comments.comments(context.database(), actor=context.actor(), campaign_id=campaign_id, now=context.now())
    return jsonify(as_json.campaign(found))
