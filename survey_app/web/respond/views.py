"""The way in for workers: scan, answer, thanks. No account, no cookie, no address kept.

After sending, the thanks are the answer to the POST itself and no redirect follows: on a bad line it would be one
more request, which can fail after the answers are on disk. The browser may keep the questionnaire (no-cache, not
no-store), so that going back shows the same page with the same submission id: sending it again, by a double tap,
the back button or a reload, is answered with the same thanks, and nothing more is stored.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from uuid import UUID, uuid4

from flask import Blueprint, Flask, Response, current_app, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import collect
from survey_app.services.collect import CONSENT, InvalidAnswers, NotTaking, Place, Reason
from survey_app.web import context, formats, security
from survey_app.web.access import public
from survey_app.web.respond import assets, page
from survey_app.web.respond.forms import raw_answers
from survey_app.web.respond.wording import at_place
from survey_app.words import Mode

blueprint = Blueprint("respond", __name__)
security.CSRF.exempt(blueprint)  # no session, so there is nothing that another site could use

LARGEST = 256 * 1024
"""Most bytes of one submission; the longest questionnaire with every text filled in needs about a tenth."""

STATUS = {
    Reason.UNKNOWN: 404,
    Reason.NOT_YET_OPEN: 403,
    Reason.PAUSED: 403,
    Reason.CLOSED: 410,
    Reason.FULL: 403,
}


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    page.register(app)
    app.register_blueprint(blueprint)


@blueprint.before_request
def _limit_size() -> None:
    request.max_content_length = LARGEST
    request.max_form_memory_size = LARGEST


@blueprint.after_request
def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", assets.policy())
    response.vary.update(("Accept-Language",))
    return response


@blueprint.get("/s/<code>", strict_slashes=False)
@blueprint.get("/S/<code>", strict_slashes=False)
@public
def questionnaire(code: str) -> Response:
    """Show the questionnaire. Upper-case addresses make smaller QR codes. Writes nothing."""
    place, asked = collect.find(context.database(), code=code, now=context.now())
    return _questionnaire(place, asked, uuid4())


@blueprint.post("/s/<code>", strict_slashes=False)
@blueprint.post("/S/<code>", strict_slashes=False)
@public
def submit(code: str) -> Response:
    """Take the answers; thanks mean that they are on disk."""
    raw = _raw()
    submission_id = _submission_id()
    locale = context.locale()
    try:
        receipt = collect.submit(
            context.database(),
            code=code,
            submission_id=submission_id,
            raw=raw,
            locale=locale,
            mode=Mode.WEB,
            now=context.now(),
            seconds=_seconds(),
        )
    except InvalidAnswers as error:
        view = page.View(
            error.questionnaire,
            at_place(error.place, error.questionnaire, locale),
            submission_id,
            _address(error.place),
            error.place,
            raw=raw,
            problems=error.cleaned.problems,
        )
        return _answer(page.questionnaire_page(view), 422)
    word = at_place(receipt.place, receipt.questionnaire, locale)
    return _answer(page.thanks_page(receipt.questionnaire, word, receipt.place, again=_address(receipt.place)))


@blueprint.errorhandler(NotTaking)
def _not_taking(error: NotTaking) -> Response:
    title, lines = _reason_words(error)
    html = page.message_page(title, lines, context.locale(), error.place)
    return _answer(html, STATUS[error.reason])


@blueprint.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 413:
        title, advice = _("Too much text"), _("Please go back, shorten what you wrote and send it again.")
    else:
        title, advice = _("This could not be understood"), _("Please scan the code once more and start again.")
    return _answer(page.message_page(title, [advice], context.locale()), status)


@blueprint.errorhandler(Exception)
def _unforeseen(error: Exception) -> Response:
    # The message of a database error quotes the values it was about, which are answers: only its kind is logged.
    where = "".join(traceback.format_tb(error.__traceback__))
    current_app.logger.error("a respondent's page failed: %s\n%s", type(error).__name__, where)
    title = _("Nothing has been sent yet")
    advice = _(
        "Please go back and send it again in a moment: what you filled in is still there, and is counted once."
    )
    return _answer(page.message_page(title, [advice], context.locale()), 503)


def _questionnaire(place: Place, asked: Questionnaire, submission_id: UUID) -> Response:
    word = at_place(place, asked, context.locale())
    response = _answer(page.questionnaire_page(page.View(asked, word, submission_id, _address(place), place)))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _answer(html: str, status: int = 200) -> Response:
    return make_response(html, status)


def _address(place: Place) -> str:
    """Return where the questionnaire is, in the language that it is read in."""
    return url_for("respond.submit", code=place.code, lang=context.locale())


def _raw() -> dict[str, Sequence[str]]:
    sent: MultiDict[str, str] = request.form
    return {**raw_answers(sent), CONSENT: sent.getlist("consent")}


def _submission_id() -> UUID:
    """Return the id that the page was given; without one, a page that was not ours sent this."""
    try:
        return UUID(request.form.get("id", ""))
    except ValueError:
        return uuid4()


def _seconds() -> int | None:
    """Return how long the page stood open, if its script could tell."""
    text = request.form.get("seconds", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _reason_words(error: NotTaking) -> tuple[str, list[str]]:
    match error.reason:
        case Reason.UNKNOWN:
            return _("There is no questionnaire under this code"), [
                _("Please scan the code once more, or check the letters and digits of the address.")
            ]
        case Reason.NOT_YET_OPEN:
            when = (
                _("It opens on %(moment)s. Please come back then.", moment=formats.moment(error.opens_at))
                if error.opens_at
                else _("Please come back a little later.")
            )
            return _("This questionnaire is not open yet"), [when]
        case Reason.PAUSED:
            return _("This questionnaire is paused"), [
                _("It cannot be sent at the moment. Please come back a little later.")
            ]
        case Reason.CLOSED:
            return _("This questionnaire is closed"), [
                _("The time for answering is over. Thank you for wanting to take part.")
            ]
        case Reason.FULL:
            return _("Enough answers have come in"), [
                _("This questionnaire takes no more answers. Thank you for wanting to take part.")
            ]
