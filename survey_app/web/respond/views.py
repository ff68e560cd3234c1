"""The way in for workers: scan, answer, thanks. No account, no cookie, no address kept.

After sending, the thanks are the answer to the POST itself and no redirect follows: on a bad line it would be one
more request, which can fail after the answers are on disk. The browser may keep the questionnaire (no-cache, not
no-store), so that going back shows the same page with the same submission id: sending it again, by a double tap,
the back button or a reload, is answered with the same thanks, and nothing more is stored.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from flask import Flask, Response, make_response

from survey_app.questionnaire.definition import Questionnaire
from survey_app.services import collect
from survey_app.services.collect import InvalidAnswers, Place
from survey_app.web import context
from survey_app.web.access import public
from survey_app.web.respond import page, room
from survey_app.web.respond.kept import PLACEHOLDER, KeptPages
from survey_app.web.respond.room import blueprint
from survey_app.web.respond.sections import first_section
from survey_app.web.respond.wording import at_place
from survey_app.words import Mode

_PAGES = KeptPages(256)
"""At 60 KiB each these take 15 MiB; a campaign has a collector for each posting and audience."""


def register(app: Flask) -> None:
    """Put the pages on `app`."""
    page.register(app)
    app.register_blueprint(blueprint)


@blueprint.get("/S/<code>", strict_slashes=False)
@blueprint.get("/s/<code>", strict_slashes=False)
@public
def questionnaire(code: str) -> Response:
    """Show the questionnaire. Upper-case addresses make smaller QR codes. Writes nothing."""
    place, asked = collect.find(context.database(), code=code, now=context.now())
    if asked.paged:
        return first_section(code)
    return room.may_be_kept(_fresh(place, asked))


@blueprint.post("/S/<code>", strict_slashes=False)
@blueprint.post("/s/<code>", strict_slashes=False)
@public
def submit(code: str) -> Response:
    """Take the answers; thanks mean that they are on disk."""
    raw, submission_id = room.raw(), room.sent_id()
    try:
        receipt = collect.submit(
            context.database(),
            code=code,
            submission_id=submission_id,
            raw=raw,
            locale=context.locale(),
            mode=Mode.WEB,
            now=context.now(),
            seconds=room.seconds(),
        )
    except InvalidAnswers as error:
        view = replace(
            _view(error.place, error.questionnaire, submission_id), raw=raw, problems=error.cleaned.problems
        )
        return room.answer(page.questionnaire_page(view), 422)
    return room.thanks(receipt)


def _fresh(place: Place, asked: Questionnaire) -> Response:
    """Return the questionnaire with a new submission id, rendered before unless every view has its own order."""
    submission_id = uuid4()
    if page.has_own_order(asked):
        return room.answer(page.questionnaire_page(_view(place, asked, submission_id)))
    view = _view(place, asked, PLACEHOLDER)
    kept = _PAGES.get(page.everything_in(view), lambda: page.questionnaire_page(view))
    if room.takes_gzip():
        return room.compressed(kept.gzipped(submission_id))
    return make_response(kept.plain(submission_id))


def _view(place: Place, asked: Questionnaire, submission_id: UUID) -> page.View:
    word = at_place(place, asked, context.locale())
    return page.View(asked, word, submission_id, room.address(place), place)
