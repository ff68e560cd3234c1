"""What the tools ask for. Everything stands in the address, so that a link repeats the calculation."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

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


class PairsForm(Tool):
    """The same people asked twice."""

    both = WholeField(_l("Satisfied both times"), [needed(), count_of(MOST_BALLOTS)])
    only_first = WholeField(_l("The first time only"), [needed(), count_of(MOST_BALLOTS)])
    only_second = WholeField(_l("The second time only"), [needed(), count_of(MOST_BALLOTS)])
    neither = WholeField(_l("Neither time"), [needed(), count_of(MOST_BALLOTS)])

    def validate_neither(self, field: Field) -> None:
        """Refuse pairs of nobody."""
        if not any(each.data for each in self):
            raise ValidationError(_("At least one person, please."))


class ReviewForm(Tool):
    """Counts of a service review: of each share the part and the whole, or neither."""

    due_revisit = WholeField(_l("Bad ratings due for a revisit"), [Optional(), count_of(MOST_BALLOTS, 1)])
    revisited = WholeField(_l("of them revisited"), [Optional(), count_of(MOST_BALLOTS)])
    to_rectify = WholeField(_l("Bad ratings found to be justified"), [Optional(), count_of(MOST_BALLOTS, 1)])
    rectified = WholeField(_l("of them put right"), [Optional(), count_of(MOST_BALLOTS)])
    due = WholeField(_l("Revisits and rectifications due by now"), [Optional(), count_of(MOST_BALLOTS, 1)])
    on_time = WholeField(_l("of them done on time"), [Optional(), count_of(MOST_BALLOTS)])
    rerated = WholeField(_l("Cases rated again afterwards"), [Optional(), count_of(MOST_BALLOTS, 1)])
    satisfied_after = WholeField(_l("of them satisfied"), [Optional(), count_of(MOST_BALLOTS)])
    received = WholeField(_l("Ratings received"), [Optional(), count_of(MOST_BALLOTS, 1)])
    excluded = WholeField(_l("of them excluded by the rules"), [Optional(), count_of(MOST_BALLOTS)])

    _PARTS: ClassVar[Mapping[str, tuple[str, str]]] = {
        "revisit_rate": ("revisited", "due_revisit"),
        "rectification_rate": ("rectified", "to_rectify"),
        "on_time_rate": ("on_time", "due"),
        "satisfaction_after_rectification": ("satisfied_after", "rerated"),
        "exclusion_rate": ("excluded", "received"),
    }

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a part without its whole, a whole without its part, a part larger than the whole, and nothing."""
        if not super().validate(extra_validators):
            return False
        for part, whole in ((self[part], self[whole]) for part, whole in self._PARTS.values()):
            if part.data is None and whole.data is not None:
                part.errors = [needed().message]
            elif whole.data is None and part.data is not None:
                whole.errors = [needed().message]
            elif part.data is not None and part.data > whole.data:
                part.errors = [_("At most as many as there are: %(n)s.", n=whole.data)]
        if not self.errors and not self.counts:
            self.due_revisit.errors = [_("Enter the counts of one share at least.")]
        return not self.errors

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Part and whole by the name of the rule, of those that were entered."""
        every = {rule: (self[part].data, self[whole].data) for rule, (part, whole) in self._PARTS.items()}
        return {rule: both for rule, both in every.items() if None not in both}

    @property
    def lines(self) -> list[tuple[Field, Field]]:
        """Whole and part side by side, as the page asks for them."""
        return [(self[whole], self[part]) for part, whole in self._PARTS.values()]
