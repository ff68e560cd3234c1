"""What all pages of a worker share: no account, no cookie, no address kept; errors in plain words."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID, uuid4

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from survey_app.services.collect import CONSENT, NotTaking, Place, Reason, Receipt
from survey_app.services.collect_paged import LIFETIME, Expired
from survey_app.services.context import Unavailable
from survey_app.web import context, formats, security
from survey_app.web.respond import assets, page
from survey_app.web.respond.forms import raw_answers
from survey_app.web.respond.kept import BROTLI, GZIP, PLAIN, packed
from survey_app.web.respond.wording import at_place

blueprint = Blueprint("respond", __name__)
security.CSRF.exempt(blueprint)  # no session, so there is nothing that another site could use

LARGEST = 256 * 1024
"""Most bytes of one submission; the longest questionnaire with every text filled in needs about a tenth."""

OUTCOME = "Survey-Answer"
"""Header by which the page's script knows our answers from those of whoever stands in between, such as a hot spot:
"stored" is said for answers that are on disk, "later" where they can be sent again, else "refused"."""

_OUTCOMES = {200: "stored", 303: "kept", 500: "later", 503: "later"}

STATUS = {
    Reason.UNKNOWN: 404,
    Reason.NOT_YET_OPEN: 403,
    Reason.PAUSED: 403,
    Reason.CLOSED: 410,
    Reason.FULL: 403,
}


@blueprint.before_request
def _limit_size() -> None:
    request.max_content_length = LARGEST
    request.max_form_memory_size = LARGEST


@blueprint.after_request
def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", assets.policy())
    response.vary.update(("Accept-Language", "Accept-Encoding"))
    if request.method == "POST":
        response.headers[OUTCOME] = _OUTCOMES.get(response.status_code, "refused")
    return response


@blueprint.errorhandler(NotTaking)
def _not_taking(error: NotTaking) -> Response:
    title, lines = _reason_words(error)
    html = page.message_page(title, lines, context.locale(), error.place)
    return answer(html, STATUS[error.reason])


@blueprint.errorhandler(Expired)
def _expired(error: Expired) -> Response:
    lines = [
        _(
            "Answers that are not sent within %(days)s days are deleted. If you have sent yours, they are saved.",
            days=LIFETIME.days,
        )
    ]
    html = page.message_page(
        _("Time for this form is over"), lines, context.locale(), error.place, again=address(error.place)
    )
    return answer(html, 410)


@blueprint.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 413:
        title, advice = _("Too much text"), _("Please go back, shorten what you wrote and send it again.")
    else:
        title, advice = _("This could not be understood"), _("Please scan the code once more and start again.")
    return answer(page.message_page(title, [advice], context.locale()), status)


@blueprint.errorhandler(Unavailable)
def _unavailable(error: Unavailable) -> Response:
    log_unavailable(error)
    return _not_now()


@blueprint.errorhandler(Exception)
def _unforeseen(error: Exception) -> Response:
    # The message of a database error quotes the values it was about, which are answers: only its kind is logged.
    where = "".join(traceback.format_tb(error.__traceback__))
    current_app.logger.error("a respondent's page failed: %s\n%s", type(error).__name__, where)
    return _not_now()


def log_unavailable(error: Unavailable) -> None:
    """Say in the log why the database did not take or give what it was asked for."""
    current_app.logger.error("a respondent was asked to try again, database %s: %s", error.kind, error.reason)


def come_again(response: Response) -> Response:
    """Tell programs, too, when to try again."""
    response.headers["Retry-After"] = "5"
    return response


def _not_now() -> Response:
    title = _("Nothing has been sent yet")
    advice = _(
        "Please go back and send it again in a moment: what you filled in is still there, and is counted once."
    )
    return come_again(answer(page.message_page(title, [advice], context.locale()), 503))


def answer(html: str, status: int = 200) -> Response:
    """Return a page as an answer, compressed where the browser takes it.

    Nothing secret is in these pages, so that their size gives nothing away.
    """
    return sent(packed(html, coding()), status)


def coding() -> str:
    """Return how answers to this browser are compressed: "br", "gzip" or "" for not at all."""
    return _coding_of(request.headers.get("Accept-Encoding", ""))


@lru_cache(256)
def _coding_of(header: str) -> str:
    """Read a header that is the same in most requests."""
    wishes = parse_accept_header(header)
    return next((each for each in (BROTLI, GZIP) if wishes.quality(each) > 0), PLAIN)


def sent(body: bytes, status: int = 200) -> Response:
    """Return an answer whose body is in the browser's coding already."""
    headers = {"Content-Encoding": coding()} if coding() else {}
    return Response(body, status, headers, mimetype="text/html")


def may_be_kept(response: Response) -> Response:
    """Let the browser show the same page again, with the same submission id, when one goes back to it."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def thanks_page(receipt: Receipt) -> str:
    """Return the thanks for answers that are on disk; the same page however often they arrive."""
    word = at_place(receipt.place, receipt.questionnaire, context.locale())
    return page.thanks_page(receipt.questionnaire, word, receipt.place, again=address(receipt.place))


def address(place: Place) -> str:
    """Return where the questionnaire is, in the language that it is read in."""
    return url_for("respond.questionnaire", code=place.code, lang=context.locale())


def raw() -> dict[str, Sequence[str]]:
    """Return what was sent, by field code."""
    sent: MultiDict[str, str] = request.form
    return {**raw_answers(sent), CONSENT: sent.getlist("consent")}


def sent_id() -> UUID:
    """Return the id that the page was given for what it sends; without one, a page that was not ours sent this."""
    try:
        return UUID(request.form.get("id", ""))
    except ValueError:
        return uuid4()


def seconds() -> int | None:
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
