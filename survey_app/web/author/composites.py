"""The composite of a campaign's audiences: declared with its weights, or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from survey_app.reporting import composites as words
from survey_app.reporting.words import Reader
from survey_app.scoring.composite import DEFAULT
from survey_app.services import composites, floors
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.room import blueprint
from survey_app.web.forms import AmountField, ChoiceField, Form, needed
from survey_app.words import Audience, WithoutAudience

_UP_TO_ALL = NumberRange(0, 100, message=_l("A number from %(min)s to %(max)s, please."))


class CompositeForm(Form):
    """The weight of each audience in percent, and what holds where one has no figure."""

    workers = AmountField(_l("Weight of workers, percent"), [Optional(), _UP_TO_ALL])
    enterprise = AmountField(_l("Weight of enterprise management, percent"), [Optional(), _UP_TO_ALL])
    grassroots_union = AmountField(_l("Weight of grassroots union, percent"), [Optional(), _UP_TO_ALL])
    missing = ChoiceField(
        _l("Where an audience has no figure that is shown"),
        [needed()],
        choices=(
            (WithoutAudience.NOTHING.value, _l("There is no composite")),
            (
                WithoutAudience.RENORMALISE.value,
                _l("The others are weighed anew, and the covered weight is printed"),
            ),
        ),
    )

    def weights(self) -> dict[Audience, Decimal]:
        """Return the weights as filled in; an audience without one is no part."""
        return {each: self[each.value].data for each in Audience if self[each.value].data}


@blueprint.route("/campaigns/<int:campaign_id>/composite", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def composite(campaign_id: int) -> ResponseReturnValue:
    """Ask for the weights of a campaign's audiences."""
    campaign, declared = composites.managed(context.database(), actor=context.actor(), campaign_id=campaign_id)
    offered: Mapping[Audience, Fraction] = DEFAULT if declared is None else dict(declared.weights)
    form = CompositeForm(
        data={
            **{each.value: floors.percent(weight) for each, weight in offered.items()},
            "missing": WithoutAudience.NOTHING.value if declared is None else declared.missing.value,
        }
    )
    if form.validate_on_submit() and _declared(form, campaign_id):
        flash(_("The composite is declared. It stands apart from the audiences, with its weights."), "done")
        return redirect(url_for("results.campaign", campaign_id=campaign_id, _anchor="composite"))
    reader = Reader(context.locale(), _)
    page = render_template(
        "author/composite.html",
        form=form,
        campaign=campaign,
        declared=None if declared is None else words.weights(declared, reader),
        version=None if declared is None else declared.version,
        is_sample=campaign.is_sample,
    )
    return page, 422 if form.is_submitted() else 200


def _declared(form: CompositeForm, campaign_id: int) -> bool:
    try:
        composites.declare(
            context.database(),
            actor=context.actor(),
            campaign_id=campaign_id,
            weights=form.weights(),
            missing=WithoutAudience(form.missing.data),
            now=context.now(),
        )
    except composites.BadWeights:
        said = _("Weigh two audiences at least; the weights add up to 100 percent.")
        form.workers.errors = [*form.workers.errors, said]
        return False
    return True


@blueprint.post("/campaigns/<int:campaign_id>/composite/withdraw")
@allowed(Permission.DESIGN)
def withdraw_composite(campaign_id: int) -> ResponseReturnValue:
    """Have no composite any more."""
    composites.withdraw(context.database(), actor=context.actor(), campaign_id=campaign_id, now=context.now())
    flash(_("There is no composite any more."), "done")
    return redirect(url_for("author.composite", campaign_id=campaign_id))
