"""The list of places where people can be interviewed, and the questionnaire as an interviewer's page.

The page is the respondents' own, with its rules and its queue for a network that is away. What is saved is answered
by the page of the next interview; the submission id makes sending twice harmless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import generate_csrf

from survey_app.questionnaire.answers import AnswerProblem
from survey_app.services import interviews as services
from survey_app.services.access import Permission
from survey_app.services.collect import InvalidAnswers, NotTaking
from survey_app.services.interviews import Bar, Interview, NotByTelephone
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.interviews.hints import hint
from survey_app.web.keys import key
from survey_app.web.respond import assets, page, room
from survey_app.web.respond.page import Reading, View
from survey_app.web.respond.wording import at_place
from survey_app.words import Audience

blueprint = Blueprint("interviews", __name__)


@blueprint.get("/interviews/")
@allowed(Permission.KEY_BALLOTS)
def places() -> ResponseReturnValue:
    """List the places where people can be interviewed now."""
    survey_id = request.args.get("survey", type=key)
    lines = services.lines(context.database(), actor=context.actor(), now=context.now(), survey_id=survey_id)
    return render_template(
        "interviews/places.html",
        lines=lines,
        bar_words=_bar_words,
        is_sample=bool(lines) and all(each.collector.survey.campaign.is_sample for each in lines),
    )


@blueprint.get("/surveys/<int:survey_id>/interviews/<int:collector_id>")
@allowed(Permission.KEY_BALLOTS)
def interview(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Show the questionnaire of a new interview."""
    try:
        found = _begin(survey_id, collector_id)
    except (NotByTelephone, NotTaking) as error:
        return _barred(error)
    return _answer(_view(found, uuid4()))


@blueprint.post("/surveys/<int:survey_id>/interviews/<int:collector_id>")
@allowed(Permission.KEY_BALLOTS)
def save(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Save an interview; the page of the next one follows."""
    submission_id, raw = room.sent_id(), room.raw()
    try:
        services.save(
            context.database(),
            actor=context.actor(),
            survey_id=survey_id,
            collector_id=collector_id,
            submission_id=submission_id,
            raw=raw,
            unanswered="unanswered" in request.form,
            locale=context.locale(),
            seconds=room.seconds(),
            now=context.now(),
        )
        found = _begin(survey_id, collector_id)
    except InvalidAnswers as error:
        return _again(_begin(survey_id, collector_id), submission_id, raw, error.cleaned.problems)
    except (NotByTelephone, NotTaking) as error:
        return _barred(error)
    said = ngettext(
        "Saved. %(num)s interview of yours in this survey today.",
        "Saved. %(num)s interviews of yours in this survey today.",
        found.made,
    )
    return _answer(_view(found, uuid4(), said=said), outcome=room.STORED)


def _begin(survey_id: int, collector_id: int) -> Interview:
    return services.begin(
        context.database(),
        actor=context.actor(),
        survey_id=survey_id,
        collector_id=collector_id,
        now=context.now(),
    )


def _again(
    found: Interview, submission_id: UUID, raw: Mapping[str, Sequence[str]], problems: Sequence[AnswerProblem]
) -> Response:
    """Show the page as it was sent, with what cannot be taken."""
    asks = any(each.kind == "required" for each in problems)
    view = replace(_view(found, submission_id, asks_unanswered=asks), raw=raw, problems=problems)
    return _answer(view, 422, room.REFUSED)


def _view(found: Interview, submission_id: UUID, *, said: str = "", asks_unanswered: bool = False) -> View:
    word = at_place(found.place, found.questionnaire, context.locale())
    back = url_for("interviews.places", survey=found.collector.survey_id)
    reading = Reading(
        token=generate_csrf(),
        back=back,
        heading=_("Interview: %(unit)s, %(audience)s", unit=word.variables["unit"], audience=_audience(found)),
        opening=_opening(found),
        hint=hint,
        said=said,
        asks_unanswered=asks_unanswered,
    )
    return View(
        found.questionnaire,
        word,
        submission_id,
        _address(found),
        # A tablet at the gate starts anew by itself; an interviewer's page does not.
        replace(found.place, is_kiosk=False),
        reading=reading,
    )


def _opening(found: Interview) -> list[str]:
    """Return what is said before the first question."""
    organisation = found.place.organisation.in_locale(context.locale())
    said = [_("Good day, I am calling on behalf of %(organisation)s.", organisation=organisation)]
    if found.questionnaire.minutes:
        said.append(
            ngettext(
                "I have some questions, which take about %(num)s minute.",
                "I have some questions, which take about %(num)s minutes.",
                found.questionnaire.minutes,
            )
        )
    said.append(
        _("Your name and number are not written down. You may leave out any question, and stop at any time.")
    )
    return said


def _audience(found: Interview) -> str:
    return str(formats.LABELS[Audience][found.place.audience])


def _address(found: Interview) -> str:
    return url_for(
        "interviews.interview",
        survey_id=found.collector.survey_id,
        collector_id=found.collector.id,
        lang=context.locale(),
    )


def _answer(view: View, status: int = 200, outcome: str = "") -> Response:
    response = Response(page.questionnaire_page(view), status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = assets.policy(reader=True)
    if outcome:
        response.headers[room.OUTCOME] = outcome
    return response


def _barred(error: NotByTelephone | NotTaking) -> tuple[str, int]:
    """Say why nobody can be interviewed here."""
    if isinstance(error, NotByTelephone):
        title, lines = _("No interviews here"), [_bar_words(error.bar)]
    else:
        title, lines = room.reason_words(error)
    page_of_it = render_template("interviews/barred.html", title=title, lines=lines)
    return page_of_it, 409 if request.method == "POST" else 200


def _bar_words(bar: Bar) -> str:
    match bar:
        case Bar.SINGLE_USE_CODES:
            return _(
                "People answer here with single-use codes, each once. Somebody interviewed by telephone could "
                "answer a second time with the code. Make another collector for interviews."
            )
