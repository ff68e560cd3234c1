"""The designer: one page on which a draft is written, question by question, with or without script.

Every change is one POST of the editor's form. Without script it is answered by a redirect; the page's script asks
with the header `X-Designer` and is answered with the panes of the page alone. Who saves over somebody else's change
gets 409, the form as it was sent, and who changed what meanwhile; sending it again saves it on top of that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.questionnaire import codec
from survey_app.questionnaire.edits import apply_all
from survey_app.services import designing, drafts
from survey_app.services.access import NotFound, Permission
from survey_app.services.designing import Design
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.designer_deeds import Outcome, moving, press
from survey_app.web.author.designer_editors import Editor, editor_of
from survey_app.web.author.designer_panes import panes
from survey_app.web.author.designer_places import WHOLE, Place, deed_words, place_in
from survey_app.web.author.designer_rules import MODES, TESTS, control_of
from survey_app.web.author.kinds import KIND_WORDS
from survey_app.web.author.room import blueprint
from survey_app.web.keys import key

SCRIPT_HEADER = "X-Designer"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the person must know: who changed what meanwhile (`deeds`, in words), or a sentence."""

    words: str
    deeds: tuple[tuple[str, str, Any], ...] = ()


@blueprint.get("/questionnaires/<int:questionnaire_id>/edit")
@allowed(Permission.DESIGN)
def designer(questionnaire_id: int) -> ResponseReturnValue:
    """Show the draft with one place open to edit."""
    design = _open(questionnaire_id)
    place = place_in(request.args)
    if not place.is_in(design.definition):
        place = WHOLE
    return _page(design, editor_of(place, design.definition))


@blueprint.post("/questionnaires/<int:questionnaire_id>/edit")
@allowed(Permission.DESIGN)
def design(questionnaire_id: int) -> ResponseReturnValue:
    """Do what a button of the editor says; see `designer_deeds`."""
    now = _open(questionnaire_id)
    sent = request.form
    editor = editor_of(place_in(request.args), now.definition, sent)
    revision = sent.get("revision", type=key)
    if revision != now.revision:
        return _arrived_before(now, editor) or _conflict(now, editor, revision or 0)
    if not editor.validate():
        return _page(now, editor, 422)
    outcome = press(editor, sent, now.published)
    try:
        after = designing.edit(
            context.database(),
            actor=context.actor(),
            questionnaire_id=questionnaire_id,
            revision=revision,
            edits=outcome.edits,
            kind=outcome.kind,
            place=outcome.about,
            now=context.now(),
        )
    except drafts.EditedMeanwhile:
        now = _open(questionnaire_id)
        return _conflict(now, editor_of(editor.place, now.definition, sent), revision)
    except drafts.Archived:
        return _page(now, editor, 409, Notice(_archived()))
    except codec.MalformedDefinition as refused:
        return _page(now, editor, 422, Notice(_("This cannot be stored: %(reason)s", reason=refused)))
    return _done(after, outcome)


def _arrived_before(now: Design, editor: Editor) -> ResponseReturnValue | None:
    """Answer a form whose content is in the draft already as saved: it came twice, since its answer was lost."""
    if request.form.get("do", "save") != "save" or not editor.place.is_in(now.definition) or not editor.validate():
        return None
    outcome = press(editor, request.form, now.published)
    return _done(now, outcome) if apply_all(outcome.edits, now.definition) == now.definition else None


@blueprint.post("/questionnaires/<int:questionnaire_id>/edit/move")
@allowed(Permission.DESIGN)
def move_question(questionnaire_id: int) -> ResponseReturnValue:
    """Move a question by dragging: `code` to `target`, as `designer_deeds.moving` reads it."""
    now = _open(questionnaire_id)
    code = request.form.get("code", "")
    edit = moving(now.definition, code, request.form.get("target", ""))
    place = Place("question", code)
    outcome = Outcome((edit,) if edit is not None else (), "question_moved", code, place)
    return _directly(now, outcome)


