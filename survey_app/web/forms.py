"""The base of all office forms: fields are filled from what exists, errors stand at their field."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, DecimalField, Field, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of an older WTForms
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation
from wtforms.widgets import TextInput

from survey_app.questionnaire.text import readable

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
MOST_PEOPLE = 100_000_000
LARGEST_AMOUNT = Decimal(999_999_999_999)


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
    """Strip blanks; drop what PostgreSQL or a workbook cannot hold, and signs alone that nobody sees."""
    return readable(value) if isinstance(value, str) else value


class DayField(DateField):
    """A day, from the browser's picker or typed as offices write it: 2017-04-11, 2017.4.11, 2017年4月11日."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        forms = ["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日"]
        super().__init__(label, validators, format=forms, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day."""
        try:
            super().process_formdata([_plain(value) for value in valuelist])
        except ValueError as error:
            raise ValueError(_("Write a day such as 2026-04-11.")) from error
        if self.data is not None and not EARLIEST_YEAR <= self.data.year <= LATEST_YEAR:
            self.data = None
            raise ValueError(_("Write a day such as 2026-04-11."))


class _ReadOnce:
    """What cannot be read is said once: no further validator speaks of it. A field left empty goes on to them."""

    process_errors: Any
    raw_data: Any

    def pre_validate(self, _form: Any) -> None:
        """End the checks of what could not be read."""
        if self.process_errors and self.raw_data and readable(str(self.raw_data[0])):
            raise StopValidation


class WholeField(_ReadOnce, IntegerField):
    """A whole number. Full-width digits and grouping commas are read, too; `<input type=number>` drops them."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        options.setdefault("render_kw", {"inputmode": "numeric"})
        super().__init__(label, validators, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number."""
        try:
            super().process_formdata([_plain(value).replace(",", "") for value in valuelist])
        except ValueError as error:
            raise ValueError(_("Write a whole number.")) from error


class AmountField(_ReadOnce, DecimalField):
    """An amount of up to two decimals; 1.5万 is read as 15000."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the amount."""
        if not valuelist:
            return
        text = _plain(valuelist[0]).replace(",", "")
        factor = 10_000 if text.endswith("万") else 1
        try:
            amount = Decimal(text.removesuffix("万").strip()) * factor
        except InvalidOperation as error:
            self.data = None
            raise ValueError(_("Write a number.")) from error
        if not amount.is_finite() or abs(amount) > LARGEST_AMOUNT or amount != round(amount, 2):
            self.data = None
            raise ValueError(_("Write a number with at most two decimals."))
        self.data = amount

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"


def select_choices(pairs: Iterable[Any]) -> list[Any]:
    """Return values with their words in the form in which WTForms wants them."""
    return [pair if isinstance(pair, SelectChoice) else SelectChoice(*pair) for pair in pairs]


class ChoiceField(SelectField):
    """One of a list of values with their words; what is not in it is refused in our own words."""

    def __init__(self, label: Any = None, validators: Any = None, *, choices: Any = (), **options: Any) -> None:
        super().__init__(label, validators, choices=select_choices(choices), **options)

    def _choices_from_input(self, choices: Any) -> list[Any]:
        """Read choices that a view has set."""
        return select_choices(choices or ())

    def pre_validate(self, form: Any) -> None:
        """Refuse what the list does not hold."""
        try:
            super().pre_validate(form)
        except ValidationError as error:
            raise ValidationError(_("Choose one of the list.")) from error

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the choice."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Choose one of the list.")) from error


def key_or_none(value: Any) -> int | None:
    """Coerce the choice of a row that may be left open; for `ChoiceField(coerce=...)`."""
    return int(value) if value not in (None, "") else None


class NotBefore:
    """Refuses a day before that of another field of the form."""

    def __init__(self, other: str, message: Any) -> None:
        self.other = other
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        """Compare; where a day is missing or unreadable, its own field says so."""
        first: date | None = form[self.other].data
        if first is not None and field.data is not None and field.data < first:
            raise StopValidation(str(self.message))


def _plain(value: Any) -> str:
    """Turn full-width digits and signs into plain ones."""
    return unicodedata.normalize("NFKC", str(value)).strip()


class Needed(InputRequired):
    """Refuses a field that was left empty; blanks alone are empty, too, and 0 is an answer."""

    def __call__(self, form: Any, field: Field) -> None:
        """Look at what was sent, whatever it was read as."""
        sent = field.raw_data[0] if field.raw_data else ""
        if isinstance(sent, str) and not readable(sent):
            field.errors = []
            raise StopValidation(str(self.message))
        super().__call__(form, field)


def needed() -> InputRequired:
    """Return the validator of a field that must be filled in."""
    return Needed(_l("This is needed."))


def at_most(length: int) -> Length:
    """Return the validator that limits a text."""
    return Length(max=length, message=_l("At most %(max)d characters, please."))


def count_of(most: int = MOST_PEOPLE, least: int = 0) -> NumberRange:
    """Return the validator of a whole number within limits."""
    return NumberRange(least, most, _l("A number from %(min)s to %(max)s, please."))
