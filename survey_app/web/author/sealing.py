"""The page on which a seal is opened before its time: why is asked for, and the deed confirmed by typing."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from survey_app.services import collectors, seals, unsealing
from survey_app.services import surveys as services
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.room import blueprint
from survey_app.web.forms import Form, at_most, needed, select_choices
from survey_app.words import SealEnd

HOLDS = _l(
    "This survey is sealed and has ballots: its closing time can only be moved to a later one. To end it earlier, "
    "unseal it on its page, with a reason."
)
"""Why a closing time is refused."""

WORDS = ("启封", "unseal")
"""What is typed to confirm, in either language of the page."""


class UnsealForm(Form):
    """How the seal is opened, and why."""

    how = RadioField(
        _l("What is to happen"),
        [needed()],
        choices=select_choices(
            (
                (SealEnd.CLOSED_EARLY, _l("Close the survey now; the results can be seen from now on")),
                (SealEnd.LIFTED, _l("Lift the seal; the survey goes on while the results can be seen")),
            )
        ),
    )
    reason = TextAreaField(
        _l("Why"),
        [needed(), Length(min=4, message=_l("Please say it in a few words more.")), at_most(500)],
        render_kw={"rows": 3},
    )
    typed = StringField(_l("Type “unseal” to confirm"), [needed(), at_most(20)], render_kw={"autocomplete": "off"})

    def validate_typed(self, field: StringField) -> None:
        """Nobody opens a seal by a slip of the hand."""
        if (field.data or "").strip().casefold() not in WORDS:
            raise ValidationError(_("Type the word “unseal” exactly, to confirm."))


@blueprint.route("/surveys/<int:survey_id>/unseal", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def unseal(survey_id: int) -> ResponseReturnValue:
    """Ask why, and open the seal."""
    detail = services.detail(context.database(), actor=context.actor(), survey_id=survey_id)
    back = redirect(url_for("author.survey", survey_id=survey_id))
    if not seals.is_sealed(detail.survey, context.now()):
        return back
    form = UnsealForm()
    if form.validate_on_submit():
        how = SealEnd(form.how.data)
        try:
            unsealing.unseal(
                context.database(),
                actor=context.actor(),
                survey_id=survey_id,
                how=how,
                reason=form.reason.data or "",
                now=context.now(),
            )
        except (unsealing.NotSealed, collectors.NotPossible):
            flash(_("The survey has changed its state meanwhile. Look at it again."), "error")
        else:
            flash(_done(how), "done")
        return back
    page = render_template(
        "author/unseal.html",
        form=form,
        survey=detail.survey,
        ballots=detail.responses,
        is_sample=detail.survey.campaign.is_sample,
    )
    return page, 422 if form.is_submitted() else 200


def _done(how: SealEnd) -> str:
    if how == SealEnd.LIFTED:
        return _("The seal is lifted: results can be seen, and say when and why. The survey goes on.")
    return _("The survey is closed and unsealed: results can be seen, and say when and why.")
