"""The words of a printed form, made of the published questionnaire and of what its batch and collector know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from flask_babel import gettext, ngettext

from survey_app.questionnaire import keys
from survey_app.questionnaire.answers import AnswerProblem
from survey_app.questionnaire.definition import (
    BaseQuestion,
    DateQuestion,
    LongText,
    Matrix,
    MultipleChoice,
    Nps,
    Number,
    Questionnaire,
    Ranking,
    ScaleQuestion,
    Section,
    ShortText,
    SingleChoice,
    Statement,
    options_of,
)
from survey_app.reporting import qr
from survey_app.reporting.paper_facts import Asked, Box, Form, Part
from survey_app.services.collect import Place
from survey_app.services.paper import Papers
from survey_app.web import formats, problems, rule_words
from survey_app.web.question_words import nps_ends
from survey_app.web.respond.blocks import limits
from survey_app.web.respond.wording import Wording, at_place
from survey_app.words import Anonymity, Audience

_LONG = 400
"""Characters from which on a text gets five lines instead of three."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What all questions of a form need: the questionnaire and how its texts are written."""

    questionnaire: Questionnaire
    word: Wording

    def boxes(self, question: BaseQuestion) -> tuple[Box, ...]:
        """Return the boxes of a question, or of a row of it, in order."""
        place = self.questionnaire.fields_by_question[question.code][0]
        to_say = {option.code for option in options_of(place.question) if option.specify}
        return tuple(
            Box(each.key, self.word(each.text), each.code in to_say)
            for each in keys.keys_of(place, self.questionnaire)
        )

    def say(self, question: BaseQuestion, kind: str, **params: object) -> str:
        """Return the catalogue's words for what a question asks for."""
        return problems.answer_problem_words(AnswerProblem(question.code, kind, params), self.questionnaire)


def form_of(page: Papers, place: Place, locale: str, *, base_url: str, months: int, own_notice: bool) -> Form:
    """Return the form of a batch in the language `locale`, which is the one in force.

    `months` is how long responses are kept; `own_notice` prints the notice that the questionnaire has for screens.
    """
    questionnaire = page.questionnaire
    word = at_place(place, questionnaire, locale)
    draft = Draft(questionnaire, word)
    notice = word(questionnaire.notice).split("\n") if own_notice else _notice(page, place, word, months)
    audience = str(formats.label(Audience, page.collector.audience))
    places = (place.unit.in_locale(locale), page.collector.label, audience)
    return Form(
        union=place.organisation.in_locale(locale),
        title=word(questionnaire.title),
        place=" · ".join(filter(None, places)),
        notice=[line for line in notice if line.strip()],
        how_to=gettext(
            "Tick one box for each question, several where it says so. Wrong box? Black it out and tick another."
        ),
        parts=[_part(section, draft) for section in questionnaire.sections],
        closing=word(questionnaire.closing),
        code=qr.batch_content(base_url, page.batch.id),
        code_words=gettext("For those who key"),
        foot=gettext("Batch %(number)s", number=page.batch.id),
        page=gettext("Page %(page)s of %(pages)s"),
        serial=gettext("No. %(serial)s"),
        continued=gettext("(continued)"),
        empty_page=gettext("(no questions on this page)"),
        sample=gettext("Sample data") if place.is_sample else "",
    )


def _notice(page: Papers, place: Place, word: Wording, months: int) -> list[str]:
    """Return what is promised for paper: a screen's notice speaks of devices and of leaving the page."""
    organisation = place.organisation.in_locale(word.locale)
    minutes = page.questionnaire.minutes
    first = [gettext("This is a questionnaire of %(organisation)s.", organisation=organisation)]
    if minutes:
        first.append(ngettext("It takes about %(num)s minute.", "It takes about %(num)s minutes.", minutes))
    by_anonymity = {
        Anonymity.ANONYMOUS: gettext(
            "Anonymous: please write no name, telephone or staff number. The number at the foot of each page is "
            "for counting sheets and for checking what was keyed; it is deleted then, and not kept with answers."
        ),
        Anonymity.DE_IDENTIFIED: gettext(
            "Please write no name. The number at the foot of each page is for counting sheets and for checking "
            "what was keyed; it is deleted afterwards."
        ),
        Anonymity.NAMED: gettext(
            "You answer in your own name. The number at the foot of each page is for counting sheets and for "
            "checking what was keyed."
        ),
    }
    points = [
        by_anonymity[Anonymity(place.anonymity)],
        gettext(
            "Voluntary: you may leave out any question, or hand the form in blank. Neither your team leader nor "
            "your employer will learn what you answered. By handing it in you agree that it is evaluated."
        ),
        gettext(
            "Use: totals only, to improve the work. No group of fewer than %(threshold)s is shown on its own.",
            threshold=place.threshold,
        ),
        ngettext(
            "Storage: answers are kept for %(num)s month after closing, totals for good. Responsible: %(who)s.",
            "Storage: answers are kept for %(num)s months after closing, totals for good. Responsible: %(who)s.",
            months,
            who=organisation,
        ),
    ]
    last = gettext("Please fold the form when you are done, and put it into the box or an envelope yourself.")
    between = "" if word.locale != "en" else " "
    return [between.join(first), *(f"{number}. {words}" for number, words in enumerate(points, start=1)), last]


