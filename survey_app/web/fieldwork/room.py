"""The blueprint that all pages of this room hang on, and what its form pages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey_app.services import units
from survey_app.services.access import Permission
from survey_app.services.context import ConstraintViolated
from survey_app.services.rows import Campaign
from survey_app.web import context, formats
from survey_app.web.fieldwork.forms import SheetForm

blueprint = Blueprint("fieldwork", __name__)

_REFUSED: Mapping[str, tuple[str, LazyString]] = {
    "uq_round_campaign_id_number": ("number", _l("There is a round with this number already.")),
    "uq_work_team_campaign_id_name": ("name", _l("There is a team with this name already.")),
    "uq_posting_round_id_team_id_unit_id": (
        "unit_id",
        _l("This team is posted at this enterprise in this round already."),
    ),
    "uq_unit_code": ("code", _l("Another unit has this code.")),
}
"""What a constraint of the schema means to the person who filled in the form, and at which field it stands."""


@dataclass(frozen=True, slots=True)
class Removal:
    """The second, destructive deed of a form page: named by what it destroys, and opened before it is done."""

    url: str
    words: str
    advice: str


def refuse(form: SheetForm, error: ConstraintViolated) -> None:
    """Say at the form's field what the database has refused; what has no words here is a fault of ours."""
    if error.constraint not in _REFUSED:
        raise error
    name, words = _REFUSED[error.constraint]
    form[name].errors = [*form[name].errors, words]


def sheet(
    form: SheetForm,
    *,
    title: str,
    submit: str,
    back: str,
    trail: Sequence[tuple[str, str]] = (),
    lead: str | None = None,
    removal: Removal | None = None,
    is_sample: bool = False,
) -> ResponseReturnValue:
    """Return a page that is one form; 422 after a refusal, with everything that was typed."""
    page = render_template(
        "fieldwork/sheet.html",
        form=form,
        title=title,
        submit=submit,
        back=back,
        trail=trail,
        lead=lead,
        removal=removal,
        is_sample=is_sample,
    )
    return page, 422 if form.is_submitted() else 200


def unit_choices(permission: Permission, *, apart_from: str | None = None) -> list[tuple[int, str]]:
    """Return the open units where the reader has a permission as choices, indented as in the tree.

    `apart_from` leaves out the subtree of that path.
    """
    found = units.choices(context.database(), actor=context.actor(), permission=permission)
    return [
        (unit.id, "\u3000" * depth + formats.named(unit))
        for unit, depth in found
        if apart_from is None or not unit.path.startswith(apart_from)
    ]


def campaign_trail(campaign: Campaign) -> tuple[tuple[str, str], ...]:
    """Return the way to a page below a campaign."""
    return (
        (_("Campaigns"), url_for("fieldwork.campaigns")),
        (formats.named(campaign), url_for("fieldwork.campaign", campaign_id=campaign.id)),
    )
