"""Forms of the collector's settings and of its invitations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, Optional

from survey_app.services.collector_settings import LONGEST_PASSWORD, SHORTEST_PASSWORD, CollectorSettings, Entry
from survey_app.services.invitations import MOST, MOST_AT_ONCE
from survey_app.web.author.forms import MomentField
from survey_app.web.forms import Form, WholeField, at_most, count_of, needed, select_choices

ENTRIES: Mapping[Entry, LazyString] = {
    Entry.LINK: _l("With the link: whoever scans or opens it can answer"),
    Entry.INVITATION: _l("By invitation: each single-use code lets one answer in"),
    Entry.KIOSK: _l("At a shared tablet: one after another, the page returns to its start after each"),
}
"""How people come in, in words for those who choose it."""

_PART = re.compile(r"(\d{1,6})(?:\s*[-–—~～至]\s*(\d{1,6}))?")
_BETWEEN = re.compile(r"[,;，；、\s]+")


class CollectorSettingsForm(Form):
    """What can be set on a collector."""

    entry = RadioField(_l("How people come in"), [needed()], choices=select_choices(ENTRIES.items()))
    opens_at = MomentField(_l("Opens"), [Optional()])
    closes_at = MomentField(_l("Closes"), [Optional()])
    quota = WholeField(_l("Most answers that are taken"), [Optional(), count_of(least=1)])
    once_per_device = BooleanField(_l("Say so when this device has answered before"))
    password = StringField(
        _l("New password for this collector"),
        [
            Optional(),
            Length(SHORTEST_PASSWORD, LONGEST_PASSWORD, _l("From %(min)d to %(max)d characters, please.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    without_password = BooleanField(_l("Take the password away"))
    label = StringField(_l("What it is for"), [at_most(100)])
    note = TextAreaField(_l("Note for organisers"), [at_most(2000)], render_kw={"rows": 3})

    def validate_closes_at(self, field: MomentField) -> None:
        """A collector closes after it has opened."""
        if field.data is not None and self.opens_at.data is not None and field.data <= self.opens_at.data:
            raise ValidationError(_("The closing time must be after the opening time."))

    @property
    def settings(self) -> CollectorSettings:
        """What was entered."""
        return CollectorSettings(
            label=self.label.data or "",
            opens_at=self.opens_at.data,
            closes_at=self.closes_at.data,
            quota=self.quota.data,
            entry=Entry(self.entry.data),
            once_per_device=bool(self.once_per_device.data),
            note=self.note.data or "",
        )


class IssueForm(Form):
    """How many codes to issue."""

    count = WholeField(_l("How many codes"), [needed(), count_of(MOST_AT_ONCE, least=1)])


class NumbersForm(Form):
    """Which codes to revoke, or to issue anew: by their numbers."""

    numbers = StringField(_l("Numbers"), [at_most(2000)], render_kw={"autocomplete": "off"})
    all_unused = BooleanField(_l("All that stand as unused"))

    def validate_numbers(self, field: StringField) -> None:
        """Numbers, or all."""
        if self.all_unused.data:
            return
        if not (field.data or "").strip():
            raise ValidationError(_("Give the numbers, such as 12, 30-45, or tick “All that stand as unused”."))
        try:
            numbers_in(str(field.data))
        except ValueError as error:
            raise ValidationError(
                _("“%(words)s” is no number. Write for example 12, 30-45.", words=str(error)[:40])
            ) from error

    @property
    def serials(self) -> set[int] | None:
        """The numbers, None for all."""
        return None if self.all_unused.data else numbers_in(self.numbers.data or "")


def numbers_in(words: str) -> set[int]:
    """Read numbers and ranges as people write them: 12, 30-45. Raises `ValueError` with the part that is none."""
    found: set[int] = set()
    plain = re.sub(r"\s*([-–—~至])\s*", r"\1", unicodedata.normalize("NFKC", words))
    for part in filter(None, _BETWEEN.split(plain)):
        numbers = _PART.fullmatch(part)
        if numbers is None:
            raise ValueError(part)
        first, last = int(numbers[1]), int(numbers[2] or numbers[1])
        if not 1 <= first <= last <= MOST:
            raise ValueError(part)
        found.update(range(first, last + 1))
    return found
