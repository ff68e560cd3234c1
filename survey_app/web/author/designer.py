"""The designer: one page on which a draft is written, question by question, with or without script.

Every change is one POST of the editor's form. Without script it is answered by a redirect; the page's script asks
with the header `X-Designer` and is answered with the panes of the page alone. Who saves over somebody else's change
gets 409, the form as it was sent, and who changed what meanwhile; sending it again saves it on top of that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _

from survey_app.questionnaire import checks, codec
from survey_app.questionnaire.checks import Problem
from survey_app.questionnaire.edits import apply_all
from survey_app.questionnaire.fresh import finished
from survey_app.questionnaire.text import EMPTY, Text
from survey_app.services import designing, drafts, versions
from survey_app.services.access import NotFound, Permission
from survey_app.services.designing import Design
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author.designer_deeds import Outcome, moving, press, saving
from survey_app.web.author.designer_editors import Editor, editor_of
from survey_app.web.author.designer_languages import ENGLISH
from survey_app.web.author.designer_panes import panes
from survey_app.web.author.designer_places import (
    WHOLE,
    Gone,
    Place,
    deed_words,
    designer_addresses,
    gone_words,
    place_in,
    place_of,
    place_words,
)
from survey_app.web.author.designer_rules import MODES, TESTS, control_of
from survey_app.web.author.difference_words import Told, told
from survey_app.web.author.kinds import KIND_WORDS
from survey_app.web.author.room import blueprint
from survey_app.web.keys import key

SCRIPT_HEADER = "X-Designer"
COMPARE = "compare"
"""The button that nobody sees: the script asks with it whether a copy that it kept says anything new."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the person must know: a sentence; who changed what meanwhile, and what of theirs is not saved."""

    words: str
    deeds: tuple[tuple[str, str, Any], ...] = ()
    unsaved: tuple[Told, ...] = ()
    has_unsaved: bool = False


@blueprint.get("/questionnaires/<int:questionnaire_id>/edit")
@allowed(Permission.DESIGN)
def designer(questionnaire_id: int) -> ResponseReturnValue:
    """Show the draft with one place open to edit."""
    design = opened(questionnaire_id)
    place = place_in(request.args)
    if at := request.args.get("at"):
        place = place_of(at, design.definition)
    if not place.is_in(design.definition):
        place = WHOLE
    return _page(design, editor_of(place, design.definition))


@blueprint.post("/questionnaires/<int:questionnaire_id>/edit")
@allowed(Permission.DESIGN)
def design(questionnaire_id: int) -> ResponseReturnValue:
    """Do what a button of the editor says; see `designer_deeds`."""
    now = opened(questionnaire_id)
    sent = request.form
    editor = editor_of(place_in(request.args), now.definition, sent)
    revision = sent.get("revision", type=key)
    if sent.get("do") == COMPARE:
        return _compared(now, editor, revision or 0)
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
        now = opened(questionnaire_id)
        return _conflict(now, editor_of(editor.place, now.definition, sent), revision)
    except drafts.Archived:
        return _page(now, editor, 409, Notice(_archived()))
    except codec.MalformedDefinition as refused:
        return _page(now, editor, 422, Notice(_("This cannot be stored: %(reason)s", reason=refused)))
    return _done(after, outcome)


def _compared(now: Design, editor: Editor, revision: int) -> ResponseReturnValue:
    """Tell the script whether a copy that it kept is in the draft already (204), else what differs."""
    if _unsaved(now, editor) == ():
        return "", 204
    return _conflict(now, editor, revision, status=200)


def _unsaved(now: Design, editor: Editor) -> tuple[Told, ...] | None:
    """Return what the form would change in the draft, in words; None where it says nothing that can be saved."""
    if not editor.validate():
        return None
    after = apply_all(saving(editor).edits, now.definition)
    return () if after == now.definition else told(versions.compared(now.definition, after)).all


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
    now = opened(questionnaire_id)
    code = request.form.get("code", "")
    edit = moving(now.definition, code, request.form.get("target", ""))
    place = Place("question", code)
    outcome = Outcome((edit,) if edit is not None else (), "question_moved", code, place)
    return directly(now, outcome)


@blueprint.post("/questionnaires/<int:questionnaire_id>/edit/undo")
@allowed(Permission.DESIGN)
def undo_edit(questionnaire_id: int) -> ResponseReturnValue:
    """Undo the last edit, or make the one again that was undone."""
    now = opened(questionnaire_id)
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
        return _conflict(now, _editor_now(now), request.form.get("revision", 0, key), has_form=False)
    except drafts.NothingToUndo:
        return _page(now, _editor_now(now), 409, Notice(_("There is nothing to undo.")))
    except drafts.Archived:
        return _page(now, _editor_now(now), 409, Notice(_archived()))
    return _done(after, Outcome((), "", "", _editor_now(after).place))


def directly(now: Design, outcome: Outcome) -> ResponseReturnValue:
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
        return _conflict(now, _editor_now(now), revision, has_form=False)
    except drafts.Archived:
        return _page(now, _editor_now(now), 409, Notice(_archived()))
    return _done(after, outcome)


