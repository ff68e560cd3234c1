"""The base of all office forms: fields are filled from what exists, errors stand at their field."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import InputRequired, Length


class Form(FlaskForm):
    """A form with a session and therefore a CSRF token. Texts lose the blanks around them."""

    class Meta(FlaskForm.Meta):
        """Strip what people type; a field left blank is an empty string."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Add the stripping filter to text fields."""
            if issubclass(unbound_field.field_class, StringField):
                options.setdefault("filters", []).append(_strip)
            return super().bind_field(form, unbound_field, options)


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def needed() -> InputRequired:
    """Return the validator of a field that must be filled in."""
    return InputRequired(_l("Please fill this in."))


def at_most(length: int) -> Length:
    """Return the validator that limits a text."""
    return Length(max=length, message=_l("At most %(max)d characters, please."))
