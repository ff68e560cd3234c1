"""What became of single-use codes that nobody used, counted for AAPOR's response rates."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from survey_app.reporting import words
from survey_app.reporting.words import Reader
from survey_app.scoring.participation import Outcomes
from survey_app.services import floors, outcomes
from survey_app.services.access import Permission
from survey_app.services.outcomes import Codes
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.room import blueprint
from survey_app.web.forms import AmountField, Form, WholeField, count_of
from survey_app.words import Audience


class OutcomesForm(Form):
    """Counts of unused codes by what is known of their holders."""

    not_contacted = WholeField(_l("Could not be reached"), [Optional(), count_of()])
    refused = WholeField(_l("Refused"), [Optional(), count_of()])
    ineligible = WholeField(_l("Not eligible (left the enterprise, slip not delivered)"), [Optional(), count_of()])
    unknown = WholeField(_l("Not known whether eligible"), [Optional(), count_of()])
    eligible_percent = AmountField(
        _l("e: percent of these taken to be eligible"),
        [Optional(), NumberRange(0, 100, message=_l("A number from %(min)s to %(max)s, please."))],
    )

    def outcomes(self) -> Outcomes:
        """Return the counts as filled in; an empty field is none."""
        share = self.eligible_percent.data
        return Outcomes(
            not_contacted=self.not_contacted.data or 0,
            refused=self.refused.data or 0,
            ineligible=self.ineligible.data or 0,
            unknown=self.unknown.data or 0,
            eligible_share=None if share is None else floors.share(share),
        )


@blueprint.route("/surveys/<int:survey_id>/outcomes/<audience>", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def invitation_outcomes(survey_id: int, audience: str) -> ResponseReturnValue:
    """Ask what became of the unused codes of an audience."""
    survey, found = outcomes.codes(context.database(), actor=context.actor(), survey_id=survey_id)
    codes = next((each for key, each in found.items() if key == audience), None)
    if codes is None:
        abort(404)
    form = OutcomesForm(data=_data(codes.outcomes))
    if form.validate_on_submit() and _kept(form, survey_id, Audience(audience)):
        return redirect(url_for("author.figures", survey_id=survey_id))
    page = render_template(
        "author/outcomes.html",
        form=form,
        survey=survey,
        codes=codes,
        audience=words.audience(Audience(audience), Reader(context.locale(), _)),
        is_sample=survey.campaign.is_sample,
    )
    return page, 422 if form.is_submitted() else 200


def named(found: dict[Audience, Codes]) -> list[tuple[Audience, str, Codes]]:
    """Return the codes of a survey with the audiences' names, where any were issued."""
    reader = Reader(context.locale(), _)
    return [
        (audience, words.audience(audience, reader), codes) for audience, codes in found.items() if codes.issued
    ]


def _data(found: Outcomes) -> dict[str, object]:
    share = found.eligible_share
    return {
        "not_contacted": found.not_contacted,
        "refused": found.refused,
        "ineligible": found.ineligible,
        "unknown": found.unknown,
        "eligible_percent": None if share is None else floors.percent(share),
    }


def _kept(form: OutcomesForm, survey_id: int, audience: Audience) -> bool:
    try:
        outcomes.keep(
            context.database(), actor=context.actor(), survey_id=survey_id, audience=audience,
            outcomes=form.outcomes(), now=context.now(),
        )  # fmt: skip
    except outcomes.TooManyCounted as error:
        said = _("Together these are more than the %(most)s codes that nobody used.", most=error.most)
        form.not_contacted.errors = [*form.not_contacted.errors, said]
        return False
    flash(_("The counts are kept. The response rates use them from now on."), "done")
    return True
