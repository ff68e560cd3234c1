"""Sheets that two people keyed differently: an organiser with the sheet at hand settles which of them is right."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.services import paper, paper_keying
from survey_app.services.access import NotFound, Permission
from survey_app.services.paper_double import KIND
from survey_app.services.paper_keying import Difference
from survey_app.web import context, formats, rule_words
from survey_app.web.access import allowed
from survey_app.web.keying import words
from survey_app.web.keying.room import blueprint


@blueprint.get("/paper/<int:paper_id>/differences")
@allowed(Permission.DESIGN)
def differences(paper_id: int) -> ResponseReturnValue:
    """List the sheets that were keyed differently."""
    page, found = paper_keying.differences(context.database(), actor=context.actor(), batch_id=paper_id)
    return render_template(
        "keying/differences.html",
        page=page,
        survey=page.collector.survey,
        found=[(each, [_label(page, place) for place in each.places]) for each in found],
        is_sample=page.collector.survey.campaign.is_sample,
    )


@blueprint.route("/paper/<int:paper_id>/differences/<int:serial>", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def settle(paper_id: int, serial: int) -> ResponseReturnValue:
    """Show both readings of a sheet, and take which of them holds."""
    page, found = paper_keying.differences(context.database(), actor=context.actor(), batch_id=paper_id)
    difference = next((each for each in found if each.serial == serial), None)
    if difference is None or not page.is_open:
        raise NotFound
    chosen = {place: request.form.get(f"at_{place}", "") for place in difference.places}
    missing = [place for place, which in chosen.items() if which not in {"first", "second"}]
    if request.method == "POST" and not missing:
        taken = [place for place, which in chosen.items() if which == "second"]
        try:
            paper_keying.settle(
                context.database(),
                actor=context.actor(),
                batch_id=paper_id,
                serial=serial,
                take_second=taken,
                now=context.now(),
            )
        except paper.Closed as error:
            raise NotFound from error
        flash(_("Sheet %(serial)s is settled.", serial=serial), "done")
        return redirect(_next(paper_id, found, serial))
    shown = render_template(
        "keying/settle.html",
        page=page,
        survey=page.collector.survey,
        serial=serial,
        rows=[_row(page, difference, place, chosen[place]) for place in difference.places],
        missing=set(missing) if request.method == "POST" else set(),
        is_sample=page.collector.survey.campaign.is_sample,
    )
    return shown, 422 if request.method == "POST" else 200


def _row(page: paper.PaperPage, difference: Difference, place: str, chosen: str) -> tuple[str, str, str, str, str]:
    """Return place, what is asked there, both readings, and which was chosen."""
    first = words.answer_words(difference.first, place, page.questionnaire)
    second = words.answer_words(difference.second, place, page.questionnaire)
    return place, _label(page, place), first, second, chosen


def _label(page: paper.PaperPage, place: str) -> str:
    if place == KIND:
        return _("What the sheet is")
    found = page.questionnaire.fields[place]
    number = rule_words.question_numbers(page.questionnaire)[found.question.code]
    return f"{number}. {formats.words(found.label)}"


def _next(paper_id: int, found: tuple[Difference, ...], serial: int) -> str:
    """Lead to the next sheet that is not settled, or back to the batch."""
    waiting = [each.serial for each in found if not each.is_settled and each.serial != serial]
    if waiting:
        return url_for("keying.settle", paper_id=paper_id, serial=waiting[0])
    return url_for("keying.batch", paper_id=paper_id)
