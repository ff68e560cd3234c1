"""The forms of the designer: one for each kind of question, and those of a section, a scale and the heading.

Fields are named as the attributes of the definition, so that one function fills any form from a question and one
reads any question from a form; a kind only lists its fields (`form_for`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import singledispatch
from typing import Any

import wtforms
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FloatField, FormField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional, Regexp

from survey_app.questionnaire.definition import (
    CODE,
    OPTION_CODE,
    BaseQuestion,
    DateQuestion,
    Grade,
    Item,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Option,
    Ranking,
    ScaleQuestion,
    ShortText,
    SingleChoice,
    Statement,
)
from survey_app.questionnaire.rules import LARGEST, plain_number
from survey_app.questionnaire.text import Text
from survey_app.web.forms import ChoiceField, Form, WholeField, at_most, count_of, needed

LONGEST_WORDS = 5000
_CODE_HINT = _l("Letters, digits and underscores, a letter first; at most 40.")


class Part(wtforms.Form):
    """A part of a form, without a token of its own."""

    class Meta(Form.Meta):
        """As in all forms: texts lose the blanks around them."""

        csrf = False


class Words(Part):
    """A text in both languages. Areas of several lines even for short texts: nothing in them is lost or cut off."""

    zh = TextAreaField(_l("Chinese"), [at_most(LONGEST_WORDS)])
    en = TextAreaField(_l("English"), [at_most(LONGEST_WORDS)], render_kw={"lang": "en"})


class OptionRow(Words):
    """One option. `was` is the code that it had when the page was made."""

    was = HiddenField()
    code = StringField(_l("Code"), [needed(), Regexp(OPTION_CODE, message=_l("Letters, digits and underscores."))])
    exclusive = BooleanField(_l("excludes all others"))
    specify = BooleanField(_l("who chooses it is asked to write what (a box appears)"))


class ItemRow(Words):
    """One row of a matrix."""

    was = HiddenField()
    code = StringField(_l("Code"), [needed(), Regexp(CODE, message=_CODE_HINT)])
    when = ChoiceField(_l("Shown if this was chosen"))


class Amount(FloatField):
    """A number that may be left open; full-width digits are read, too."""

    widget = wtforms.widgets.TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number."""
        self.data = None
        text = unicodedata.normalize("NFKC", str(valuelist[0])).strip() if valuelist else ""
        if not text:
            return
        try:
            number = float(text)
        except ValueError as error:
            raise ValueError(_("Write a number.")) from error
        if not -LARGEST <= number <= LARGEST:
            raise ValueError(_("The number is too large."))
        self.data = int(number) if number.is_integer() else number

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else plain_number(self.data)


COUNTS: Mapping[str, LazyString] = {
    "111": _l("satisfied, strictly, too"),
    "101": _l("satisfied, but not by the strict rule"),
    "001": _l("not satisfied"),
    "000": _l("not counted (don’t know, abstained)"),
}
"""What a grade can count as, by what `counts_of` says of it."""


def counts_of(grade: Grade) -> str:
    """Return whether a grade is satisfied, strictly so, and in the base: a 1 or a 0 for each."""
    return "".join("01"[each] for each in (grade.satisfied, grade.strict, grade.in_base))


class GradeRow(Words):
    """One grade of a scale."""

    was = HiddenField()
    code = StringField(_l("Code"), [needed(), Regexp(OPTION_CODE, message=_l("Letters, digits and underscores."))])
    score = Amount(_l("Score"), [Optional()])
    counts = ChoiceField(_l("Counts as"), choices=COUNTS.items())


class CodedForm(Form):
    """Whatever has a code of its own."""

    code = StringField(_l("Code"), [needed(), Regexp(CODE, message=_CODE_HINT)])


class QuestionForm(CodedForm):
    """What every kind of question has."""

    text = FormField(Words, _l("Question"))
    help = FormField(Words, _l("Help below it"))
    required = BooleanField(_l("Must be answered"))


class SingleForm(QuestionForm):
    """Single choice."""

    options = FieldList(FormField(OptionRow), _l("Options"))
    random_order = BooleanField(_l("Show the options in random order"))


class MultipleForm(SingleForm):
    """Multiple choice."""

    min_choices = WholeField(_l("At least"), [needed(), count_of(100)])
    max_choices = WholeField(_l("At most"), [Optional(), count_of(100, least=1)])


class RankingForm(QuestionForm):
    """Ranking."""

    options = FieldList(FormField(OptionRow), _l("Options"))
    top = WholeField(_l("How many are put in order"), [needed(), count_of(100, least=1)])


class ScaleForm(QuestionForm):
    """A scale question."""

    scale = ChoiceField(_l("Scale: the options and what they count for"))


class MatrixForm(ScaleForm):
    """A matrix."""

    items = FieldList(FormField(ItemRow), _l("Rows"))
    rows_from = ChoiceField(_l("Show only rows that were chosen in an earlier question"))


class NpsForm(QuestionForm):
    """Recommendation, 0 to 10."""

    low = FormField(Words, _l("Words at 0"))
    high = FormField(Words, _l("Words at 10"))


