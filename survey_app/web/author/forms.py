"""Forms of the author's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget
from wtforms.widgets.core import DateTimeLocalInput

from survey_app.services import surveys
from survey_app.services.days import CHINA
from survey_app.web import formats
from survey_app.web.forms import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    ChoiceField,
    Form,
    WholeField,
    at_most,
    count_of,
    needed,
    select_choices,
)
from survey_app.words import Anonymity, Audience, Purpose

WAVES = (1, 3, 6)
"""Months after a posting's end at which return visits are planned."""


ANONYMITY: Mapping[Anonymity, LazyString] = {
    Anonymity.ANONYMOUS: _l(
        "Anonymous: nothing connects answers with persons; no name, number, address or device is kept"
    ),
    Anonymity.DE_IDENTIFIED: _l(
        "De-identified: no name is asked for or kept, but several answers together could point to a person, as "
        "where few are asked; so nobody is promised anonymity"
    ),
    Anonymity.NAMED: _l("With name: respondents say who they are, such as an enterprise in its own name"),
}
"""What each promise means, in words for those who choose it."""


class MomentField(Field):
    """Day and time in China, as browsers' own pickers send them; `data` is an aware moment or None."""

    widget = DateTimeLocalInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent; an empty field is None."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise ValueError(_("Please give day and time, such as 2026-04-11 09:00."))
        self.data = moment.replace(tzinfo=CHINA).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M") if self.data is not None else ""


class MultiCheckboxField(SelectMultipleField):
    """Any of several things, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TitleForm(Form):
    """The title in both languages. `revision` is the draft that the person has seen."""

    title = StringField(_l("Title in Chinese"), [needed(), at_most(200)])
    title_en = StringField(_l("Title in English"), [at_most(200)], render_kw={"lang": "en"})


class TimesForm(TitleForm):
    """What may change once a survey is there."""

    opens_at = MomentField(_l("Opens"), [Optional()])
    closes_at = MomentField(_l("Closes"), [Optional()])

    def validate_closes_at(self, field: MomentField) -> None:
        """A survey closes after it has opened."""
        if field.data is not None and self.opens_at.data is not None and field.data <= self.opens_at.data:
            raise ValidationError(_("The closing time must be after the opening time."))


class SurveyForm(TimesForm):
    """A new survey: for which purpose, asked of whom, when, and under which promise."""

    purpose = ChoiceField(_l("Purpose"), [needed()])
    audiences = MultiCheckboxField(_l("Who is asked"), choices=select_choices(formats.choices(Audience)))
    anonymity = RadioField(_l("Anonymity"), [needed()], choices=select_choices(ANONYMITY.items()))
    threshold = WholeField(
        _l("Smallest group that is shown"),
        [needed(), count_of(100, least=1)],
    )
    is_sealed = BooleanField(_l("Sealed: nobody sees a result before the survey is closed"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.purpose.choices = purpose_choices()

    def validate_threshold(self, field: WholeField) -> None:
        """Without names, no group is shown that is smaller than respondents are promised."""
        least = surveys.SMALLEST_ANONYMOUS_THRESHOLD
        if self.anonymity.data != Anonymity.NAMED and field.data is not None and field.data < least:
            raise ValidationError(_("Without names, groups below %(least)s are never shown.", least=least))

    def validate_audiences(self, field: MultiCheckboxField) -> None:
        """Somebody must be asked."""
        if not field.data:
            raise ValidationError(_("Choose at least one."))

    @property
    def chosen_purpose(self) -> Purpose:
        """The purpose, without the wave of a return visit."""
        return Purpose(str(self.purpose.data).partition(":")[0])

    @property
    def chosen_wave(self) -> int | None:
        """The month of a return visit, None for every other purpose."""
        wave = str(self.purpose.data).partition(":")[2]
        return int(wave) if wave else None

    @property
    def chosen_audiences(self) -> Sequence[Audience]:
        """Who is asked."""
        return [Audience(each) for each in self.audiences.data or ()]


class UnitCollectorForm(Form):
    """A further collector, for a unit without a posting."""

    unit_id = ChoiceField(_l("Unit"), [needed()], coerce=int)
    audience = ChoiceField(_l("Who is asked"), [needed()], choices=formats.choices(Audience))
    label = StringField(_l("What it is for"), [at_most(100)])


def purpose_choices() -> list[tuple[str, str]]:
    """Return the purposes; the waves of return visits stand as purposes of their own, so none is forgotten."""
    found: list[tuple[str, str]] = []
    for purpose, words in formats.choices(Purpose):
        waves: Sequence[int | None] = WAVES if purpose == Purpose.RETURN_VISIT else (None,)
        found.extend((purpose_value(purpose, wave), formats.wave(wave) if wave else str(words)) for wave in waves)
    return found


def purpose_value(purpose: str, wave: int | None) -> str:
    """Return the choice for a purpose and wave."""
    return f"{purpose}:{wave}" if wave is not None else str(purpose)
