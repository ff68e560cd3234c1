"""Users and their roles: administrators' pages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.services import units
from survey_app.services import users as services
from survey_app.services.access import Permission
from survey_app.services.context import ConstraintViolated
from survey_app.services.rows import User
from survey_app.services.users import UserPage
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.accounts.forms import GrantForm, NameForm, NewUserForm
from survey_app.words import Role


def register(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.add_url_rule("/users/", view_func=users)
    blueprint.add_url_rule("/users/new", view_func=new_user, methods=["GET", "POST"])
    blueprint.add_url_rule("/users/<int:user_id>", view_func=user)
    blueprint.add_url_rule("/users/<int:user_id>/name", view_func=rename_user, methods=["POST"])
    blueprint.add_url_rule("/users/<int:user_id>/roles", view_func=grant_role, methods=["POST"])
    blueprint.add_url_rule("/roles/<int:grant_id>/revoke", view_func=revoke_role, methods=["POST"])
    blueprint.add_url_rule("/users/<int:user_id>/reset", view_func=reset_password, methods=["POST"])
    blueprint.add_url_rule("/users/<int:user_id>/close", view_func=close_user, methods=["POST"])
    blueprint.add_url_rule("/users/<int:user_id>/reopen", view_func=reopen_user, methods=["POST"])


@allowed(Permission.MANAGE_USERS)
def users() -> ResponseReturnValue:
    """List the users of the administrator's units."""
    found = services.users(context.database(), actor=context.actor())
    return render_template("accounts/users.html", users=found, now=context.now())


@allowed(Permission.MANAGE_USERS)
def new_user() -> ResponseReturnValue:
    """Make a user; the one-time password stands in the answer to this request and nowhere else."""
    form = NewUserForm(data={"role": Role.ORGANISER})
    form.unit_id.choices = _unit_choices()
    if form.validate_on_submit():
        try:
            made, password = services.create_user(
                context.database(),
                actor=context.actor(),
                username=form.username.data or "",
                name=form.name.data or "",
                role=Role(form.role.data),
                unit_id=form.unit_id.data,
                now=context.now(),
                hours=context.settings().one_time_hours,
            )
        except services.BadUsername:
            form.username.errors = [
                _("Two to 64 small letters, digits, dots, dashes or underscores; a letter or digit first.")
            ]
        except ConstraintViolated as error:
            if error.constraint != "uq_user_account_username":
                raise
            form.username.errors = [_("This user name is taken.")]
        else:
            return _password_page(made, password, is_new=True)
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/user_new.html", form=form), status


@allowed(Permission.MANAGE_USERS)
def user(user_id: int) -> ResponseReturnValue:
    """Show a user with the roles that lie in the administrator's units."""
    return _page(_found(user_id))


@allowed(Permission.MANAGE_USERS)
def rename_user(user_id: int) -> ResponseReturnValue:
    """Change a user's full name."""
    form = NameForm()
    if not form.validate_on_submit():
        return _page(_found(user_id), name=form)
    services.rename_user(
        context.database(),
        actor=context.actor(),
        user_id=user_id,
        name=form.name.data or "",
        now=context.now(),
    )
    flash(_("The name has been changed."), "done")
    return redirect(url_for("accounts.user", user_id=user_id))


@allowed(Permission.MANAGE_USERS)
def grant_role(user_id: int) -> ResponseReturnValue:
    """Give a user a role."""
    form = _grant_form()
    found = _found(user_id)
    if not form.validate_on_submit():
        return _page(found, grant=form)
    try:
        services.grant_role(
            context.database(),
            actor=context.actor(),
            user_id=user_id,
            role=Role(form.role.data),
            unit_id=form.unit_id.data,
            now=context.now(),
        )
    except ConstraintViolated as error:
        if error.constraint != "uq_role_grant_user_id_role_unit_id":
            raise
        form.role.errors = [_("The user has this role there already.")]
        return _page(found, grant=form)
    flash(_("The role has been granted."), "done")
    return redirect(url_for("accounts.user", user_id=user_id))


@allowed(Permission.MANAGE_USERS)
def revoke_role(grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    user_id = services.holder(context.database(), actor=context.actor(), grant_id=grant_id)
    try:
        services.revoke_role(context.database(), actor=context.actor(), grant_id=grant_id, now=context.now())
    except services.LastGrant:
        flash(_("This is the user's last role. Close the account instead."), "error")
    except services.LastAdministrator:
        flash(_last_administrator(), "error")
    else:
        flash(_("The role has been taken away."), "done")
        if user_id == context.actor().user_id:
            return redirect(url_for("accounts.start"))
    return redirect(url_for("accounts.user", user_id=user_id))


@allowed(Permission.MANAGE_USERS)
def reset_password(user_id: int) -> ResponseReturnValue:
    """Give a user a new one-time password, which stands in the answer to this request and nowhere else."""
    try:
        changed, password = services.reset_password(
            context.database(),
            actor=context.actor(),
            user_id=user_id,
            now=context.now(),
            hours=context.settings().one_time_hours,
        )
    except services.Oneself:
        return redirect(url_for("accounts.password"))
    return _password_page(changed, password, is_new=False)


@allowed(Permission.MANAGE_USERS)
def close_user(user_id: int) -> ResponseReturnValue:
    """Let a user sign in no more."""
    try:
        services.close_user(context.database(), actor=context.actor(), user_id=user_id, now=context.now())
    except services.Oneself:
        flash(_("You cannot close your own account."), "error")
    except services.LastAdministrator:
        flash(_last_administrator(), "error")
    else:
        flash(_("The account has been closed, and its sessions have been ended."), "done")
    return redirect(url_for("accounts.user", user_id=user_id))


@allowed(Permission.MANAGE_USERS)
def reopen_user(user_id: int) -> ResponseReturnValue:
    """Let a closed user sign in again."""
    services.reopen_user(context.database(), actor=context.actor(), user_id=user_id, now=context.now())
    flash(_("The account is open again."), "done")
    return redirect(url_for("accounts.user", user_id=user_id))


def _found(user_id: int) -> UserPage:
    return services.page(context.database(), actor=context.actor(), user_id=user_id)


def _grant_form() -> GrantForm:
    form = GrantForm()
    form.unit_id.choices = _unit_choices()
    return form


def _unit_choices() -> list[tuple[int, str]]:
    found = units.choices(context.database(), actor=context.actor(), permission=Permission.MANAGE_USERS)
    return [(unit.id, "\u3000" * depth + formats.named(unit)) for unit, depth in found]


def _page(found: UserPage, *, grant: GrantForm | None = None, name: NameForm | None = None) -> ResponseReturnValue:
    page = render_template(
        "accounts/user.html",
        page=found,
        user=found.user,
        grant_form=grant or _grant_form_shown(),
        name_form=name or NameForm(None, data={"name": found.user.name}),
        refused=grant or name,
        now=context.now(),
    )
    return page, 422 if grant or name else 200


def _grant_form_shown() -> GrantForm:
    form = GrantForm(None, data={"role": Role.ORGANISER})
    form.unit_id.choices = _unit_choices()
    return form


def _password_page(changed: User, password: str, *, is_new: bool) -> ResponseReturnValue:
    return render_template("accounts/one_time.html", user=changed, password=password, is_new=is_new)


def _last_administrator() -> str:
    return _("Somebody must be left who administers the whole tree.")
