"""Units to suggest while somebody types a part of a name."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from survey_app.services.access import Permission
from survey_app.web import formats
from survey_app.web.access import allowed
from survey_app.web.results.explore import desk


def register(blueprint: Blueprint) -> None:
    """Put the suggestions on the blueprint of results."""
    blueprint.add_url_rule("/results/<int:campaign_id>/places", view_func=places)


@allowed(Permission.READ_RESULTS)
def places(campaign_id: int) -> ResponseReturnValue:
    """Send the units that may be meant, as the field of units has them."""
    found = desk.matches(campaign_id, request.args.get("text", ""))
    return jsonify({"places": [{"unit": each.key, "name": formats.words(each.name)} for each in found]})
