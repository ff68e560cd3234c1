"""A questionnaire on one page for each section, with the answers so far kept on the server.

Every section has an address of its own, and sending one leads to the next by a redirect: the back button shows the
section before as it was filled in, and never asks whether to send a form again.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Response, request, url_for

from survey_app.services import collect_paged
from survey_app.services.collect_paged import Opened, SectionProblems, Sending
from survey_app.services.door import Shown
from survey_app.web import context
from survey_app.web.access import public
from survey_app.web.respond import marks, page, room
from survey_app.web.respond.page import Leaf, View
from survey_app.web.respond.room import blueprint
from survey_app.web.respond.wording import at_place


def first_section(code: str, shown: Shown) -> Response:
    """Show the first section; its answers will be kept under a new id. Writes nothing."""
    opened = collect_paged.open_section(
        context.database(), code=code, now=context.now(), key=context.settings().secret_key, shown=shown
    )
    return room.may_be_kept(room.answer(page.questionnaire_page(_view(opened, uuid4()))))


@blueprint.get("/s/<code>/<uuid:draft_id>/<section>")
@public
def show_section(code: str, draft_id: UUID, section: str) -> Response:
    """Show one section with what was filled in before."""
    opened = collect_paged.open_section(
        context.database(),
        code=code,
        draft_id=draft_id,
        section=section,
        now=context.now(),
        key=context.settings().secret_key,
        shown=room.shown(),
    )
    return room.answer(page.questionnaire_page(_view(opened, draft_id)))


@blueprint.post("/s/<code>/<uuid:draft_id>/<section>")
@public
def send_section(code: str, draft_id: UUID, section: str) -> Response:
    """Keep one section and show the next or the one before; thank after the last."""
    submission_id = room.sent_id()
    if (asked := room.work_needed(code, submission_id)) is not None:
        return asked
    sending = Sending(
        draft_id=draft_id,
        section=section,
        raw=room.raw(),
        is_back=request.form.get("go") == "back",
        submission_id=submission_id,
        locale=context.locale(),
        seconds=room.seconds(),
        shown=room.shown(),
    )
    try:
        outcome = collect_paged.send_section(
            context.database(), code=code, sending=sending, now=context.now(), key=context.settings().secret_key
        )
    except SectionProblems as error:
        room.count_wrong_code(error.opened.place, error.problems)
        return room.answer(page.questionnaire_page(_view(error.opened, draft_id, error)), 422)
    if isinstance(outcome, str):
        following = _address(code, draft_id, outcome)
        if request.form.get("by") == "script":
            # A script cannot look into a redirect: it is told where to go, and goes once it knows that all is kept.
            return Response(headers={room.OUTCOME: room.NEXT, "Survey-Next": following})
        return Response(status=303, headers={"Location": following})
    response = room.thanked(room.answer(room.thanks_page(outcome)), outcome.place)
    return marks.mark(response, outcome.place)


def _view(opened: Opened, draft_id: UUID, error: SectionProblems | None = None) -> View:
    leaf = Leaf(opened.section, opened.number, opened.count, opened.is_last, opened.given)
    return View(
        opened.questionnaire,
        at_place(opened.place, opened.questionnaire, context.locale(), room.size()),
        uuid4() if error is None else room.sent_id(),
        _address(opened.place.code, draft_id, opened.section.code),
        opened.place,
        raw=opened.raw,
        problems=error.problems if error is not None else (),
        invitation=room.shown().invitation,
        leaf=leaf,
    )


def _address(code: str, draft_id: UUID, section: str) -> str:
    return url_for(
        "respond.show_section",
        code=code,
        draft_id=draft_id,
        section=section,
        lang=context.locale(),
        big=room.size() or None,
    )
