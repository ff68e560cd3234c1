"""The sheets of a batch, to print."""

from __future__ import annotations

import random
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from survey_app.questionnaire.text import EN, ZH
from survey_app.reporting import paper_form
from survey_app.services import paper as services
from survey_app.services.access import Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.addresses import base_url
from survey_app.web.keying.form_words import form_of
from survey_app.web.keying.forms import PrintForm
from survey_app.web.keying.room import blueprint


@blueprint.get("/paper/<int:paper_id>/print")
@allowed(Permission.DESIGN)
def sheets(paper_id: int) -> ResponseReturnValue:
    """Show sheets of a batch as they are printed, some `paper_form.MOST_AT_ONCE` copies at a time."""
    try:
        page, place = services.to_print(context.database(), actor=context.actor(), batch_id=paper_id)
    except services.Closed:
        return _not_printed(paper_id, _("The batch is closed: no more sheets are printed for it."))
    except services.Moved:
        said = _("The code of this batch stands for another place now. Begin a new batch for it.")
        return _not_printed(paper_id, said)
    form = PrintForm(request.args)
    first, last = form.first.data or 1, form.last.data or page.paper.copies
    if not form.validate() or not first <= last <= page.paper.copies:
        said = _("Choose sheet numbers from 1 to %(copies)s.", copies=page.paper.copies)
        return _not_printed(paper_id, said)
    locale = EN if form.language.data == "en" else ZH
    with force_locale(locale):
        facts = form_of(
            page,
            place,
            locale,
            base_url=base_url(),
            months=context.settings().keep_months,
            own_notice=bool(form.own_notice.data),
        )
    parts = _parts(first, last)
    part = min(max(request.args.get("part", 1, type=int), 1), len(parts))
    serials = _mixed(paper_id, *parts[part - 1])
    drawn = paper_form.copies(facts, facts.title, serials, is_two_sided=bool(form.both_sides.data))
    return render_template(
        "keying/print.html",
        page=page,
        survey=page.collector.survey,
        sheets=[Markup(each) for each in drawn],  # noqa: S704  # escaped where drawn
        copies=len(serials),
        per_copy=len(drawn) // len(serials),
        is_two_sided=bool(form.both_sides.data),
        part=part,
        parts=[(place, *ends, _address(paper_id, place)) for place, ends in enumerate(parts, start=1)],
        is_sample=page.collector.survey.campaign.is_sample,
    )


def _parts(first: int, last: int) -> list[tuple[int, int]]:
    size = paper_form.MOST_AT_ONCE
    return [(start, min(start + size - 1, last)) for start in range(first, last + 1, size)]


def _mixed(paper_id: int, first: int, last: int) -> list[int]:
    """Return the numbers in an order that says nothing about who was handed which sheet; the same each time.

    Whoever deals out a pile in order could else tell from a number whose sheet it was.
    """
    serials = list(range(first, last + 1))
    random.Random(f"{paper_id}:{first}:{last}").shuffle(serials)  # noqa: S311  # an order, no secret
    return serials


def _address(paper_id: int, part: int) -> str:
    wanted: dict[str, Any] = {**request.args.to_dict(), "part": part}
    return url_for("keying.sheets", paper_id=paper_id, **wanted)


def _not_printed(paper_id: int, said: str) -> ResponseReturnValue:
    flash(said, "error")
    return redirect(url_for("keying.batch", paper_id=paper_id))
