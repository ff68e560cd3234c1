"""The desk where comments are read, released or held back, themed and masked further."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import StringField

from survey_app.analysis.comments.taking import LEAST
from survey_app.services import comment_reading, comment_review
from survey_app.services.access import NotFound, Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.comments.room import blueprint
from survey_app.web.forms import Form, at_most, needed
from survey_app.web.keys import key, words
from survey_app.words import CommentState

STATES = {
    CommentState.WAITING: _l("To be decided"),
    CommentState.RELEASED: _l("Released"),
    CommentState.HELD: _l("Held back"),
}
_DEEDS = {
    "release": CommentState.RELEASED,
    "release_all": CommentState.RELEASED,
    "publish": CommentState.RELEASED,
    "hold": CommentState.HELD,
    "wait": CommentState.WAITING,
}
"""What becomes of comments; `publish` is the answer to the question that `release` asks."""


class ThemeForm(Form):
    """A theme's name."""

    name = StringField(_l("New theme"), [needed(), at_most(30)])
    name_en = StringField(_l("In English"), [at_most(60)])


@blueprint.get("/surveys/<int:survey_id>/comments")
@allowed(Permission.DESIGN)
def review(survey_id: int) -> ResponseReturnValue:
    """Show comments to decide about."""
    return _page(survey_id, ThemeForm())


@blueprint.post("/surveys/<int:survey_id>/comments")
@allowed(Permission.DESIGN)
def decide(survey_id: int) -> ResponseReturnValue:
    """Do to the chosen comments what the button says; what is to be released is shown once more before."""
    try:
        deed, _sign, about = request.form.get("deed", "").partition(":")
        if deed in {"release", "release_all"} and (chosen := _chosen(deed, about)):
            return _ask(survey_id, chosen)
        _do(survey_id, deed, about)
    except comment_review.NotNow:
        flash(_("The comments have changed meanwhile. Read them anew, please."), "error")
    return redirect(_back(survey_id))


@blueprint.post("/surveys/<int:survey_id>/comments/read")
@allowed(Permission.DESIGN)
def read(survey_id: int) -> ResponseReturnValue:
    """Read what was written since the last time."""
    try:
        found = comment_reading.read(
            context.database(),
            actor=context.actor(),
            survey_id=survey_id,
            key=context.settings().secret_key,
            now=context.now(),
        )
    except (comment_reading.StillSealed, comment_reading.IsErased):
        flash(_("The comments of this survey cannot be read."), "error")
    else:
        told = ngettext("%(num)s new sentence was read.", "%(num)s new sentences were read.", found.fresh)
        if not found.fresh:
            told = _("There are no new comments, or too few to be read by themselves.")
        flash(told, "done")
    return redirect(url_for("comments.review", survey_id=survey_id))


@blueprint.post("/surveys/<int:survey_id>/comments/themes")
@allowed(Permission.DESIGN)
def add_theme(survey_id: int) -> ResponseReturnValue:
    """Add a theme to the campaign."""
    form = ThemeForm()
    if form.validate_on_submit():
        try:
            comment_review.add_theme(
                context.database(),
                actor=context.actor(),
                survey_id=survey_id,
                name=form.name.data or "",
                name_en=form.name_en.data or "",
                now=context.now(),
            )
        except comment_review.ThemeExists:
            form.name.errors = [*form.name.errors, _("There is a theme of this name already.")]
        except comment_review.TooManyThemes:
            form.name.errors = [*form.name.errors, _("There are as many themes as anybody can keep in mind.")]
        else:
            return redirect(_back(survey_id))
    return _page(survey_id, form), 422


@blueprint.post("/surveys/<int:survey_id>/comments/themes/<int:theme_id>/remove")
@allowed(Permission.DESIGN)
def remove_theme(survey_id: int, theme_id: int) -> ResponseReturnValue:
    """Remove a theme; its comments stay."""
    comment_review.remove_theme(
        context.database(), actor=context.actor(), survey_id=survey_id, theme_id=theme_id, now=context.now()
    )
    flash(_("The theme is removed; its comments are there as before."), "done")
    return redirect(_back(survey_id))


