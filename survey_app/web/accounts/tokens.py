"""Personal tokens: one's own programs read results as JSON."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from survey_app.services import tokens as services
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.forms import ChoiceField, Form, at_most, needed

HEADER = "Authorization: Bearer …"
"""What a program sends; no words of any language."""


class TokenForm(Form):
    """What a token is for, and how long it lasts."""

    name = StringField(_l("What it is for"), [needed(), at_most(200)], render_kw={"autocomplete": "off"})
    days = ChoiceField(_l("Valid for"), coerce=int)


def register(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.add_url_rule("/tokens/", view_func=tokens, methods=["GET", "POST"])
    blueprint.add_url_rule("/tokens/<int:token_id>/revoke", view_func=revoke_token, methods=["POST"])


@allowed(Permission.READ_RESULTS)
def tokens() -> ResponseReturnValue:
    """List one's tokens, and make one; its secret stands in the answer to that request and nowhere else."""
    form = TokenForm(data={"days": services.DAYS[1]})
    form.days.choices = [(days, _("%(days)s days", days=days)) for days in services.DAYS]
    secret = ""
    if form.validate_on_submit():
        try:
            _made, secret = services.make(
                context.database(),
                actor=context.actor(),
                name=form.name.data or "",
                days=form.days.data,
                now=context.now(),
            )
        except services.TooManyTokens:
            form.form_errors.append(_("You have %(most)d tokens in use. Revoke one first.", most=services.MOST))
    found = services.mine(context.database(), actor=context.actor())
    status = 422 if form.is_submitted() and not secret else 200
    return render_template(
        "accounts/tokens.html", form=form, tokens=found, secret=secret, header=HEADER, now=context.now()
    ), status


@allowed(Permission.READ_RESULTS)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End a token at once."""
    services.revoke(context.database(), actor=context.actor(), token_id=token_id, now=context.now())
    flash(_("The token has been revoked; nothing can be read with it any more."), "done")
    return redirect(url_for("accounts.tokens"))
