"""The worker's pages: the questionnaire whole in one answer, thanks, and a word where nothing can be sent."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, current_app, make_response
from flask_babel import force_locale, pgettext
from flask_babel import gettext as _
from jinja2 import Environment
from markupsafe import Markup

from survey_app.questionnaire import codec
from survey_app.questionnaire.answers import AnswerProblem
from survey_app.questionnaire.definition import Questionnaire, Section
from survey_app.questionnaire.rules import Answer
from survey_app.services.collect import CONSENT, Place
from survey_app.web import rule_words
from survey_app.web.respond import assets, shapes
from survey_app.web.respond.blocks import Drawing, Part, errors_by_field
from survey_app.web.respond.forms import PREFIX, Shape, answer_form, form_values
from survey_app.web.respond.wording import Wording, in_preview
from survey_app.words import Anonymity

_BRACKET = re.compile("[(（]")
"""Where the explanation of an item begins, which a list of errors can do without."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One section of a questionnaire that is answered section by section.

    `number` and `count` are its place among the sections asked; `is_last` says that sending it sends the whole;
    `given` are the answers of the sections before it, for the rules.
    """

    section: Section
    number: int
    count: int
    is_last: bool
    given: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class View:
    """One view of a questionnaire: whose it is, where it is sent, and what was typed and found wrong so far.

    Without `action` it is a preview, which sends nothing. `trouble` says why it could not be taken now.
    """

    questionnaire: Questionnaire
    word: Wording
    submission_id: UUID
    action: str = ""
    place: Place | None = None
    raw: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: Sequence[AnswerProblem] = ()
    leaf: Leaf | None = None
    trouble: str = ""

    @property
    def is_first(self) -> bool:
        """Whether the notice and the consent stand on this page."""
        return self.leaf is None or self.leaf.number == 1


def register(app: Flask) -> None:
    """Make the environment of these templates: the application's, with the blank lines of blocks taken out."""
    lean: Environment = app.jinja_env.overlay(trim_blocks=True, lstrip_blocks=True)
    app.extensions["survey_app.respond"] = lean


def preview(questionnaire: Questionnaire, locale: str) -> Response:
    """Return the page as a worker's phone shows it, for a frame in our own pages; it can send nothing."""
    with force_locale(locale):
        view = View(questionnaire, in_preview(questionnaire, locale), uuid4())
        response = make_response(questionnaire_page(view))
    response.headers["Content-Security-Policy"] = assets.policy(preview=True)
    return response


def questionnaire_page(view: View) -> str:
    """Return the questionnaire, or one section of it, as a page."""
    drawing = Drawing(view.questionnaire, view.word, errors_by_field(view.problems, view.questionnaire))
    parts = [_leaf_part(drawing, view.leaf)] if view.leaf else drawing.parts()
    shape = Shape(view.questionnaire, view.word, str(view.submission_id))
    return _render(
        "page.html",
        view.word,
        view.place,
        title=view.word(view.questionnaire.title),
        form=answer_form(shape, form_values(view.raw)),
        parts=parts,
        trouble=view.trouble,
        summary=_summary(drawing, view.problems),
        action=view.action,
        submission_id=view.submission_id,
        is_first=view.is_first,
        is_paged=view.leaf is not None,
        is_preview=not view.action,
        # Changing the language asks for the page anew: what was typed would be lost.
        has_languages=bool(view.action) and not view.raw,
        send_words=_send_words(view),
        data=_data(view),
        script=assets.SCRIPT,
        **_introduction(view, drawing),
    )


def has_own_order(questionnaire: Questionnaire) -> bool:
    """Tell whether each view shows options in an order of its own."""
    return any(getattr(question, "random_order", False) for question in questionnaire.questions)


def thanks_page(questionnaire: Questionnaire, word: Wording, place: Place, again: str) -> str:
    """Return the thanks. It looks the same however often the same answers arrive."""
    return _render(
        "thanks.html", word, place, closing=word(questionnaire.closing), again=again, has_languages=False
    )


def message_page(title: str, lines: Sequence[str], locale: str, place: Place | None = None, again: str = "") -> str:
    """Return a page that says why nothing can be sent."""
    about = place.title.in_locale(locale) if place is not None else ""
    return _render("message.html", Wording(locale, {}), place, title=title, lines=lines, again=again, about=about)


