"""What the tools ask for. Everything stands in the address, so that a link repeats the calculation."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError
from wtforms.validators import NumberRange, Optional

from survey_app.web.forms import AmountField, Form, WholeField, count_of, needed

MOST_BALLOTS = 10_000_000
MOST_PEOPLE = 1_000_000_000


class PercentField(AmountField):
    """A percentage with at most two decimals, with or without its sign; 97.90 keeps its last zero."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the percentage."""
        try:
            super().process_formdata([_without_sign(str(value)) for value in valuelist])
        except ValueError as error:
            raise ValueError(_("Write a percentage with at most two decimals, such as 97.9.")) from error


def _without_sign(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().removesuffix("%")


def _from_to(least: Decimal | int, most: Decimal | int) -> NumberRange:
    return NumberRange(least, most, _l("A number from %(min)s to %(max)s, please."))


class Tool(Form):
    """One tool. It is asked as soon as the address has one of its fields, and may be asked from anywhere."""

    class Meta(Form.Meta):
        """Looking changes nothing: no token."""

        csrf = False

    @classmethod
    def from_address(cls) -> Tool:
        """Read the request's arguments."""
        return cls(formdata=request.args if cls.names() & set(request.args) else None)

    @classmethod
    def names(cls) -> set[str]:
        """Return the names of the fields."""
        return {field.short_name for field in cls(formdata=None)}

    @property
    def is_asked(self) -> bool:
        """Tell whether the address asks for it."""
        return bool(self.names() & set(request.args))


class PossibleForm(Tool):
    """A rate that somebody reports."""

    reported = PercentField(_l("Reported rate (%)"), [needed(), _from_to(0, 100)])
    reported_n = WholeField(_l("Valid ballots"), [Optional(), count_of(MOST_BALLOTS, 1)])


class SampleForm(Tool):
    """How sure a rate is to be, and of whom."""

    margin = PercentField(_l("Margin (± percentage points)"), [needed(), _from_to(Decimal("0.1"), 50)])
    expected = PercentField(_l("Expected rate (%)"), [Optional(), _from_to(Decimal("0.1"), Decimal("99.9"))])
    population = WholeField(_l("People in all"), [Optional(), count_of(MOST_PEOPLE, 1)])
    design_effect = AmountField(_l("Design effect"), [Optional(), _from_to(Decimal("0.1"), 100)])
    response = PercentField(_l("Expected response (%)"), [Optional(), _from_to(Decimal("0.1"), 100)])


class IntervalForm(Tool):
    """A rate that was counted."""

    x = WholeField(_l("Satisfied"), [needed(), count_of(MOST_BALLOTS)])
    n = WholeField(_l("Valid ballots"), [needed(), count_of(MOST_BALLOTS, 1)])
    headcount = WholeField(_l("People in all"), [Optional(), count_of(MOST_PEOPLE, 1)])

    def validate_x(self, field: Field) -> None:
        """Refuse more than there are."""
        if self.n.data is not None and field.data is not None and field.data > self.n.data:
            raise ValidationError(_("At most as many as the valid ballots: %(n)s.", n=self.n.data))

    def validate_headcount(self, field: Field) -> None:
        """Refuse fewer people than ballots."""
        if self.n.data is not None and field.data is not None and field.data < self.n.data:
            raise ValidationError(_("At least as many as the valid ballots: %(n)s.", n=self.n.data))
