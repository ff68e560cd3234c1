"""The page of evidence of one survey, and its three deeds: other limits, leaving out, restoring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import IntegerField, TextAreaField
from wtforms.validators import NumberRange
from wtforms.widgets import HiddenInput

from survey_app.scoring.proxy import Limits
from survey_app.services import evidence as services
from survey_app.services.access import NotFound, Permission
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.forms import AmountField, Form, WholeField, at_most, count_of, needed

blueprint = Blueprint("evidence", __name__)

MOST_SLOTS = 200
"""Rows of ten minutes that the page shows; those with the most stand first."""


class LimitsForm(Form):
    """Where suspicion begins."""

    burst = WholeField(_l("Ballots of one collector in ten minutes"), [needed(), count_of(100_000, least=2)])
    identical = WholeField(
        _l("Equal ballots of one collector within twenty minutes"), [needed(), count_of(10_000, least=2)]
    )
    identical_answers = WholeField(
        _l("Answers that an equal ballot has at least"), [needed(), count_of(500, least=1)]
    )
    seconds_per_answer = AmountField(
        _l("Seconds for an answer, on average: less was not read"),
        [needed(), NumberRange(0, 60, _l("A number from %(min)s to %(max)s, please."))],
    )
    reason = TextAreaField(_l("Why"), [needed(), at_most(500)], render_kw={"rows": 2})
    seen = IntegerField(widget=HiddenInput())


@blueprint.get("/surveys/<int:survey_id>/evidence")
@allowed(Permission.DESIGN)
def evidence(survey_id: int) -> ResponseReturnValue:
    """Show what stands out."""
    return _page(survey_id)


@blueprint.post("/surveys/<int:survey_id>/evidence/limits")
@allowed(Permission.DESIGN)
def set_limits(survey_id: int) -> ResponseReturnValue:
    """Give the survey other limits."""
    form = LimitsForm()
    if not form.validate():
        return _page(survey_id, form), 422
    limits = Limits(
        burst=form.burst.data or 0,
        identical=form.identical.data or 0,
        identical_answers=form.identical_answers.data or 0,
        seconds_per_answer=float(form.seconds_per_answer.data or 0),
    )
    return _done(
        survey_id,
        lambda: services.set_limits(
            context.database(),
            actor=context.actor(),
            survey_id=survey_id,
            limits=limits,
            reason=form.reason.data or "",
            seen=form.seen.data or 0,
            now=context.now(),
        ),
        lambda version: _("The limits hold from now on, as version %(version)s.", version=version),
    )


@blueprint.post("/surveys/<int:survey_id>/evidence/void")
@allowed(Permission.DESIGN)
def void(survey_id: int) -> ResponseReturnValue:
    """Leave the flagged ballots of the chosen collectors out of the figures."""
    return _done(
        survey_id,
        lambda: services.void(
            context.database(),
            context.columns(),
            actor=context.actor(),
            survey_id=survey_id,
            collector_ids=request.form.getlist("collector", type=int),
            seen=request.form.get("seen", 0, type=int),
            reason=request.form.get("reason", "")[:500],
            now=context.now(),
        ),
        lambda count: ngettext(
            "%(num)s ballot is left out of the figures.", "%(num)s ballots are left out of the figures.", count
        ),
    )


@blueprint.post("/surveys/<int:survey_id>/evidence/restore")
@allowed(Permission.DESIGN)
def restore(survey_id: int) -> ResponseReturnValue:
    """Let the ballots of one act count again."""
    try:
        voided_at = datetime.fromisoformat(request.form.get("voided_at", ""))
    except ValueError as error:
        raise NotFound from error
    if voided_at.tzinfo is None:
        raise NotFound
    return _done(
        survey_id,
        lambda: services.restore(
            context.database(),
            actor=context.actor(),
            survey_id=survey_id,
            voided_at=voided_at,
            reason=request.form.get("reason", "")[:500],
            now=context.now(),
        ),
        lambda count: ngettext("%(num)s ballot counts again.", "%(num)s ballots count again.", count),
    )


def _done(survey_id: int, deed: Callable[[], int], words: Callable[[int], str]) -> ResponseReturnValue:
    """Do a deed and go back to the page, with what became of it."""
    try:
        flash(words(deed()), "done")
    except services.ReasonMissing:
        flash(_("Please say why: the reason goes into the audit log."), "error")
    except services.ChangedMeanwhile:
        flash(_("Somebody has changed the limits meanwhile. Look at the ballots again."), "error")
    except services.TooFew as error:
        flash(
            _(
                "Nothing was left out: it would be fewer than %(least)s ballots at a place, or differ so little "
                "from what was left out before, that single answers could be worked out.",
                least=error.threshold,
            ),
            "error",
        )
    return redirect(url_for("evidence.evidence", survey_id=survey_id))


def _page(survey_id: int, form: LimitsForm | None = None) -> str:
    found = services.evidence(
        context.database(), context.columns(), actor=context.actor(), survey_id=survey_id, now=context.now()
    )
    names = {each.id: each for each in found.survey.collectors}
    return render_template(
        "evidence/survey.html",
        found=found,
        survey=found.survey,
        limits=found.version.limits,
        form=form or LimitsForm(formdata=None, **_values(found.version)),
        slots=[(names[each.collector], each) for each in found.slots[:MOST_SLOTS] if each.collector in names],
        is_cut=len(found.slots) > MOST_SLOTS,
        may_void=any(each.may_void for each in found.lines),
        is_sample=found.survey.campaign.is_sample,
    )


def _values(version: services.Version) -> dict[str, Any]:
    limits = version.limits
    return {
        "burst": limits.burst,
        "identical": limits.identical,
        "identical_answers": limits.identical_answers,
        "seconds_per_answer": Decimal(str(limits.seconds_per_answer)),
        "seen": version.number,
    }
