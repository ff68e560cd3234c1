"""The worker's pages: the questionnaire whole in one answer, thanks, and a word where nothing can be sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, current_app, make_response
from flask_babel import force_locale, ngettext, pgettext
from flask_babel import gettext as _
from jinja2 import Environment
from markupsafe import Markup

from survey_app.questionnaire import codec
from survey_app.questionnaire.answers import AnswerProblem
from survey_app.questionnaire.definition import BaseQuestion, Questionnaire, Section
from survey_app.questionnaire.rules import Answer
from survey_app.services.collect import CONSENT, INVITATION, Place
from survey_app.services.collect_paged import LIFETIME
from survey_app.web import rule_words
from survey_app.web.respond import assets, numbering, shapes
from survey_app.web.respond.blocks import Drawing, Part, errors_by_field, invitation_words
from survey_app.web.respond.forms import PREFIX, Shape, answer_form, form_values
from survey_app.web.respond.wording import Wording, in_preview
from survey_app.words import Anonymity

_BRACKET = re.compile("[(（]")
"""Where the explanation of an item begins, which a list of errors can do without."""

_THANKS = re.compile("谢|thank", re.IGNORECASE)
"""What in the author's closing words thanks already: the heading does not do so again."""


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
class Reading:
    """What an interviewer's page has besides: it is read out, and nothing on it has to be answered.

    `token` guards the form, `back` is where the interviewer came from, `opening` is read out first, `said` tells
    what was saved. `hint` says how a question is read. With `asks_unanswered` the page asks whether what is missing
    is missing because the respondent did not know or would not say.
    """

    token: str
    back: str
    heading: str
    opening: Sequence[str]
    hint: Callable[[BaseQuestion], str]
    said: str = ""
    asks_unanswered: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One view of a questionnaire: whose it is, where it is sent, and what was typed and found wrong so far.

    Without `action` it is a preview, which sends nothing. `trouble` says why it was not taken now, `invitation`
    is the single-use code that was typed.
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
    invitation: str = ""
    reading: Reading | None = None

    @property
    def is_first(self) -> bool:
        """Whether the notice and the consent stand on this page."""
        return self.leaf is None or self.leaf.number == 1


@dataclass(frozen=True, slots=True)
class Asking:
    """What stands before a questionnaire: words, a button, perhaps a password; what was `sent` goes along.

    With a `puzzle` the page's script does the work that is asked for, and sends.
    """

    title: str
    lines: Sequence[str]
    action: str
    words: str
    sent: Sequence[tuple[str, str]] = ()
    asks_password: bool = False
    wrong: str = ""
    puzzle: str = ""


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
    if view.reading is not None:
        _read_out(parts, view.reading)
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
        not_collected=_not_collected(view),
        kept_words=_kept_words(view),
        invitation=_invitation(view, drawing),
        submission_id=view.submission_id,
        is_first=view.is_first,
        is_paged=view.leaf is not None,
        is_preview=not view.action,
        # Changing language or size asks for the page anew: what was typed would be lost.
        has_links=bool(view.action) and not view.raw and not view.reading,
        send_words=_send_words(view),
        data=_data(view),
        script=assets.SCRIPT,
        reading=view.reading,
        **({"reader_style": assets.READER_STYLE, "reader_script": assets.READER_SCRIPT} if view.reading else {}),
        **_introduction(view, drawing),
    )


def _read_out(parts: Sequence[Part], reading: Reading) -> None:
    """Say at each question how it is read; the script is not to ask for what a respondent would not say."""
    for block in (block for part in parts for block in part.blocks):
        for place in (block, *block.rows):
            place.must = ""
        if block.question is not None:
            block.help = " ".join(filter(None, (reading.hint(block.question), block.help)))


def has_own_order(questionnaire: Questionnaire) -> bool:
    """Tell whether each view shows options in an order of its own."""
    return any(getattr(question, "random_order", False) for question in questionnaire.questions)


def thanks_page(questionnaire: Questionnaire, word: Wording, place: Place, again: str) -> str:
    """Return the thanks. It looks the same however often the same answers arrive."""
    closing = word(questionnaire.closing)
    return _render(
        "thanks.html",
        word,
        place,
        closing=closing,
        thanks=bool(_THANKS.search(closing)),
        again=again,
        has_links=False,
        is_kiosk=place.is_kiosk,
    )


def message_page(
    title: str,
    lines: Sequence[str],
    word: Wording,
    place: Place | None = None,
    again: tuple[str, str] | None = None,
) -> str:
    """Return a page that says why nothing can be sent; `again` is an address to go to, and its words."""
    about = place.title.in_locale(word.locale) if place is not None else ""
    return _render("message.html", word, place, title=title, lines=lines, again=again, about=about)


def ask_page(asking: Asking, word: Wording, place: Place | None) -> str:
    """Return a page with a question that comes before the questionnaire; what was sent goes along."""
    return _render(
        "ask.html",
        word,
        place,
        about=place.title.in_locale(word.locale) if place is not None else "",
        title=asking.title,
        lines=asking.lines,
        action=asking.action,
        sent=asking.sent,
        words=asking.words,
        asks_password=asking.asks_password,
        wrong=asking.wrong,
        puzzle=asking.puzzle,
        work_script=assets.WORK_SCRIPT,
        has_links=not asking.sent,
    )


