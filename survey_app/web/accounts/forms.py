"""Forms of the account pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, Length
from wtforms.widgets import ListWidget, RadioInput

from survey_app.services import passwords
from survey_app.web.formats import choices
from survey_app.web.forms import ChoiceField, Form, at_most, needed
from survey_app.words import Role


class SignInForm(Form):
    """Name and password."""

    username = StringField(
        _l("User name"), [needed(), at_most(64)], render_kw={"autocomplete": "username", "autofocus": True}
    )
    password = PasswordField(
        _l("Password"), [needed(), at_most(200)], render_kw={"autocomplete": "current-password"}
    )


class PasswordForm(Form):
    """A new password, with the present one. Browsers say what is too short before anything is sent."""

    present = PasswordField(
        _l("Present password"), [needed(), at_most(200)], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        _l("New password"),
        [
            needed(),
            Length(min=passwords.SHORTEST, message=_l("At least %(min)d characters, please.")),
            at_most(passwords.LONGEST),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [needed(), EqualTo("new", message=_l("The two new passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class RoleField(ChoiceField):
    """One of the roles, each on a line of its own with what it may do."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class GrantForm(Form):
    """A role in the subtree of a unit."""

    role = RoleField(_l("Role"), choices=choices(Role))
    unit_id = ChoiceField(_l("In this unit and all below it"), [needed()], coerce=int)


class NewUserForm(GrantForm):
    """A new user with a first role."""

    username = StringField(
        _l("User name"), [needed(), at_most(64)], render_kw={"autocomplete": "off", "autocapitalize": "none"}
    )
    name = StringField(_l("Full name"), [needed(), at_most(200)], render_kw={"autocomplete": "off"})


class NameForm(Form):
    """A user's full name."""

    name = StringField(_l("Full name"), [needed(), at_most(200)], render_kw={"autocomplete": "off"})