def _page(survey_id: int, form: ThemeForm) -> str:
    wanted = request.values.get("state", "")
    found = comment_review.review(
        context.database(),
        actor=context.actor(),
        survey_id=survey_id,
        field=request.values.get("field", type=words),
        state=CommentState(wanted) if wanted in set(CommentState) else CommentState.WAITING,
        page=request.values.get("page", default=1, type=key),
        now=context.now(),
    )
    return render_template(
        "comments/review.html",
        found=found,
        survey=found.survey,
        states=STATES,
        form=form,
        most=LEAST,
        is_sample=found.survey.campaign.is_sample,
    )


def _chosen(deed: str, about: str) -> list[str]:
    """Return the digests of the ticked comments, or of all of the bundle that the button is of."""
    return request.form.getlist(f"member-{about}" if deed.endswith("_all") else "chosen", type=words)


def _ask(survey_id: int, chosen: list[str]) -> ResponseReturnValue:
    """Show what would be released, with a button that does it."""
    found = comment_review.about_to_release(
        context.database(),
        actor=context.actor(),
        survey_id=survey_id,
        field=request.form.get("field", type=words, default=""),
        digests=chosen,
        now=context.now(),
    )
    if not found.bundles:
        flash(_("These comments are released already."), "done")
        return redirect(_back(survey_id))
    return render_template(
        "comments/release.html",
        found=found,
        survey=found.survey,
        comments=found.bundles[0].comments,
        back=_back(survey_id),
        state=request.form.get("state", ""),
        page=request.form.get("page", ""),
        is_sample=found.survey.campaign.is_sample,
    )


def _do(survey_id: int, deed: str, about: str) -> None:
    """Do the deed of the form to its comments, and say what was done."""
    whose: dict[str, Any] = {
        "actor": context.actor(),
        "survey_id": survey_id,
        "field": request.form.get("field", type=words, default=""),
        "now": context.now(),
    }
    if deed == "hide":
        _hide(about, whose)
    elif deed in {"theme", "under", "off"}:
        _theme(deed, about, whose)
    elif deed in _DEEDS:
        digests = _chosen(deed, about)
        _say(comment_review.decide(context.database(), digests=digests, state=_DEEDS[deed], **whose), _DEEDS[deed])
    else:
        raise NotFound


def _say(done: comment_review.Decided, state: CommentState) -> None:
    said = {"num": done.wordings, "comments": done.comments}
    if not done.wordings:
        flash(_("Choose comments first."), "error")
    elif state == CommentState.RELEASED:
        told = ngettext(
            "%(num)s sentence (comments: %(comments)s) is released. It can be taken back under “Released”.",
            "%(num)s sentences (comments: %(comments)s) are released. They can be taken back under “Released”.",
            **said,
        )
        flash(told, "done")
    elif state == CommentState.HELD:
        flash(ngettext("%(num)s sentence is held back.", "%(num)s sentences are held back.", **said), "done")
    else:
        told = ngettext("%(num)s sentence is to be decided.", "%(num)s sentences are to be decided.", **said)
        flash(told, "done")


def _hide(digest: str, whose: dict[str, Any]) -> None:
    part = request.form.get(f"hide-{digest}", type=words, default="")
    try:
        comment_review.hide(context.database(), digest=digest, part=part, **whose)
    except comment_review.NothingToHide:
        flash(_("The comment does not have these words: copy them exactly as they stand there."), "error")
    else:
        flash(_("The words are masked."), "done")


def _theme(deed: str, about: str, whose: dict[str, Any]) -> None:
    """Put comments under a theme: the chosen ones under that of the list, or one under or off a named one."""
    theme, _sign, digest = about.partition(":")
    digests = [digest] if digest else request.form.getlist("chosen", type=words)
    try:
        theme_id = key(theme or request.form.get("theme", ""))
    except ValueError as error:
        raise NotFound from error
    count = comment_review.put_under(
        context.database(), digests=digests, theme_id=theme_id, is_on=deed != "off", **whose
    )
    if count:
        flash(
            ngettext(
                "The theme of %(num)s sentence is changed.", "The theme of %(num)s sentences is changed.", count
            ),
            "done",
        )
    else:
        flash(_("Choose comments first."), "error")


def _back(survey_id: int) -> str:
    """Return the page that the form stood on."""
    kept: dict[str, Any] = {
        name: request.form[name] for name in ("field", "state", "page") if request.form.get(name)
    }
    return url_for("comments.review", survey_id=survey_id, **kept)
