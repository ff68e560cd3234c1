"""Keying: one sheet after the other, by number keys; what was keyed just now corrected or deleted."""

from __future__ import annotations

import unicodedata

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.questionnaire.answers import AnswerProblem
from survey_app.services import paper, paper_keying
from survey_app.services.access import NotFound, Permission
from survey_app.services.paper_keying import SERIAL, Desk, Entry, Refused
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.keying import words
from survey_app.web.keying.fields import PREFIX, Typing
from survey_app.web.keying.room import blueprint
from survey_app.words import BallotKind

_LONGEST = 2000
"""Characters of a field that are read; more than any question takes."""
_DIGITS = 9


@blueprint.route("/paper/<int:paper_id>/key", methods=["GET", "POST"])
@allowed(Permission.KEY_BALLOTS)
def key(paper_id: int) -> ResponseReturnValue:
    """Key sheets the first time."""
    return _key(paper_id, Entry.FIRST)


@blueprint.route("/paper/<int:paper_id>/key-again", methods=["GET", "POST"])
@allowed(Permission.KEY_BALLOTS)
def key_again(paper_id: int) -> ResponseReturnValue:
    """Key sheets a second time, without seeing what was keyed the first time."""
    return _key(paper_id, Entry.SECOND)


@blueprint.route("/paper/<int:paper_id>/sheets/<int:serial>", methods=["GET", "POST"])
@allowed(Permission.KEY_BALLOTS)
def correct(paper_id: int, serial: int) -> ResponseReturnValue:
    """Show a sheet as it was keyed, and take it corrected."""
    database, actor = context.database(), context.actor()
    try:
        desk = paper_keying.desk(database, actor=actor, batch_id=paper_id, entry=Entry.FIRST)
        ballot = paper_keying.keyed_before(
            database, actor=actor, batch_id=paper_id, serial=serial, entry=Entry.FIRST
        )
        typed = paper_keying.typed_of(desk.papers.questionnaire, ballot)
        if request.method == "GET":
            return _page(desk, typed=typed, serial=str(serial), is_correction=True)
        typed = _typed(desk)
        paper_keying.correct(
            database,
            actor=actor,
            batch_id=paper_id,
            entry=Entry.FIRST,
            serial=serial,
            kind=_kind(),
            typed=typed,
            now=context.now(),
        )
    except paper.Closed:
        return _closed()
    except Refused as refused:
        return _page(desk, typed=typed, serial=str(serial), refused=refused, is_correction=True), 422
    flash(_("Sheet %(serial)s has been corrected.", serial=serial), "done")
    return redirect(url_for("keying.key", paper_id=paper_id))


@blueprint.post("/paper/<int:paper_id>/sheets/<int:serial>/remove")
@allowed(Permission.KEY_BALLOTS)
def remove(paper_id: int, serial: int) -> ResponseReturnValue:
    """Delete what was keyed of a sheet."""
    try:
        paper_keying.remove(
            context.database(),
            actor=context.actor(),
            batch_id=paper_id,
            entry=Entry.FIRST,
            serial=serial,
            now=context.now(),
        )
    except paper.Closed:
        return _closed()
    except Refused as refused:
        for each in refused.problems:
            flash(words.sheet_problem(each), "error")
    else:
        flash(_("What was keyed of sheet %(serial)s has been deleted.", serial=serial), "done")
    return redirect(url_for("keying.key", paper_id=paper_id))


def _key(paper_id: int, entry: Entry) -> ResponseReturnValue:
    database, actor = context.database(), context.actor()
    try:
        desk = paper_keying.desk(database, actor=actor, batch_id=paper_id, entry=entry)
        if request.method == "GET":
            return _begun(desk) if "serial" in request.args else _page(desk)
        typed = _typed(desk)
        paper_keying.save(
            database,
            actor=actor,
            batch_id=paper_id,
            entry=entry,
            serial=_serial(),
            kind=_kind(),
            typed=typed,
            now=context.now(),
        )
    except paper.Closed:
        return _closed()
    except Refused as refused:
        return _page(desk, typed=typed, serial=request.form.get("serial", "")[:10], refused=refused), 422
    return redirect(_address(desk))


def _begun(desk: Desk) -> ResponseReturnValue:
    """Say before a sheet is keyed whether it can be; with `?check=1` in words alone, for the script."""
    refused = None
    try:
        paper_keying.check(
            context.database(),
            actor=context.actor(),
            batch_id=desk.papers.batch.id,
            entry=desk.entry,
            serial=_serial(),
        )
    except Refused as error:
        refused = error
    if "check" in request.args:
        said = words.sheet_problem(refused.problems[0]) if refused is not None else ""
        return Response(said, mimetype="text/plain")
    return _page(desk, serial=request.args["serial"][:10], refused=refused)


def _page(
    desk: Desk,
    *,
    typed: dict[str, str] | None = None,
    serial: str = "",
    refused: Refused | None = None,
    is_correction: bool = False,
) -> str:
    problems = refused.problems if refused is not None else ()
    errors = {each.field: words.problem(each, desk.papers.questionnaire) for each in problems}
    survey = desk.papers.collector.survey
    return render_template(
        "keying/key.html",
        desk=desk,
        survey=survey,
        is_second=desk.entry == Entry.SECOND,
        is_correction=is_correction,
        parts=list(Typing(desk.papers.questionnaire, typed or {}, errors).parts()),
        serial=serial,
        serial_error=errors.get(SERIAL, ""),
        errors=errors,
        still=words.numbers(desk.still_twice),
        kind_words=words.kind_words,
        organises=context.actor().may(Permission.DESIGN, survey.campaign.unit.path),
        is_sample=survey.campaign.is_sample,
    )


def _typed(desk: Desk) -> dict[str, str]:
    return {code: request.form.get(f"{PREFIX}{code}", "")[:_LONGEST] for code in desk.papers.questionnaire.fields}


def _serial() -> int:
    """Return the number of the sheet as it was typed, in plain or full-width digits. Raises `Refused`."""
    given = request.form if request.method == "POST" else request.args
    plain = unicodedata.normalize("NFKC", given.get("serial", "")).strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= _DIGITS):
        raise Refused(AnswerProblem(SERIAL, "number_needed"))
    return int(plain)


def _kind() -> BallotKind:
    try:
        return BallotKind(request.form.get("kind", BallotKind.VALID))
    except ValueError as error:
        raise NotFound from error


def _address(desk: Desk) -> str:
    endpoint = "keying.key_again" if desk.entry == Entry.SECOND else "keying.key"
    return url_for(endpoint, paper_id=desk.papers.batch.id)


def _closed() -> ResponseReturnValue:
    flash(_("The batch is closed: nothing of it changes any more."), "error")
    return redirect(url_for("keying.to_key"))
