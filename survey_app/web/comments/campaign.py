"""A campaign's comments, for those who lead."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from survey_app.services import comments
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.comments.room import blueprint


@blueprint.get("/results/<int:campaign_id>/comments")
@allowed(Permission.READ_RESULTS)
def campaign(campaign_id: int) -> ResponseReturnValue:
    """Show what people wrote: keywords, groups, and the words that a person has released."""
    actor = context.actor()
    found = comments.comments(context.database(), actor=actor, campaign_id=campaign_id, now=context.now())
    return render_template(
        "comments/campaign.html",
        found=found,
        may_review=actor.may(Permission.DESIGN, found.campaign.unit.path),
        is_sample=found.campaign.is_sample,
    )
