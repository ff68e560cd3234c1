"""Signing in and out, one's password and language."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from survey_app.questionnaire.text import LOCALES
from survey_app.services import accounts, passwords, throttle
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import even_before_password_change, public
from survey_app.web.accounts import session
from survey_app.web.accounts.forms import PasswordForm, SignInForm

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    """Go to the first page: the campaigns, or signing in."""
    person = context.current_actor()
    if person is None:
        return redirect(url_for("accounts.sign_in"))
    keys_only = person.has(Permission.KEY_BALLOTS) and not person.has(Permission.DESIGN)
    if keys_only and not (person.has(Permission.FIELDWORK) or person.has(Permission.READ_RESULTS)):
        return redirect(url_for("keying.to_key"))
    may_visit_only = person.has(Permission.FIELDWORK) and not person.has(Permission.READ_RESULTS)
    return redirect(url_for("fieldwork.visits" if may_visit_only else "fieldwork.campaigns"))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            actor = accounts.sign_in(
                context.database(),
                key=context.settings().secret_key,
                username=form.username.data or "",
                password=form.password.data or "",
                address=request.remote_addr or "",
                now=context.now(),
            )
        except accounts.SignInRefused:
            form.form_errors.append(_("The user name or the password is not right."))
        except accounts.OneTimeExpired:
            form.form_errors.append(
                _(
                    "This one-time password has expired. Ask your administrator for a new one: on the page of "
                    "users, “New one-time password”."
                )
            )
        except throttle.TooManyAttempts:
            form.form_errors.append(_("Too many attempts. Wait 15 minutes and try again."))
        else:
            session.begin(actor)
            return redirect(_own_address(request.args.get("next")) or url_for("accounts.start"))
    return render_template("accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200


@blueprint.post("/sign-out")
@even_before_password_change
def sign_out() -> ResponseReturnValue:
    """End the session."""
    session.end()
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/password", methods=["GET", "POST"])
@even_before_password_change
def password() -> ResponseReturnValue:
    """Change one's password; forced after a one-time password."""
    form = PasswordForm()
    if session.has_proof():
        del form.present
    if form.is_submitted():
        # The present password is looked at first, so that it need not be typed again when the new one is refused.
        is_good = form.validate()
        if _prove(form) and is_good and _change(form):
            flash(_("Your password has been changed; other sessions have been ended."), "done")
            return redirect(url_for("accounts.start"))
    else:
        first = form.new if form.present is None else form.present
        first.render_kw = {**first.render_kw, "autofocus": True}
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/password.html", form=form, least=passwords.SHORTEST), status


def _prove(form: PasswordForm) -> bool:
    """Tell whether the person is known to be there; where the present password is wrong, its field says so."""
    if form.present is None:
        return True
    if form.present.errors:
        return False
    try:
        accounts.prove(
            context.database(),
            key=context.settings().secret_key,
            actor=context.actor(),
            present=form.present.data or "",
            now=context.now(),
        )
    except accounts.WrongPassword:
        form.present.errors = [_("This is not your present password.")]
    except throttle.TooManyAttempts:
        form.form_errors.append(_("Too many attempts. Wait 15 minutes and try again."))
    else:
        session.note_proof()
        del form.present
        return True
    return False


def _change(form: PasswordForm) -> bool:
    """Change the password and begin a new session; where the new one will not do, its field says why."""
    try:
        actor = accounts.change_password(
            context.database(), actor=context.actor(), new=form.new.data or "", now=context.now()
        )
    except passwords.WeakPassword as weak:
        form.new.errors = [_weakness(weak)]
    except accounts.WrongPassword:
        form.form_errors.append(_("This session has been ended meanwhile. Please sign in again."))
    else:
        session.begin(actor)
        return True
    return False


@blueprint.post("/language")
@public
def language() -> ResponseReturnValue:
    """Switch the language, and come back to the same page."""
    locale = request.form.get("locale")
    if locale in LOCALES:
        cookie["locale"] = locale
        person = context.current_actor()
        if person is not None:
            accounts.choose_language(context.database(), actor=person, locale=locale)
        refresh()
    return redirect(_own_address(request.form.get("next")) or url_for("accounts.start"))


def _weakness(weak: passwords.WeakPassword) -> str:
    if weak.kind == "unchanged":
        return _("This is the present password; choose another one.")
    return _("This is easy to guess: do not use your user name or repeat the same few characters.")


def _own_address(target: str | None) -> str | None:
    """Return `target` if it is a path on this site; anything else could lead people astray."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or any(ord(char) < 32 for char in target) else target
