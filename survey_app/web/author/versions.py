"""Versions: publishing with the difference in words, one version with its SHA-256, surveys moved to newer ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.services import drafts, versions
from survey_app.services.access import Permission
from survey_app.services.questionnaires import HasProblems, MeaningChanged
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.designer_places import designer_addresses
from survey_app.web.author.difference_words import told
from survey_app.web.author.outline import outline
from survey_app.web.author.problems import to_do
from survey_app.web.author.room import blueprint
from survey_app.web.keys import key

_Done = TypeVar("_Done")


@blueprint.get("/questionnaires/<int:questionnaire_id>/publish")
@allowed(Permission.DESIGN)
def review_publishing(questionnaire_id: int) -> ResponseReturnValue:
    """Show what publishing the draft changes, and what that does to comparing answers."""
    review = versions.review(context.database(), actor=context.actor(), questionnaire_id=questionnaire_id)
    comparison = review.comparison
    return render_template(
        "author/version_publish.html",
        review=review,
        row=review.questionnaire,
        to_do=to_do(review.errors, review.definition),
        address_of=designer_addresses(questionnaire_id),
        comparison=comparison,
        difference=told(comparison) if comparison is not None else None,
    )


@blueprint.post("/questionnaires/<int:questionnaire_id>/publish/codes")
@allowed(Permission.DESIGN)
def renew_codes(questionnaire_id: int) -> ResponseReturnValue:
    """Give new codes to what would mean something else under its old one."""
    return _settled(questionnaire_id, versions.renew_codes, _renewed)


@blueprint.post("/questionnaires/<int:questionnaire_id>/publish/anew")
@allowed(Permission.DESIGN)
def publish_as_new(questionnaire_id: int) -> ResponseReturnValue:
    """Ask what would mean something else as new questions, and publish."""
    return _settled(questionnaire_id, versions.publish_as_new, _published_as_new, "author.questionnaire")


@blueprint.post("/questionnaires/<int:questionnaire_id>/publish/restore")
@allowed(Permission.DESIGN)
def take_back(questionnaire_id: int) -> ResponseReturnValue:
    """Bring back what gives answers under old codes another meaning."""
    return _settled(questionnaire_id, versions.take_back, _restored)


def _settled(
    questionnaire_id: int,
    verb: Callable[..., _Done],
    words: Callable[[_Done], str],
    then: str = "author.review_publishing",
) -> ResponseReturnValue:
    """Settle what is refused by `verb` and say what was done; where it was not done, the review says what to do."""
    try:
        done = verb(
            context.database(),
            actor=context.actor(),
            questionnaire_id=questionnaire_id,
            revision=request.form.get("revision", -1, key),
            now=context.now(),
        )
    except drafts.EditedMeanwhile:
        flash(_("Somebody has changed the draft meanwhile. Look at it again before you publish it."), "error")
    except drafts.Archived:
        flash(_("The questionnaire is in the archive. Take it out before you change it."), "error")
    except HasProblems:
        flash(_("The draft has problems; mend them before you publish it."), "error")
    else:
        flash(words(done), "done")
        return redirect(url_for(then, questionnaire_id=questionnaire_id))
    return redirect(url_for("author.review_publishing", questionnaire_id=questionnaire_id))


def _published_as_new(done: tuple[int, tuple[tuple[str, str], ...]]) -> str:
    number, pairs = done
    return ngettext(
        "Version %(number)s has been published, with %(num)s question or row counted as new. It never changes.",
        "Version %(number)s has been published, with %(num)s questions or rows counted as new. It never changes.",
        len(pairs),
        number=number,
    )


def _renewed(pairs: tuple[tuple[str, str], ...]) -> str:
    return ngettext(
        "%(num)s question or row is counted as new from now on. Nothing is published yet.",
        "%(num)s questions or rows are counted as new from now on. Nothing is published yet.",
        len(pairs),
    )


def _restored(codes: tuple[str, ...]) -> str:
    return ngettext(
        "As in the published version again: %(num)s question or row. Nothing is published yet.",
        "As in the published version again: %(num)s questions or rows. Nothing is published yet.",
        len(codes),
    )


@blueprint.get("/questionnaires/versions/<int:version_id>")
@allowed(Permission.DESIGN)
def version(version_id: int) -> ResponseReturnValue:
    """Show a published version: its fingerprint, what changed, where it is used, what it asks."""
    detail = versions.detail(context.database(), actor=context.actor(), version_id=version_id)
    return render_template(
        "author/version_page.html",
        detail=detail,
        version=detail.version,
        row=detail.version.questionnaire,
        comparison=detail.comparison,
        difference=told(detail.comparison) if detail.comparison is not None else None,
        definition=detail.definition,
        parts=outline(detail.definition),
    )


@blueprint.get("/questionnaires/versions/<int:version_id>/definition.json")
@allowed(Permission.DESIGN)
def version_definition(version_id: int) -> Response:
    """Give the version's own bytes, whose SHA-256 is its fingerprint."""
    detail = versions.detail(context.database(), actor=context.actor(), version_id=version_id)
    response = Response(detail.version.definition.encode(), mimetype="application/json")
    name = f"{detail.version.code}-v{detail.version.number}.json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get("/surveys/<int:survey_id>/versions/<int:version_id>")
@allowed(Permission.DESIGN)
def plan_survey_move(survey_id: int, version_id: int) -> ResponseReturnValue:
    """Show what moving a survey to a newer version means."""
    return _move_page(survey_id, version_id)


@blueprint.post("/surveys/<int:survey_id>/versions/<int:version_id>")
@allowed(Permission.DESIGN)
def move_survey(survey_id: int, version_id: int) -> ResponseReturnValue:
    """Let the survey ask a newer version from now on; whoever does it has said that they know what it means."""
    if not request.form.get("understood"):
        return _move_page(survey_id, version_id, _("Please confirm that you have read what it means.")), 422
    try:
        moved = versions.move(
            context.database(),
            actor=context.actor(),
            survey_id=survey_id,
            version_id=version_id,
            from_version_id=request.form.get("from", 0, key),
            now=context.now(),
        )
    except versions.NotMovable:
        flash(_("The survey has changed its state meanwhile. Look at it again."), "error")
    except MeaningChanged as refused:
        words = ngettext(
            "Not moved: %(num)s answer would mean something else under its code.",
            "Not moved: %(num)s answers would mean something else under their codes.",
            len(refused.changes),
        )
        return _move_page(survey_id, version_id, words), 409
    else:
        flash(_("From now on the survey asks the newer version; it stands in the log."), "done")
        survey_id = moved.id
    return redirect(url_for("author.survey", survey_id=survey_id))


def _move_page(survey_id: int, version_id: int, error: str = "") -> str:
    planned = versions.plan_move(
        context.database(), actor=context.actor(), survey_id=survey_id, version_id=version_id
    )
    return render_template(
        "author/version_move.html",
        move=planned,
        survey=planned.survey,
        comparison=planned.comparison,
        difference=told(planned.comparison),
        error=error,
        is_sample=planned.survey.campaign.is_sample,
    )
