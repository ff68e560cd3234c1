"""The settings of one collector."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey_app.services import collector_settings as services
from survey_app.services.access import Permission
from survey_app.services.collectors import Way
from survey_app.services.context import ConstraintViolated
from survey_app.web import context
from survey_app.web.access import allowed
from survey_app.web.author.collecting import page_of, way_of
from survey_app.web.author.collector_forms import CollectorSettingsForm
from survey_app.web.author.room import blueprint

_SECOND_OF_ITS_KIND = "uq_collector_survey_posting_audience"


@blueprint.route("/surveys/<int:survey_id>/collectors/<int:collector_id>/settings", methods=["GET", "POST"])
@allowed(Permission.DESIGN)
def collector_settings(survey_id: int, collector_id: int) -> ResponseReturnValue:
    """Show and change what can be set on a collector."""
    way = way_of(survey_id, collector_id)
    form = CollectorSettingsForm(obj=services.settings_of(way.collector))
    if form.validate_on_submit() and _change(form, way):
        flash(_("The settings of the collector are saved."), "done")
        return redirect(page_of(survey_id, collector_id))
    page = render_template(
        "author/collector_settings.html",
        form=form,
        collector=way.collector,
        has_answers=way.responses > 0,
        survey=way.collector.survey,
        is_sample=way.collector.survey.campaign.is_sample,
    )
    return page, 422 if form.is_submitted() else 200


def _change(form: CollectorSettingsForm, way: Way) -> bool:
    """Save; where the service refuses, say why at the field."""
    try:
        services.change(
            context.database(),
            actor=context.actor(),
            collector_id=way.collector.id,
            settings=form.settings,
            password=form.password.data or "",
            without_password=bool(form.without_password.data),
            now=context.now(),
        )
    except services.EntryFixed:
        form.entry.errors = [
            _(
                "Answers have come in already. Whether they came by invitation decides what participation means: "
                "it stays as it is. Add another collector instead."
            )
        ]
    except services.PasswordTooShort:
        form.password.errors = [_("At least %(count)s characters, please.", count=services.SHORTEST_PASSWORD)]
    except ConstraintViolated as violated:
        if violated.constraint != _SECOND_OF_ITS_KIND:
            raise
        form.label.errors = [_("There is another collector for this place and audience. Say what this one is for.")]
    else:
        return True
    return False