@blueprint.post("/questionnaires/<int:questionnaire_id>/edit/undo")
@allowed(Permission.DESIGN)
def undo_edit(questionnaire_id: int) -> ResponseReturnValue:
    """Undo the last edit, or make the one again that was undone."""
    now = _open(questionnaire_id)
    verb = designing.redo if request.form.get("redo") else designing.undo
    try:
        after = verb(
            context.database(),
            actor=context.actor(),
            questionnaire_id=questionnaire_id,
            revision=request.form.get("revision", -1, key),
            now=context.now(),
        )
    except drafts.EditedMeanwhile:
        return _conflict(now, _editor_now(now), request.form.get("revision", 0, key))
    except drafts.NothingToUndo:
        return _page(now, _editor_now(now), 409, Notice(_("There is nothing to undo.")))
    except drafts.Archived:
        return _page(now, _editor_now(now), 409, Notice(_archived()))
    return _done(after, Outcome((), "", "", _editor_now(after).place))


def _directly(now: Design, outcome: Outcome) -> ResponseReturnValue:
    """Make an edit that has no form."""
    revision = request.form.get("revision", -1, key)
    try:
        after = designing.edit(
            context.database(),
            actor=context.actor(),
            questionnaire_id=now.questionnaire.id,
            revision=revision,
            edits=outcome.edits,
            kind=outcome.kind,
            place=outcome.about,
            now=context.now(),
        )
    except drafts.EditedMeanwhile:
        return _conflict(now, _editor_now(now), revision)
    except drafts.Archived:
        return _page(now, _editor_now(now), 409, Notice(_archived()))
    return _done(after, outcome)


def _open(questionnaire_id: int) -> Design:
    found = designing.open_design(context.database(), actor=context.actor(), questionnaire_id=questionnaire_id)
    if found.questionnaire.archived_at is not None and request.method == "GET":
        raise NotFound
    return found


def _archived() -> str:
    return _("The questionnaire is in the archive. Take it out before you change it.")


def _editor_now(design: Design) -> Editor:
    """Return the editor of the place that the address names, or of the whole where it is gone."""
    place = place_in(request.args)
    return editor_of(place if place.is_in(design.definition) else WHOLE, design.definition)


def _conflict(now: Design, editor: Editor, revision: int) -> ResponseReturnValue:
    """Say who changed what since `revision`, and keep what was typed for sending it again."""
    deeds = designing.deeds_since(
        context.database(), actor=context.actor(), questionnaire_id=now.questionnaire.id, revision=revision
    )
    told = tuple((deed.person or _("the system"), _told(deed, now), deed.at) for deed in deeds[:10])
    words = _("The draft was changed elsewhere. What you typed is still here and is not saved yet.")
    return _page(now, editor, 409, Notice(words, told))


def _told(deed: drafts.Deed, now: Design) -> str:
    words = deed_words(deed, now.definition)
    return _("undid: %(deed)s", deed=words) if deed.is_undone else words


def _done(after: Design, outcome: Outcome) -> ResponseReturnValue:
    if SCRIPT_HEADER in request.headers:
        return _page(after, editor_of(outcome.place, after.definition), focus=outcome.focus)
    flash(_("Saved."), "done")
    address = _address(after, outcome.place)
    return redirect(f"{address}#{outcome.focus}" if outcome.focus else address)


def _address(design: Design, place: Place) -> str:
    return _addresses(design)(place)


def _addresses(design: Design) -> Callable[[Place], str]:
    """Return what gives the address of a place: the page has hundreds, so the route is looked up once."""
    page = url_for("author.designer", questionnaire_id=design.questionnaire.id)
    return lambda place: f"{page}?{urlencode(place.args)}" if place.args else page


def _page(
    design: Design, editor: Editor, status: int = 200, notice: Notice | None = None, focus: str = ""
) -> ResponseReturnValue:
    template = "author/designer_panes.html" if SCRIPT_HEADER in request.headers else "author/designer.html"
    page = render_template(
        template,
        row=design.questionnaire,
        definition=design.definition,
        revision=design.revision,
        editor=editor,
        place=editor.place,
        form=editor.form,
        panes=panes(design),
        notice=notice,
        focus=focus,
        status=status,
        saved_at=context.now(),
        kinds=KIND_WORDS,
        modes=MODES,
        tests=TESTS,
        control_of=control_of,
        address_of=_addresses(design),
    )
    return page, status