def _render(template: str, word: Wording, place: Place | None, **context: Any) -> str:
    """Render outside Flask's context: nothing here may depend on who is signed in, or read a cookie."""
    environment: Environment = current_app.extensions["survey_app.respond"]
    values = {
        "locale": word.locale,
        "organisation": place.organisation.in_locale(word.locale)
        if place
        else word.variables.get("organisation", ""),
        "is_sample": place is not None and place.is_sample,
        "has_languages": True,
        "style": assets.STYLE,
        "breakable": shapes.breakable,
        **context,
    }
    return environment.get_template(f"respond/{template}").render(values)


def _introduction(view: View, drawing: Drawing) -> dict[str, Any]:
    """Return what stands before the first question: who asks, why, how long it takes, what is done with it."""
    questionnaire, word = view.questionnaire, view.word
    facts = []
    if questionnaire.minutes:
        facts.append(_("About %(minutes)s minutes", minutes=questionnaire.minutes))
    if view.place is None or view.place.anonymity == Anonymity.ANONYMOUS:
        facts.append(_("anonymous"))
    first, _rest, rest = word(questionnaire.notice).partition("\n")
    consent = {
        "id": f"{PREFIX}{CONSENT}",
        "words": word(questionnaire.consent),
        "error": drawing.errors.get(CONSENT, ""),
        "must": drawing.say(CONSENT, "consent_required"),
        "ticked": bool(view.raw.get(CONSENT)),
    }
    return {
        "facts": " · ".join(facts),
        "description": word(questionnaire.description),
        "notice": (first, rest) if first else None,
        "consent": consent if questionnaire.consent else None,
    }


def _leaf_part(drawing: Drawing, leaf: Leaf) -> Part:
    part = drawing.part(leaf.section, "", leaf.number)
    progress = _("Part %(number)s of %(count)s", number=leaf.number, count=leaf.count)
    return Part(part.id, part.title, progress, part.intro, "", part.blocks)


def _send_words(view: View) -> str:
    if not view.action:
        return _("Preview: nothing can be sent")
    if view.leaf is not None and not view.leaf.is_last:
        return pgettext("questionnaire", "Next")
    return pgettext("questionnaire", "Send")


def _summary(drawing: Drawing, found: Sequence[AnswerProblem]) -> list[tuple[str, str]]:
    """Return the anchor and the words of each thing that is wrong."""
    return [
        (_anchor(each, drawing.questionnaire), _named(each, drawing) + drawing.errors[each.field]) for each in found
    ]


def _anchor(problem: AnswerProblem, questionnaire: Questionnaire) -> str:
    place = questionnaire.fields.get(problem.field)
    code = place.question.code if place is not None and place.item is None else problem.field
    return f"{PREFIX}{code}"


def _named(problem: AnswerProblem, drawing: Drawing) -> str:
    place = drawing.questionnaire.fields.get(problem.field)
    if place is None:
        return ""
    number = rule_words.question_numbers(drawing.questionnaire)[place.question.code]
    if place.item is not None:
        item = _BRACKET.split(drawing.word(place.item.text))[0].strip() or place.item.code
        return _("Question %(number)s, “%(item)s”: ", number=number, item=item)
    return _("Question %(number)s: ", number=number)


def _data(view: View) -> Markup:
    """Return what the script works with: the rules, as `codec` writes them, and the words it says."""
    sections = [view.leaf.section] if view.leaf else view.questionnaire.sections
    rules = {f"s_{each.code}": each.shown_if for each in sections}
    rules |= {f"{PREFIX}{each.code}": each.shown_if for section in sections for each in section.questions}
    data = {
        "rules": {name: codec.encode_rule(rule) for name, rule in rules.items() if rule is not None},
        "given": dict(view.leaf.given) if view.leaf else {},
        "paged": view.leaf is not None,
        "code": view.place.code if view.place and view.action else "",
        "words": {
            "part": _("Part %(number)s of %(count)s", number="%1", count="%2"),
            "back": pgettext("questionnaire", "Back"),
            "next": pgettext("questionnaire", "Next"),
            "sending": _("Sending…"),
            "queued": _("Saved; sent when the network is back"),
            "open": _("Sent when the network is back: please leave this page open"),
            "later": _("Please try again in a moment: your answers are still here."),
        },
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  # no "<" is left that could end the element