def _render(template: str, word: Wording, place: Place | None, **context: Any) -> str:
    """Render outside Flask's context: nothing here may depend on who is signed in, or read a cookie."""
    environment: Environment = current_app.extensions["survey_app.respond"]
    values = {
        "locale": word.locale,
        "organisation": place.organisation.in_locale(word.locale)
        if place
        else word.variables.get("organisation", ""),
        "is_sample": place is not None and place.is_sample,
        "has_links": True,
        "size": word.size,
        "sizes": _sizes(),
        "more": Markup("&amp;big=%s") % word.size if word.size else "",
        "style": assets.STYLE,
        "large": assets.LARGE,
        "breakable": shapes.breakable,
        **context,
    }
    return environment.get_template(f"respond/{template}").render(values)


def _sizes() -> tuple[tuple[int, str], ...]:
    """Return the sizes of large type, and their names."""
    return (
        (1, pgettext("size of type", "Large")),
        (2, pgettext("size of type", "Larger")),
        (3, pgettext("size of type", "Largest")),
    )


def _introduction(view: View, drawing: Drawing) -> dict[str, Any]:
    """Return what stands before the first question: who asks, why, how long it takes, what is done with it."""
    questionnaire, word = view.questionnaire, view.word
    facts = []
    if questionnaire.minutes:
        facts.append(ngettext("About %(num)s minute", "About %(num)s minutes", questionnaire.minutes))
    if view.place is None or view.place.anonymity == Anonymity.ANONYMOUS:
        facts.append(_("anonymous"))
    first, _rest, rest = word(questionnaire.notice).partition("\n")
    consent = {
        "id": f"{PREFIX}{CONSENT}",
        "name": CONSENT,
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


def _not_collected(view: View) -> str:
    """Return what is not collected, where that is so by the way the product works, whatever the notice says."""
    if view.reading or (view.place is not None and view.place.anonymity != Anonymity.ANONYMOUS):
        return ""
    return _("Not collected: name, telephone, WeChat account, place, network address, device.")


def _kept_words(view: View) -> str:
    """Return what stays on the phone, and for how long."""
    if view.place is None or view.reading or view.place.is_kiosk:
        return ""
    if view.leaf is not None:
        return _(
            "What you are filling in is on this phone only. Parts that you have finished are kept until you send "
            "the whole, at most %(days)s days.",
            days=LIFETIME.days,
        )
    words = [
        _(
            "Until they are sent, your answers are on this phone only; once they have arrived, "
            "they are deleted there."
        )
    ]
    if has_mark(view.place):
        words.append(
            _(
                "A mark stays in this browser that this form has been sent from it. It is the same for everybody "
                "and says nothing about you or your answers."
            )
        )
    return " ".join(words)


def has_mark(place: Place) -> bool:
    """Tell whether a browser keeps a mark that a form of this collector was sent from it."""
    return place.once_per_device and not place.is_kiosk and not place.needs_invitation


def _invitation(view: View, drawing: Drawing) -> dict[str, str] | None:
    """Return the field for a single-use code: on the page that sends the whole."""
    is_asked = view.place is not None and view.place.needs_invitation
    if not is_asked or (view.leaf is not None and not view.leaf.is_last):
        return None
    return {
        "id": f"{PREFIX}{INVITATION}",
        "error": drawing.errors.get(INVITATION, ""),
        "must": invitation_words("missing"),
        "typed": view.invitation,
    }


def _leaf_part(drawing: Drawing, leaf: Leaf) -> Part:
    progress = _("Last part") if leaf.is_last else _("Part %(number)s", number=leaf.number)
    return replace(drawing.part(leaf.section, progress), condition="")


def _send_words(view: View) -> str:
    if not view.action:
        return _("Preview: nothing can be sent")
    if view.reading:
        return _("Save and go to the next interview")
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


def _kept_under(view: View) -> str:
    """Return under which name the browser keeps what is not sent yet; none for a preview."""
    if view.place is None or not view.action:
        return ""
    return f"interview {view.place.code}" if view.reading else view.place.code


def _data(view: View) -> Markup:
    """Return what the script works with: the rules, as `codec` writes them, and the words it says."""
    sections = [view.leaf.section] if view.leaf else view.questionnaire.sections
    rules = {f"s_{each.code}": each.shown_if for each in sections}
    rules |= {f"{PREFIX}{each.code}": each.shown_if for section in sections for each in section.questions}
    data = {
        "rules": {name: codec.encode_rule(rule) for name, rule in rules.items() if rule is not None},
        "given": dict(view.leaf.given) if view.leaf else {},
        "paged": view.leaf is not None,
        "before": numbering.asked_before(view.questionnaire, view.leaf.section, view.leaf.given)
        if view.leaf
        else numbering.asked_before(view.questionnaire),
        "code": _kept_under(view),
        "kiosk": view.place is not None and view.place.is_kiosk,
        "big": bool(view.word.size) and view.leaf is None,
        "words": {
            "part": _("Part %(number)s", number="%1"),
            "last": _("Last part"),
            "back": pgettext("questionnaire", "Back"),
            "next": pgettext("questionnaire", "Next"),
            "sending": _("Sending…"),
            "queued": _("Saved; sent when the network is back"),
            "open": _("Sent when the network is back: please leave this page open"),
            "waiting": _(
                "Still to be sent: %(number)s. It happens by itself when the network is back.", number="%1"
            ),
            "sent": _("What was still to be sent has arrived."),
            "later": _("Please try again in a moment: your answers are still here."),
        },
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  # no "<" is left that could end the element
