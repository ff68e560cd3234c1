"""Places that can be edited: the whole, a section, a question, a scale; and what people call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlencode

from flask import url_for
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from survey_app.questionnaire.definition import Questionnaire
from survey_app.questionnaire.text import Text
from survey_app.services.designing import LastWords
from survey_app.services.drafts import Deed
from survey_app.web import context
from survey_app.web.rule_words import question_numbers

KINDS = ("question", "section", "scale")
SHORT = 28
Gone: TypeAlias = Mapping[str, LastWords]
"""The last known words of questions and rows that are no longer there, by their code."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place. `kind` is "whole", or one of `KINDS` with a `code`."""

    kind: str = "whole"
    code: str = ""

    @property
    def args(self) -> dict[str, str]:
        """The arguments that name the place in an address."""
        return {self.kind: self.code} if self.kind in KINDS else {}

    def is_in(self, questionnaire: Questionnaire) -> bool:
        """Tell whether the questionnaire has it."""
        match self.kind:
            case "question":
                return self.code in questionnaire.question_by_code
            case "section":
                return any(section.code == self.code for section in questionnaire.sections)
            case "scale":
                return self.code in questionnaire.scale_by_code
        return True


WHOLE = Place()


def place_in(args: MultiDict[str, str]) -> Place:
    """Return the place that an address names."""
    return next((Place(kind, args[kind]) for kind in KINDS if args.get(kind)), WHOLE)


def designer_addresses(questionnaire_id: int, **more: str) -> Callable[[Place], str]:
    """Return what gives the address of a place: a page has hundreds, so the route is looked up once.

    `more` are arguments that all of them have.
    """
    page = url_for("author.designer", questionnaire_id=questionnaire_id)

    def address(place: Place) -> str:
        args = {**place.args, **more}
        return f"{page}?{urlencode(args)}" if args else page

    return address


def place_of(code: str, questionnaire: Questionnaire) -> Place:
    """Return the place that a problem or an edit is about, by the code of a question, row, section or scale."""
    field = questionnaire.fields.get(code)
    question = field.question.code if field is not None else code
    found = (Place(kind, question if kind == "question" else code) for kind in KINDS)
    return next((place for place in found if place.is_in(questionnaire)), WHOLE)


def short(text: Text, otherwise: str = "", locale: str = "") -> str:
    """Return a text in the reader's language, cut where it is long. Whoever has many asks for the locale once."""
    words = text.in_locale(locale or context.locale()).replace("\n", " ") or otherwise
    return words if len(words) <= SHORT else f"{words[: SHORT - 1]}…"


def place_words(place: Place, questionnaire: Questionnaire, numbers: Mapping[str, int] | None = None) -> str:
    """Return what people call the place; one that is gone is named by its code."""
    match place.kind:
        case "question" if place.is_in(questionnaire):
            known = numbers if numbers is not None else question_numbers(questionnaire)
            words = short(questionnaire.question_by_code[place.code].text)
            number = known.get(place.code)
            if number is None:
                return _("words to read “%(words)s”", words=words or "…")
            if not words:
                return _("question %(number)s (no words yet)", number=number)
            return _("question %(number)s “%(words)s”", number=number, words=words)
        case "section" if place.is_in(questionnaire):
            titles = {section.code: section.title for section in questionnaire.sections}
            number = list(titles).index(place.code) + 1
            name = short(titles[place.code])
            return _("section “%(name)s”", name=name) if name else _("section %(number)s", number=number)
        case "scale" if place.is_in(questionnaire):
            return _("scale “%(name)s”", name=short(questionnaire.scale_by_code[place.code].name, place.code))
        case "whole":
            return _("The whole questionnaire")
    return _("“%(words)s”", words=place.code)


def gone_words(code: str, gone: Gone) -> str:
    """Return what people call a question that is no longer there: by its last known words, if there are any."""
    words = short(gone[code].text) if code in gone else ""
    return (
        _("the deleted question “%(words)s”", words=words)
        if words
        else _("a deleted question (code %(code)s)", code=code)
    )


DEEDS: Mapping[str, LazyString] = {
    "question_added": _l("added %(place)s"),
    "question_changed": _l("changed %(place)s"),
    "question_copied": _l("copied %(place)s"),
    "question_removed": _l("removed %(place)s"),
    "question_moved": _l("moved %(place)s"),
    "section_added": _l("added %(place)s"),
    "section_changed": _l("changed %(place)s"),
    "section_removed": _l("removed %(place)s"),
    "section_moved": _l("moved %(place)s"),
    "scale_added": _l("added %(place)s"),
    "scale_changed": _l("changed %(place)s"),
    "scale_removed": _l("removed %(place)s"),
    "codes_renewed": _l("gave new codes"),
    "meaning_restored": _l("brought back the options and scales of the published version"),
    "heading_changed": _l("changed title, notice or settings"),
    "draft_replaced": _l("replaced the whole draft"),
}
"""The words for every kind of edit; "place" is what it was about."""


def deed_words(deed: Deed, questionnaire: Questionnaire) -> str:
    """Return what was done: “changed question 3 “…””. What is gone is called as it was when it was there."""
    place, home = place_of(deed.place, questionnaire), questionnaire
    if place == WHOLE:
        place, home = place_of(deed.place, deed.other), deed.other
    words = place_words(place if place != WHOLE else Place("gone", deed.place), home)
    return str(DEEDS[deed.kind]) % {"place": _with_content(words, place, home, deed.kind)}


def _with_content(words: str, place: Place, questionnaire: Questionnaire, kind: str) -> str:
    """Add how many questions stand in a section that was taken out."""
    if kind != "section_removed":
        return words
    count = next((len(each.questions) for each in questionnaire.sections if each.code == place.code), 0)
    if not count:
        return words
    return ngettext(
        "%(section)s with its %(num)s question", "%(section)s with its %(num)s questions", count, section=words
    )
