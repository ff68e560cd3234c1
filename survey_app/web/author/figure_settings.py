"""What is settled about a survey's figures: the known totals to weight to."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from survey_app.analysis.readings import Entry
from survey_app.reporting import standings, words
from survey_app.reporting.words import Reader
from survey_app.services import figure_settings, weights
from survey_app.services.access import Permission
from survey_app.services.figure_settings import Settings
from survey_app.services.weights import Total
from survey_app.web import context, formats
from survey_app.web.access import allowed
from survey_app.web.author import outcomes
from survey_app.web.author.room import blueprint
from survey_app.web.forms import Form, WholeField, at_most, count_of, needed
from survey_app.words import Audience


class TotalForm(Form):
    """The people by answer to one question; `form_of` adds a field for each answer."""

    source = StringField(_l("Where these numbers are from"), [needed(), at_most(200)])

    def counts(self, entry: Entry) -> dict[str, int]:
        """Return the numbers by answer; an empty field is none."""
        return {code: int(self[_field(code)].data or 0) for code in entry.labels}


def form_of(entry: Entry, total: Total | None) -> TotalForm:
    """Return the form for a question, filled with its known total."""
    fields = {
        _field(code): WholeField(formats.words(label), [Optional(), count_of(weights.MOST_PEOPLE)])
        for code, label in entry.labels.items()
    }
    kind: type[TotalForm] = type("QuestionTotalForm", (TotalForm,), fields)
    if total is None:
        return kind()
    known = {_field(code): many for code, many in total.counts.items()}
    return kind(data={**known, "source": total.source})


def _field(code: str) -> str:
    return f"answer_{code}"


@blueprint.get("/surveys/<int:survey_id>/figures")
@allowed(Permission.DESIGN)
def figures(survey_id: int) -> ResponseReturnValue:
    """Show what is settled about the figures of a survey."""
    found = figure_settings.settings(context.database(), actor=context.actor(), survey_id=survey_id)
    return render_template(
        "author/figures.html",
        found=found,
        survey=found.survey,
        floors=_floors(found),
        codes=outcomes.named(found.codes),
        is_sample=found.survey.campaign.is_sample,
    )


def _floors(found: Settings) -> list[tuple[Audience, str, str]]:
    """Name the audiences that are asked, and what their floors ask for."""
    reader = Reader(context.locale(), _)
    return [
        (each, words.audience(each, reader), "" if facts is None else standings.rule(facts.floor, each, reader))
        for each, facts in found.floors.items()
    ]


@blueprint.route("/surveys/<int:survey_id>/totals/<question>", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def known_total(survey_id: int, question: str) -> ResponseReturnValue:
    """Ask how many people of each answer there are."""
    found = figure_settings.settings(context.database(), actor=context.actor(), survey_id=survey_id)
    entry = next((each for each in found.profile if each.name == question), None)
    if entry is None:
        abort(404)
    form = form_of(entry, found.totals.get(question))
    if form.validate_on_submit() and _kept(form, entry, survey_id):
        return redirect(url_for("author.figures", survey_id=survey_id))
    page = render_template(
        "author/known_total.html",
        form=form,
        entry=entry,
        names=[_field(code) for code in entry.labels],
        survey=found.survey,
        has_total=question in found.totals,
        is_sample=found.survey.campaign.is_sample,
    )
    return page, 422 if request.method == "POST" else 200


def _kept(form: TotalForm, entry: Entry, survey_id: int) -> bool:
    counts: Mapping[str, int] = form.counts(entry)
    try:
        weights.keep_total(
            context.database(),
            actor=context.actor(),
            survey_id=survey_id,
            question=entry.name,
            counts=counts,
            source=form.source.data or "",
            now=context.now(),
        )
    except weights.BadTotals:
        first = form[_field(next(iter(entry.labels)))]
        first.errors = [*first.errors, _("Enter how many people there are; at least one number is above 0.")]
        return False
    flash(_("The known totals are kept. The page of weights uses them from now on."), "done")
    return True


@blueprint.post("/surveys/<int:survey_id>/totals/<question>/remove")
@allowed(Permission.DESIGN)
def remove_known_total(survey_id: int, question: str) -> ResponseReturnValue:
    """Take a known total away."""
    weights.remove_total(
        context.database(), actor=context.actor(), survey_id=survey_id, question=question, now=context.now()
    )
    flash(_("The known totals are removed."), "done")
    return redirect(url_for("author.figures", survey_id=survey_id))
