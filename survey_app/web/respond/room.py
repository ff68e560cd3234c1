"""What all pages of a worker share: no account, no cookie, no address kept; errors in plain words."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from functools import lru_cache
from typing import cast
from uuid import UUID, uuid4

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from survey_app.questionnaire.answers import AnswerProblem
from survey_app.services import door
from survey_app.services.collect import CONSENT, INVITATION, NotTaking, Place, Reason, Receipt
from survey_app.services.collect_paged import LIFETIME, Expired
from survey_app.services.collectors import normalised_code
from survey_app.services.context import Unavailable
from survey_app.services.door import Shown
from survey_app.services.flood import Gate
from survey_app.services.intake import Intake
from survey_app.web import context, formats, security
from survey_app.web.respond import assets, page
from survey_app.web.respond.forms import raw_answers
from survey_app.web.respond.kept import BROTLI, GZIP, PLAIN, packed
from survey_app.web.respond.network import network_of
from survey_app.web.respond.wording import Wording, at_place

blueprint = Blueprint("respond", __name__)
security.CSRF.exempt(blueprint)  # no session, so there is nothing that another site could use

LARGEST = 256 * 1024
"""Most bytes of one submission; the longest questionnaire with every text filled in needs about a tenth."""

KIOSK_THANKS = 10
"""Seconds for which a shared tablet thanks before it goes back to the start."""

FLOODED = "survey_app.flooded"
"""Where in the request's environment the counter says that too much is sent from there."""

OUTCOME = "Survey-Answer"
"""Header by which the page's script knows our answers from those of whoever stands in between, such as a hot spot:
`STORED` is said for answers that are on disk, `NEXT` for a section of them, `LATER` where they can be sent again as
they are, else `REFUSED`."""
STORED = "stored"
NEXT = "next"
LATER = "later"
REFUSED = "refused"

STATUS = {
    Reason.UNKNOWN: 404,
    Reason.NOT_YET_OPEN: 403,
    Reason.PAUSED: 403,
    Reason.CLOSED: 410,
    Reason.FULL: 403,
    Reason.PASSWORD: 403,
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
        comes_later = response.status_code >= 500 or response.status_code == 429
        response.headers.setdefault(OUTCOME, LATER if comes_later else REFUSED)
    return response


@blueprint.errorhandler(NotTaking)
def _not_taking(error: NotTaking) -> Response:
    if error.reason == Reason.PASSWORD and error.place is not None:
        return password_page(error.place)
    title, lines = reason_words(error)
    return answer(page.message_page(title, lines, plain_word(), error.place), STATUS[error.reason])


@blueprint.errorhandler(Expired)
def _expired(error: Expired) -> Response:
    lines = [
        _(
            "Answers that are not sent within %(days)s days are deleted. If you have sent yours, they are saved.",
            days=LIFETIME.days,
        )
    ]
    again = address(error.place), _("Open the questionnaire again")
    return answer(page.message_page(_("Time for this form is over"), lines, plain_word(), error.place, again), 410)


@blueprint.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 413:
        title, advice = _("Too much text"), _("Please go back, shorten what you wrote and send it again.")
    else:
        title, advice = _("This could not be understood"), _("Please scan the code once more and start again.")
    return answer(page.message_page(title, [advice], plain_word()), status)


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
    return come_again(answer(page.message_page(title, [advice], plain_word()), 503))


def plain_word() -> Wording:
    """Return the wording of a page that knows no questionnaire."""
    return Wording(context.locale(), {}, size())


def size() -> int:
    """Return the size of the type that the address asks for: 0, or 1 to 3 for the large ones."""
    asked = request.args.get("big", "")
    return int(asked) if asked in {"1", "2", "3"} else 0


def shown() -> Shown:
    """Return what comes along for the collector's door."""
    return Shown(request.cookies.get("entered", ""), request.form.get("invitation", ""))


def network() -> str:
    """Return where this request comes from, for limits."""
    return network_of(request.environ, context.settings().trusted_proxies)


def work_needed(code: str, submission_id: UUID) -> Response | None:
    """Ask for work before more is taken from a network that sends too much, or too many wrong single-use codes.

    The page's script does it unseen. Without one, the answers wait on a page until it is their turn. None where
    nothing is in the way.
    """
    guess = _slowed_code(code)
    if guess is None and not request.environ.get(FLOODED):
        return None
    title = _("Many are sending at this moment") if guess is None else _("Several wrong codes have been typed here")
    words = _("Your answers are kept on this page. Please send them in %(seconds)s seconds.", seconds="%s")
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in {"id", "work", "wait"}]
    sent.append(("id", str(submission_id)))
    return work_page(code, guess or submission_id, title, words, sent, send=pgettext("questionnaire", "Send"))


