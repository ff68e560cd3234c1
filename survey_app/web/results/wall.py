"""The wall view: a campaign's results for a large screen, one after the other, and live."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from survey_app.reporting.colours import IN_THE_DARK
from survey_app.reporting.words import Reader
from survey_app.services import comments, evaluate
from survey_app.services.access import Permission
from survey_app.services.comments import CampaignComments
from survey_app.services.explore import is_live
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.results.lists import everything
from survey_app.web.results.page import Page
from survey_app.web.results.wall_slides import Wall
from survey_app.web.security import allow_inline_styles

SECONDS_A_SLIDE = 15
SECONDS_TO_REFRESH = 60


def register(blueprint: Blueprint) -> None:
    """Put the view on the blueprint."""
    blueprint.add_url_rule("/results/<int:campaign_id>/wall", view_func=wall)


def written(campaign_id: int) -> CampaignComments:
    """Return what the reader may see of a campaign's comments."""
    return comments.comments(context.database(), actor=context.actor(), campaign_id=campaign_id, now=context.now())


@allowed(Permission.READ_RESULTS)
def wall(campaign_id: int) -> ResponseReturnValue:
    """Show a campaign's results on a wall."""
    found = evaluate.evaluate_campaign(
        context.database(), context.columns(), actor=context.actor(), campaign_id=campaign_id, now=context.now()
    )
    page = Page(found, Reader(context.locale(), gettext), everything(campaign_id))
    allow_inline_styles()
    return render_template(
        "results/wall.html",
        page=page,
        wall=Wall(page, written(campaign_id)),
        dark=IN_THE_DARK,
        is_live=is_live(context.database(), campaign_id=campaign_id),
        slide_seconds=SECONDS_A_SLIDE,
        refresh_seconds=SECONDS_TO_REFRESH,
    )