def _part(section: Section, draft: Draft) -> Part:
    rule = section.shown_if
    return Part(
        title=draft.word(section.title),
        intro=draft.word(section.intro),
        rule=rule_words.section_only_if(rule, draft.questionnaire, draft.word) if rule else "",
        asked=[_asked(question, draft) for question in section.questions],
    )


def _asked(question: BaseQuestion, draft: Draft) -> Asked:
    """Return a question with what every kind has."""
    number = rule_words.question_numbers(draft.questionnaire).get(question.code)
    rule = question.shown_if
    made = printed(question, draft)
    condition = rule_words.only_if(rule, draft.questionnaire, draft.word) if rule else ""
    return replace(
        made,
        number=f"{number}." if number is not None else "",
        rule=" ".join(filter(None, (condition, made.rule))),
        hint=" ".join(filter(None, (draft.word(question.help), made.hint))),
    )


@singledispatch
def printed(question: BaseQuestion, draft: Draft) -> Asked:
    """Return how this kind of question is printed; number, condition and help are added by the caller."""
    raise NotImplementedError(type(question).__name__)


@printed.register
def _(question: SingleChoice | ScaleQuestion, draft: Draft) -> Asked:
    return Asked("", draft.word(question.text), boxes=draft.boxes(question))


@printed.register
def _(question: MultipleChoice, draft: Draft) -> Asked:
    words = draft.word(question.text)
    hint = limits(question, words + draft.word(question.help))
    several = "" if _says_so(words) or hint else gettext("Tick all that apply.")
    return Asked("", words, hint=hint or several, boxes=draft.boxes(question))


@printed.register
def _(question: Matrix, draft: Draft) -> Asked:
    rule = rule_words.only_chosen_rows(question, draft.questionnaire) if question.rows_from is not None else ""
    rows = [draft.word(item.text) for item in question.items]
    return Asked("", draft.word(question.text), rule=rule, boxes=draft.boxes(question), rows=rows)


@printed.register
def _(question: Nps, draft: Draft) -> Asked:
    ends = nps_ends(question, draft.word)
    return Asked("", draft.word(question.text), boxes=draft.boxes(question), ends=ends)


@printed.register
def _(question: Ranking, draft: Draft) -> Asked:
    slots = _places(question.top)
    hint = gettext("Write the numbers of your choices into the boxes, the most important one first.")
    return Asked("", draft.word(question.text), hint=hint, boxes=draft.boxes(question), slots=slots)


@printed.register
def _(question: Number, draft: Draft) -> Asked:
    hint = ""
    if question.minimum is not None or question.maximum is not None:
        hint = draft.say(question, "out_of_range", low=question.minimum, high=question.maximum)
    unit = draft.word(question.unit)
    return Asked("", draft.word(question.text), hint=hint, lines=1, is_short=True, unit=unit)


@printed.register
def _(question: ShortText, draft: Draft) -> Asked:
    return Asked("", draft.word(question.text), lines=1)


@printed.register
def _(question: LongText, draft: Draft) -> Asked:
    return Asked("", draft.word(question.text), lines=5 if question.max_length > _LONG else 3)


@printed.register
def _(question: DateQuestion, draft: Draft) -> Asked:
    return Asked("", draft.word(question.text), lines=1, is_short=True, unit=gettext("(year, month, day)"))


@printed.register
def _(question: Statement, draft: Draft) -> Asked:
    return Asked("", draft.word(question.text))


def _says_so(words: str) -> bool:
    return "多选" in words or "all that apply" in words


def _places(top: int) -> Sequence[str]:
    return [gettext("No. %(place)s:", place=place) for place in range(1, top + 1)]