def work_page(
    code: str, bound_to: UUID, title: str, words: str, sent: Sequence[tuple[str, str]], *, send: str
) -> Response | None:
    """Return the page that asks for the work bound to an id; None where it has been done, or its turn has come.

    `words` has a place for the seconds to wait; what was `sent` goes along.
    """
    gate = cast("Gate", current_app.extensions["survey_app.gate"])
    if gate.is_worked(bound_to, request.form.get("work", "")) or gate.is_turn(
        bound_to, request.form.get("wait", "")
    ):
        return None
    needed = gate.needed(code, network(), bound_to)
    asking = page.Asking(
        title=title,
        lines=[words.replace("%s", str(needed.seconds))],
        action=request.full_path.rstrip("?"),
        words=send,
        sent=[*sent, ("wait", needed.ticket)],
        puzzle=needed.puzzle,
    )
    response = answer(page.ask_page(asking, plain_word(), None), 429)
    response.headers["Survey-Puzzle"] = needed.puzzle
    response.headers["Retry-After"] = str(needed.seconds)
    return response


def _slowed_code(code: str) -> UUID | None:
    """Return what the work for the single-use code that was sent is bound to; None where it takes no work."""
    typed = normalised_code(shown().invitation)
    if not typed:
        return None
    place = cast("Intake", current_app.extensions["survey_app.intake"]).place(code=code)
    key = context.settings().secret_key
    is_slowed = place.needs_invitation and door.is_slowed(
        context.database(), key=key, collector_id=place.id, network=network(), now=context.now()
    )
    return door.guess_id(key, collector_id=place.id, given=typed) if is_slowed else None


def count_wrong_code(place: Place, problems: Sequence[AnswerProblem]) -> None:
    """Count a single-use code that was not good."""
    if any(each.field == INVITATION and each.kind != "missing" for each in problems):
        door.count_wrong_code(
            context.database(),
            key=context.settings().secret_key,
            collector_id=place.id,
            network=network(),
            now=context.now(),
        )


def answered_before(place: Place) -> Response:
    """Say that a form was sent from this browser before; who means to can go on."""
    lines = [
        _("A form of this questionnaire has been sent from this phone. Everybody answers once."),
        _("If you are somebody else, or something went wrong, please go on."),
    ]
    again = address(place, again=True), _("Answer on this phone once more")
    return answer(page.message_page(_("You seem to have answered already"), lines, plain_word(), place, again))


def password_page(place: Place, wrong: str = "", status: int = 403) -> Response:
    """Ask for the collector's password; answers that were sent without it are kept on the page."""
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "password"]
    asking = page.Asking(
        title=_("This questionnaire has a password"),
        lines=[_("It stands where you found the code. You are asked for it once.")],
        action=address(place),
        words=_("Continue"),
        sent=sent,
        asks_password=True,
        wrong=wrong,
    )
    return answer(page.ask_page(asking, plain_word(), place), status)


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
    place = receipt.place
    word = at_place(place, receipt.questionnaire, context.locale(), size())
    return page.thanks_page(receipt.questionnaire, word, place, again=address(place, again=page.has_mark(place)))


def thanked(response: Response, place: Place) -> Response:
    """Say that the answers are on disk; let a shared tablet go back to the start by itself."""
    response.headers[OUTCOME] = STORED
    if place.is_kiosk:
        response.headers["Refresh"] = f"{KIOSK_THANKS}; url={address(place)}"
    return response


def address(place: Place, *, again: bool = False) -> str:
    """Return where the questionnaire is, in the language and size that it is read in.

    `again` lets somebody in whose browser has sent it before.
    """
    return url_for(
        "respond.questionnaire",
        code=place.code,
        lang=context.locale(),
        big=size() or None,
        again=1 if again else None,
    )


def raw() -> dict[str, Sequence[str]]:
    """Return what was sent, by field code."""
    sent: MultiDict[str, str] = request.form
    return {**raw_answers(sent), CONSENT: sent.getlist(CONSENT)}


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


def reason_words(error: NotTaking) -> tuple[str, list[str]]:
    """Return a title and what to say where a way in takes no answers."""
    match error.reason:
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
            ended = error.place.closes_at if error.place is not None else None
            when = (
                _("It closed on %(moment)s.", moment=formats.moment(ended))
                if ended is not None and ended <= context.now()
                else _("The time for answering is over.")
            )
            return _("This questionnaire is closed"), [when, _("Thank you for wanting to take part.")]
        case Reason.FULL:
            return _("Enough answers have come in"), [
                _("This questionnaire takes no more answers. Thank you for wanting to take part.")
            ]
        case _:
            return _("There is no questionnaire under this code"), [
                _("Please scan the code once more, or check the letters and digits of the address.")
            ]