class NumberForm(QuestionForm):
    """A number."""

    minimum = Amount(_l("Smallest"), [Optional()])
    maximum = Amount(_l("Largest"), [Optional()])
    decimals = WholeField(_l("Decimals"), [needed(), count_of(6)])
    unit = FormField(Words, _l("Unit behind the number"))


class TextForm(QuestionForm):
    """Short or long text."""

    max_length = WholeField(_l("Most characters"), [needed(), count_of(5000, least=1)])


class DateForm(QuestionForm):
    """A date."""

    earliest = StringField(_l("Earliest day"), render_kw={"type": "date"})
    latest = StringField(_l("Latest day"), render_kw={"type": "date"})


class StatementForm(CodedForm):
    """Words to read."""

    text = FormField(Words, _l("Words to read"))
    help = FormField(Words, _l("Help below it"))


class SectionForm(CodedForm):
    """A section."""

    title = FormField(Words, _l("Title of the section"))
    intro = FormField(Words, _l("Introduction below the title"))


class ScaleEditForm(CodedForm):
    """A scale."""

    name = FormField(Words, _l("Name of the scale"))
    grades = FieldList(FormField(GradeRow), _l("Options, best first"))


class HeadingForm(CodedForm):
    """The whole questionnaire."""

    title = FormField(Words, _l("Title of the questionnaire"))
    description = FormField(Words, _l("What it is about"))
    notice = FormField(Words, _l("Notice before the first question"))
    consent = FormField(Words, _l("Words of consent, to be ticked"))
    closing = FormField(Words, _l("Thanks after sending"))
    minutes = WholeField(_l("Minutes it takes"), [Optional(), count_of(120, least=1)])
    headline = ChoiceField(_l("Headline question: its rate is the headline figure"))
    wave_link = StringField(_l("Code of its counterpart in the first evaluation"), [at_most(40)])
    paged = BooleanField(_l("Send each section as soon as it is filled in"))


# --- one form for each kind ------------------------------------------------------------------------


@singledispatch
def form_for(question: BaseQuestion) -> type[CodedForm]:
    """Return the form that edits this kind of question."""
    raise NotImplementedError(type(question).__name__)


_FORMS: Mapping[type[BaseQuestion], type[CodedForm]] = {
    SingleChoice: SingleForm,
    MultipleChoice: MultipleForm,
    ScaleQuestion: ScaleForm,
    Matrix: MatrixForm,
    Nps: NpsForm,
    Number: NumberForm,
    ShortText: TextForm,
    LongText: TextForm,
    DateQuestion: DateForm,
    Ranking: RankingForm,
    Statement: StatementForm,
}
for _kind, _form in _FORMS.items():
    form_for.register(_kind, lambda question, form=_form: form)


# --- in and out ------------------------------------------------------------------------------------


def values_of(thing: Any) -> dict[str, Any]:
    """Return what a form of `thing` (a question, section, scale or heading) starts with."""
    return {each.name: _for_form(getattr(thing, each.name)) for each in fields(thing)}


def _for_form(value: Any) -> Any:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, tuple):
        return [_row(each) for each in value]
    return value


def _row(thing: Any) -> dict[str, Any]:
    row = values_of(thing)
    row |= row.pop("text", {})
    if isinstance(thing, Grade):
        row["counts"] = counts_of(thing)
    return row | {"was": thing.code}


def read(form: CodedForm, thing: Any) -> Any:
    """Return `thing` with what the form says; what the form does not ask for stays as it is."""
    asked = {each.name for each in fields(thing)} & set(form.data)
    return replace(thing, **{name: _read(form[name]) for name in asked})


_ROWS: Mapping[str, type[Any]] = {"options": Option, "items": Item, "grades": Grade}
_MAYBE = {"rows_from", "when", "earliest", "latest", "headline", "wave_link"}
"""Attributes that are None where a form leaves them empty."""


def _read(field: wtforms.Field) -> Any:
    if isinstance(field, FormField):
        return Text(field.data["zh"] or "", field.data["en"] or "")
    if isinstance(field, FieldList):
        return tuple(_read_row(entry.form, _ROWS[field.short_name]) for entry in field)
    return field.data or None if field.short_name in _MAYBE else field.data


def _read_row(form: Part, row: type[Any]) -> Any:
    asked = {each.name for each in fields(row)} & set(form.data)
    text = Text(form.data["zh"] or "", form.data["en"] or "")
    values = {name: _read(form[name]) for name in asked}
    if row is Grade:
        values |= zip(
            ("satisfied", "strict", "in_base"), (each == "1" for each in form["counts"].data), strict=True
        )
    return row(text=text, **values)


def renamed_rows(rows: FieldList) -> tuple[tuple[str, str], ...]:
    """Return the rows whose code has changed, as pairs of the old and the new one."""
    pairs = ((entry.data["was"], entry.data["code"]) for entry in rows)
    return tuple((was, code) for was, code in pairs if was and was != code)