def opened(questionnaire_id: int) -> Design:
    """Return the draft to work on. Raises `NotFound`, also for an archived one that is only looked at."""
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


def _conflict(
    now: Design, editor: Editor, revision: int, *, has_form: bool = True, status: int = 409
) -> ResponseReturnValue:
    """Say who changed what since `revision` and what was typed here, and keep that for sending it again."""
    deeds = designing.deeds_since(
        context.database(), actor=context.actor(), questionnaire_id=now.questionnaire.id, revision=revision
    )
    done = tuple((_person(deed), _deed(deed, now), deed.at) for deed in deeds)
    unsaved = _unsaved(now, editor) if has_form else ()
    words = _("The draft was changed elsewhere. What you typed is still here and is not saved yet.")
    if unsaved == ():
        words = _("The draft was changed elsewhere meanwhile. What you typed is saved; please press once more.")
    return _page(now, editor, status, Notice(words, done, unsaved or (), has_unsaved=unsaved != ()))


def _person(deed: drafts.Deed) -> str:
    if deed.person == context.actor().name:
        return _("You (in another window)")
    return deed.person or _("the system")


def _deed(deed: drafts.Deed, now: Design) -> str:
    words = deed_words(deed, now.definition)
    return _("undid: %(deed)s", deed=words) if deed.is_undone else words


def _done(after: Design, outcome: Outcome) -> ResponseReturnValue:
    if SCRIPT_HEADER in request.headers:
        return _page(after, editor_of(outcome.place, after.definition), focus=outcome.focus)
    flash(_("Saved."), "done")
    address = _address(after, outcome.place)
    return redirect(f"{address}#{outcome.focus}" if outcome.focus else address)


def _address(design: Design, place: Place) -> str:
    return _addresses(design, wants_english=ENGLISH in request.args)(place)


def _not_before(code: str, design: Design, gone: Gone) -> str:
    """Return what a condition's question is called that is not asked before: it comes later, or is gone."""
    place = place_of(code, design.definition)
    if place == WHOLE:
        return gone_words(code, gone)
    return _("%(question)s (not asked before)", question=place_words(place, design.definition))


def _no_answer(question: str, value: str, design: Design, gone: Gone) -> str:
    """Return what an answer is called that cannot be chosen: it, or its question, comes later or is gone."""
    known = gone.get(question) or designing.words_of(question, design.definition)
    return formats.words(known.answers.get(value, EMPTY)) or _("“%(words)s” (does not exist)", words=value)


def _addresses(design: Design, *, wants_english: bool) -> Callable[[Place], str]:
    more = {ENGLISH: "1"} if wants_english else {}
    return designer_addresses(design.questionnaire.id, **more)


def _page(
    design: Design, editor: Editor, status: int = 200, notice: Notice | None = None, focus: str = ""
) -> ResponseReturnValue:
    template = "author/designer_panes.html" if SCRIPT_HEADER in request.headers else "author/designer.html"
    wants_english = ENGLISH in request.args
    problems = checks.check(finished(design.definition))
    gone = _gone(design, problems)
    page = render_template(
        template,
        row=design.questionnaire,
        definition=design.definition,
        revision=design.revision,
        editor=editor,
        place=editor.place,
        form=editor.form,
        panes=panes(design, problems, gone, wants_english=wants_english),
        not_before=lambda code: _not_before(code, design, gone),
        no_answer=lambda question, value: _no_answer(question, value, design, gone),
        removed=_removed(design),
        usual=_usual(design, editor),
        notice=notice,
        focus=focus,
        status=status,
        time_zone=get_timezone(),
        kinds=KIND_WORDS,
        modes=MODES,
        tests=TESTS,
        control_of=control_of,
        args={**editor.place.args, **({ENGLISH: "1"} if wants_english else {})},
        address_of=_addresses(design, wants_english=wants_english),
        other_address=_addresses(design, wants_english=not wants_english)(editor.place),
    )
    return page, status


def _gone(design: Design, problems: Sequence[Problem]) -> Gone:
    """Return the last known words of what conditions and rows refer to and is no longer there."""
    named = {
        str(problem.params["code"])
        for problem in problems
        if problem.kind in {"rule_unknown_question", "rows_from_not_earlier_choice"}
    }
    if not named:
        return {}
    return designing.last_words(
        context.database(), actor=context.actor(), questionnaire_id=design.questionnaire.id, codes=named
    )


def _removed(design: Design) -> str:
    """Return what the last edit took out, if it did: then undoing it is offered where people look."""
    is_removal = design.undo is not None and design.undo.kind.endswith("_removed")
    return deed_words(design.undo, design.definition) if design.undo is not None and is_removal else ""


def _usual(design: Design, editor: Editor) -> dict[str, Text]:
    """Return the usual words for what the questionnaire lacks, by the name of the text."""
    if editor.place != WHOLE:
        return {}
    return {name: text for name, text in designing.usual_texts().items() if not getattr(design.definition, name)}
