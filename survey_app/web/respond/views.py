"""The way in for workers: scan, answer, thanks. No account, no address kept.

After sending, the thanks are the answer to the POST itself and no redirect follows: on a bad line it would be one
more request, which can fail after the answers are on disk. The browser may keep the questionnaire (no-cache, not
no-store), so that going back shows the same page with the same submission id: sending it again, by a double tap,
the back button or a reload, is answered with the same thanks, and nothing more is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast
from uuid import UUID, uuid4

from flask import Flask, Response, current_app, request
from flask_babel import gettext as _

from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import door
from survey_app.services.collect import InvalidAnswers, Place, Receipt
from survey_app.services.context import Unavailable
from survey_app.services.door import Shown
from survey_app.services.flood import Gate
from survey_app.services.intake import Intake
from survey_app.services.throttle import TooManyAttempts
from survey_app.web import context
from survey_app.web.access import public
from survey_app.web.i18n import choose_locale
from survey_app.web.respond import marks, page, room
from survey_app.web.respond.counter import FAILED, KEPT, Counter, Serving
from survey_app.web.respond.kept import PLACEHOLDER, Kept, KeptPage, KeptThanks
from survey_app.web.respond.room import blueprint
from survey_app.web.respond.sections import first_section
from survey_app.web.respond.wording import at_place
from survey_app.words import Mode

_PAGES = Kept[KeptPage](256)
"""At 60 KiB each these take 15 MiB; a campaign has a collector for each posting and audience."""
_THANKS = Kept[KeptThanks](256)


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    page.register(app)
    intake = Intake(app.extensions["survey_app.database"], key=app.config["SECRET_KEY"])
    app.extensions["survey_app.intake"] = intake
    app.register_blueprint(blueprint)
    settings = app.extensions["survey_app.settings"]
    gate = Gate(app.config["SECRET_KEY"], most=settings.flood)
    app.extensions["survey_app.gate"] = gate
    app.wsgi_app = Counter(app.wsgi_app, intake, gate, settings.trusted_proxies)  # type: ignore[method-assign]  # Flask documents this


@blueprint.get("/S/<code>", strict_slashes=False)
@blueprint.get("/s/<code>", strict_slashes=False)
@public
def questionnaire(code: str) -> Response:
    """Show the questionnaire. Upper-case addresses make smaller QR codes. Writes nothing."""
    return _show(code, room.shown())


@blueprint.post("/S/<code>", strict_slashes=False)
@blueprint.post("/s/<code>", strict_slashes=False)
@public
def submit(code: str) -> Response:
    """Take the answers; thanks mean that they are on disk. Or take the password that is asked for before."""
    return _enter(code) if "password" in request.form else _take(code, room.shown())


def _show(code: str, shown: Shown) -> Response:
    """Show the questionnaire to somebody who may see it."""
    place, asked = _intake().find(code=code, now=context.now(), shown=shown)
    if marks.is_marked(place) and "again" not in request.args:
        return room.answered_before(place)
    # Sections are pages in the browser's history, which on a shared tablet the next person could go back to.
    if asked.paged and not place.is_kiosk:
        return first_section(code, shown)
    response = _fresh(place, asked)
    return response if place.is_kiosk else room.may_be_kept(response)


def _enter(code: str) -> Response:
    """Let somebody in who knows the password: to the questionnaire, or with the answers that are there already."""
    place = _intake().place(code=code)
    if place.password_hash is None:
        return _show(code, room.shown())
    try:
        entry = _entry(place, place.password_hash)
    except door.WrongPassword:
        return room.password_page(place, _("This is not the password. Please check what you typed."))
    except TooManyAttempts:
        asked = _work_for_password(place)
        if asked is not None:
            return asked
        try:
            entry = _entry(place, place.password_hash, worked=True)
        except door.WrongPassword:
            return room.password_page(place, _("This is not the password. Please check what you typed."))
    shown = replace(room.shown(), entry=entry)
    return marks.let_in(_take(code, shown) if "id" in request.form else _show(code, shown), place, entry)


def _entry(place: Place, password_hash: str, *, worked: bool = False) -> str:
    return door.enter(
        context.database(),
        key=context.settings().secret_key,
        collector_id=place.id,
        password_hash=password_hash,
        given=request.form["password"],
        network=room.network(),
        now=context.now(),
        worked=worked,
    )


def _work_for_password(place: Place) -> Response | None:
    """Ask for the work that one more password takes; None where it has been done."""
    given = request.form["password"]
    guess = door.guess_id(context.settings().secret_key, collector_id=place.id, given=given)
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in {"work", "wait"}]
    return room.work_page(
        place.code,
        guess,
        _("Several wrong passwords have been typed here"),
        _("Please go on in %(seconds)s seconds; you need not type the password again.", seconds="%s"),
        sent,
        send=_("Continue"),
    )


def _take(code: str, shown: Shown) -> Response:
    """Take the answers of somebody who shows this at the door."""
    raw, submission_id = room.raw(), room.sent_id()
    if (asked := room.work_needed(code, submission_id)) is not None:
        return asked
    try:
        if FAILED in request.environ:
            raise request.environ[FAILED]
        receipt = _intake().submit(
            code=code,
            submission_id=submission_id,
            raw=raw,
            locale=choose_locale(),
            mode=Mode.WEB,
            now=context.now(),
            seconds=room.seconds(),
            shown=shown,
        )
    except InvalidAnswers as error:
        room.count_wrong_code(error.place, error.cleaned.problems)
        view = _view(error.place, error.questionnaire, submission_id)
        view = replace(view, raw=raw, problems=error.cleaned.problems, invitation=shown.invitation)
        return room.answer(page.questionnaire_page(view), 422)
    except Unavailable as error:
        return _later(error, code, raw, submission_id)
    return _thanks(receipt)


def _later(error: Unavailable, code: str, raw: Mapping[str, Sequence[str]], submission_id: UUID) -> Response:
    """Show the form again as it was sent: the database cannot take it now, a little later it will."""
    known = _intake().last_known(code=code)
    if known is None:
        raise error
    room.log_unavailable(error)
    trouble = _("Please try again in a moment: your answers are still here.")
    view = _view(*known, submission_id)
    view = replace(view, raw=raw, trouble=trouble, invitation=room.shown().invitation)
    return room.come_again(room.answer(page.questionnaire_page(view), 503))


def _fresh(place: Place, asked: Questionnaire) -> Response:
    """Return the questionnaire with a new submission id, rendered before unless every view has its own order."""
    submission_id = uuid4()
    if page.has_own_order(asked):
        return room.answer(page.questionnaire_page(_view(place, asked, submission_id)))
    kept = _PAGES.get(_key(place), lambda: KeptPage(page.questionnaire_page(_view(place, asked, PLACEHOLDER))))
    if request.method == "GET":
        _keep(place, kept)
    return room.sent(kept.body(submission_id, room.coding()))


def _thanks(receipt: Receipt) -> Response:
    """Thank for answers that are on disk; the same page however often they arrive."""
    kept = _THANKS.get(_key(receipt.place), lambda: KeptThanks(room.thanks_page(receipt)))
    _keep(receipt.place, kept)
    response = room.thanked(room.sent(kept.body(room.coding())), receipt.place)
    return marks.mark(response, receipt.place)


def _keep(place: Place, kept: KeptPage | KeptThanks) -> None:
    """Let the counter give this answer again."""
    request.environ[KEPT] = Serving(place, choose_locale(), kept, room.coding())


def _key(place: Place) -> tuple[Place, str, int, str]:
    """Return all that a kept page is made of: what the code stands for, language, size, where we are mounted."""
    return place, choose_locale(), room.size(), request.root_path


def _view(place: Place, asked: Questionnaire, submission_id: UUID) -> page.View:
    word = at_place(place, asked, context.locale(), room.size())
    return page.View(asked, word, submission_id, room.address(place), place)


def _intake() -> Intake:
    return cast("Intake", current_app.extensions["survey_app.intake"])
