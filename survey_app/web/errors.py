"""Error pages: what happened and what to do, in the reader's language; the reason goes to the log."""

from __future__ import annotations

from flask import Flask, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey_app.services.access import Forbidden, NotFound
from survey_app.services.catching_up import StillReading, catch_up
from survey_app.services.context import Unavailable
from survey_app.services.throttle import TooManyAttempts
from survey_app.web import context
from survey_app.web.access import is_for_programs

RETRY_SECONDS = 10
LOOK_AGAIN_SECONDS = 3


def register(app: Flask) -> None:
    """Answer errors with pages of our own."""
    app.register_error_handler(Forbidden, lambda error: page(403))
    app.register_error_handler(NotFound, lambda error: page(404))
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(TooManyAttempts, _too_many)
    app.register_error_handler(StillReading, _still_reading)
    app.register_error_handler(CSRFError, lambda error: page(400, expired=True))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def page(status: int, *, expired: bool = False) -> ResponseReturnValue:
    """Return the error page for an HTTP status; for data, what is wrong as data."""
    if is_for_programs():
        return _as_data(status)
    title, advice = _expired_words() if expired else _words(status)
    return render_template("error.html", title=title, advice=advice, status=status), status


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    return page(error.code)


def _unavailable(error: Unavailable) -> ResponseReturnValue:
    """Say that the database cannot be used at the moment, without asking it who is reading."""
    current_app.logger.error("database %s: %s", error.kind, error.reason)
    context.forget_actor()
    answer = make_response(page(503))
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _too_many(error: TooManyAttempts) -> ResponseReturnValue:
    answer = make_response(page(429))
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _still_reading(error: StillReading) -> ResponseReturnValue:
    """Have the responses read, and say how far that is; the page looks again by itself."""
    catch_up(context.database(), context.columns(), error.survey_id, context.now())
    if is_for_programs():
        answer = make_response(_as_data(503, "still_reading"))
    else:
        # What was sent is not sent again by itself.
        looks_again = request.method == "GET"
        shown = render_template("still_reading.html", done=error.done, total=error.total, looks_again=looks_again)
        answer = make_response(shown, 503)
        if looks_again:
            answer.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    answer.headers["Retry-After"] = str(LOOK_AGAIN_SECONDS)
    return answer


_KINDS = {401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "too_many_requests", 503: "unavailable"}


def _as_data(status: int, kind: str = "") -> ResponseReturnValue:
    answer = make_response(jsonify({"error": {"kind": kind or _KINDS.get(status, "error")}}), status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="results"'
    return answer


def _unforeseen(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("unforeseen error", exc_info=error)
    return page(500)


def _expired_words() -> tuple[str, str]:
    return (
        _("This page has expired"),
        _("It stood open for too long. Go back, reload the page and send it again; nothing has been changed."),
    )


def _words(status: int) -> tuple[str, str]:
    match status:
        case 403:
            return _("You may not open this page"), _("Ask your administrator for the role that this needs.")
        case 404:
            return _("There is no such page"), _("Check the address, or start again from the first page.")
        case 405:
            return _("This page cannot be used in this way"), _("Go back and try again from the page before.")
        case 413:
            return _("The file is too large"), _("Send a smaller file, or split it into several.")
        case 429:
            return _("Too many attempts"), _("Wait a few minutes and try again.")
        case 503:
            return (
                _("The platform cannot reach its data at the moment"),
                _("Nothing was changed. Try again in a moment; if this stays, tell your administrator."),
            )
        case 500 | 502:
            return _("Something went wrong here"), _("Nothing was changed. Try again in a moment.")
        case _:
            return _("The request could not be understood"), _("Go back, reload the page and try again.")
